"""Evaluating: only what someone must act on is listed, once, reproducibly, by those who may."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.entitlements import api, evaluating
from tongchou.apps.entitlements.models import Entitlement, Evaluation, Outcome
from tongchou.apps.entitlements.tests.conftest import YEAR
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import Conflict, NotAllowed


def listed() -> dict[tuple[int, str], Entitlement]:
    return {(e.person_id, e.programme): e for e in Entitlement.objects.filter(evaluation__current=True)}


def test_each_outcome_is_found(evaluated: dict[str, int]) -> None:
    entries = listed()
    child = entries[evaluated["陈小苗"], "childcare_subsidy"]
    assert (child.outcome, child.amount_fen, child.claim_by) == (
        Outcome.ENTITLED,
        360_000,
        dt.date(YEAR, 12, 31),
    )
    grandfather = entries[evaluated["陈老根"], "elderly_reward"]
    assert (grandfather.outcome, grandfather.amount_fen) == (Outcome.SUBJECT_TO_STATEMENT, 96_000)
    grandmother = entries[evaluated["吴秀英"], "elderly_reward"]
    assert grandmother.outcome == Outcome.NEEDS_INFORMATION and "living_sons" in grandmother.missing
    assert len(entries) == 3


def test_the_same_inputs_give_the_same_evaluation(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    before = Evaluation.objects.get(current=True)
    again = api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="again")
    assert again.pk == before.pk
    Evaluation.objects.update(policies_sha256="other rules")
    renewed = api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="new rules")
    assert renewed.pk != before.pk and renewed.results_sha256 == before.results_sha256
    assert Entitlement.objects.exclude(evaluation=renewed).count() == 0


def test_a_snapshot_of_a_former_day_does_not_become_the_list(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    before = Evaluation.objects.get(current=True)
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=dt.date(2024, 6, 30), purpose="audit")
    again = api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="again")
    assert again.pk == before.pk
    assert Evaluation.objects.get(current=True).as_of == frozen_clock.date()


def test_there_is_nothing_to_evaluate_without_a_snapshot(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(Conflict):
        api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="test")


@pytest.mark.parametrize("role", ["village_worker", "township_officer"])
def test_only_the_county_evaluates(
    role: str, family: dict[str, int], request: pytest.FixtureRequest, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        api.evaluate_latest(year=YEAR, by=request.getfixturevalue(role), at=frozen_clock, purpose="test")


def test_the_audit_row_comes_last(
    family: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.core.models import AuditEntry

    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    run = api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="list of this year")
    row = AuditEntry.objects.order_by("-id").first()
    assert row is not None and row.action == "entitlements.evaluate" and row.purpose == "list of this year"
    assert row.detail["results"] == run.results_sha256


@pytest.mark.parametrize(
    "change",
    [{"outcome": Outcome.NOT_ENTITLED}, {"amount_fen": 0}],
    ids=["a refusal", "an amount of nothing"],
)
def test_the_database_refuses(change: dict[str, Any], evaluated: dict[str, int]) -> None:
    entry = Entitlement.objects.filter(outcome=Outcome.ENTITLED)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.update(**change)


def test_a_year_has_one_current_evaluation(evaluated: dict[str, int]) -> None:
    run = Evaluation.objects.get(current=True)
    run.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)


def test_a_share_no_rule_calls_plausible_stops_and_asks(
    family: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime, monkeypatch: Any
) -> None:
    """Two of four people is far more than the hundred of a thousand the childcare subsidy calls plausible."""
    asked = {"by": county_reviewer, "at": frozen_clock, "purpose": "test", "year": YEAR}
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    monkeypatch.setattr(evaluating, "FEWEST_FOR_SHARES", 4)
    with pytest.raises(Conflict) as refusal:
        api.evaluate_latest(**asked)
    assert refusal.value.code == "entitlements.implausible" and "250.0" in str(refusal.value.message)
    assert Evaluation.objects.filter(current=True).count() == 0 and Entitlement.objects.count() == 0
    with pytest.raises(Conflict):
        api.evaluate_latest(**asked, accept=["childcare_subsidy"])
    assert api.evaluate_latest(**asked, accept=["childcare_subsidy", "elderly_reward"]).current
