"""Visits help the worker's day and change nothing; there is no word for a decline."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import Entitlement, Outreach, Reached
from tongchou.apps.entitlements.outreach import forget_visits
from tongchou.apps.entitlements.tests.conftest import YEAR
from tongchou.core.errors import Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(evaluated: dict[str, int]) -> dict[str, Any]:
    return {"person_id": evaluated["陈小苗"], "programme": "childcare_subsidy", "year": YEAR}


def key(about: dict[str, Any]) -> tuple[int, str, int]:
    return about["person_id"], about["programme"], about["year"]


def test_the_last_word_of_a_worker_stands(
    about: dict[str, Any], village_worker: Any, frozen_clock: dt.datetime
) -> None:
    for reached in (Reached.NOT_FOUND, Reached.TOLD, Reached.TOLD):
        api.record_outreach(**about, reached=reached, by=village_worker, at=frozen_clock)
    assert Outreach.objects.count() == 1
    visit = api.visits({key(about)})[key(about)]
    assert (visit.reached, visit.at) == (Reached.TOLD, frozen_clock)


def test_a_visit_changes_no_entitlement_and_no_order(
    about: dict[str, Any], village_worker: Any, frozen_clock: dt.datetime, county: Any
) -> None:
    from tongchou.core.scope import Scope

    def state() -> Any:
        listed = api.worklist(scope=Scope.of_area(county.village), year=YEAR)
        rows = set(Entitlement.objects.values_list("pk", "state", "due"))
        return (
            [item.person_id for item in listed.items],
            rows,
            api.counts(scope=Scope.of_area(county.village), year=YEAR),
        )

    before = state()
    for reached in Reached.values:
        api.record_outreach(**about, reached=reached, by=village_worker, at=frozen_clock)
        assert state() == before


def test_there_is_no_word_for_a_decline(
    about: dict[str, Any], village_worker: Any, frozen_clock: dt.datetime
) -> None:
    """Rights rule 5: a decline counts as served; nobody can list or count who did not want to apply."""
    assert set(Reached.values) == {"told", "not_found"}
    api.record_outreach(**about, reached=Reached.TOLD, by=village_worker, at=frozen_clock)
    entry = AuditEntry.objects.latest("pk")
    assert entry.action == "entitlements.outreach" and set(entry.detail) == {"programme", "year"}


def test_who_may_write_it_down_and_about_whom(
    about: dict[str, Any], village_worker: Any, make_account: Any, county: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    elsewhere = make_account("elsewhere", Role.VILLAGE_WORKER, county.other_village)
    finance = make_account("finance", Role.COUNTY_FINANCE, county.county)
    with pytest.raises(NotFound):
        api.record_outreach(**about, reached=Reached.TOLD, by=elsewhere, at=frozen_clock)
    with pytest.raises(NotAllowed):
        api.record_outreach(**about, reached=Reached.TOLD, by=finance, at=frozen_clock)
    with pytest.raises(Invalid):
        api.record_outreach(**about, reached="refused", by=village_worker, at=frozen_clock)
    with pytest.raises(Invalid):
        api.record_outreach(
            **{**about, "programme": "elderly_reward"},
            reached=Reached.TOLD,
            by=village_worker,
            at=frozen_clock,
        )


def test_visits_are_forgotten(about: dict[str, Any], village_worker: Any, frozen_clock: dt.datetime) -> None:
    api.record_outreach(**about, reached=Reached.TOLD, by=village_worker, at=frozen_clock)
    forget_visits(frozen_clock.replace(year=YEAR + 1))
    assert Outreach.objects.count() == 1
    forget_visits(frozen_clock.replace(year=YEAR + 2))
    assert Outreach.objects.count() == 0


def test_on_the_page(about: dict[str, Any], village_worker: Any, client: Client) -> None:
    client.force_login(village_worker)
    sent = {"person": about["person_id"], "programme": about["programme"], "year": YEAR, "reached": "told"}
    answer = client.post(reverse("console:worklist-visit"), sent, follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200 and "已告知" in text and "其他没有任何改变" in text
    assert client.post(reverse("console:worklist-visit"), {**sent, "person": "x"}).status_code == 422
