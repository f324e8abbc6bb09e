"""People and households as pages show them: masked, and without anything sensitive."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain.codes import RELATION, SEX
from tongchou.web.console import formatters

#: The head's own relation code; the head names the household.
_COUPLE = "couple"


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of the search results."""

    name: str
    url: str
    sex: str
    birth: str
    id_masked: str
    village: str
    deceased: bool


@dataclass(frozen=True, slots=True)
class Recent:
    """A household opened lately, named by its head."""

    name: str
    url: str
    village: str
    opened: str


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the members' table."""

    person_id: int
    name: str
    relation: str
    sex_and_age: str
    birth: str
    id_masked: str
    phone_masked: str
    hukou: str
    lives: str
    lives_at: str
    deceased: bool
    unmask_url: str
    url: str


@dataclass(frozen=True, slots=True)
class Kin:
    """One tie: a couple, or the parents ``of`` a child."""

    of: str
    names: str


def hit(found: registry.PersonHit, *, scope: Scope, language: str) -> Hit:
    """A search hit; linked to its household when that lies in the reader's areas, else to the person."""
    within = found.household_id is not None and scope.covers(found.registered_scope)
    return Hit(
        name=found.name,
        url=reverse("console:household", args=[found.household_id])
        if within
        else reverse("console:person", args=[found.person_id]),
        sex=sex(found.sex, language),
        birth=formatters.day(found.birth),
        id_masked=found.id_masked or "—",
        village=found.place,
        deceased=found.deceased,
    )


def recent(opened: registry.Recent) -> Recent:
    """A household of the reader's own list."""
    address = reverse("console:household", args=[opened.household_id])
    return Recent(opened.head.name, address, opened.head.place, formatters.moment(opened.opened_at))


def member(found: registry.MemberView, *, today: dt.date, language: str, may_unmask: bool) -> Member:
    """One member of a household."""
    has_number = bool(found.id_masked or found.phone_masked)
    return Member(
        person_id=found.person_id,
        name=found.name,
        relation=relation(found.relation, language),
        sex_and_age=sex_and_age(found, today, language),
        birth=formatters.day(found.birth),
        id_masked=found.id_masked or "—",
        phone_masked=found.phone_masked or "—",
        hukou=hukou(found.hukou_kind),
        lives="" if found.lives_at and found.lives_away else lives(found.lives_away),
        lives_at=found.lives_at if found.lives_away else "",
        deceased=found.deceased,
        unmask_url=reverse("console:person-unmask", args=[found.person_id])
        if may_unmask and has_number
        else "",
        url=reverse("console:person", args=[found.person_id]),
    )


def about(found: registry.MemberView, *, today: dt.date, language: str) -> str:
    """Relation, sex and age in one phrase; a sex the relation has just said (女) is not said again."""
    comma = pgettext("between parts of a phrase", ", ")
    related, rest = relation(found.relation, language), sex_and_age(found, today, language)
    return comma.join([related, rest]) if related != sex(found.sex, language) else rest


def sex(code: int | None, language: str) -> str:
    return "—" if code is None else SEX.label(str(code), language)


def relation(code: str, language: str) -> str:
    return RELATION.label(code, language) if code else "—"


def sex_and_age(found: registry.MemberView, today: dt.date, language: str) -> str:
    """Sex and completed years; the age of the dead is not counted on."""
    years = None if found.deceased else formatters.age_on(found.birth, today)
    parts = [sex(found.sex, language)] if found.sex else []
    parts += [_("aged %(years)s") % {"years": years}] if years is not None else []
    return pgettext("between parts of a phrase", ", ").join(parts) or "—"


def hukou(kind: str) -> str:
    """The kind of hukou in words."""
    return {
        "agricultural": _("Agricultural"),
        "non_agricultural": _("Non-agricultural"),
        "unified": _("Unified (resident)"),
    }.get(kind, _("Not known"))


def lives(away: bool | None) -> str:
    """Where somebody lives, as far as the register says."""
    if away is None:
        return _("Not known")
    return _("Elsewhere") if away else _("In the village")


def kin(house: registry.HouseholdView) -> list[Kin]:
    """The ties inside a household: couples, then each child's parents; never how a child came."""
    names = {one.person_id: one.name for one in house.members}
    order = list(names)
    lines = []
    parents: dict[int, list[int]] = defaultdict(list)
    for tie in house.ties:
        if tie.kind == _COUPLE:
            pair = sorted((tie.one, tie.other), key=order.index)
            lines.append(Kin("", "、".join(names[one] for one in pair)))
        else:
            parents[tie.one].append(tie.other)
    for child in sorted(parents, key=order.index):
        listed = "、".join(names[one] for one in sorted(parents[child], key=order.index))
        lines.append(Kin(names[child], listed))
    return lines
