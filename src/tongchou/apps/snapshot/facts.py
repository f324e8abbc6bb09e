"""From the registry's extract to the facts table: one builder for one person, one household and everybody.

The columns, their kinds and what each means are those of ``tongchou.domain.facts``; an unknown fact is null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

import polars as pl

from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain.facts import HELD, SENSITIVE

#: Legacy programmes concern people who turn 60 in the year; the year before, papers are prepared (rights
#: rule 7).
SENSITIVE_FROM_AGE = 59
DTYPES = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
SCHEMA = {fact.name: DTYPES[fact.kind] for fact in HELD}
#: GB/T 2261.2: 10 never married, 30 widowed, 40 divorced; 20 to 23 married.
WITHOUT_SPOUSE = ("10", "30", "40")
MARRIED = ("20", "21", "22", "23")
_FLAGS = ("determined_rural", "converted", "urban_pension", "urban_medical")
_DATED = ("converted", "urban_pension", "urban_medical")
Progress = Callable[[int, int], None]


def build_facts(
    *,
    as_of: dt.date,
    person_ids: Collection[int] | None = None,
    household_id: int | None = None,
    scope: Scope | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """The facts of the people asked for as of a date, by number; of everybody when nobody in particular is.

    Columns and types are exactly those of ``domain.facts.HELD``. People born later and numbers nobody has are
    left out. A spell that starts later is ignored; one known to the year counts from that year on.
    Fertility-sensitive columns are filled only for people who are 59 or more in the year of ``as_of``.

    Access is the caller's: this is called after the household or person was opened, or for a snapshot.
    """
    oldest = as_of.year - SENSITIVE_FROM_AGE
    found = registry.extract(
        as_of=as_of,
        oldest=oldest,
        person_ids=person_ids,
        household_id=household_id,
        scope=scope,
        progress=progress,
    )
    people = _alive_or_dead(_born(found.people, as_of), as_of)
    statuses = _statuses(found.current)
    facts = people.join(statuses, on="person_id", how="left")
    facts = _with_spouse(facts, found.couples)
    if found.subjects is not None:
        facts = facts.filter(pl.col("person_id").is_in(found.subjects))
    guarded = [
        pl.when(pl.col("birth_year") <= oldest).then(pl.col(name)).otherwise(None).alias(name)
        for name in sorted(SENSITIVE & SCHEMA.keys())
    ]
    facts = facts.with_columns(*guarded, chinese_national=pl.lit(True))
    return facts.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).sort("person_id")


def _after(prefix: str, as_of: dt.date) -> pl.Expr:
    """True when the date in the three columns lies after ``as_of``, as far as its parts are known."""
    year, month, day = (pl.col(f"{prefix}_{part}") for part in ("year", "month", "day"))
    later_day = (month == as_of.month) & (day > as_of.day)
    later = (year > as_of.year) | ((year == as_of.year) & ((month > as_of.month) | later_day))
    return later.fill_null(False)


def _born(people: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    return people.filter(~_after("birth", as_of))


def _alive_or_dead(people: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """A death recorded for a later day has not happened as of the date."""
    dead = pl.col("deceased") & ~_after("death", as_of)
    return people.with_columns(
        deceased=dead, death_year=pl.when(dead).then(pl.col("death_year")).otherwise(None)
    )


def _statuses(current: pl.DataFrame) -> pl.DataFrame:
    """What holds now as the facts say it: flags, and the years since when."""
    years = [
        pl.when(pl.col(kind) == "yes")
        .then(pl.col(f"{kind}_start").str.slice(0, 4).cast(pl.Int64, strict=False))
        .otherwise(None)
        .alias(f"{kind}_year")
        for kind in _DATED
    ]
    return current.select(
        "person_id",
        "household_id",
        "area_code",
        "hukou_kind",
        *((pl.col(kind) == "yes").alias(kind) for kind in _FLAGS),
        *years,
    )


#: What a spouse's row is asked for.
_OF_SPOUSE = ("hukou_kind", *_FLAGS, *(f"{kind}_year" for kind in _DATED))


def _with_spouse(facts: pl.DataFrame, couples: pl.DataFrame) -> pl.DataFrame:
    """Whether a person has a living spouse, and the spouse's status when the spouse is in the registry.

    A person said to be married whose spouse is not registered has a spouse whose facts are unknown. A dead
    spouse recorded here makes the answer no, whatever an older marital status says.
    """
    both = pl.concat(
        [
            couples.select(person_id="a", spouse_id="b", start="start"),
            couples.select(person_id="b", spouse_id="a", start="start"),
        ]
    )
    spouses = facts.select(
        pl.col("person_id").alias("spouse_id"),
        pl.col("deceased").alias("spouse_dead"),
        *(pl.col(name).alias(f"spouse_{name}") for name in _OF_SPOUSE),
    )
    # A living partner comes before a dead one, then the latest marriage, then the larger number.
    present = (
        both.join(spouses, on="spouse_id")
        .sort("person_id", "spouse_dead", "start", "spouse_id", descending=[False, False, True, True])
        .unique("person_id", keep="first", maintain_order=True)
    )
    facts = facts.join(present.drop("start"), on="person_id", how="left")
    without = pl.col("marital").is_in(WITHOUT_SPOUSE)
    alive = pl.col("spouse_dead") == False  # noqa: E712 - an expression
    has = (
        pl.when(without)
        .then(False)
        .when(alive)
        .then(True)
        .when(pl.col("spouse_dead"))
        .then(False)
        .when(pl.col("marital").is_in(MARRIED))
        .then(True)
        .otherwise(None)
    )
    facts = facts.with_columns(has_spouse=has)
    known = pl.col("has_spouse") & alive
    return facts.with_columns(
        pl.when(known).then(pl.col(f"spouse_{name}")).otherwise(None).alias(f"spouse_{name}")
        for name in _OF_SPOUSE
    )
