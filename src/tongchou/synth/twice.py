"""People who moved within the county and still stand in the register they left: one person, two records."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tongchou.synth import cells, disagree
from tongchou.synth.community import Community
from tongchou.synth.dirt import Cell

#: Ages at which people move to marry or to work; none of them is asked about an old person's benefits.
YOUNGEST, OLDEST = 25, 55
#: Share of second records with the name as somebody else heard it.
MISHEARD = 0.4


@dataclass(frozen=True, slots=True)
class Second:
    """The record in the register somebody moved to: ``row`` as it stands in that of village ``village``."""

    id_number: str
    first_village: str
    village: str
    name: str
    row: list[Cell]


def seconds(
    community: Community, columns: Sequence[Sequence[Cell]], count: int, rng: np.random.Generator
) -> list[Second]:
    """A second record for ``count`` people (fewer when so many cannot be found), each of another household.

    The new register knows neither the identity number nor the family: a page of its own, at the end of the
    village. What else it says agrees with the first.
    """
    people, household = community.people, community.households.number
    fit = np.flatnonzero((people.age >= YOUNGEST) & (people.age <= OLDEST) & ~community.residence.away)
    fit = rng.permutation(fit)
    _, first = np.unique(household[fit], return_index=True)
    chosen = fit[np.sort(first)][:count].tolist()
    pages = np.bincount(community.village, minlength=len(community.villages)).tolist()
    made = []
    for person in chosen:
        here = int(community.village[household[person]])
        there = (here + 1 + int(rng.integers(max(1, len(pages) - 1)))) % len(pages)
        pages[there] += 1
        row = [column[person] for column in columns]
        name = community.name[person]
        if rng.random() < MISHEARD:
            name = disagree.name_variant(name, rng)
        row[cells.PAGE] = f"{pages[there]:04d}"
        row[cells.GROUP] = community.villages[there].groups[0]
        row[cells.NAME], row[cells.RELATION], row[cells.ID_NUMBER] = name, "户主", None
        made.append(
            Second(
                id_number=community.id_number[person],
                first_village=community.villages[here].code,
                village=community.villages[there].code,
                name=name,
                row=row,
            )
        )
    return made


def write(made: Sequence[Second], path: Path) -> None:
    """Who stands in two registers, by the number the first one knows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id_number", "village_code", "second_village_code", "second_name"))
        writer.writerows((one.id_number, one.first_village, one.village, one.name) for one in made)
