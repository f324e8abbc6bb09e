"""The home page: the work that waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.intake import api as intake
from tongchou.core import access, clock
from tongchou.web.console.chrome import assignments_of, permissions_of
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.presenters import files, start

#: Files listed on the home page.
RECENT = 5


@staff()
def home(request: HttpRequest) -> HttpResponse:
    """Counts and recent files of the areas the reader works for, as far as the role allows."""
    permissions = permissions_of(request)
    run, counts, listed_at = None, {}, None
    if "worklist.view" in permissions:
        run = entitlements.latest_run()
        reach = access.require_among(assignments_of(request), "worklist.view")
        counts = entitlements.counts(scope=reach, year=run.year) if run else {}
        listed_at = entitlements.list_date(run) if run else None
    listed, waiting = [], 0
    if "intake.upload" in permissions:
        reach = access.require_among(assignments_of(request), "intake.upload")
        listed = intake.files(scope=reach)[:RECENT]
        waiting = intake.waiting(scope=reach).count()
    return show(
        request,
        "console/home.html",
        home=start.present(
            now=clock.now(),
            permissions=permissions,
            language=data_language(),
            run=run,
            counts=counts,
            waiting_files=waiting,
            files=[files.line(one) for one in listed],
            listed=listed_at,
            freshness=_freshness(request, listed_at) if "entitlements.evaluate" in permissions else None,
        ),
    )


def _freshness(request: HttpRequest, listed: entitlements.ListDate | None) -> start.Freshness:
    """How old the list of benefits is, beside the registers of the areas the reader evaluates."""
    reach = access.require_among(assignments_of(request), "entitlements.evaluate")
    job = entitlements.open_refresh(by=request.user, on=clock.today())
    newer = intake.applied_since(listed.records_at if listed else None, scope=reach)
    return start.freshness(listed, newer=newer, job_id=job.pk if job else None)
