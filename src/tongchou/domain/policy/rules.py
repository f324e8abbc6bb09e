"""The rules of one programme as data: checked when put together, compiled for a year when first asked."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.check import Checker
from tongchou.domain.policy.closures import Closure, Closures
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.overlaps import Overlap
from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.words import Citation, Text

Kind = Literal["open", "legacy", "private"]
#: Money of the year, or a service that is free: then there is no amount.
Benefit = Literal["money", "service"]
#: ``registry``: everybody is looked through and who is entitled is listed. ``application``: the registry does
#: not hold what decides, or nobody should be looked for; answered for a family that asks, never listed.
Finding = Literal["registry", "application"]
#: Years the engine answers for; the law of the programmes here begins in 2004.
FIRST, LAST = 1950, 2150
#: The condition every programme starts with: that it exists in the year.
IN_FORCE = "in_force"
_ORDER = {fact.name: place for place, fact in enumerate(schema.FACTS)}


@dataclass(frozen=True, slots=True)
class Statement:
    """What the applicant alone states on the application; never computed, stored or checked."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Claiming:
    """When a year is applied for: in words, where that stands, and the day from which anybody could."""

    text: Text
    citation: Citation
    opened: dt.date


@dataclass(frozen=True, slots=True)
class YearRules:
    """A programme compiled for one year. Outside its years only ``in_force`` is left, and it is false."""

    closures: Closures
    conditions: tuple[tuple[tree.Condition, Closure], ...]
    amount: Closure
    claim_by: Closure | None
    in_force: bool


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A checked programme.

    Parameters
    ----------
    code, title, kind
        ``open`` to everyone alike, ``legacy`` (kept by present law for births up to 2015) or ``private``
        (reveals grief, illness or a child's condition).
    conditions
        All must hold. Order is the order of explanations and of ``failing``.
    amount
        Fen for the year, asked only when all conditions hold.
    first_year
        First year the programme exists.
    claim_by
        The year on whose 31 December the claim for the evaluated year ends, or ``None`` when the rule sets no
        day. Such a year is claimed from its own 1 January on: what gives it for a person (being alive, being
        registered here) is known no sooner.
    claiming
        The same in words with its source; goes with ``claim_by`` and never without it.
    notes
        Sentences for where the amount comes from; the first one whose question is true is said.
    statement
        Makes the outcome *entitled, subject to the applicant's statement*.
    benefit, finding
        See :data:`Benefit` and :data:`Finding`. A private programme is never found by looking people through.
    summary
        For whom it is, in a sentence for everybody.
    neutral
        The name of a private programme in lists, messages and bank files (rights rule 3).
    since
        What to say of ``first_year`` when the programme is older than the amounts known here.
    plausible
        The least and the most people entitled among a thousand; a run that leaves the band stops and asks.
    overlaps
        The groups it stands in of which one is paid; they change no answer, which tells them.

    Raises
    ------
    LoadError
        Anything :mod:`~tongchou.domain.policy.check` refuses; no conditions or citations; a parameter without
        exactly one value in each year from ``first_year`` on.
    """

    code: str
    title: Text
    kind: Kind
    conditions: tuple[tree.Condition, ...]
    amount: tree.Expr
    first_year: int
    citations: tuple[Citation, ...]
    version: str
    parameters: Mapping[str, Parameter]
    claim_by: tree.Expr | None = None
    claiming: Claiming | None = None
    notes: tuple[tree.Note, ...] = ()
    statement: Statement | None = None
    benefit: Benefit = "money"
    finding: Finding = "registry"
    summary: Text | None = None
    neutral: Text | None = None
    since: Text | None = None
    plausible: tuple[int, int] = (0, 1000)
    overlaps: tuple[Overlap, ...] = ()
    facts: tuple[str, ...] = field(init=False)
    plans: dict[object, object] = field(init=False, repr=False, compare=False, default_factory=dict)
    about: dict[object, object] = field(init=False, repr=False, compare=False, default_factory=dict)
    _years: dict[int, YearRules] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        checker = Checker(self.code, self.parameters)
        if not self.conditions or not self.citations:
            raise checker.refuse("a programme needs conditions and citations")
        if not self.title.zh or not self.title.en:
            raise checker.refuse("a programme needs a Chinese and an English title")
        if self.kind == "private" and (self.neutral is None or self.finding != "application"):
            raise checker.refuse("a private programme needs a neutral name and is found by application alone")
        least, most = self.plausible
        if not 0 <= least <= most <= 1000:
            raise checker.refuse(
                f"plausible band {self.plausible}: two numbers of a thousand, the lesser first"
            )
        for condition in self.every_condition():
            checker.expect(condition, "bool")
        checker.path.append("amount")
        checker.expect(self.amount, "int")
        for note in self.notes:
            checker.note(note)
        checker.path[:] = ["claim_by"]
        if self.claim_by is not None:
            checker.expect(self.claim_by, "int")
        if (self.claim_by is None) is not (self.claiming is None):
            raise checker.refuse("a last day to claim and its words (claiming) go together")
        checker.path.clear()
        self._check_parameters(checker)
        parts = [*self.conditions, self.amount, *([self.claim_by] if self.claim_by else [])]
        used = frozenset[str]().union(*(tree.facts_of(part) for part in parts))
        object.__setattr__(self, "facts", tuple(sorted(used, key=_ORDER.__getitem__)))

    def _check_parameters(self, checker: Checker) -> None:
        if not FIRST <= self.first_year <= LAST:
            raise checker.refuse(f"first year {self.first_year}")
        for parameter in self.parameters.values():
            # Between these years nothing changes.
            turns = {self.first_year, LAST, *(y for dated in parameter.values for y in dated.turns())}
            for year in sorted(y for y in turns if self.first_year <= y <= LAST):
                try:
                    parameter.in_year(year)
                except LoadError as error:
                    raise LoadError(f"{self.code}: {error.reason}", error.place) from error

    def title_in(self, language: str) -> str:
        """The title in ``"zh"`` or ``"en"``."""
        return self.title.of(language)

    def listed_title(self, language: str) -> str:
        """The title where others may see it: neutral for a private programme."""
        return (self.neutral or self.title).of(language)

    def assumed(self, year: int) -> tuple[Parameter, ...]:
        """The parameters whose value in the year is a default that no law of the area has set."""
        if year < self.first_year:
            return ()
        return tuple(p for p in self.parameters.values() if p.in_year(year).assumed)

    def every_condition(self) -> tuple[tree.Condition, ...]:
        """The conditions in order, ``in_force`` first."""
        in_force = tree.Condition(
            IN_FORCE,
            Text("制度已经实施", "The programme is in force"),
            tree.Compare(tree.Year(), "≥", tree.Const(self.first_year)),
            citation=self.citations[0],
            detail=self.since or Text("自{first_year}年起实施", "in force since {first_year}"),
            shows=(("first_year", tree.Const(self.first_year)),),
        )
        return (in_force, *self.conditions)

    def at(self, year: int) -> YearRules:
        """The programme compiled for a year; kept for the next question."""
        ready = self._years.get(year)
        if ready is None:
            ready = self._years[year] = self._compile(year)
        return ready

    def _compile(self, year: int) -> YearRules:
        if not FIRST <= year <= LAST:
            raise ValueError(f"year {year} is outside {FIRST} to {LAST}")
        in_force = year >= self.first_year
        values = {name: p.in_year(year).value for name, p in self.parameters.items()} if in_force else {}
        closures = Closures(year, values)
        chosen = self.every_condition() if in_force else self.every_condition()[:1]
        return YearRules(
            closures=closures,
            conditions=tuple((condition, closures.compile(condition)) for condition in chosen),
            amount=closures.compile(self.amount if in_force else tree.Const(0)),
            claim_by=closures.compile(self.claim_by) if self.claim_by is not None and in_force else None,
            in_force=in_force,
        )

    def canonical(self) -> str:
        """All of the rules as text: equal text, equal rules."""
        parts = (
            schema.SCHEMA_VERSION,
            self.code,
            self.version,
            self.kind,
            self.title,
            self.every_condition(),
            self.amount,
            self.claim_by,
            self.claiming,
            self.notes,
            self.statement,
            self.citations,
            (self.benefit, self.finding, self.neutral, self.since, self.plausible),
            sorted(self.parameters.items()),
            *self.overlaps,
        )
        return repr(parts)


def digest(programmes: list[Rules]) -> str:
    """SHA-256 over all rules and parameters, whatever their order."""
    texts = sorted(programme.canonical() for programme in programmes)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def first_full_year(parameters: Mapping[str, Parameter], not_before: int) -> int:
    """The first year from which on every parameter has a value.

    Raises
    ------
    LoadError
        When a parameter has none at all.
    """
    years = [not_before]
    for parameter in parameters.values():
        if not parameter.values:
            raise LoadError(f"parameter {parameter.name} has not been set", parameter.place)
        start = parameter.values[0].start
        years.append(start.year if (start.month, start.day) == (1, 1) else start.year + 1)
    return max(years)


def first_day(rules: Rules, year: int) -> dt.date | None:
    """The first day on which a year can be claimed; ``None`` where the programme sets no days."""
    if rules.claiming is None:
        return None
    return max(dt.date(year, 1, 1), rules.claiming.opened)


def last_day(year: int | None) -> dt.date | None:
    """31 December of a year."""
    return None if year is None else dt.date(year, 12, 31)
