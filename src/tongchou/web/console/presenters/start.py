"""The home page: the work that waits for the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou import policies
from tongchou.web.console import formatters
from tongchou.web.console.presenters.files import FileLine


@dataclass(frozen=True, slots=True)
class Card:
    """One kind of work with its number."""

    title: str
    icon: str
    tone: str
    figure: str
    unit: str
    text: str
    url: str = ""
    go: str = ""


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    title: str
    url: str
    open: int
    claimed: int
    unclear: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the list of benefits is, for whoever can bring it up to date."""

    evaluated: str
    as_of: str
    newer: str
    stale: bool
    job_url: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """Everything the page shows."""

    greeting: str
    today: str
    waiting: bool
    may_upload: bool
    may_search: bool
    cards: list[Card]
    year: int | None = None
    as_of: str = ""
    persons: str = ""
    programmes: list[ProgrammeLine] = field(default_factory=list)
    files: list[FileLine] = field(default_factory=list)
    freshness: Freshness | None = None


def present(
    *,
    now: dt.datetime,
    permissions: frozenset[str],
    language: str,
    run: Any | None,
    counts: Mapping[str, Mapping[str, int]],
    waiting_files: int,
    files: list[FileLine],
    listed: Any | None = None,
    freshness: Freshness | None = None,
) -> Start:
    """The home page of somebody with these permissions."""
    local = timezone.localtime(now)
    open_ones = sum(entry["open"] for entry in counts.values())
    unclear = sum(entry["needs_information"] for entry in counts.values())
    cards = []
    if "worklist.view" in permissions:
        cards.append(_unclaimed(open_ones, run))
    if "intake.upload" in permissions:
        cards.append(_files(waiting_files))
    if "worklist.view" in permissions:
        cards.append(_unclear(unclear, run))
    return Start(
        greeting=formatters.greeting(local.hour),
        today=formatters.day(local.date()),
        waiting=bool(open_ones or waiting_files or unclear or (freshness and freshness.newer)),
        may_upload="intake.upload" in permissions,
        may_search="registry.search" in permissions,
        cards=cards,
        year=run.year if run else None,
        as_of=formatters.day(listed.as_of if listed else run.as_of) if run else "",
        persons=formatters.number(run.persons) if run else "",
        programmes=_programmes(counts, language) if run else [],
        files=files,
        freshness=freshness,
    )


def freshness(listed: Any | None, *, newer: int, job_id: int | None) -> Freshness:
    """How old the list is; ``newer`` registers were applied after its records were read."""
    stale = listed is None or newer > 0
    words = ngettext(
        "%(n)s register has been applied since: the list does not know it yet.",
        "%(n)s registers have been applied since: the list does not know them yet.",
        newer,
    )
    return Freshness(
        evaluated=formatters.moment(listed.evaluated_at) if listed else "",
        as_of=formatters.day(listed.as_of) if listed else "",
        newer=words % {"n": formatters.number(newer)} if newer else "",
        stale=stale,
        job_url=reverse("console:jobs") + f"#job-{job_id}" if job_id else "",
    )


def _unclaimed(number: int, run: Any | None) -> Card:
    if run is None:
        text = _("Appears once registers are in and the rules have been applied.")
    elif number:
        text = _("They are entitled and have not applied. Visit them before the deadline.")
    else:
        text = _("Everybody entitled in your areas has claimed.")
    return Card(
        title=_("Not yet claimed"),
        icon="list",
        tone="",
        figure=formatters.number(number),
        unit=ngettext("claim", "claims", number),
        text=text,
        url=reverse("console:worklist") if number else "",
        go=_("Open the work-list"),
    )


def _files(number: int) -> Card:
    return Card(
        title=_("Registers to confirm"),
        icon="file",
        tone="warn",
        figure=formatters.number(number),
        unit=ngettext("file", "files", number),
        text=(
            _("They have been checked and wait for your decision. Nothing of them is stored yet.")
            if number
            else _("No file waits for your decision.")
        ),
        url=reverse("console:intake"),
        go=_("See the files"),
    )


def _unclear(number: int, run: Any | None) -> Card:
    return Card(
        title=_("Needs information"),
        icon="question",
        tone="good",
        figure=formatters.number(number),
        unit=ngettext("answer", "answers", number),
        text=(
            _("One more fact decides. The page of the household says which.")
            if number or run is None
            else _("Every answer in your areas is settled.")
        ),
        url=reverse("console:worklist") + "?show=unclear" if number else "",
        go=_("See who can be helped"),
    )


def _programmes(counts: Mapping[str, Mapping[str, int]], language: str) -> list[ProgrammeLine]:
    return [
        ProgrammeLine(
            title=programme.title_in(language),
            url=f"{reverse('console:worklist')}?programme={programme.code}",
            open=counts[programme.code]["open"],
            claimed=counts[programme.code]["claimed"],
            unclear=counts[programme.code]["needs_information"],
        )
        for programme in policies.load()
        if programme.code in counts
    ]
