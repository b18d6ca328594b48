"""An archive of a stranger is unpacked whole, within bounds and below its folder, or refused by its member's name."""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.importing import archives
from featherline.importing.joined import opened


def zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def tarred(members: list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


CONTENT = zipped([("walk/1.csv", b"x,y,z\n" + b"0,0,1\n" * 50_000)])


def refused(tmp_path, content: bytes, sentence: str, **limits) -> None:
    """Unpacking ends in one sentence, and nothing stands outside of the folder."""
    (tmp_path / "a.bin").write_bytes(content)
    with pytest.raises(FeatherlineError, match=sentence) as raised:
        archives.unpack(tmp_path / "a.bin", tmp_path / "raw", **limits)
    assert "\n" not in str(raised.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bin", "raw"]


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt"])
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path, name):
    (tmp_path / "evil.zip").write_bytes(zipped([(name, b"!")]))
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    for kind in ("zip", "tar"):
        with pytest.raises(FeatherlineError, match="leads out of the folder"):
            archives.unpack(tmp_path / f"evil.{kind}", tmp_path / "raw")
    assert not (tmp_path / "outside.txt").exists()


def test_links_and_resource_forks_are_left_out(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name in ("._ghost", "__MACOSX/x", "real.txt"):
            archive.addfile(tarfile.TarInfo(name))
    archives.unpack(tmp_path / "a.tar", tmp_path / "raw")
    assert [path.name for path in (tmp_path / "raw").rglob("*")] == ["real.txt"]


@pytest.mark.parametrize("cut", [10, len(CONTENT) // 2, len(CONTENT) - 10])
def test_an_archive_cut_short_is_named(tmp_path, cut):
    (tmp_path / "a.zip").write_bytes(CONTENT[:cut])
    with pytest.raises(FeatherlineError, match=r"a\.zip"):
        archives.unpack(tmp_path / "a.zip", tmp_path / "raw")


def test_a_damaged_tar_gz_is_named_even_behind_its_last_file(tmp_path):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty.csv"))
    whole = gzip.compress(stream.getvalue())
    (tmp_path / "a.tar.gz").write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    with pytest.raises(FeatherlineError, match=r"a\.tar\.gz cannot be unpacked \(CRC check failed"):
        archives.unpack(tmp_path / "a.tar.gz", tmp_path / "raw")


def damaged(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + b"\xff" * 64 + packed[middle + 64 :]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_a_compressed_tar_damaged_within_is_named(tmp_path, compress):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("noise")
        member.size = 200_000
        archive.addfile(member, io.BytesIO(np.random.default_rng(1).bytes(member.size)))
    (tmp_path / "a.tar").write_bytes(damaged(compress(stream.getvalue())))
    with pytest.raises(FeatherlineError, match=r"a\.tar cannot be unpacked"):
        archives.unpack(tmp_path / "a.tar", tmp_path / "raw")


@pytest.mark.parametrize(
    ("at", "value", "reason"), [(6, 1, "is encrypted"), (8, 99, "compression method is not supported")]
)
def test_a_zip_of_a_kind_that_python_cannot_read_is_named(tmp_path, at, value, reason):
    packed = bytearray(zipped([("a.csv", b"x")]))
    packed[at] = packed[packed.index(b"PK\1\2") + at + 2] = value  # in the local header and in the directory
    (tmp_path / "a.zip").write_bytes(packed)
    with pytest.raises(FeatherlineError, match=rf"a\.zip cannot be unpacked: 'a\.csv' cannot be read \(.*{reason}"):
        archives.unpack(tmp_path / "a.zip", tmp_path / "raw")


def test_a_zip_damaged_within_is_named(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "0,0,1\n" * 1000)
    packed = bytearray(stream.getvalue())
    packed[30 + len("a.csv")] = 0xFF  # behind the local header: a kind of block that there is not
    with pytest.raises(zlib.error), zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.read("a.csv")
    (tmp_path / "a.zip").write_bytes(packed)
    with pytest.raises(FeatherlineError, match=r"a\.zip cannot be unpacked"):
        archives.unpack(tmp_path / "a.zip", tmp_path / "raw")


# --- devices, names, bombs, damage -------------------------------------------------------------


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_a_device_in_a_tar_is_refused(tmp_path, kind):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("walk/device")
        member.type = kind
        archive.addfile(member)
    refused(tmp_path, stream.getvalue(), "'walk/device', which is a device or a pipe")


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_a_device_in_a_zip_is_refused(tmp_path, kind):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        member = zipfile.ZipInfo("walk/device")
        member.create_system, member.external_attr = 3, kind << 16
        archive.writestr(member, b"")
    refused(tmp_path, stream.getvalue(), "'walk/device', which is a device or a pipe")


def test_a_member_of_a_zip_without_a_name_is_refused(tmp_path):
    refused(tmp_path, zipped([("", b"x")]), "holds a member without a name")


def test_a_pipe_in_a_mirrors_folder_is_refused_and_not_read(tmp_path):
    (tmp_path / "unpacked").mkdir()
    os.mkfifo(tmp_path / "unpacked" / "pipe.csv")
    with pytest.raises(FeatherlineError, match=r"'pipe\.csv', which is a device or a pipe"):
        archives.unpack(tmp_path / "unpacked", tmp_path / "raw")


def test_a_folder_that_links_to_itself_is_copied_once(tmp_path):
    (tmp_path / "unpacked" / "walk").mkdir(parents=True)
    (tmp_path / "unpacked" / "walk" / "1.csv").write_text("0")
    (tmp_path / "unpacked" / "walk" / "again").symlink_to(tmp_path / "unpacked", target_is_directory=True)
    archives.unpack(tmp_path / "unpacked", tmp_path / "raw")
    assert (tmp_path / "raw" / "walk" / "1.csv").read_text() == "0"


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    ("first", "second"),
    [("walk/1.csv", "walk/1.csv"), ("walk/1.csv", "walk/./1.csv"), ("walk", "walk/1.csv"), ("walk/1.csv", "walk")],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(tmp_path, pack, first, second):
    refused(tmp_path, pack([(first, b"first"), (second, b"second")]), f"'{second}' twice")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_of_sensors_that_has_one_name_in_two_folders_is_refused(tmp_path):
    (tmp_path / "phone.zip").write_bytes(zipped([("left/Acc.csv", b"t,x\n"), ("right/Acc.csv", b"t,x\n")]))
    with (
        pytest.raises(FeatherlineError, match=r"phone\.zip holds 'Acc\.csv' twice"),
        opened(tmp_path / "phone.zip", 1.0),
    ):
        pass


@pytest.mark.parametrize("name", ["a\nb.csv", "a\x1b[31m.csv", "a\u202egpj.csv", "\udcff.csv"])
def test_a_name_that_is_no_text_is_refused_and_cannot_write_to_a_terminal(tmp_path, name):
    refused(tmp_path, tarred([(name, b"")]), "with characters that no name has")
    if not name.startswith("\udcff"):  # which a zip cannot hold
        refused(tmp_path, zipped([(name, b"")]), "with characters that no name has")


def test_a_zip_that_says_utf8_and_is_none_is_refused(tmp_path):
    packed = zipped([("\u00fc.csv", b"x")]).replace("\u00fc".encode(), b"\xff\xff")
    refused(tmp_path, packed, r"a\.bin cannot be unpacked")


@pytest.mark.parametrize("name", ["n" * 300, "/".join(["folder"] * 800)])
def test_a_name_that_is_too_long_is_refused(tmp_path, name):
    refused(tmp_path, zipped([(name, b"x")]), "too long for a name")
    refused(tmp_path, tarred([(name, b"x")]), "too long for a name")


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_takes_no_more_of_the_disk_than_params_allow(tmp_path, compress):
    """Ten million zeros compress to a thousandth or less."""
    bomb = compress(tarred([("small.csv", b"0"), ("zeros.csv", bytes(10_000_000))]))
    assert len(bomb) < 11_000
    refused(
        tmp_path,
        bomb,
        r"more than 0\.005 GB, which 'zeros\.csv' exceeds: .* raise data\.unpacked_gb",
        unpacked_gb=0.005,
    )
    assert sum(path.stat().st_size for path in (tmp_path / "raw").iterdir()) == 1


def test_a_bomb_in_a_zip_is_refused_before_it_is_unpacked(tmp_path):
    bomb = zipped([("zeros.csv", bytes(10_000_000))], zipfile.ZIP_DEFLATED)
    assert len(bomb) < 10_000
    refused(tmp_path, bomb, r"more than 0\.005 GB", unpacked_gb=0.005)
    (tmp_path / "a.zip").write_bytes(bomb)
    with pytest.raises(FeatherlineError, match=r"raise fetch\.checks\.unpacked_gb"), opened(tmp_path / "a.zip", 0.005):
        pass


def test_a_zip_that_lies_about_a_size_writes_no_more_than_it_says(tmp_path):
    bomb = zipped([("zeros.csv", bytes(10_000_000))], zipfile.ZIP_DEFLATED)
    lying = bomb.replace((10_000_000).to_bytes(4, "little"), (10_000).to_bytes(4, "little"))
    refused(tmp_path, lying, r"'zeros\.csv' cannot be read", unpacked_gb=0.005)
    assert (tmp_path / "raw" / "zeros.csv").stat().st_size <= 10_000


def test_many_empty_files_count_as_what_they_take(tmp_path):
    refused(tmp_path, tarred([(f"{n}.csv", b"") for n in range(300)]), r"more than 0\.001 GB", unpacked_gb=0.001)
    assert len(list((tmp_path / "raw").iterdir())) < 300


def test_a_file_of_holes_counts_as_long_as_it_is(tmp_path):
    """A GNU sparse file says its length and holds nothing."""
    member = tarfile.TarInfo("holes.csv")
    member.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"%011o\0" % 8_000_000_000  # the real size
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    refused(tmp_path, bytes(header) + bytes(1024), r"more than 1 GB, which 'holes\.csv' exceeds", unpacked_gb=1.0)


def test_a_long_name_cannot_fill_the_memory(tmp_path):
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 3_000_000_000
    refused(
        tmp_path, gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 16)), "a header of 3,000,000,000 bytes"
    )


def test_zeros_behind_the_end_are_read_no_further_than_the_limit(tmp_path):
    packed = gzip.compress(tarred([("small.csv", b"0")]) + bytes(20_000_000))
    refused(tmp_path, packed, r"more than 0\.005 GB, which 'what follows the last file'", unpacked_gb=0.005)


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_tar_damaged_in_the_middle_does_not_end_there(tmp_path, compress):
    """tarfile takes a header that it cannot read for the end."""
    packed = bytearray(tarred([("first.csv", b"1" * 2000), ("second.csv", b"2" * 2000), ("third.csv", b"3")]))
    packed[packed.index(b"second.csv") + 150] ^= 0xFF  # its checksum
    refused(tmp_path, compress(bytes(packed)), r"the header that follows is damaged.*damaged behind 'first\.csv'")


def test_a_tar_cut_between_two_members_is_told(tmp_path):
    packed = tarred([("first.csv", b"1" * 512), ("second.csv", b"2")])
    refused(tmp_path, packed[: packed.index(b"second.csv")], r"damaged behind 'first\.csv'")


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_member_damaged_in_the_middle_is_named(tmp_path, compress, share):
    noise = np.random.default_rng(1).bytes(900_000)
    packed = bytearray(compress(tarred([("first.csv", noise), ("second.csv", noise[::-1])])))
    packed[int(len(packed) * share)] ^= 0xFF
    refused(
        tmp_path,
        bytes(packed),
        r"cannot be unpacked.*'(first|second)\.csv'|behind '(its beginning|first\.csv|second\.csv)'",
    )


def test_a_member_of_a_zip_damaged_in_the_middle_is_named(tmp_path):
    noise = np.random.default_rng(1).bytes(100_000)
    packed = bytearray(zipped([("first.csv", noise), ("second.csv", noise)]))
    packed[len(packed) * 3 // 4] ^= 0xFF
    refused(tmp_path, bytes(packed), r"'second\.csv' cannot be read \(Bad CRC-32")
