"""Targets of parts beside that of their whole, from what is kept; the same queries however many units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tongchou import indicators
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility.models import Target
from tongchou.domain.policy.words import Text
from tongchou.domain.responsibility.breakdown import Breakdown, Part, breakdown, exact


@dataclass(frozen=True, slots=True)
class Compared:
    """An indicator of a period: the target of an area, those of the units right below, what they make."""

    indicator: str
    period: str
    own: Target | None
    below: Mapping[str, Target]
    broken: Breakdown


def hosts_of(units: Iterable[posts.Unit]) -> dict[str, tuple[str, ...]]:
    """Units whose people count in others too (百里杜鹃 in 大方 and 黔西), by key, with the keys of those.

    By code where the plan's codes are used, else by the plan's names, since codes have changed since.
    """
    plan, several = indicators.plan(), list(units)
    known = {one.key: one.key for one in several} | {one.name: one.key for one in several}

    def key(code: str) -> str | None:
        return known.get(code) or known.get(plan.units[code]) or _renamed(plan.units[code], known)

    found = {}
    for inner, hosts in plan.inside.items():
        here = key(inner)
        there = tuple(one for one in (key(host) for host in hosts) if one is not None)
        if here is not None and there:
            found[here] = there
    return found


def _renamed(name: str, known: Mapping[str, str]) -> str | None:
    """A unit whose name only got another kind since: 百里杜鹃管理区, 黔西市."""
    stem = name.rstrip("区县市").removesuffix("风景名胜").removesuffix("管理")
    found = {key for text, key in known.items() if text.startswith(stem)}
    return found.pop() if len(found) == 1 else None


def compared(units: Sequence[posts.Unit], own: Iterable[Target], below: Iterable[Target]) -> list[Compared]:
    """Each indicator and period that any of some targets is of. No query.

    Parameters
    ----------
    units
        The areas right below, in their order; departments have targets of their own and are no parts.
    """
    parts = [one for one in units if one.department_id is None]
    hosts, catalogue = hosts_of(parts), indicators.load().indicators
    mine = {(one.period, one.indicator): one for one in own}
    theirs: dict[tuple[str, str], dict[str, Target]] = defaultdict(dict)
    keys = {one.key for one in parts}
    for one in below:
        if one.unit in keys:
            theirs[one.period, one.indicator][one.unit] = one
    result = []
    for period, code in sorted({*mine, *theirs}):
        if code not in catalogue:
            continue
        whole, some = mine.get((period, code)), theirs.get((period, code), {})
        said = breakdown(
            catalogue[code],
            None if whole is None else exact(whole.value),
            [_part(one, some.get(one.key)) for one in parts],
            hosts=hosts,
        )
        result.append(Compared(code, period, whole, some, said))
    return result


def _part(unit: posts.Unit, one: Target | None) -> Part:
    if one is None:
        return Part(unit.key, unit.name, None)
    inside = {key: Fraction(str(value)) for key, value in one.inside.items()}
    return Part(unit.key, unit.name, exact(one.value), exact(one.weight), inside)


def disagreements(changed: Collection[Target]) -> list[Text]:
    """What would not add up if some targets were as they are here: whole by whole, with by how much.

    The changed ones are compared with what stands above them and, where they are wholes themselves, with what
    stands below. Six queries.
    """
    areas = {one.pk: one for one in places.Area.objects.filter(pk__in={one.area_id for one in changed})}
    own = [one for one in changed if "/" not in one.unit]
    wholes = {one.area_id for one in own} | {
        parent for one in own if (parent := areas[one.area_id].parent_id) is not None
    }
    above = {one.pk: one for one in places.Area.objects.filter(pk__in=wholes)}
    below: dict[int, list[posts.Unit]] = defaultdict(list)
    for area in places.Area.objects.filter(parent_id__in=wholes, valid_to=None).order_by("scope_no"):
        if area.parent_id is not None:
            below[area.parent_id].append(posts.of_area(area))
    keys = {one.code for one in above.values()} | {unit.key for some in below.values() for unit in some}
    fresh = {one.pk: one for one in changed}
    kept = [
        fresh.get(one.pk, one)
        for one in Target.objects.filter(
            unit__in=keys,
            period__in={one.period for one in own},
            indicator__in={one.indicator for one in own},
        )
    ]
    touched = {(one.period, one.indicator) for one in own}
    told = []
    for area_id, area in above.items():
        units = below.get(area_id, [])
        inside = {unit.key for unit in units}
        for one in compared(
            units,
            [target for target in kept if target.unit == area.code],
            [target for target in kept if target.unit in inside],
        ):
            if (one.period, one.indicator) in touched and not one.broken.agrees:
                told += words(one.broken, area.name)
    return told


def words(broken: Breakdown, area: str) -> list[Text]:
    """What does not add up, with the name of the whole."""
    if broken.check is not None:
        said = broken.check.text
        return [Text(f"{area}，{said.zh}", f"{area}: {said.en}")]
    return [Text(f"{area}：{one.zh}", f"{area}: {one.en}") for one in broken.why]
