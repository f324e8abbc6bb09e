"""Evaluate a snapshot."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Sequence

import polars as pl
from django.db import transaction
from django.db.models import Count
from django.utils.functional import lazystr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou import policies
from tongchou.apps.entitlements.models import (
    NO_DAY,
    Claim,
    Entitlement,
    Evaluation,
    Outcome,
    State,
)
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, audit, clock, planning
from tongchou.core.errors import Conflict
from tongchou.core.models import Account
from tongchou.domain.policy.defaults import Default, defaults
from tongchou.domain.policy.plausible import FEWEST, implausible
from tongchou.domain.policy.words import Text

#: Rows a transaction writes at most, so that no other writer waits long.
CHUNK = 1000
#: People below which a share says nothing.
FEWEST_FOR_SHARES = FEWEST
Progress = Callable[[int, int], None]


def evaluate_latest(
    *,
    year: int,
    by: Account,
    at: dt.datetime,
    purpose: str,
    progress: Progress | None = None,
    accept: Collection[str] = (),
) -> Evaluation:
    """The evaluation of the latest snapshot for a year; the existing one when nothing has changed.

    Raises
    ------
    NotAllowed, Conflict
        As ``evaluate_years``.
    """
    return evaluate_years(years=[year], by=by, at=at, purpose=purpose, progress=progress, accept=accept)[0]


def evaluate_years(
    *,
    years: Sequence[int],
    by: Account,
    at: dt.datetime,
    purpose: str,
    progress: Progress | None = None,
    settle: Callable[[], None] | None = None,
    accept: Collection[str] = (),
) -> list[Evaluation]:
    """The evaluations of the latest snapshot for some years; existing ones where nothing has changed.

    All become current in one last step. Until then the former lists stay: ended before, nobody sees anything
    of the new ones.

    Parameters
    ----------
    progress
        Called between two transactions with rows written and rows to write.
    settle
        Called in the transaction of the last step, before its audit rows; not when nothing has changed.
    accept
        Codes of programmes whose share of entitled people may leave the band their rules call plausible.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    Conflict
        When no snapshot has been taken yet; when a programme would give to far more or fewer people than its
        rules call plausible and nobody has said that this is right.
    """
    access.require(by, "entitlements.evaluate")
    snapshot = snapshots.latest(on=clock.date_of(at))
    if snapshot is None:
        raise Conflict("no_snapshot", _("Take a snapshot first; there is none to evaluate."))
    programmes = policies.listed()
    version = policies.laws().version()
    found = {
        run.year: run
        for run in Evaluation.objects.filter(
            year__in=years, current=True, snapshot_sha256=snapshot.sha256, policies_sha256=version
        )
    }
    wanted = [year for year in dict.fromkeys(years) if year not in found]
    facts = snapshots.read(snapshot) if wanted else None
    rows: list[Entitlement] = []
    for year in wanted:
        assert facts is not None
        results = policies.laws().evaluate(facts, year).sort("person_id", "programme")
        _refuse_implausible(results, programmes, year, accept)
        found[year] = Evaluation.objects.create(
            snapshot_id=snapshot.pk,
            snapshot_sha256=snapshot.sha256,
            policies_sha256=version,
            results_sha256=results_digest(results),
            year=year,
            as_of=snapshot.as_of,
            persons=snapshot.rows,
            created_at=at,
            created_by=by.pk,
            followed_to=snapshot.last_entry,
            followed_day=snapshot.as_of,
        )
        rows += listed_rows(found[year], results)
    if wanted:
        _write(rows, progress)
        _make_current([found[year] for year in wanted], by=by, at=at, purpose=purpose, settle=settle)
        planning.refresh("entitlements")
    return [found[year] for year in years]


def defaults_of(evaluation: Evaluation) -> tuple[Default, ...]:
    """The defaults a list rests on that nobody in the area has set, with its rows. One query.

    Where counties differ, a programme is named with all of its rows when it has a default in one of them.
    """
    rows = Entitlement.objects.filter(evaluation=evaluation).order_by()
    counted = rows.values("programme", "outcome").annotate(people=Count("pk"))
    counts = {
        (code, outcome): people
        for code, outcome, people in counted.values_list("programme", "outcome", "people")
    }
    found = [one for law in policies.laws().all for one in defaults(law.listed, evaluation.year, counts)]
    return tuple(dict.fromkeys(found))


class _Title:
    """A programme's title in the language of whoever reads it."""

    def __init__(self, title: Text) -> None:
        self._title = title

    def __str__(self) -> str:
        return self._title.of((get_language() or "zh")[:2])


