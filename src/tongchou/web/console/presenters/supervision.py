"""Supervision in the reader's words: draws, records to check, inspections, notices, and their papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework
from tongchou.apps.registry import api as registry
from tongchou.apps.supervision import api as supervision
from tongchou.core import clock
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Step, steps
from tongchou.web.console.presenters.official import Letter, Part

LISTS: Final = {
    "": pgettext_lazy("rectification", "Open"),
    "late": pgettext_lazy("rectification", "Late"),
    "replied": pgettext_lazy("rectification", "Waits for the re-check"),
    "closed": pgettext_lazy("rectification", "Closed"),
    "all": pgettext_lazy("rectification", "All"),
}
_FACTS: Final = {
    "day": pgettext_lazy("fact of a record", "Day"),
    "entered_on": pgettext_lazy("fact of a record", "Entered on"),
    "until": pgettext_lazy("fact of a record", "Until"),
    "amount_fen": pgettext_lazy("fact of a record", "Amount, yuan"),
    "state": pgettext_lazy("fact of a record", "Outcome"),
    "place": pgettext_lazy("fact of a record", "Where it hangs"),
    "how": pgettext_lazy("fact of a record", "Entry"),
    "year": pgettext_lazy("fact of a record", "For the year"),
    "post": pgettext_lazy("fact of a record", "Post"),
}
_FOUND: Final = {"right": ("check", "good"), "wrong": ("cross", "bad"), "not_found": ("question", "bad")}
_STATES: Final = {"issued": ("clock", "warn"), "replied": ("shield", "warn"), "closed": ("check", "good")}
_WAY: Final = ("issued", "replied", "closed")
_LEVELS: Final = {
    "village": pgettext_lazy("level", "Village"),
    "township": pgettext_lazy("level", "Township"),
    "county": pgettext_lazy("level", "County"),
    "prefecture": pgettext_lazy("level", "Prefecture"),
}


def _language() -> str:
    return get_language() or "zh"


def month(day: dt.date) -> str:
    return f"{day:%Y-%m}"


def share(one: supervision.Draw) -> str:
    """The share of right records with its interval."""
    if one.value is None or one.low is None or one.high is None:
        return ""
    told = {"share": one.value, "low": one.low, "high": one.high}
    return _("%(share)s %% (%(low)s to %(high)s)") % {name: f"{100 * x:.1f}" for name, x in told.items()}


def draw_row(one: Any) -> dict[str, Any]:
    """A draw in a list."""
    done = one.done_on is not None
    waits = ngettext("%(n)d record left", "%(n)d records left", one.of - one.seen) % {"n": one.of - one.seen}
    return {
        "url": reverse("console:supervision-draw", args=[one.pk]),
        "unit": one.unit_name,
        "kind": str(supervision.Kind(one.kind).label),
        "month": month(one.month),
        "number": one.number,
        "method": str(supervision.Method(one.method).label),
        "of": f"{one.of} / {one.population}",
        "share": share(one),
        "on": formatters.day(clock.date_of(one.at)),
        "chip": Chip(_("Done"), "check", "good") if done else Chip(waits, "clock", "warn"),
    }


def draw_facts(view: supervision.DrawView) -> list[tuple[str, str]]:
    one = view.draw
    found = [
        (_("Unit"), one.unit_name),
        (pgettext("sample", "Records"), str(supervision.Kind(one.kind).label)),
        (_("Month"), month(one.month)),
        (pgettext("sample", "How it is drawn"), str(supervision.Method(one.method).label)),
        (pgettext("sample", "Records there are"), str(one.population)),
        (_("Confidence and margin"), f"{one.confidence / 10:g} %, ± {one.margin / 10:g}"),
        (_("Drawn by"), one.by.shown_name),
        (_("Drawn on"), formatters.day(clock.date_of(one.at))),
        (pgettext("sample", "Left in reserve"), str(view.reserve)),
    ]
    if one.value is not None:
        found += [
            (_("Right of those checked"), f"{one.right} / {one.checked}"),
            (_("Right of all, in a hundred"), share(one)),
        ]
    return found


def draw_proof(view: supervision.DrawView) -> list[tuple[str, str]]:
    """What anybody needs to make the draw again."""
    one = view.draw
    return [
        (pgettext("seed", "Committed to on"), formatters.day(view.committed_on)),
        (pgettext("seed", "Commitment"), view.committed),
        (pgettext("seed", "Month closed on"), formatters.day(one.closed_on)),
        (pgettext("seed", "Seal of the month"), one.seal),
        (pgettext("seed", "Seed"), one.seed),
        (pgettext("seed", "List drawn from"), one.frame_sha256),
        (pgettext("seed", "The secret is disclosed on"), formatters.day(view.disclosed_from)),
    ]


def facts_of(item: supervision.Item) -> list[tuple[str, str]]:
    """What was reported of a record."""
    return [(str(_FACTS[name]), _fact(name, value)) for name, value in item.facts if name in _FACTS and value]


def _fact(name: str, value: str) -> str:
    if name == "amount_fen":
        return formatters.yuan(int(value))
    if name == "state" and value in casework.State.values:
        return str(casework.State(value).label)
    if name == "how" and value in registry.EventKind.values:
        return str(registry.EventKind(value).label)
    return value


def item_row(item: supervision.Item, view: supervision.DrawView) -> dict[str, Any]:
    check = getattr(item, "check_made", None)
    if item.replaced:
        chip = Chip(str(supervision.Reason(item.replaced).label), "turn", "")
    elif check is None:
        chip = Chip(_("To be checked"), "clock", "warn")
    else:
        label = str(supervision.Finding(check.finding).label)
        label = f"{label} · {supervision.Fault(check.fault).label}" if check.fault else label
        chip = Chip(label, *_FOUND[check.finding])
    return {
        "url": reverse("console:supervision-item", args=[item.pk]),
        "pk": item.pk,
        "position": item.position,
        "label": item.label,
        "where": item.where,
        "facts": facts_of(item),
        "chip": chip,
        "open": not item.replaced and check is None,
        "instead": item.instead_of.label if item.instead_of is not None else "",
        "words": view.words.get(item.pk, ""),
        "evidence": view.evidence.get(item.pk, ()),
    }


def form_rows(view: supervision.DrawView) -> list[list[str]]:
    """The rows of the form on paper: number, place, what was reported, and blank answers."""
    rows = []
    for item in view.items:
        if item.replaced or hasattr(item, "check_made"):
            continue
        told = formatters.listed([f"{label} {value}" for label, value in facts_of(item)], wide=True)
        rows.append([item.label, item.where, told, "", "", ""])
    return rows


def form_heading(one: supervision.Draw) -> str:
    return f"{one.unit_name} {month(one.month)} {supervision.Kind(one.kind).label} 第{one.number}次抽查"


def inspection_row(one: supervision.Inspection, on: dt.date) -> dict[str, Any]:
    done = one.done_at is not None
    wrong = sum(value == "no" for value in one.answers.values())
    if not done:
        chip = Chip(_("Late"), "warn", "bad") if one.day < on else Chip(_("Planned"), "clock", "")
    elif wrong:
        text = ngettext("%(n)d thing not as it should be", "%(n)d things not as they should be", wrong)
        chip = Chip(text % {"n": wrong}, "cross", "bad")
    else:
        chip = Chip(_("All as it should be"), "check", "good")
    return {
        "url": reverse("console:supervision-inspection", args=[one.pk]),
        "unit": one.unit_name,
        "institution": one.institution,
        "checklist": checklist(one.checklist),
        "why": str(supervision.Why(one.why).label),
        "day": formatters.day(one.day),
        "chip": chip,
    }


def checklist(code: str) -> str:
    listed = supervision.checklists().get(code)
    return code if listed is None else listed.title(_language())


def answers(one: supervision.Inspection) -> list[dict[str, Any]]:
    """The answers of an inspection with their words."""
    words = supervision.words_of(one)
    tones = {"yes": ("check", "good"), "no": ("cross", "bad"), "none": ("info", "")}
    return [
        {
            "text": question.text(_language()),
            "chip": Chip(str(supervision.Answer(said).label), *tones[said]),
            "words": words.get(question.code, ""),
        }
        for question in supervision.list_of(one).questions
        if (said := one.answers.get(question.code))
    ]


def about(code: str) -> str:
    """What a notice is about: a kind of record, or a list of questions."""
    return str(supervision.Kind(code).label) if code in supervision.Kind.values else checklist(code)


def state_chip(line: supervision.NoticeLine) -> Chip:
    if line.left is not None and line.left < 0:
        text = ngettext("%(n)d working day late", "%(n)d working days late", -line.left)
        return Chip(text % {"n": -line.left}, "warn", "bad")
    return Chip(str(supervision.NoticeState(line.state).label), *_STATES[line.state])


def notice_row(line: supervision.NoticeLine, *, own: bool = False) -> dict[str, Any]:
    name = "console:own-rectification" if own else "console:rectification"
    due = formatters.day(line.due) if line.state == "issued" else ""
    return {
        "url": reverse(name, args=[line.notice_id]),
        "number": number_of(line.notice_id),
        "unit": line.unit_name,
        "about": about(line.about),
        "issued": formatters.day(line.issued_on),
        "due": _("%(day)s (provisional)") % {"day": due} if due and line.provisional else due,
        "chip": state_chip(line),
        "level": str(_LEVELS[line.level]),
        "repeats": line.repeats,
    }


def number_of(notice_id: int) -> str:
    return f"Z{notice_id}"


def way(state: str) -> list[Step]:
    """Notice, reply, re-check: what is done, and whose turn it is."""
    labels = [str(supervision.Act(one).label) for one in ("issue", "reply", "close")]
    return steps(labels, 1 + _WAY.index(state))


def found(one: supervision.Notice) -> list[tuple[str, int, str]]:
    """What was found: in words, how many, and of which records."""
    lines = []
    for code, number, labels in one.found:
        lines.append((_fault(one, code), number, formatters.listed(labels)))
    return lines


def _fault(one: supervision.Notice, code: str) -> str:
    if code in supervision.Fault.values:
        return _("Differs: %(what)s") % {"what": supervision.Fault(code).label}
    if code in supervision.Finding.values:
        return str(supervision.Finding(code).label)
    listed = supervision.checklists().get(one.about)
    texts = {} if listed is None else {each.code: each.text(_language()) for each in listed.questions}
    return _("Not so: %(what)s") % {"what": texts.get(code, code)}


def history(told: Iterable[supervision.Told]) -> list[dict[str, Any]]:
    """What was done, the newest first."""
    return [
        {
            "at": formatters.moment(one.at),
            "act": str(supervision.Act(one.act).label),
            "by": one.by,
            "words": one.words,
            "late": one.late,
            "due": formatters.day(one.new_due) if one.new_due else "",
            "evidence": one.evidence,
        }
        for one in reversed(tuple(told))
    ]


def records(rows: Sequence[supervision.Record], draws: Sequence[supervision.Draw]) -> dict[str, Any]:
    """Units in numbers of notices, and what their samples said."""
    return {
        "units": [(one.unit_name, one.issued, one.open, one.late, one.repeated) for one in rows],
        "draws": [
            {
                "url": reverse("console:supervision-draw", args=[one.pk]),
                "unit": one.unit_name,
                "kind": str(supervision.Kind(one.kind).label),
                "month": month(one.month),
                "checked": f"{one.right} / {one.checked}",
                "share": share(one),
            }
            for one in draws
        ],
    }


def notice_letter(view: supervision.View, *, office: str) -> Letter:
    """The notice (整改通知书) on paper. Of a complaint behind it nothing is said."""
    one, line = view.notice, view.line
    lines = [
        _("%(what)s: %(number)s. %(records)s") % {"what": what, "number": number, "records": labels}
        for what, number, labels in found(one)
    ]
    basis = _("a sample of records") if one.draw_id is not None else _("an inspection")
    parts = [
        Part(
            "text",
            (
                _("On %(day)s it was found by %(basis)s about %(about)s:")
                % {"day": formatters.day(one.issued_on), "basis": basis, "about": about(one.about)},
            ),
        ),
        Part("list", tuple(lines)),
        Part("heading", (_("What the unit has to mend"),)),
        Part("words", (view.demand,)),
        Part("facts", pairs=((_("Reply with evidence by"), formatters.day(line.due)),)),
        Part(
            "text",
            (
                _(
                    "Somebody else than who found it looks again. A reply that is late stands before the "
                    "next level. The unit may say in its reply what it sees otherwise."
                ),
            ),
        ),
    ]
    if one.repeats:
        parts.append(
            Part("text", (_("Notices of this kind within a year before: %(n)s.") % {"n": one.repeats},))
        )
    return Letter(
        title=_("Rectification notice"),
        number=number_of(one.pk),
        unit=office,
        to=one.unit_name,
        about=about(one.about),
        parts=tuple(parts),
        signed=office,
        day=formatters.day(one.issued_on),
    )
