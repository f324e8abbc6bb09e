"""Commitments for everybody: what was promised, what became of it, and commenting on a draft."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.commitments import api as commitments
from tongchou.core import clock
from tongchou.core.errors import Invalid, NotFound
from tongchou.core.scope import Scope
from tongchou.web import errors
from tongchou.web.console import public_places
from tongchou.web.console.commitment_forms import CommentForm
from tongchou.web.console.presenters import commitments as present
from tongchou.web.console.views.public import for_everybody


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The letters of a place, open breaches first, its record in numbers, and drafts open for comments."""
    today = clock.today()
    chosen = public_places.asked(request.GET.get("area", ""), request.GET.get("place", ""))
    scope = Scope.of_area(chosen.area) if chosen.area is not None else Scope.everything()
    lines, record = commitments.published(scope=scope, on=today)
    return for_everybody(
        request,
        "console/public_commitments.html",
        places=chosen,
        rows=[present.row(one, public=True) for one in lines],
        record=record,
        open=[(one.pk, present.unit_of(one), one) for one in commitments.commenting(on=today)],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter with what became of each promise; while it is a draft before residents, their comments."""
    today, form, refusal, sent = clock.today(), CommentForm(), None, False
    try:
        found, promises, steps = commitments.open_public(letter_id, on=today)
        if request.method == "POST":
            form = CommentForm(request.POST)
            if form.is_valid():
                commitments.comment(letter_id=letter_id, said=form.cleaned_data["said"], at=clock.now())
                form, sent = CommentForm(), True
    except NotFound as error:
        return errors.refused(request, error)
    except Invalid as error:
        refusal = error
    published = found.stage == commitments.Stage.PUBLISHED
    return for_everybody(
        request,
        "console/public_commitment.html",
        letter=found,
        unit=present.unit_of(found),
        rows=present.promises(promises, steps, on=today, published=published, words=False),
        published=published,
        signed=present.signed(found) if published else "",
        chip=present.stage_chip(found.stage),
        open=found.stage == commitments.Stage.COMMENTS and found.comments_until >= today,
        answers=present.answers(commitments.answered(letter_id)),
        form=form,
        sent=sent,
        refusal=refusal,
        status=422 if form.errors or refusal else 200,
    )
