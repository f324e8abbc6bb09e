"""Guarantees in words: findings, why one cannot be answered, returns, and the sheet of an area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.payments.api import Source
from tongchou.domain.accountability.guarantees import Finding, Guarantee
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters.official import Letter, Part

NAMES: Final = {
    "budget_rises": gettext_lazy("The budget rises"),
    "budget_faster": gettext_lazy("The budget rises faster than fiscal revenue"),
    "grassroots": gettext_lazy("80 of 100 yuan go to townships and villages"),
    "arrived": gettext_lazy("Money arrived in time"),
    "used": gettext_lazy("Money used by the end of the year"),
    "village_staff": gettext_lazy("Workers of the village by its people"),
    "township_team": gettext_lazy("Team of the township"),
    "extra_worker": gettext_lazy("Workers with the extra one"),
    "performance_pay": gettext_lazy("60 of 100 yuan of village cadres' pay follow performance"),
    "reward_fund": gettext_lazy("There is a fund for results and honest self-correction"),
}
WHY: Final = {
    "no_return": gettext_lazy("no accepted return of this year"),
    "no_year_before": gettext_lazy("no accepted return of the year before"),
    "empty_field": gettext_lazy("the return leaves an amount empty"),
    "no_people": gettext_lazy("no figures of population hold this village"),
    "no_register": gettext_lazy("nobody has entered its staff"),
}
STATES: Final = {
    "": pgettext_lazy("returns", "All"),
    "waiting": pgettext_lazy("returns", "Waiting"),
    "accepted": pgettext_lazy("returns", "Accepted"),
    "refused": pgettext_lazy("returns", "Sent back"),
}


#: Chinese characters that fit below the bars of a chart beside each other.
_ABREAST: Final = 48


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as a line of a table."""

    unit: str
    name: str
    detail: str
    needed: str
    have: str
    missing: str
    chip: Chip
    why: str


def row(line: guarantees.Line) -> Row:
    one = line.finding
    why = "" if line.why is None else str(WHY[line.why.value])
    if one.late:
        why = _("%(fen)s of it came after its day") % {"fen": _amount(one, one.late)}
    return Row(
        unit=line.unit.name,
        name=str(NAMES[one.guarantee.value]),
        detail=_detail(one),
        needed=_needed(one),
        have=_amount(one, None if one.have is None else one.have + one.late),
        missing=_missing(one),
        chip=_chip(one),
        why=why,
    )


def _detail(one: Finding) -> str:
    """Level and line of money; the codes of levels in words."""
    level, between, line = one.detail.partition(" · ")
    known = dict(Source.choices)
    return f"{known[level]}{between}{line}" if level in known else one.detail


def _missing(one: Finding) -> str:
    """What is not there: money that came late is, and a fund lacks no amount anybody could name."""
    if one.missing is None or (one.guarantee is Guarantee.REWARD_FUND and one.missing):
        return "—"
    return _amount(one, one.missing - one.late)


def _needed(one: Finding) -> str:
    """A fund has to be there: any amount will do, so none is named."""
    if one.guarantee is Guarantee.REWARD_FUND:
        return _("any amount")
    return _amount(one, one.needed)


def _amount(one: Finding, value: int | None) -> str:
    return formatters.yuan(value) if one.measure == "fen" else formatters.number(value)


def _chip(one: Finding) -> Chip:
    if one.kept is None:
        return Chip(pgettext("guarantee", "Not known"), "question", "warn")
    if one.kept:
        return Chip(pgettext("guarantee", "Kept"), "check", "good")
    if one.late and one.missing == one.late:
        return Chip(pgettext("guarantee", "All there, late"), "clock", "bad")
    return Chip(pgettext("guarantee", "Short"), "cross", "bad")


def parts(report: guarantees.Report, *, public: bool = False) -> list[dict[str, Any]]:
    """The units of an area, each with its counts and the way down."""
    name = "console:public-guarantees" if public else "console:guarantees"
    return [
        {
            "unit": _("%(unit)s (own level alone)") % {"unit": one.unit.name}
            if one.unit.area_id == report.area.pk and one.unit.department_id is None
            else one.unit.name,
            "url": ""
            if one.unit.department_id is not None or one.unit.area_id == report.area.pk
            else f"{reverse(name)}?area={one.unit.area_id}&year={report.year}",
            "kept": one.kept,
            "short": one.short,
            "unknown": one.unknown,
        }
        for one in report.parts
    ]


