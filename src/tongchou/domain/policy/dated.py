"""Numbers of the law over time, and over what was known of them: effective dates and dates of knowledge.

A value holds from a day on. A law that was made later may change it for a time that has passed (a subsidy
raised backwards); ``known_from`` says since when such a value has been known, so that an old answer can be
worked out again under the law as it was known then (:meth:`Parameter.known_at`). Until that day the value is
no law: whoever is answered before is answered without it (:meth:`Parameter.told_on`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.words import Text, number

#: ``fen_per_month`` is an amount of a month; its value in a year is the sum of the twelve months.
UNITS: Final = ("fen", "fen_per_month", "year", "years", "months", "persons", "grade")
#: No value of a unit lies outside these, whoever sets it: money is never negative and at most ten million
#: yuan, nobody is older than 150, grades are those of certificates. A parameter may declare narrower ones.
WALLS: Final[Mapping[str, tuple[int, int]]] = {
    "fen": (0, 10_000_000_00),
    "fen_per_month": (0, 10_000_000_00),
    "year": (1900, 2150),
    "years": (0, 150),
    "months": (0, 1_200),
    "persons": (0, 1_000),
    "grade": (1, 10),
}
#: Who sets law, from the widest to the narrowest area.
Level = Literal["national", "province", "prefecture", "county"]
LEVELS: Final[tuple[Level, ...]] = ("national", "province", "prefecture", "county")
#: What a narrower level may do to a value: anything, only raise it, or only lower it.
How = Literal["set", "raise", "lower"]
HOW: Final[tuple[How, ...]] = ("set", "raise", "lower")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value from a day on (``until`` the last day, when it was ended without a successor).

    ``known_from`` is the day since which it has been known, ``None`` when that is its first day or earlier.
    ``assumed`` marks a default no law of the area has set; ``level`` says who set the value, ``place`` the
    file and line, which are no part of what the value is.
    """

    start: dt.date
    value: int
    reference: Text
    until: dt.date | None = None
    known_from: dt.date | None = None
    assumed: bool = False
    level: Level = "national"
    place: str = field(default="", repr=False, compare=False)

    @property
    def known(self) -> dt.date:
        """The first day on which the value was known, as far as the files say."""
        return self.known_from or self.start

    def told_on(self, day: dt.date) -> bool:
        """Whether it is part of the law as known on a day that is today or still to come.

        What says nothing of when it became known is known by standing in the file, also before its first day:
        so it is announced. Looking back, :attr:`known` says so instead.
        """
        return self.known_from is None or self.known_from <= day

    def turns(self) -> tuple[int, ...]:
        """The years that may have another value than the year before, on account of this one."""
        years = (self.start.year, self.start.year + 1)
        return years if self.until is None else (*years, self.until.year, self.until.year + 1)


