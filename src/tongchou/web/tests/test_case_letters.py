"""The letter of a case, state by state, is as docs/explanation/letters.md has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import YEAR, apply, family, office, passed
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.models import Account
from tongchou.domain.dates import PartialDate
from tongchou.web.console.presenters import case_letters
from tongchou.web.console.presenters.official import Letter
from tongchou.web.tests.test_notice_pages import signed_in
from tongchou.web.tests.test_sheets import told

__all__ = ["apply", "family", "office", "passed", "told"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def act(frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``act("refuse", case, by, reason=…)``: an act of the office on what it was shown."""

    def done(name: str, case: int, by: Any, **given: Any) -> Any:
        if name in ("refuse", "hear"):
            given["seen"] = casework.view(case, by=by, at=frozen_clock).seen
        return getattr(casework, name)(case_id=case, by=by, at=frozen_clock, **given)

    return done


@pytest.fixture
def letter(frozen_clock: dt.datetime, office: Any) -> Callable[..., Letter]:
    def written(case: int, by: Any = None) -> Letter:
        view = casework.view(case, by=by or office.township, at=frozen_clock)
        return case_letters.case_letter(view, on=frozen_clock.date(), language="en")

    return written


def said(letter: Letter) -> str:
    """All of a letter in one text."""
    parts = (*(line for part in letter.parts for line in part.lines),
             *(f"{label}: {value}" for part in letter.parts for label, value in part.pairs))  # fmt: skip
    return "\n".join((letter.title, letter.unit, letter.signed, *parts))


def test_until_it_is_decided(apply: Any, act: Any, letter: Any, office: Any) -> None:
    case = apply()
    assert "has arrived" in said(letter(case))
    act("accept", case, office.clerk)
    assert "was accepted on" in said(letter(case)) and letter(case).signed == "云岭镇人民政府（示例）"
    act("ask_for", case, office.township, asked=["identity", "guardianship"], words="监护人户口簿复印件即可")
    text = said(letter(case))
    assert "who applies" in text and "who cares for the child" in text and "监护人户口簿复印件即可" in text
    act("brought", case, office.township, given=["identity", "guardianship"])
    assert "run again" in said(letter(case))
    act("suspend", case, office.township, words="正在核对出生登记")
    text = said(letter(case))
    assert "正在核对出生登记" in text and "Last day" not in text and "Working days left" in text
    act("resume", case, office.township)
    act("withdraw", case, office.township)
    assert "may apply again" in said(letter(case)) and "How to object" not in said(letter(case))


def test_a_refusal_by_the_township_with_clause_law_value_and_words(
    apply: Any, act: Any, letter: Any, office: Any, told: list[dict[str, Any]]
) -> None:
    case = apply("陈勇")
    act("accept", case, office.clerk)
    act("refuse", case, office.township, reason="conditions", words="按登记的出生日期已超过三周岁")
    text = said(letter(case))
    assert "按登记的出生日期已超过三周岁" in text
    assert "Art. 5" in text and "国卫办人口发〔2025〕24号" in text  # document and article
    assert "born on 2 January 1990" in text and "36 years old in 2026" in text and "turns 3 in 1993" in text
    assert letter(case).signed == letter(case).unit == "云岭镇人民政府（示例）"
    assert "云岭镇人民政府（示例） did not grant" in text and "Deciding unit: 云岭镇人民政府（示例）" in text
    client = signed_in(office.township)
    page = client.get(reverse("console:case-letter", args=[case])).content.decode()
    assert "按登记的出生日期已超过三周岁" in page and "云岭镇人民政府（示例）" in page
    client.get(reverse("console:case-letter-pdf", args=[case]))
    assert told[0]["signed"] == "云岭镇人民政府（示例）"


def test_a_refusal_by_the_county_is_signed_by_the_county(
    apply: Any, act: Any, passed: Any, letter: Any, office: Any
) -> None:
    case = apply()
    act("accept", case, office.clerk)
    passed(case, office.township)
    act("refuse", case, office.county, reason="already", words="已在外县领取")
    assert letter(case).signed.startswith("大方县") and "已在外县领取" in said(letter(case))
    assert "乡" not in letter(case).signed and "镇" not in letter(case).signed


def test_an_approval_says_who_when_how_much_and_how_to_object(
    apply: Any, act: Any, passed: Any, letter: Any, office: Any
) -> None:
    case = apply()
    act("accept", case, office.clerk)
    passed(case, office.township)
    passed(case, office.county)
    text = said(letter(case))
    assert "was approved on" in text and "3,600" in text and "No account is recorded yet" in text
    assert "How to object" in text and letter(case).signed.startswith("大方县")
    act("end", case, office.county_two, ending="in_error", words="重复登记")
    text = said(letter(case))
    assert "stays paid" in text and "重复登记" in text and "Approved in error" in text
    assert "How to object" in text


