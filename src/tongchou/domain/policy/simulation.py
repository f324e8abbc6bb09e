"""Two laws over the same people: who is entitled now and then, what it costs, who gains and who loses.

Each programme of the one law is held against the same programme of the other for one year and a table of
facts. What comes out are sums by area, five-year age group and sex: nothing here gives a row of a person to
anybody, and nothing can be asked by family, marriage or children (there is no such column).

Whoever needs information is neither gainer nor loser. They make a band: with none of them entitled the money
is what is decided; with all of them entitled it is that plus the most each of them can be given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import narwhals as nw
import polars as pl

from tongchou.domain.policy.bounds import greatest_amount
from tongchou.domain.policy.outcomes import GRANTED, NEEDS_INFORMATION
from tongchou.domain.policy.plan import CODES, plan_for
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.validate import KEY, CheckedFacts, checked

#: What the reform does to a person: each entry is somebody's whole story, and everybody has one.
NEW, MORE, SAME, LESS, OUT = "new", "more", "same", "less", "out"
#: Somebody needs information on one side at least: on both, only then, was entitled, becomes entitled, only
#: now.
OPEN, OPENED, UNSURE, FOUND, DROPPED = "open", "opened", "unsure", "found", "dropped"
EFFECTS: Final = (NEW, MORE, SAME, LESS, OUT, OPEN, OPENED, UNSURE, FOUND, DROPPED)
#: What is told, and of which effects each figure is made.
ENTITLED_NOW, ENTITLED_THEN, GAIN, LOSE = "entitled_now", "entitled_then", "gain", "lose"
OPEN_NOW, OPEN_THEN, TOUCHED = "open_now", "open_then", "touched"
MADE_OF: Final = {
    ENTITLED_NOW: (MORE, SAME, LESS, OUT, UNSURE),
    ENTITLED_THEN: (NEW, MORE, SAME, LESS, FOUND),
    GAIN: (NEW, MORE),
    LOSE: (LESS, OUT),
    OPEN_NOW: (OPEN, FOUND, DROPPED),
    OPEN_THEN: (OPEN, OPENED, UNSURE),
    # Behind the difference of the money.
    TOUCHED: (NEW, MORE, LESS, OUT, UNSURE, FOUND),
}
#: First ages of the groups, by the age reached in the year; the last one is open.
AGE_GROUPS: Final = tuple(range(0, 90, 5))
#: By what sums may be asked for. ``unit`` is what a caller made of the area.
BY: Final = ("area_code", "age_group", "sex")
_UNIT: Final = "unit"
_GRANTED = [CODES[outcome] for outcome in sorted(GRANTED)]
_CARRIED = ("household_id", "area_code", "birth_year", "sex")
FEN: Final = ("now_fen", "then_fen", "open_now_fen", "open_then_fen")


def columns_read(programmes: Sequence[Rules]) -> tuple[str, ...]:
    """The facts a simulation of these programmes reads, and nothing else."""
    return tuple(dict.fromkeys([KEY, *_CARRIED, *(name for one in programmes for name in one.facts)]))


def compared(
    frame: Any, now: Sequence[Rules], then: Sequence[Rules], year: int, *, allow_extra: bool = False
) -> pl.DataFrame:
    """The people a programme of either law touches in a year, for :func:`sums`; one programme after another.

    Parameters
    ----------
    frame
        As for :func:`~tongchou.domain.policy.batch.evaluate_many`.
    now, then
        The same programmes in the same order, as the law has them and as the reform has them.

    Returns
    -------
    polars.DataFrame
        ``programme``, ``effect`` (:data:`EFFECTS`), ``family`` (a number that says who belongs together),
        :data:`BY` and :data:`FEN`. Whoever is not entitled and decided under both laws is left out.

    Raises
    ------
    FactsError
        Everything wrong with the table, at once.
    ValueError
        When the two lists are not of the same programmes, or hold one that nobody is looked through for.
    """
    if [one.code for one in now] != [one.code for one in then]:
        raise ValueError("the two laws must have the same programmes in the same order")
    if any(one.finding != "registry" or one.kind == "private" for one in (*now, *then)):
        raise ValueError("only programmes people are looked through for can be simulated")
    facts = checked(nw.from_native(frame).lazy(), allow_extra=allow_extra)
    tables = [_programme(facts, one, other, year) for one, other in zip(now, then, strict=True)]
    return pl.concat(tables)


def _programme(facts: CheckedFacts, now: Rules, then: Rules, year: int) -> pl.DataFrame:
    first = _answers(facts, now, year, "now", carried=True)
    second = _answers(facts, then, year, "then", carried=False)
    if first[KEY].equals(second[KEY]):
        both = first.hstack(second.drop(KEY))
    else:  # an engine may hand rows over in any order
        both = first.join(second, on=KEY)
    absent = [pl.lit(None, dtype=pl.Int64).alias(name) for name in _CARRIED if name not in both.columns]
    states = [pl.col("now"), pl.col("then")]
    touched = both.lazy().with_columns(absent).filter(pl.any_horizontal(state != _NO for state in states))
    return touched.select(
        pl.lit(now.code).alias("programme"),
        _effect().alias("effect"),
        pl.coalesce("household_id", -pl.col(KEY) - 1).alias("family"),
        pl.col("area_code").cast(pl.String),
        ((year - pl.col("birth_year")) // 5 * 5).clip(AGE_GROUPS[0], AGE_GROUPS[-1]).alias("age_group"),
        pl.when(pl.col("sex").is_in([1, 2])).then(pl.col("sex")).alias("sex"),
        *(pl.col(name).fill_null(0) for name in FEN),
    ).collect()


_NO, _YES, _OPEN = 0, 1, 2


def _answers(facts: CheckedFacts, rules: Rules, year: int, side: str, *, carried: bool) -> pl.DataFrame:
    """State, fen and the most that is possible of each person, still in the order of the engine."""
    plan = plan_for(rules, year, facts.present)
    kept = [KEY, *(name for name in _CARRIED if carried and name in facts.present)]
    rows = plan.figures.fetched(facts, kept)
    outcome = pl.col("~outcome")
    unclear = outcome == CODES[NEEDS_INFORMATION]
    most = pl.col("~possible").fill_null(greatest_amount(rules, year))
    return rows.lazy().select(
        *kept,
        pl.when(outcome.is_in(_GRANTED)).then(_YES).when(unclear).then(_OPEN).otherwise(_NO)
        .cast(pl.Int8).alias(side),
        pl.col("~amount").cast(pl.Int64).alias(f"{side}_fen"),
        pl.when(unclear).then(most).cast(pl.Int64).alias(f"open_{side}_fen"),
    ).collect()  # fmt: skip


def _effect() -> pl.Expr:
    now, then = pl.col("now"), pl.col("then")
    more, less = pl.col("then_fen") > pl.col("now_fen"), pl.col("then_fen") < pl.col("now_fen")
    decided = pl.when(more).then(pl.lit(MORE)).when(less).then(pl.lit(LESS)).otherwise(pl.lit(SAME))
    return (
        pl.when((now == _YES) & (then == _YES)).then(decided)
        .when((now == _NO) & (then == _YES)).then(pl.lit(NEW))
        .when((now == _YES) & (then == _NO)).then(pl.lit(OUT))
        .when((now == _OPEN) & (then == _OPEN)).then(pl.lit(OPEN))
        .when((now == _NO) & (then == _OPEN)).then(pl.lit(OPENED))
        .when(now == _YES).then(pl.lit(UNSURE))
        .when(then == _YES).then(pl.lit(FOUND))
        .otherwise(pl.lit(DROPPED))
    )  # fmt: skip


def sums(touched: pl.DataFrame, figure: str, *by: str) -> pl.DataFrame:
    """People, families and fen of a figure (or an effect), by ``programme`` and whatever else of :data:`BY`.

    Returns
    -------
    polars.DataFrame
        ``programme``, the columns of ``by``, ``people``, ``families`` and the sums of :data:`FEN`, in order.

    Raises
    ------
    ValueError
        When asked for a column that is not of :data:`BY`.
    """
    strange = [name for name in by if name not in (*BY, _UNIT)]
    if strange:
        raise ValueError(f"no sums by {', '.join(strange)}: there are {', '.join(BY)}")
    keys = ["programme", *by]
    chosen = touched.filter(pl.col("effect").is_in(MADE_OF.get(figure, (figure,))))
    return (
        chosen.group_by(keys)
        .agg(pl.len().alias("people"), pl.col("family").n_unique().alias("families"), pl.col(*FEN).sum())
        .sort(keys, nulls_last=True)
    )
