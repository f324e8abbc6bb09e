"""Every programme for a table of people: the same three-valued answers as the closures give one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl

from tongchou.domain.policy.outcomes import NEEDS_INFORMATION, OUTCOMES
from tongchou.domain.policy.plan import BITS, CODES, Plan, plan_for, plan_together
from tongchou.domain.policy.rules import Rules, last_day
from tongchou.domain.policy.validate import KEY, CheckedFacts, checked

OUTPUT = {
    "person_id": pl.Int64,
    "household_id": pl.Int64,
    "programme": pl.String,
    "year": pl.Int64,
    "outcome": pl.String,
    "amount_fen": pl.Int64,
    "failing": pl.String,
    "missing": pl.String,
    "claim_by": pl.Date,
}
_CARRIED = ("person_id", "household_id")
#: Bits whose texts are all made beforehand.
SMALL = 10


def evaluate_many(
    frame: Any, programmes: Sequence[Rules], year: int, *, allow_extra: bool = False
) -> pl.DataFrame:
    """One row a person and programme: outcome, amount, reasons.

    Parameters
    ----------
    frame
        Any table Narwhals reads (Polars eager or lazy, DuckDB relation …) with columns of
        ``docs/reference/facts.md``. Absent columns are unknown for everybody.
    allow_extra
        Leave out columns that are no facts instead of refusing the table.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`OUTPUT`, programme by programme, people in the order given. ``failing`` are
        condition codes and ``missing`` fact names, joined by ``;`` and empty where there are none.

    Raises
    ------
    FactsError
        Everything wrong with the table, at once.
    """
    facts = checked(nw.from_native(frame).lazy(), allow_extra=allow_extra)
    results = [explained(facts, programme, year) for programme in programmes]
    return pl.concat(results) if results else pl.DataFrame(schema=OUTPUT)


def amounts(facts: CheckedFacts, programme: Rules, year: int) -> pl.DataFrame:
    """Outcome (its place in ``OUTCOMES``) and amount of each person, without reasons."""
    return plan_for(programme, year, facts.present).answers.fetched(facts, [KEY])


def amounts_together(facts: CheckedFacts, programmes: Sequence[Rules], year: int) -> pl.DataFrame:
    """``outcome:…`` and ``amount_fen:…`` of several programmes in one row a person, without reasons."""
    return plan_together(programmes, year, facts.present).fetched(facts, [KEY])


def explained(facts: CheckedFacts, programme: Rules, year: int) -> pl.DataFrame:
    """One programme's rows of :func:`evaluate_many` for a checked table."""
    plan = plan_for(programme, year, facts.present)
    # Facts come along: what is missing is then worked out for the undecided alone.
    carried = dict.fromkeys([*_CARRIED, *programme.facts])
    rows = plan.reasons.fetched(facts, [name for name in carried if name in facts.present])
    return _decoded(rows, _missing(rows, plan, programme), programme, year)


def _missing(rows: pl.DataFrame, plan: Plan, programme: Rules) -> pl.Series:
    """The names of the deciding facts, empty where nothing is unclear."""
    unclear = rows["~outcome"] == CODES[NEEDS_INFORMATION]
    texts = pl.Series([""], dtype=pl.String).new_from_index(0, rows.height)
    places = unclear.arg_true()
    if not len(places):
        return texts
    found = plan.missing.of(rows.filter(unclear), [])
    first, *others = (
        _names(found[name], list(programme.facts[start : start + BITS]))
        for name, start in zip(found.columns, range(0, len(programme.facts), BITS), strict=True)
    )
    for other in others:
        pair = [first.replace("", None), other.replace("", None)]
        joined = pl.concat_str(pair, separator=";", ignore_nulls=True).fill_null("")
        first = pl.select(joined).to_series()
    return texts.scatter(places, first)


def _decoded(rows: pl.DataFrame, missing: pl.Series, programme: Rules, year: int) -> pl.DataFrame:
    height = rows.height
    codes = [condition.code for condition, _closure in programme.at(year).conditions]
    no_house = pl.Series([None], dtype=pl.Int64).new_from_index(0, height)
    household = rows["household_id"] if "household_id" in rows.columns else no_house
    return pl.DataFrame(
        {
            "person_id": rows[KEY],
            "household_id": household,
            "programme": pl.Series([programme.code], dtype=pl.String).new_from_index(0, height),
            "year": pl.Series([year], dtype=pl.Int64).new_from_index(0, height),
            "outcome": pl.Series(OUTCOMES, dtype=pl.String).gather(rows["~outcome"]),
            "amount_fen": rows["~amount"].cast(pl.Int64),
            "failing": _names(rows["~failing"], codes),
            "missing": missing,
            "claim_by": _last_days(rows["~claim"]),
        },
        schema=OUTPUT,
    )


def _last_days(years: pl.Series) -> pl.Series:
    """31 December of each year; null where there is none."""
    distinct = years.drop_nulls().unique().sort()
    if distinct.is_empty():
        return pl.Series([None], dtype=pl.Date).new_from_index(0, len(years))
    first, last = int(distinct[0]), int(distinct[-1])
    days = pl.Series([last_day(year) for year in range(first, last + 1)], dtype=pl.Date)
    return days.gather(years - first)


def _names(sums: pl.Series, names: list[str]) -> pl.Series:
    """Each sum as the names of its bits joined by ``;``."""

    def text(value: int) -> str:
        return ";".join(name for place, name in enumerate(names) if value >> place & 1)

    if len(names) <= SMALL:
        return pl.Series([text(value) for value in range(1 << len(names))], dtype=pl.String).gather(sums)
    distinct = sums.unique().sort()
    return pl.Series([text(value) for value in distinct], dtype=pl.String).gather(
        distinct.search_sorted(sums)
    )
