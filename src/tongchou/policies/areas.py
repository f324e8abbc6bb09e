"""Which law holds where: a prefecture's counties may each set values of their own.

An overlay holds for the people registered in its area, told by the first digits of the division code (GB/T
2260: two of the province, four of the prefecture, six of the county). All overlays over a person make a
chain, and each chain is one law. What no lower level may set is the same in all of them: an overlay cannot be
read otherwise.

The law is that known today: what says that it is known from a later day (``known_from``) is no law before it.
On that day it becomes one without a new start; the digest of the rules changes with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from tongchou.domain.policy.dated import Level
from tongchou.domain.policy.overlays import Overlay
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import Rules, digest
from tongchou.policies.law import Law, build, read_here, turns

if TYPE_CHECKING:
    import polars as pl

#: Digits of a division code that name the area of a level.
_DIGITS: Final[Mapping[Level, int]] = {"province": 2, "prefecture": 4, "county": 6}
AREA: Final = "area_code"
Chain = tuple[Overlay, ...]


def beginning(overlay: Overlay) -> str:
    """What the codes of all places in the area of an overlay begin with."""
    return overlay.area_code[: _DIGITS[overlay.level]]


@dataclass(frozen=True)
class Laws:
    """The laws of an installation, each checked when it is first asked for.

    ``known`` and ``on`` leave out what is not known on a day, as for ``law.build``; ``overlays`` stay whole.
    """

    overlays: Chain
    known: dt.date | None = None
    on: dt.date | None = None
    _built: dict[Chain, Law] = field(init=False, repr=False, compare=False, default_factory=dict)

    def chain(self, area_code: str | None) -> Chain:
        """The overlays over a place; the common ones where it is not known."""
        if area_code is None:
            return self.common
        return tuple(one for one in self.overlays if area_code.startswith(beginning(one)))

    @property
    def common(self) -> Chain:
        """The overlays shown where no place is asked for: all, when each lies in the one above, as in a
        county's own installation; else those that hold wherever another one does."""
        if any(self.chain(one.area_code) == self.overlays for one in self.overlays):
            return self.overlays
        return tuple(
            one
            for one in self.overlays
            if all(other.area_code.startswith(beginning(one)) for other in self.overlays)
        )

    def of(self, area_code: str | None) -> Law:
        """The law for people registered at a place."""
        return self._law(self.chain(area_code))

    @property
    def here(self) -> Law:
        """The law that the whole installation has in common."""
        return self._law(self.common)

    @property
    def chains(self) -> tuple[Chain, ...]:
        """Every chain somebody may stand under, the common one first."""
        return tuple(dict.fromkeys([self.common, *(self.chain(one.area_code) for one in self.overlays)]))

    @property
    def nested(self) -> bool:
        """Whether each overlay lies in the one above, so that one place stands under all of them."""
        return self.common == self.overlays

    @property
    def several(self) -> bool:
        """Whether it depends on the place which law holds."""
        return len(self.chains) > 1

    @property
    def all(self) -> tuple[Law, ...]:
        return tuple(self._law(chain) for chain in self.chains)

    def _law(self, chain: Chain) -> Law:
        made = self._built.get(chain)
        if made is None:
            made = self._built[chain] = build(chain, self.known, self.on)
        return made

    def over(self, area_codes: Iterable[str]) -> Law:
        """The law asked about for some places: theirs when one holds in all of them, else :attr:`here`."""
        chains = {self.chain(code) for code in area_codes} if self.overlays else set()
        return self._law(chains.pop()) if len(chains) == 1 else self.here

    def shared(self, one: Law, other: Law) -> Law:
        """The law of the overlays that two laws have in common."""
        return self._law(tuple(overlay for overlay in one.overlays if overlay in other.overlays))

    def programmes(self) -> list[Programme]:
        """Each programme that answers somewhere, with the values of the widest area it has some for."""
        found: dict[str, Programme] = {}
        for law in self.all:
            for one in law.programmes:
                found.setdefault(one.code, one)
        return list(found.values())

    def listed(self) -> list[Programme]:
        return [one for one in self.programmes() if one.finding == "registry"]

    def version(self) -> str:
        """SHA-256 over the rules of the listed programmes of all chains."""
        if not self.several:
            return digest(list(self.here.listed))
        texts = [
            f"{' '.join(beginning(one) for one in chain)}: {digest(list(self._law(chain).listed))}"
            for chain in self.chains
        ]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()

    def split(self, facts: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, Law]]:
        """The people of a table by the law of the place they are registered at, in the order given."""
        # One file of one county is one chain, and still the other counties do not stand under it.
        if not self.overlays or AREA not in facts.columns:
            yield facts, self.here
            return
        import polars as pl  # only here, not to read the law

        numbers: dict[Chain, int] = {}
        codes = facts[AREA].cast(pl.String).unique().to_list()
        number_of = {code: numbers.setdefault(self.chain(code), len(numbers)) for code in codes}
        chosen = facts[AREA].cast(pl.String).replace_strict(number_of, return_dtype=pl.Int32)
        for chain, number in numbers.items():
            part = facts.filter(chosen == number)
            if part.height:
                yield part, self._law(chain)

    def evaluate(self, facts: pl.DataFrame, year: int) -> pl.DataFrame:
        """The listed programmes for everybody, each person under the law of its place.

        Raises
        ------
        FactsError
            As :func:`~tongchou.domain.policy.batch.evaluate_many`.
        """
        import polars as pl

        from tongchou.domain.policy.batch import OUTPUT, evaluate_many

        found = [evaluate_many(part, law.listed, year) for part, law in self.split(facts)]
        return pl.concat(found) if found else pl.DataFrame(schema=OUTPUT)

    def every(self, facts: pl.DataFrame) -> list[tuple[pl.DataFrame, Sequence[Rules]]]:
        """All programmes of each part of :meth:`split`, those of whoever asks too."""
        return [(part, law.programmes) for part, law in self.split(facts)]

    def asked(self, facts: pl.DataFrame) -> list[tuple[pl.DataFrame, Sequence[Rules]]]:
        """The listed programmes of each part of :meth:`split`."""
        return [(part, law.listed) for part, law in self.split(facts)]


