"""Jobs: how far they are, and ending or trying them again."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import NotAllowed
from tongchou.core.jobs import api as jobs
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.page import View, is_part, show, show_part, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import jobs as present

SIZE = 50


def _for_job_holders(view: View) -> View:
    """A view for people who may ask for some kind of job; which jobs they see is another question."""

    @staff()
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not jobs.permissions() & permissions_of(request):
            raise NotAllowed("access.denied", gettext_lazy("Your role does not include this task."))
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_for_job_holders
def listed(request: HttpRequest) -> HttpResponse:
    """The reader's jobs and those of the reader's areas, the newest first."""
    before = request.GET.get("before", "")
    before = whole(before)
    found = jobs.list_for(request.user, on=clock.today(), before=before, limit=SIZE + 1)
    lines = _lines(found[:SIZE])
    return show(
        request,
        "console/jobs.html",
        jobs=lines,
        waiting=any(line.open for line in lines),
        # Only where somebody waits for it: a quiet queue needs no worker.
        idle=any(line.open for line in lines) and not jobs.health(clock.now()).ok,
        older=found[SIZE - 1].pk if len(found) > SIZE else None,
    )


@require_safe
@_for_job_holders
def row(request: HttpRequest, job_id: int) -> HttpResponse:
    """What has changed in a row: how far the job is, or all of it when its state is another one."""
    if not is_part(request):
        return _at(job_id)
    line = _lines([jobs.get(job_id, by=request.user, on=clock.today())])[0]
    if request.GET.get("seen") == line.seen:
        return show_part(request, "console/parts/job_state.html", job=line)
    answer = show_part(request, "console/parts/job_row.html", job=line, news=True)
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#job-{job_id}", "outerHTML"
    return answer


@require_POST
@_for_job_holders
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Asks for a job's end."""
    job = jobs.cancel(job_id=job_id, by=request.user, at=clock.now())
    messages.success(request, _("Cancelled.") if job.ended else _("The job ends after the step at hand."))
    return _at(job_id)


@require_POST
@_for_job_holders
def again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Puts a failed or cancelled job back into the queue."""
    jobs.try_again(job_id=job_id, by=request.user, at=clock.now())
    messages.success(request, _("The job waits for its turn again."))
    return _at(job_id)


@require_POST
@staff("entitlements.evaluate")
def refresh(request: HttpRequest) -> HttpResponse:
    """Asks for a new list of benefits."""
    return _at(entitlements.ask_to_refresh(by=request.user, at=clock.now()).pk)


def _at(job_id: int) -> HttpResponse:
    return redirect(reverse("console:jobs") + f"#job-{job_id}")


def _lines(found: Iterable[jobs.Job]) -> list[present.JobLine]:
    found = list(found)
    areas = places.Area.objects.in_bulk([job.area_id for job in found if job.area_id is not None])
    return [present.line(job, area=areas[job.area_id].name if job.area_id in areas else "") for job in found]
