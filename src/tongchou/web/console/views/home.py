"""The home page: the work that waits, by role."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tongchou.web.console import formatters, homes
from tongchou.web.console.page import show, staff


@staff()
def home(request: HttpRequest) -> HttpResponse:
    """What the reader's roles put on the page, of the areas the reader works for."""
    reader = homes.Reader(request)
    parts = homes.of(reader)
    local = timezone.localtime(reader.now)
    return show(
        request,
        "console/home.html",
        home=parts,
        cards=[card for card in parts.cards if not card.idle],
        idle=[card for card in parts.cards if card.idle],
        greeting=formatters.greeting(local.hour),
        today=formatters.day(local.date()),
        waiting=any(card.waits for card in parts.cards)
        or any(part.key == "freshness" and part.data.newer for part in parts.sections),
        elsewhere=any(card.elsewhere for card in parts.cards),
        may_upload="intake.upload" in reader.permissions,
        main=[section for section in parts.sections if not section.aside],
        aside=[section for section in parts.sections if section.aside],
    )
