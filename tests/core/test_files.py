"""Outputs appear whole or not at all."""

import os
import zipfile

import numpy as np
import pytest

from featherline.core import files
from featherline.core.errors import FeatherlineError


def test_a_folder_takes_its_place_only_when_the_block_ends_well(tmp_path):
    target = tmp_path / "out"
    with files.new_folder(target) as folder:
        (folder / "a.txt").write_text("first")
    with pytest.raises(KeyboardInterrupt), files.new_folder(target) as folder:
        (folder / "a.txt").write_text("half of the sec")
        raise KeyboardInterrupt
    assert (target / "a.txt").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_new_folder_replaces_the_old_one_with_all_its_files(tmp_path):
    for name in ("old.txt", "new.txt"):
        with files.new_folder(tmp_path / "out") as folder:
            (folder / name).touch()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new.txt"]


def test_a_full_disk_leaves_the_old_file(tmp_path):
    target = tmp_path / "figures.json"
    files.write_json(target, {"accuracy": 1})
    with pytest.raises(OSError, match="No space"), files.new_file(target) as partial:
        partial.write_text("{")
        raise OSError(28, "No space left on device")
    assert files.read_json(target) == {"accuracy": 1}
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_run_left_behind_is_swept_away(tmp_path):
    (tmp_path / ".partial-out").mkdir()
    (tmp_path / ".partial-out" / "stale").touch()
    with files.new_folder(tmp_path / "out") as folder:
        assert list(folder.iterdir()) == []


def test_a_kill_between_the_two_renames_of_a_folder_loses_nothing(tmp_path):
    target = tmp_path / "out"
    with files.new_folder(target) as folder:
        (folder / "a.txt").write_text("first")
    os.replace(target, tmp_path / ".partial-out.replaced")  # as the kill leaves it
    with pytest.raises(ValueError, match="wrong"), files.new_folder(target):
        assert (target / "a.txt").read_text() == "first"
        raise ValueError("wrong")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_comes_back_where_the_new_one_cannot_take_its_place(tmp_path):
    target = tmp_path / "out"
    with files.new_folder(target) as folder:
        (folder / "a.txt").write_text("first")
    with pytest.raises(FileNotFoundError), files.new_folder(target) as folder:
        folder.rmdir()
    assert (target / "a.txt").read_text() == "first"


def test_equal_arrays_give_equal_bytes(tmp_path):
    arrays = {"inputs": np.arange(12.0), "groups": np.array(["a", "bc"])}
    for name in ("1.npz", "2.npz"):
        files.write_arrays(tmp_path / name, **arrays)
    assert (tmp_path / "1.npz").read_bytes() == (tmp_path / "2.npz").read_bytes()
    read = files.read_arrays(tmp_path / "1.npz")
    assert all(np.array_equal(read[name], arrays[name]) for name in arrays)


def test_arrays_are_stored_as_they_are(tmp_path):
    """Compressed ones would have other bytes with another version of zlib."""
    files.write_arrays(tmp_path / "1.npz", inputs=np.zeros(1000))
    with zipfile.ZipFile(tmp_path / "1.npz") as archive:
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_a_file_cut_short_is_named(tmp_path, cut):
    path = tmp_path / "train.npz"
    files.write_arrays(path, inputs=np.random.default_rng(0).normal(size=100))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(FeatherlineError, match=r"train\.npz cannot be read"):
        files.read_arrays(path)


def test_json_without_a_number_is_refused_before_it_is_written(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        files.write_json(tmp_path / "metrics.json", {"accuracy": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_arrays_are_not_compressed_as_zlib_would_decide(tmp_path):
    files.write_arrays(tmp_path / "a.npz", inputs=np.zeros(1000), labels=np.arange(3))
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