def _refuse_implausible(
    results: pl.DataFrame, programmes: Sequence[policies.Programme], year: int, accept: Collection[str]
) -> None:
    """Nothing matches everybody by accident: a share that leaves its band stops the run and asks."""
    rows = results.group_by("programme", "outcome").len().iter_rows()
    counts = {(programme, outcome): number for programme, outcome, number in rows}
    for found in implausible(counts, programmes, year, accept, fewest=FEWEST_FOR_SHARES):
        raise Conflict(
            "entitlements.implausible",
            _(
                "%(programme)s for %(year)s would go to %(share)s of 1,000 people, outside the %(least)s to "
                "%(most)s its rules call plausible. Nothing was changed. Look at the records and the rules; "
                "if it is right, evaluate with --accept %(code)s."
            )
            % {
                "programme": lazystr(_Title(found.title)),
                "year": year,
                "share": found.share,
                "least": found.least,
                "most": found.most,
                "code": found.code,
            },
        )


def results_digest(results: pl.DataFrame) -> str:
    """SHA-256 over the results in canonical order and form: equal results, equal digest."""
    return hashlib.sha256(results.write_csv().encode()).hexdigest()


def listed_rows(evaluation: Evaluation, results: pl.DataFrame) -> list[Entitlement]:
    """What of some results is listed, not yet saved: everything but refusals."""
    listed = results.filter(pl.col("outcome") != Outcome.NOT_ENTITLED.value)
    columns = ("person_id", "household_id", "programme", "outcome", "amount_fen", "missing", "claim_by")
    return [
        Entitlement(
            evaluation=evaluation,
            person_id=person,
            household_id=household,
            programme=programme,
            outcome=outcome,
            amount_fen=amount,
            missing=missing or "",
            claim_by=claim_by,
            due=claim_by or NO_DAY,
        )
        for person, household, programme, outcome, amount, missing, claim_by in listed.select(
            columns
        ).iter_rows()
    ]


def _write(rows: list[Entitlement], progress: Progress | None) -> None:
    for start in range(0, len(rows), CHUNK):
        with transaction.atomic():
            # Whoever moves or claims meanwhile waits, and finds these rows to change.
            registry.stand_still()
            write_chunk(rows[start : start + CHUNK])
        if progress:
            progress(min(start + CHUNK, len(rows)), len(rows))


def write_chunk(rows: list[Entitlement]) -> None:
    """The rows with where their people are and what they have claimed by now."""
    settle_state(rows)
    Entitlement.objects.bulk_create(rows)


def settle_state(rows: list[Entitlement]) -> None:
    """Where the people of some rows are and what they have claimed by now. Two queries."""
    people = {row.person_id for row in rows}
    where = registry.whereabouts(people)
    standing = Claim.objects.standing().filter(person_id__in=people)
    claimed = set(standing.values_list("person_id", "programme", "year"))
    for row in rows:
        for column, value in where.get(row.person_id, {}).items():
            setattr(row, column, value)
        if row.outcome == Outcome.NEEDS_INFORMATION:
            row.state = State.UNCLEAR
        elif (row.person_id, row.programme, row.evaluation.year) in claimed:
            row.state = State.CLAIMED
        else:
            row.state = State.OPEN


def _make_current(
    evaluations: list[Evaluation],
    *,
    by: Account,
    at: dt.datetime,
    purpose: str,
    settle: Callable[[], None] | None,
) -> None:
    with transaction.atomic():
        for evaluation in evaluations:
            Evaluation.objects.filter(year=evaluation.year, current=True).update(current=False)
            evaluation.current = True
            evaluation.save(update_fields=["current"])
        if settle:
            settle()
        for evaluation in evaluations:
            audit.append(
                by=by,
                action="entitlements.evaluate",
                subject=f"evaluation:{evaluation.pk}",
                purpose=purpose,
                detail={
                    "year": evaluation.year,
                    "snapshot": evaluation.snapshot_sha256,
                    "results": evaluation.results_sha256,
                },
                at=at,
            )
    for evaluation in evaluations:
        _forget_former(evaluation)


def _forget_former(evaluation: Evaluation) -> None:
    """Empty the year's earlier lists, also unfinished ones: their snapshot and rules give them again."""
    stale = Entitlement.objects.filter(evaluation__year=evaluation.year, evaluation__lt=evaluation.pk)
    while keys := list(stale.values_list("pk", flat=True)[:CHUNK]):
        Entitlement.objects.filter(pk__in=keys).delete()
