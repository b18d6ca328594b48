"""Arrays that memory need not hold: what is written block by block is read as it was."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from featherline.core import arrays
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_arrays, write_arrays


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch, tmp_path):
    monkeypatch.setattr(arrays, "BLOCK_BYTES", 64)
    monkeypatch.chdir(tmp_path)


def spooled(array: np.ndarray) -> np.ndarray:
    rows = arrays.Rows(array.shape[1:])
    for block in arrays.blocks(array):
        rows.add(block)
    assert len(rows) == len(array)
    return rows.mapped()


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (50, 3, 2), (5, 0)])
def test_rows_come_back_as_they_went(shape):
    array = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    np.testing.assert_array_equal(spooled(array), array)


def test_rows_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"rows have the shape \(2,\), not \(3,\)"):
        arrays.Rows((3,)).add(np.zeros((1, 2)))


def test_what_is_mapped_stays_mapped_and_says_the_same():
    array = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    chosen = array[:, 0] > 0
    mapped = spooled(array)
    for made, expected in (
        (arrays.chosen_rows(mapped, chosen), array[chosen]),
        (arrays.by_block(lambda block: 2 * block[:, :2], mapped), 2 * array[:, :2]),
    ):
        assert isinstance(made, np.memmap)
        np.testing.assert_array_equal(made, expected)
    assert not isinstance(arrays.chosen_rows(array, chosen), np.memmap)
    assert np.concatenate(list(arrays.blocks(mapped))).tobytes() == array.tobytes()


@pytest.mark.parametrize(("rows", "lengths"), [(0, [5] * 10), (16, [16, 16, 16, 2])])
def test_blocks_have_as_many_rows_as_wanted_or_as_fit(rows, lengths):
    array = np.zeros((50, 3), np.float32)  # 12 bytes a row, 64 a block
    assert [len(block) for block in arrays.blocks(array, rows)] == lengths


@given(
    arrays_of.arrays(
        st.sampled_from([np.float32, np.int32, np.dtype("U5")]),
        arrays_of.array_shapes(min_dims=0, max_dims=3, min_side=0),
    )
)
def test_an_archive_has_the_bytes_that_numpy_gives_it(array):
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, one=array, other=np.arange(3))
    write_arrays("made.npz", one=array, other=np.arange(3))
    with open("made.npz", "rb") as made:
        assert made.read() == stream.getvalue()
    read = read_arrays("made.npz")
    assert read["one"].dtype == array.dtype and read["one"].shape == array.shape
    assert read["one"].tobytes() == array.tobytes()
    assert isinstance(read["one"], np.memmap) == (array.ndim > 0 and array.size > 0)


def test_a_damaged_array_is_told_though_it_is_mapped(tmp_path):
    path = tmp_path / "one.npz"
    write_arrays(path, one=np.zeros((100, 10), np.float32))
    content = bytearray(path.read_bytes())
    content[2000] ^= 1
    path.write_bytes(content)
    with pytest.raises(FeatherlineError, match="cannot be read"):
        read_arrays(path)