def here() -> Law:
    """The law the whole installation has in common; all of it where there is only one chain of overlays.

    Raises
    ------
    LoadError
        As :func:`laws` and :func:`~tongchou.policies.law.build`.
    """
    return laws().here


_SHANGHAI = ZoneInfo("Asia/Shanghai")
_asked: list[Callable[[], dt.date]] = []


def ask_day(today: Callable[[], dt.date]) -> None:
    """Note who says which day it is, instead of the clock of the machine; asked whenever law is asked for."""
    _asked[:] = [today]


def _today() -> dt.date:
    return _asked[0]() if _asked else dt.datetime.now(_SHANGHAI).date()


class _Here:
    """Reads the overlays once; of the laws known between two days on which something becomes known, the last
    one asked for is kept."""

    def __init__(self) -> None:
        self.cache_clear()

    def cache_clear(self) -> None:
        """Read the files again when asked the next time."""
        self._overlays: Chain | None = None
        self._turns: tuple[dt.date, ...] = ()
        self._made: Laws | None = None

    def __call__(self) -> Laws:
        """The laws of this installation as known today.

        Raises
        ------
        LoadError
            When an overlay cannot be read, or what becomes known later could not stand then; asking for a
            law, as :func:`~tongchou.policies.law.build`.
        """
        today = _today()
        if self._overlays is None:
            self._overlays, self._turns = _read(today)
        place = bisect_right(self._turns, today)
        on = self._turns[place - 1] if place else dt.date.min
        if self._made is None or self._made.on != on:
            self._made = Laws(self._overlays, on=on)
        return self._made


def _read(today: dt.date) -> tuple[Chain, tuple[dt.date, ...]]:
    """The overlays here and the days on which something becomes known.

    A file that becomes wrong on such a day is refused now, not in the night before it.
    """
    overlays = read_here()
    found = turns(overlays)
    for day in found:
        if day > today:
            _checked = Laws(overlays, on=day).all
    return overlays, found


laws: Final = _Here()


def known_on(day: dt.date) -> Laws:
    """The laws of this installation as known on a day: looking back when it has passed.

    Raises
    ------
    LoadError
        As :data:`laws`.
    """
    here_now, today = laws(), _today()
    if day == today:
        return here_now
    overlays = here_now.overlays
    return Laws(overlays, known=day) if day < today else Laws(overlays, on=day)


def of_row(row: Mapping[str, Any]) -> Law:
    """The law for somebody's facts."""
    return laws().of(row.get(AREA))
