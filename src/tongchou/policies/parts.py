"""Facts in a folder of Parquet parts, results in another: as many people as the disk holds.

Memory is bounded: a part is read some rows at a time (:data:`ROWS`), and each of these *pieces* becomes one
file of results, written whole or not at all. ``_evaluation.json`` beside them tells which pieces are done and
from what: a run that was interrupted goes on where it stopped, a part that has changed since is done again,
and results of other rules or another year are never mixed with these.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from tongchou.domain.policy.batch import explained
from tongchou.domain.policy.errors import FactsError, FactsProblem
from tongchou.domain.policy.overlaps import Overlap
from tongchou.domain.policy.rules import Rules, digest
from tongchou.domain.policy.settled import settled
from tongchou.domain.policy.validate import KEY, checked
from tongchou.domain.policy.words import Text

#: People evaluated at once: the results of all programmes for so many take a few hundred megabytes.
ROWS = 200_000
#: What the results were made from. Readers of partitioned Parquet pass over names that begin so.
JOURNAL = "_evaluation.json"
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found, the pieces done before included."""

    persons: int
    pieces: int
    #: Pieces that were done already.
    kept: int
    #: People by programme and outcome.
    counts: dict[tuple[str, str], int]


def parts_of(folder: Path) -> list[Path]:
    """The Parquet files of a folder, in the order of their names.

    Raises
    ------
    FactsError
        When there is none.
    """
    parts = sorted(path for path in folder.glob("*.parquet") if not path.name.startswith((".", "_")))
    if not parts:
        raise _refusal(f"{folder} 中没有 .parquet 文件。", f"There is no .parquet file in {folder}.")
    return parts


def evaluate_parts(
    facts: Path,
    out: Path,
    programmes: Sequence[Rules],
    year: int,
    *,
    rows: int = ROWS,
    overlaps: Sequence[Overlap] = (),
    report: Report = lambda _done, _total: None,
) -> Done:
    """Every programme for every part of a folder.

    Parameters
    ----------
    out
        A folder, made when it is not there; of an earlier run with the same rules, what is done is kept.
    rows
        People evaluated at once.
    overlaps
        Groups of programmes of which one is paid; the results then say what is, as of ``settled``.
    report
        Called with (people done, people in all).

    Raises
    ------
    FactsError
        No parts; a part that is not Parquet or whose facts are wrong, by name; a person in two parts; ``out``
        is the folder of the facts or holds results of something else. Pieces done before stay.
    OSError
        When a file cannot be read or written.
    """
    parts = parts_of(facts)
    if out.exists() and out.samefile(facts):
        raise _refusal(
            "结果不能写入事实所在的文件夹。", "The results would lie among the facts; choose another folder."
        )
    heights = [_height(part) for part in parts]
    refuse_twice(parts)
    out.mkdir(parents=True, exist_ok=True)
    journal = _Journal.of(out, {"year": year, "rules": digest(list(programmes)), "rows": rows})
    persons, kept, pieces, total = 0, 0, 0, sum(heights)
    counts: Counter[tuple[str, str]] = Counter()
    wanted: set[str] = set()
    for part, height in zip(parts, heights, strict=True):
        made_from = _sha256(part)
        for start in range(0, max(height, 1), rows):
            name = f"{part.stem}-{start // rows:05d}.parquet"
            wanted.add(name)
            if journal.has(name, made_from):
                kept += 1
            else:
                found = _evaluated(part, start, rows, programmes, year, overlaps)
                _write(found, out / name)
                journal.add(name, made_from, _counted(found))
            for programme, outcome, number in journal.counts(name):
                counts[programme, outcome] += number
            persons, pieces = persons + max(0, min(rows, height - start)), pieces + 1
            report(persons, total)
    journal.forget_all_but(wanted)
    return Done(persons, pieces, kept, dict(sorted(counts.items())))


def put_aside(out: Path) -> None:
    """Results nobody should take for granted get names no reader of a folder looks at.

    The next run over the same facts takes them up again without evaluating them anew.
    """
    for path in parts_of(out):
        path.replace(_held(path))


def _held(path: Path) -> Path:
    return path.with_name(f"_{path.name}.held")


class _Journal:
    """Which files of results are done, from which content, with which counts."""

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        self.path, self.content = path, content

    @classmethod
    def of(cls, folder: Path, same: dict[str, Any]) -> _Journal:
        """The journal of a folder; a new one for an empty folder.

        Raises
        ------
        FactsError
            When the folder holds results of something else, or files of which no journal tells.
        """
        path = folder / JOURNAL
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if any(folder.glob("*.parquet")):
                raise _other(folder) from None
            return cls(path, {**same, "pieces": {}})
        except ValueError as error:
            raise _other(folder) from error
        if not isinstance(content, dict) or {**same, "pieces": content.get("pieces")} != content:
            raise _other(folder)
        return cls(path, content)

    def has(self, name: str, made_from: str) -> bool:
        """Whether a piece is done; one that was put aside comes back."""
        piece = self.content["pieces"].get(name)
        if piece is None or piece["facts"] != made_from:
            return False
        path = self.path.parent / name
        if (held := _held(path)).exists():
            held.replace(path)
        return path.exists()

    def counts(self, name: str) -> list[tuple[str, str, int]]:
        return [(code, outcome, number) for code, outcome, number in self.content["pieces"][name]["counts"]]

    def add(self, name: str, made_from: str, counts: list[list[Any]]) -> None:
        """After the file itself, so that what the journal names is there."""
        _held(self.path.parent / name).unlink(missing_ok=True)
        self.content["pieces"][name] = {"facts": made_from, "counts": counts}
        self._save()

    def forget_all_but(self, wanted: set[str]) -> None:
        """Results of parts that are no longer among the facts go."""
        gone = self.content["pieces"].keys() - wanted
        for name in gone:
            (self.path.parent / name).unlink(missing_ok=True)
            _held(self.path.parent / name).unlink(missing_ok=True)
            del self.content["pieces"][name]
        if gone:
            self._save()

    def _save(self) -> None:
        text = json.dumps(self.content, ensure_ascii=False, indent=1)
        with whole(self.path) as partial:
            partial.write_text(text, encoding="utf-8")


