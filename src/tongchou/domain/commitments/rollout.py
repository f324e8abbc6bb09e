"""The staged roll-out: which townships, and whether households hold their village's signed letter.

The stages bind the *government's* signature: a township takes part when every village of it has published its
letter, and a household is reached when the signed letter was handed to it, or offered and declined. Nobody
signs for a family, and a family that declines is as good as served.

Source: the reform plan of the prefecture, sub-plan 2 (``docs/methods`` names its pilots): 81 townships first,
then 60 %, then all 250, and at least 85 % of households.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Of a hundred households, so many hold the letter where a township is done.
REACHED_PER_CENT: Final = 85


@dataclass(frozen=True, slots=True)
class Township:
    """A township of the roll-out.

    Of its villages, ``published`` have published their letter; of its households, ``reached`` were handed the
    signed letter or declined it.
    """

    code: str
    villages: int
    published: int
    households: int
    reached: int

    def __post_init__(self) -> None:
        """Numbers must fit.

        Raises
        ------
        ValueError
            Naming the township when parts exceed their whole.
        """
        if not (0 <= self.published <= self.villages and 0 <= self.reached <= self.households):
            raise ValueError(f"{self.code}: more published or reached than there are")

    @property
    def taking_part(self) -> bool:
        """Whether every village has published its letter; never without villages."""
        return self.villages > 0 and self.published == self.villages

    @property
    def done(self) -> bool:
        """Taking part, and so many households reached; one where nobody lives is not counted as done.

        Examples
        --------
        >>> Township("t", 3, 3, 200, 170).done, Township("t", 3, 3, 200, 169).done
        (True, False)
        """
        return (
            self.taking_part
            and self.households > 0
            and 100 * self.reached >= REACHED_PER_CENT * self.households
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stage: so many townships, or so many of a hundred."""

    townships: int | None = None
    per_cent: int | None = None

    def of(self, number: int) -> int:
        """How many of so many townships it wants, a part of one counting as one.

        Examples
        --------
        >>> Wanted(townships=81).of(250), Wanted(per_cent=60).of(250), Wanted(per_cent=60).of(251)
        (81, 150, 151)
        """
        if self.townships is not None:
            return min(self.townships, number)
        return -(-(self.per_cent or 0) * number // 100)


#: The stages in their order.
STAGES: Final = (Wanted(townships=81), Wanted(per_cent=60), Wanted(per_cent=100))


def missing(townships: list[Township], wanted: Wanted) -> int:
    """How many townships a stage still lacks; 0 when it is reached.

    Raises
    ------
    ValueError
        When a township comes twice.
    """
    codes = [one.code for one in townships]
    if len(set(codes)) < len(codes):
        raise ValueError("a township comes twice")
    return max(0, wanted.of(len(townships)) - sum(one.taking_part for one in townships))
