"""Bytes that users might choose, and the whole way from them to rows: rows or words of refusal, nothing else.

Run as a program it tries spoiled files under bounds of memory and time, and stops at the first that breaks
them, leaving the file in ``build/fuzz``::

    python tests/fuzz/importer.py --rounds 400 --seed 1
    python tests/fuzz/importer.py --seconds 600             by the counter of the paths taken, with atheris
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import io
import os
import random
import resource
import signal
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 6, 30)
#: Of the process that reads uploads, and of one file. A file is refused or read within a second or two.
MOST_MEMORY = 1536 * 1024 * 1024
LONGEST = 20.0
#: Inputs longer than this are cut: the bounds have tests of their own, and long files are slow to try.
MOST_BYTES = 1 << 20
_NUMBERS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_WORDS = (
    "户编号", "姓名", "与户主关系", "公民身份号码", "户主", '"', '""', ",", "\t", "\n", "\r", "\0", "\ufeff",
    "'", "=1+1", "1E+999", "99999999999999999999", "2026-02-30", "十二月", "&#0;", "&lol;", "]]>", "<!--",
    "<row", "</row>", ' r="XFD1048576"', ' r="A0"', ' t="s"', "<v>", "<v>999999</v>", "‮", "𠮷", "\ud7ff",
)  # fmt: skip


def read_upload(content: bytes) -> str:
    """What becomes of an upload: ``rows`` or the codes of the refusals."""
    from tongchou.apps.intake import holding, read, unpacking
    from tongchou.domain.lists import read as lists
    from tongchou.domain.register.problems import RegisterError
    from tongchou.domain.register.read import read_register

    try:
        files = unpacking.unpacked([("upload", content)])
    except RegisterError as error:
        return error.code
    outcomes = []
    for file in files:
        if file.refusal is not None:
            outcomes.append(file.refusal.code)
            continue
        try:
            opened = read.open_file(file.content)
            read_register(opened.sheet, on=TODAY)
            cleaned, _parcel = holding.pack(opened, {})
            read_register(cleaned.sheet, on=TODAY)
            outcomes.append("rows")
        except RegisterError as error:
            outcomes.append(error.code)
        try:
            sheet, _others = read.open_sheet(file.content, wanted=lists.looks_like_list, long=True)
            lists.read_list(sheet, lists.recognise(sheet), on=TODAY)
        except RegisterError as error:
            outcomes.append(error.code)
    return " ".join(sorted(set(outcomes)))


def seeds() -> dict[str, bytes]:
    """Whole files of every kind that is read, and an archive of two."""
    from tongchou.apps.intake.tests import list_workbooks, workbooks
    from tongchou.apps.intake.tests.workbooks import demo_people, grid, text_table, workbook

    rows = grid(demo_people())
    with tempfile.TemporaryDirectory() as folder:
        old = workbooks.old_workbook(rows, Path(folder))
    found = {
        "xlsx": workbook(demo_people()),
        "xls": old,
        "gb18030": text_table(rows),
        "utf-8": text_table(rows, encoding="utf-8-sig", mark=";"),
        "utf-16": text_table(rows, encoding="utf-16", mark="\t"),
        "births": list_workbooks.births(),
        "deaths": list_workbooks.deaths(),
    }
    return found | {"zip": workbooks.archive_of({"一.xlsx": found["xlsx"], "二.csv": found["gb18030"]})}


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """The file with some of its bytes changed; of an archive or an .xls often what it holds."""
    if content.startswith(b"PK") and chance.random() < 0.7:
        return _inside_archive(content, chance)
    if content.startswith(b"\xd0\xcf\x11\xe0") and chance.random() < 0.5:
        return _inside_old_workbook(content, chance)
    if not content.startswith((b"PK", b"\xd0\xcf")) and chance.random() < 0.7:
        return _inside_text(content, chance)
    return changed(content, chance)


def changed(content: bytes, chance: random.Random) -> bytes:
    """Some bytes turned, struck out, doubled, moved, cut off, or numbers and words that mean ill instead."""
    body = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(body) + 1) if body else 0
        length = chance.choice((1, 2, 4, 16, 200))
        act = chance.randrange(7)
        if act == 0 and body:
            at = min(at, len(body) - 1)
            body[at] ^= 1 << chance.randrange(8)
        elif act == 1:
            del body[at : at + length]
        elif act == 2:
            body[at:at] = body[at : at + length] * chance.choice((1, 2, 50))
        elif act == 3:
            form = chance.choice(("<B", "<H", "<I"))
            number = chance.choice(_NUMBERS) & ((1 << 8 * struct.calcsize(form)) - 1)
            body[at : at + struct.calcsize(form)] = struct.pack(form, number)
        elif act == 4:
            word = chance.choice(_WORDS).encode(chance.choice(("utf-8", "gb18030", "utf-16-le")), "replace")
            body[at : at + chance.choice((0, len(word)))] = word
        elif act == 5:
            other = chance.randrange(len(body) + 1)
            body[at:at] = body[other : other + length]
        elif chance.random() < 0.3:
            del body[at:]
    return bytes(body[:MOST_BYTES])


def _inside_text(content: bytes, chance: random.Random) -> bytes:
    """Characters instead of bytes: the text can still be decoded afterwards."""
    for encoding in ("utf-8", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            at, length = chance.randrange(len(text) + 1), chance.choice((1, 2, 8, 40, 300))
            act = chance.randrange(4)
            if act == 0:
                text = text[:at] + text[at + length :]
            elif act == 1:
                text = text[:at] + text[at : at + length] * chance.choice((2, 3, 60)) + text[at + length :]
            else:
                word = chance.choice(_WORDS)
                text = text[:at] + word + text[at + chance.choice((0, 1, len(word))) :]
        return text[:MOST_BYTES].encode(encoding, "replace")
    return changed(content, chance)


def _inside_archive(content: bytes, chance: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            parts = {name: old.read(name) for name in old.namelist()[:50]}
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError, struct.error,
            RuntimeError):  # fmt: skip
        return changed(content, chance)
    names = [name for name in parts if name.startswith("xl/") or not name.endswith((".rels", ".xml"))]
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice(names or [*parts] or ["xl/workbook.xml"])
        parts[name] = spoiled(parts.get(name, b""), chance)
    if chance.random() < 0.1 and names:
        del parts[chance.choice(names)]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return target.getvalue()


def _inside_old_workbook(content: bytes, chance: random.Random) -> bytes:
    from tongchou.apps.intake import compound
    from tongchou.domain.register.problems import RegisterError

    try:
        return compound.packed(changed(compound.workbook_stream(content), chance))
    except RegisterError:
        return changed(content, chance)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that would unfold to far more than a machine holds."""
    from tongchou.apps.intake.tests.workbooks import demo_people, repacked, workbook

    nothing = b"\0" * (1 << 20)

    def archive(parts: dict[str, int], inside: dict[str, bytes] | None = None) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
            for name, megabytes in parts.items():
                with made.open(name, "w", force_zip64=True) as part:
                    for _ in range(megabytes):
                        part.write(nothing)
            for name, content in (inside or {}).items():
                made.writestr(name, content)
        return target.getvalue()

    yield "one table of 500 MB", archive({"a.csv": 500})
    layer = archive({"a.csv": 90})
    for _ in range(3):
        layer = archive({}, {f"{number}.zip": layer for number in range(8)})
    yield "archives in archives", layer
    yield (
        "a sheet of 500 MB",
        archive({"xl/worksheets/sheet1.xml": 500}, {"[Content_Types].xml": b"<Types/>"}),
    )
    yield "many small parts", archive(dict.fromkeys((f"xl/{number}.xml" for number in range(900)), 1))
    row = b'<row r="%d">' + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    rows = b"".join(row % number for number in range(20, 12_000))
    yield (
        "one text in a million cells",
        repacked(
            workbook(demo_people()),
            lambda name, part: (
                part.replace(b"</sheetData>", rows + b"</sheetData>")
                if name.endswith("sheet1.xml")
                else part.replace(b"<si><t>", b"<si><t>" + b"x" * 30_000, 1)
            ),
        ),
    )
    yield "entities", repacked(
        workbook(demo_people()),
        lambda name, part: (
            b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">' + b"".join(
                b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
            ) + b"]>" + part.replace(b"<si><t>", b"<si><t>&m;", 1)
            if name.endswith("sharedStrings.xml") else part
        ),
    )  # fmt: skip
    wide = io.StringIO()
    csv.writer(wide).writerows([["x"] * 20_000] * 50)
    yield "a table too wide", wide.getvalue().encode()
    yield "a quote that never ends", b'a,b,c\n"' + b"x," * 4_000_000
    yield "a million rows", b"a,b,c\n" * 1_000_000


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """End what takes longer with ``TimeoutError``."""

    def stop(_number: int, _frame: Any) -> None:
        raise TimeoutError(f"took longer than {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def tried(content: bytes) -> str:
    """``read_upload`` within its time; a file that breaks it is kept.

    Raises
    ------
    Exception
        Whatever came instead of rows or a refusal.
    """
    try:
        with within(LONGEST):
            return read_upload(content)
    except BaseException:
        kept = ROOT / "build" / "fuzz" / hashlib.sha256(content).hexdigest()[:16]
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(content)
        print(f"broken by {kept}", file=sys.stderr, flush=True)
        raise


def by_chance(rounds: int, seed: int) -> Counter[str]:
    """Outcomes of so many spoiled files, the same ones for a seed; a spoiled one may be spoiled further."""
    chance, outcomes = random.Random(seed), Counter[str]()
    every = list(seeds().values())
    for _ in range(rounds):
        content = spoiled(chance.choice(every), chance)
        outcome = tried(content)
        if not outcomes[outcome]:
            every.append(content)  # a refusal not met before: go on from there
        outcomes[outcome] += 1
    return outcomes


def by_paths(seconds: int, seed: int) -> None:
    """Atheris: inputs that take new paths through our code are spoiled further. Ends the process."""
    import atheris

    with atheris.instrument_imports(include=["tongchou.apps.intake", "tongchou.domain"]):
        _start()
        read_upload(b"")
    corpus = ROOT / "build" / "fuzz" / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for name, content in seeds().items():
        (corpus / name).write_bytes(content)

    def spoil(content: bytes, most: int, number: int) -> bytes:
        return spoiled(content, random.Random(number))[:most]

    flags = [f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={MOST_BYTES}", "-rss_limit_mb=2048",
             f"-timeout={int(LONGEST)}", f"-artifact_prefix={corpus.parent}/"]  # fmt: skip
    atheris.Setup([sys.argv[0], *flags, str(corpus)], lambda content: tried(content), custom_mutator=spoil)
    atheris.Fuzz()


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
    os.environ.setdefault("TONGCHOU_VAR", tempfile.mkdtemp(prefix="tongchou-fuzz-"))
    import django

    django.setup()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=0, help="Spoiled files to try.")
    parser.add_argument(
        "--bombs", action="store_true", help="Try files that unfold to far more than they are."
    )
    parser.add_argument("--seconds", type=int, default=0, help="How long atheris goes on.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.seconds:
        by_paths(given.seconds, given.seed)
        return
    _start()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    for outcome, number in by_chance(given.rounds, given.seed).most_common():
        print(f"{number:6}  {outcome}")
    for name, content in bombs() if given.bombs else ():
        started = time.perf_counter()
        print(f"bomb: {name}: {tried(content)}, {time.perf_counter() - started:.1f} s")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")


if __name__ == "__main__":
    main()