class whole:  # noqa: N801 - used like a function
    """A file written beside its place and moved there at the end: all of it or nothing."""

    def __init__(self, path: Path) -> None:
        self.path, self.partial = path, path.with_name(f".{path.name}.{os.getpid()}")

    def __enter__(self) -> Path:
        return self.partial

    def __exit__(self, kind: object, *_rest: object) -> None:
        try:
            if kind is None:
                self.partial.replace(self.path)
        finally:
            self.partial.unlink(missing_ok=True)


def _evaluated(
    part: Path, start: int, rows: int, programmes: Sequence[Rules], year: int, overlaps: Sequence[Overlap]
) -> pl.DataFrame:
    frame = _read(part, lambda table: table.slice(start, rows))
    try:
        facts = checked(nw.from_native(frame).lazy())
    except FactsError as error:
        raise FactsError([_in(part, problem) for problem in error.problems]) from error
    found = pl.concat([explained(facts, programme, year) for programme in programmes])
    return settled(found, overlaps) if overlaps else found


def _write(results: pl.DataFrame, path: Path) -> None:
    with whole(path) as partial:
        # The level of the default costs three times the time for a tenth of the size.
        results.write_parquet(partial, compression="zstd", compression_level=1)


def _counted(results: pl.DataFrame) -> list[list[Any]]:
    counts = results.group_by("programme", "outcome").len().sort("programme", "outcome")
    return [list(row) for row in counts.iter_rows()]


def refuse_twice(parts: Iterable[Path]) -> None:
    """Refuse a person in two parts, or twice in one.

    Numbers that come in order, part after part, as a registry hands them out, are seen by their least and
    greatest; only parts that overlap are compared number by number.
    """
    spans: list[tuple[int, int, Path]] = []
    for part in parts:
        numbers = _numbers(part)
        if numbers is None or not len(numbers):
            continue  # said when the part is checked
        if not (numbers.diff() > 0).all() and (twice := len(numbers) - numbers.n_unique()):
            raise _twice(twice, part.name)
        spans.append((int(numbers.min()), int(numbers.max()), part))  # type: ignore[arg-type]
    spans.sort(key=lambda span: span[:2])
    overlapping: set[Path] = set()
    reach: tuple[int, Path] | None = None
    for least, most, part in spans:
        if reach is not None and least <= reach[0]:
            overlapping |= {reach[1], part}
        if reach is None or most > reach[0]:
            reach = (most, part)
    if overlapping:
        numbers = pl.concat([found for part in sorted(overlapping) if (found := _numbers(part)) is not None])
        if twice := len(numbers) - numbers.n_unique():
            raise _twice(twice, ", ".join(part.name for part in sorted(overlapping)))


def _numbers(part: Path) -> pl.Series | None:
    """The person numbers of a part; ``None`` where the column is not of that kind."""
    schema = _schema(part)
    if KEY not in schema or not schema[KEY].is_integer():
        return None
    return _read(part, lambda table: table.select(pl.col(KEY).cast(pl.Int64).drop_nulls())).to_series()


def _height(part: Path) -> int:
    return int(_read(part, lambda table: table.select(pl.len())).item())


def _schema(part: Path) -> pl.Schema:
    with _readable(part):
        return pl.scan_parquet(part).collect_schema()


def _read(part: Path, what: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    with _readable(part):
        return what(pl.scan_parquet(part)).collect()


class _readable:  # noqa: N801 - used like a function
    """Say which part is not Parquet."""

    def __init__(self, part: Path) -> None:
        self.part = part

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, pl.exceptions.PolarsError):
            raise _refusal(
                f"{self.part.name} 不是可读的 Parquet 文件。", f"{self.part.name} is not readable Parquet."
            ) from error


def _sha256(part: Path) -> str:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in(part: Path, problem: FactsProblem) -> FactsProblem:
    said = Text(f"{part.name}：{problem.text.zh}", f"{part.name}: {problem.text.en}")
    return FactsProblem(problem.column, said, problem.count)


def _twice(count: int, where: str) -> FactsError:
    said = Text(
        f"{KEY} 在 {where} 中有 {count} 处重复；每人只能有一行。",
        f"{KEY} is repeated {count} times in {where}; one row a person.",
    )
    return FactsError([FactsProblem(KEY, said, count)])


def _other(folder: Path) -> FactsError:
    return _refusal(
        f"{folder} 中已有其他结果（年度、规则不同，或并非由此命令写成）；请换一个文件夹。",
        f"{folder} holds other results (of another year, other rules, or not written by this command); "
        "choose another folder.",
    )


def _refusal(zh: str, en: str) -> FactsError:
    return FactsError([FactsProblem("", Text(zh, en))])


__all__ = ["JOURNAL", "ROWS", "Done", "evaluate_parts", "parts_of", "put_aside", "refuse_twice", "whole"]
