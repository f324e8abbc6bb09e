"""How far the letters have come in a township: its villages' letters, and the households that hold them.

What is counted is the *government's* signature: a township takes part when every village of it has published
its letter, and a household is reached when the signed letter was handed to it, or offered and declined.
Nobody signs for a family, and a family that declines is as good as served. The stages of the roll-out are
those of ``domain.accountability.rollout``.
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
