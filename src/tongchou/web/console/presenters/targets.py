"""Targets, agreements and hand-overs of posts as their pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from tongchou import indicators
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api as responsibility
from tongchou.domain.accountability.attainment import Verdict
from tongchou.domain.accountability.definitions import Indicator
from tongchou.domain.accountability.units import SHARE
from tongchou.domain.policy.words import Text
from tongchou.domain.responsibility.agreements import Agreement, Answering
from tongchou.domain.responsibility.breakdown import Breakdown
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import unit_bulletin_words as words

STAGES: Final = {
    "": pgettext_lazy("agreements", "All"),
    "draft": pgettext_lazy("agreements", "Drafts"),
    "offered": pgettext_lazy("agreements", "To be signed by the unit"),
    "signed": pgettext_lazy("agreements", "Signed"),
}
_STAGE_CHIPS: Final = {
    "draft": ("pen", ""),
    "offered": ("clock", "warn"),
    "signed": ("check", "good"),
    "withdrawn": ("cross", ""),
}
_VERDICTS: Final = {
    Verdict.MET: ("check", "good"),
    Verdict.MISSED: ("cross", "bad"),
    Verdict.OPEN: ("question", "warn"),
    Verdict.UNKNOWN: ("question", ""),
}
_LISTS: Final = {
    "targets": gettext_lazy("Targets that run"),
    "tasks": gettext_lazy("Tasks that are open"),
    "promises": gettext_lazy("Commitments that are open"),
    "agreements": gettext_lazy("Responsibility agreements"),
}
_STATES: Final = {
    "waiting": pgettext_lazy("open work", "a version waits for a second person"),
    "open": pgettext_lazy("open work", "open"),
    "reported": pgettext_lazy("open work", "reported, to be confirmed"),
    "owed": pgettext_lazy("open work", "owed"),
    "broken": pgettext_lazy("open work", "broken, remedy owed"),
    "offered": pgettext_lazy("open work", "to be signed by the unit"),
    "signed": pgettext_lazy("open work", "signed by both sides"),
}


@dataclass(frozen=True, slots=True)
class Summary:
    """An indicator in the list of an area's targets."""

    code: str
    title: str
    own: str
    own_chip: Chip | None
    set: int
    units: int
    waits: int
    said: tuple[str, ...]
    chip: Chip | None
    met: str
    departments: int


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in a breakdown, with the fields of the form where the reader may set it."""

    unit: posts.Unit
    target_id: int | None
    value: str
    waiting: str
    waiting_by: str
    weight: str
    figure: str
    chip: Chip | None
    fields: tuple[Any, ...] = ()


def language() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"


def shown(code: str, value: Decimal | None) -> str:
    """A value in the unit of its indicator."""
    return "" if value is None else words.figure(code, float(value))


def typed(indicator: Indicator, value: Decimal | None) -> str:
    """A value as it is typed: shares in per cent."""
    if value is None:
        return ""
    return responsibility.plain(value * 100 if str(indicator.unit) == SHARE else value)


def periods(on: dt.date, used: Sequence[str] = ()) -> list[str]:
    """Periods to choose among: those of this year and the next, and those in use; the newest year first."""
    found = dict.fromkeys(used)
    for year in (on.year + 1, on.year):
        found |= dict.fromkeys(
            [f"{year}", f"{year}-H1", f"{year}-H2", *(f"{year}-Q{quarter}" for quarter in range(1, 5))]
        )
    return sorted(found, key=lambda text: (-int(text[:4]), text))


def summary(line: responsibility.Line) -> Summary:
    """An indicator of an area and period with what its parts make of it."""
    broken, code = line.compared.broken, line.indicator.code
    chip = None
    waiting = [one.unit.name for one in line.below if one.waiting is not None]
    if broken.check is not None and line.waits and not broken.check.agrees:
        chip = Chip(_("Not final: targets wait"), "clock", "warn")
    elif broken.check is not None:
        chip = (
            Chip(_("Adds up"), "check", "good")
            if broken.check.agrees
            else Chip(_("Does not add up"), "cross", "bad")
        )
    elif broken.why:
        chip = Chip(_("Cannot be added up"), "question", "warn")
    told = said(broken)
    missing = [one for one in broken.missing if one not in waiting]
    if line.below and not broken.stated:
        told.append(
            _("The target of the whole waits for a second person: until then nothing is compared with it.")
            if line.own.waiting is not None
            else _("The whole has no target of its own: there is nothing to compare with.")
        )
    elif missing and line.below:
        told.append(_("Without a target yet: %(units)s.") % {"units": _several(missing)})
    if waiting:
        text = _("Wait for a second person and are not counted yet: %(units)s.")
        told.append(text % {"units": _several(waiting)})
    cells = [one.cell for one in (*line.below, *line.departments) if one.cell is not None]
    verdicts = [one.verdict for one in cells if one.verdict is not Verdict.NONE]
    met = ""
    if verdicts:
        met = _("%(met)s met, %(missed)s not met, %(open)s not distinguishable") % {
            "met": verdicts.count(Verdict.MET),
            "missed": verdicts.count(Verdict.MISSED),
            "open": verdicts.count(Verdict.OPEN),
        }
    return Summary(
        code=code,
        title=words.title(code),
        own=shown(code, None if line.own.target is None else line.own.target.value),
        own_chip=verdict_chip(line.own.cell.verdict) if line.own.cell is not None else None,
        set=sum(one.target is not None and one.target.value is not None for one in line.below),
        units=len(line.below),
        waits=line.waits,
        said=tuple(told),
        chip=chip,
        met=met,
        departments=sum(one.target is not None for one in line.departments),
    )


def said(broken: Breakdown) -> list[str]:
    """What parts make of their whole, or why that cannot be said."""
    several: list[Text] = [broken.check.text] if broken.check is not None else list(broken.why)
    return [one.of(language()) for one in several]


def _several(names: Sequence[str], most: int = 8) -> str:
    comma = "、" if language() == "zh" else ", "
    text = comma.join(names[:most])
    left = len(names) - most
    return text if left <= 0 else text + comma + _("and %(n)s more") % {"n": left}


def verdict_chip(verdict: Verdict) -> Chip | None:
    """Whether a target was met, as a mark."""
    if verdict is Verdict.NONE:
        return None
    return Chip(str(words.VERDICTS[verdict]), *_VERDICTS[verdict])


def row(line: responsibility.Standing, code: str, fields: tuple[Any, ...] = ()) -> Row:
    """A unit of a breakdown."""
    one, waiting = line.target, line.waiting
    weight = waiting.weight if waiting is not None else None if one is None else one.weight
    figure = words.cell(code, line.cell) if line.cell is not None else ""
    return Row(
        unit=line.unit,
        target_id=None if one is None else one.pk,
        value=shown(code, None if one is None else one.value),
        waiting="" if waiting is None else shown(code, waiting.value),
        waiting_by="" if waiting is None else waiting.made_by.shown_name,
        weight="" if weight is None else formatters.number(int(weight)),
        figure=figure,
        chip=None if line.cell is None else verdict_chip(line.cell.verdict),
        fields=fields,
    )


def stage_chip(one: responsibility.Agreement) -> Chip:
    return Chip(str(one.get_stage_display()), *_STAGE_CHIPS[one.stage])


def hand_over_chip(one: responsibility.HandOver) -> Chip:
    """Where a record of a hand-over stands."""
    if one.noted_at is not None:
        return Chip(pgettext("hand-over", "Confirmed by both, noted above"), "check", "good")
    if one.given_at is not None and one.taken_at is not None:
        return Chip(pgettext("hand-over", "Confirmed by both, to be noted above"), "clock", "warn")
    if one.given_at is None and one.taken_at is None:
        return Chip(pgettext("hand-over", "To be confirmed by both sides"), "clock", "warn")
    return Chip(pgettext("hand-over", "To be confirmed by one side"), "clock", "warn")


def open_lists(one: responsibility.HandOver) -> list[tuple[str, list[str]]]:
    """What was open, list by list, as lines."""
    found = []
    for name in responsibility.LISTS:
        lines = []
        for entry in one.open.get(name, []):
            if name == "targets":
                code, period, value, state = entry
                said = shown(code, Decimal(value) if value else None)
                parts = [words.title(code), words.period(period), said, _state(state)]
            elif name == "agreements":
                period, above, state = entry
                parts = [words.period(period), above, _state(state)]
            else:
                what, due, state = entry
                parts = [what, _("due %(day)s") % {"day": formatters.day(due)}, _state(state)]
            lines.append(" · ".join(part for part in parts if part))
        found.append((str(_LISTS[name]), lines))
    return found


def _state(code: str) -> str:
    return str(_STATES[code]) if code in _STATES else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An agreement in words: the same for its page and for the printed sheet."""

    title: str
    above: str
    unit: str
    period: str
    opening: str
    holders: tuple[tuple[str, ...], ...]
    contacts: tuple[tuple[str, ...], ...]
    aims: tuple[tuple[str, str, str], ...]
    promises: tuple[str, ...]
    given: tuple[str, ...]


