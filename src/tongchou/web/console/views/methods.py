"""What every figure means: definitions, formulas and sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongchou.web.console.page import show, staff


@require_safe
@staff("population.view")
def methods(request: HttpRequest) -> HttpResponse:
    """All indicators by topic, and what is agreed on beside their formulas."""
    from tongchou.web.console.presenters.methods import chapters

    return show(request, "console/methods.html", chapters=chapters())
