"""Stands for the facts of two records that were compared: says which one changed, never what it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from tongchou.apps.registry import api as registry
from tongchou.core import crypto

if TYPE_CHECKING:
    import polars as pl

#: What is remembered of a comparison: a name for people, and the columns behind it.
FACTS = {
    "name": ("name",),
    "birth": ("birth_year", "birth_month", "birth_day"),
    "sex": ("sex",),
    "id_key": ("id_key",),
    "place": ("household", "village"),
    "phone_key": ("phone_key",),
    "father": ("father",),
    "mother": ("mother",),
    "spouse": ("spouse",),
    "ethnicity": ("ethnicity",),
    "education": ("education",),
    "away": ("away",),
}
Prints = dict[str, str]
#: Characters of a keyed digest that are kept: a change is missed once in four thousand million.
_KEPT = 8
Rows = Mapping[int, Mapping[str, object]]


def rows_of(frame: pl.DataFrame, person_ids: Collection[int]) -> Rows:
    """The facts of some people of a frame of ``registry.likeness``, by number."""
    wanted = frame.filter(frame["person"].is_in(sorted(set(person_ids))))
    return {row["person"]: row for row in wanted.iter_rows(named=True)}


def of_pairs(pairs: Iterable[tuple[int, int]], rows: Rows) -> dict[tuple[int, int], Prints]:
    """The prints of pairs both of whose people are among the rows."""
    return {pair: _of(rows[pair[0]], rows[pair[1]]) for pair in pairs if pair[0] in rows and pair[1] in rows}


def now(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Prints]:
    """The prints of pairs as the register stands. Seven queries, none for no pair."""
    people = {person for pair in pairs for person in pair}
    return of_pairs(pairs, rows_of(registry.likeness(person_ids=people), people)) if people else {}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The facts that are not what they were."""
    return [fact for fact in FACTS if before.get(fact) != after.get(fact)]


def mark(prints: Mapping[str, str]) -> str:
    """Stands for all of them in a form: whoever decides sends back what he was shown."""
    return crypto.blind_index(repr(sorted(prints.items())), "duplicates.seen")


def _of(one: Mapping[str, object], other: Mapping[str, object]) -> Prints:
    return {
        fact: crypto.blind_index(
            repr([[row[column] for column in columns] for row in (one, other)]), f"duplicates.{fact}"
        ).partition(":")[2][:_KEPT]
        for fact, columns in FACTS.items()
    }
