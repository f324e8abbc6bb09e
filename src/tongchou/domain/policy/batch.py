"""Every programme for a table of people: the same three-valued answers as the closures give one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl

from tongchou.domain.policy import tree
from tongchou.domain.policy.columns import Columns
from tongchou.domain.policy.engine import fetch
from tongchou.domain.policy.explanation import NEEDS_INFORMATION, NOT_ENTITLED, OUTCOMES
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.trinary import YES, Bit, both, either, expression, no
from tongchou.domain.policy.validate import KEY, CheckedFacts, checked

#: Numbers of the outcomes in :func:`coded`.
CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
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
    results = [_decoded(fetch(coded(facts, programme, year)), programme, year) for programme in programmes]
    return pl.concat(results) if results else pl.DataFrame(schema=OUTPUT)


def coded(facts: CheckedFacts, programme: Rules, year: int) -> nw.LazyFrame[Any]:
    """The results as numbers, still in the engine: computed when fetched, and only what is asked for.

    Columns ``person_id``, ``household_id`` (when present), ``outcome`` (place in ``OUTCOMES``),
    ``amount_fen``, ``failing`` and ``missing`` (sums of powers of two: place in the conditions, in
    ``programme.facts``), ``claim_year``.
    """
    ready = programme.at(year)
    columns = Columns(ready.closures, facts.present)
    conditions = [columns.truth(condition) for condition, _closure in ready.conditions]
    every = YES
    for condition in conditions:
        every &= condition
    amount = columns.number(programme.amount).value if ready.in_force else 0
    unpriced: Bit = amount is None if amount is None or isinstance(amount, int) else amount.is_null()
    refused = every.no
    unclear = both(no(refused), either(no(every.yes), unpriced))
    granted = no(either(refused, unclear))
    missing = _missing(columns, programme, [c for c, _closure in ready.conditions]) if ready.in_force else {}
    claim = columns.number(programme.claim_by).value if ready.in_force and programme.claim_by else None
    frame = facts.frame
    for stage in columns.stages:
        if stage:
            frame = frame.with_columns(**stage)
    carried = [nw.col(name) for name in _CARRIED if name in facts.present]
    return frame.select(
        *carried,
        outcome=_outcome(refused, unclear, subject=programme.statement is not None),
        amount_fen=_where(granted, amount),
        failing=_sum([condition.no for condition in conditions]),
        missing=_sum([both(unclear, missing.get(name, False)) for name in programme.facts]),
        claim_year=_where(no(refused), claim),
    )


def _missing(columns: Columns, programme: Rules, conditions: list[tree.Condition]) -> dict[str, Bit]:
    result: dict[str, Bit] = {}
    for node in (*conditions, programme.amount):
        for name, bit in columns.where_unknown(node).items():
            result[name] = either(result.get(name, False), bit)
    return result


def _outcome(refused: Bit, unclear: Bit, *, subject: bool) -> nw.Expr:
    granted = OUTCOMES[1] if subject else OUTCOMES[0]
    return (
        nw.when(expression(refused))
        .then(nw.lit(CODES[NOT_ENTITLED], dtype=nw.Int64))
        .otherwise(
            nw.when(expression(unclear))
            .then(nw.lit(CODES[NEEDS_INFORMATION], dtype=nw.Int64))
            .otherwise(nw.lit(CODES[granted], dtype=nw.Int64))
        )
    )


def _where(bit: Bit, value: nw.Expr | int | None) -> nw.Expr:
    """The value where the bit is true, null elsewhere."""
    if value is None:
        return nw.lit(None, dtype=nw.Int64)
    return nw.when(expression(bit)).then(nw.lit(value, dtype=nw.Int64) if isinstance(value, int) else value)


def _sum(bits: Sequence[Bit]) -> nw.Expr:
    """The bits as one whole number, the first bit the lowest."""
    total = nw.lit(sum(1 << place for place, bit in enumerate(bits) if bit is True), dtype=nw.Int64)
    for place, bit in enumerate(bits):
        if not isinstance(bit, bool):
            total = total + bit.cast(nw.Int64) * (1 << place)
    return total


def _decoded(coded_rows: pl.DataFrame, programme: Rules, year: int) -> pl.DataFrame:
    height = coded_rows.height
    codes = [condition.code for condition, _closure in programme.at(year).conditions]
    household = coded_rows.get_column(
        "household_id", default=pl.Series([None], dtype=pl.Int64).new_from_index(0, height)
    )
    assert household is not None
    claim = coded_rows.lazy().select(pl.date(pl.col("claim_year"), 12, 31)).collect().to_series()
    return pl.DataFrame(
        {
            "person_id": coded_rows[KEY],
            "household_id": household,
            "programme": pl.Series([programme.code], dtype=pl.String).new_from_index(0, height),
            "year": pl.Series([year], dtype=pl.Int64).new_from_index(0, height),
            "outcome": pl.Series(OUTCOMES, dtype=pl.String).gather(coded_rows["outcome"]),
            "amount_fen": coded_rows["amount_fen"],
            "failing": _names(coded_rows["failing"], codes),
            "missing": _names(coded_rows["missing"], list(programme.facts)),
            "claim_by": claim,
        },
        schema=OUTPUT,
    )


def _names(sums: pl.Series, names: list[str]) -> pl.Series:
    """Each sum as the names of its bits joined by ``;``."""
    distinct = sums.unique().sort()
    texts = pl.Series(
        [";".join(name for place, name in enumerate(names) if value >> place & 1) for value in distinct],
        dtype=pl.String,
    )
    return texts.gather(distinct.search_sorted(sums))
