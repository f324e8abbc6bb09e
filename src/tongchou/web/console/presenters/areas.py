"""Areas and their changes as the pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongchou.apps.places import api as places
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences as in_a_row
from tongchou.domain.succession import WHOLE
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, whole

Kind, Status = places.ChangeKind, places.ChangeStatus
#: New areas a split can make on the page; more is planned on the command line.
MOST_PARTS = 4
_CHIPS = {
    Status.PLANNED: ("clock", "warn"),
    Status.APPLIED: ("check", "good"),
    Status.WITHDRAWN: ("cross", ""),
    Status.UNDONE: ("turn", ""),
}
#: What follows areas, by table and column, as people call it.
_HOLDINGS = {
    ("core.Assignment", "area_id"): gettext_lazy("Roles of accounts"),
    ("core.Job", "area_id"): gettext_lazy("Jobs"),
    ("registry.Household", "area_id"): gettext_lazy("Households"),
    ("registry.Person", "registered_area_id"): gettext_lazy("People registered there"),
    ("registry.Person", "resident_area_id"): gettext_lazy("People living there"),
    ("intake.RegisterFile", "village_id"): gettext_lazy("Register files"),
}


@dataclass(frozen=True, slots=True)
class Child:
    pk: int
    code: str
    name: str
    level: str
    url: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A name and code, or a place in the tree, from a day until another."""

    text: str
    code: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class AreaPage:
    pk: int
    name: str
    code: str
    level: str
    path: str
    above: str
    ended: str
    successor: str
    names: list[Spell]
    stood: list[Spell]
    children: list[Child]
    former: list[Child]
    plans: list[tuple[str, str, str]]  # kind, address, label


def _child(one: places.Area) -> Child:
    address = reverse("console:area", args=[one.pk])
    return Child(one.pk, one.code, one.name, str(places.Level(one.level).label), address)


def area(here: places.Area, *, today: dt.date) -> AreaPage:
    """The page of an area. Six queries, however many lie below."""
    above = here.parent
    names = [_spell(held.name, held.code, held) for held in here.codes.order_by("valid_from")]
    stood = [
        _spell(held.parent.name, held.parent.code, held)
        for held in here.stood_under.select_related("parent").order_by("valid_from")
    ]
    below = list(places.Area.objects.filter(parent=here).order_by("scope_no"))
    former = [one for one in below if one.valid_to is not None]
    former += list(places.Area.objects.filter(succeeded_by=here).exclude(parent=here).order_by("scope_no"))
    present = [one for one in below if one.valid_to is None]
    return AreaPage(
        pk=here.pk,
        name=here.name,
        code=here.code,
        level=str(places.Level(here.level).label),
        path=places.path(here),
        above=reverse("console:area", args=[above.pk]) if above is not None else "",
        ended=formatters.day(here.valid_to) if here.valid_to else "",
        successor=here.succeeded_by.name if here.succeeded_by else "",
        names=names,
        stood=stood,
        children=[_child(one) for one in present],
        former=[_child(one) for one in former],
        plans=_plans(here, len(present)) if here.valid_to is None else [],
    )


def _spell(text: str, code: str, held: Any) -> Spell:
    until = formatters.day(held.valid_to) if held.valid_to else ""
    return Spell(text, code, formatters.day(held.valid_from), until)


def _plans(here: places.Area, children: int) -> list[tuple[str, str, str]]:
    """What can be planned from an area's page; moves and merges concern the areas right below it."""
    labels = {
        Kind.RENAME: _("Give it a new name or code"),
        Kind.SPLIT: _("Split it"),
        Kind.MERGE: _("Merge areas below it"),
        Kind.TRANSFER: _("Move areas below it elsewhere"),
    }
    possible = [Kind.RENAME]
    if here.level != places.Level.PROVINCE:
        possible.append(Kind.SPLIT)
    if children > 1:
        possible.append(Kind.MERGE)
    if children:
        possible.append(Kind.TRANSFER)
    return [(kind, reverse("console:area-plan", args=[here.pk, kind]), labels[kind]) for kind in possible]


