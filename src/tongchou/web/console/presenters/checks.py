"""The checks of the records as pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.quality import api as quality
from tongchou.core.scope import Scope
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    title: str
    why: str
    chip: Chip
    number: int
    change: str  # against the run before, in words
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    as_of: str
    run_at: dt.datetime
    persons: int
    lines: list[Line]
    blocking: int


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    village: str
    url: str


@dataclass(frozen=True, slots=True)
class Named:
    title: str
    chip: Chip
    wrong: str
    why: str
    fix: str
    total: int
    people: list[Person]
    next: str


def _chip(severity: str, number: int) -> Chip:
    """How much a check weighs; of nobody it weighs nothing, and shows no colour that calls for help."""
    text, icon, tone = {
        "blocks": (_("Holds up a benefit"), "warn", "bad"),
        "check": (_("Please check"), "question", "warn"),
        "note": (_("For completeness"), "info", "info"),
    }[severity]
    return Chip(text, icon, tone if number else "")


def overview(found: quality.Overview, *, language: str, may_open: bool) -> Overview:
    """The page of all checks; only those who may open people get links to the lists of names."""
    lines = []
    for one in found.lines:
        before = one.trend[-2] if len(one.trend) > 1 else None
        change, tone = _change(one.number, before)
        address = reverse("console:check", args=[one.check.code]) if may_open and one.number else ""
        lines.append(
            Line(
                one.check.code,
                one.check.text("title", language),
                one.check.text("why", language),
                _chip(one.check.severity, one.number),
                one.number,
                change,
                tone,
                address,
            )
        )
    return Overview(
        as_of=formatters.day(found.run.as_of),
        run_at=found.run.run_at,
        persons=found.run.persons,
        lines=lines,
        blocking=sum(one.number for one in found.lines if one.check.severity == "blocks"),
    )


def _change(number: int, before: int | None) -> tuple[str, str]:
    if before is None:
        return _("first count"), ""
    if number == before:
        return _("as before"), ""
    words = {"number": formatters.number(abs(number - before))}
    if number < before:
        return _("%(number)s fewer") % words, "good"
    return _("%(number)s more") % words, "warn"


def named(found: quality.NamedPage, *, scope: Scope, language: str) -> Named:
    """The page of one check; people whose household lies elsewhere are not linked."""
    address = reverse("console:check", args=[found.check.code])
    return Named(
        title=found.check.text("title", language),
        chip=_chip(found.check.severity, found.total),
        wrong=found.check.text("wrong", language),
        why=found.check.text("why", language),
        fix=found.check.text("fix", language),
        total=found.total,
        people=[
            Person(
                one.name,
                one.village,
                reverse("console:household", args=[one.household_id]) + f"#person-{one.person_id}"
                if one.household_id is not None and scope.covers(one.scope_no)
                else "",
            )
            for one in found.items
        ],
        next=f"{address}?after={found.after}" if found.after else "",
    )
