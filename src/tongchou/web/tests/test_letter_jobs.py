"""Letters for every household: one PDF a village, ended and taken up again, fetched in one's areas alone."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments import bundling
from tongchou.apps.commitments.models import Bundle
from tongchou.apps.commitments.tests.conftest import family, letter, office, words
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases
from tongchou.core.models import AuditEntry
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow
from tongchou.web.console.presenters.commitments import addressed
from tongchou.web.letter_jobs import print_letters

__all__ = ["family", "letter", "office", "words"]
pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def later(frozen_clock: dt.datetime) -> dt.datetime:
    return frozen_clock + dt.timedelta(days=9)


def work(at: dt.datetime) -> dict[str, int]:
    taken = leases.claim([commitments.KIND], at=at)
    context = jobs.JobContext(taken, at=at, stop=threading.Event())
    context.beat()
    told = print_letters(context)
    leases.finish(taken, told, at)
    return told


def test_one_pdf_a_village_fetched_and_noted(
    letter: Any, family: Any, office: Any, later: dt.datetime, make_account: Any, county: Any
) -> None:
    one = letter()
    job = commitments.ask_to_print(letter_id=one.pk, by=office.village, at=later)
    assert commitments.ask_to_print(letter_id=one.pk, by=office.township, at=later).pk == job.pk
    assert work(later) == {"households": 2, "unnamed": 0}
    (ready,) = commitments.bundles(one.pk, by=office.village, at=later)
    kept, content = commitments.fetch_bundle(ready.bundle_id, by=office.village, at=later)
    assert content.startswith(b"%PDF") and kept.households == 2
    assert "陈老根" not in kept.sealed and b"%PDF" not in kept.sealed.encode()
    assert AuditEntry.objects.filter(action="commitments.fetch_print").count() == 1
    stranger = make_account("stranger", "village_worker", county.other_village)
    with pytest.raises(NotFound):
        commitments.fetch_bundle(ready.bundle_id, by=stranger, at=later)
    assert signed_in(stranger).get(reverse("console:commitment-bundle", args=[kept.pk])).status_code == 404
    assert bundling.forget(later + dt.timedelta(days=31)) == 1


def test_who_is_named_how() -> None:
    doors = [
        registry.Door(3, "0003", "二组", "王\ue000"),
        registry.Door(1, "0001", "一组", "陈老根"),
        registry.Door(2, "0002", "一组", ""),
    ]
    lines, unnamed = addressed(doors)
    assert ["陈老根" in lines[0], "0002" in lines[1], "0003" in lines[2]] == [True] * 3
    assert unnamed == 2 and "王" not in lines[2]


def test_ended_between_two_villages_it_goes_on_where_it_stopped(
    letter: Any, family: Any, office: Any, county: Any, words: Any, later: dt.datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    row = RegisterRow(
        row_no=5, household_no="0009", name="赵一", relation="02", sex=1, birth=PartialDate(1970, 1, 1),
        hukou_kind="agricultural", converted=False,
    )  # fmt: skip
    registry.apply_register(
        [row], village_id=county.villages[1].pk, source="b" * 64, by=office.township, at=later
    )
    one = commitments.begin(area_id=county.township.pk, title="镇承诺书", by=office.township, at=later)
    commitments.write(letter_id=one.pk, items=(words(due_in=90),), by=office.township, at=later)
    with pytest.raises(Conflict):
        commitments.ask_to_print(letter_id=one.pk, by=office.township, at=later)
    one.__class__.objects.filter(pk=one.pk).update(stage="cleared")
    commitments.publish(letter_id=one.pk, signed_by="镇长（示例）", by=office.township, at=later)
    job = commitments.ask_to_print(letter_id=one.pk, by=office.township, at=later)
    doors = commitments.households_of

    def cancelled_at_the_second(village: Any, *, after: int) -> Any:
        if village.pk == county.villages[1].pk:
            jobs.cancel(job_id=job.pk, by=office.township, at=later)
        return doors(village, after=after)

    monkeypatch.setattr(commitments, "households_of", cancelled_at_the_second)
    with pytest.raises(jobs.Cancelled):
        work(later)
    monkeypatch.setattr(commitments, "households_of", doors)
    assert leases.end_cancelled(jobs.Job.objects.get(pk=job.pk), later)
    assert [made.households for made in Bundle.objects.all()] == [2]  # the first village's stay
    again = commitments.ask_to_print(letter_id=one.pk, by=office.township, at=later)
    assert again.pk == job.pk and again.state == "queued"
    assert work(later)["households"] == 3
    told = commitments.bundles(one.pk, by=office.township, at=later)
    assert [(ready.part, ready.households) for ready in told] == [(1, 2), (1, 1)]
    # The worker of one village sees the letters of that village alone.
    assert one.area_id == county.township.pk
    with pytest.raises(NotFound):
        commitments.bundles(one.pk, by=office.village, at=later)


def test_parts_go_on_behind_the_last_household(
    letter: Any, family: Any, office: Any, later: dt.datetime, monkeypatch: Any
) -> None:
    one = letter()
    monkeypatch.setattr(bundling, "IN_ONE", 1)
    commitments.ask_to_print(letter_id=one.pk, by=office.village, at=later)
    assert work(later)["households"] == 2
    assert [ready.part for ready in commitments.bundles(one.pk, by=office.village, at=later)] == [1, 2]


def test_the_page_asks_for_them_and_lists_them(
    letter: Any, family: Any, office: Any, later: dt.datetime, monkeypatch: Any
) -> None:
    one = letter()
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    worker, address = signed_in(office.village), reverse("console:commitment-reach", args=[one.pk])
    assert worker.post(reverse("console:commitment-print", args=[one.pk])).status_code == 302
    assert worker.get(address).context["job"].open
    work(later)
    page = worker.get(address)
    (ready,) = page.context["bundles"]
    answer = worker.get(reverse("console:commitment-bundle", args=[ready.bundle_id]))
    assert answer.content.startswith(b"%PDF") and answer["Content-Type"] == "application/pdf"


def test_the_page_asks_the_database_as_often_for_many(
    letter: Any, family: Any, office: Any, county: Any, later: dt.datetime, monkeypatch: Any
) -> None:
    one = letter()
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    worker, address, counts = (
        signed_in(office.village),
        reverse("console:commitment-reach", args=[one.pk]),
        [],
    )
    for number in (1, 9):
        for part in range(Bundle.objects.count() + 1, number + 1):
            Bundle.objects.create(
                letter=one, job_id=1, village_id=county.village.pk, scope_no=county.village.scope_no,
                village_name="x", part=part, households=1, unnamed=0, sealed="", made_at=later,
            )  # fmt: skip
        worker.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert worker.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
