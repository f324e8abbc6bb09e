"""Acts that are hard to take back, and what cannot be right: looked at first, refused in plain words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Couple, Event, Household, Person
from tongchou.core.errors import Invalid
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow
from tongchou.web.console.person_acts import ACTS

PAPER = {"evidence_kind": "death_certificate", "evidence": "字第12号"}


def row(row_no: int, name: str, relation: str, sex: int, *birth: int) -> RegisterRow:
    return RegisterRow(
        row_no=row_no, household_no="001", name=name, relation=relation, sex=sex, birth=PartialDate(*birth)
    )


@pytest.fixture
def people(county: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Any:
    """``people("周强")``: the number of somebody of one household of 青山村."""
    rows = [
        row(5, "周大山", "02", 1, 1960, 3, 12),
        row(6, "周强", "20", 1, 1985, 1, 2),
        row(7, "周梅", "30", 2, 1987, 5, 6),
        row(8, "周小宝", "20", 1, 2021, 5, 6),
        row(9, "吴青", "97", 2, 2007, 2, 3),
        row(10, "吴小青", "97", 2, 2016, 2, 3),
    ]
    registry.apply_register(
        rows, village_id=county.village.pk, source="a" * 64, by=county_reviewer, at=frozen_clock
    )
    return lambda name: Person.objects.get(name=name).pk


@pytest.fixture
def officer(people: Any, township_officer: Any) -> Client:
    client = Client()
    client.force_login(township_officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(person: int, act: str) -> str:
    return reverse("console:person-act", args=[person, act])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_death_is_looked_at_before_it_is_recorded(officer: Client, people: Any) -> None:
    him = people("周大山")
    before = Event.objects.count()
    said = {"day": "2026-05", **PAPER}
    look = text_of(officer.post(address(him, "death"), said))
    assert "周大山" in look and "2026年5月" in look and "死亡证明" in look and "字第12号" in look
    assert Event.objects.count() == before and not Person.objects.get(pk=him).deceased
    again = officer.post(address(him, "death"), said | {"step": "choose"})
    assert again.status_code == 200 and again.context["form"]["day"].value() == "2026-05"
    assert Event.objects.count() == before
    assert officer.post(address(him, "death"), said | {"step": "record"}).status_code == 302
    event = Event.objects.latest("pk")
    assert Person.objects.get(pk=him).death_month == 5 and '"evidence"' in event.payload
    assert "字第12号" not in event.payload
    assert registry.check_state().ok


def test_a_death_without_a_date_is_said_expressly(officer: Client, people: Any) -> None:
    him = people("周大山")
    answer = officer.post(address(him, "death"), PAPER | {"step": "record"})
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"day"}
    assert officer.post(address(him, "death"), PAPER | {"no_day": "on"}).status_code == 200
    assert not Person.objects.get(pk=him).deceased
    said = PAPER | {"no_day": "on", "step": "record"}
    assert officer.post(address(him, "death"), said).status_code == 302
    assert Person.objects.get(pk=him).deceased
    later = text_of(officer.get(address(him, "death")))
    assert "no_day" not in later  # the date alone can be added now


def test_what_cannot_be_done_for_the_dead_is_said_plainly(
    officer: Client, people: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    him = people("周大山")
    registry.record_death(person_id=him, died=PartialDate(2026, 5), by=township_officer, at=frozen_clock)
    before = Event.objects.count()
    for act in set(ACTS) - {"death"}:
        page = officer.get(address(him, act))
        assert page.status_code == 200 and '<form method="post" data-once' not in text_of(page)
        assert officer.post(address(him, act), {}).status_code == 409
    assert Event.objects.count() == before


def test_near_kin_are_not_offered(officer: Client, people: Any) -> None:
    for act, place in (("marriage", "spouse"), ("child", "other")):
        form = officer.get(address(people("周强"), act)).context["form"]
        offered = {label for value, label in form.fields[place].choices if value.isdigit()}
        assert offered == {"吴青", "吴小青"}


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("周强", "周大山", "registry.near_kin"),
        ("周大山", "周梅", "registry.near_kin"),
        ("周强", "周梅", "registry.near_kin"),
        ("周小宝", "吴青", "registry.married_as_child"),
        ("周强", "吴小青", "registry.married_as_child"),
    ],
)
def test_a_marriage_that_cannot_have_been_registered(
    people: Any, township_officer: Any, frozen_clock: dt.datetime, one: str, other: str, code: str
) -> None:
    before = Event.objects.count()
    for so_young in (False, True):
        with pytest.raises(Invalid, match=code):
            registry.record_marriage(
                person_id=people(one), spouse_id=people(other), married_on=PartialDate(2026, 5, 20),
                so_young=so_young, by=township_officer, at=frozen_clock,
            )  # fmt: skip
    assert Event.objects.count() == before


def test_somebody_younger_than_the_law_asks_is_asked_about(officer: Client, people: Any) -> None:
    said = {"spouse": str(people("吴青")), "day": "2026-05-20"}
    answer = officer.post(address(people("周强"), "marriage"), said)
    assert answer.status_code == 422 and "so_young" in answer.context["form"].fields
    assert not Couple.objects.filter(start="2026-05-20").exists()
    answer = officer.post(address(people("周强"), "marriage"), said | {"so_young": "on"})
    assert answer.status_code == 302 and Couple.objects.filter(start="2026-05-20").exists()


@pytest.mark.parametrize("name", ["<script>alert</script>", "张三2", "长" * 61, "{{七}}"])
def test_what_is_no_name_is_refused_everywhere_and_nothing_is_cut(
    officer: Client, people: Any, name: str
) -> None:
    home = Household.objects.get(number="001").pk
    forms = [
        address(people("周强"), "child"),
        reverse("console:household-enter", args=[home]),
        reverse("console:correction-ask", args=[people("周强")]),
    ]
    for form in forms:
        assert "maxlength" not in str(officer.get(form).context["form"]["name"])
        answer = officer.post(form, {"name": name})
        assert answer.status_code == 422 and "name" in answer.context["form"].errors, form
    assert not Person.objects.filter(name__startswith=name[:5]).exists()


def test_a_date_too_long_ago_is_called_that(officer: Client, people: Any) -> None:
    form = reverse("console:correction-ask", args=[people("周强")])
    page = officer.post(form, {"birth": "1800-01-01"})
    assert page.context["form"].errors["birth"] == ["年份太早，请核对。"]


def test_a_field_left_empty_is_named(officer: Client, people: Any) -> None:
    answer = officer.post(address(people("周强"), "registration"), {"area": "", "number": "", "relation": ""})
    page = text_of(answer)
    assert "这个字段是必填项" not in page and "与户主关系" in page
    answer = officer.post(address(people("周强"), "insurance"), {"scheme": "none", "held": "yes"})
    assert "选择一个有效的选项" not in text_of(answer)


def test_a_very_long_name_breaks_within_its_cell(officer: Client, people: Any) -> None:
    page = text_of(officer.get(reverse("console:household", args=[Household.objects.get(number="001").pk])))
    assert page.count('<th scope="row" class="person-name">') == 6
    found = finders.find("console/tables.css")
    rule = Path(str(found)).read_text(encoding="utf-8").split("th.person-name {")[1].split("}")[0]
    assert "overflow-wrap: anywhere" in rule
