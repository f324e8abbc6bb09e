"""Every programme for a table of people on a cluster: the same plans, run by Spark, and the same columns.

What a plan gives (numbers of outcomes, sums of bits, years) is put into words by Spark itself, so that
nobody's facts come to the driver. PySpark is imported when asked for: it is an extra (``tongchou[spark]``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tongchou.domain.policy.outcomes import NEEDS_INFORMATION, OUTCOMES
from tongchou.domain.policy.plan import BITS, CODES, plan_told
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.validate import KEY, checked

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_HOUSE = "household_id"


def evaluate_on_spark(
    frame: DataFrame, programmes: Sequence[Rules], year: int, *, allow_extra: bool = False
) -> DataFrame:
    """One row a person and programme, as ``batch.evaluate_many``, still in the cluster.

    Raises
    ------
    FactsError
        Everything wrong with the table, at once.
    """
    from pyspark.sql import functions as f

    facts = checked(nw.from_native(frame), allow_extra=allow_extra)
    query = plan_told(programmes, year, facts.present)
    rows: Any = query.on(facts.frame, [name for name in (KEY, _HOUSE) if name in facts.present]).to_native()
    house = f.col(_HOUSE) if _HOUSE in facts.present else f.lit(None)
    # One scan of the facts, then a row for each programme.
    answers = f.explode(f.array(*(_answer(one, year, list(query.results)) for one in programmes)))
    selected: DataFrame = rows.select(f.col(KEY), house.cast("long").alias(_HOUSE), answers.alias("answer"))
    return selected.select(KEY, _HOUSE, "answer.*")


def _answer(programme: Rules, year: int, columns: Sequence[str]) -> Column:
    """What a programme says of a person, in the words and types of ``batch.OUTPUT``."""
    from pyspark.sql import functions as f

    outcome, amount, failing, claim, *missing = (
        name for name in columns if name.partition("~")[0] == programme.code
    )
    codes = [condition.code for condition, _closure in programme.at(year).conditions]
    unclear = f.col(outcome) == f.lit(CODES[NEEDS_INFORMATION])
    return f.struct(
        f.lit(programme.code).alias("programme"),
        f.lit(year).cast("long").alias("year"),
        f.element_at(f.array(*(f.lit(one) for one in OUTCOMES)), f.col(outcome) + f.lit(1)).alias("outcome"),
        f.col(amount).cast("long").alias("amount_fen"),
        _names({failing: codes}).alias("failing"),
        f.when(unclear, _names(_groups(missing, programme.facts))).otherwise(f.lit("")).alias("missing"),
        f.make_date(f.col(claim).cast("int"), f.lit(12), f.lit(31)).alias("claim_by"),
    )


def _groups(missing: Sequence[str], facts: Sequence[str]) -> dict[str, Sequence[str]]:
    """The names of the bits of each sum of a plan's ``missing``."""
    return {name: facts[place * BITS : (place + 1) * BITS] for place, name in enumerate(missing)}


def _names(sums: Mapping[str, Sequence[str]]) -> Column:
    """The names of the bits of some sums joined by ``;``."""
    from pyspark.sql import functions as f

    words = [
        f.when(f.col(total).bitwiseAND(f.lit(1 << place)) != f.lit(0), f.lit(name))
        for total, names in sums.items()
        for place, name in enumerate(names)
    ]
    return f.concat_ws(";", *words) if words else f.lit("")