@dataclass(frozen=True, slots=True)
class Local:
    """Which levels may set a value of their own, and within what limit the law gives them."""

    levels: tuple[Level, ...]
    how: How
    reference: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law that changes over time; ``values`` are in time order and never overlap.

    ``history`` is every value ever made known, in the order in which they became known; ``values`` is what
    of it holds. ``local`` is ``None`` where nobody below the State may set it. ``plausible`` are the least
    and the greatest value somebody may set, ``place`` is the file and line; neither changes what the rules
    say.
    """

    name: str
    label: Text
    unit: str
    values: tuple[DatedValue, ...]
    history: tuple[DatedValue, ...] = ()
    local: Local | None = None
    plausible: tuple[int, int] | None = field(default=None, repr=False, compare=False)
    place: str = field(default="", repr=False, compare=False)

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest value that can be meant."""
        return self.plausible or WALLS[self.unit]

    @property
    def year_unit(self) -> str:
        """The unit of :meth:`in_year`."""
        return "fen" if self.unit == "fen_per_month" else self.unit

    def on(self, day: dt.date) -> DatedValue | None:
        """The value in force on a day; ``None`` before the first and after an ended one."""
        found = None
        for dated in self.values:
            if dated.start <= day:
                found = dated
        if found is None or (found.until is not None and found.until < day):
            return None
        return found

    def in_year(self, year: int) -> DatedValue:
        """The value of a whole calendar year; of an amount by the month, the sum of the twelve months.

        Raises
        ------
        LoadError
            When the year has no value, or more than one: a yearly rule cannot choose between two.
        """
        if self.unit == "fen_per_month":
            return self._twelve_months(year)
        first, last = self.on(dt.date(year, 1, 1)), self.on(dt.date(year, 12, 31))
        if first is None or last is None:
            raise LoadError(f"parameter {self.name} has no value in {year}", self._gap(dt.date(year, 12, 31)))
        if first is not last:
            # What a narrower level set is what does not fit; of one level the later.
            culprit = max(first, last, key=lambda one: (LEVELS.index(one.level), one.start))
            raise LoadError(
                f"parameter {self.name} changes within {year}; a yearly rule needs one value", culprit.place
            )
        return first

    def _gap(self, day: dt.date) -> str:
        """Where the value before a day without one stands, the first one's where there is none before."""
        before = [dated for dated in self.values if dated.start <= day]
        return (before[-1:] or self.values[:1] or (self,))[0].place

    def _twelve_months(self, year: int) -> DatedValue:
        months: dict[DatedValue, int] = {}
        for month in range(1, 13):
            dated = self.on(dt.date(year, month, 1))
            if dated is None:
                raise LoadError(
                    f"parameter {self.name} has no value in {year}-{month:02d}",
                    self._gap(dt.date(year, month, 1)),
                )
            months[dated] = months.get(dated, 0) + 1
        said = {
            language: (("、" if language == "zh" else ", ").join(
                f"{number(dated.value, language, 'fen')}×{count}" for dated, count in months.items()
            ))
            for language in ("zh", "en")
        }  # fmt: skip
        sources = [dated.reference for dated in months]
        last = list(months)[-1]
        return replace(
            last,
            value=sum(dated.value * count for dated, count in months.items()),
            reference=Text(
                f"每月{said['zh']}个月；{'；'.join(source.zh for source in sources)}",
                f"by the month: {said['en']} months; {'; '.join(source.en for source in sources)}",
            ),
            assumed=any(dated.assumed for dated in months),
        )

    def change_years(self) -> tuple[int, ...]:
        """The years in which a value starts, and the year after one in whose middle it starts."""
        years = {dated.start.year for dated in self.values}
        years |= {dated.start.year + 1 for dated in self.values if dated.start.month > 1}
        return tuple(sorted(years))

    def known_at(self, day: dt.date) -> Parameter:
        """The parameter as it was known at the end of a day; without values when nothing was known yet."""
        known = tuple(dated for dated in self.history or self.values if dated.known <= day)
        return replace(self, values=in_force(known), history=known)

    def told_on(self, day: dt.date) -> Parameter:
        """The parameter without what is known only after a day, today or later."""
        standing = self.history or self.values
        told = tuple(dated for dated in standing if dated.told_on(day))
        return self if len(told) == len(standing) else replace(self, values=in_force(told), history=told)

    def going_on(self) -> Parameter:
        """The parameter with its last value going on: for years of which nothing was known yet."""
        last = tuple(replace(dated, until=None) for dated in self.values[-1:])
        return replace(self, values=(*self.values[:-1], *last))

    def with_values(self, added: Sequence[DatedValue]) -> Parameter:
        """The parameter with values a narrower level has set on top."""
        history = (*(self.history or self.values), *added)
        return replace(self, values=in_force(history), history=history)


def in_force(history: Sequence[DatedValue]) -> tuple[DatedValue, ...]:
    """What holds when: each value takes the place of the earlier ones from its first day (to its last).

    Parameters
    ----------
    history
        In the order in which the values were made known.

    Examples
    --------
    >>> words = Text("文", "act")
    >>> old = DatedValue(dt.date(2020, 1, 1), 100, words)
    >>> back = DatedValue(dt.date(2022, 1, 1), 120, words, dt.date(2022, 12, 31), dt.date(2024, 5, 1))
    >>> [(value.start.year, value.value) for value in in_force([old, back])]
    [(2020, 100), (2022, 120), (2023, 100)]
    """
    kept: list[DatedValue] = []
    for new in history:
        rest: list[DatedValue] = []
        for old in kept:
            if old.start < new.start:
                before = new.start - _DAY
                rest.append(old if old.until and old.until < new.start else replace(old, until=before))
            if new.until is not None and (old.until is None or old.until > new.until):
                after = new.until + _DAY
                rest.append(old if old.start >= after else replace(old, start=after))
        kept = sorted([*rest, new], key=lambda dated: dated.start)
    return tuple(
        replace(dated, until=None)
        if following is not None and dated.until == following.start - _DAY
        else dated
        for dated, following in zip(kept, [*kept[1:], None], strict=False)
    )
