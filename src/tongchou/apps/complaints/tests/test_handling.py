"""From the public page to the answer: by the level above, by two people, with a code nobody else can have."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Breach, Complaint, Contact, Round, Step
from tongchou.apps.complaints.tests.conftest import TOKEN, WORDS, token
from tongchou.apps.places import api as places
from tongchou.apps.posts.models import Post, Tenure
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def said(county: Any, **given: Any) -> complaints.Said:
    return complaints.Said(
        **{"unit": county.village.code, "nature": "complaint", "kind": "payment", "words": WORDS, **given}
    )


def test_the_same_form_sent_again_is_one_complaint(county: Any, frozen_clock: dt.datetime) -> None:
    one = complaints.send(said=said(county), token=TOKEN, at=frozen_clock)
    two = complaints.send(said=said(county), token=TOKEN, at=frozen_clock)
    assert one == two and Complaint.objects.count() == 1
    other = complaints.send(said=said(county), token=token(2), at=frozen_clock)
    assert other.code != one.code and len(one.code) == 12


def test_neither_words_nor_contact_nor_code_stand_readable(county: Any, frozen_clock: dt.datetime) -> None:
    who = complaints.Who("石长庚", "13800001234")
    got = complaints.send(said=said(county, privacy="contact", who=who), token=TOKEN, at=frozen_clock)
    with connection.cursor() as cursor:
        for table in ("complaint", "contact", "round", "step"):
            cursor.execute(f"SELECT * FROM complaints_{table}")  # noqa: S608 - of this list alone
            told = repr(cursor.fetchall())
            assert not any(text in told for text in (WORDS, "石长庚", "13800001234", got.code))
    told = repr(list(AuditEntry.objects.values()))
    assert "石长庚" not in told and got.code not in told and WORDS not in told


@pytest.mark.parametrize(
    ("kind", "unit", "level"),
    [
        ("payment", "village", "township"),
        ("payment", "township", "county"),
        ("payment", "county", "prefecture"),
        ("coercion", "village", "county"),
        ("charges", "village", "county"),
        ("coercion", "county", "prefecture"),
    ],
)
def test_it_goes_to_the_level_above(
    county: Any, supervisor: Any, frozen_clock: dt.datetime, kind: str, unit: str, level: str
) -> None:
    key = getattr(county, unit).code
    complaints.send(said=said(county, kind=kind, unit=key), token=TOKEN, at=frozen_clock)
    one = Complaint.objects.get()
    handler = places.Area.objects.get(pk=one.area_id)
    assert (handler.level, one.supervised, one.scope_no) == (level, False, handler.scope_no)


def test_above_a_county_where_nobody_is_its_supervisor_alone_looks_at_it(
    county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    complaints.send(said=said(county, unit=county.county.code), token=TOKEN, at=frozen_clock)
    one = Complaint.objects.get()
    assert one.supervised and one.area_id == county.county.pk
    on = frozen_clock.date()
    assert list(complaints.found(by=office.prefecture, on=on)) == [one]
    assert not complaints.found(by=office.county, on=on).exists()


@pytest.mark.parametrize(
    "words",
    [
        "邻居李家又生了一个，不该领补贴",
        "张三家已经三个孩子了，还领低保，应该取消",
        "邻居又怀上了，没人管",
        "邻居家不该领低保",
    ],
)
def test_nobody_tells_on_another_family_by_page_or_telephone(
    county: Any, office: Any, frozen_clock: dt.datetime, words: str
) -> None:
    for own in (False, True):
        with pytest.raises(Invalid) as told:
            complaints.send(said=said(county, words=words, own=own), token=TOKEN, at=frozen_clock)
        assert told.value.code == "complaints.form"
        with pytest.raises(Invalid):
            complaints.record(
                said=said(county, words=words, own=own), channel="phone", token=TOKEN, by=office.township,
                at=frozen_clock,
            )  # fmt: skip
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "我家三个孩子没有领到补贴",
        "邻居家的补贴发了，我家的还没有",
        "村主任给自己亲戚冒领低保",
        "我们王家三个孩子没领到补贴",
    ],
)
def test_a_family_may_speak_of_its_own(county: Any, frozen_clock: dt.datetime, words: str) -> None:
    complaints.send(said=said(county, words=words), token=TOKEN, at=frozen_clock)
    assert Complaint.objects.count() == 1


def test_the_unit_and_its_officers_see_nothing(
    complaint: Any, county: Any, office: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    one, _code = complaint(unit=county.township.code)
    on = frozen_clock.date()
    with pytest.raises(NotFound):
        complaints.view(one.pk, by=office.township, on=on)
    with pytest.raises(NotAllowed):
        complaints.found(by=office.village, on=on)
    assert complaints.view(one.pk, by=office.county, on=on).words == WORDS
    # Somebody of the county who holds a post of the township, or a role in it, is left out as well.
    both = make_account("both", "county_reviewer", county.county)
    assert complaints.view(one.pk, by=both, on=on)
    post = Post.objects.create(
        area_id=county.township.pk, scope_no=county.township.scope_no, duty="head", title="书记"
    )
    Tenure.objects.create(post=post, holder="陈静", account=both, since=on - dt.timedelta(days=9))
    with pytest.raises(NotFound):
        complaints.view(one.pk, by=both, on=on)


@pytest.mark.parametrize(
    ("words", "own", "taken"),
    [
        ("邻居家超生三个，没人管", True, False),
        ("我要举报他家生了三胎", True, False),
        ("村里有人计划外生育", False, False),
        ("要我去做孕检才给办证", False, False),
        ("要我去做孕检才给办证", True, True),
        ("说我家超生，不给办低保，还要收我钱", True, True),
        ("身份证 520599196003121237 的人", False, False),
        ("打我电话 13800001234", False, False),
        ("镇干部罚款两百元没有收据", False, True),
        ("", False, False),
    ],
)
@pytest.mark.parametrize("kind", ["coercion", "service", "other"])
def test_units_alone_are_complained_of(
    county: Any, frozen_clock: dt.datetime, words: str, own: bool, taken: bool, kind: str
) -> None:
    given = said(county, words=words, own=own, kind=kind)
    if taken:
        assert complaints.send(said=given, token=TOKEN, at=frozen_clock)
        return
    with pytest.raises(Invalid) as refused:
        complaints.send(said=given, token=TOKEN, at=frozen_clock)
    assert set(refused.value.data["problems"]) == {"words"}
    assert (
        not Complaint.objects.exists()
        and not AuditEntry.objects.filter(action__startswith="complaints").exists()
    )


def test_everything_wrong_is_said_at_once(county: Any, frozen_clock: dt.datetime) -> None:
    wrong = complaints.Said(unit="family:7", nature="x", kind="births", words="", privacy="named")
    with pytest.raises(Invalid) as refused:
        complaints.send(said=wrong, token=TOKEN, at=frozen_clock)
    assert set(refused.value.data["problems"]) == {"unit", "nature", "kind", "words", "name"}


def test_officers_take_down_what_comes_to_them_and_never_about_their_own(
    county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    given = {"channel": "phone", "token": TOKEN, "at": frozen_clock}
    assert complaints.record(said=said(county, external="12345-77"), by=office.township, **given).code
    assert Complaint.objects.get().external == "12345-77"
    for unit, kind, by, code in (
        (county.township, "payment", office.township, "complaints.own_unit"),
        (county.village, "coercion", office.township, "complaints.not_yours"),
        (county.village, "payment", office.village, "access.denied"),  # village-assisted log-ins open none
    ):
        with pytest.raises(NotAllowed) as refused:
            complaints.record(said=said(county, unit=unit.code, kind=kind), by=by, **given)
        assert refused.value.code == code


def test_who_finds_does_not_answer(complaint: Any, office: Any, frozen_clock: dt.datetime) -> None:
    one, _code = complaint("find")
    for act in (complaints.approve, lambda **given: complaints.send_back(words="x", **given)):
        with pytest.raises(NotAllowed) as refused:
            act(complaint_id=one.pk, by=office.township, at=frozen_clock)
        assert refused.value.code == "complaints.maker"
    complaints.send_back(complaint_id=one.pk, words="理由不足", by=office.township_two, at=frozen_clock)
    complaints.find(
        complaint_id=one.pk, finding="not_upheld", answer="材料不齐", by=office.township_two, at=frozen_clock
    )
    complaints.approve(complaint_id=one.pk, by=office.township, at=frozen_clock)
    assert not Breach.objects.exists()
    here = one.rounds.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=here.pk).update(approved_by=here.found_by_id)


def test_steps_are_only_added(complaint: Any) -> None:
    one, _code = complaint("accept")
    for change in (lambda: Step.objects.all().delete(), lambda: Step.objects.update(act="note")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert one.steps.count() == 2


def test_the_unit_sees_the_question_alone(
    complaint: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    who = complaints.Who("石长庚", "13800001234")
    one, _code = complaint("accept", privacy="named", who=who)
    on = frozen_clock.date()
    assert complaints.questions(by=office.village, on=on) == []
    for words in ("石长庚说没有上报", "请回电 13800009999"):
        with pytest.raises(Invalid) as refused:
            complaints.ask(complaint_id=one.pk, words=words, by=office.township, at=frozen_clock)
        assert refused.value.code == "complaints.names"
    complaints.ask(complaint_id=one.pk, words="五月的材料何时上报？", by=office.township, at=frozen_clock)
    (asked,) = complaints.questions(by=office.village, on=on)
    assert asked.words == "五月的材料何时上报？" and asked.due > on
    assert "石长庚" not in repr(asked)
    assert complaints.questions(by=office.township, on=on) == []  # it is not the township that is asked
    complaints.reply(question_id=asked.question_id, words="六月补报", by=office.village, at=frozen_clock)
    with pytest.raises(Conflict):
        complaints.reply(question_id=asked.question_id, words="再答", by=office.village, at=frozen_clock)
    assert complaints.view(one.pk, by=office.township, on=on).questions[0].reply == "六月补报"


@pytest.mark.parametrize(
    ("words", "passes"),
    [
        ("到小花家上门的干部是谁", False),
        ("小花说的是哪一天", False),
        ("杨 小 花的材料", False),
        ("到石板坡上门的是谁", False),
        ("去三组上门的是谁", False),
        ("第３组的干部是谁", False),
        ("陈家的材料在哪里", False),
        ("尾号1234的电话打过吗", False),
        ("十月份上门核对的干部是谁", True),
        ("10月12日的上门记录在哪里", True),
        ("青池村十月有几件没有按时上报", True),
    ],
)
def test_no_part_of_who_complains_goes_through_a_question(
    complaint: Any, office: Any, frozen_clock: dt.datetime, words: str, passes: bool
) -> None:
    said = "我叫杨小花，家住石板坡，三组12号，干部上门态度不好"
    one, _code = complaint("accept", words=said, privacy="contact", who=complaints.Who("", "13800001234"))
    given = {"complaint_id": one.pk, "words": words, "by": office.township, "at": frozen_clock}
    if passes:
        complaints.ask(**given)
        return
    with pytest.raises(Invalid) as refused:
        complaints.ask(**given)
    assert refused.value.code == "complaints.names"


def test_a_question_is_open_no_longer_once_the_complaint_is_answered(
    complaint: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    one, code = complaint("accept")
    on = frozen_clock.date()
    complaints.ask(complaint_id=one.pk, words="五月的材料何时上报？", by=office.township, at=frozen_clock)
    assert complaints.questions(by=office.village, on=on)[0].open
    complaints.withdraw(code=code, at=frozen_clock)
    assert not complaints.questions(by=office.village, on=on)[0].open


def test_contact_is_shown_to_the_handling_level_alone_and_noted(
    complaint: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    who = complaints.Who("", "13800001234")
    one, _code = complaint(privacy="contact", who=who)
    shown = complaints.show_contact(
        complaint_id=one.pk, purpose="回电核实", by=office.township, at=frozen_clock
    )
    assert shown == who
    assert AuditEntry.objects.filter(action="complaints.show", actor_id=office.township.pk).count() == 1
    with pytest.raises(NotAllowed) as refused:  # the county reads the complaint, not who made it
        complaints.show_contact(complaint_id=one.pk, purpose="x", by=office.county, at=frozen_clock)
    assert refused.value.code == "complaints.contact"
    anonymous, _code = complaint()
    assert not Contact.objects.filter(complaint=anonymous).exists()
    with pytest.raises(NotFound):
        complaints.show_contact(complaint_id=anonymous.pk, purpose="x", by=office.township, at=frozen_clock)


def test_late_goes_up_and_stays_in_the_counts_of_who_was_late(
    complaint: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    one, code = complaint()
    first = one.rounds.get()
    later = frozen_clock + dt.timedelta(days=9)  # five working days are over
    assert later.date() > first.accept_due
    assert complaints.escalate_one(at=later) and not complaints.escalate_one(at=later)
    one.refresh_from_db()
    assert one.area_id == county.county.pk and one.state == "received"
    assert [each.why for each in one.rounds.order_by("number")] == ["first", "late"]
    assert complaints.followed(code, on=later.date()).steps[-1][1] == "escalate"
    counts = {(c.unit, c.count): c.value for c in complaints.month_counts(first.answer_due.replace(day=1))}
    assert counts[county.township.code, "complaints_due"] == 1
    assert counts[county.township.code, "complaints_answered_on_time"] == 0


def test_whoever_complained_says_whether_satisfied_once_and_may_appeal(
    complaint: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    one, code = complaint("approve", finding="not_upheld")
    now = complaints.followed(code.lower(), on=frozen_clock.date())
    assert now.answers[0].words == "查实：材料未及时上报" and now.may == {"say", "appeal"}
    complaints.say(code=code, satisfaction="not_satisfied", at=frozen_clock)
    with pytest.raises(Conflict):
        complaints.say(code=code, satisfaction="satisfied", at=frozen_clock)
    after = complaints.appeal(code=code, at=frozen_clock)
    assert after.state == "received" and county.county.name in after.handler and len(after.answers) == 1
    one.refresh_from_db()
    assert one.area_id == county.county.pk
    with pytest.raises(NotFound):
        complaints.followed("AAAABBBBCCCC", on=frozen_clock.date())


def test_withdrawn_is_due_nowhere(complaint: Any, frozen_clock: dt.datetime) -> None:
    one, code = complaint("accept")
    due = one.rounds.get().answer_due
    assert complaints.withdraw(code=code, at=frozen_clock).state == "withdrawn"
    assert list(complaints.month_counts(due.replace(day=1))) == []


def test_what_was_done_about_the_official_is_of_a_post_of_the_unit(
    complaint: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    one, _code = complaint("approve")
    on = frozen_clock.date()
    village = county.village
    held = {}
    for area, name in ((village, "王大山"), (county.other_village, "李二水")):
        post = Post.objects.create(area_id=area.pk, scope_no=area.scope_no, duty="head", title="村主任")
        held[area.pk] = Tenure.objects.create(post=post, holder=name, since=on - dt.timedelta(days=90))
    given = {
        "complaint_id": one.pk,
        "measure": "criticised",
        "on": on,
        "by": office.township,
        "at": frozen_clock,
    }
    with pytest.raises(Invalid):
        complaints.take_measure(tenure_id=held[county.other_village.pk].pk, **given)
    taken = complaints.take_measure(tenure_id=held[village.pk].pk, **given)
    assert (taken.post, taken.holder) == ("村主任", "王大山")
    with pytest.raises(Invalid) as twice:
        complaints.take_measure(tenure_id=held[village.pk].pk, **given)
    assert twice.value.code == "complaints.measured"
    early = given | {"measure": "talk", "on": one.received_at.date() - dt.timedelta(days=27)}
    with pytest.raises(Invalid) as before:
        complaints.take_measure(tenure_id=held[village.pk].pk, **early)
    assert before.value.data["field"] == "on" and one.taken.count() == 1


def test_contacts_are_forgotten(complaint: Any, frozen_clock: dt.datetime) -> None:
    one, _code = complaint(
        "approve", finding="not_upheld", privacy="contact", who=complaints.Who("", "13800001234")
    )
    assert not complaints.forget_one(at=frozen_clock + dt.timedelta(days=complaints.KEPT - 1))
    assert complaints.forget_one(at=frozen_clock + dt.timedelta(days=complaints.KEPT + 1))
    assert Contact.objects.get(complaint=one).sealed == ""


def test_too_many_at_once_wait(county: Any, frozen_clock: dt.datetime) -> None:
    for number in range(complaints.MOST_AT_ONCE):
        complaints.send(said=said(county), token=token(number), at=frozen_clock)
    with pytest.raises(Conflict) as refused:
        complaints.send(said=said(county), token=token(99), at=frozen_clock)
    assert refused.value.code == "complaints.many"
