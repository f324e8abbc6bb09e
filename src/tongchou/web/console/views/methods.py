"""What every figure means: definitions, formulas and sources, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongchou.web.console.views.public import for_everybody


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """All indicators by topic, and what is agreed on beside their formulas."""
    from tongchou.web.console.presenters.methods import chapters

    return for_everybody(request, "console/methods.html", chapters=chapters())
