"""Find a person. By POST only, so that no name lands in an address, a history or a log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters

from tongchou.apps.registry import api as registry
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
        context = {"form": form, "hits": None}
    status = 422 if form.errors else 200
    if is_part(request):
        return show_part(request, "console/parts/search_results.html", status=status, **context)
    return show(request, "console/search.html", status=status, **context)
