"""Items of somebody else: archives that stand for more than they hold."""

import zipfile

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.evaluation import testdata
from featherline.importing import unpacked_size


def test_items_and_labels_are_read(tmp_path):
    inputs, labels = np.arange(12, dtype=np.float32).reshape(3, 4), np.array([0, 1, 1])
    np.savez(tmp_path / "test.npz", inputs=inputs, labels=labels)
    read = testdata.read(tmp_path / "test.npz")
    np.testing.assert_array_equal(read.inputs[0], inputs)
    np.testing.assert_array_equal(read.labels, labels)


@pytest.mark.parametrize("reads", [testdata.read, testdata.representative])
def test_an_archive_that_unpacks_to_many_times_its_size_is_refused(tmp_path, reads):
    path = tmp_path / "test.npz"
    np.savez_compressed(path, inputs=np.zeros(unpacked_size.LEAST_BOMB_BYTES + 1, np.int8), labels=np.zeros(1, int))
    with pytest.raises(FeatherlineError, match=r"test.npz unpacks to more than 40 times its size.*numpy.savez"):
        reads(path)


def test_an_archive_with_two_arrays_of_one_name_is_refused(tmp_path):
    path = tmp_path / "test.npz"
    np.savez(path, inputs=np.zeros((2, 3)), labels=np.array([0, 1]))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("labels.npy", archive.read("labels.npy"))
    with pytest.raises(FeatherlineError, match=r"test.npz holds two arrays 'labels'"):
        testdata.read(path)


def test_a_file_that_is_missing_or_broken_is_told(tmp_path):
    with pytest.raises(FeatherlineError, match=r"test.npz is missing"):
        testdata.read(tmp_path / "test.npz")
    (tmp_path / "test.npz").write_bytes(b"PK\x03\x04" + bytes(40))
    with pytest.raises(FeatherlineError, match=r"test.npz cannot be read as npz"):
        testdata.read(tmp_path / "test.npz")
