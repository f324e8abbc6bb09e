"""What the words of a complaint may hold: the unit's doings, and nothing by which a family could be found.

A complaint that tells on a family is not taken: nothing of it is stored, whatever its kind. Words about the
matters that law has closed (births, contraception, permits) are taken of somebody alone who says that it is
about the own family: that it was pressed, charged, or not served.

Source: spec, rights by construction, rules 4 and 10; 人口与计划生育法 (2021); 信访工作条例 (2022), 19, 22.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tongchou.domain.public_words.families import (
    holds_closed_matter,
    holds_number,
    plain,
    tells_on_a_family,
)

#: Characters of the words at most.
LONGEST: Final = 2_000


__all__ = ["LONGEST", "Fault", "faults", "holds_closed_matter", "holds_number", "tells_on_a_family"]


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    #: A number of an identity card or a telephone.
    NUMBER = "number"
    #: It tells on a family.
    FAMILY = "family"
    #: A closed matter, without saying that it is about the own family.
    CLOSED_MATTER = "closed_matter"


def faults(text: str, *, own: bool) -> list[Fault]:
    """What is wrong with the words; nothing for words that may be taken.

    Parameters
    ----------
    own
        Whoever writes says that it happened to the own family.

    Examples
    --------
    >>> faults("材料交了两个月没有答复", own=False)
    []
    >>> faults("隔壁那家超生了，没人管", own=True)
    [<Fault.FAMILY: 'family'>]
    >>> faults("镇里要求我上环才给办", own=True)
    []
    >>> faults("镇里不给办准生证", own=False)
    [<Fault.CLOSED_MATTER: 'closed_matter'>]
    """
    words = plain(text)
    if not words:
        return [Fault.EMPTY]
    found = [Fault.TOO_LONG] if len(text) > LONGEST else []
    if holds_number(text):
        found.append(Fault.NUMBER)
    if tells_on_a_family(text):
        found.append(Fault.FAMILY)
    elif holds_closed_matter(text) and not own:
        found.append(Fault.CLOSED_MATTER)
    return found
