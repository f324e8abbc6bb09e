"""A village's board and monthly meeting, and the briefing pack of a government, in words and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from tongchou.apps.accountability import api as accountability
from tongchou.apps.commitments import api as commitments
from tongchou.apps.payments import api as payments
from tongchou.apps.plans import api as plans
from tongchou.web.console import formatters
from tongchou.web.console.presenters import unit_bulletin_words as bulletin_words
from tongchou.web.console.presenters.official import Letter, Part
from tongchou.web.console.presenters.plans import TOPICS

#: Months a board may be printed for, this one first.
MONTHS = 13


def assembly(one: plans.Assembly, on: dt.date) -> dict[str, Any]:
    """A monthly meeting with its numbers, its words and its record."""
    return {
        "pk": one.pk,
        "area": one.area_name,
        "day": formatters.day(one.on),
        "points": [(TOPICS[topic], number) for topic, number in one.points],
        "words": one.words,
        "record": one.record,
        "open": not one.record and one.on <= on,
    }


def months(on: dt.date) -> list[tuple[str, str]]:
    found, here = [], on.replace(day=1)
    for _time in range(MONTHS):
        found.append((f"{here:%Y-%m}", formatters.day(f"{here:%Y-%m}")))
        here = (here - dt.timedelta(days=1)).replace(day=1)
    return found


def board(told: plans.Disclosure) -> Letter:
    """The sheet for a village's board: no person, and no sum of few households."""
    parts = [Part("heading", (_("What was promised"),)), *_promised(told)]
    parts += [Part("heading", (_("Money"),)), *_money(told)]
    parts.append(Part("heading", (_("Public notices"),)))
    hanging = ngettext("%(n)s notice hangs now.", "%(n)s notices hang now.", told.notices) % {
        "n": told.notices
    }
    parts.append(Part("text", (hanging,)))
    parts.append(Part("heading", (_("What may be applied for at the village or township"),)))
    parts.append(Part("list", told.services))
    parts.append(
        Part(
            "cite",
            (
                _(
                    "Nobody is named here. Sums paid to fewer than %(n)s households are not told. "
                    "Whoever finds something wrong says so to the township, without giving a name."
                )
                % {"n": payments.LEAST},
            ),
        )
    )
    month = formatters.day(f"{told.month:%Y-%m}")
    return Letter(
        title=_("Disclosure of village affairs, %(month)s") % {"month": month},
        number="",
        unit=told.place,
        to=_("To all residents"),
        about="",
        parts=tuple(parts),
        signed=told.village.name,
        day=formatters.day(told.made_on),
    )


def _promised(told: plans.Disclosure) -> list[Part]:
    if not told.promises:
        return [Part("text", (_("No letter of commitment is published yet."),))]
    lines = tuple(
        _("%(promise)s — last day %(due)s: %(state)s")
        % {
            "promise": one.promise,
            "due": formatters.day(one.due),
            "state": commitments.State(one.state).label,
        }
        for one in told.promises
    )
    reached = _("%(reached)s of %(all)s households have received the letter.") % {
        "reached": formatters.number(told.reached),
        "all": formatters.number(told.households),
    }
    return [Part("list", lines), Part("text", (reached,))]


def _money(told: plans.Disclosure) -> list[Part]:
    language = (get_language() or "zh").split("-")[0]
    came = tuple(
        (_("Arrived at %(area)s") % {"area": name}, formatters.yuan(fen)) for name, fen in told.arrived
    )
    paid = tuple(
        (
            payments.title(one.programme, language),
            _("fewer than %(n)s households, not told") % {"n": payments.LEAST}
            if one.fen is None
            else _("%(yuan)s to %(households)s households")
            % {"yuan": formatters.yuan(one.fen), "households": formatters.number(one.households or 0)},
        )
        for one in told.paid
    )
    if not came and not paid:
        return [Part("text", (_("Nothing arrived or was paid this month."),))]
    return [Part("facts", pairs=came + paid)]


def sections(pack: plans.Pack) -> list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """The parts of a pack as tables: title, heads, rows of words and numbers."""
    found = []
    if pack.tasks:
        heads = (
            _("Unit"),
            pgettext("plans", "Tasks"),
            pgettext("tasks", "Done"),
            pgettext("tasks", "Late or done late"),
        )
        rows = [(one.unit_name, *_numbers(one.tasks, one.done, one.late)) for one in pack.tasks]
        found.append((_("Tasks of joint meetings"), heads, rows))
    if pack.promises is not None:
        told = pack.promises
        pairs = (
            (pgettext("promises", "Promised"), told.promised),
            (pgettext("promises", "Fallen due"), told.fallen_due),
            (pgettext("promises", "Kept on time"), told.kept_on_time),
            (pgettext("promises", "Late"), told.late),
            (pgettext("promises", "Open breaches"), told.open_breaches),
        )
        found.append(
            (
                _("Commitments"),
                (_("What"), pgettext("how many", "Number")),
                [(a, *_numbers(b)) for a, b in pairs],
            )
        )
    if pack.guarantees:
        heads = (
            _("Unit"),
            pgettext("guarantees", "Kept"),
            pgettext("guarantees", "Short"),
            _("Cannot be answered"),
        )
        rows = [(one.unit.name, *_numbers(one.kept, one.short, one.unknown)) for one in pack.guarantees]
        found.append((_("Guarantees of money and staff"), heads, rows))
    if pack.complaints is not None:
        pairs = ((_("Open at the own level"), pack.complaints[0]), (_("Of these late"), pack.complaints[1]))
        rows = [(label, *_numbers(number)) for label, number in pairs]
        found.append((_("Complaints about units"), (_("What"), pgettext("how many", "Number")), rows))
    if pack.bulletins:
        rows = [
            (one.period, str(bulletin_words.KINDS[one.kind]), str(accountability.State(one.state).label))
            for one in pack.bulletins
        ]
        found.append((_("Bulletins of units"), (_("Period"), _("Kind"), _("State")), rows))
    return found


def _numbers(*found: int) -> tuple[str, ...]:
    return tuple(formatters.number(one) for one in found)


def pack_letter(pack: plans.Pack) -> Letter:
    """The pack on paper, in the manner of an official document."""
    parts: list[Part] = []
    for title, heads, rows in sections(pack):
        parts.append(Part("heading", (title,)))
        pairs = tuple((row[0], row[1] if len(row) == 2 else _cells(heads, row)) for row in rows)
        parts.append(Part("facts", pairs=pairs))
    parts.append(
        Part(
            "cite", (_("Counts of units. How many complained is told for the work alone and never scored."),)
        )
    )
    return Letter(
        title=_("Briefing pack"),
        number="",
        unit=pack.place,
        to=_("To the joint meeting"),
        about="",
        parts=tuple(parts),
        signed=pack.area.name,
        day=formatters.day(pack.on),
    )


def _cells(heads: Sequence[str], row: Sequence[str]) -> str:
    """A row of several numbers in one line, each with its head."""
    return formatters.listed(
        [f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True)], wide=True
    )


def pack_rows(pack: plans.Pack) -> tuple[Sequence[str], list[tuple[str | int, ...]]]:
    """The pack as rows of a workbook: part, unit or what, measure, number."""
    rows: list[tuple[str | int, ...]] = []
    for title, heads, lines in sections(pack):
        for line in lines:
            for head, cell in zip(heads[1:], line[1:], strict=True):
                plain = cell.replace(",", "")
                rows.append((title, line[0], head, int(plain) if plain.isdigit() else cell))
    return (
        pgettext("of a briefing", "Part"),
        _("Unit or what"),
        _("Measure"),
        pgettext("how many", "Number"),
    ), rows