def test_after_a_refusal_was_upheld_the_next_remedy_is_named(
    apply: Any, act: Any, letter: Any, office: Any
) -> None:
    case = apply("陈勇")
    act("accept", case, office.clerk)
    act("refuse", case, office.township, reason="conditions")
    assert "ask the deciding office for a review" in said(letter(case))
    act("appeal", case, office.village, words="请再核对")
    text = said(letter(case))
    assert "another officer of 云岭镇人民政府（示例）" in text and "请再核对" in text
    act("hear", case, office.township_two, verdict="uphold", words="出生日期无误")
    text = said(letter(case))
    assert "The decision stands" in text and "出生日期无误" in text and "Art. 5" in text
    assert "ask the deciding office" not in text  # the first review is over
    assert "the level above (大方县" in text and "within 60 days" in text and "six months" in text
    act("appeal", case, office.village, words="不同意")
    assert "the level above, 大方县" in said(letter(case))
    act("withdraw", case, office.village)
    assert "took your objection back" in said(letter(case)) and "Art. 5" in said(letter(case))


def test_what_the_level_above_decided_leaves_reconsideration_and_court(
    apply: Any, act: Any, letter: Any, office: Any
) -> None:
    case = apply("陈勇")
    act("accept", case, office.clerk)
    act("refuse", case, office.township, reason="conditions")
    act("appeal", case, office.village, words="")
    act("hear", case, office.township_two, verdict="uphold", words="出生日期无误")
    act("appeal", case, office.village, words="")
    act("hear", case, office.county, verdict="uphold", words="经复核维持")
    text = said(letter(case))
    assert letter(case).signed.startswith("大方县") and "经复核维持" in text
    assert "no review inside the offices is left" in text and "within 60 days" in text


def test_an_appeal_sent_back_gives_its_reasons(apply: Any, act: Any, letter: Any, office: Any) -> None:
    case = apply("陈勇")
    act("accept", case, office.clerk)
    act("refuse", case, office.township, reason="conditions")
    act("appeal", case, office.village, words="")
    act("hear", case, office.township_two, verdict="send_back", words="出生日期登记有误，先更正")
    text = said(letter(case))
    assert "no longer stands" in text and "出生日期登记有误，先更正" in text and "decided anew" in text
    assert "has arrived" not in text and letter(case).signed == "云岭镇人民政府（示例）"


def test_what_is_of_the_family_is_not_on_paper(
    apply: Any, act: Any, passed: Any, letter: Any, office: Any, family: dict[str, int]
) -> None:
    """林树 has three sons: the clause is named with its law, their number is not."""
    case = apply("林树", "elderly_reward", applicant="self", application={"name": "", "relation": ""})
    view = casework.view(case, by=office.township, at=dt.datetime(2026, 6, 30, 1, tzinfo=dt.UTC))
    assert view.pinned is not None
    one = next(one for one in view.pinned["conditions"] if one["code"] == "children")
    assert one["family"] and one["seen_en"] == [] and "国办发〔2004〕21号" in one["law_zh"][0]
    assert Person.objects.filter(pk=family["林树"]).exists()


def test_reviews_go_up_from_whoever_heard_and_are_signed_by_them(
    apply: Any, act: Any, letter: Any, office: Any
) -> None:
    """A township with nobody left: the county hears first, the prefecture second; then the courts."""
    Account.objects.filter(pk__in=[office.township_two.pk]).update(is_active=False)
    case = apply("陈勇")
    act("accept", case, office.clerk)
    act("refuse", case, office.township, reason="conditions")
    assert letter(case).signed == "云岭镇人民政府（示例）"
    act("appeal", case, office.village, words="请再核对")
    assert Case.objects.get(pk=case).desk == "county" and "大方县" in said(letter(case))
    with pytest.raises(NotAllowed):
        act("hear", case, office.township, verdict="uphold", words="维持")
    act("hear", case, office.county, verdict="uphold", words="县里已核对")
    assert letter(case).signed.startswith("大方县") and "县里已核对" in said(letter(case))
    assert "the level above (毕节市" in said(letter(case))
    act("appeal", case, office.village, words="仍不同意")
    assert Case.objects.get(pk=case).desk == "prefecture"  # not the county again, which has heard it
    assert "the level above, 毕节市" in said(letter(case))
    with pytest.raises(NotAllowed):
        act("hear", case, office.county_two, verdict="uphold", words="维持")
    act("hear", case, office.prefecture, verdict="uphold", words="市级已核对")
    assert letter(case).signed.startswith("毕节市") and "市级已核对" in said(letter(case))
    assert "no review inside the offices is left" in said(letter(case))
    with pytest.raises(Conflict):
        act("appeal", case, office.village, words="再次申请")


