"""What governments owe their own work: money, staff and pay, and by how much each unit falls short (D6).

All amounts are whole fen and compared as integers. A test whose facts are missing has no answer and is told
as such: it is neither passed nor failed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tongchou.domain.accountability.definitions import Catalogue, Use
from tongchou.domain.accountability.problems import Problem, none_of
from tongchou.domain.lateness import Punctuality, punctuality, together
from tongchou.domain.policy.words import Text


class Guarantee(StrEnum):
    """What is guaranteed."""

    BUDGET_RISES = "budget_rises"
    BUDGET_FASTER = "budget_faster"
    GRASSROOTS = "grassroots"
    ARRIVED = "arrived"
    USED = "used"
    VILLAGE_STAFF = "village_staff"
    TOWNSHIP_TEAM = "township_team"
    EXTRA_WORKER = "extra_worker"
    PERFORMANCE_PAY = "performance_pay"
    REWARD_FUND = "reward_fund"


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers of the guarantees; every one a parameter with its source.

    ``bands`` are (most residents, inclusive, workers), in order; the last band has no upper end (None).
    ``extra_towns`` is how many towns get one extra worker.
    """

    bands: tuple[tuple[int | None, int], ...]
    team: int
    grassroots: Fraction
    performance: Fraction
    extra_towns: int
    source: Text

    def __post_init__(self) -> None:
        """Bands rise, and the last alone is open.

        Raises
        ------
        AccountabilityError
            Naming what does not hold.
        """
        ends = [most for most, _workers in self.bands]
        closed = [most for most in ends[:-1] if most is not None]
        wrong = not ends or ends[-1] is not None or len(closed) != len(ends) - 1
        if wrong or closed != sorted(set(closed)) or any(workers < 1 for _most, workers in self.bands):
            text = Text(
                "人口分档应从小到大，最后一档不封顶。", "bands rise, and the last one has no upper end."
            )
            none_of([Problem("guarantees", "bands", text)])

    def workers(self, residents: int) -> int:
        """Workers a village of so many people needs.

        Raises
        ------
        ValueError
            For a negative number.
        """
        if residents < 0:
            raise ValueError(f"residents: {residents}")
        return next(workers for most, workers in self.bands if most is None or residents <= most)


@dataclass(frozen=True, slots=True)
class Finding:
    """One guarantee of one unit: what it needs, what it has, and what is missing, in ``measure``.

    ``needed`` is None where it cannot be said. ``missing`` is 0 when the guarantee is kept. ``late`` is money
    that is there but came after its day: it is no part of ``have``, for nothing makes it come in time.
    """

    unit: str
    guarantee: Guarantee
    measure: str
    needed: int | None
    have: int | None
    detail: str = ""
    late: int = 0

    @property
    def missing(self) -> int | None:
        if self.needed is None or self.have is None:
            return None
        return max(0, self.needed - self.have)

    @property
    def kept(self) -> bool | None:
        """None when it cannot be said."""
        return None if self.missing is None else self.missing == 0


@dataclass(frozen=True, slots=True)
class BudgetYear:
    """What a unit returns for one year, in fen; None is not returned."""

    budget: int | None
    revenue: int | None
    grassroots: int | None = None
    reward_fund: int | None = None


def budget(unit: str, before: BudgetYear, now: BudgetYear, rules: Rules) -> tuple[Finding, ...]:
    """The tests of a year's budget against the year before: it rises; it rises faster than fiscal revenue;
    enough goes to the grassroots; there is a fund for results and honest self-correction.

    The two rises are two tests: with falling revenue a budget may fall less fast and pass the second alone.
    The second needs an amount of both years above 0; of a budget that was 0 neither rise has a speed.

    Examples
    --------
    >>> rules = Rules(((None, 1),), 10, Fraction(4, 5), Fraction(3, 5), 0, Text("", ""))
    >>> found = budget("a", BudgetYear(1000, 5000), BudgetYear(1050, 5500, 840, 1), rules)
    >>> [(one.guarantee.value, one.missing) for one in found]
    [('budget_rises', 0), ('budget_faster', 51), ('grassroots', 0), ('reward_fund', 0)]
    """
    rises = None if before.budget is None else before.budget + 1
    faster = None
    if before.budget and before.revenue and before.revenue > 0 and now.revenue is not None:
        # b₁/b₀ > r₁/r₀ is b₁ r₀ > r₁ b₀: the least whole fen above the quotient.
        faster = before.budget * now.revenue // before.revenue + 1
    grassroots = None if now.budget is None else _up(rules.grassroots * now.budget)
    return (
        Finding(unit, Guarantee.BUDGET_RISES, "fen", rises, now.budget),
        Finding(unit, Guarantee.BUDGET_FASTER, "fen", faster, now.budget),
        Finding(unit, Guarantee.GRASSROOTS, "fen", grassroots, now.grassroots),
        Finding(unit, Guarantee.REWARD_FUND, "fen", 1, now.reward_fund),
    )


@dataclass(frozen=True, slots=True)
class Money:
    """An appropriation to a unit: level that gives, earmarked line (专项经费), fen, and its two days.

    ``arrivals`` and ``uses`` are (day, fen).
    """

    unit: str
    level: str
    line: str
    fen: int
    arrive_by: dt.date
    use_by: dt.date
    arrivals: Sequence[tuple[dt.date, int]]
    uses: Sequence[tuple[dt.date, int]]


