"""Past years worked out again on a page: sums with the job, people looked at anew, nothing acted on."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tongchou.apps.entitlements import api, recalculation_jobs
from tongchou.apps.entitlements.models import Claim, Entitlement
from tongchou.apps.entitlements.recalculation_jobs import KIND
from tongchou.apps.entitlements.tests.conftest import YEAR, larger
from tongchou.apps.entitlements.tests.test_refreshing import run
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs.api import Job, State
from tongchou.core.models import AuditEntry
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def corrected(
    evaluated: dict[str, int], county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime
) -> Any:
    """陈老根 has claimed; since then his records say that he is urban. The clock stands on the next day."""
    act = {"by": township_officer, "at": frozen_clock}
    person = evaluated["陈老根"]
    api.record_claim(person_id=person, programme="elderly_reward", year=YEAR, **act)
    registry.record_conversion(
        person_id=person, converted_on=PartialDate(2010), hukou_kind="non_agricultural", **act
    )
    for scheme in ("urban_pension", "urban_medical"):
        registry.record_insurance(person_id=person, scheme=scheme, held=True, since=PartialDate(2012), **act)
    with clock.frozen(frozen_clock + dt.timedelta(days=1)) as later:
        snapshots.take_snapshot(by=county_reviewer, at=later, as_of=later.date(), purpose="test")
        yield later


@pytest.fixture
def done(corrected: dt.datetime, county_reviewer: Any, frozen_clock: dt.datetime) -> Job:
    api.ask_to_recalculate(
        since=frozen_clock.date(), years=[YEAR], purpose="trial", by=county_reviewer, at=corrected
    )
    return run(KIND)


def test_sums_are_kept_and_people_are_not(
    done: Job, corrected: dt.datetime, county_reviewer: Any, county: Any, evaluated: dict[str, int]
) -> None:
    assert done.state == State.DONE
    _job, found = api.recalculation(done.pk, by=county_reviewer, on=corrected.date())
    assert found is not None and found.current
    (total,) = found.totals
    assert (total.unit, total.programme, total.year) == (county.township.pk, "elderly_reward", YEAR)
    assert (total.kind, total.people, total.fen) == ("overpayment", 1, -96000)
    kept = json.dumps([done.payload, done.result], ensure_ascii=False)
    assert "陈老根" not in kept and "person" not in kept
    (person,), count = api.people_of(
        done, unit=county.township.pk, by=county_reviewer, at=corrected, language="en"
    )
    assert count == 1 and person.person_id == evaluated["陈老根"] and person.claimed
    assert (person.difference_fen, person.law_fen, person.facts_fen) == (-96000, 0, -96000)
    assert "960" in person.before and person.reasons and person.before != person.after
    # Told, and nothing else.
    assert Claim.objects.standing().count() == 1
    assert Entitlement.objects.filter(person_id=evaluated["陈老根"]).exists()


def test_the_same_question_is_the_same_job(
    done: Job, corrected: dt.datetime, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    asked = {"since": frozen_clock.date(), "years": [YEAR], "by": county_reviewer, "at": corrected}
    assert api.ask_to_recalculate(**asked, purpose="again").pk == done.pk
    entries = AuditEntry.objects.filter(action="entitlements.ask_to_recalculate")
    assert [entry.purpose for entry in entries] == ["trial"]


def test_it_says_when_the_register_has_gone_on(
    done: Job, corrected: dt.datetime, county_reviewer: Any, township_officer: Any, county: Any, client: Any
) -> None:
    """An old answer is never given without saying that the records it rests on are old."""
    asked = {"by": county_reviewer, "on": corrected.date()}

    def state() -> tuple[bool, bool]:
        found = api.recalculation(done.pk, **asked)[1]
        assert found is not None and found.records is not None
        now = api.records_of_now(**asked)
        assert now is not None and now.behind == found.records.behind
        return found.records.behind, found.records.newer

    assert state() == (False, False)
    registry.apply_register(
        larger(2), village_id=county.other_village.pk, source="d" * 64, by=township_officer, at=corrected
    )
    assert state() == (True, False)
    client.force_login(county_reviewer)
    for page in ("/recalculations", f"/recalculations/{done.pk}"):
        assert 'action="/jobs/refresh"' in client.get(page).content.decode()
    snapshots.take_snapshot(by=county_reviewer, at=corrected, as_of=corrected.date(), purpose="test")
    assert state() == (False, True)
    text = client.get(f"/recalculations/{done.pk}").content.decode()
    assert 'action="/jobs/refresh"' not in text and 'href="/recalculations"' in text
    with pytest.raises(NotAllowed):
        api.records_of_now(by=township_officer, on=corrected.date())


def test_what_is_wrong_is_said(
    done: Job, corrected: dt.datetime, county_reviewer: Any, township_officer: Any
) -> None:
    def ask(**other: Any) -> None:
        asked = {"since": corrected.date(), "years": [YEAR], "purpose": "x", "by": county_reviewer}
        api.ask_to_recalculate(**{**asked, **other}, at=corrected)

    with pytest.raises(Invalid):
        ask(since=corrected.date() + dt.timedelta(days=1))
    with pytest.raises(Invalid):
        ask(years=[YEAR + 1])
    with pytest.raises(Invalid):
        ask(purpose=" ")
    with pytest.raises(Conflict):
        ask(since=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        ask(by=township_officer)
    with pytest.raises(NotFound):
        api.people_of(done, unit=0, by=county_reviewer, at=corrected, language="en")
    with pytest.raises(NotAllowed):
        api.people_of(done, unit=0, by=township_officer, at=corrected, language="en")


def test_the_pages(
    done: Job, corrected: dt.datetime, county_reviewer: Any, township_officer: Any, county: Any, client: Any
) -> None:
    client.force_login(county_reviewer)
    assert client.get("/recalculations").status_code == 200
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/recalculations/{done.pk}?unit={county.township.pk}")
    text = page.content.decode()
    assert page.status_code == 200 and "陈老根" in text and len(asked) <= 40
    book = client.get(f"/recalculations/{done.pk}.xlsx")
    assert book.status_code == 200 and book.content[:2] == b"PK"
    wrong = client.post("/recalculations", {"since": "", "first": YEAR, "last": YEAR, "purpose": ""})
    assert wrong.status_code == 422
    sent = {"since": "2026-06-30", "first": YEAR - 1, "last": YEAR, "purpose": "trial"}
    assert client.post("/recalculations", sent).status_code == 302
    client.force_login(township_officer)
    assert client.get(f"/recalculations/{done.pk}").status_code == 403


def test_on_the_first_day_it_says_why_there_is_nothing_to_compare(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime, client: Any
) -> None:
    client.force_login(county_reviewer)
    client.cookies["django_language"] = "en"
    day = frozen_clock.date()
    assert api.days_of_records(by=county_reviewer, on=day) == [day]
    assert "read in of one day so far" in client.get("/recalculations").content.decode()
    asked = {"years": [YEAR], "purpose": "trial", "by": county_reviewer, "at": frozen_clock}
    api.ask_to_recalculate(since=day, **asked)
    done = run(KIND)
    text = client.get(f"/recalculations/{done.pk}").content.decode()
    assert "Then and now rest on the same records" in text and "Choose another day" in text
    told = r"the first is of 2026-06-30\. Choose that day or a later one"
    with translation.override("en"), pytest.raises(Conflict, match=told):
        api.ask_to_recalculate(since=day - dt.timedelta(days=1), **asked)


def test_days_to_choose_from_are_shown(
    done: Job, corrected: dt.datetime, county_reviewer: Any, frozen_clock: dt.datetime, client: Any
) -> None:
    days = api.days_of_records(by=county_reviewer, on=corrected.date())
    assert days == [corrected.date(), frozen_clock.date()]
    client.force_login(county_reviewer)
    client.cookies["django_language"] = "en"
    text = client.get("/recalculations").content.decode()
    assert "Choose a day on which the answers rested on other records" in text
    assert (
        "Then and now rest on the same records"
        not in client.get(f"/recalculations/{done.pk}").content.decode()
    )


def test_people_are_taken_away_masked_and_it_is_noted(
    done: Job,
    corrected: dt.datetime,
    county_reviewer: Any,
    township_officer: Any,
    make_account: Any,
    county: Any,
    client: Any,
) -> None:
    address, unit = f"/recalculations/{done.pk}/people.xlsx", {"unit": county.township.pk}
    client.force_login(county_reviewer)
    assert client.get(address).status_code == 405
    page = client.get(f"/recalculations/{done.pk}?unit={county.township.pk}").content.decode()
    assert f'action="{address}"' in page
    answer = client.post(address, unit)
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (line,) = (row for row in rows if row[0] == "陈*根")
    assert line[3] == str(YEAR) and line[-3:] == [-960, 0, -960] and line[7]
    assert "陈老根" not in str(rows) and "520599" not in str(rows)
    entry = AuditEntry.objects.get(action="entitlements.export_recalculation")
    assert entry.subject == f"job:{done.pk}" and entry.actor_id == county_reviewer.pk
    assert entry.detail == {"rows": 1, "unit": county.township.pk}
    # A unit of others, no unit, and somebody who may not: nothing leaves, nothing is noted.
    for other in ({"unit": county.village.pk}, {"unit": ""}, {}):
        assert client.post(address, other).status_code == 404
    elsewhere = make_account("elsewhere", "county_reviewer", places.area_by_code("520523"))
    client.force_login(elsewhere)
    assert client.post(address, unit).status_code == 404
    client.force_login(township_officer)
    assert client.post(address, unit).status_code == 403
    assert AuditEntry.objects.filter(action="entitlements.export_recalculation").count() == 1


def test_rules_that_have_changed_hand_nobody_over(
    done: Job, corrected: dt.datetime, county_reviewer: Any, county: Any
) -> None:
    done.result["rules"] = "others"
    with pytest.raises(Conflict):
        api.export_people(done, unit=county.township.pk, by=county_reviewer, at=corrected, language="en")


def test_a_workbook_asks_the_same_however_many(
    done: Job,
    corrected: dt.datetime,
    county_reviewer: Any,
    county: Any,
    monkeypatch: pytest.MonkeyPatch,
    frozen_clock: dt.datetime,
) -> None:

    counts, sizes = set(), []
    given = {"unit": county.township.pk, "by": county_reviewer, "at": corrected, "language": "en"}
    for changed in ({}, {"birth_year": 2012}):
        Person.objects.filter(name="陈小苗").update(**changed)
        if changed:
            later = corrected + dt.timedelta(hours=1)
            taken = snapshots.take_snapshot(by=county_reviewer, at=later, as_of=later.date(), purpose="again")
            done.result["now"] = taken.pk
        with CaptureQueriesContext(connection) as asked:
            found, total = api.export_people(done, **given)
        counts.add(len(asked))
        sizes.append((len(found), total))
    assert sizes == [(1, 1), (2, 2)] and len(counts) == 1
    monkeypatch.setattr(recalculation_jobs, "MOST_LINES", 1)
    found, total = api.export_people(done, **given)
    assert (len(found), total) == (1, 2)
