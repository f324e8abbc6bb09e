"""Targets of an area and the units right below it, one breakdown, one target; agreements; hand-overs."""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, QuerySet

from tongchou import indicators
from tongchou.apps.accountability import api as accountability
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import access, comparing
from tongchou.apps.responsibility.models import Agreement, HandOver, Stage, State, Target, Version
from tongchou.core import access as rights
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.accountability.bulletin import Cell
from tongchou.domain.accountability.definitions import Indicator, Use
from tongchou.domain.responsibility.breakdown import Breakdown

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A target, the version of it that waits, and what the published bulletin of its period says of it."""

    unit: posts.Unit
    target: Target | None
    waiting: Version | None
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator of a period: the area's own target, those below, and what they make of it."""

    indicator: Indicator
    own: Standing
    below: tuple[Standing, ...]
    departments: tuple[Standing, ...]
    compared: comparing.Compared

    @property
    def waits(self) -> int:
        return sum(one.waiting is not None for one in (self.own, *self.below, *self.departments))


@dataclass(frozen=True, slots=True)
class View:
    """The targets of an area and a period; ``sets``: the reader stands above the units below it."""

    area: places.Area
    period: str
    lines: tuple[Line, ...]
    units: tuple[posts.Unit, ...]
    sets: bool


@dataclass(frozen=True, slots=True)
class AgreementView:
    """One agreement, targets that were revised since it was sealed, and what the reader may do."""

    agreement: Agreement
    revised: tuple[Target, ...]
    signs_above: bool
    signs_below: bool
    withdraws: bool


def in_force(period: str) -> dict[tuple[str, str], float]:
    """What bulletins compare with: the targets in force of a period, by unit and indicator. One query."""
    rows = Target.objects.filter(period=period).exclude(value=None)
    return {
        (unit, code): float(value) for unit, code, value in rows.values_list("unit", "indicator", "value")
    }


def targeted() -> tuple[Indicator, ...]:
    """The indicators of which targets may be set, by code."""
    return tuple(indicators.load().used(Use.TARGETED))


def view(area_id: int, period: str, *, by: Account, on: dt.date) -> View:
    """The targets of an area, the units right below it and its departments. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account sees none there.
    """
    area = access.area_of(area_id, by=by, on=on)
    units = tuple(one for one in posts.units_below(area, on=on) if one.level in access.LEVELS)
    own = posts.of_area(area)
    targets = list(
        Target.objects.filter(
            period=period, unit__in=[own.key, *(one.key for one in units)]
        ).prefetch_related(
            Prefetch(
                "versions",
                Version.objects.filter(state=State.WAITING).select_related("made_by"),
                to_attr="waiting",
            )
        )
    )
    kept = {(one.unit, one.indicator): one for one in targets}
    cells = accountability.published_cells(area.pk, period) | accountability.published_cells(
        area.parent_id or 0, period
    )
    compared = {
        one.indicator: one
        for one in comparing.compared(units, [one for one in targets if one.unit == own.key], targets)
    }
    departments = [one for one in units if one.department_id is not None]
    areas = [one for one in units if one.department_id is None]
    lines = []
    for indicator in targeted():
        code = indicator.code
        if not any(one.indicator == code for one in targets):
            continue
        said = compared.get(code)
        if said is None:  # of departments alone
            said = comparing.compared(units, [Target(unit=own.key, indicator=code, period=period)], [])[0]
        lines.append(
            Line(
                indicator,
                _standing(own, code, kept, cells),
                tuple(_standing(one, code, kept, cells) for one in areas),
                tuple(_standing(one, code, kept, cells) for one in departments),
                said,
            )
        )
    sets = rights.may(by, access.SET, scope_no=area.scope_no, on=on)
    return View(area, period, tuple(lines), units, sets)


def _standing(
    unit: posts.Unit,
    code: str,
    kept: Mapping[tuple[str, str], Target],
    cells: Mapping[tuple[str, str], Cell],
) -> Standing:
    one = kept.get((unit.key, code))
    waiting: Sequence[Version] = () if one is None else one.waiting  # type: ignore[attr-defined]
    return Standing(unit, one, waiting[0] if waiting else None, cells.get((unit.key, code)))


def if_accepted(line: Line, units: Sequence[posts.Unit]) -> Breakdown:
    """What the parts of a line would make of the whole if all that waits were accepted. No query."""

    def after(one: Standing) -> Target | None:
        if one.target is None or one.waiting is None:
            return one.target
        changed = copy.copy(one.target)
        changed.value, changed.weight, changed.inside = (
            one.waiting.value,
            one.waiting.weight,
            one.waiting.inside,
        )
        return changed

    own = after(line.own) or Target(indicator=line.indicator.code, period=line.compared.period)
    below = [changed for one in line.below if (changed := after(one)) is not None]
    return comparing.compared(units, [own], below)[0].broken


