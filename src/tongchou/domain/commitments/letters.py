"""The steps of a commitment letter, from a draft to the day it is published.

::

    draft --hear--> comments --assemble--> assembly --adopt--> legality --clear--> cleared
      ^                                       |                   |                   |
      |------------------reject---------------|------return-------|         publish --> published
                                              ^-------------redate (a day the assembly did not adopt)
                                                            withdraw: from all before published
                    published --annul--> withdrawn: by the level above, when its words may not stand

A published letter is never changed, and taken back by the level above alone, and only where a promise in it
presses or names families (``word_faults``). What a unit wants otherwise it promises in its next
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

from tongchou.domain.public_words.checking import Why
from tongchou.domain.public_words.checking import found as words_found


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
    ANNUL = "annul"  # the level above takes back what may not stand


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
    (Stage.PUBLISHED, Move.ANNUL): Stage.WITHDRAWN,
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
    (['clear', 'redate', 'return', 'withdraw'], frozenset({<Move.ANNUL: 'annul'>}))
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
    NAMES = "names"
    BLAMES = "blames"


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
    Fault.NAMES: "names a family or holds somebody's number",
    Fault.BLAMES: "finds fault with families",
}
#: What no promise may say, as ``public_words`` finds it.
_OF_WORDS: Final[Mapping[Why, Fault]] = {
    Why.BIRTHS: Fault.CLOSED_MATTER,
    Why.CONDITION: Fault.ASKS_FAMILIES,
    Why.NAMED: Fault.NAMES,
    Why.NUMBER: Fault.NAMES,
    Why.BLAME: Fault.BLAMES,
}


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

    A promise that speaks of births, contraception or another closed matter, that makes help depend on what a
    family does, names a family or finds fault with one, is refused whatever else it says. ``heard_until`` is
    the last day residents have for their comments: a promise that is due by then could never be published.

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
        found += [(number, fault) for fault in word_faults(one)]
    return found


def word_faults(one: Item) -> list[Fault]:
    """What no promise may say, whatever else is right with it: for this a letter is refused at any stage.

    Examples
    --------
    >>> words = dict(measure="m", means="m", owner="张三", proof="照片", remedy="补", due=dt.date(2026, 1, 1))
    >>> [fault.value for fault in word_faults(Item(promise="签订参与书的家庭优先办理低保", **words))]
    ['asks_families']
    """
    texts = (one.promise, one.measure, one.means, one.owner, one.proof, one.remedy)
    whys = {told.why for text in texts for told in words_found(text)}
    return list(dict.fromkeys(_OF_WORDS[why] for why in Why if why in whys))


_MISSING: Final = (
    Fault.EMPTY,
    Fault.NO_MEASURE,
    Fault.NO_MEANS,
    Fault.NO_OWNER,
    Fault.NO_PROOF,
    Fault.NO_REMEDY,
)
