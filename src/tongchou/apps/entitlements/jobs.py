"""Bringing the list up to date in the background: a snapshot of today, then the evaluation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.apps.entitlements.coming import years_listed
from tongchou.apps.quality import api as quality
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import clock
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = "entitlements.refresh"
PERMISSION = "entitlements.evaluate"
#: Stages as they are kept in the job's note; pages have the words.
SNAPSHOT, RULES, LISTING = "snapshot", "rules", "listing"
#: Where each stage begins, of a hundred: reading, deciding and writing take about as long.
_BEGIN = {SNAPSHOT: 0, RULES: 40, LISTING: 60}
_ALL = 100


@jobs.job(KIND, label=_("Update the list of benefits"), permission=PERMISSION)
def refresh(context: jobs.JobContext) -> dict[str, int]:
    """Every try reads the registry anew; until the last step the former list stays current."""
    from tongchou.apps.entitlements.evaluating import evaluate_years  # brings Polars along

    assert context.by is not None  # the kind has a permission
    with translation.override(settings.LANGUAGE_CODE):  # it stays, whoever reads it
        purpose = gettext("New list of benefits, job %(number)s") % {"number": context.job_id}
    context.progress(_BEGIN[SNAPSHOT], _ALL, SNAPSHOT)
    snapshot = snapshots.take_snapshot(
        by=context.by,
        at=context.at,
        as_of=clock.date_of(context.at),
        purpose=purpose,
        # Only looked, nothing written: the records are being read as of one moment.
        progress=lambda _done, _total: context.stop_if_asked(),
    )
    context.progress(_BEGIN[RULES], _ALL, RULES)

    def listed(done: int, total: int) -> None:
        context.progress(_BEGIN[LISTING] + (_ALL - 1 - _BEGIN[LISTING]) * done // total, _ALL, LISTING)

    def settle() -> None:
        context.checkpoint(snapshot.pk, _ALL, _ALL, LISTING)

    # What the year before still holds is listed until its last day to claim has passed.
    today = clock.date_of(context.at)
    runs = evaluate_years(
        years=years_listed(today),
        by=context.by,
        at=context.at,
        purpose=purpose,
        progress=listed,
        settle=settle,
    )
    run = next(one for one in runs if one.year == today.year)
    quality.run_checks(by=context.by, at=context.at, purpose=purpose)
    return {"snapshot": snapshot.pk, "evaluation": run.pk, "people": run.persons}


def ask_to_refresh(*, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that brings the list up to date; the one that waits or runs already when there is one.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    """
    return jobs.ask_for_area(kind=KIND, action="entitlements.ask_to_refresh", by=by, at=at)


def open_refresh(*, by: Account, on: dt.date) -> jobs.Job | None:
    """The job that brings the list of the account's area up to date, while it waits or runs."""
    return jobs.open_for_area(kind=KIND, by=by, on=on)
