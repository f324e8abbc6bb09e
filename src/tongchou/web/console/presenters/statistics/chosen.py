"""What a page of statistics is of: areas, basis, tree of areas, from the address and the reader's reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.places import api as places
from tongchou.apps.statistics import api as statistics
from tongchou.core.scope import Scope
from tongchou.domain.divisions import Level
from tongchou.domain.statistics.cube import Basis, MonthCube
from tongchou.domain.statistics.definition import Indicator, Topic
from tongchou.web.console import formatters
from tongchou.web.console.area_picker import Picker
from tongchou.web.console.parts import Option, whole
from tongchou.web.console.presenters.statistics import words
from tongchou.web.console.presenters.statistics.words import sentences
from tongchou.web.console.presenters.work import area_filter

PERMISSION: Final = "population.view"
#: What a village sees of itself: how many people of which ages. The rest would tell of families.
_OF_VILLAGES: Final = frozenset({Topic.POPULATION, Topic.STRUCTURE})
_UNITS_BELOW: Final[Mapping[str, Level]] = {"village": "village", "township": "village", "county": "township"}
#: Units drawn or compared at once.
MOST_UNITS: Final = 400


@dataclass(frozen=True, slots=True)
class Tab:
    url: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader asked for, within what the reader may see.

    Attributes
    ----------
    scope
        The areas chosen, never more than the reader's own.
    villages
        Codes of their villages that are in the cubes, in the order of the tree.
    level
        The lowest level of which these are whole areas: figures are shown down to it.
    """

    scope: Scope
    picker: Picker
    built: statistics.Built
    trees: list[statistics.Built]
    basis: Basis
    villages: tuple[str, ...]
    level: Level
    name: str
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def group(self) -> statistics.Group:
        """The areas chosen as one."""
        return statistics.Group("chosen", self.name, "", self.villages)

    def cube(self) -> MonthCube:
        """The cube of the areas chosen, as one area."""
        return statistics.of_groups(self.built, self.basis, [self.group])

    def units(self) -> tuple[Level, list[statistics.Group]]:
        """The areas below: counties of several, townships of a county, villages of a township."""
        counties = statistics.groups(self.built, "county", villages=self.villages)
        if len(counties) > 1:
            return "county", counties
        townships = statistics.groups(self.built, "township", villages=self.villages)
        if len(townships) > 1:
            return "township", townships
        return "village", statistics.groups(self.built, "village", villages=self.villages)

    def townships(self) -> tuple[Level, list[statistics.Group]]:
        """Townships of all areas chosen; of a single one its villages."""
        found = statistics.groups(self.built, "township", villages=self.villages)
        if len(found) > 1:
            return "township", found
        return "village", statistics.groups(self.built, "village", villages=self.villages)

    def shows(self, one: Indicator, level: Level | None = None) -> bool:
        """Whether an indicator may be shown for areas of a level, that of the areas chosen when left out."""
        return shown_for(one, level or self.level)

    @property
    def bases(self) -> list[Option]:
        return [Option(one, str(words.BASES[one])) for one in Basis]

    @property
    def boundaries(self) -> list[Option]:
        """The trees of areas there are, when there is a choice."""
        found = [
            Option(str(one.pk), _("Areas as of %(day)s") % {"day": formatters.day(one.boundaries)})
            for one in self.trees
        ]
        return found if len(found) > 1 else []

    def about(self) -> list[tuple[str, str]]:
        """What a workbook says above its table, and what is not in it."""
        left_out = sentences(self.cube().left_out) if self.villages else []
        return [
            (_("Area"), self.name),
            (_("Whose population"), str(words.BASES[self.basis])),
            (_("Facts as of"), formatters.day(self.built.as_of)),
            (_("Areas as of"), formatters.day(self.built.boundaries)),
            (_("Source"), _("Counts of the snapshot, %(sum)s") % {"sum": self.built.sha256[:12]}),
            (_("What is not in these figures"), _("; ").join(left_out) or _("Nothing was left out.")),
        ]

    def address(self, page: str, **more: str) -> str:
        """The address of a page of the same areas; empty values are left out."""
        asked = {key: text for key, text in (*self.query.items(), *more.items()) if text}
        return reverse(f"console:{page}") + (f"?{urlencode(asked)}" if asked else "")

    def tabs(self, here: str) -> list[Tab]:
        """The pages of the same areas."""
        pages = (
            ("statistics", _("Overview")),
            ("statistics-pyramid", _("Pyramid")),
            ("statistics-trends", _("Trends")),
            ("statistics-map", _("Map")),
            ("statistics-lexis", _("Generations")),
            ("statistics-births", _("Births")),
            ("statistics-people", _("Make-up")),
            ("statistics-quality", _("Quality of the records")),
        )
        return [Tab(self.address(page), label, page == here) for page, label in pages]


@dataclass(frozen=True, slots=True)
class Nothing:
    """There are no cubes of all areas asked for; ``parts`` are counties of which there are."""

    parts: list[places.Area]


def shown_for(one: Indicator, level: Level) -> bool:
    """Whether an indicator may be shown for areas of a level.

    Examples
    --------
    >>> from tongchou.domain.statistics.indicators import INDICATORS
    >>> [code for code in ("population", "cbr", "tfr") if shown_for(INDICATORS[code], "village")]
    ['population']
    >>> [code for code in ("cbr", "tfr", "srb") if shown_for(INDICATORS[code], "township")]
    ['cbr', 'tfr']
    """
    if level == "village" and one.topic not in _OF_VILLAGES and one.code != "unknown_share":
        return False
    return any(one.allows(step, level) for step in one.steps)


def read(query: Mapping[str, str], *, scope: Scope, unit: str) -> Chosen | Nothing:
    """What an address asks for; whatever is unknown or out of reach is ignored.

    Parameters
    ----------
    scope
        Where the reader may see counts.
    unit
        What the reader's own areas are called together.
    """
    picker = area_filter(query.get("area", ""), scope=scope, permission=PERMISSION)
    narrowed = scope.meets(Scope.of_area(picker.area)) if picker.area else scope
    trees = statistics.trees(scope=narrowed)
    if not trees:
        return Nothing([] if picker.area else _parts(scope))
    asked = whole(query.get("boundaries", ""))
    built = next((one for one in trees if one.pk == asked), trees[0])
    basis = Basis(query["basis"]) if query.get("basis") in list(Basis) else Basis.REGISTERED
    villages = statistics.villages_in(built, narrowed)
    kept = {
        "area": picker.value,
        "basis": basis if basis is not Basis.REGISTERED else "",
        "boundaries": str(built.pk) if built is not trees[0] else "",
    }
    return Chosen(
        scope=narrowed,
        picker=picker,
        built=built,
        trees=trees,
        basis=basis,
        villages=villages,
        level=statistics.lowest_whole(built, villages),
        name=picker.area.name if picker.area else unit,
        query=kept,
    )


def _parts(scope: Scope) -> list[places.Area]:
    counties = [county for top in places.tops(scope) for county in places.below(top, places.Level.COUNTY)]
    return [one for one in counties if statistics.latest(scope=Scope.of_area(one)) is not None]
