"""A list from upload to registry: matched, decided on, stored once, emptied; jobs; who may."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.lists import applying, newborns
from tongchou.apps.intake.lists.models import (
    ListFile,
    ListProblem,
    NewbornCount,
    NewbornOffer,
    ServedBirth,
    StagedListRow,
)
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db
lists = intake.lists
ALL = Scope.everything()


@pytest.fixture
def people(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def act(county_reviewer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": county_reviewer, "at": frozen_clock}


@pytest.fixture
def stage(people: Any, act: dict[str, Any]) -> Any:
    def staged(content: bytes, **more: Any) -> ListFile:
        return lists.stage_list(content=content, **(act | more))

    return staged


def states(file: ListFile) -> dict[int, str]:
    return dict(file.rows.order_by("row_no").values_list("row_no", "state"))


def dead() -> set[str]:
    return set(Person.objects.filter(deceased=True).values_list("name", flat=True))


def test_a_list_is_staged_and_the_registry_is_not_touched(stage: Any, audited: Any) -> None:
    with audited():
        file = stage(
            books.deaths(
                books.death("赵大山"), books.death("周杰", written=books.number(dt.date(1950, 1, 1), 5))
            )
        )
    assert (file.kind, file.rows_read, file.period_from) == ("public_security_deaths", 2, "2026-05-01")
    assert states(file) == {2: "new", 3: "unknown"} and not dead()


def test_nothing_personal_is_readable_in_the_tables(stage: Any, act: dict[str, Any]) -> None:
    wrong = books.NUMBERS["赵强"][:13] + "8" + books.NUMBERS["赵强"][14:]
    file = stage(books.deaths(books.death("赵大山"), books.death("赵强", written=wrong)))
    lists.stage_list(content=books.births(), **act)
    tables = (ListFile, StagedListRow, ListProblem, NewbornOffer)
    rows = "".join(str(list(model.objects.values())) for model in tables)
    for value in (*books.NUMBERS, *books.NUMBERS.values(), wrong, "青山村一组", "13885730077"):
        assert value not in rows
    assert file.problems.count() == 1
    lists.apply_list(list_id=file.pk, **act)
    assert NewbornOffer.objects.count() == 0


def test_storing_records_once_and_empties_the_rows(stage: Any, act: dict[str, Any]) -> None:
    file = stage(books.deaths())
    done = lists.apply_list(list_id=file.pk, **act)
    assert (done.recorded, done.left) == (1, 0) and dead() == {"赵大山"}
    file.refresh_from_db()
    assert file.status == lists.ListStatus.APPLIED and not file.rows.exclude(payload="").exists()
    entries = AuditEntry.objects.count()
    assert stage(books.deaths()).pk == file.pk
    assert lists.apply_list(list_id=file.pk, **act).changed is False
    assert AuditEntry.objects.count() == entries


def test_the_same_list_again_is_read_again_until_stored(stage: Any) -> None:
    first = stage(books.deaths())
    second = stage(books.deaths())
    assert first.pk != second.pk and ListFile.objects.count() == 1


def test_a_difference_waits_and_the_rest_is_stored(stage: Any, act: dict[str, Any]) -> None:
    lists.apply_list(list_id=stage(books.deaths()).pk, **act)
    file = stage(books.deaths(books.death("赵大山", "20260520"), books.death("钱小兰", "20260601")))
    done = lists.apply_list(list_id=file.pk, **act)
    assert (done.recorded, done.left) == (1, 1) and dead() == {"赵大山", "钱小兰"}
    file.refresh_from_db()
    assert file.status == lists.ListStatus.STAGED and file.applied["recorded"] == 1
    (question,) = lists.questions(file.pk, scope=ALL)
    assert (question.old, question.new, question.reason) == ("2026-05-01", "2026-05-20", "other_date")
    assert question.people[0].name == "赵大山" and books.NUMBERS["赵大山"] not in repr(question)
    lists.decide_row(list_id=file.pk, row_no=question.row_no, seen=question.seen, take=True, **act)
    assert lists.questions(file.pk, scope=ALL)[0].decided == "take"
    again = lists.apply_list(list_id=file.pk, **act)
    assert (again.recorded, again.left) == (1, 0)
    assert Person.objects.get(name="赵大山").death_day == 20
    assert registry.check_state().ok


def test_a_decision_about_what_has_changed_since_is_refused(
    stage: Any, act: dict[str, Any], people: Any
) -> None:
    lists.apply_list(list_id=stage(books.deaths()).pk, **act)
    file = stage(books.deaths(books.death("赵大山", "20260520")))
    (question,) = lists.questions(file.pk, scope=ALL)
    lists.apply_list(list_id=stage(books.deaths(books.death("钱小兰"))).pk, **act)
    lists.decide_row(list_id=file.pk, row_no=2, seen=question.seen, take=True, **act)  # somebody else's death
    other = stage(books.deaths(books.death("赵大山", "20260525")))
    lists.decide_all(list_id=other.pk, reason="other_date", take=True, **act)
    lists.apply_list(list_id=other.pk, **act)
    with pytest.raises(Conflict, match=r"lists\.changed_since"):
        lists.decide_row(list_id=file.pk, row_no=2, seen=question.seen, take=True, **act)
    done = lists.apply_list(list_id=file.pk, **act)  # the old decision was about another date
    assert (done.recorded, done.left) == (0, 1)
    assert Person.objects.get(name="赵大山").death_day == 25


def test_candidates_are_chosen_by_a_person_only(
    stage: Any, act: dict[str, Any], people: dict[str, int]
) -> None:
    file = stage(books.deaths(books.death("赵强", written=None)))
    assert lists.apply_list(list_id=file.pk, **act).left == 1 and not dead()
    (question,) = lists.questions(file.pk, scope=ALL)
    assert [one.person_id for one in question.candidates] == [people["赵强"]]
    deciding = {"list_id": file.pk, "row_no": 2, "seen": question.seen, "take": True} | act
    with pytest.raises(Invalid):
        lists.decide_row(**deciding, person_id=people["孙丽"])
    with pytest.raises(Invalid):
        lists.decide_all(list_id=file.pk, reason="no_number", take=True, **act)
    lists.decide_row(**deciding, person_id=people["赵强"])
    assert states(file) == {2: "new"}
    assert lists.apply_list(list_id=file.pk, **act).recorded == 1 and dead() == {"赵强"}


def test_two_rows_about_one_person_are_decided_after_the_first_is_stored(
    stage: Any, act: dict[str, Any]
) -> None:
    file = stage(books.deaths(books.death("赵大山", "20260501"), books.death("赵大山", "20260520")))
    assert states(file) == {2: "new", 3: "differs"}
    (question,) = lists.questions(file.pk, scope=ALL)
    assert not question.may_take and question.message
    assert lists.apply_list(list_id=file.pk, **act).left == 1
    (question,) = lists.questions(file.pk, scope=ALL)
    assert (question.may_take, question.old, question.new) == (True, "2026-05-01", "2026-05-20")
    lists.decide_row(list_id=file.pk, row_no=3, seen=question.seen, take=True, **act)
    assert lists.apply_list(list_id=file.pk, **act).left == 0
    assert Person.objects.get(name="赵大山").death_day == 20


def test_rows_left_alone_ask_nobody_again(stage: Any, act: dict[str, Any]) -> None:
    lists.apply_list(list_id=stage(books.deaths()).pk, **act)
    late = books.death("赵大山", "20260520")
    file = stage(books.deaths(late))
    assert lists.decide_all(list_id=file.pk, reason="other_date", take=False, **act) == 1
    assert lists.apply_list(list_id=file.pk, **act).left == 0
    cumulative = stage(books.deaths(late, books.death("钱小兰")))
    assert states(cumulative) == {2: "known", 3: "new"}
    assert Person.objects.get(name="赵大山").death_day == 1


def test_discarding_forgets_what_waits(stage: Any, act: dict[str, Any]) -> None:
    file = stage(books.deaths())
    assert lists.discard_list(list_id=file.pk, **act).status == lists.ListStatus.DISCARDED
    assert not StagedListRow.objects.exists() and not ListProblem.objects.exists()
    assert lists.discard_list(list_id=file.pk, **act).status == lists.ListStatus.DISCARDED
    with pytest.raises(Conflict):
        lists.apply_list(list_id=file.pk, **act)


def test_a_list_discarded_half_way_and_brought_in_again_ends(stage: Any, act: dict[str, Any]) -> None:
    """What was settled of it stays settled; nothing waits for ever."""
    lists.apply_list(list_id=stage(books.deaths()).pk, **act)
    content = books.deaths(
        books.death("赵大山", "20260520"), books.death("钱小兰"), books.death("赵强", written=None)
    )
    file = stage(content)
    lists.decide_all(list_id=file.pk, reason="other_date", take=False, **act)
    assert lists.apply_list(list_id=file.pk, **act).left == 1
    with pytest.raises(Conflict, match=r"lists\.begun"):
        stage(content)
    lists.discard_list(list_id=file.pk, **act)
    again = stage(content)
    assert lists.apply_list(list_id=again.pk, **act).left == 1  # the choice alone
    lists.decide_all(list_id=again.pk, reason="no_number", take=False, **act)
    done = lists.apply_list(list_id=again.pk, **act)
    assert (done.recorded, done.left) == (0, 0)
    again.refresh_from_db()
    assert again.status == lists.ListStatus.APPLIED and dead() == {"赵大山", "钱小兰"}
    assert Person.objects.get(name="赵大山").death_day == 1


def test_refusals_say_what_to_do(stage: Any) -> None:
    for content, code in (
        (books.workbook(("甲", "乙"), ("1", "2")), "intake.unknown_list"),
        (b"%PDF-1.4", "intake.wrong_type"),
        (books.workbook(books.DEATHS), "intake.no_people"),
    ):
        with pytest.raises(Invalid) as caught:
            stage(content)
        assert caught.value.code == code and caught.value.data["fix"]
    with pytest.raises(Invalid) as caught:
        stage(
            books.workbook(("姓名", "公民身份号码", "住址"), ("赵", "1", "x")), kind="public_security_deaths"
        )
    assert caught.value.code == "intake.missing_columns" and "死亡日期" in str(caught.value.message)
    rows = [books.death(name, written=None) for name in ["12"] * 11]
    with pytest.raises(Invalid, match=r"intake\.too_many_errors"):
        stage(books.deaths(*rows))
    assert not ListFile.objects.exists()


def test_who_may(
    stage: Any, act: dict[str, Any], township_officer: Any, make_account: Any, county: Any
) -> None:
    from tongchou.apps.places import api as places

    with pytest.raises(NotAllowed):
        stage(books.deaths(), by=township_officer)
    neighbour = make_account("neighbour", "county_reviewer", places.area_by_code("520523"))
    with pytest.raises(NotFound):
        stage(books.deaths(), by=neighbour, area_id=county.county.pk)
    file = stage(books.deaths())
    for acting in (lists.apply_list, lists.discard_list):
        with pytest.raises(NotFound):
            acting(list_id=file.pk, by=neighbour, at=act["at"])
    reader = make_account("reader", "department_reader", county.county)
    with pytest.raises(NotAllowed):
        lists.apply_list(list_id=file.pk, by=reader, at=act["at"])


def test_the_department_reads_counts_alone(stage: Any, county: Any) -> None:
    file = stage(books.deaths(books.death("赵大山"), books.death("赵强", written=None)))
    (received,) = lists.lists_received(Scope.of_area(county.county))
    assert (received.list_id, received.rows, received.states) == (file.pk, 2, {"new": 1, "choose": 1})
    assert not any(name in repr(received) for name in books.NUMBERS)
    assert lists.lists_received(Scope.of_area(county.village)) == []
    assert lists.lists_received(Scope.nothing()) == []


def test_a_private_list_shows_no_particulars(stage: Any, act: dict[str, Any]) -> None:
    card = [["赵大山", f"{books.NUMBERS['赵大山']}43", "肢体残疾", "三级", "2020-01-02", "2030-01-02"]]
    lists.apply_list(list_id=stage(books.workbook(books.CERTIFICATES, *card)).pk, **act)
    card[0][1:4] = f"{books.NUMBERS['赵大山']}42", "肢体残疾", "二级"
    file = stage(books.workbook(books.CERTIFICATES, *card))
    (question,) = lists.questions(file.pk, scope=ALL)
    assert (question.reason, question.old, question.new) == ("other_details", "", "")
    assert not any(word in repr(question) for word in ("肢体", "二级", "三级", "2020", "2030"))


def test_queries_do_not_grow_with_the_rows(stage: Any, act: dict[str, Any]) -> None:
    def counted(copies: int) -> tuple[int, int]:
        rows = [
            [name, books.NUMBERS[name], "企业职工基本养老保险", f"2019{month:02d}", "参保缴费"]
            for month in range(1, copies + 1)
            for name in books.NUMBERS
        ]
        with CaptureQueriesContext(connection) as staging:
            file = stage(books.workbook(books.PENSION, *rows, title="养老保险"))
        with CaptureQueriesContext(connection) as storing:
            lists.apply_list(list_id=file.pk, **act)
        lists.discard_list(list_id=file.pk, **act)
        return len(staging), len(storing)

    first, second = counted(2), counted(11)
    assert second[0] <= first[0] + 2 and second[1] <= first[1] + 2, (first, second)


def test_the_page_of_questions_takes_a_constant_number_of_queries(stage: Any, act: dict[str, Any]) -> None:
    def counted(names: list[str]) -> int:
        file = stage(books.deaths(*(books.death(name, written=None) for name in names)))
        with CaptureQueriesContext(connection) as caught:
            assert len(lists.questions(file.pk, scope=ALL)) == len(names)
        return len(caught)

    assert counted(["赵强"]) == counted([*books.NUMBERS])


# In the background.


def test_an_interrupted_list_goes_on_and_is_asked_for_once(
    stage: Any, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)
    file = stage(books.deaths(*(books.death(name) for name in ("赵大山", "钱小兰", "赵强"))))
    job = lists.ask_to_apply_list(list_id=file.pk, **act)
    assert lists.ask_to_apply_list(list_id=file.pk, **act).pk == job.pk
    seen = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 1:
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        lists.apply_list(list_id=file.pk, progress=stop, **act)
    assert len(dead()) == 1
    file.refresh_from_db()
    assert file.status == lists.ListStatus.STAGED
    done = lists.apply_list(list_id=file.pk, **act)
    assert done.recorded == 2 and len(dead()) == 3 and done.left == 0
    assert seen == [(0, 3), (1, 3)]


def test_only_one_stores_at_a_time(stage: Any, act: dict[str, Any]) -> None:
    file = stage(books.deaths())
    ListFile.objects.filter(pk=file.pk).update(status="applying", applying_since=act["at"])
    with pytest.raises(Conflict, match=r"lists\.being_applied"):
        lists.apply_list(list_id=file.pk, **act)
    with pytest.raises(Conflict):
        lists.discard_list(list_id=file.pk, **act)
    later = act | {"at": act["at"] + applying.LONGEST}
    assert lists.apply_list(list_id=file.pk, **later).recorded == 1


# Newborns.


@pytest.fixture
def officer(township_officer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": township_officer, "at": frozen_clock}


@pytest.fixture
def offered(stage: Any, act: dict[str, Any], county: Any) -> lists.Offer:
    """An unregistered birth of 孙丽 that has reached the registrar."""
    assert lists.apply_list(list_id=stage(books.births()).pk, **act).offers == 1
    (offer,) = lists.offers(scope=Scope.of_area(county.township))
    return offer


def test_an_unregistered_birth_reaches_the_mother_s_registrar_alone(
    offered: lists.Offer, county: Any
) -> None:
    assert (offered.day, offered.name, offered.sex, offered.mother) == ("2026-05-01", "", 2, "孙丽")
    assert (offered.place, offered.phones, offered.relation) == ("县人民医院", ("138****0077",), "42")
    assert lists.offers(scope=Scope.of_area(county.other_village)) == []
    assert lists.offers(scope=Scope.nothing()) == []


def test_the_births_of_a_list_are_shown_to_nobody_here(stage: Any) -> None:
    file = stage(books.births())
    assert states(file) == {2: "new"} and lists.questions(file.pk, scope=ALL) == []


def test_a_registered_child_is_known(stage: Any, act: dict[str, Any]) -> None:
    file = stage(books.births(books.birth("2021-08-30", "赵小雨")))
    assert states(file) == {2: "known"} and lists.apply_list(list_id=file.pk, **act).offers == 0


def test_the_registrar_registers_the_child_right_there(
    offered: lists.Offer, officer: dict[str, Any], stage: Any, act: dict[str, Any]
) -> None:
    born = {
        "offer_id": offered.offer_id,
        "name": "赵小雪",
        "sex": 2,
        "birth": PartialDate(2026, 5, 1),
    } | officer
    lists.register_newborn(**born)
    household = registry.open_household(offered.household_id, scope=ALL)
    assert "赵小雪" in {member.name for member in household.members}
    ties = {(tie.one, tie.other) for tie in household.ties if tie.kind == "birth"}
    child = Person.objects.get(name="赵小雪").pk
    assert {(child, offered.mother_id), (child, offered.father_id)} <= ties
    with pytest.raises(NotFound):
        lists.register_newborn(**born)
    assert (NewbornOffer.objects.count(), NewbornCount.objects.get().outcome) == (0, "registered")
    file = stage(books.births(books.birth(), books.birth("2021-08-30", "赵小雨", "Z2")))
    assert states(file) == {2: "known", 3: "known"}
    assert lists.apply_list(list_id=file.pk, **act).offers == 0


@pytest.mark.parametrize("outcome", ["declined", "elsewhere", "registered"])
def test_an_answer_leaves_a_count_and_nothing_about_the_family(
    offered: lists.Offer, officer: dict[str, Any], outcome: str, stage: Any, act: dict[str, Any], audited: Any
) -> None:
    with audited():
        lists.answer_newborn(offer_id=offered.offer_id, outcome=outcome, **officer)
    assert not NewbornOffer.objects.exists()
    (count,) = NewbornCount.objects.all()
    assert (count.outcome, count.number, count.month) == (outcome, 1, "2026-06")
    # The digest by which it is not offered again does not say how it was answered; the chain neither.
    assert [field.name for field in ServedBirth._meta.concrete_fields] == ["digest"]
    entry = AuditEntry.objects.latest("pk")
    assert outcome not in str((entry.action, entry.subject, entry.detail)) and entry.subject == "newborn"
    again = lists.stage_list(
        content=books.births(books.birth(), books.birth("2021-08-30", "赵小雨", "Z2")), **act
    )
    assert lists.apply_list(list_id=again.pk, **act).offers == 0
    with pytest.raises(NotFound):
        lists.answer_newborn(offer_id=offered.offer_id, outcome=outcome, **officer)


def test_two_lists_offer_a_birth_once(stage: Any, act: dict[str, Any], offered: lists.Offer) -> None:
    more = stage(books.births(books.birth(), books.birth("2026-05-20", None, "Z9")))
    assert lists.apply_list(list_id=more.pk, **act).offers == 1  # the other one alone
    assert NewbornOffer.objects.count() == 2


def test_only_the_registrar_answers(
    offered: lists.Offer, village_worker: Any, act: dict[str, Any], make_account: Any, county: Any
) -> None:
    answer = {"offer_id": offered.offer_id, "outcome": "declined", "at": act["at"]}
    with pytest.raises(NotAllowed):
        lists.answer_newborn(by=village_worker, **answer)
    with pytest.raises(NotFound):
        lists.answer_newborn(by=make_account("far", "township_officer", county.other_village), **answer)
    with pytest.raises(Invalid):
        lists.answer_newborn(
            by=make_account("near", "township_officer", county.village), **(answer | {"outcome": "x"})
        )


def test_offers_take_a_constant_number_of_queries(stage: Any, act: dict[str, Any], county: Any) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as caught:
            newborns.offers(scope=Scope.of_area(county.township))
        return len(caught)

    lists.apply_list(list_id=stage(books.births()).pk, **act)
    one = counted()
    many = [books.birth(f"2025-{month:02d}-01", None, f"Z{month}") for month in range(1, 13)]
    lists.apply_list(list_id=stage(books.births(*many)).pk, **act)
    assert NewbornOffer.objects.count() > 5 and counted() == one
