"""A small register with planted mistakes, its mended twin, and one of a village that does not exist."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np

from tongchou.synth import areas, cells, mistakes, names, register_file, truth
from tongchou.synth.census import County
from tongchou.synth.community import Community, assemble
from tongchou.synth.targets import Target

PEOPLE = 72
#: A village code nobody has; its register is refused as a whole.
UNKNOWN_VILLAGE = "999299"


def assemble_small(goal: Target, plan: areas.Plan, *, on: dt.date, rng: np.random.Generator) -> Community:
    """The practice village: the county's age pattern in small, outside its target table."""
    # Every n-th person by sex and age: a largest remainder over so many small cells would leave out the old.
    every = (np.arange(PEOPLE) + 0.5) * goal.registered / PEOPLE
    cells_hit = np.searchsorted(np.cumsum(goal.people.ravel()), every, side="right")
    counts = np.bincount(cells_hit, minlength=goal.people.size).reshape(goal.people.shape)
    urban = round(PEOPLE * goal.urban_people / goal.registered)
    return assemble(
        counts, (plan.practice,), np.array([PEOPLE]), names.SHARES[plan.county.code],
        urban_people=urban, on=on, rng=rng,
    )  # fmt: skip


def write(community: Community, county: County, on: dt.date, folder: Path, rng: np.random.Generator) -> None:
    """``<code>.xlsx`` with mistakes, ``errors.csv`` with what mends them, ``mended/``, ``truth.csv``."""
    columns = cells.columns_of(community, rng)
    people = community.households.order.tolist()
    rows = [[column[person] for column in columns] for person in people]
    village = community.villages[0]
    sheet = register_file.Sheet(county.name, village, rows, on)
    register_file.write(sheet, folder / "mended" / f"{village.code}.xlsx")
    nowhere = replace(village, code=county.code + UNKNOWN_VILLAGE, name="无名村", township="无名乡")
    register_file.write(replace(sheet, village=nowhere), folder / f"{nowhere.code}.xlsx")
    truth.write(truth.rows(community, on.year), folder / "truth.csv")
    planted = plant_all(rows, [community.id_number[person] for person in people], village.code)
    register_file.write(sheet, folder / f"{village.code}.xlsx")
    mistakes.write(planted, folder / "errors.csv")


def plant_all(
    rows: list[list[cells.Cell]], id_numbers: list[str], village_code: str
) -> list[mistakes.Mistake]:
    """One mistake of every kind, each in a household of its own."""
    heads = [p for p, row in enumerate(rows) if p == 0 or rows[p - 1][cells.PAGE] != row[cells.PAGE]]
    kinds = (*mistakes.SINGLE, mistakes.UNKNOWN_GROUP, mistakes.SAME_ID)
    step = max(1, len(heads) // (len(kinds) + 1))
    planted = []
    for index, kind in enumerate(kinds):
        position = heads[step * (index + 1)]
        planted.append(
            mistakes.plant(
                rows, position, kind, village_code=village_code, id_number=id_numbers[position],
                another=id_numbers[heads[0]],
            )
        )  # fmt: skip
    return planted
