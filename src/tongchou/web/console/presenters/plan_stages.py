"""Stages, their acceptance, initiatives and pilots as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou import indicators
from tongchou.apps.accountability import api as accountability
from tongchou.apps.plans import api as plans
from tongchou.domain.accountability.plan_tables import Plan
from tongchou.domain.demography.news import Verdict
from tongchou.domain.plans.stages import Stage, holding
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import unit_bulletin_words as words

_ACCEPTED: Final = {"proposed": ("clock", "warn"), "accepted": ("check", "good"), "returned": ("turn", "")}
#: What may be said of pilots beside the rest.
VERDICTS: Final = {
    Verdict.UP: gettext_lazy("Pilots do better"),
    Verdict.DOWN: gettext_lazy("Pilots do worse"),
    Verdict.NO_NEWS: gettext_lazy("Not distinguishable"),
    Verdict.UNKNOWN: gettext_lazy("Unknown"),
}


#: The stages of the plan by their codes.
STAGES: Final = {
    "push": gettext_lazy("Stage of the strong push"),
    "consolidate": gettext_lazy("Stage of consolidation"),
    "develop": gettext_lazy("Stage of lasting development"),
}


def stage_name(one: Stage) -> str:
    """A stage in the reader's language; one the plan names anew stands as it is written there."""
    return str(STAGES.get(one.code, one.name))


def stages(found: Sequence[Stage], *, year: int, on: dt.date) -> list[dict[str, Any]]:
    """The stages with their days when the plan begins in ``year``, and whether each holds now."""
    now = holding(tuple(found), year=year, on=on)
    return [{"name": stage_name(one), "days": one.days(year), "now": one in now} for one in found]


def acceptance(line: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """An acceptance as a line: who asked on what, who accepted, when."""
    one = line.acceptance
    return {
        "pk": one.pk,
        "area": one.area_name,
        "stage": names.get(one.stage, one.stage),
        "evidence": one.evidence,
        "numbers": _("%(done)s of %(tasks)s tasks done, %(late)s late") % one.numbers if one.numbers else "",
        "asked": formatters.day(one.asked_on),
        "asked_by": one.asked_by.shown_name,
        "chip": Chip(str(plans.Accepted(one.state).label), *_ACCEPTED[one.state]),
        "decided": formatters.day(one.decided_on) if one.decided_on else "",
        "decided_by": one.decided_by.shown_name if one.decided_by is not None else "",
        "said": one.said,
        "may_decide": line.may_decide,
    }


def initiatives(plan: Plan, told: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """The counts of the plan by unit with what each unit told, and what its parts make of the stated whole.

    A unit of the plan is known by its name: the codes of its year are others.
    """
    tables = [plan.tables[code] for code in plans.INITIATIVES]
    rows = [
        (name, [(int(one.parts[unit]), told.get(name, {}).get(one.code)) for one in tables])
        for unit, name in plan.units.items()
    ]
    return {
        "titles": [one.title.of(words.language()) for one in tables],
        "rows": rows,
        "stated": [int(one.stated) for one in tables],
        "sums": [int(one.check().computed) for one in tables],
        "told": [sum(each.get(one.code, 0) for each in told.values()) for one in tables],
        "agrees": all(one.check().agrees for one in tables),
    }


def initiative_names() -> list[tuple[str, str]]:
    tables = indicators.plan().tables
    return [(code, tables[code].title.of(words.language())) for code in plans.INITIATIVES]


def kind_of(period: str) -> str:
    """The kind of bulletin whose length a period has."""
    tail = period.partition("-")[2]
    if not tail:
        return "year"
    return {"Q": "quarter", "H": "half"}.get(tail[:1], "month")


def compared(one: accountability.Compared) -> dict[str, Any]:
    """An indicator of pilots and the rest; a difference that is not certain is not called one."""
    sides = [_side(one.indicator, side) for side in (one.first, one.others)]
    ends = [words.figure(one.indicator, each) for each in (one.low, one.high)]
    sure = one.verdict in (Verdict.UP, Verdict.DOWN)
    return {
        "title": words.title(one.indicator),
        "sides": sides,
        "difference": words.figure(one.indicator, one.difference) if sure else "—",
        "range": f"{ends[0]} – {ends[1]}" if one.low is not None else "—",
        "chip": Chip(str(VERDICTS[one.verdict]), *(("info", "info") if sure else ("question", ""))),
    }


def _side(code: str, one: accountability.Side) -> dict[str, str]:
    made = f"{one.over:,.0f} / {one.under:,.0f}" if one.over is not None and one.under is not None else ""
    ends = "–".join(words.figure(code, each) for each in (one.low, one.high))
    return {
        "value": words.figure(code, one.value),
        "range": ends if one.value is not None else "",
        "of": made,
    }
