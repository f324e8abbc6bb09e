"""Alerts, proposals and qualified villages in words. Subjects are units and officials, never families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongchou import indicators
from tongchou.apps.accountability import api as bulletins
from tongchou.apps.places import api as places
from tongchou.domain.accountability.consequences import Effect
from tongchou.domain.accountability.gaming import Sign
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import unit_bulletin_words as words

SIGNS: Final[Mapping[str, Any]] = {
    Sign.DIGITS: gettext_lazy("Last digits that hardly come by chance"),
    Sign.PERFECTION: gettext_lazy("Suddenly perfect"),
    Sign.COPIED: gettext_lazy("Copied from the month before"),
    Sign.LATE_REVISIONS: gettext_lazy("Revised just before the close"),
    Sign.BULK: gettext_lazy("Families' confirmations entered in bulk"),
}
EFFECTS: Final[Mapping[str, Any]] = {
    Effect.PRIORITY_PROMOTION: gettext_lazy("Priority for promotion"),
    Effect.NO_PROMOTION: gettext_lazy("No promotion"),
    Effect.PROMOTION_VETO: gettext_lazy("Veto of promotion"),
    Effect.RED_FLAG: pgettext_lazy("bulletin", "Red flag"),
    Effect.YELLOW_CARD: pgettext_lazy("bulletin", "Yellow card"),
    Effect.AWARD_VETO: gettext_lazy("Veto of awards"),
}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A question to a unit."""

    alert_id: int
    unit: str
    month: str
    sign: str
    about: str
    evidence: str
    chance: str
    ended: Chip | None
    reason: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal with its reasons and the decision."""

    proposed_id: int
    year: int
    unit: str
    official: str
    file: str
    effect: str
    reasons: tuple[str, ...]
    state: Chip
    decided: str
    #: Waits for the reader; or for somebody else, since the reader proposed it.
    waits: bool
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class QualifiedRow:
    """Villages of a unit."""

    name: str
    villages: str
    qualified: str
    failed: str
    unknown: str
    stages: tuple[tuple[str, Chip | None], ...]


def tabs(of: str) -> list[tuple[str, str, bool]]:
    """Open ones first; all."""
    named = (("", pgettext("alerts", "Open")), ("all", pgettext("alerts", "All")))
    return [(value, label, value == of) for value, label in named]


def alert(one: bulletins.AlertLine) -> AlertRow:
    ended = Chip(str(bulletins.Outcome(one.outcome).label), "check", "good") if one.outcome else None
    return AlertRow(
        alert_id=one.alert_id,
        unit=one.unit_name,
        month=formatters.day(f"{one.month:%Y-%m}"),
        sign=str(SIGNS[one.sign]),
        about=words.title(one.about) if one.about else "",
        evidence=one.zh if words.chinese() else one.en,
        chance=f"{one.chance:.2g}",
        ended=ended,
        reason=one.reason,
    )


def proposals(found: Iterable[bulletins.ProposedLine], *, reader: int) -> list[ProposalRow]:
    """For the account of a number. One query for names of units, one for the tenures behind the files."""
    lines = list(found)
    codes = {one.unit.partition("/")[0] for one in lines}
    names = dict(places.Area.objects.filter(code__in=codes).order_by("pk").values_list("code", "name"))
    tenures = dict(
        bulletins.Proposed.objects.filter(pk__in=[one.proposed_id for one in lines]).values_list(
            "pk", "tenure_id"
        )
    )
    return [_proposal(one, names, tenures.get(one.proposed_id), reader) for one in lines]


def _proposal(
    one: bulletins.ProposedLine, names: Mapping[str, str], tenure: int | None, reader: int
) -> ProposalRow:
    code, slash, department = one.unit.partition("/")
    if one.accepted is None:
        state = Chip(pgettext("proposal", "Waits"), "clock", "warn")
    elif one.accepted:
        state = Chip(pgettext("proposal", "Accepted"), "check", "good")
    else:
        state = Chip(pgettext("proposal", "Declined"), "cross")
    parts = [one.decided_by, formatters.moment(one.decided_at) if one.decided_at else "", one.reason]
    return ProposalRow(
        proposed_id=one.proposed_id,
        year=one.year,
        unit=names.get(code, code) + (f" · {department}" if slash else ""),
        official=one.official,
        file=reverse("console:unit-file", args=[tenure]) if tenure else "",
        effect=str(EFFECTS[one.effect]),
        reasons=tuple(zh if words.chinese() else en for zh, en in one.reasons),
        state=state,
        decided=" · ".join(part for part in parts if part),
        waits=one.accepted is None and one.proposed_by != reader,
        elsewhere=one.accepted is None and one.proposed_by == reader,
    )


def qualified(one: bulletins.Qualified) -> QualifiedRow:
    return QualifiedRow(
        name=one.name,
        villages=formatters.number(one.villages),
        qualified=formatters.number(one.qualified),
        failed=formatters.number(one.failed),
        unknown=formatters.number(one.unknown),
        stages=tuple((_target(one, stage), _reached(one.met(stage))) for stage in bulletins.STAGES),
    )


def _target(one: bulletins.Qualified, stage: str) -> str:
    target = one.targets.get(stage)
    return words.DASH if target is None else words.percent(float(target), 0)


def _reached(met: bool | None) -> Chip | None:
    if met is None:
        return None
    return Chip(_("reached"), "check", "good") if met else Chip(_("not reached"), "clock")


def criteria() -> list[tuple[str, str, str]]:
    """What a village has to fulfil: indicator, bound, formula."""
    catalogue = indicators.load()
    return [
        (
            words.title(one.indicator),
            ("≥ " if one.least else "≤ ") + words.figure(one.indicator, float(one.bound)),
            words.formula(catalogue.indicators[one.indicator]),
        )
        for one in catalogue.sets["qualified_village"].criteria
    ]
