"""The oracle on cases worked by hand from the rules' texts."""

from __future__ import annotations

import pytest

from tongchou.synth.oracle import Life, Registration, Truth, childcare, outcomes, reward, rural

from .conftest import Folder

pytestmark = pytest.mark.wide

FARM = Registration("agricultural")
TOWN = Registration("non_agricultural")
PAID = Truth("entitled_subject_to_statement", 96_000)
NO = Truth("not_entitled", 0)


def child(year: int, month: int, death: int | None = None) -> Life:
    return Life(year, month, FARM, death_year=death)


@pytest.mark.parametrize(
    ("born", "year", "yuan"),
    [
        ((2021, 12), 2025, 0),
        ((2022, 1), 2025, 300),
        ((2022, 12), 2025, 3600),
        ((2022, 12), 2026, 0),
        ((2023, 1), 2025, 3600),
        ((2023, 1), 2026, 300),
        ((2023, 5), 2026, 1500),
        ((2024, 8), 2025, 3600),
        ((2024, 8), 2026, 3600),
        ((2024, 8), 2027, 2400),
        ((2024, 8), 2028, 0),
        ((2025, 1), 2025, 3600),
        ((2025, 12), 2027, 3600),
        ((2025, 12), 2028, 0),
        ((2026, 6), 2025, 0),
        ((2026, 6), 2026, 3600),
        ((2024, 8), 2024, 0),
    ],
)
def test_childcare(born: tuple[int, int], year: int, yuan: int) -> None:
    """Amounts of the national scheme: 300 yuan a begun month for births before 2025, three payments after."""
    assert childcare(child(*born), year).amount_fen == yuan * 100


def test_a_child_that_dies_keeps_the_year_of_its_death() -> None:
    assert childcare(child(2024, 8, death=2026), 2026).amount_fen == 360_000
    assert childcare(child(2024, 8, death=2026), 2027) == NO
    assert childcare(child(2024, 8, death=2024), 2025) == NO


def elder(**more: object) -> Life:
    plain: dict[str, object] = {
        "birth_year": 1960, "birth_month": 3, "registration": FARM, "sons": 1, "children_ever": 1,
    }  # fmt: skip
    return Life(**{**plain, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "year", "truth"),
    [
        ({}, 2026, PAID),
        ({}, 2019, NO),
        ({}, 2020, PAID),
        ({"birth_year": 1932}, 2026, NO),
        ({"birth_year": 1933}, 2026, PAID),
        ({"sons": 0, "daughters": 2, "children_ever": 2}, 2026, PAID),
        ({"sons": 1, "daughters": 1, "children_ever": 2}, 2026, NO),
        ({"sons": 2, "children_ever": 2}, 2026, NO),
        ({"sons": 0, "daughters": 3, "children_ever": 3}, 2026, NO),
        ({"sons": 0, "children_ever": 2}, 2026, PAID),
        ({"sons": 0, "children_ever": 0}, 2026, NO),
        ({"registration": TOWN}, 2026, NO),
        ({"married": True, "spouse": TOWN}, 2026, NO),
        ({"married": True, "spouse": FARM}, 2026, PAID),
        ({"death_year": 2026}, 2026, PAID),
        ({"death_year": 2025}, 2026, NO),
        ({"birth_year": 1944}, 2008, Truth("entitled_subject_to_statement", 60_000)),
        ({"birth_year": 1944}, 2011, Truth("entitled_subject_to_statement", 72_000)),
        ({"birth_year": 1944}, 2003, NO),
    ],
)
def test_reward(change: dict[str, object], year: int, truth: Truth) -> None:
    assert reward(elder(**change), year) == truth


def converted(kind: str = "non_agricultural", **more: object) -> Registration:
    plain: dict[str, object] = {
        "converted": True, "converted_year": 2018, "pension": True, "pension_year": 2020, "medical": True,
        "medical_year": 2023,
    }  # fmt: skip
    return Registration(kind, **{**plain, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("person", "year", "answer"),
    [
        (converted(), 2023, True),
        (converted(), 2026, True),
        (converted(), 2027, False),
        (converted(medical=False, medical_year=None), 2040, True),
        (converted(pension=False, pension_year=None), 2040, True),
        (converted(pension_year=2010, medical_year=2011), 2021, True),
        (converted(pension_year=2010, medical_year=2011), 2022, False),
        (converted("unified", determined_rural=True), 2040, True),
        (converted("unified", determined_rural=False), 2026, True),
        (converted("unified", determined_rural=False), 2027, False),
        (Registration("unified", determined_rural=False), 2026, False),
        (Registration("agricultural", pension=True, pension_year=2001), 2026, True),
    ],
)
def test_the_transition(person: Registration, year: int, answer: bool) -> None:
    """Start 2023 → rural rules in 2024–2026 too, then urban (the plan's own example)."""
    assert rural(person, year) is answer


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ({}, True),
        ({"sons": None, "children_ever": 2}, False),
        ({"sons": None}, True),
        ({"sons": None, "daughters": 3, "children_ever": 3}, True),
        ({"children_ever": None}, True),
        ({"sons": 0, "children_ever": None}, False),
        ({"sons": None, "daughters": 0, "children_ever": 1}, True),
        ({"sons": None, "daughters": None, "children_ever": 1}, True),
        ({"sons": None, "daughters": 0, "children_ever": 2}, False),
        ({"sons": None, "daughters": 2, "children_ever": 2}, True),
        ({"sons": None, "daughters": 2, "children_ever": 3}, False),
        ({"sons": 1, "daughters": 0, "children_ever": 0}, False),
        ({"sons": 2, "daughters": None, "children_ever": 1}, False),
        ({"married": True, "spouse": None}, False),
        ({"married": True, "spouse": None, "sons": 2, "children_ever": 3}, True),
        ({"married": None}, False),
        ({"registration": converted(medical=None, medical_year=None)}, False),
        ({"registration": converted(medical_year=None)}, False),
        ({"registration": converted(converted_year=2024, medical_year=None)}, True),
        ({"registration": converted(pension_year=2005, converted_year=2010, medical=None)}, True),
        (
            {
                "registration": converted(
                    pension_year=2005, converted_year=2010, medical=None, medical_year=2011
                )
            },
            False,
        ),
        ({"registration": Registration("unified", determined_rural=None)}, False),
        ({"registration": Registration(None)}, False),
    ],
)
def test_what_a_register_leaves_open(change: dict[str, object], known: bool) -> None:
    assert (len(outcomes(elder(**change), 2026)) == 1) is known


def test_the_truth_file_tells_both_sides(small: Folder) -> None:
    rows = small.table("truth.csv")
    assert len({(row["id_number"], row["programme"]) for row in rows}) == len(rows)
    numbers = {line.id_number: line for line in small.lines}
    for row in rows:
        line = numbers[row["id_number"]]
        assert (row["household_no"], row["village_code"]) == (line.page, line.village)
    kinds = {(row["programme"], row["outcome"]) for row in rows}
    assert ("childcare_subsidy", "entitled") in kinds
    assert ("elderly_reward", "entitled_subject_to_statement") in kinds
    assert ("elderly_reward", "not_entitled") in kinds
    open_cases = [row for row in rows if row["facts_in_files"] == "false"]
    assert 0 < len(open_cases) < 0.15 * len(rows)
    assert small.made.entitled == sum(row["outcome"] != "not_entitled" for row in rows)
