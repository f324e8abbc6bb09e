"""What follows for officials and units from their results: proposals with their reasons, never acts.

    three years running met and in the top third                  → priority for promotion
    composite below 80 % and certainly the last, two years running → no promotion
    proven falsification, withheld benefits or coercion            → veto of awards and promotion

The two years of the second rule fulfil both conditions each: of two readings the one that harms less. A last
rank that is not distinguishable is none. A year counts for an official who held the post in at least
``least_days`` of it. A person proposes nothing here and decides nothing: whoever is competent does, after the
official has been heard.

Subjects are officials and units alone. There is no kind of subject, and no effect, for a household, a person
served, a service or a village's funds, so no consequence can fall on them (rights rule 10).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from tongchou.domain.accountability.problems import Problem, none_of
from tongchou.domain.policy.words import Text

#: Composite below which two last years bar promotion (the papers' 80 %).
FLOOR: Final = Fraction(80, 100)
#: Days of a year for which a post must have been held for the year to count.
LEAST_DAYS: Final = 183


@dataclass(frozen=True, slots=True)
class OfficialSubject:
    """An official, by the code of the file (实绩档案)."""

    official: str


@dataclass(frozen=True, slots=True)
class UnitSubject:
    """An area's government or a department, by its code."""

    unit: str


Subject: TypeAlias = OfficialSubject | UnitSubject


class Effect(StrEnum):
    """The closed list of consequences. The first three are of officials, the others of units."""

    PRIORITY_PROMOTION = "priority_promotion"
    NO_PROMOTION = "no_promotion"
    PROMOTION_VETO = "promotion_veto"
    RED_FLAG = "red_flag"
    YELLOW_CARD = "yellow_card"
    AWARD_VETO = "award_veto"


OF_OFFICIALS: Final = frozenset({Effect.PRIORITY_PROMOTION, Effect.NO_PROMOTION, Effect.PROMOTION_VETO})


class VetoCause(StrEnum):
    """The only causes of a veto (一票否决)."""

    FALSIFICATION = "falsification"
    WITHHELD_BENEFITS = "withheld_benefits"
    COERCION = "coercion"


@dataclass(frozen=True, slots=True)
class Proof:
    """The decision that found it proven: its number, day and authority; ``final`` once no remedy is open."""

    number: str
    on: dt.date
    authority: str
    final: bool


