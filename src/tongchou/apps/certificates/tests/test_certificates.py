"""A certificate follows its case: issued once, printed with a reason, refused when the case has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.certificates import api as certificates
from tongchou.apps.certificates import following, listing
from tongchou.apps.certificates.models import Certificate, Print, StatusList
from tongchou.apps.registry.models import Person
from tongchou.core import signing
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.printing import CannotPrint
from tongchou.domain.certificates import numbers
from tongchou.domain.certificates.verifying import Finding, check


@pytest.fixture
def issued(approved: Callable[..., int], office: Any, frozen_clock: dt.datetime) -> Certificate:
    found = certificates.issue(case_ids=[approved()], by=office.county, at=frozen_clock)
    return found.certificates[0]


def as_text(sheets: list[certificates.Sheet]) -> bytes:
    return " ".join(sheet.claims.number for sheet in sheets).encode()


def token_of(one: Certificate, office: Any, at: dt.datetime) -> str:
    return certificates.view(one.pk, by=office.county, at=at).token


def found_by_counter(token: str, at: dt.datetime) -> Finding:
    """What somebody without a network says who has the newest list."""
    listed = certificates.newest()
    return check(token, keys=signing.public_keys(), listed=listed.token if listed else None, at=at).finding


def test_an_approved_case_waits_for_its_certificate_and_gets_one_once(
    approved: Callable[..., int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case, on = approved(), frozen_clock.date()
    lines, total = certificates.waiting(by=office.county, on=on, most=10)
    assert total == 1 and [(one.case_id, one.person_name) for one in lines] == [(case, "陈老根")]
    made = certificates.issue(case_ids=[case], by=office.county, at=frozen_clock)
    one = made.certificates[0]
    assert numbers.is_number(one.number) and one.number.startswith(f"Y{on.year}-")
    assert certificates.waiting(by=office.county, on=on, most=10) == ((), 0)
    with pytest.raises(Conflict, match="nothing"):
        certificates.issue(case_ids=[case], by=office.county, at=frozen_clock)
    said = certificates.view(one.pk, by=office.township, at=frozen_clock).claims
    assert (said.name, said.id_end, said.issuer) == ("陈老根", "1237", county.county.name)
    assert (said.last_day - said.first_day).days == 364
    assert "陈" not in one.token and "1237" not in one.token


def test_what_is_not_approved_or_gives_none_gets_none(
    apply: Callable[..., int], approved: Callable[..., int], office: Any, frozen_clock: dt.datetime
) -> None:
    running = apply("陈勇", "priority_certificate", applicant="self", by=office.village)
    with pytest.raises(Conflict, match="nothing"):
        certificates.issue(case_ids=[running], by=office.county, at=frozen_clock)
    with pytest.raises(Invalid, match="none_chosen"):
        certificates.issue(case_ids=[], by=office.county, at=frozen_clock)
    with pytest.raises(NotAllowed):
        certificates.issue(case_ids=[approved()], by=office.township, at=frozen_clock)
    assert certificates.waiting(by=office.township, on=frozen_clock.date(), most=9) == ((), 0)


def test_whoever_has_no_number_on_record_is_named_and_left(
    approved: Callable[..., int], office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    first, second = approved(), approved("陈勇")
    Person.objects.filter(pk=family["陈勇"]).update(id_cipher="", id_index=None)
    made = certificates.issue(case_ids=[first, second], by=office.county, at=frozen_clock)
    assert [one.case_id for one in made.certificates] == [first]
    assert [(one.case_id, one.why) for one in made.left] == [(second, "no_id")]


def test_a_counter_without_a_network_serves_until_the_case_ends(
    issued: Certificate, office: Any, frozen_clock: dt.datetime, django_capture_on_commit_callbacks: Any
) -> None:
    assert following.follow(frozen_clock) and not following.follow(frozen_clock)
    token = token_of(issued, office, frozen_clock)
    assert found_by_counter(token, frozen_clock) is Finding.GOOD
    Case.objects.filter(pk=issued.case_id).update(state="ended", desk="")
    with django_capture_on_commit_callbacks(execute=True):
        assert following.follow(frozen_clock)
    issued.refresh_from_db()
    assert (issued.reason, issued.revoked_by) == ("case", None)
    assert found_by_counter(token, frozen_clock) is Finding.REVOKED
    assert certificates.checked(token, at=frozen_clock).finding is Finding.REVOKED


def test_no_office_takes_a_certificate_away(
    issued: Certificate, office: Any, frozen_clock: dt.datetime
) -> None:
    for reason in ("case", "replaced", "birth", ""):
        with pytest.raises(Invalid, match="reason"):
            certificates.revoke(certificate_id=issued.pk, reason=reason, by=office.county, at=frozen_clock)
    with pytest.raises(NotAllowed):
        certificates.revoke(certificate_id=issued.pk, reason="lost", by=office.township, at=frozen_clock)
    for _again in range(2):
        certificates.revoke(certificate_id=issued.pk, reason="wish", by=office.county, at=frozen_clock)
    assert Certificate.objects.get().reason == "wish"


def test_a_lost_one_is_refused_and_the_new_one_holds_as_long(
    issued: Certificate, office: Any, frozen_clock: dt.datetime, django_capture_on_commit_callbacks: Any
) -> None:
    old = token_of(issued, office, frozen_clock)
    later = frozen_clock + dt.timedelta(days=30)
    with django_capture_on_commit_callbacks(execute=True):
        given = {"certificate_id": issued.pk, "lost": True, "by": office.county, "at": later}
        new = certificates.replace(**given)
        assert certificates.replace(**given) == new
    assert (new.last_day, new.replaces_id, new.number != issued.number) == (issued.last_day, issued.pk, True)
    assert found_by_counter(old, later) is Finding.REVOKED
    assert found_by_counter(token_of(new, office, later), later) is Finding.GOOD
    assert Certificate.objects.filter(revoked_at=None).count() == 1


def test_each_sheet_is_noted_and_the_second_says_why(
    issued: Certificate, office: Any, frozen_clock: dt.datetime
) -> None:
    given = {"certificate_ids": [issued.pk], "form": "a4", "make": as_text, "by": office.township}
    given["at"] = frozen_clock
    sheets, content = certificates.print_some(**given)
    assert (sheets[0].copy, content.decode()) == (1, issued.number)
    with pytest.raises(Invalid, match="why"):
        certificates.print_some(**given)
    with pytest.raises(Invalid, match="form"):
        certificates.print_some(**given | {"form": "b5"})
    assert certificates.print_some(**given, why="spoiled")[0][0].copy == 2
    assert list(Print.objects.order_by("copy").values_list("copy", "why")) == [(1, "first"), (2, "spoiled")]
    certificates.revoke(certificate_id=issued.pk, reason="lost", by=office.county, at=frozen_clock)
    with pytest.raises(Conflict, match="revoked"):
        certificates.print_some(**given, why="spoiled")


def test_a_name_that_cannot_be_printed_whole_is_not_issued_and_notes_nothing(
    approved: Callable[..., int], office: Any, family: dict[str, int], frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    case = approved()
    Person.objects.filter(pk=family["陈老根"]).update(name="陈\ue863根")
    assert certificates.issue(case_ids=[case], by=office.county, at=frozen_clock).left[0].why == "undrawable"
    Person.objects.filter(pk=family["陈老根"]).update(name="陈老根")
    one = certificates.issue(case_ids=[case], by=office.county, at=frozen_clock).certificates[0]

    def cannot(_sheets: list[certificates.Sheet]) -> bytes:
        raise CannotPrint("printing.character", "", characters="根")

    given = {"certificate_ids": [one.pk], "form": "card", "by": office.county, "at": frozen_clock}
    with pytest.raises(CannotPrint):
        certificates.print_some(make=cannot, **given)
    assert not Print.objects.exists()


def test_other_areas_see_nothing(
    issued: Certificate, make_account: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    outsider = make_account("waixian", "county_reviewer", county.other_village, "外乡（示例）")
    with pytest.raises((NotFound, NotAllowed)):
        certificates.view(issued.pk, by=outsider, at=frozen_clock)
    with pytest.raises((NotFound, NotAllowed)):
        certificates.print_some(
            certificate_ids=[issued.pk], form="a4", make=as_text, by=outsider, at=frozen_clock
        )


def test_lists_ask_a_fixed_number_of_queries(
    approved: Callable[..., int], office: Any, frozen_clock: dt.datetime
) -> None:
    on, asked_each = frozen_clock.date(), []
    approved("林树")  # has no number on record and goes on waiting
    for name in ("陈老根", "陈勇"):
        certificates.issue(case_ids=[approved(name)], by=office.county, at=frozen_clock)
        with CaptureQueriesContext(connection) as asked:
            rows = list(certificates.found(by=office.county, on=on, state="valid"))
            assert len(certificates.lines_of(rows, on)) == len(asked_each) + 1
            assert certificates.waiting(by=office.county, on=on, most=50)[1] == 1
        asked_each.append(len(asked))
    assert asked_each[0] == asked_each[1] <= 12
    for state in certificates.STATES:
        list(certificates.found(by=office.county, on=on, state=state))


def test_the_list_is_signed_anew_every_day_and_when_it_is_too_short(
    issued: Certificate, frozen_clock: dt.datetime
) -> None:
    assert listing.due(frozen_clock)
    signed = listing.sign_now(at=frozen_clock)
    assert not listing.due(frozen_clock)
    assert listing.due(frozen_clock + dt.timedelta(days=1))
    assert (signed.revoked, signed.length) == (0, 2)


def test_the_database_keeps_the_laws(issued: Certificate, office: Any, frozen_clock: dt.datetime) -> None:
    again = Certificate.objects.get()
    again.pk, again.number, again.position = None, "Y2026-0000009-00", 9
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(revoked_at=frozen_clock, reason="lost")
    signed = listing.sign_now(at=frozen_clock)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatusList.objects.filter(pk=signed.pk).update(revoked=0, length=5)
    certificates.print_some(
        certificate_ids=[issued.pk], form="a4", make=as_text, by=office.county, at=frozen_clock
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Print.objects.all().delete()


def test_ending_a_case_by_its_own_act_ends_the_certificate(
    issued: Certificate, office: Any, frozen_clock: dt.datetime
) -> None:
    casework.end(case_id=issued.case_id, ending="own_wish", by=office.county, at=frozen_clock)
    assert certificates.follow_cases(at=frozen_clock) == 1
    assert certificates.follow_cases(at=frozen_clock) == 0


def test_a_new_key_signs_and_the_old_ones_still_verify(
    issued: Certificate, office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    keeper = make_account("qianwei", "system_admin", county.county, "钱伟（示例）")
    before, token = signing.current(), token_of(issued, office, frozen_clock)
    with pytest.raises(NotAllowed):
        certificates.rotate_key(purpose="x", by=office.county, at=frozen_clock)
    with pytest.raises(Invalid):
        certificates.rotate_key(purpose=" ", by=keeper, at=frozen_clock)
    assert signing.current() == before
    made = certificates.rotate_key(purpose="年度更换", by=keeper, at=frozen_clock)
    assert made == signing.current() != before
    entry = AuditEntry.objects.get(action="certificates.rotate")
    assert (entry.detail["purpose"], entry.detail["before"]) == ("年度更换", before)
    assert [one["kid"] for one in signing.public_keys()["keys"]][:2] == [made, before]
    listed = certificates.sign_now(at=frozen_clock)
    # The list is signed by the new key, the certificate by the old one: both are known.
    found = check(token, keys=signing.public_keys(), listed=listed.token, at=frozen_clock)
    assert found.finding is Finding.GOOD
    alone = {"keys": [one for one in signing.public_keys()["keys"] if one["kid"] == made]}
    assert check(token, keys=alone, listed=listed.token, at=frozen_clock).finding is not Finding.GOOD
    page = Client().get("/certificates/check/page.html").content.decode()
    assert before in page and made in page
