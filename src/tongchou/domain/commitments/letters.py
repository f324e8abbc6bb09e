"""The steps of a commitment letter, from a draft to the day it is published.

::

    draft --hear--> comments --assemble--> assembly --adopt--> legality --clear--> cleared
      ^                                       |                   |                   |
      |------------------reject---------------|------return-------|         publish --> published
                                              ^-------------redate (a day the assembly did not adopt)
                                                            withdraw: from all before published

A published letter is never taken back and never changed. What a unit wants otherwise it promises in its next
letter; what the earlier one promised stays owed until it is kept (``promises``).

Source of the steps: the papers' two-way commitment (rows B1 to B3), with the legality review that rules of a
village or an office need by 村民委员会组织法, article 27, and 行政规范性文件合法性审核.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tongchou.domain.register.legacy import matter_in


class Stage(StrEnum):
    """Where a letter stands."""

    DRAFT = "draft"
    COMMENTS = "comments"
    ASSEMBLY = "assembly"
    LEGALITY = "legality"
    CLEARED = "cleared"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What moves a letter on."""

    HEAR = "hear"  # put to the residents for their comments
    ASSEMBLE = "assemble"  # the days for comments are over
    ADOPT = "adopt"
    REJECT = "reject"
    CLEAR = "clear"
    RETURN = "return"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    REDATE = "redate"  # a promise gets another last day


#: Days residents have for comments at the least.
LEAST_DAYS: Final = 7
_STEPS: Final[Mapping[tuple[Stage, Move], Stage]] = {
    (Stage.DRAFT, Move.HEAR): Stage.COMMENTS,
    (Stage.COMMENTS, Move.ASSEMBLE): Stage.ASSEMBLY,
    (Stage.ASSEMBLY, Move.ADOPT): Stage.LEGALITY,
    (Stage.ASSEMBLY, Move.REJECT): Stage.DRAFT,
    (Stage.LEGALITY, Move.CLEAR): Stage.CLEARED,
    (Stage.LEGALITY, Move.RETURN): Stage.DRAFT,
    (Stage.CLEARED, Move.PUBLISH): Stage.PUBLISHED,
    # A new day is read by whoever decides: residents who still comment, the assembly, and after it the
    # assembly again, for it adopted another.
    (Stage.DRAFT, Move.REDATE): Stage.DRAFT,
    (Stage.COMMENTS, Move.REDATE): Stage.COMMENTS,
    (Stage.ASSEMBLY, Move.REDATE): Stage.ASSEMBLY,
    (Stage.LEGALITY, Move.REDATE): Stage.ASSEMBLY,
    (Stage.CLEARED, Move.REDATE): Stage.ASSEMBLY,
    **{
        (stage, Move.WITHDRAW): Stage.WITHDRAWN
        for stage in (Stage.DRAFT, Stage.COMMENTS, Stage.ASSEMBLY, Stage.LEGALITY, Stage.CLEARED)
    },
}


class NotPossible(ValueError):  # noqa: N818 - says that the step is not possible now
    """The move is no step of a letter that stands here."""

    def __init__(self, stage: Stage, move: Move) -> None:
        self.stage, self.move = stage, move
        super().__init__(f"{move} is no step of a letter at {stage}")


def moves(stage: Stage) -> frozenset[Move]:
    """What may be done with a letter at a stage.

    Examples
    --------
    >>> sorted(move.value for move in moves(Stage.LEGALITY)), moves(Stage.PUBLISHED)
    (['clear', 'redate', 'return', 'withdraw'], frozenset())
    """
    return frozenset(move for at, move in _STEPS if at == stage)


def after(stage: Stage, move: Move) -> Stage:
    """Where a letter stands after a move.

    Raises
    ------
    NotPossible
        When the move is not among ``moves``.
    """
    try:
        return _STEPS[stage, move]
    except KeyError:
        raise NotPossible(stage, move) from None