def test_a_refusal_by_the_county_is_reviewed_by_a_colleague_then_the_prefecture(
    apply: Any, act: Any, passed: Any, letter: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    act("accept", case, office.clerk)
    passed(case, office.township)
    act("refuse", case, office.county, reason="already", words="已在外县领取")
    act("appeal", case, office.village, words="没有领取")
    assert Case.objects.get(pk=case).desk == "county"
    with pytest.raises(NotAllowed):
        act("hear", case, office.county, verdict="uphold", words="维持")
    act("hear", case, office.county_two, verdict="uphold", words="同县同事已核对")
    assert letter(case).signed.startswith("大方县") and "the level above (毕节市" in said(letter(case))
    act("appeal", case, office.village, words="仍不同意")
    assert Case.objects.get(pk=case).desk == "prefecture"
    act("hear", case, office.prefecture, verdict="overturn", words="邻县确认未领取")
    assert Case.objects.get(pk=case).state == "approved"
    assert letter(case).signed.startswith("毕节市") and "邻县确认未领取" in said(letter(case))
    heard = [one.heard_at for one in casework.view(case, by=office.township, at=frozen_clock).history]
    assert [one for one in heard if one] == ["county", "prefecture"]


@pytest.fixture
def late(apply: Any, act: Any, office: Any, family: dict[str, int]) -> Callable[..., int]:
    """``late(2024)``: a child born then, for whom last year was applied for too late, refused for it."""

    def made(born: int) -> int:
        Person.objects.filter(pk=family["陈小苗"]).update(birth_year=born)
        case = apply(year=YEAR - 1)
        act("accept", case, office.clerk)
        act("refuse", case, office.township, reason="late")
        return int(case)

    return made


def test_a_refusal_for_being_late_names_the_day_and_where_it_stands(late: Any, letter: Any) -> None:
    text = said(letter(late(YEAR - 2)))
    assert f"The last day to apply for {YEAR - 1} was" in text and f"31 December {YEAR - 1}" in text
    assert "国卫办人口发〔2025〕24号" in text and "Art. 12 and 14" in text
    assert f"For {YEAR} the family can still apply." in text


def test_no_later_year_is_promised_where_there_is_none(
    late: Any, letter: Any, office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    """The child died in the year that was applied for too late."""
    case = late(YEAR - 2)
    registry.record_death(
        person_id=family["陈小苗"], died=PartialDate(YEAR - 1, 6), by=office.township, at=frozen_clock
    )
    text = said(letter(case))
    assert f"The last day to apply for {YEAR - 1} was" in text and "can still" not in text
    with translation.override("en"):
        assert "later years" not in str(casework.Refusal.LATE.label)


def test_a_child_past_the_age_is_promised_no_later_year(late: Any, letter: Any) -> None:
    """Born in 2022: 2025 was the last year that gives anything."""
    assert "can still" not in said(letter(late(YEAR - 4)))


def test_the_day_that_was_missed_stays_named_whatever_the_register_says_since(
    late: Any, letter: Any, family: dict[str, int]
) -> None:
    case = late(YEAR - 2)
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=YEAR - 15)
    text = said(letter(case))
    assert f"The last day to apply for {YEAR - 1} was" in text and "can still" not in text


def test_a_letter_about_a_child_goes_to_who_applied(apply: Any, letter: Any) -> None:
    made = letter(apply())
    assert made.to == "陈勇" and made.about == ""
    (facts,) = [part.pairs for part in made.parts if part.kind == "facts" and "陈小苗" in repr(part.pairs)]
    assert facts[0][1].startswith("陈小苗")


def test_no_letter_is_addressed_to_the_dead(
    apply: Any, letter: Any, office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    def die(name: str) -> None:
        registry.record_death(
            person_id=family[name], died=PartialDate(YEAR, 5), by=office.township, at=frozen_clock
        )

    child = apply()
    own = apply("陈老根", "elderly_reward", applicant="self", application={"name": "陈老根"})
    alone = apply(
        "林树", "hardship_aid", applicant="self", application={"name": "林树", "situation": "房屋受灾"}
    )
    assert letter(own).to == "陈老根" and letter(own).about
    die("陈小苗")
    assert letter(child).to == "陈勇"
    die("林树")
    assert letter(alone).to == "The family of 林树"  # nobody is left in the household
    grown = apply("陈勇", "hardship_aid", applicant="self",
                  application={"name": "陈勇", "situation": "房屋受灾"})  # fmt: skip
    die("陈勇")
    assert letter(grown).to == "陈老根"  # the living head of the household
    die("陈老根")
    assert letter(own).to == "The family of 陈老根"


def test_a_proxy_is_no_addressee_of_a_child_s_letter(apply: Any, letter: Any) -> None:
    case = apply(applicant="proxy", application={"name": "罗代办", "mandate": "委托书，2026年6月1日"})
    assert letter(case).to == "The guardian of 陈小苗"