def one_target(target_id: int, *, by: Account, on: dt.date) -> tuple[Target, tuple[Version, ...]]:
    """A target with its versions, the newest first. Three queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account sees no targets there.
    """
    areas = rights.require(by, access.VIEW, on=on)
    found = Target.objects.filter(areas.q("scope_no"), pk=target_id).first()
    if found is None:
        raise access.none()
    versions = found.versions.select_related("made_by", "decided_by").order_by("-number")
    return found, tuple(versions)


def targets(*, by: Account, on: dt.date, period: str = "") -> QuerySet[Target]:
    """The targets of the account's areas, by period, unit and indicator.

    Raises
    ------
    NotAllowed
        When the account sees no targets.
    """
    areas = rights.require(by, access.VIEW, on=on)
    rows = Target.objects.filter(areas.q("scope_no"))
    if period:
        rows = rows.filter(period=period)
    return rows.order_by("-period", "scope_no", "unit", "indicator")


def weights_of(area: places.Area, code: str) -> dict[str, float]:
    """Denominators of an indicator by unit right below an area, of the last published bulletin. One query."""
    return {
        unit: cell.under
        for (unit, indicator), cell in accountability.published_cells(area.pk).items()
        if indicator == code and cell.under
    }


def agreements(*, by: Account, on: dt.date, of: str = "") -> QuerySet[Agreement]:
    """Agreements of the account's areas, the newest first.

    Raises
    ------
    NotAllowed
        When the account sees none.
    """
    areas = rights.require(by, access.VIEW, on=on)
    rows = Agreement.objects.filter(areas.q("scope_no")).order_by("-pk")
    return rows.filter(stage=of) if of in Stage.values else rows.exclude(stage=Stage.WITHDRAWN)


def agreement_view(agreement_id: int, *, by: Account, on: dt.date) -> AgreementView:
    """One agreement. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account sees none there.
    """
    areas = rights.require(by, access.VIEW, on=on)
    one = Agreement.objects.filter(areas.q("scope_no"), pk=agreement_id).first()
    if one is None:
        raise access.none()
    offers = rights.may(by, access.SET, scope_no=one.above_scope_no, on=on)
    above = posts.unit_of(one.above, scope=Scope.everything())
    inside = _unit_of(one)
    revised: tuple[Target, ...] = ()
    if one.above_signed_at is not None:
        since = Version.objects.filter(
            target__unit=one.unit,
            target__period=one.period,
            state=State.ACCEPTED,
            decided_at__gt=one.above_signed_at,
        )
        rows = Target.objects.filter(pk__in=since.values("target")).order_by("indicator")
        revised = tuple(rows)
    return AgreementView(
        one,
        revised,
        signs_above=one.stage == Stage.DRAFT
        and above is not None
        and access.works_for(by, above, on=on, permission=access.SET),
        signs_below=one.stage == Stage.OFFERED
        and one.above_signed_by_id != by.pk
        and inside is not None
        and access.works_for(by, inside, on=on),
        withdraws=one.stage in (Stage.DRAFT, Stage.OFFERED) and offers,
    )


def _unit_of(one: Agreement) -> posts.Unit | None:
    return posts.unit_of(one.unit, scope=Scope.everything())


def hand_overs(*, by: Account, on: dt.date, open_alone: bool = False) -> QuerySet[HandOver]:
    """Records of posts handed over in the account's areas, the newest first.

    Raises
    ------
    NotAllowed
        When the account sees none.
    """
    areas = rights.require(by, access.VIEW, on=on)
    rows = HandOver.objects.filter(areas.q("scope_no")).order_by("-pk")
    return rows.filter(noted_at=None) if open_alone else rows


def one_hand_over(hand_over_id: int, *, by: Account, on: dt.date) -> HandOver:
    """One record.

    Raises
    ------
    NotAllowed, NotFound
        When the account sees none there.
    """
    rows = hand_overs(by=by, on=on).select_related("gives", "takes", "given_by", "taken_by", "noted_by")
    found = rows.filter(pk=hand_over_id).first()
    if found is None:
        raise access.none()
    return found


def record_of(tenure_id: int) -> int | None:
    """The record by which a holder took a post over, where there is one. One query."""
    return HandOver.objects.filter(takes=tenure_id).values_list("pk", flat=True).first()


def owed(areas: Scope, *, since: dt.date) -> list[posts.Tenure]:
    """Tenures begun since a day after somebody else's that were never handed over. Three queries."""
    rows = posts.Tenure.objects.filter(areas.q("post__scope_no"), since__gte=since, until=None)
    rows = rows.select_related("post__department").order_by("-since", "pk")
    fresh = list(rows[:MOST])
    before: dict[int, int] = defaultdict(int)
    for post_id in posts.Tenure.objects.filter(post__in={one.post_id for one in fresh}).values_list(
        "post_id", flat=True
    ):
        before[post_id] += 1
    done = set(HandOver.objects.filter(takes__in=[one.pk for one in fresh]).values_list("takes", flat=True))
    return [one for one in fresh if before[one.post_id] > 1 and one.pk not in done]
