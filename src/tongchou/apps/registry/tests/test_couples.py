"""Marriage, divorce and adoption as single acts: both people, and nothing that nobody asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Couple, Event, Kinship, Person
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

DAY = PartialDate(2026, 5, 20)


def code(name: str) -> str:
    return Person.objects.values_list("marital", flat=True).get(name=name)


@pytest.fixture
def act(person: Callable[[str], int], township_officer: Any, frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``act(registry.record_marriage, "赵强", "孙丽", married_on=DAY)``"""

    def do(function: Any, one: str, other: str | None, by: Any = None, **more: Any) -> Any:
        spouse = None if other is None else person(other)
        return function(
            person_id=person(one), spouse_id=spouse, by=by or township_officer, at=frozen_clock, **more
        )

    return do


def test_a_divorce_ends_the_couple_and_says_so_of_both(act: Any, audited: Any, person: Any) -> None:
    person("赵强")
    with audited():
        act(registry.record_divorce, "孙丽", "赵强", divorced_on=DAY)
    couple = Couple.objects.get(a__name="赵强")
    assert (couple.ended, couple.end_reason) == ("2026-05-20", "divorce")
    assert (code("赵强"), code("孙丽")) == ("40", "40")
    with pytest.raises(Conflict, match="nothing_new"):
        act(registry.record_divorce, "赵强", "孙丽", divorced_on=DAY)
    assert registry.check_state().ok


def test_a_marriage_makes_a_couple_whoever_is_named_first(act: Any, person: Any) -> None:
    act(registry.record_divorce, "孙丽", "赵强", divorced_on=PartialDate(2025))
    act(registry.record_marriage, "孙丽", "赵强", married_on=DAY)  # again, with each other
    again = Couple.objects.get(a__name="赵强", ended=None)
    assert (again.b.name, again.start) == ("孙丽", "2026-05-20")
    assert (code("赵强"), code("孙丽")) == ("20", "20")
    with pytest.raises(Conflict, match="nothing_new"):
        act(registry.record_marriage, "赵强", "孙丽", married_on=DAY)
    spouse = registry.spouses(person("赵强"), scope=Scope.everything())
    assert [one.name for one in spouse] == ["孙丽"]
    assert registry.check_state().ok


def test_a_day_makes_an_undated_marriage_more_precise(act: Any) -> None:
    act(registry.record_marriage, "赵强", "孙丽", married_on=PartialDate(2010, 4))
    assert list(Couple.objects.filter(a__name="赵强").values_list("start", "ended")) == [("2010-04", None)]


def test_nobody_is_married_to_two_living_people(act: Any) -> None:
    with pytest.raises(Conflict, match="other_spouse"):
        act(registry.record_marriage, "孙丽", "赵大山", married_on=DAY)
    act(registry.record_divorce, "赵强", "孙丽", divorced_on=PartialDate(2025))
    act(registry.record_marriage, "赵强", None, married_on=DAY)


def test_a_spouse_elsewhere_is_not_kept(act: Any, person: Any) -> None:
    number = person("赵小雨")
    Person.objects.filter(pk=number).update(birth_year=1990)
    before = Couple.objects.count()
    act(registry.record_marriage, "赵小雨", None, married_on=DAY)
    assert code("赵小雨") == "20" and Couple.objects.count() == before
    act(registry.record_divorce, "赵小雨", None, divorced_on=DAY)
    assert code("赵小雨") == "40"
    assert "spouse" not in Event.objects.filter(person_id=number).latest("pk").payload


@pytest.mark.parametrize(
    ("function", "other", "day", "error"),
    [
        (registry.record_divorce, None, {"divorced_on": DAY}, Conflict),  # the spouse is registered
        (registry.record_divorce, "赵小雨", {"divorced_on": DAY}, Conflict),  # no couple
        (registry.record_divorce, "孙丽", {"divorced_on": PartialDate(2027)}, Invalid),
        (registry.record_marriage, "赵强", {"married_on": DAY}, Invalid),  # oneself
        (registry.record_marriage, "孙丽", {"married_on": PartialDate(1980)}, Invalid),  # before a birth
    ],
)
def test_what_cannot_be_right_is_refused(
    act: Any, function: Any, other: str | None, day: dict[str, Any], error: type[Exception], person: Any
) -> None:
    person("赵强")
    before = Event.objects.count()
    with pytest.raises(error):
        act(function, "赵强", other, **day)
    assert Event.objects.count() == before


