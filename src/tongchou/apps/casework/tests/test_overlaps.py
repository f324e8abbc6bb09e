"""Of two programmes one is paid, by the rule of the place: the other case is not approved while it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tongchou import policies
from tongchou.apps.casework import api as casework
from tongchou.apps.casework import awarding, moving
from tongchou.apps.casework.models import Award, Case
from tongchou.apps.registry.models import FamilyStatement
from tongchou.core.errors import Conflict
from tongchou.policies import law

pytestmark = pytest.mark.django_db
Apply = Callable[..., int]
Passed = Callable[..., Any]
Put = Callable[..., None]
PROVINCE = """level: province
area: {code: "520000", zh: 贵州省, en: Guizhou}
overlaps:
  - code: one_of_two
    how: higher
    programmes: [elderly_reward, bereaved_assistance]
    from: 2026-01-01
    words: {zh: 两项就高享受, en: of the two the higher is paid}
    reference: {zh: 某省文件, en: document of the province}
"""


@pytest.fixture
def ruled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen_clock: dt.datetime) -> Iterator[Put]:
    """``ruled(text, …)`` puts overlays in force."""
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))

    def put(*texts: str) -> None:
        for number, text in enumerate(texts, 1):
            (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
        policies.laws.cache_clear()

    yield put
    policies.laws.cache_clear()


@pytest.fixture
def grief(
    apply: Apply, family: dict[str, int], office: Any, county: Any, passed: Passed, frozen_clock: dt.datetime
) -> int:
    """Special assistance of 陈老根, approved by the two officers named for it: 7,080 yuan."""
    FamilyStatement.objects.filter(person=family["陈老根"]).update(living_sons=0, children_ever=1)
    where = {"area_id": county.county.pk, "by": office.county_two, "at": frozen_clock}
    for account in (office.township, office.county):
        casework.name_officer(account=account, **where)
    case = apply("陈老根", "bereaved_assistance", by=office.township, applicant="self")
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    assert Award.objects.get(case=case).amount_fen == 708000
    return case


@pytest.fixture
def reward(grief: int, apply: Apply) -> int:
    """His application for the elderly reward of 960 yuan."""
    return apply("陈老根", "elderly_reward", applicant="self")


def refusal(case: int, at: dt.datetime) -> Conflict | None:
    try:
        awarding.require_payable(moving.opened(Case.objects.get(pk=case)), at)
    except Conflict as conflict:
        return conflict
    return None


def test_both_are_paid_where_no_rule_says_otherwise(reward: int, frozen_clock: dt.datetime) -> None:
    assert refusal(reward, frozen_clock) is None


def test_the_rule_of_the_province_keeps_the_lower_from_being_paid(
    ruled: Put, reward: int, frozen_clock: dt.datetime
) -> None:
    """And whoever decides on it reads nothing of the grief behind the other."""
    ruled(PROVINCE)
    found = refusal(reward, frozen_clock)
    assert found is not None and found.code == "casework.overlap"
    with translation.override("en"):
        said = str(found.message)
    assert "Only one of two benefits is paid to this person in the year" in said
    for word in ("bereaved", "special assistance", "the higher"):
        assert word not in said.lower()
    assert "instead" not in found.data
    ruled(PROVINCE.replace("2026-01-01", "2027-01-01"))
    assert refusal(reward, frozen_clock) is None  # the case is of 2026


def test_the_higher_is_told_which_lower_one_stands_in_its_way(
    ruled: Put, reward: int, grief: int, frozen_clock: dt.datetime
) -> None:
    ruled(PROVINCE)
    Award.objects.filter(case=grief).update(case=reward, kind="elderly_reward", amount_fen=96000)
    with translation.override("en"):
        found = refusal(grief, frozen_clock)
        said = str(found and found.message)
    assert found is not None and found.data["instead"] == "bereaved_assistance"
    assert "of the two the higher is paid (document of the province). End the other case" in said


def test_the_rule_is_that_of_the_place_of_registration(
    ruled: Put, reward: int, frozen_clock: dt.datetime, django_assert_num_queries: Any
) -> None:
    elsewhere = PROVINCE.replace("520000", "440000").replace("贵州省", "广东省")
    ruled(elsewhere)
    assert refusal(reward, frozen_clock) is None
    ruled(elsewhere, PROVINCE.replace("one_of_two", "of_guizhou"))
    found = moving.opened(Case.objects.get(pk=reward))
    with django_assert_num_queries(3), pytest.raises(Conflict):
        awarding.require_payable(found, frozen_clock)