@dataclass(slots=True)
class PlanForm:
    """What is typed about a change: kept as it was sent until it is right.

    ``here`` is the area renamed or split, or the one whose areas move or merge.
    """

    kind: str
    here: places.Area
    sent: QueryDict
    errors: dict[str, list[str]] = field(default_factory=dict)
    message: str = ""
    children: list[Child] = field(init=False)

    def __post_init__(self) -> None:
        below = places.children(self.here) if self.kind != Kind.RENAME else []
        self.children = [_child(one) for one in below]

    @property
    def title(self) -> str:
        titles = {
            Kind.RENAME: _("New name or code of %(name)s"),
            Kind.SPLIT: _("Split %(name)s"),
            Kind.MERGE: _("Merge areas of %(name)s"),
            Kind.TRANSFER: _("Move areas of %(name)s elsewhere"),
        }
        return titles[Kind(self.kind)] % {"name": self.here.name}

    def text(self, name: str) -> str:
        return self.sent.get(name, "").strip()

    def day(self) -> dt.date | None:
        """The day typed; a missing or wrong one is noted."""
        try:
            return dt.date.fromisoformat(self.text("effective_on"))
        except ValueError:
            self.errors.setdefault("effective_on", []).append(_("Choose the day the change takes effect."))
            return None

    @property
    def chosen(self) -> set[int]:
        return {one for one in map(whole, self.sent.getlist("area")) if one is not None}

    def plan(self, *, reach: Scope) -> places.Plan:
        """The plan as typed; the places app finds what is wrong with it.

        Raises
        ------
        Invalid
            When no area is chosen where some must be.
        """
        if self.kind == Kind.RENAME:
            return places.Plan(self.kind, self.here.pk, name=self.text("name"), code=self.text("code"))
        if self.kind == Kind.SPLIT:
            return self._split()
        below = [child.pk for child in self.children if child.pk in self.chosen]
        if not below:
            raise Invalid("console.bad_form", "", problems={"areas": [_("Choose the areas.")]})
        if self.kind == Kind.TRANSFER:
            target = places.area_by_code(self.text("target")) if self.text("target") else None
            within = target is not None and reach.covers(target.scope_no)
            return places.Plan(
                self.kind, below[0], others=tuple(below[1:]), target=target.pk if within else None
            )
        stays = self.text("stays")
        target = whole(stays)
        new = {} if target else {"name": self.text("name"), "code": self.text("code")}
        return places.Plan(self.kind, below[0], others=tuple(below[1:]), target=target, **new)

    def _split(self) -> places.Plan:
        parts = []
        for row in self.parts:
            if row["name"] or row["code"] or row["share"]:
                below = tuple(child.pk for child in self.children if self.text(f"to_{child.pk}") == row["no"])
                parts.append(places.Part(row["name"], row["code"], _millionths(row["share"]), below))
        return places.Plan(
            self.kind,
            self.here.pk,
            parts=tuple(parts),
            kept=_millionths(self.text("kept")) if self.text("kept") else 0,
        )

    @property
    def parts(self) -> list[dict[str, str]]:
        """The rows of new areas as typed."""
        return [
            {"no": str(no), **{name: self.text(f"{name}_{no}") for name in ("name", "code", "share")}}
            for no in range(1, MOST_PARTS + 1)
        ]

    @property
    def places_of_children(self) -> list[tuple[Child, str]]:
        """Each area below with the new area it goes to, as typed."""
        return [(child, self.text(f"to_{child.pk}")) for child in self.children]

    def refuse(self, error: Invalid) -> None:
        self.message = str(error.message)
        for name, texts in error.data.get("problems", {}).items():
            if name == "effective_on" and name in self.errors:
                continue  # it was not readable, so nothing about its order can be said
            self.errors.setdefault(name, []).extend(str(text) for text in texts)


def _millionths(text: str) -> int:
    """Percent as typed, in millionths; 0 for what is no number, which is then refused as no share.

    Examples
    --------
    >>> _millionths("60"), _millionths("33.5%"), _millionths("viel")
    (600000, 335000, 0)
    """
    try:
        return round(float(text.rstrip("%％ ")) * WHOLE / 100)
    except ValueError:
        return 0


@dataclass(frozen=True, slots=True)
class ChangeLine:
    url: str
    kind: str
    area: str
    effective_on: str
    document: str
    chip: Chip


