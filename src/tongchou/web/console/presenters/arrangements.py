"""Who lives where and who answers for whom, the acts on a household, and what an act will change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.registry import api as registry
from tongchou.web.console import formatters
from tongchou.web.console.arrangement_forms import GuardianForm, LodgingForm
from tongchou.web.console.household_forms import (
    HeadForm,
    MergeForm,
    Plan,
    RelationsForm,
    SplitForm,
)
from tongchou.web.console.presenters import people

_ACTS = (
    ("split", SplitForm),
    ("merge", MergeForm),
    ("head", HeadForm),
    ("lodging", LodgingForm),
    ("guardian", GuardianForm),
)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One line: about whom, what, and since when."""

    name: str
    what: str
    value: str
    since: str
    url: str = ""
    chinese: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A person of a household to be; ``field`` is the select of the relation, None for the head."""

    name: str
    before: str
    field: Any


@dataclass(frozen=True, slots=True)
class Group:
    number: str
    head: str
    lines: list[Line]


def present(
    house: registry.HouseholdView,
    lodgings: Iterable[registry.LodgingView],
    lodgers: Iterable[tuple[int, str, str]],
    guardians: Iterable[registry.CustodyView],
) -> list[Arrangement]:
    """Members who live elsewhere, others who live here, guardians; in this order."""
    names = {one.person_id: one.name for one in house.members}
    lines = [
        Arrangement(
            names.get(one.person_id, ""),
            _("Lives in another household"),
            f"{one.place} · {one.number}" if one.household_id else _("outside your areas"),
            _since(one.start),
            reverse("console:household-family", args=[one.household_id]) if one.household_id else "",
            chinese=bool(one.household_id),
        )
        for one in lodgings
    ]
    lines += [
        Arrangement(name, _("Lives here, registered in another household"), "", _since(start))
        for _person, name, start in lodgers
    ]
    return lines + [_guardian(one, names) for one in guardians]


def _guardian(one: registry.CustodyView, names: Mapping[int, str]) -> Arrangement:
    basis = str(dict(registry.CUSTODY_BASES)[one.basis])
    if one.guardians:
        value = "、".join(one.guardians)
    else:
        value = _("outside your areas") if one.elsewhere else basis
    return Arrangement(
        names.get(one.person_id, ""),
        _("Guardian"),
        value,
        _since(one.start),
        chinese=bool(one.guardians),
    )


def _since(start: str) -> str:
    return formatters.day(start) if start else _("since before the records")


def acts(house: registry.HouseholdView) -> list[Act]:
    """What can be done with a household: nothing with a closed one."""
    if house.closed is not None:
        return []
    return [
        Act(str(form.title), reverse(f"console:household-{code}", args=[house.household_id]))
        for code, form in _ACTS
    ]


def groups(
    plan: Plan, form: RelationsForm, names: Mapping[int, str], before: Mapping[int, str], language: str
) -> list[Group]:
    """The households as they will be, with a select for everybody but the head."""
    result = []
    for one in plan.groups:
        lines = [
            Line(names[pk], people.relation(before[pk], language), form[f"relation_{pk}"])
            for pk in one.others
        ]
        if one.head_is_asked:
            head = people.relation(before[one.head_id], language)
            lines.insert(0, Line(names[one.head_id], head, None))
        result.append(Group(one.number, names[one.head_id], lines))
    return result