def money(
    appropriations: Iterable[Money], on: dt.date
) -> dict[tuple[str, str, str], tuple[Finding, Finding]]:
    """By unit, level and line: what had to have arrived, and to be used, by a day, and what had in time.

    Money whose day has not come asks for nothing yet; what came late stays missing.
    """
    several: dict[tuple[str, str, str], list[Money]] = {}
    for one in appropriations:
        several.setdefault((one.unit, one.level, one.line), []).append(one)
    result = {}
    for key, group in sorted(several.items()):
        due = [one for one in group if one.arrive_by <= on]
        arrived = together(punctuality(one.fen, one.arrive_by, one.arrivals, on) for one in due)
        due_use = [one for one in group if one.use_by <= on]
        used = together(punctuality(one.fen, one.use_by, one.uses, on) for one in due_use)
        detail = f"{key[1]} · {key[2]}"
        result[key] = (
            Finding(key[0], Guarantee.ARRIVED, "fen", arrived.appropriated, *_told(arrived, detail)),
            Finding(key[0], Guarantee.USED, "fen", used.appropriated, *_told(used, detail)),
        )
    return result


@dataclass(frozen=True, slots=True)
class VillageStaff:
    """A village: people by the chosen base, workers at work; ``key`` is a key community (重点社区)."""

    village: str
    township: str
    residents: int | None
    workers: int | None
    key: bool = False


def village_staff(villages: Iterable[VillageStaff], rules: Rules) -> tuple[Finding, ...]:
    """Workers of each village by its people; a key community needs one more.

    The people are of the base the place has chosen (registered or resident); the same for all villages.
    """
    return tuple(
        Finding(
            one.village,
            Guarantee.EXTRA_WORKER if one.key else Guarantee.VILLAGE_STAFF,
            "workers",
            None if one.residents is None else rules.workers(one.residents) + one.key,
            one.workers,
        )
        for one in villages
    )


def township_teams(
    teams: Mapping[str, int | None], extra: Iterable[str], rules: Rules
) -> tuple[Finding, ...]:
    """Teams of townships; the named towns need one worker more.

    Parameters
    ----------
    teams
        By township, people at work; None is not returned.
    extra
        The towns with an extra worker.

    Raises
    ------
    AccountabilityError
        When the named towns are not as many as the rules say, or one is no township of the list.
    """
    named = sorted(set(extra))
    found = [
        Problem("guarantees", town, Text("名单里没有这个镇。", "is no township of the list."))
        for town in named
        if town not in teams
    ]
    if len(named) != rules.extra_towns:
        text = Text(
            f"增配人员的镇应为{rules.extra_towns}个，列了{len(named)}个。",
            f"{rules.extra_towns} towns get an extra worker, {len(named)} are named.",
        )
        found.append(Problem("guarantees", "extra", text))
    none_of(found)
    return tuple(
        Finding(
            town,
            Guarantee.EXTRA_WORKER if town in named else Guarantee.TOWNSHIP_TEAM,
            "workers",
            rules.team + (town in named),
            people,
        )
        for town, people in sorted(teams.items())
    )


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay of a village's cadres in a year, in fen, and the indicators its performance part follows."""

    village: str
    total: int | None
    performance: int | None
    indicators: tuple[str, ...]


def performance_pay(pays: Iterable[Pay], rules: Rules, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Whether enough of the pay of village cadres follows performance.

    Raises
    ------
    AccountabilityError
        When a formula follows nothing, or an indicator that is not scored: so no pay follows births,
        signatures or complaints, as no such indicator can be scored. When a part is more than the whole.
    """
    found: list[Problem] = []
    findings = []
    for one in pays:
        for code in one.indicators:
            indicator = catalogue.indicators.get(code)
            if indicator is None or Use.SCORED not in indicator.uses:
                text = Text(f"绩效不得依据{code}。", f"pay must not follow {code}: it is not scored.")
                found.append(Problem("guarantees", one.village, text))
        if one.performance and not one.indicators:
            text = Text("绩效没有写明依据的指标。", "the indicators the pay follows are missing.")
            found.append(Problem("guarantees", one.village, text))
        if one.total is not None and one.performance is not None and one.performance > one.total:
            text = Text("绩效大于全部报酬。", "the performance part is more than the pay.")
            found.append(Problem("guarantees", one.village, text))
        needed = None if one.total is None else _up(rules.performance * one.total)
        findings.append(Finding(one.village, Guarantee.PERFORMANCE_PAY, "fen", needed, one.performance))
    none_of(found)
    return tuple(findings)


def shortfalls(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """By unit, the guarantees that are not kept or cannot be said; units that keep all are absent."""
    result: dict[str, list[Finding]] = {}
    for one in findings:
        if one.kept is not True:
            result.setdefault(one.unit, []).append(one)
    order = list(Guarantee)
    return {
        unit: tuple(sorted(several, key=lambda one: (order.index(one.guarantee), one.detail)))
        for unit, several in sorted(result.items())
    }


def _up(value: Fraction) -> int:
    return -int(-value // 1)


def _told(one: Punctuality, detail: str) -> tuple[int, str, int]:
    """What was there by its day, of what money, and what came after it: ``Punctuality.late`` holds both that
    and what has not come.
    """
    return one.appropriated - one.late, detail, one.late - one.overdue
