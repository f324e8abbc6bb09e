"""Nothing matches everybody by accident: programmes whose share of entitled people leaves their band.

Every programme declares the least and the most people entitled among a thousand (``Rules.plausible``). A slip
in a rule, an amount or a column of facts shows in the share before it shows in anybody's case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tongchou.domain.policy.outcomes import GRANTED
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.words import Text

#: People below which a share says nothing.
FEWEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Implausible:
    """A programme, the people entitled among a thousand (one decimal), and the band they left."""

    code: str
    title: Text
    share: float
    least: int
    most: int


def implausible(
    counts: Mapping[tuple[str, str], int],
    programmes: Sequence[Rules],
    year: int,
    accepted: Collection[str] = (),
    *,
    fewest: int = FEWEST,
) -> list[Implausible]:
    """The programmes whose share leaves its band, in their order; none of those ``accepted``, by code.

    Parameters
    ----------
    counts
        People by programme and outcome. The share is of those the programme was asked for, which are fewer
        than all where it depends on the place whether there is a programme.
    fewest
        Of fewer people nothing is said.

    Examples
    --------
    Of nobody nothing is said, nor of a programme nobody was asked for:

    >>> implausible({}, (), 2026)
    []
    """
    found = []
    for programme in programmes:
        people = sum(number for (code, _outcome), number in counts.items() if code == programme.code)
        entitled = sum(counts.get((programme.code, outcome), 0) for outcome in GRANTED)
        if people < fewest or year < programme.first_year or programme.code in accepted:
            continue
        (least, most), share = programme.plausible, 1000 * entitled / people
        if not least <= share <= most:
            found.append(Implausible(programme.code, programme.title, round(share, 1), least, most))
    return found
