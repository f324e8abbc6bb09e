"""The product's own reader takes the registers, and what it reads leads the oracle to the truth file."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

import openpyxl
import pytest

from tongchou.domain.kinship import Member, derive
from tongchou.domain.register.read import Reading, read_register
from tongchou.domain.register.row import RegisterRow
from tongchou.domain.register.sheet import Sheet
from tongchou.synth import oracle

from .conftest import ON, Folder

pytestmark = pytest.mark.wide


def reading(path: Path) -> Reading:
    page = openpyxl.load_workbook(path).worksheets[0]
    cells = [
        [value.date() if isinstance(value, dt.datetime) else value for value in row]
        for row in page.iter_rows(values_only=True)
    ]
    areas = page.merged_cells.ranges
    merged = [((a.min_row - 1, a.min_col - 1), (a.max_row - 1, a.max_col - 1)) for a in areas]
    return read_register(Sheet(cells, merged), on=ON)


@pytest.fixture(scope="session")
def readings(small: Folder) -> dict[str, Reading]:
    return {path.stem: reading(path) for path in sorted((small.out / "registers").glob("*.xlsx"))}


def test_every_register_is_taken_without_an_error(small: Folder, readings: dict[str, Reading]) -> None:
    problems = [problem for found in readings.values() for problem in found.problems]
    assert Counter(problem.code for problem in problems if problem.level == "error") == {}
    assert sum(len(found.good_rows) for found in readings.values()) == small.made.registered
    numbers = {row.id_number for found in readings.values() for row in found.rows}
    assert numbers == {line.id_number for line in small.lines}


def test_closed_matters_are_dropped(readings: dict[str, Reading]) -> None:
    for found in readings.values():
        assert {"contraception", "measures", "policy"} <= set(found.legacy_matters)
        assert Counter(skipped.reason for skipped in found.skipped) >= Counter({"total": 1, "note": 1})


def registration(row: RegisterRow) -> oracle.Registration:
    def year(date: object) -> int | None:
        return None if date is None else int(str(date)[:4])

    return oracle.Registration(
        row.hukou_kind, row.determined_rural, row.converted, year(row.converted_on), row.urban_pension,
        year(row.urban_pension_from), row.urban_medical, year(row.urban_medical_from),
    )  # fmt: skip


def lives(rows: list[RegisterRow]) -> dict[str, oracle.Life]:
    """The people of a household as the oracle would know them from the register alone."""
    members = [Member(n, r.relation, r.sex, r.birth, r.marital) for n, r in enumerate(rows)]
    spouse = {}
    for one, two in derive(members).couples:
        spouse[one], spouse[two] = rows[two], rows[one]
    found = {}
    for number, row in enumerate(rows):
        married = {"2": True, None: None}.get(row.marital[0] if row.marital else None, False)
        partner = spouse.get(number)
        assert row.birth is not None and row.birth.month is not None and row.id_number is not None
        found[row.id_number] = oracle.Life(
            row.birth.year, row.birth.month, registration(row),
            married=True if partner else married, spouse=registration(partner) if partner else None,
            sons=row.living_sons, daughters=row.living_daughters, children_ever=row.children_ever,
        )  # fmt: skip
    return found


def test_what_the_files_say_leads_to_the_truth(small: Folder, readings: dict[str, Reading]) -> None:
    """Settled cases give the true outcome; open ones are exactly those the truth file calls open."""
    known: dict[str, oracle.Life] = {}
    for found in readings.values():
        pages = defaultdict(list)
        for row in found.good_rows:
            pages[row.household_no].append(row)
        for rows in pages.values():
            known |= lives(rows)
    checked = Counter()
    for row in small.table("truth.csv"):
        life = known.pop(row["id_number"])
        true = oracle.Truth(row["outcome"], int(row["amount_fen"]))
        if row["programme"] == oracle.CHILDCARE:
            assert oracle.childcare(life, ON.year) == true
        else:
            possible = oracle.outcomes(life, ON.year)
            assert true in possible
            assert (len(possible) == 1) == (row["facts_in_files"] == "true"), (row, life)
        checked[row["programme"], row["outcome"]] += 1
    assert min(checked.values()) > 20 and len(checked) >= 3
    # Nobody who is not in the truth file could be entitled.
    for life in known.values():
        assert oracle.childcare(life, ON.year) == oracle.NOTHING == oracle.reward(life, ON.year)


def test_the_practice_register_s_mistakes_are_found(small: Folder) -> None:
    folder = small.out / "practice"
    (mended,) = (folder / "mended").glob("*.xlsx")
    assert not [problem for problem in reading(mended).problems if problem.level == "error"]
    found = [problem for problem in reading(folder / mended.name).problems if problem.level == "error"]
    listed = {row["cell"]: row["mistake"] for row in small.table("practice/errors.csv")}
    # The unknown group is the business of whoever knows the areas, not of the reader.
    wanted = {cell for cell, mistake in listed.items() if mistake != "unknown_group"}
    assert wanted <= {problem.cell for problem in found}, found
