"""Setting targets: many at once or none, accepted by a second person, never silently off their sum."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import access, comparing
from tongchou.apps.responsibility.models import State, Target, Version
from tongchou.core import access as rights
from tongchou.core import audit, fit_words
from tongchou.core import scope as scopes
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.accountability.periods import Period, period
from tongchou.domain.accountability.problems import AccountabilityError, Problem
from tongchou.domain.accountability.targets import Row, TargetUnit, read_targets
from tongchou.domain.accountability.targets import shown as figure
from tongchou.domain.policy.words import Text
from tongchou.domain.public_words.checking import found as words_found

LONGEST: Final = 200
#: Targets are of a year, a half-year or a quarter, as agreements and reviews are.
_LENGTHS: Final = (3, 6, 12)
_WHERE: Final = "targets"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target as somebody wants it, in the unit of its indicator; ``line`` is that of a file."""

    unit: str
    indicator: str
    period: str
    value: Decimal
    weight: Decimal | None = None
    inside: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    line: int = 0
    #: Only says how much of the denominator lies inside others: of a version that waits, put in its place.
    splits: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What was written down: first versions, revisions, and what stood so already."""

    first: int
    revised: int
    same: int


@transaction.atomic
def propose(rows: Sequence[Wanted], *, by: Account, at: dt.datetime) -> Made:
    """Write down targets that wait for a second person: all of them or, with one mistake, none.

    Raises
    ------
    NotAllowed
        When the account sets no targets.
    Invalid
        ``targets.wrong`` with every problem in ``data["problems"]``: unknown, closed or foreign units,
        indicators that must not be targets, periods that are missing, strange or over, a value out of range,
        a revision without a reason, a target somebody's version of which still waits.
    """
    on = access.today(at)
    scope = rights.require(by, access.SET, on=on)
    units = _Units({one.unit for one in rows}, scope, on)
    found: list[Problem] = []
    try:
        read_targets(
            [Row(one.unit, one.indicator, one.period, Fraction(one.value), one.line) for one in rows],
            units.named,
            indicators.load(),
            where=_WHERE,
        )
    except AccountabilityError as error:
        found += error.problems
    standing = _standing(rows)
    fresh: list[tuple[Wanted, Target | None]] = []
    same = 0
    for one in rows:
        kept = standing.get((one.unit, one.indicator, one.period))
        found += units.problems(one)
        if kept is not None and _as_it_stands(kept, one):
            same += 1
            continue
        found += _problems(one, kept)
        fresh.append((one, kept))
    spans = {one.period: span for one in rows if (span := _span(one.period)) is not None}
    for one, _kept in fresh:
        span = spans.get(one.period)
        if span is not None and len(span.months()) not in _LENGTHS:
            zh, en = "目标按年、半年或季度设定。", "a target is of a year, a half-year or a quarter."
            found.append(_problem(one, "period", zh, en))
        elif span is not None and span.ends < on:
            zh, en = f"期间{span}已经结束，不能再设目标。", f"{span} is over: no target is set any more."
            found.append(_problem(one, "period", zh, en))
    if found:
        raise wrong(found)
    _make_room([kept for one, kept in fresh if one.splits and kept is not None], by=by, at=at)
    first = [
        Target(
            area_id=units.areas[one.unit].area_id,
            scope_no=units.areas[one.unit].scope_no,
            unit=one.unit,
            unit_name=units.areas[one.unit].name,
            indicator=one.indicator,
            period=one.period,
            ends=spans[one.period].ends,
        )
        for one, kept in fresh
        if kept is None
    ]
    made = iter(Target.objects.bulk_create(first))
    numbers = _last_numbers([kept for _one, kept in fresh if kept is not None])
    Version.objects.bulk_create(
        Version(
            target=kept or next(made),
            number=numbers.get(kept.pk, 0) + 1 if kept is not None else 1,
            revises=kept is not None and kept.value is not None,
            value=one.value,
            weight=one.weight,
            inside=dict(one.inside),
            reason=one.reason.strip(),
            made_at=at,
            made_by=by,
        )
        for one, kept in fresh
    )
    revised = sum(kept is not None and kept.value is not None for _one, kept in fresh)
    result = Made(len(fresh) - revised, revised, same)
    if fresh:
        audit.append(
            by=by,
            action="targets.set",
            subject="targets",
            at=at,
            scope_no=min(units.areas[one.unit].scope_no for one, _kept in fresh),
            detail={"first": result.first, "revised": result.revised, "same": same},
        )
    return result


@transaction.atomic
def accept(version_ids: Collection[int], *, although: str = "", by: Account, at: dt.datetime) -> int:
    """Put versions that wait into force, by somebody else than who made them; how many.

    What the parts make of the whole is worked out with the new values. Where they do not make it, or nobody
    can say, they are accepted only with a reason, which stays beside them.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not stand above a unit of them; ``targets.own`` for who made one.
    Conflict
        ``targets.decided`` when one no longer waits; ``targets.sum`` with what does not add up and by how
        much, without a reason.
    Invalid
        ``targets.words`` for a reason that is too long or speaks of what law has closed.
    """
    versions = _waiting(version_ids, by=by, at=at)
    words = _words(although) if although.strip() else ""
    for one in versions:
        one.target.value, one.target.weight, one.target.inside = one.value, one.weight, one.inside
    told = comparing.disagreements([one.target for one in versions])
    if told and not words:
        text = " ".join(one.of(access.language()) for one in told)
        message = _("This does not add up: %(what)s Mend it, or say why it stays so.") % {"what": text}
        raise Conflict("targets.sum", message, problems=told)
    for one in versions:
        one.state, one.decided_at, one.decided_by, one.said = State.ACCEPTED, at, by, words if told else ""
    Version.objects.bulk_update(versions, ["state", "decided_at", "decided_by", "said"])
    Target.objects.bulk_update([one.target for one in versions], ["value", "weight", "inside"])
    _note("targets.accept", versions, by=by, at=at, detail={"although": words if told else ""})
    return len(versions)


@transaction.atomic
def refuse(version_ids: Collection[int], *, said: str, by: Account, at: dt.datetime) -> int:
    """Refuse versions that wait, with the reason; who made one may take it back so. How many.

    Raises
    ------
    NotAllowed, NotFound, Conflict, Invalid
        As ``accept``.
    """
    versions = _waiting(version_ids, by=by, at=at, own=True)
    words = _words(said)
    for one in versions:
        one.state, one.decided_at, one.decided_by, one.said = State.REFUSED, at, by, words
    Version.objects.bulk_update(versions, ["state", "decided_at", "decided_by", "said"])
    _note("targets.refuse", versions, by=by, at=at, detail={})
    return len(versions)


def may_set(units: Collection[posts.Unit], *, by: Account, on: dt.date) -> dict[str, str]:
    """Of which units an account sets targets: ``yes``, ``no``, or ``paper`` (naming that of above)."""
    scope = scopes.of(by, on, permission=access.SET)
    return _Units({one.key for one in units}, scope, on).may


def wrong(found: Iterable[Problem]) -> Invalid:
    """The refusal that names every problem."""
    several = sorted(set(found), key=lambda one: (one.line, one.field, one.text.en))
    told = " ".join(one.of(access.language()).removeprefix(_WHERE) for one in several[:10])
    message = _("Nothing was written down: %(what)s") % {"what": told.lstrip("，, ")}
    return Invalid("targets.wrong", message, problems=several)


def _span(text: str) -> Period | None:
    try:
        return period(text)
    except ValueError:
        return None


class _Units:
    """The units some rows name, and of which an account sets targets. Four queries."""

    def __init__(self, keys: set[str], scope: Scope, on: dt.date) -> None:
        codes = {key.partition("/")[0] for key in keys}
        areas = {
            one.code: one
            for one in places.Area.objects.filter(code__in=codes, level__in=access.LEVELS)
            .select_related("parent", "succeeded_by")
            .order_by("valid_from", "pk")
        }
        by_pk = {one.pk: one for one in areas.values()}
        self.areas = {code: posts.of_area(one) for code, one in areas.items()}
        self.named = {code: _as_unit(one) for code, one in areas.items()}
        for one in posts.Department.objects.filter(area_id__in=by_pk):
            unit = posts.of_department(by_pk[one.area_id], one)
            self.areas[unit.key] = unit
            last = None if one.until is None else one.until - dt.timedelta(days=1)
            self.named[unit.key] = TargetUnit(unit.key, one.name, one.since, last)
        tops = {(one.scope_no, one.scope_end) for one in areas.values()}
        held = rights.held_above(access.SET, tops, on=on)
        self.may: dict[str, str] = {}
        for key, unit in self.areas.items():
            area = by_pk[unit.area_id]
            above = area if unit.department_id is not None else area.parent
            if above is not None and scope.covers(above.scope_no):
                self.may[key] = "yes"
            elif scope.covers_interval(area.scope_no, area.scope_end):
                self.may[key] = "no" if (area.scope_no, area.scope_end) in held else "paper"
            elif unit.key in self.named:
                self.may[key] = "elsewhere"

    def problems(self, one: Wanted) -> list[Problem]:
        may = self.may.get(one.unit)
        if may == "elsewhere":
            return [_problem(one, "unit", f"没有单位{one.unit}。", f"there is no unit {one.unit}.")]
        if may == "no":
            return [
                _problem(
                    one,
                    "unit",
                    "单位不给自己设目标，由上一级设定。",
                    "the level above sets the targets of a unit.",
                )
            ]
        if may == "paper" and not one.reason.strip():
            return [
                _problem(
                    one,
                    "reason",
                    "上级未使用本平台：请写明上级文件文号。",
                    "give the number of the paper of the level above.",
                )
            ]
        return []


def _as_unit(area: places.Area) -> TargetUnit:
    last = None if area.valid_to is None else area.valid_to - dt.timedelta(days=1)
    taken = area.succeeded_by
    return TargetUnit(area.code, area.name, area.valid_from, last, (taken.code,) if taken is not None else ())


def _standing(rows: Sequence[Wanted]) -> dict[tuple[str, str, str], Target]:
    """The targets of some rows, locked, with their versions that wait. Two queries."""
    found = Target.objects.select_for_update().filter(
        unit__in={one.unit for one in rows},
        indicator__in={one.indicator for one in rows},
        period__in={one.period for one in rows},
    )
    kept = {(one.unit, one.indicator, one.period): one for one in found}
    waits = set(
        Version.objects.filter(target__in=[one.pk for one in kept.values()], state=State.WAITING).values_list(
            "target_id", flat=True
        )
    )
    for one in kept.values():
        one.waits = one.pk in waits  # type: ignore[attr-defined]
    return kept


def _make_room(targets: Sequence[Target], *, by: Account, at: dt.datetime) -> None:
    """Close the versions that wait and are put again with how much of the denominator lies inside others."""
    Version.objects.filter(target__in=targets, state=State.WAITING).update(
        state=State.REFUSED, decided_at=at, decided_by=by, said="补充分母重叠部分，重新提出"
    )


def _last_numbers(targets: Sequence[Target]) -> dict[int, int]:
    rows = Version.objects.filter(target__in=targets).order_by().values_list("target_id")
    return dict(rows.annotate(last=Max("number")))


def _as_it_stands(kept: Target, one: Wanted) -> bool:
    return (
        not kept.waits  # type: ignore[attr-defined]
        and (kept.value, kept.weight) == (one.value, one.weight)
        and kept.inside == dict(one.inside)
    )


def _problems(one: Wanted, kept: Target | None) -> list[Problem]:
    found = []
    if kept is not None and kept.waits and not one.splits:  # type: ignore[attr-defined]
        found.append(
            _problem(
                one,
                "unit",
                "这个目标还有一个版本等待第二人确认。",
                "a version of this target still waits for a second person.",
            )
        )
    elif kept is not None and kept.value is not None and not one.reason.strip():
        found.append(
            _problem(
                one, "reason", "目标已经生效，调整要写明理由。", "it is in force: say why it is changed."
            )
        )
    if len(one.reason.strip()) > LONGEST or words_found(one.reason):
        found.append(
            _problem(
                one,
                "reason",
                "理由过长，或涉及生育、家庭行为、具体人员：请只写本单位的工作。",
                "the reason is too long, or speaks of births, of what families do, or of somebody: write of "
                "the unit's work alone.",
            )
        )
    parts = sum((Fraction(part) for part in one.inside.values()), Fraction())
    if one.inside and one.weight is None:
        zh, en = "请写明分母，才能说明其中各含多少。", "give the denominator these parts are of."
        found.append(_problem(one, "weight", zh, en))
    elif one.weight is not None and parts > Fraction(one.weight):
        found.append(
            _problem(
                one,
                "weight",
                f"其中数合计{figure(parts)}，大于分母{figure(Fraction(one.weight))}：有人重复计算，请改正。",
                f"its parts inside others make {figure(parts)} of a denominator of "
                f"{figure(Fraction(one.weight))}: somebody counts twice.",
            )
        )
    if one.weight is not None and one.weight <= 0:
        found.append(_problem(one, "weight", "分母应大于0。", "the denominator has to be above 0."))
    return found


def _problem(one: Wanted, name: str, zh: str, en: str) -> Problem:
    return Problem(_WHERE, name, Text(zh, en), one.line)


def _waiting(
    version_ids: Collection[int], *, by: Account, at: dt.datetime, own: bool = False
) -> list[Version]:
    """Versions that wait, where the account stands above the units, their targets locked. Five queries."""
    on = access.today(at)
    scope = rights.require(by, access.SET, on=on)
    versions = list(
        Version.objects.select_for_update(of=("self",))
        .select_related("target")
        .filter(scope.q("target__scope_no"), pk__in=set(version_ids))
        .order_by("pk")
    )
    if not versions or len(versions) != len(set(version_ids)):
        raise access.none()
    units = _Units({one.target.unit for one in versions}, scope, on)
    if any(units.may.get(one.target.unit) in ("no", "elsewhere", None) for one in versions):
        message = _("The level above a unit accepts its targets, not the unit itself.")
        raise NotAllowed("targets.own_level", message)
    if any(one.state != State.WAITING for one in versions):
        raise Conflict("targets.decided", _("It has been decided already."))
    if not own and any(one.made_by_id == by.pk for one in versions):
        raise NotAllowed("targets.own", _("Somebody else accepts what you have set."))
    return versions


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        message = _("Give the reason, in at most %(n)s characters.") % {"n": LONGEST}
        raise Invalid("targets.words", message, field="said")
    fit_words.require(words, code="targets.words", field="said")
    return words


def _note(
    action: str, versions: Sequence[Version], *, by: Account, at: dt.datetime, detail: dict[str, str]
) -> None:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for one in versions:
        by_kind[one.target.indicator].append(one.pk)
    audit.append(
        by=by,
        action=action,
        subject="targets",
        at=at,
        scope_no=min(one.target.scope_no for one in versions),
        detail=detail | {"versions": dict(by_kind)},
    )