def chart(report: guarantees.Report) -> dict[str, Any] | None:
    """Shortfalls and unanswered guarantees by unit as bars; the table stands behind it."""
    several = report.parts[:24]
    most = max((max(one.short, one.unknown) for one in several), default=0)
    if not most:
        return None
    step = max(1, -(-most // 4))
    # Names stand in as many rows as it takes for none of them to be cut.
    longest = max(len(one.unit.name.partition("（")[0]) for one in several)
    rows = min(len(several), -(-longest * len(several) // _ABREAST))
    ticks = [{"value": value, "label": str(value)} for value in range(0, step * 4 + 1, step)]
    return {
        "kind": "bars",
        "title": _("Short and not known, by unit"),
        "legend": [(pgettext("guarantee", "Short"), "dark"), (pgettext("guarantee", "Not known"), "light")],
        "note": "",
        "count": len(several),
        "series": [
            {"kind": "dark", "values": [one.short for one in several]},
            {"kind": "light", "values": [one.unknown for one in several]},
        ],
        "under": [
            {"at": place, "label": one.unit.name.partition("（")[0], "row": place % rows}
            for place, one in enumerate(several)
        ],
        "rows": rows,
        "axis": {"low": 0, "high": step * 4, "ticks": ticks},
    }


def sources(report: guarantees.Report) -> list[dict[str, Any]]:
    """What each level gave to each earmarked line."""
    return [
        {
            "line": one.title,
            "source": str(dict(Source.choices).get(one.source, one.source)),
            "appropriated": one.punctuality.appropriated,
            "arrived": one.punctuality.arrived,
            "late": one.punctuality.late,
            "days": one.punctuality.days,
        }
        for one in report.sources
    ]


def state_chip(one: guarantees.YearReturn) -> Chip:
    if not hasattr(one, "decision"):
        return Chip(str(STATES["waiting"]), "clock", "warn")
    if one.decision.accepted:
        return Chip(str(STATES["accepted"]), "check", "good")
    return Chip(str(STATES["refused"]), "turn", "bad")


def facts(one: guarantees.YearReturn) -> list[tuple[str, str]]:
    """What a return says."""
    labels = {
        "budget": _("Budget for population work, yuan"),
        "revenue": _("Fiscal revenue, yuan"),
        "grassroots": _("Of the budget: to townships and villages, yuan"),
        "reward_fund": _("Fund for results and honest self-correction, yuan"),
        "pay_total": _("Pay of village cadres, yuan"),
        "pay_performance": _("Of the pay: on performance, yuan"),
    }
    said = [(label, formatters.yuan(getattr(one, name))) for name, label in labels.items()]
    return [*said, (_("Scored indicators the pay follows"), " ".join(one.pay_indicators) or "—")]


def sheet(report: guarantees.Report) -> Letter:
    """The sheet of an area: what is missing, and what cannot be answered and why."""
    short = [f"{row(one).unit}：{row(one).name}" for one in report.short]
    pairs = tuple(
        (said, _("needed %(needed)s, there %(have)s, missing %(missing)s") % _said(one))
        for said, one in zip(short, report.short, strict=True)
    )
    unknown = tuple((f"{row(one).unit}：{row(one).name}", row(one).why) for one in report.unknown)
    nothing = (Part("text", (_("Nothing is missing."),)),)
    return Letter(
        title=_("Guarantees of money and staff, %(year)s") % {"year": report.year},
        number="",
        unit=report.area.name,
        to="",
        about="",
        parts=(
            Part("heading", (_("What is missing"),)),
            *((Part("facts", pairs=pairs),) if pairs else nothing),
            Part("heading", (_("What cannot be answered, which is no shortfall"),)),
            *((Part("facts", pairs=unknown[:MOST]),) if unknown else ()),
            Part("text", (_count(unknown),)),
        ),
        signed="",
        day=formatters.day(report.on),
    )


#: Unanswered guarantees named on the sheet; the workbook holds them all.
MOST: Final = 100


def _count(unknown: Iterable[object]) -> str:
    return _("%(n)d guarantees cannot be answered. The workbook names them all.") % {"n": len(list(unknown))}


def _said(line: guarantees.Line) -> dict[str, str]:
    one = row(line)
    return {"needed": one.needed, "have": one.have, "missing": one.missing}
