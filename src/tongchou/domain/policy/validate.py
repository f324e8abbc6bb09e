"""A table of facts is what the schema says, or it is refused with everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from tongchou.domain import facts as schema
from tongchou.domain.policy.engine import different, fetch
from tongchou.domain.policy.errors import FactsError, FactsProblem
from tongchou.domain.policy.numbers import LONG, NARROW, SHORT, WIDE, bits_for
from tongchou.domain.policy.programme import allowed_words
from tongchou.domain.policy.words import Text

KEY = "person_id"
#: Rows shown for a wrong value.
EXAMPLES = 3
_HELD = {NARROW: nw.Int8, SHORT: nw.Int16, LONG: nw.Int32, WIDE: nw.Int64}


@dataclass(frozen=True, slots=True)
class CheckedFacts:
    """A table with the types and values of the schema; ``present`` says which columns have no null.

    ``table`` is the same in memory, where Polars is the engine.
    """

    frame: nw.LazyFrame[Any]
    present: dict[str, bool]
    table: pl.DataFrame | None = None


def checked(frame: nw.LazyFrame[Any], *, allow_extra: bool = False) -> CheckedFacts:
    """The table with its columns cast to the types of the schema.

    Raises
    ------
    FactsError
        All problems at once: columns that are no facts (unless ``allow_extra``), types and values that do not
        fit, ``person_id`` missing, empty or given twice. Wrong values are counted, with example rows.
    """
    types = dict(frame.collect_schema())
    problems = [] if allow_extra else _strangers(types)
    kept = [name for name in schema.BY_NAME if name in types and types[name] != nw.Unknown]
    if KEY not in kept:
        problems.append(
            FactsProblem(
                KEY,
                Text(
                    f"缺少 {KEY} 列；每行须有人员编号。", f"The column {KEY} is missing; each row needs it."
                ),
            )
        )
    wrong = [name for name in kept if not _fits(schema.BY_NAME[name], types[name])]
    problems += [_wrong_type(schema.BY_NAME[name], types[name]) for name in wrong]
    usable = [name for name in kept if name not in wrong]
    if not usable:
        raise FactsError(problems)
    typed = frame.select(*(_cast(schema.BY_NAME[name], types[name]) for name in usable))
    values, present = _check_values(typed, usable)
    problems += values
    if problems:
        raise FactsError(problems)
    if typed.implementation is not nw.Implementation.POLARS:
        return CheckedFacts(typed, present)
    table = packed(typed, usable)
    return CheckedFacts(nw.from_native(table).lazy(), present, table)


def packed(frame: nw.LazyFrame[Any], names: list[str]) -> pl.DataFrame:
    """A table of Polars in memory, each fact in as few bytes as its bounds allow: it is read many times.

    Numbers take one or two bytes instead of eight, words of a closed set one; other engines do so alone.
    """
    # In one piece: a step over ten pieces takes twice as long.
    return fetch(frame.select(*(_packed(schema.BY_NAME[name]) for name in names))).rechunk()


def _packed(fact: schema.Fact) -> nw.Expr:
    column = nw.col(fact.name)
    if fact.values:
        return column.cast(nw.Enum(fact.values))
    if fact.kind == "int":
        return column.cast(_HELD[bits_for(fact.least, fact.most)])
    return column


def _strangers(types: dict[str, nw.dtypes.DType]) -> list[FactsProblem]:
    return [
        FactsProblem(
            name,
            Text(
                f"没有名为“{name}”的列；请删除或改名，可用列见 docs/reference/facts.md。",
                f"{name!r} is not a column of the facts; remove or rename it, see docs/reference/facts.md.",
            ),
        )
        for name in types
        if name not in schema.BY_NAME
    ]


def _fits(fact: schema.Fact, kind: nw.dtypes.DType) -> bool:
    match fact.kind:
        case "int":
            return kind.is_integer()
        case "bool":
            return kind == nw.Boolean
        case _:
            return kind in (nw.String, nw.Categorical, nw.Enum)


def _wrong_type(fact: schema.Fact, kind: object) -> FactsProblem:
    allowed = allowed_words(fact)
    return FactsProblem(
        fact.name,
        Text(
            f"列 {fact.name} 的类型是 {kind}，须为{allowed.zh}。",
            f"Column {fact.name} is {kind}; it must hold {allowed.en}.",
        ),
    )


def _cast(fact: schema.Fact, kind: nw.dtypes.DType) -> nw.Expr:
    column = nw.col(fact.name)
    match fact.kind:
        case "int":
            return column if kind == nw.Int64 else column.cast(nw.Int64)
        case "bool":
            return column
        case _:
            return column if kind == nw.String else column.cast(nw.String)


def _outside(fact: schema.Fact) -> nw.Expr | None:
    """Where a value is one the fact cannot have; ``None`` when any value will do."""
    column = nw.col(fact.name)
    if fact.values:
        return _none_of(column, fact.values)
    if fact.least is None:
        return None
    return column < fact.least if fact.most is None else (column < fact.least) | (column > fact.most)


def _none_of(column: nw.Expr, values: tuple[str, ...]) -> nw.Expr:
    other = column != values[0]
    for value in values[1:]:
        other = other & (column != value)
    return other


def _check_values(frame: nw.LazyFrame[Any], names: list[str]) -> tuple[list[FactsProblem], dict[str, bool]]:
    measures = [nw.len().alias("~rows")]
    for name in names:
        measures.append(_how_many(nw.col(name).is_null()).alias(f"~null~{name}"))
        fact, column = schema.BY_NAME[name], nw.col(name)
        if fact.kind == "int":
            measures += [column.min().alias(f"~least~{name}"), column.max().alias(f"~most~{name}")]
        elif fact.values:
            measures.append(_how_many(_none_of(column, fact.values)).alias(f"~outside~{name}"))
    found = fetch(frame.select(*measures)).row(0, named=True)
    problems = [
        _wrong_values(frame, schema.BY_NAME[name])
        for name in names
        if _has_wrong(found, schema.BY_NAME[name])
    ]
    if KEY in names:
        problems += _key_problems(
            rows=found["~rows"], empty=found[f"~null~{KEY}"], people=different(frame, KEY)
        )
    return problems, {name: not found[f"~null~{name}"] for name in names}


def _how_many(where: nw.Expr) -> nw.Expr:
    """How often it is true; not every engine adds up booleans."""
    return where.cast(nw.Int64).sum()


def _has_wrong(found: dict[str, Any], fact: schema.Fact) -> bool:
    if fact.kind != "int":
        return bool(found.get(f"~outside~{fact.name}"))
    least, most = found[f"~least~{fact.name}"], found[f"~most~{fact.name}"]
    if least is None:
        return False
    return (fact.least is not None and least < fact.least) or (fact.most is not None and most > fact.most)


def _wrong_values(frame: nw.LazyFrame[Any], fact: schema.Fact) -> FactsProblem:
    outside = _outside(fact)
    assert outside is not None
    count = int(fetch(frame.select(_how_many(outside).alias("~count"))).item() or 0)
    columns = dict.fromkeys([KEY, fact.name]) if KEY in frame.collect_schema() else [fact.name]
    rows = fetch(frame.filter(outside).select(*columns).head(EXAMPLES)).rows()
    examples = "; ".join(" → ".join(str(value) for value in row) for row in rows)
    allowed = allowed_words(fact)
    return FactsProblem(
        fact.name,
        Text(
            f"列 {fact.name}：{count} 行的值不是{allowed.zh}（人员编号 → 值，例：{examples}）。",
            f"Column {fact.name}: in {count} rows the value is not {allowed.en} "
            f"(person → value, e.g. {examples}).",
        ),
        count,
    )


def _key_problems(*, rows: int, empty: int, people: int) -> list[FactsProblem]:
    problems = []
    if empty:
        problems.append(
            FactsProblem(KEY, Text(f"{empty} 行没有 {KEY}。", f"{empty} rows have no {KEY}."), empty)
        )
    twice = (rows - empty) - (people - (1 if empty else 0))
    if twice:
        problems.append(
            FactsProblem(
                KEY,
                Text(
                    f"{KEY} 有 {twice} 处重复；每人只能有一行。",
                    f"{KEY} is repeated {twice} times; one row a person.",
                ),
                twice,
            )
        )
    return problems
