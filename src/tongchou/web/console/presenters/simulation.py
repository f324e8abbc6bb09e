"""A simulation as its page and its workbook show it: now, then, who gains, who loses, what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.core.scope import Scope
from tongchou.domain import small_cells
from tongchou.domain.policy.dated import LEVELS
from tongchou.domain.policy.words import number
from tongchou.policies import reforms
from tongchou.web.console import formatters
from tongchou.web.console.presenters.beside_others import most_it_can_be
from tongchou.web.console.presenters.money import plain_yuan
from tongchou.web.console.table_workbook import Cell

ALL = "all"
NOW, THEN, GAIN, LOSE, OPEN_NOW, OPEN_THEN = (
    "entitled_now", "entitled_then", "gain", "lose", "open_now", "open_then",
)  # fmt: skip
#: Bars of age groups are worth drawing from this many on.
_DRAWN_FROM = 3
_LEVELS = {
    "national": pgettext_lazy("who sets law", "the State"),
    "province": pgettext_lazy("who sets law", "the province"),
    "prefecture": pgettext_lazy("who sets law", "the prefecture"),
    "county": pgettext_lazy("who sets law", "the county"),
}
_TITLES = {
    GAIN: gettext_lazy("Who gains, by age and sex"),
    LOSE: gettext_lazy("Who loses, by age and sex"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """People and fen, both None when they stay closed."""

    people: int | None
    fen: int | None

    @property
    def closed(self) -> bool:
        return self.people is None

    @property
    def yuan(self) -> str:
        """The amount without its unit, which stands in the head of the table."""
        return plain_yuan(self.fen)

    @property
    def cells(self) -> tuple[Cell, Cell]:
        """Both as a workbook has them."""
        if self.people is None or self.fen is None:
            return "*", "*"
        return self.people, self.fen / 100


@dataclass(frozen=True, slots=True)
class Line:
    """A unit, or all of them."""

    label: str
    named: bool  # the label is an area's name
    now: Figure
    then: Figure
    difference: int | None  # fen
    gain: Figure
    lose: Figure
    open: Figure

    @property
    def more(self) -> str:
        """The difference with its sign."""
        return signed(self.difference)

    @property
    def drawn(self) -> tuple[str, str]:
        """Yuan now and then for the bars, "" where closed."""
        return tuple("" if one.fen is None else f"{one.fen / 100:.2f}" for one in (self.now, self.then))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Part:
    """An area below a unit: who gains and who loses there."""

    label: str
    named: bool
    depth: int  # steps below the unit
    gain: Figure
    lose: Figure


@dataclass(frozen=True, slots=True)
class Below:
    """A unit with the areas below it."""

    label: str
    gain: Figure
    lose: Figure
    parts: tuple[Part, ...]

    @property
    def shown(self) -> tuple[Part, ...]:
        """Those on the page, one step below; a workbook has all."""
        return tuple(one for one in self.parts if one.depth == 1)


@dataclass(frozen=True, slots=True)
class AgeLine:
    """An age group, or all ages: men, women, sex unknown, together."""

    label: str
    men: Figure
    women: Figure
    unknown: Figure
    total: Figure
    drawn: bool

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.men, self.women, self.unknown, self.total


@dataclass(frozen=True, slots=True)
class Ages:
    """Who gains, or who loses."""

    title: str
    lines: tuple[AgeLine, ...]
    total: AgeLine
    unknown: bool  # the sex of somebody is not known

    @property
    def charted(self) -> bool:
        return sum(line.drawn for line in self.lines) >= _DRAWN_FROM


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the result shows."""

    title: str
    year: int
    as_of: str
    policy: str
    snapshot: str
    changes: tuple[str, ...]
    setters: str
    beyond: bool  # the reader's level could not set it
    lines: tuple[Line, ...]
    total: Line
    below: tuple[Below, ...]
    losers: bool
    open: bool
    band: str
    ages: tuple[Ages, ...]
    any_closed: bool
    fewest: int
    beside: tuple[str, ...] = ()  # where one of several programmes is paid

    @property
    def deeper(self) -> bool:
        """Something lies further down than the page shows."""
        return any(part.depth > 1 for one in self.below for part in one.parts)

    @property
    def bars(self) -> bool:
        """Bars of now and what comes on top: only where nobody's money shrinks."""
        return not self.losers and len(self.lines) > 1


def present(
    found: entitlements.Simulation, changes: tuple[reforms.Change, ...], *, scope: Scope, language: str
) -> Page:
    """The page of a simulation for the reader of a scope."""
    names = {unit.area_id: unit.name for unit in found.units} | {places.REST: _("In no unit below")}
    total = _line(found, ALL, _("Total"), named=False)
    ages = tuple(_ages(found, figure) for figure in (GAIN, LOSE) if _any(found.shown(figure)))
    return Page(
        title=found.now.title_in(language),
        year=found.year,
        as_of=formatters.day(found.as_of),
        policy=found.policies_sha256[:12],
        snapshot=found.snapshot_sha256[:12],
        changes=tuple(_changes(found, changes, language)),
        setters=_setters(found),
        beyond=_level(scope) not in found.setters,
        lines=tuple(_line(found, unit, names[unit], named=unit != places.REST) for unit in found.lines),
        total=total,
        below=tuple(_below(found, unit, names[unit]) for unit in found.lines if found.below(unit)),
        losers=_any(found.shown(LOSE)),
        open=_any(found.shown(OPEN_NOW)) or _any(found.shown(OPEN_THEN)),
        band=_band(found),
        ages=ages,
        any_closed=bool(found.closed),
        fewest=small_cells.FEWEST,
        beside=most_it_can_be((found.now,), year=found.year, language=language),
    )


