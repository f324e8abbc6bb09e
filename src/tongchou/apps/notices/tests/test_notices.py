"""A list hangs its days, masked; one entry that is objected to waits, the others go on by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case, Decision
from tongchou.apps.casework.tests.conftest import with_one_son
from tongchou.apps.notices import api as notices
from tongchou.apps.notices.models import Entry, Notice, Objection, Proof
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.files import without_metadata
from tongchou.core.scope import Scope

STAGE = {"kind": "elderly_reward", "year": 2026, "stage_code": "village_notice"}


@pytest.fixture
def waiting(
    apply: Callable[..., int], office: Any, passed: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> tuple[int, int]:
    """Two cases of the elderly reward that the village has talked over."""
    cases = []
    with_one_son()
    for name in ("陈老根", "林树"):
        case = apply(name, "elderly_reward", applicant="self", by=office.village)
        casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
        casework.pass_on(
            case_id=case,
            seen=casework.view(case, by=office.township, at=frozen_clock).seen,
            by=office.township,
            at=frozen_clock,
        )
        cases.append(case)
    return cases[0], cases[1]


@pytest.fixture
def posted(waiting: tuple[int, int], office: Any, county: Any, frozen_clock: dt.datetime) -> Notice:
    return notices.post(
        area_id=county.village.pk, place="村务公开栏", by=office.village, at=frozen_clock, **STAGE
    )


def objecting(notice: Notice, ground: str, at: dt.datetime, position: int = 1, words: str = "请核对") -> str:
    return notices.object_to(
        notice_id=notice.pk, position=position, ground=ground, words=words, contact="", by=None, at=at
    )


def later(at: dt.datetime, days: int) -> dt.datetime:
    return at + dt.timedelta(days=days)


def test_a_list_hangs_masked_and_frozen(posted: Notice, waiting: tuple[int, int]) -> None:
    lines = notices.entries(posted)
    assert [(one.name, one.birth_year) for one in lines] == [("陈*根", 1960), ("林*", 1958)]
    assert (posted.opened_on, posted.closes_on) == (dt.date(2026, 6, 30), dt.date(2026, 7, 10))
    shown = {"name", "birth_year", "place", "amount_fen", "position"}
    fields = {field.name for field in Entry._meta.get_fields()}
    assert fields - shown == {"id", "notice", "case_id", "objections"}
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(notice=posted).update(name="陈老根")


def test_it_hangs_once_and_only_where_somebody_may(
    posted: Notice, office: Any, county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(Conflict):
        notices.post(
            area_id=county.village.pk, place="村务公开栏", by=office.village, at=frozen_clock, **STAGE
        )
    elsewhere = make_account("lijie", "village_worker", county.other_village)
    with pytest.raises(NotFound):
        notices.post(area_id=county.village.pk, place="村务公开栏", by=elsewhere, at=frozen_clock, **STAGE)
    with pytest.raises(Invalid):
        notices.post(area_id=county.village.pk, place=" ", by=office.village, at=frozen_clock, **STAGE)
    with pytest.raises(Invalid):
        notices.post(
            area_id=county.village.pk, kind="childcare_subsidy", year=2026, stage_code="township_review",
            place="公开栏", by=office.village, at=frozen_clock,
        )  # fmt: skip
    with pytest.raises(NotFound):
        notices.mine(posted.pk, by=elsewhere, at=frozen_clock)


def test_after_its_days_the_entries_go_on_by_themselves(
    posted: Notice, waiting: tuple[int, int], frozen_clock: dt.datetime
) -> None:
    last = later(frozen_clock, 10)
    with clock.frozen(last):
        assert not notices.end_one(at=last)  # its last day
    after = later(frozen_clock, 11)
    with clock.frozen(after):
        assert notices.end_one(at=after)
        assert not notices.end_one(at=after)
    assert {Case.objects.get(pk=case).stage_code for case in waiting} == {"township_review"}
    passed = Decision.objects.filter(act="pass", officer=None)
    assert passed.count() == 2
    posted.refresh_from_db()
    assert posted.closed_at == after


def test_an_objection_holds_its_entry_alone(
    posted: Notice, waiting: tuple[int, int], office: Any, frozen_clock: dt.datetime
) -> None:
    code = objecting(posted, "residence", frozen_clock, words="多年不在本村居住")
    assert notices.followed(code).verdict == ""
    after = later(frozen_clock, 11)
    with clock.frozen(after):
        notices.end_one(at=after)
        assert [Case.objects.get(pk=case).stage_code for case in waiting] == [
            "village_notice",
            "township_review",
        ]
        (waits,) = notices.open_objections(by=office.township_two, at=after)
        assert notices.said(waits).words == "多年不在本村居住"
        with pytest.raises(NotAllowed):  # acted in the case
            notices.decide(
                objection_id=waits.pk, verdict="dismissed", answer="已核实", by=office.township, at=after
            )
        notices.decide(
            objection_id=waits.pk, verdict="dismissed", answer="已核实，户籍在本村", by=office.township_two,
            at=after,
        )  # fmt: skip
        with pytest.raises(Conflict):
            notices.decide(
                objection_id=waits.pk, verdict="upheld", answer="再看", by=office.township_two, at=after
            )
    assert Case.objects.get(pk=waiting[0]).stage_code == "township_review"
    found = notices.followed(code.lower())
    assert (found.verdict, found.answer) == ("dismissed", "已核实，户籍在本村")


def test_an_upheld_objection_goes_along_and_refuses_nobody(
    posted: Notice, waiting: tuple[int, int], office: Any, frozen_clock: dt.datetime
) -> None:
    objecting(posted, "account", frozen_clock)
    (waits,) = notices.open_objections(by=office.township_two, at=frozen_clock)
    decided = {"by": office.township_two, "at": frozen_clock}
    notices.decide(objection_id=waits.pk, verdict="upheld", answer="请核对账户", **decided)
    after = later(frozen_clock, 11)
    with clock.frozen(after):
        notices.end_one(at=after)
    case = Case.objects.get(pk=waiting[0])
    assert (case.state, case.stage_code) == ("running", "township_review")
    last = Decision.objects.filter(case=case).order_by("-pk").first()
    assert last is not None
    assert (last.reasons, last.officer) == ("account", None)


def test_births_are_no_ground(posted: Notice, frozen_clock: dt.datetime) -> None:
    for ground in ("births", "children", "policy", ""):
        with pytest.raises(Invalid) as error:
            notices.object_to(
                notice_id=posted.pk,
                position=1,
                ground=ground,
                words="…",
                contact="",
                by=None,
                at=frozen_clock,
            )
        assert "ground" in error.value.data["problems"]
    assert set(notices.Ground.values) == {"alive", "identity", "residence", "account", "already"}


def test_what_hung_is_gone(posted: Notice, frozen_clock: dt.datetime) -> None:
    on = clock.date_of(frozen_clock)
    assert notices.open_public(posted.pk, on=on) == posted
    assert [one.notice_id for one in notices.hanging(on=on)] == [posted.pk]
    gone = on + dt.timedelta(days=11)
    assert notices.hanging(on=gone) == ()
    with pytest.raises(NotFound):
        notices.open_public(posted.pk, on=gone)
    after = later(frozen_clock, 11)
    with clock.frozen(after), pytest.raises(NotFound):
        notices.object_to(
            notice_id=posted.pk, position=1, ground="alive", words="…", contact="", by=None, at=after
        )


def test_words_of_an_objection_are_sealed(posted: Notice, frozen_clock: dt.datetime) -> None:
    given = {"ground": "identity", "words": "同名不同人", "contact": "13800001234"}
    notices.object_to(notice_id=posted.pk, position=2, by=None, at=frozen_clock, **given)
    kept = Objection.objects.get()
    assert "同名" not in kept.sealed
    assert "1380000" not in kept.sealed
    assert kept.received_by is None


def test_a_photograph_shows_that_it_hung(
    posted: Notice, photo: bytes, office: Any, frozen_clock: dt.datetime
) -> None:
    on = clock.date_of(frozen_clock)
    given = {"notice_id": posted.pk, "taken_on": on, "by": office.village, "at": frozen_clock}
    first = notices.prove(photo=photo, **given)
    assert notices.prove(photo=photo, **given) == first
    assert notices.picture(first.pk, by=office.village, at=frozen_clock) == ("png", photo)
    assert Proof.objects.count() == 1
    for wrong in (b"GIF89a", b"", photo + b"\0" * 3_000_000):
        with pytest.raises(Invalid):
            notices.prove(photo=wrong, **given)
    with pytest.raises(Invalid):
        notices.prove(photo=photo, **{**given, "taken_on": on - dt.timedelta(days=1)})


def test_a_photograph_loses_what_the_camera_added() -> None:
    jfif, exif, comment = b"\xff\xe0\x00\x04JF", b"\xff\xe1\x00\x06GPS!", b"\xff\xfe\x00\x04hi"
    scan = b"\xff\xda\x00\x04..\x12\x34\xff\xd9"
    assert without_metadata(b"\xff\xd8" + jfif + exif + comment + scan) == b"\xff\xd8" + jfif + scan


def test_private_cases_are_never_posted(
    waiting: tuple[int, int], office: Any, frozen_clock: dt.datetime
) -> None:
    Case.objects.filter(pk=waiting[0]).update(private=True)
    found = casework.to_post(scope=Scope.everything(), **STAGE)
    assert [one.case_id for one in found] == [waiting[1]]


def test_the_list_of_notices_is_one_query(
    posted: Notice, office: Any, frozen_clock: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        (line,) = notices.notices(by=office.village, at=frozen_clock)
    assert (line.entries, line.objections, line.proofs, line.closed) == (2, 0, 0, False)
    assert notices.waiting(by=office.village, at=frozen_clock) == ()
