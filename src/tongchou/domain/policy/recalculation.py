"""What law or facts corrected afterwards change for people and years that have passed: proposals, never acts.

An answer was given under the law and the facts known then; both may since have been corrected. The difference
per person, programme and year is split into the part of the law and the part of the facts by one answer in
between, under the facts of then and the law of now::

    law    =  a(facts then, law now) − a(facts then, law then)
    facts  =  a(facts now,  law now) − a(facts then, law now)

A difference upwards is *arrears*: the family has been paid too little. One downwards is an *overpayment*; it
is told to the office that has to decide, and nothing is recovered or set off by a program. Where the answer
of now is not known the difference is *open*: what is unknown takes nothing from anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import polars as pl

from tongchou.domain.policy.batch import evaluate_many
from tongchou.domain.policy.outcomes import GRANTED, NEEDS_INFORMATION
from tongchou.domain.policy.rules import Rules

ARREARS: Final = "arrears"
OVERPAYMENT: Final = "overpayment"
OPEN: Final = "open"
KINDS: Final = (ARREARS, OVERPAYMENT, OPEN)
OUTPUT: Final = {
    "person_id": pl.Int64,
    "household_id": pl.Int64,
    "programme": pl.String,
    "year": pl.Int64,
    "kind": pl.String,
    "before_outcome": pl.String,
    "before_fen": pl.Int64,
    "after_outcome": pl.String,
    "after_fen": pl.Int64,
    "difference_fen": pl.Int64,
    "law_fen": pl.Int64,
    "facts_fen": pl.Int64,
    "missing": pl.String,
}
_KEY = ("person_id", "programme", "year")
#: Programmes for everybody, or a way to say which part of a table stands under which.
Law = Sequence[Rules] | Callable[[pl.DataFrame], Sequence[tuple[pl.DataFrame, Sequence[Rules]]]]


def recalculate(
    facts_then: pl.DataFrame,
    facts_now: pl.DataFrame,
    law_then: Law,
    law_now: Law,
    years: Collection[int],
) -> pl.DataFrame:
    """The differences of these years, by person, programme and year; nobody whose answer stays is in it.

    Parameters
    ----------
    facts_then, facts_now
        Tables of facts as ``evaluate_many`` takes them. Who stands in one of them alone was not entitled, or
        is not known any more, in the other: the first may have arrears, of the second nothing is proposed.
        law_then, law_now The programmes as they were known then and are known now
        (``policies.build(known=…)``). A programme not known then gave nothing.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`OUTPUT`. ``difference_fen`` is ``law_fen + facts_fen``, null where it is open.
        ``before_fen`` is what the answer of then gave, 0 where it gave nothing or asked for more.
    """
    both = [_both(facts_then, facts_now, law_then, law_now, year) for year in sorted(years)]
    return pl.concat(both) if both else pl.DataFrame(schema=OUTPUT)


def totals(rows: pl.DataFrame) -> pl.DataFrame:
    """People and fen of differences by programme, year and kind; what is open has no sum."""
    groups = rows.group_by("programme", "year", "kind")
    summed = groups.agg(people=pl.len(), fen=pl.col("difference_fen").sum())
    return summed.sort("programme", "year", "kind")


def _both(
    facts_then: pl.DataFrame,
    facts_now: pl.DataFrame,
    law_then: Law,
    law_now: Law,
    year: int,
) -> pl.DataFrame:
    before = _answers(facts_then, law_then, year, "before")
    between = _answers(facts_then, law_now, year, "between").drop("between_outcome", "between_missing")
    after = _answers(facts_now, law_now, year, "after")
    joined = (
        after.join(before.drop("household_id", "before_missing"), on=_KEY, how="left")
        .join(between.drop("household_id"), on=_KEY, how="left")
        .with_columns(
            before_fen=pl.col("before_fen").fill_null(0),
            between_fen=pl.col("between_fen").fill_null(0),
            open=pl.col("after_outcome") == NEEDS_INFORMATION,
        )
    )
    known = ~pl.col("open")
    difference = pl.when(known).then(pl.col("after_fen") - pl.col("before_fen"))
    kind = (
        pl.when(pl.col("open"))
        .then(pl.lit(OPEN))
        .when(difference > 0)
        .then(pl.lit(ARREARS))
        .when(difference < 0)
        .then(pl.lit(OVERPAYMENT))
    )
    found = joined.with_columns(
        kind=kind,
        difference_fen=difference,
        law_fen=pl.when(known).then(pl.col("between_fen") - pl.col("before_fen")),
        facts_fen=pl.when(known).then(pl.col("after_fen") - pl.col("between_fen")),
        missing=pl.col("after_missing"),
        after_fen=pl.when(known).then(pl.col("after_fen")),
    )
    # An open answer matters only where something was given before; else it is a question of the list.
    told = pl.col("kind").is_not_null() & ((pl.col("kind") != OPEN) | (pl.col("before_fen") > 0))
    return found.filter(told).select(pl.col(name).cast(kind_) for name, kind_ in OUTPUT.items()).sort(_KEY)


def _answers(facts: Any, law: Law, year: int, prefix: str) -> pl.DataFrame:
    """Outcome and fen of everybody; 0 fen where nothing is given."""
    parts = law(facts) if callable(law) else [(facts, law)]
    found = pl.concat(
        [evaluate_many(part, [one for one in rules if one.benefit == "money"], year) for part, rules in parts]
    )
    fen = pl.when(pl.col("outcome").is_in(list(GRANTED))).then(pl.col("amount_fen")).otherwise(0)
    return found.select(
        *_KEY,
        "household_id",
        pl.col("outcome").alias(f"{prefix}_outcome"),
        fen.alias(f"{prefix}_fen"),
        pl.col("missing").alias(f"{prefix}_missing"),
    )
