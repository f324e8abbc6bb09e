"""Facts from a file and results into one: CSV or Parquet, by the name's ending."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from tongchou.domain import facts as schema
from tongchou.domain.policy.errors import FactsError, FactsProblem
from tongchou.domain.policy.programme import allowed_words
from tongchou.domain.policy.words import VALUES, Text

KEY = "person_id"
SUFFIXES = (".csv", ".parquet")
_YES, _NO = frozenset({"true", "1", "是"}), frozenset({"false", "0", "否"})
#: Cells shown for one column; all are counted.
_EXAMPLES = 5


def read_facts(path: Path) -> pl.DataFrame:
    """The facts of a CSV or Parquet file as a table for ``evaluate_many``.

    In CSV an empty cell is unknown; yes and no are ``true false 1 0 是 否``; a kind of registration is its
    code or its Chinese name; UTF-8 (with or without a mark) and GB 18030 are read. Parquet is taken with its
    own types and checked when it is evaluated.

    Raises
    ------
    FactsError
        All problems at once, with row (the heading is row 1) and column: no such ending, unreadable content,
        columns that are no facts, headings given twice, cells that do not fit.
    OSError
        When the file cannot be opened.
    """
    if path.suffix.lower() == ".csv":
        return facts_from_csv(_text(path.read_bytes()))
    if path.suffix.lower() == ".parquet":
        with path.open("rb") as file:
            try:
                return pl.read_parquet(file)
            except pl.exceptions.PolarsError as error:
                raise _refusal(
                    f"{path.name} 不是可读的 Parquet 文件。", f"{path.name} is not readable Parquet."
                ) from error
    raise _refusal(
        f"{path.name}：请使用 .csv 或 .parquet 文件。", f"{path.name}: use a .csv or .parquet file."
    )


def write_results(
    frame: pl.DataFrame,
    path: Path,
    *,
    source: Path | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write results as CSV (UTF-8 with a mark, so that spreadsheets show Chinese) or Parquet; whole or not at
    all. A Parquet file carries ``metadata`` with it.

    Raises
    ------
    FactsError
        When ``path`` ends otherwise, or is the file the facts came from.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise _refusal(
            f"{path.name}：结果文件须为 .csv 或 .parquet。",
            f"{path.name}: results go to a .csv or .parquet file.",
        )
    if source is not None and path.exists() and path.samefile(source):
        raise _refusal(
            "结果不能覆盖输入文件，请换一个文件名。",
            "The results would overwrite the facts; choose another name.",
        )
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.suffix.lower() == ".csv":
            partial.write_text(results_csv(frame), encoding="utf-8-sig")
        else:
            frame.write_parquet(partial, metadata=dict(metadata) if metadata else None)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def results_csv(frame: pl.DataFrame) -> str:
    """Results as CSV text; what is empty or null is an empty cell."""
    return frame.with_columns(pl.col(pl.String).replace("", None)).write_csv()


def _refusal(zh: str, en: str) -> FactsError:
    return FactsError([FactsProblem("", Text(zh, en))])


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _refusal(
            "文件既不是 UTF-8 也不是 GB 18030 编码。", "The file is neither UTF-8 nor GB 18030 text."
        ) from error


def facts_from_csv(text: str) -> pl.DataFrame:
    """The facts of a CSV text; see :func:`read_facts`."""
    names = [name.strip() for name in next(csv.reader(io.StringIO(text)), [])]
    if not any(names):
        raise _refusal(
            "文件是空的；第一行须为列名。", "The file is empty; the first row must hold the column names."
        )
    problems = list(_bad_names(names))
    if problems:
        raise FactsError(problems)
    try:
        cells = pl.read_csv(
            io.BytesIO(text.encode()),
            has_header=False,
            skip_rows=1,
            new_columns=names,
            infer_schema=False,
            truncate_ragged_lines=False,
        )
    except pl.exceptions.NoDataError:
        cells = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    except pl.exceptions.PolarsError as error:
        raise (_uneven(text, len(names)) or _unreadable()) from error
    # Polars fills short rows up; a cell that is not there is a mistake, not an unknown fact.
    if text.count(",") != (cells.height + 1) * (len(names) - 1) and (uneven := _uneven(text, len(names))):
        raise uneven
    cells = cells.select(pl.all().str.strip_chars().replace("", None))
    filled = cells.filter(pl.any_horizontal(pl.all().is_not_null()))
    read = {name: _column(schema.BY_NAME[name], cells[name]) for name in names}
    for name in names:
        problems += _bad_cells(schema.BY_NAME[name], cells[name], read[name])
    if KEY in names:
        problems += _bad_keys(cells, read[KEY])
    if problems:
        raise FactsError(problems)
    table = pl.DataFrame(read)
    return table if filled.height == cells.height else table.filter(pl.any_horizontal(pl.all().is_not_null()))


def _unreadable() -> FactsError:
    return _refusal(
        "表格的引号不成对，无法读取。", "The table cannot be read: a quotation mark is not closed."
    )


def _uneven(text: str, width: int) -> FactsError | None:
    """The refusal of the first row that has not as many cells as the first; ``None`` when all agree."""
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        if row and len(row) != width:
            return _refusal(
                f"第{number}行有{len(row)}格，第一行有{width}列；请使其一致。",
                f"Row {number} has {len(row)} cells and the first row {width} columns; make them agree.",
            )
    return None


def _bad_names(names: list[str]) -> Iterable[FactsProblem]:
    for place, name in enumerate(names, start=1):
        if name not in schema.BY_NAME:
            shown = name or "（空）"
            yield FactsProblem(
                name,
                Text(
                    f"第1行第{place}列“{shown}”不是可用的列名，见 docs/reference/facts.md。",
                    f"Row 1, column {place}: {name!r} is not a column of the facts, see "
                    "docs/reference/facts.md.",
                ),
            )
        elif name in names[: place - 1]:
            yield FactsProblem(name, Text(f"列 {name} 出现两次。", f"Column {name} is given twice."))


def _column(fact: schema.Fact, cells: pl.Series) -> pl.Series:
    """The cells as values; null where a cell does not fit."""
    if fact.kind == "text":
        return cells.replace({VALUES[code].zh: code for code in fact.values})
    if fact.kind == "bool":
        words = cells.str.to_lowercase()
        return (
            pl.select(
                pl.when(words.is_in(list(_YES)))
                .then(statement=True)
                .when(words.is_in(list(_NO)))
                .then(statement=False)
            )
            .to_series()
            .alias(fact.name)
        )
    whole = cells.str.contains(r"^-?[0-9]{1,18}$")
    return pl.select(pl.when(whole).then(cells)).to_series().cast(pl.Int64).alias(fact.name)


def _bad_keys(cells: pl.DataFrame, people: pl.Series) -> list[FactsProblem]:
    """Rows with facts of nobody, and all rows of somebody who has several."""
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    problems = []
    empty = filled & cells[KEY].is_null()
    if count := int(empty.sum()):
        zh, en = _rows(empty)
        problems.append(FactsProblem(KEY, Text(f"{zh}没有 {KEY}。", f"No {KEY} in {en}."), count))
    repeated = people.is_not_null() & people.is_duplicated()
    if count := int(repeated.sum()):
        zh, en = _rows(repeated)
        problems.append(
            FactsProblem(
                KEY,
                Text(f"{KEY} 重复：{zh}；每人只能有一行。", f"{KEY} is repeated in {en}; one row a person."),
                count,
            )
        )
    return problems


def _rows(where: pl.Series) -> tuple[str, str]:
    """The first rows of these and how many there are, in both languages; the heading is row 1."""
    count, rows = int(where.sum()), [str(row + 2) for row in where.arg_true().head(_EXAMPLES)]
    more = count > len(rows)
    zh = f"第{'、'.join(rows)}行" + (f"等共{count}行" if more else "")
    en = f"row{'s' if count > 1 else ''} {', '.join(rows)}" + (f" and more, {count} in all" if more else "")
    return zh, en


def _bad_cells(fact: schema.Fact, cells: pl.Series, values: pl.Series) -> list[FactsProblem]:
    bad = cells.is_not_null() & values.is_null()
    if fact.kind == "int":
        least, most = fact.least, fact.most
        if least is not None:
            bad |= (values < least).fill_null(value=False)
        if most is not None:
            bad |= (values > most).fill_null(value=False)
    elif fact.values:
        bad |= (~values.is_in(list(fact.values))).fill_null(value=False)
    count = int(bad.sum())
    if not count:
        return []
    rows = bad.arg_true().head(_EXAMPLES).to_list()
    zh = "、".join(f"第{row + 2}行“{cells[row]}”" for row in rows)
    en = ", ".join(f"row {row + 2} {cells[row]!r}" for row in rows)
    allowed = allowed_words(fact)
    more_zh = f"等共{count}处" if count > len(rows) else ""
    more_en = f" and more, {count} in all" if count > len(rows) else ""
    return [
        FactsProblem(
            fact.name,
            Text(
                f"列 {fact.name}：{zh}{more_zh}，须为{allowed.zh}。",
                f"Column {fact.name}: {en}{more_en}; it must be {allowed.en}.",
            ),
            count,
        )
    ]


__all__ = ["SUFFIXES", "FactsError", "facts_from_csv", "read_facts", "results_csv", "write_results"]