def test_only_officers_of_both_areas(act: Any, village_worker: Any, make_account: Any, county: Any) -> None:
    with pytest.raises(NotAllowed):
        act(registry.record_divorce, "赵强", "孙丽", by=village_worker, divorced_on=DAY)
    other = make_account("other", "township_officer", county.other_village)
    with pytest.raises(NotFound):
        act(registry.record_divorce, "赵强", "孙丽", by=other, divorced_on=DAY)


ADOPTED = {"since": DAY, "evidence_kind": "adoption_certificate", "evidence_words": "收养登记 2026-05"}


@pytest.fixture
def adopt(
    person: Callable[[str], int], township_officer: Any, frozen_clock: dt.datetime
) -> Callable[..., Any]:
    def do(child: str, *adopters: str, **more: Any) -> Any:
        given = ADOPTED | {"by": township_officer, "at": frozen_clock} | more
        return registry.record_adoption(
            person_id=person(child), adopter_ids=[person(one) for one in adopters], **given
        )

    return do


def parents(child: str) -> dict[str, str]:
    return dict(Kinship.objects.filter(child__name=child).values_list("parent__name", "kind"))


def test_adoption_makes_parents_and_ends_the_ties_by_birth(adopt: Any, audited: Any, person: Any) -> None:
    person("赵小雨")
    assert parents("赵小雨") == {"赵强": "birth"}
    with audited():
        adopt("赵小雨", "赵大山", "钱小兰")
    assert parents("赵小雨") == {"赵大山": "adoptive", "钱小兰": "adoptive"}
    with pytest.raises(Conflict, match="nothing_new"):
        adopt("赵小雨", "赵大山", "钱小兰")
    assert registry.check_state().ok


def test_the_parent_whose_spouse_adopts_stays_a_parent(adopt: Any) -> None:
    """民法典, article 1103."""
    adopt("赵小雨", "孙丽")
    assert parents("赵小雨") == {"赵强": "birth", "孙丽": "adoptive"}


@pytest.mark.parametrize(
    ("adopters", "more", "field"),
    [
        ((), {}, "adopters"),
        (("赵大山", "钱小兰", "孙丽"), {}, "adopters"),
        (("赵小雨",), {}, "adopters"),
        (("赵大山",), {"evidence_kind": ""}, "evidence_kind"),
        (("赵大山",), {"evidence_words": ""}, "evidence"),
        (("赵大山",), {"since": PartialDate(2027)}, "day"),
    ],
)
def test_an_adoption_that_cannot_be_right(
    adopt: Any, adopters: tuple[str, ...], more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        adopt("赵小雨", *adopters, **more)
    assert caught.value.data["field"] == field


def test_parents_are_older_than_the_children_they_adopt(adopt: Any) -> None:
    with pytest.raises(Invalid, match="parent_younger"):
        adopt("赵强", "孙丽")


def test_the_document_of_an_adoption_is_sealed(adopt: Any) -> None:
    adopt("赵小雨", "赵大山")
    assert "收养登记" not in Event.objects.latest("pk").payload


def test_a_code_that_leaves_it_open_does_not_blur_what_is_known(adopt: Any, apply: Any, changed: Any) -> None:
    """养子或继子 in next year's register says nothing new where an adoption is recorded."""
    taken = changed(7, relation="27", marital="10")
    taken = [row for row in taken if row.row_no in (5, 6, 7)]
    apply(taken, source="c" * 64)
    assert parents("赵强") == {"赵大山": "adoptive_or_step"}
    adopt("赵强", "赵大山")
    apply([*taken[:2], changed(7, relation="27", marital="20")[2]], source="d" * 64)
    assert parents("赵强")["赵大山"] == "adoptive"
