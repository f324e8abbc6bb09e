"""Is it the same person: what each level means, laws of the comparison, twins who must not be merged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou import synth
from tongchou.domain.matching import levels, model, pairs
from tongchou.domain.matching.blocking import candidate_pairs
from tongchou.domain.matching.levels import Birth, Kin, Move, Name, Place, Schooling
from tongchou.domain.matching.people import SCHEMA, people_of
from tongchou.domain.matching.writing import name_table
from tongchou.synth.duplicates import labelled

EMPTY: dict[str, Any] = dict.fromkeys(SCHEMA)
CHARACTERS = "张王李欧阳国明军丽红梅峰锋國?·"


def compared(a: str, b: str) -> Name:
    table = name_table([a, b])
    rows = [np.array([table.number[name]], dtype=np.int32) for name in (a, b)]
    return Name(int(levels.name_level(table, *rows)[0]))


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    full = [EMPTY | {"person": number} | row for number, row in enumerate(rows, 1)]
    return pl.DataFrame(full, schema=SCHEMA)


def pair(one: dict[str, Any], other: dict[str, Any]) -> dict[str, int]:
    both = people_of(people(one, other))
    found = model.model_levels(both, np.array([0], dtype=np.int32), np.array([1], dtype=np.int32))
    return {field: int(values[0]) for field, values in found.items()}


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("张国明", "张国明", Name.SAME),
        ("張國明", "张国明", Name.SAME),  # traditional characters
        ("张 国明", "张国明", Name.SAME),
        ("阿鲁·阿木", "阿鲁阿木", Name.SAME),
        ("李晓峰", "李小锋", Name.SOUND),
        ("林宁", "林玲", Name.SOUND),  # n and l, -ing and -in
        ("张国明", "张国军", Name.ONE_CHARACTER),
        ("张国明", "张国?", Name.ONE_CHARACTER),
        ("张国明", "张国□", Name.ONE_CHARACTER),
        ("张国明", "张明国", Name.ORDER),
        ("张国明", "张明", Name.SHORTENED),
        ("阿鲁·阿木", "阿鲁", Name.SHORTENED),
        ("张国明", "王国明", Name.GIVEN),
        ("张明", "张军", Name.SURNAME),
        ("欧阳明", "欧阳军", Name.SURNAME),
        ("张明", "王军", Name.DIFFERENT),
        ("张明", "", Name.SILENT),
    ],
)
def test_two_names(a: str, b: str, level: Name) -> None:
    assert compared(a, b) is level
    assert compared(b, a) is level


@given(st.text(CHARACTERS, min_size=1, max_size=5), st.text(CHARACTERS, min_size=1, max_size=5))
def test_names_are_compared_either_way_round(a: str, b: str) -> None:
    assert compared(a, b) is compared(b, a)


@given(st.text("张王李国明军丽红", min_size=2, max_size=4))
def test_a_name_is_the_same_as_itself(name: str) -> None:
    assert compared(name, name) is Name.SAME


def born(year: int | None, month: int | None = None, day: int | None = None) -> dict[str, Any]:
    return {"name": "张国明", "birth_year": year, "birth_month": month, "birth_day": day}


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ((1960, 3, 7), (1960, 3, 7), Birth.SAME),
        ((1960, 3, 7), (1960, 7, 3), Birth.SWAPPED),
        ((1960, 3, 7), (1961, 3, 7), Birth.DIGIT),
        ((1960, 3, 7), (1970, 3, 7), Birth.DIGIT),
        ((1960, 3, 17), (1960, 3, 27), Birth.DIGIT),
        ((1960, 3, 7), (1960, 3, None), Birth.PARTLY),
        ((1960, None, None), (1960, 3, 7), Birth.PARTLY),
        ((1960, 3, 7), (1960, 4, 15), Birth.NEAR),  # perhaps of the lunar calendar
        ((1960, 3, 7), (1960, 12, 25), Birth.YEAR),
        ((1960, 3, None), (1960, 4, 7), Birth.DIFFERENT),
        ((1960, 3, 7), (1985, 12, 25), Birth.DIFFERENT),
        ((1960, 3, 7), (None,), Birth.SILENT),
    ],
)
def test_two_birth_dates(a: tuple[int | None, ...], b: tuple[int | None, ...], level: Birth) -> None:
    assert pair(born(*a), born(*b))["birth"] == level == pair(born(*b), born(*a))["birth"]


def test_places_kin_schooling_and_moves() -> None:
    here = {"name": "张明", "household": 1, "village": "v1", "township": "t1", "county": "c1"}
    assert pair(here, here | {"household": 2})["place"] == Place.VILLAGE
    assert pair(here, here | {"household": 2, "village": "v2"})["place"] == Place.TOWNSHIP
    assert pair(here, here)["place"] == Place.HOUSEHOLD
    assert pair(here, {"name": "张明"})["place"] == Place.SILENT
    assert pair({"father": "张大山"}, {"father": "张大珊"})["father"] == Kin.SAME
    assert pair({"father": "张大山"}, {"father": "李四"})["father"] == Kin.DIFFERENT
    assert pair({"father": "张大山"}, {})["father"] == Kin.SILENT
    assert pair({"education": "71"}, {"education": "61"})["education"] == Schooling.STEP
    away = pair(here | {"away": True}, here | {"village": "v2", "away": False})
    assert away["away"] == Move.AWAY
    assert pair(here | {"away": True}, here)["away"] == Move.SILENT  # in the same village


TWIN = {
    "sex": 1, "birth_year": 2020, "birth_month": 5, "birth_day": 1, "household": 7, "village": "v",
    "township": "t", "county": "c", "father": "张强", "mother": "李梅",
}  # fmt: skip


def test_twins_are_two_people() -> None:
    table = people(TWIN | {"name": "张子轩"}, TWIN | {"name": "张子涵"})
    found = pairs.find_pairs(table, model.packaged())
    assert found.filter(pl.col("verdict") == pairs.SURE).is_empty()


def test_two_numbers_are_never_sure_and_one_number_is_always_asked() -> None:
    same = TWIN | {"name": "张子轩"}
    two = people(same | {"id_key": "x"}, same | {"id_key": "y", "household": 8})
    assert pairs.find_pairs(two, model.packaged())["verdict"].to_list() in ([], [pairs.ASK])
    stranger = {"name": "王军", "birth_year": 1950, "birth_month": 1, "birth_day": 1, "sex": 2, "id_key": "x"}
    shared = pairs.find_pairs(people(same | {"id_key": "x"}, stranger), model.packaged())
    assert shared["verdict"].to_list() == [pairs.ASK]


def test_silence_says_nothing() -> None:
    weights = model.packaged().weights
    assert all(weights[field][0] == 0.0 for field in model.MODEL_FIELDS)
    assert set(weights) == set(model.MODEL_FIELDS)


def test_a_pair_is_told_by_its_parts() -> None:
    fitted = model.packaged()
    found = pair(TWIN | {"name": "张子轩"}, TWIN | {"name": "张子萱", "household": 8})
    told = fitted.parts(found)
    score = fitted.score({field: np.array([level]) for field, level in found.items()})[0]
    assert score == pytest.approx(fitted.constant + sum(weight for _field, _level, weight in told))
    assert all(level > 0 for _field, level, _weight in told)


def test_a_table_must_be_whole() -> None:
    with pytest.raises(ValueError, match="phone_key"):
        people_of(people({"name": "张明"}).drop("phone_key"))
    with pytest.raises(ValueError, match="twice"):
        people_of(people({"name": "张明", "person": 1}, {"name": "张明", "person": 1}))


def test_nobody_makes_no_pairs() -> None:
    nobody = people_of(people())
    assert [len(rows) for rows in candidate_pairs(nobody)] == [0, 0]
    assert pairs.find_pairs(people(), model.packaged()).is_empty()


def test_planted_pairs_are_found_and_people_who_look_alike_are_left_alone(tmp_path: Path) -> None:
    """A small table with seeds of its own; ``bench/matching.py`` measures a million."""
    synth.prefecture(
        registered=40_000, seed=31, out=tmp_path, on=dt.date(2026, 6, 30), townships=40, villages=200
    )
    data = labelled(tmp_path, pairs=800, seed=32)
    found = pairs.find_pairs(data.people, model.packaged())
    labels = found.join(data.pairs, on=["a", "b"], how="left")
    sure = labels.filter(pl.col("verdict") == pairs.SURE)
    assert sure["kind"].is_not_null().mean() >= 0.985
    numbered = data.pairs.filter("numbered")
    assert sure.join(numbered, on=["a", "b"], how="semi").height >= 0.99 * numbered.height
    assert labels["kind"].is_not_null().sum() >= 0.96 * data.pairs.height
    twins = data.traps.filter(pl.col("kind") == "twin")
    assert sure.join(twins, on=["a", "b"], how="semi").is_empty()