@dataclass(frozen=True, slots=True)
class Vote:
    """What an assembly decided.

    Attributes
    ----------
    entitled, present
        Villagers of 18 and over, or households where these send somebody; and how many of them came.
    in_favour
        How many of those who came agreed.
    by_households
        Whether households met.
    """

    entitled: int
    present: int
    in_favour: int
    by_households: bool = False

    @property
    def quorate(self) -> bool:
        """More than half came; of households two thirds. Otherwise the assembly could decide nothing.

        Source: 村民委员会组织法, article 22.
        """
        if self.by_households:
            return 3 * self.present >= 2 * self.entitled
        return 2 * self.present > self.entitled

    @property
    def valid(self) -> bool:
        """More than half came (of households two thirds), and more than half of those agreed.

        Source: 村民委员会组织法, article 22.

        Examples
        --------
        >>> Vote(100, 51, 26).valid, Vote(100, 50, 50).valid, Vote(100, 60, 30).valid
        (True, False, False)
        >>> Vote(90, 60, 31, by_households=True).valid, Vote(90, 59, 59, by_households=True).valid
        (True, False)
        """
        counted = 0 <= self.in_favour <= self.present <= self.entitled
        return counted and self.quorate and 2 * self.in_favour > self.present


class Fault(StrEnum):
    """What keeps a draft from being put to the residents."""

    EMPTY = "empty"
    NO_MEASURE = "no_measure"
    NO_MEANS = "no_means"
    NO_OWNER = "no_owner"
    NO_PROOF = "no_proof"
    NO_REMEDY = "no_remedy"
    DUE_PASSED = "due_passed"
    DUE_BEFORE_HEARD = "due_before_heard"
    CLOSED_MATTER = "closed_matter"
    ASKS_FAMILIES = "asks_families"


#: What each means.
FAULTS: Final[Mapping[Fault, str]] = {
    Fault.EMPTY: "says nothing that is promised",
    Fault.NO_MEASURE: "does not say how it will be seen that it is done",
    Fault.NO_MEANS: "does not say with what money, people or things it is done",
    Fault.NO_OWNER: "names nobody who answers for it",
    Fault.NO_PROOF: "does not say what will show that it was done",
    Fault.NO_REMEDY: "does not say what the unit does for families when it is broken",
    Fault.DUE_PASSED: "its last day has passed already",
    Fault.DUE_BEFORE_HEARD: "its last day comes before residents have had their days for comments",
    Fault.CLOSED_MATTER: "speaks of a matter that law has closed",
    Fault.ASKS_FAMILIES: "makes it depend on what families do",
}
#: Words that turn a promise into a condition for families. A unit's promise binds the unit alone.
_CONDITIONS: Final = (
    "前提",
    "否则不予",
    "方可享受",
    "才能享受",
    "取消资格",
    "不予办理",
    "挂钩",
    "一律停",
    "扣除补贴",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One promise of a letter, in the unit's own words; ``due`` is its last day."""

    promise: str
    measure: str
    means: str
    owner: str
    proof: str
    remedy: str
    due: dt.date


def faults(
    items: Sequence[Item], *, on: dt.date, heard_until: dt.date | None = None
) -> list[tuple[int, Fault]]:
    """All that is wrong with the promises of a draft, by the number of the promise, from 0.

    A promise that speaks of contraception, permission of births or another closed matter, or that makes help
    depend on what a family does, is refused whatever else it says. ``heard_until`` is the last day residents
    have for their comments: a promise that is due by then could never be published.

    Examples
    --------
    >>> day = dt.date(2026, 12, 31)
    >>> words = dict(measure="m", means="m", owner="张三", proof="照片", remedy="补办并说明", due=day)
    >>> faults([Item(promise="十日内发放补贴", **words)], on=dt.date(2026, 1, 1))
    []
    >>> bad = faults([Item(promise="按时参加孕检方可享受", **words)], on=dt.date(2027, 1, 1))
    >>> [(number, fault.value) for number, fault in bad]
    [(0, 'due_passed'), (0, 'closed_matter'), (0, 'asks_families')]
    """
    found: list[tuple[int, Fault]] = []
    for number, one in enumerate(items):
        texts = (one.promise, one.measure, one.means, one.owner, one.proof, one.remedy)
        missing = zip(texts, _MISSING, strict=True)
        found += [(number, fault) for text, fault in missing if not text.strip()]
        if one.due < on:
            found.append((number, Fault.DUE_PASSED))
        elif heard_until is not None and one.due <= heard_until:
            found.append((number, Fault.DUE_BEFORE_HEARD))
        if any(matter_in(text) for text in texts):
            found.append((number, Fault.CLOSED_MATTER))
        if any(word in text for text in texts for word in _CONDITIONS):
            found.append((number, Fault.ASKS_FAMILIES))
    return found


_MISSING: Final = (
    Fault.EMPTY,
    Fault.NO_MEASURE,
    Fault.NO_MEANS,
    Fault.NO_OWNER,
    Fault.NO_PROOF,
    Fault.NO_REMEDY,
)
