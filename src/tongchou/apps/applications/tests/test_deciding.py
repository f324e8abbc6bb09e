"""The township's side: opened by the usual act, answered, passed on; codes tell what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.applications import api as applications
from tongchou.apps.applications.models import Application, Sending, Wish
from tongchou.apps.applications.tests.conftest import ACCOUNT, NOBODY, NUMBERS
from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case, NamedOfficer, Payee
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain import identity

NEUTRAL = "family_support_a"


@pytest.fixture
def opened(office: Any, family: dict[str, int], frozen_clock: dt.datetime) -> Any:
    """``opened()``: the case of the one application that waits, opened by the township's first officer."""

    def act(whom: str = "陈老根", at: dt.datetime | None = None, sending: int | None = None) -> int:
        one = Application.objects.get(state="received")
        return applications.open_from(
            application_id=one.pk,
            sending_id=sending or one.sendings.order_by("pk").first().pk,
            person_id=family[whom],
            by=office.township,
            at=at or frozen_clock,
        )

    return act


def test_a_case_is_opened_for_the_confirmed_person(
    send: Any, opened: Any, office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    account = {**ACCOUNT, "name": "陈老根", "id_number": NUMBERS["陈老根"]}
    receipt = send(account=account, note="白天可来电")
    later = frozen_clock + dt.timedelta(days=3)
    view = applications.view(Application.objects.get().pk, by=office.township, at=later)
    (candidate,) = next(iter(view.candidates.values()))
    assert (candidate.person.person_id, candidate.by_number, candidate.same_name) == (
        family["陈老根"], True, True,
    )  # fmt: skip
    case = Case.objects.get(pk=opened(at=later))
    assert (case.channel, case.applicant, case.opened_by) == ("portal", "self", office.township)
    assert case.stage_since == frozen_clock.date()  # the days run from receipt
    shown = casework.view(case.pk, by=office.township_two, at=later)
    assert (shown.application.phone, shown.application.note) == ("13800001234", "白天可来电")
    assert shown.payee is not None and shown.payee.account == account["account"]
    assert opened_again(office, family, later) == case.pk
    assert Case.objects.count() == 1
    told = applications.followed(receipt.code)
    assert (told.phase, told.case.number, told.may) == ("applied", case.number, {"withdraw"})


def test_what_was_taken_for_next_year_before_it_had_a_first_day_is_opened_all_the_same(
    send: Any, opened: Any, frozen_clock: dt.datetime
) -> None:
    """An application that was taken stays valid; its case waits until the year begins."""
    year = frozen_clock.year + 1
    send(
        "陈老根", "childcare_subsidy", applicant="parent", by_name="陈勇",
        by_number=identity.compose("520599", dt.date(1990, 1, 2), 1),
    )  # fmt: skip
    Application.objects.update(year=year)
    assert Case.objects.get(pk=opened()).year == year


def test_an_account_the_register_contradicts_keeps_nobody_from_applying(
    send: Any, opened: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    send(account={**ACCOUNT, "name": "陈勇", "id_number": NUMBERS["陈老根"]})
    case = casework.view(opened(), by=office.township, at=frozen_clock)
    assert (case.payee, case.change) == (None, None)


def test_an_account_the_register_does_not_show_waits_for_a_second_person(
    send: Any, opened: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    send(account={**ACCOUNT, "name": "王外人", "id_number": NOBODY, "relation": "guardian"})
    case = casework.view(opened(), by=office.township, at=frozen_clock)
    assert case.payee is None and case.change is not None and case.change.payee.mandate
    assert case.change.own and not case.may_confirm
    assert casework.view(case.case.pk, by=office.township_two, at=frozen_clock).may_confirm


def opened_again(office: Any, family: dict[str, int], at: dt.datetime) -> int:
    one = Application.objects.get()
    return applications.open_from(
        application_id=one.pk, sending_id=one.sendings.first().pk, person_id=family["陈老根"],
        by=office.township, at=at,
    )  # fmt: skip


def test_who_applies_for_somebody_else_goes_along(
    send: Any, opened: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    """Of the child the register has no number: a namesake is offered, and says so."""
    given = {"applicant": "parent", "by_name": "陈勇", "by_number": NUMBERS["陈勇"]}
    send("陈小苗", "childcare_subsidy", **given)
    view = applications.view(Application.objects.get().pk, by=office.township, at=frozen_clock)
    (candidate,) = next(iter(view.candidates.values()))
    assert not candidate.by_number and candidate.same_name
    case = casework.view(opened("陈小苗"), by=office.township, at=frozen_clock)
    assert (case.case.applicant, case.application.name) == ("parent", "陈勇")
    assert case.application.id_number == NUMBERS["陈勇"]


def test_nobody_is_chosen_who_was_not_offered(send: Any, opened: Any) -> None:
    send()
    with pytest.raises(NotFound) as refused:
        opened("林树")
    assert refused.value.code == "applications.person"
    assert not Case.objects.exists()


def test_a_case_that_stands_is_joined_and_its_account_stays(
    send: Any, opened: Any, apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    standing = apply("陈老根", "elderly_reward", applicant="self")
    receipt = send(account={**ACCOUNT, "name": "陈老根", "id_number": NUMBERS["陈老根"]})
    assert opened() == standing
    assert not Payee.objects.exists()
    assert applications.followed(receipt.code).phase == "applied"


def test_a_strangers_code_follows_nothing(send: Any, opened: Any) -> None:
    """Two were sent in one name: the officer says which is the applicant's; the other learns nothing."""
    stranger = send(phone="13900005678")
    own = send()
    mine = Sending.objects.order_by("pk").last()
    opened(sending=mine.pk)
    assert applications.followed(own.code).phase == "applied"
    told = applications.followed(stranger.code)
    assert (told.phase, told.case, told.may) == ("unconfirmed", None, frozenset())
    with pytest.raises(Conflict):
        applications.withdraw(code=stranger.code, at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC))


def test_it_is_answered_why_no_case_can_be_opened(
    send: Any, office: Any, family: Any, frozen_clock: dt.datetime
) -> None:
    receipt = send("吴无名", id_number=NOBODY)
    one = Application.objects.get()
    given = {"application_id": one.pk, "by": office.township, "at": frozen_clock}
    with pytest.raises(Invalid) as wrong:
        applications.answer(why="births", missing=["operation"], words="长" * 301, **given)
    assert set(wrong.value.data["problems"]) == {"why", "missing", "words"}
    with pytest.raises(Invalid) as wrong:
        applications.answer(why="not_on_record", missing=[], words="", **given)
    assert list(wrong.value.data["problems"]) == ["missing"]
    for _twice in range(2):
        applications.answer(why="not_on_record", missing=["household"], words="请到镇服务大厅", **given)
    told = applications.followed(receipt.code)
    assert (told.phase, told.why, told.missing, told.said) == (
        "answered", "not_on_record", ("household",), "请到镇服务大厅",
    )  # fmt: skip
    with pytest.raises(Conflict):
        applications.pass_on(area_id=one.area_id, **given)
    send("吴无名", id_number=NOBODY)  # it can be applied anew
    assert Application.objects.filter(state="received").count() == 1


def test_nobody_on_record_is_told_not_to_be(send: Any, office: Any, family: Any, frozen_clock: Any) -> None:
    send()
    with pytest.raises(Conflict) as refused:
        applications.answer(
            application_id=Application.objects.get().pk, why="not_on_record", missing=["household"], words="",
            by=office.township, at=frozen_clock,
        )  # fmt: skip
    assert refused.value.code == "applications.on_record"


def test_it_goes_on_to_the_right_township(
    send: Any, office: Any, county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.places import api as places

    rows = [("520523901", "清池镇（示例）", "township", "520523"),
            ("520523901201", "河坝村（示例）", "village", "520523901")]  # fmt: skip
    names = ("code", "name", "level", "parent_code")
    loaded = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-11-01"} for row in rows]
    places.load_areas(loaded, by=None, at=frozen_clock)
    there = places.area_by_code("520523901201")
    officer = make_account("lijie", "township_officer", there.parent)
    receipt = send()
    one = Application.objects.get()
    due = one.due
    with pytest.raises(NotFound):
        applications.view(one.pk, by=officer, at=frozen_clock)
    for wrong in (one.area_id, county.township.pk, 0):
        with pytest.raises(Invalid):
            applications.pass_on(application_id=one.pk, area_id=wrong, by=office.township, at=frozen_clock)
    applications.pass_on(application_id=one.pk, area_id=there.pk, by=office.township, at=frozen_clock)
    with pytest.raises(NotFound):
        applications.view(one.pk, by=office.township, at=frozen_clock)
    view = applications.view(one.pk, by=officer, at=frozen_clock)
    assert view.history[-1].act == "pass_on" and "青山村" in view.former[county.village.pk]
    assert not next(iter(view.candidates.values()))  # registered elsewhere: nothing of it is told there
    told = applications.followed(receipt.code)
    assert (told.phase, told.due) == ("received", due) and "河坝村" in told.place


def test_who_reads_what(send: Any, office: Any, county: Any, make_account: Any, frozen_clock: Any) -> None:
    """A village worker reads none; private kinds are read by named officers alone."""
    send()
    send("林树", NEUTRAL)
    lists = {"by": office.township, "at": frozen_clock, "state": "received"}
    assert [one.kind.code for one in applications.listed(**lists).lines] == ["elderly_reward"]
    private = Application.objects.get(private=True)
    with pytest.raises(NotFound):
        applications.view(private.pk, by=office.township, at=frozen_clock)
    NamedOfficer.objects.create(
        account=office.township, area_id=county.township.pk, scope_no=county.township.scope_no,
        scope_end=county.township.scope_end, named_by=office.county, named_at=frozen_clock,
    )  # fmt: skip
    assert applications.listed(**lists).total == 2
    applications.view(private.pk, by=office.township, at=frozen_clock)
    with pytest.raises(NotAllowed):
        applications.listed(by=office.village, at=frozen_clock, state="received")
    elsewhere = make_account("lijie", "village_worker", county.other_village)
    with pytest.raises(NotAllowed):
        applications.view(private.pk, by=elsewhere, at=frozen_clock)


def test_a_list_asks_no_query_a_row(
    send: Any, office: Any, frozen_clock: Any, django_assert_max_num_queries: Any
) -> None:
    for year in (2025, 2026, 2027):
        for whom in ("陈老根", "林树", "陈勇"):
            send(whom, year=year)
    with django_assert_max_num_queries(12):
        found = applications.listed(by=office.township, at=frozen_clock, state="received")
    assert found.total == 9 and {one.name for one in found.lines} == {"陈老根", "林树", "陈勇"}


def test_what_was_asked_for_is_answered_by_the_code(
    send: Any, opened: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    receipt = send("林树", "hardship_aid", situation="房屋受损")
    case = opened("林树")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    casework.ask_for(case_id=case, asked=["photo", "account"], by=office.township_two, at=frozen_clock)
    told = applications.followed(receipt.code)
    assert (told.phase, told.case.asked) == ("waiting", ("photo", "account"))
    with pytest.raises(Invalid):
        applications.bring(code=receipt.code, words=" ", at=frozen_clock)
    for _twice in range(2):
        told = applications.bring(code=receipt.code, words="账号已交村里", at=frozen_clock)
    assert told.wishes == ("brought",) and "brought" not in told.may
    (wish,) = applications.wishes(by=office.township, at=frozen_clock)
    assert (wish.words, wish.case_id) == ("账号已交村里", case)
    for _twice in range(2):
        assert applications.settle(wish_id=wish.wish_id, by=office.township, at=frozen_clock)
    assert applications.followed(receipt.code).phase == "running"
    view = casework.view(case, by=office.township, at=frozen_clock)
    assert view.history[-1].words == "账号已交村里"


def test_it_is_withdrawn_whenever_the_family_wishes(
    send: Any, opened: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    waits = send()
    for _twice in range(2):
        assert applications.withdraw(code=waits.code, at=frozen_clock).phase == "withdrawn"
    assert Application.objects.get().state == "withdrawn"
    again = send()
    case = opened()
    for _twice in range(2):
        assert applications.withdraw(code=again.code, at=frozen_clock).wishes == ("withdraw",)
    wish = Wish.objects.get()
    assert applications.settle(wish_id=wish.pk, by=office.township, at=frozen_clock)
    assert Case.objects.get(pk=case).state == "withdrawn"
    assert applications.followed(again.code).phase == "withdrawn"


def test_one_of_two_withdraws_for_itself_alone(send: Any, frozen_clock: dt.datetime) -> None:
    first, second = send(), send(phone="13900005678")
    applications.withdraw(code=second.code, at=frozen_clock)
    assert applications.followed(first.code).phase == "received"
    assert Application.objects.get().state == "received"


def test_a_refusal_comes_with_its_clauses_and_how_to_object(
    send: Any, opened: Any, office: Any, family: Any, frozen_clock: dt.datetime
) -> None:
    """Of a benefit by rule the failing conditions are named; the reason alone of a private one."""
    receipt = send("陈勇", "childcare_subsidy")
    case = opened("陈勇")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    seen = casework.view(case, by=office.township_two, at=frozen_clock).seen
    casework.refuse(case_id=case, reason="conditions", seen=seen, by=office.township_two, at=frozen_clock)
    told = applications.followed(receipt.code)
    assert (told.phase, told.case.reasons, told.paid) == ("refused", ("conditions",), False)
    assert told.case.failing and all(zh and en for zh, en in told.case.failing)
    assert "60日" in told.case.kind.objection.zh
    assert "陈勇" not in str(told) and NUMBERS["陈勇"] not in str(told)
    Case.objects.filter(pk=case).update(private=True)
    assert applications.followed(receipt.code).case.failing == ()


def test_what_is_over_is_emptied_and_the_code_goes_on(
    send: Any, opened: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    receipt = send()
    case = opened()
    gone = send("吴无名", id_number=NOBODY)
    applications.answer(
        application_id=Application.objects.get(state="received").pk, why="elsewhere", missing=[],
        words="请向常住地申请", by=office.township, at=frozen_clock,
    )  # fmt: skip
    waits = send("林树")
    applications.withdraw(code=receipt.code, at=frozen_clock)
    applications.settle(wish_id=Wish.objects.get().pk, by=office.township, at=frozen_clock)
    month = frozen_clock + applications.KEPT_OPENED
    assert applications.forget(at=month) == 0
    assert applications.forget(at=month + dt.timedelta(minutes=1)) >= 1
    assert Sending.objects.exclude(sealed="").count() == 2
    late = frozen_clock + applications.KEPT_ANSWERED + dt.timedelta(minutes=1)
    assert applications.forget(at=late) == 1
    assert applications.forget(at=late) == 0
    left = Sending.objects.exclude(sealed="").get()
    assert left.application.state == "received"  # nothing that waits is emptied
    assert applications.followed(gone.code).said == ""
    assert applications.followed(receipt.code).case.number == Case.objects.get(pk=case).number
    assert applications.followed(waits.code).phase == "received"
    applications.view(Application.objects.get(case_id=case).pk, by=office.township, at=late)


def test_what_lies_unseen_is_counted(send: Any, office: Any, county: Any, frozen_clock: dt.datetime) -> None:
    """Late ones, and private ones of places where nobody is named: the check of the system names both."""
    from tongchou.apps.upkeep.checks import work

    send("林树", NEUTRAL)
    send()
    today = frozen_clock.date()
    assert applications.unseen(on=today) == (0, 1)
    assert work.applications(frozen_clock).level == "warning"
    NamedOfficer.objects.create(
        account=office.township, area_id=county.township.pk, scope_no=county.township.scope_no,
        scope_end=county.township.scope_end, named_by=office.county, named_at=frozen_clock,
    )  # fmt: skip
    assert applications.unseen(on=today) == (0, 0)
    assert work.applications(frozen_clock).level == "ok"
    month = today + dt.timedelta(days=40)
    assert applications.unseen(on=month) == (2, 0)
    assert work.applications(frozen_clock + dt.timedelta(days=40)).level == "warning"
    assert applications.waiting(by=office.township_two, on=month) == (1, 1)
    assert applications.waiting(by=office.township, on=today) == (2, 0)


def test_what_lies_late_at_a_township_goes_up_to_the_county_alone(
    send: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    send()
    due = Application.objects.get().due
    last = due + dt.timedelta(days=casework.ESCALATED)
    assert applications.escalated(by=office.county, on=last) == 0
    after = last + dt.timedelta(days=1)
    assert applications.escalated(by=office.county, on=after) == 1
    assert applications.escalated(by=office.township, on=after) == 0  # it has it on its own list
    late = {"at": frozen_clock + (after - frozen_clock.date()), "state": "received", "late": True}
    assert applications.listed(by=office.county, **late).total == 1
    assert applications.listed(by=office.township, **late).total == 0
    applications.answer(
        application_id=Application.objects.get().pk, why="elsewhere", missing=[], words="请到云岭乡",
        by=office.county, at=late["at"],
    )  # fmt: skip
    assert applications.escalated(by=office.county, on=after) == 0
