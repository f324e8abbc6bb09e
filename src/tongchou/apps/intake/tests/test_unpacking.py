"""Archives: names as they were written, and bombs that do not go off."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest

from tongchou.apps.intake import unpacking
from tongchou.apps.intake.tests.workbooks import archive_of, demo_people, workbook
from tongchou.domain.register.problems import RegisterError


def codes(content: bytes) -> list[str]:
    return [one.refusal.code if one.refusal else "" for one in unpacking.unpacked([("a.zip", content)])]


def test_names_in_gbk_and_in_utf_8() -> None:
    files = {"云岭镇青山村.csv": b"a,b", "上坝村登记表.csv": b"c,d"}
    for gbk in (True, False):
        found = unpacking.unpacked([("a.zip", archive_of(files, gbk=gbk))])
        assert {one.name: one.content for one in found} == files


def test_folders_and_litter_are_passed_over() -> None:
    found = unpacking.unpacked(
        [
            (
                "a.zip",
                archive_of(
                    {"镇/村.csv": b"x", "__MACOSX/._村.csv": b"y", "~$村.xlsx": b"z", "镇/Thumbs.db": b"t"}
                ),
            )
        ]
    )
    assert [one.name for one in found] == ["村.csv"]
    assert codes(archive_of({"~$a.xlsx": b"x"})) == ["empty_archive"]


def test_a_workbook_is_no_archive() -> None:
    content = workbook(demo_people())
    assert not unpacking.is_archive(content)
    assert unpacking.unpacked([("dir\\520521901201.xlsx", content)])[0].name == "520521901201.xlsx"


def test_a_bomb_is_refused_and_its_neighbours_are_not() -> None:
    """50 MB of zeros fold to 50 KB; nothing of it is laid out."""
    content = archive_of({"bomb.csv": bytes(19 * 1024 * 1024), "good.csv": b"a,b"})
    assert len(content) < 100_000
    tracemalloc.start()
    found = unpacking.unpacked([("a.zip", content)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.refusal.code if one.refusal else "" for one in found] == ["too_large", ""]
    assert peak < 4 * 1024 * 1024


def test_too_much_altogether_is_refused_before_unfolding() -> None:
    big = {f"{n}.csv": bytes(15 * 1024 * 1024) for n in range(8)}
    started = time.perf_counter()
    with pytest.raises(RegisterError, match="archive_too_large"):
        unpacking.unpacked([("a.zip", archive_of(big))])
    half = {name: big[name] for name in list(big)[:4]}
    found = unpacking.unpacked([("a.zip", archive_of(half)), ("b.zip", archive_of(half))])
    assert all(one.refusal is not None for one in found)
    assert time.perf_counter() - started < 20


def test_too_many_entries() -> None:
    with pytest.raises(RegisterError, match="too_many_files"):
        unpacking.unpacked(
            [("a.zip", archive_of({f"{n}.csv": b"x" for n in range(unpacking.MOST_FILES + 1)}))]
        )
    two = archive_of({f"{n}.csv": b"x" for n in range(unpacking.MOST_FILES // 2 + 1)})
    with pytest.raises(RegisterError, match="too_many_files"):
        unpacking.unpacked([("a.zip", two), ("b.zip", two)])


def test_an_archive_in_an_archive_is_not_opened() -> None:
    inner = archive_of({"a.csv": b"x"})
    for _depth in range(5):
        inner = archive_of({"inner.zip": inner})
    assert codes(inner) == ["archive_in_archive"]


def test_an_entry_that_lies_about_its_size() -> None:
    """The directory says 1,000 bytes, the stream holds 5 million."""
    content = archive_of({"liar.csv": b" " * 5_000_000})
    lying = content.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 1_000))
    assert codes(lying) in (["damaged"], ["too_large"])


def test_overlapping_entries_stay_within_the_total() -> None:
    """Many entries of the directory that share one stream: the claimed sizes are added up first."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.csv", zlib.compress(bytes(1000)) * 2000)
        for number in range(300):
            copied = zipfile.ZipInfo(f"{number}.csv")
            first = made.infolist()[0]
            copied.header_offset, copied.CRC = first.header_offset, first.CRC
            copied.compress_size, copied.file_size = first.compress_size, 400_000
            copied.compress_type = zipfile.ZIP_DEFLATED
            made.filelist.append(copied)
    with pytest.raises(RegisterError, match="archive_too_large"):
        unpacking.unpacked([("a.zip", target.getvalue())])


def test_a_locked_and_a_broken_archive() -> None:
    content = bytearray(archive_of({"a.csv": b"x" * 100}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    assert codes(bytes(content)) == ["password"]
    broken = bytearray(archive_of({"a.csv": bytes(range(256)) * 40}))
    broken[60:120] = bytes(60)
    assert codes(bytes(broken)) == ["damaged"]