def sheet(content: Agreement) -> Sheet:
    """The words of an agreement."""
    known = indicators.load().indicators
    opening = _(
        "%(above)s and %(unit)s agree on the targets below for %(period)s. They are of what is done for "
        "people, or honestly said about it. What follows from them falls on offices and officials, never on "
        "families, their services or the funds of villages."
    ) % {"above": content.above_name, "unit": content.unit_name, "period": words.period(content.period)}
    return Sheet(
        title=_("Responsibility agreement"),
        above=content.above_name,
        unit=content.unit_name,
        period=words.period(content.period),
        opening=opening,
        holders=tuple(_holder(one) for one in content.answering if one.duty != "contact"),
        contacts=tuple(_holder(one) for one in content.answering if one.duty == "contact"),
        aims=tuple(
            (
                words.title(one.indicator),
                words.figure(one.indicator, float(Decimal(one.value))),
                known[one.indicator].source.of(language()) if one.indicator in known else "",
            )
            for one in content.aims
        ),
        promises=content.promises,
        given=content.given,
    )


def _holder(one: Answering) -> tuple[str, ...]:
    level = str(places.Level(one.level).label) if one.level in places.Level.values else one.level
    return (level, one.unit, one.title, one.holder, formatters.day(one.since), one.phone)


def printed(one: responsibility.Agreement, content: Agreement) -> dict[str, Any]:
    """What the printed sheet reads: only what is sealed, and the signatures."""
    told = sheet(content)
    period = one.period
    signatures = [
        (_("For the level above"), one.above_name, one.above_signed, formatters.moment(one.above_signed_at)),
        (_("For the unit"), one.unit_name, one.unit_signed, formatters.moment(one.unit_signed_at)),
    ]
    return {
        "title": f"{told.title} {told.unit} {told.period}",
        "heading": told.title,
        "unit": told.above,
        "lang": language(),
        "numbering": "一、" if language() == "zh" else "1.",
        "number": f"{told.unit} · {told.period} ({period})",
        "opening": told.opening,
        "chapters": {
            "holders": _("Who answers, at each level"),
            "contacts": _("Contact cadres"),
            "aims": _("Targets"),
            "promises": _("What the unit promises"),
            "given": _("What the unit is given"),
            "signatures": _("Signatures"),
        },
        "holder-heads": holder_heads(),
        "holders": told.holders,
        "contacts": told.contacts,
        "aim-heads": aim_heads(),
        "aims": told.aims,
        "promises": told.promises,
        "given": told.given,
        "signatures": signatures,
        "unsigned": _("not signed yet"),
        "seal": f"SHA-256 {one.sha256}",
    }


def holder_heads() -> list[str]:
    return [
        _("Level"),
        _("Unit"),
        pgettext("of a post", "Title"),
        pgettext("of a post", "Holder"),
        pgettext("of a holder", "Since"),
        pgettext("of a post", "Telephone of the office"),
    ]


def aim_heads() -> list[str]:
    return [_("Indicator"), pgettext("of a unit", "Target"), _("Source")]
