"""Which households are called back about a promise, in which order, and when their answers suffice.

How many are drawn follows from how many households there are; nobody chooses the number or the households.
Whoever cannot be reached, would rather not answer, or has nothing to do with the promise is replaced by the
next in the order of the draw.

Source: ``domain.sampling`` (simple sample, finite correction).
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tongchou.domain import sampling
from tongchou.domain.commitments.promises import CallBack

#: The share that confirm is to be known to ± 15 points, at nine in ten samples: about thirty calls.
MARGIN: Final = 0.15
CONFIDENCE: Final = 0.90


class Outcome(StrEnum):
    """What came of calling one household. Who does not answer and who would rather not are one."""

    DONE = "done"
    NOT_DONE = "not_done"
    NOT_CONCERNED = "not_concerned"
    NOT_REACHED = "not_reached"


def size(households: int) -> int:
    """How many households must answer, of so many: all where they are few.

    Raises
    ------
    ValueError
        When there is no household.

    Examples
    --------
    >>> size(4), size(20), size(344), size(50_000)
    (4, 13, 28, 31)
    """
    return sampling.size_for_share(MARGIN, population=households, level=CONFIDENCE)


def committed(secret: bytes, *, letter: str, promise: int) -> str:
    """What is shown of a secret when a promise is reported: it binds, and says nothing of the secret.

    Raises
    ------
    ValueError
        For a secret of fewer than 32 bytes, which could be tried out.
    """
    return _keyed(secret, f"committed\0{letter}\0{promise}")


def seed(secret: bytes, *, letter: str, promise: int, round_: int) -> str:
    """The seed of a draw, from the secret kept since the report and what is asked about.

    Parameters
    ----------
    letter
        SHA-256 of the published letter.
    promise
        Position of the promise in it.
    round_
        Which report of the promise this is, from 1.

    Raises
    ------
    ValueError
        For a secret of fewer than 32 bytes.
    """
    return _keyed(secret, f"call-back\0{letter}\0{promise}\0{round_}")


def _keyed(secret: bytes, said: str) -> str:
    if len(secret) < 32:
        raise ValueError("a secret has 32 bytes or more")
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()


def order(households: Sequence[int], seed: str) -> list[int]:
    """Households in the order of drawing, the same for every order they are given in."""
    return [int(one) for one in sampling.order([str(one) for one in households], seed)]


@dataclass(frozen=True, slots=True)
class Round:
    """Calls about one report. ``outcomes`` by position of the draw; None while a household was not called."""

    households: int
    outcomes: tuple[Outcome | None, ...]

    @property
    def open(self) -> int:
        """Of how many positions the household is to be called: the sample, and one more for each replaced.

        Examples
        --------
        >>> Round(344, (Outcome.DONE, Outcome.NOT_REACHED)).open, Round(4, (Outcome.NOT_REACHED,)).open
        (29, 4)
        """
        said = Counter(self.outcomes)
        left_out = said[Outcome.NOT_REACHED] + said[Outcome.NOT_CONCERNED]
        return min(self.households, size(self.households) + left_out)

    @property
    def complete(self) -> bool:
        """Whether everybody who is to be called was."""
        return len(self.outcomes) >= self.open and None not in self.outcomes

    @property
    def call_back(self) -> CallBack:
        """The round in numbers.

        ``promised`` are households it may concern; where all on the list were called, those who answered.

        Examples
        --------
        >>> few = Round(3, (Outcome.DONE, Outcome.NOT_CONCERNED, Outcome.NOT_REACHED))
        >>> few.complete, few.call_back, few.call_back.done
        (True, CallBack(promised=1, reached=1, confirmed=1), True)
        """
        said = Counter(self.outcomes)
        reached = said[Outcome.DONE] + said[Outcome.NOT_DONE]
        everybody = self.complete and len(self.outcomes) == self.households
        promised = reached if everybody else self.households - said[Outcome.NOT_CONCERNED]
        return CallBack(promised, reached, said[Outcome.DONE])
