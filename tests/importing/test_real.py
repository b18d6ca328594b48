"""Public recordings brought as one's own: no refusal, and no remark but those that are true of them."""

import tarfile
import zipfile

import pytest

from tests.imports import ROOT

DATA = ROOT.parent / "shared" / "data"


@pytest.mark.soak
@pytest.mark.skipif(not DATA.is_dir(), reason="the archives are not there")
def test_public_recordings_are_taken_without_a_refusal(take, tmp_path):
    with zipfile.ZipFile(DATA / "carsensor_recordings.zip") as archive:
        archive.extractall(tmp_path / "car")
    taken = take(tmp_path / "car", columns=["x", "y", "z"])
    # Five of them begin with a sample in which the filter of their phone had not begun.
    remarks = taken.remarks.splitlines()
    assert (
        len(taken.samples) == 66 and sum("single samples of three zeros were left out" in line for line in remarks) == 3
    )
    assert len(remarks) <= 2 * 3  # the others are summed up, and each puts its file on an even grid
    with zipfile.ZipFile(DATA / "A_DeviceMotion_data.zip") as archive:
        archive.extractall(tmp_path / "ms")
    taken = take(tmp_path / "ms", preset="motionsense", columns=None, unit=None, native_rate_hz=None)
    assert len(taken.samples) >= 299 and len(taken.remarks.splitlines()) <= 1
    with tarfile.open(DATA / "genres_excerpts.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    sound = {"kind": "audio", "columns": None, "unit": None, "native_rate_hz": 22050}
    assert take(tmp_path / "genres", pattern="{label}/{group}.wav", **sound).remarks == ""
