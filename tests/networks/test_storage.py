"""Networks on disk: the same bytes for the same network, whatever compresses or dates an archive."""

import io
import zipfile

import numpy as np


def test_a_network_is_stored_without_compression_or_date(few_bit_network):
    from featherline.networks import storage

    with zipfile.ZipFile(io.BytesIO(storage.serialized(few_bit_network))) as archive:
        members = archive.infolist()
    assert [member.filename for member in members] == ["config.json", "metadata.json", "model.weights.h5"]
    assert {member.compress_type for member in members} == {zipfile.ZIP_STORED}
    assert {member.date_time for member in members} == {storage.EPOCH}


def test_what_was_read_is_written_as_it_was(few_bit_network, windows, tmp_path):
    from featherline.networks import storage

    storage.save(few_bit_network, tmp_path / "network.keras")
    read = storage.load(tmp_path / "network.keras")
    assert storage.serialized(read) == (tmp_path / "network.keras").read_bytes()
    np.testing.assert_array_equal(read(windows), few_bit_network(windows))
