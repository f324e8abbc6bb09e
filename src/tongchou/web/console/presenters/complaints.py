"""Complaints in the reader's words: the queue, one complaint, following, the public record, the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from tongchou.apps.complaints import api as complaints
from tongchou.core import clock
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Step, steps
from tongchou.web.console.presenters.official import Letter, Part

LISTS: Final[Mapping[str, Any]] = {
    "": pgettext_lazy("complaints", "Open"),
    "late": pgettext_lazy("complaints", "Late"),
    "approve": pgettext_lazy("complaints", "Before a second person"),
    "mending": pgettext_lazy("complaints", "To be mended"),
    "answered": pgettext_lazy("complaints", "Answered"),
    "all": pgettext_lazy("complaints", "All"),
}
_STATES: Final = {
    "answered": ("check", "good"),
    "withdrawn": ("cross", ""),
    "found": ("shield", "warn"),
}
#: Who may know who complains, for whoever handles it.
_KNOWN: Final[Mapping[str, Any]] = {
    "anonymous": pgettext_lazy("who complains", "Without a name"),
    "contact": pgettext_lazy(
        "who complains", "May be called by the office that handles it; nobody else knows"
    ),
    "named": pgettext_lazy("who complains", "Named by own wish; the unit is not told"),
}
_MENDING: Final = {"owed": ("cross", "bad"), "reported": ("question", "warn"), "cleared": ("check", "good")}
_WAY: Final = ("received", "accepted", "found", "answered")


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    number: str
    kind: str
    unit: str
    handler: str
    channel: str
    received: str
    due: str
    chip: Chip
    left: Chip | None


def known(privacy: str) -> str:
    """Who may know who complains."""
    return str(_KNOWN[privacy])


def number_of(complaint_id: int) -> str:
    """How a complaint is called among officers; whoever complained has the code instead."""
    return f"T{complaint_id}"


def row(line: complaints.Line) -> Row:
    return Row(
        url=reverse("console:complaint", args=[line.complaint_id]),
        number=number_of(line.complaint_id),
        kind=str(complaints.Kind(line.kind).label),
        unit=line.unit_name,
        handler=line.handler,
        channel=str(complaints.Channel(line.channel).label),
        received=formatters.day(line.received_on),
        due=_day(line.due, line.provisional) if line.left is not None else "",
        chip=state_chip(line.state),
        left=left_chip(line.left),
    )


def _day(day: dt.date, provisional: bool) -> str:
    text = formatters.day(day)
    return _("%(day)s (provisional)") % {"day": text} if provisional else text


def state_chip(state: str) -> Chip:
    return Chip(str(complaints.State(state).label), *_STATES.get(state, ("clock", "")))


def left_chip(left: int | None) -> Chip | None:
    """Working days left or too late."""
    if left is None:
        return None
    if left < 0:
        late = ngettext("%(n)d working day late", "%(n)d working days late", -left) % {"n": -left}
        return Chip(late, "warn", "bad")
    text = ngettext("%(n)d working day left", "%(n)d working days left", left) % {"n": left}
    return Chip(text, "clock", "warn" if left <= 3 else "")


def way(state: str) -> list[Step]:
    if state not in _WAY:
        return []
    now = len(_WAY) if state == "answered" else _WAY.index(state)
    return steps([str(complaints.State(one).label) for one in _WAY], now)


def rounds(view: complaints.View) -> list[dict[str, Any]]:
    """Each level's handling, the last one first."""
    return [
        {
            "handler": handler,
            "why": str(complaints.Why(one.why).label),
            "started": formatters.day(one.started_on),
            "accept_due": _day(one.accept_due, one.provisional),
            "answer_due": _day(one.answer_due, one.provisional),
            "finding": str(complaints.Finding(one.finding).label) if one.finding else "",
            "answer": answer,
            "mend": one.mend,
            "answered": formatters.day(one.answered_on),
            "satisfaction": (
                str(complaints.Satisfaction(one.satisfaction).label) if one.satisfaction else ""
            ),
        }
        for one, handler, answer in reversed(view.rounds)
    ]


def history(told: Iterable[complaints.Told]) -> list[tuple[str, str, str, str]]:
    """When, what, by whom, words: the newest first."""
    return [
        (formatters.moment(one.at), str(complaints.Act(one.act).label), one.by, one.words)
        for one in reversed(tuple(told))
    ]


def holders(view: complaints.View) -> list[tuple[int, str]]:
    return [(one.tenure_id, f"{one.title} · {one.name}") for one in view.holders]


def measures(view: complaints.View) -> list[tuple[str, str, str]]:
    return [
        (formatters.day(one.on), f"{one.post} · {one.holder}", str(complaints.Done(one.measure).label))
        for one in view.taken
    ]


