"""Find a person. By POST only, so that no name lands in an address, a history or a log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tongchou.apps.registry import api as registry
from tongchou.core import access, clock
from tongchou.web.console.chrome import assignments_of, permissions_of
from tongchou.web.console.forms import SearchForm
from tongchou.web.console.page import data_language, is_part, show, show_part, staff
from tongchou.web.console.presenters import people

#: More than this and the person is asked to type more.
LIMIT = 50


@sensitive_post_parameters("text")
@staff("registry.search")
def search(request: HttpRequest) -> HttpResponse:
    """The search page, with results after a POST; htmx swaps only the results."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = registry.search(form.cleaned_data["text"], scope=request.scope, limit=LIMIT + 1)
        language = data_language()
        hits = [people.hit(item, scope=request.scope, language=language) for item in found[:LIMIT]]
        context = {"form": form, "hits": hits, "more": len(found) > LIMIT, "limit": LIMIT}
    else:
        context = {"form": form, "hits": None, **_recent(request)}
    status = 422 if form.errors else 200
    if is_part(request):
        return show_part(request, "console/parts/search_results.html", status=status, **context)
    return show(request, "console/search.html", status=status, **context)


def _recent(request: HttpRequest) -> dict[str, object]:
    """The reader's own list, narrowed to what may be opened today."""
    if "registry.open" not in permissions_of(request):
        return {}
    scope = access.require_among(assignments_of(request), "registry.open")
    opened = registry.recent(scope=scope, by=request.user, at=clock.now())
    lines = [people.recent(one) for one in opened]
    return {"recent": lines, "most": registry.MOST_RECENT, "days": registry.RECENT_DAYS}


@require_POST
@staff("registry.search")
def forget(request: HttpRequest) -> HttpResponse:
    """Empties the reader's own list."""
    registry.forget_recent(by=request.user)
    return redirect("console:search")