def line(change: places.AreaChange) -> ChangeLine:
    """A change in a list."""
    return ChangeLine(
        reverse("console:area-change", args=[change.pk]),
        str(Kind(change.kind).label),
        change.area.name,
        formatters.day(change.effective_on),
        change.document,
        _chip(change),
    )


def _chip(change: places.AreaChange) -> Chip:
    icon, tone = _CHIPS[Status(change.status)]
    return Chip(str(Status(change.status).label), icon, tone)


@dataclass(frozen=True, slots=True)
class ChangePage:
    pk: int
    line: ChangeLine
    sentences: list[str]
    areas: list[tuple[str, int]]
    holdings: list[tuple[str, int]]
    people: list[tuple[str, str, dt.datetime]]  # what, who, when
    may_apply: bool
    own: bool
    early: bool
    may_withdraw: bool
    may_undo: bool
    hindrances: list[str]


def change(
    found: places.Preview, *, names: Mapping[int, str], reader: int, today: dt.date, hindrances: Iterable[Any]
) -> ChangePage:
    """The page of a change."""
    one = found.change
    planned, in_force = one.status == Status.PLANNED, one.status == Status.APPLIED
    own, early = one.planned_by == reader, one.effective_on > today
    told = [str(text) for text in hindrances] if in_force else []
    installation = _("the installation")

    def who(number: int | None) -> str:
        return installation if number is None else names.get(number, "")

    people = [(_("Planned"), who(one.planned_by), one.planned_at)]
    if one.decided_at:
        word = _("Withdrawn") if one.status == Status.WITHDRAWN else _("Put in force")
        people.append((word, who(one.decided_by), one.decided_at))
    if one.undone_at:
        people.append((_("Undone"), who(one.undone_by), one.undone_at))
    return ChangePage(
        pk=one.pk,
        line=line(one),
        sentences=sentences(one),
        areas=[(str(places.Level(level).label), number) for level, number in found.areas.items()],
        holdings=[
            (str(_HOLDINGS[key]), held.rows)
            for held in found.holdings
            if (key := (held.model, held.column)) in _HOLDINGS and held.rows
        ],
        people=people,
        may_apply=planned and not own and not early,
        own=planned and own,
        early=planned and early,
        may_withdraw=planned,
        may_undo=in_force and not told,
        hindrances=told,
    )


def sentences(one: places.AreaChange) -> list[str]:
    """What a change does, a sentence for each area."""
    plan = places.Plan.of(one.plan)
    named = {*plan.areas, *([plan.target] if plan.target else [])}
    named |= {child for part in plan.parts for child in part.children}
    before = places.names_on(named, one.effective_on - dt.timedelta(days=1))
    comma = pgettext("between names", ", ")
    if plan.kind == Kind.RENAME:
        words = {"old": before.get(plan.area, ""), "name": plan.name, "code": plan.code}
        found = [_("%(old)s is called %(name)s from then on.") % words] if plan.name else []
        return [*found, *([_("Its code becomes %(code)s.") % words] if plan.code else [])]
    several = comma.join(before.get(number, "") for number in plan.areas)
    if plan.kind == Kind.TRANSFER:
        words = {"areas": several, "target": before.get(plan.target or 0, "")}
        return [_("%(areas)s: from then on under %(target)s.") % words]
    if plan.kind == Kind.MERGE:
        into = before.get(plan.target, "") if plan.target else plan.name
        return [_("%(areas)s become one: %(into)s.") % {"areas": several, "into": into}]
    found = []
    for part in plan.parts:
        words = {"name": part.name, "code": part.code, "share": f"{part.share / 10_000:g}"}
        below = comma.join(before.get(child, "") for child in part.children)
        text = _("New: %(name)s (%(code)s), with %(share)s %% of the people.") % words
        goes = _("To it go: %(areas)s.") % {"areas": below} if below else ""
        found.append(in_a_row(text, goes))
    if plan.kept:
        words = {"name": before.get(plan.area, ""), "share": f"{plan.kept / 10_000:g}"}
        found.append(_("%(name)s goes on with %(share)s %% of the people.") % words)
    else:
        found.append(_("%(name)s ends.") % {"name": before.get(plan.area, "")})
    return found