@dataclass(frozen=True, slots=True)
class VetoFinding:
    """A proven case in a year: the unit, and the officials the decision names."""

    cause: VetoCause
    unit: str
    year: int
    officials: tuple[str, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Tenure:
    """An official on a post of a unit. ``until`` is the last day; None while it lasts."""

    official: str
    post: str
    unit: str
    since: dt.date
    until: dt.date | None = None

    def days(self, year: int) -> int:
        """How many days of a year it covers.

        Examples
        --------
        >>> Tenure("o", "p", "u", dt.date(2025, 7, 1)).days(2025)
        184
        """
        first = max(self.since, dt.date(year, 1, 1))
        last = dt.date(year, 12, 31) if self.until is None else min(self.until, dt.date(year, 12, 31))
        return max(0, (last - first).days + 1)


@dataclass(frozen=True, slots=True)
class YearResult:
    """A unit's settled year. ``met`` is None and ``rank`` 0 where not known; ``last`` needs certainty."""

    unit: str
    year: int
    met: bool | None
    composite: float | None
    rank: int
    ranked: int
    last: bool = False

    @property
    def top_third(self) -> bool:
        return self.rank > 0 and 3 * self.rank <= self.ranked


@dataclass(frozen=True, slots=True)
class Proposal:
    """An effect proposed for an official or a unit, with its reasons and what they rest on."""

    subject: Subject
    effect: Effect
    reasons: tuple[Text, ...]
    rests_on: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse every other subject, an effect of the other kind of subject, and an effect without reasons.

        Raises
        ------
        TypeError
            When the subject is neither an official nor a unit.
        ValueError
            When the effect is not of such a subject, or no reason is given.
        """
        if type(self.subject) not in (OfficialSubject, UnitSubject):
            raise TypeError("the subject of a consequence is an official or a unit")
        if isinstance(self.subject, OfficialSubject) != (self.effect in OF_OFFICIALS):
            raise ValueError(f"{self.effect} does not fall on such a subject")
        if not self.reasons or not self.rests_on:
            raise ValueError("a consequence needs its reasons and what they rest on")


def proposals(
    year: int,
    tenures: Iterable[Tenure],
    results: Iterable[YearResult],
    vetoes: Sequence[VetoFinding] = (),
    *,
    floor: Fraction = FLOOR,
    least_days: int = LEAST_DAYS,
) -> tuple[Proposal, ...]:
    """What the rules propose after a year is settled.

    Parameters
    ----------
    year
        The year settled last.
    tenures, results
        Of all years looked at; results are of settled years on restated data.
    vetoes
        Findings; of those of the year, only decided and final ones lead to a proposal.

    Returns
    -------
    tuple of Proposal
        By subject and effect. A veto takes the place of a priority for promotion.

    Raises
    ------
    AccountabilityError
        For a finding without number or authority of its proof, two results of one unit and year, and tenures
        that end before they begin.
    """
    held = list(tenures)
    _check(held, vetoes)
    by_year = _by_year(results)
    found: list[Proposal] = []
    vetoed: set[str] = set()
    for one in vetoes:
        if one.year == year and one.proof.final:
            found += _veto(one)
            vetoed.update(one.officials)
    for official in sorted({one.official for one in held}):
        own = [one for one in held if one.official == official]
        if official not in vetoed:
            found += _priority(official, own, by_year, year, least_days)
        found += _barred(official, own, by_year, year, floor, least_days)
    return tuple(sorted(found, key=lambda one: (repr(one.subject), one.effect, one.rests_on)))


def _priority(
    official: str,
    held: Sequence[Tenure],
    by_year: Mapping[tuple[str, int], YearResult],
    year: int,
    least_days: int,
) -> list[Proposal]:
    run = [_results_of(held, by_year, one, least_days) for one in (year - 2, year - 1, year)]
    if not all(several and all(one.met and one.top_third for one in several) for several in run):
        return []
    flat = [one for several in run for one in several]
    reasons = tuple(
        Text(
            f"{one.year}年完成目标，{one.ranked}个单位中排第{one.rank}位（前三分之一）。",
            f"{one.year}: targets met, rank {one.rank} of {one.ranked} (top third).",
        )
        for one in flat
    )
    subject = OfficialSubject(official)
    return [Proposal(subject, Effect.PRIORITY_PROMOTION, reasons, tuple(_cited(one) for one in flat))]


def _barred(
    official: str,
    held: Sequence[Tenure],
    by_year: Mapping[tuple[str, int], YearResult],
    year: int,
    floor: Fraction,
    least_days: int,
) -> list[Proposal]:
    run = [_results_of(held, by_year, one, least_days) for one in (year - 1, year)]

    def fails(one: YearResult) -> bool:
        return one.last and one.composite is not None and one.composite < float(floor)

    if not all(several and all(fails(one) for one in several) for several in run):
        return []
    flat = [one for several in run for one in several]
    reasons = tuple(
        Text(
            f"{one.year}年综合得分{one.composite:.1%}，低于{float(floor):.0%}，且确为末位。",
            f"{one.year}: composite {one.composite:.1%}, below {float(floor):.0%}, and certainly the last.",
        )
        for one in flat
    )
    subject = OfficialSubject(official)
    return [Proposal(subject, Effect.NO_PROMOTION, reasons, tuple(_cited(one) for one in flat))]


def _veto(one: VetoFinding) -> list[Proposal]:
    words = {
        VetoCause.FALSIFICATION: Text("弄虚作假", "falsification"),
        VetoCause.WITHHELD_BENEFITS: Text("克扣、拖欠群众待遇", "withheld benefits"),
        VetoCause.COERCION: Text("强迫命令", "coercion"),
    }
    cause, proof = words[one.cause], one.proof
    reason = Text(
        f"{one.year}年经{proof.authority}{proof.number}认定：{cause.zh}。",
        f"{one.year}: {cause.en}, found proven by {proof.authority}, {proof.number}.",
    )
    rests_on = (f"decision {proof.number}",)
    return [
        Proposal(UnitSubject(one.unit), Effect.AWARD_VETO, (reason,), rests_on),
        *(
            Proposal(OfficialSubject(official), Effect.PROMOTION_VETO, (reason,), rests_on)
            for official in one.officials
        ),
    ]


def _results_of(
    held: Sequence[Tenure], by_year: Mapping[tuple[str, int], YearResult], year: int, least_days: int
) -> list[YearResult]:
    """Results of the units an official answered for in a year; none when a unit's is not there."""
    days: dict[str, int] = {}
    for one in held:
        days[one.unit] = days.get(one.unit, 0) + one.days(year)
    most = 366 if calendar.isleap(year) else 365
    units = sorted(unit for unit, number in days.items() if min(number, most) >= least_days)
    found = [by_year[unit, year] for unit in units if (unit, year) in by_year]
    return found if len(found) == len(units) else []


def _by_year(results: Iterable[YearResult]) -> dict[tuple[str, int], YearResult]:
    found: dict[tuple[str, int], YearResult] = {}
    wrong = []
    for one in results:
        if (one.unit, one.year) in found:
            text = Text(f"{one.year}年有两份结果。", f"two results of {one.year}.")
            wrong.append(Problem("results", one.unit, text))
        found[one.unit, one.year] = one
    none_of(wrong)
    return found


def _check(tenures: Sequence[Tenure], vetoes: Sequence[VetoFinding]) -> None:
    wrong = [
        Problem("tenures", one.official, Text("结束早于开始。", "it ends before it begins."))
        for one in tenures
        if one.until is not None and one.until < one.since
    ]
    wrong += [
        Problem("vetoes", one.unit, Text("没有认定文书的文号或机关。", "number or authority is missing."))
        for one in vetoes
        if not one.proof.number.strip() or not one.proof.authority.strip()
    ]
    none_of(wrong)


def _cited(one: YearResult) -> str:
    return f"settlement {one.unit} {one.year}"