def breach(one: complaints.Breach, on: dt.date) -> dict[str, Any]:
    """A line of the integrity record; no name, no complaint stands in it."""
    late = one.state == complaints.Mending.OWED and one.due < on
    label = _("Late") if late else str(complaints.Mending(one.state).label)
    return {
        "pk": one.pk,
        "unit": one.unit_name,
        "kind": str(complaints.Kind(one.kind).label),
        "what": one.what,
        "found": formatters.day(one.found_on),
        "due": _day(one.due, one.provisional),
        "reported": formatters.day(one.reported_on),
        "cleared": formatters.day(one.cleared_on),
        "chip": Chip(label, *(("warn", "bad") if late else _MENDING[one.state])),
        "owed": one.state == complaints.Mending.OWED,
        "waits": one.state == complaints.Mending.REPORTED,
    }


def asked(one: complaints.Asked) -> dict[str, Any]:
    return {
        "pk": one.question_id,
        "unit": one.unit_name,
        "words": one.words,
        "asked": formatters.day(one.asked_on),
        "due": formatters.day(one.due),
        "reply": one.reply,
        "open": one.open,
    }


def code_in_parts(code: str) -> str:
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def told(found: complaints.Followed, *, on: dt.date) -> dict[str, Any]:
    """Where it stands, for whoever holds the code."""
    facts = [
        (pgettext("complaint", "Which office it is about"), found.unit_name),
        (pgettext("complaint", "Handled by"), found.handler),
        (_("Received on"), formatters.day(found.received_on)),
    ]
    if found.due is not None:
        label = _("Accepted by") if found.state == "received" else _("Answered by")
        facts.append((label, _day(found.due, found.provisional)))
    return {
        "title": str(complaints.Kind(found.kind).label),
        "chip": state_chip(found.state),
        "way": way(found.state),
        "facts": facts,
        "late": found.late,
        "answers": [
            {
                "handler": one.handler,
                "finding": str(complaints.Finding(one.finding).label),
                "words": one.words,
                "on": formatters.day(one.on),
                "breach": breach(one.breach, on) if one.breach is not None else None,
                "said": str(complaints.Satisfaction(one.satisfaction).label) if one.satisfaction else "",
            }
            for one in found.answers
        ],
        "steps": [(formatters.day(day), str(complaints.Act(act).label)) for day, act in found.steps],
        "may": found.may,
    }


def answer_letter(view: complaints.View) -> Letter:
    """The answer of the last level that gave one, to be handed over; it names nobody who complained.

    Raises
    ------
    ValueError
        When nothing was answered yet.
    """
    given = next(((one, who, text) for one, who, text in reversed(view.rounds) if one.answered_on), None)
    if given is None:
        raise ValueError("no answer yet")
    one, handler, words = given
    parts = [
        Part(
            "text",
            (
                _("On %(day)s you told us about %(unit)s: %(about)s.")
                % {
                    "day": formatters.day(view.line.received_on),
                    "unit": view.complaint.unit_name,
                    "about": complaints.Kind(view.complaint.kind).label,
                },
            ),
        ),
        Part("facts", pairs=((_("What was found"), str(complaints.Finding(one.finding).label)),)),
        Part("words", (words,)),
    ]
    if one.mend:
        due = next((formatters.day(each.due) for each in view.breaches if each.round_id == one.pk), "")
        parts.append(Part("heading", (_("What the unit has to mend"),)))
        parts.append(Part("text", (_("%(what)s, by %(day)s.") % {"what": one.mend, "day": due},)))
        parts.append(Part("text", (_("It stands in public until we have seen that it is mended."),)))
    parts.append(Part("heading", (_("If you do not agree"),)))
    parts.append(
        Part(
            "text",
            (
                _("Within %(days)s working days you may ask the next level, with your code.")
                % {"days": complaints.limits().appeal},
            ),
        )
    )
    return Letter(
        title=_("Answer to your complaint"),
        number=number_of(view.complaint.pk),
        unit=handler.split(" · ")[0],
        to=_("To whoever complained"),
        about="",
        parts=tuple(parts),
        signed=handler,
        day=formatters.day(one.answered_on),
    )


def workbook_row(line: complaints.Line) -> list[str | int]:
    """A line of the queue as a workbook has it; no contact, and nothing of what was said."""
    return [
        number_of(line.complaint_id),
        str(complaints.Nature(line.nature).label),
        str(complaints.Kind(line.kind).label),
        line.unit_name,
        line.handler,
        str(complaints.Channel(line.channel).label),
        str(complaints.State(line.state).label),
        line.received_on.isoformat(),
        line.due.isoformat() if line.left is not None else "",
        line.left if line.left is not None else "",
    ]


def received_on(one: complaints.Complaint) -> str:
    return formatters.day(clock.date_of(one.received_at))