def _any(cell: entitlements.Sum | None) -> bool:
    """Whether there is somebody, told or not."""
    return cell is None or cell.people > 0


def _figure(cell: entitlements.Sum | None) -> Figure:
    return Figure(cell.people, cell.fen) if cell else Figure(None, None)


def _line(found: entitlements.Simulation, unit: int | str, label: str, *, named: bool) -> Line:
    figures = {name: _figure(found.shown(name, unit)) for name in (NOW, THEN, GAIN, LOSE, OPEN_THEN)}
    return Line(
        label,
        named,
        figures[NOW],
        figures[THEN],
        found.difference(unit),
        figures[GAIN],
        figures[LOSE],
        figures[OPEN_THEN],
    )


def _below(found: entitlements.Simulation, unit: int, label: str) -> Below:
    parts = (
        Part(one.name or _("In no unit below"), not one.rest, depth, *_gain_and_loss(found, one.number))
        for depth, one in found.walk(unit)
    )
    return Below(label, *_gain_and_loss(found, unit), tuple(parts))


def _gain_and_loss(found: entitlements.Simulation, number: int) -> tuple[Figure, Figure]:
    return _figure(found.shown(GAIN, number)), _figure(found.shown(LOSE, number))


def _ages(found: entitlements.Simulation, figure: str) -> Ages:
    def line(group: int | str | None, label: str) -> AgeLine:
        told = (_figure(found.by_age(figure, group, sex)) for sex in (1, 2, None, ALL))
        return AgeLine(label, *told, drawn=isinstance(group, int))

    lines = tuple(line(group, _age(group)) for group in found.groups)
    lines = tuple(one for one in lines if one.total.people != 0)
    total = line(ALL, _("Total"))
    return Ages(str(_TITLES[figure]), lines, total, unknown=total.unknown.people != 0)


def _age(first: int | None) -> str:
    if first is None:
        return _("Age unknown")
    return _("%(age)s+") % {"age": first} if first == 85 else f"{first}–{first + 4}"


def _changes(
    found: entitlements.Simulation, changes: tuple[reforms.Change, ...], language: str
) -> Iterator[str]:
    """Each changed parameter, those that follow too: from what to what."""
    for change in changes:
        leader = found.now.parameters[change.parameter]
        for parameter in (leader, *reforms.followers(found.now, leader)):
            now, then = (
                number(law.parameters[parameter.name].in_year(found.year).value, language, parameter.unit)
                for law in (found.now, found.then)
            )
            yield _("%(parameter)s: %(now)s → %(then)s, from %(year)s") % {
                "parameter": formatters.capital(parameter.label.of(language)),
                "now": now,
                "then": then,
                "year": change.year,
            }


def _setters(found: entitlements.Simulation) -> str:
    """Who could set what is simulated, in a sentence."""
    if not found.setters:
        return _("No single level could set all of this; several would have to act together.")
    if found.setters == ("national",):
        return _("Only the State could set this; no level below it may.")
    *others, last = (str(_LEVELS[level]) for level in found.setters)
    comma, otherwise = pgettext("between names", ", "), pgettext("between the last two names", " or ")
    levels = otherwise.join([comma.join(others), last]) if others else last
    return _("This could be set by %(levels)s, within the limits of the law.") % {"levels": levels}


def _level(scope: Scope) -> str:
    """The widest level of a reader's areas, as the law names levels; "" below the county."""
    held = {area.level for area in places.tops(scope)}
    return next((level for level in LEVELS if level in held), "")


def _band(found: entitlements.Simulation) -> str:
    """What the money would be if everybody who needs information were entitled; "" when nobody is open."""
    now, then, open_now, open_then = (found.shown(name) for name in (NOW, THEN, OPEN_NOW, OPEN_THEN))
    if not (_any(open_now) or _any(open_then)):
        return ""
    if now is None or then is None or open_now is None or open_then is None:
        return _("Some answers lack a fact; how much that could change is not shown.")
    most_now, most_then = now.fen + open_now.fen, then.fen + open_then.fen
    return _(
        "%(people)s still lack a fact. With none of them entitled the difference is %(least)s, with all of "
        "them %(most)s: then %(then)s instead of %(now)s."
    ) % {
        "people": people(open_then.people),
        "least": _yuan(then.fen - now.fen),
        "most": _yuan(most_then - most_now),
        "then": formatters.yuan(most_then),
        "now": formatters.yuan(most_now),
    }


def _yuan(fen: int) -> str:
    return ("−" if fen < 0 else "") + formatters.yuan(abs(fen))


def people(count: int) -> str:
    """A number of people with its word."""
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": formatters.number(count)}


def signed(fen: int | None) -> str:
    """A difference with its sign; "" when it stays closed.

    Examples
    --------
    >>> signed(120000), signed(-5), signed(0), signed(None)
    ('+1,200', '−0.05', '0', '')
    """
    if fen is None:
        return ""
    sign = "+" if fen > 0 else "−" if fen < 0 else ""
    return sign + plain_yuan(abs(fen))
