"""The front door of records of the same person."""

from typing import TYPE_CHECKING

from tongchou.apps.duplicates.actions import (
    MOST,
    Choice,
    Together,
    answer,
    approve,
    approve_many,
    ask_village,
    open_again,
    propose,
    propose_apart,
    propose_many,
    refuse,
    two_people,
    withdraw,
)
from tongchou.apps.duplicates.jobs import ask_to_find
from tongchou.apps.duplicates.models import Act, Answer, Band, Judgement, Pair, Refusal, Side, State
from tongchou.apps.duplicates.prints import FACTS
from tongchou.apps.duplicates.queries import (
    LISTS,
    Line,
    SideView,
    Tally,
    View,
    clauses,
    elsewhere,
    lines,
    open_pair,
    pairs,
    people_elsewhere,
    tally,
    waiting,
)
from tongchou.apps.duplicates.reach import DECIDE, FIND, VIEW
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.duplicates.finding import Found, find

#: Everybody is compared with Polars.
__getattr__ = late(__name__, {"tongchou.apps.duplicates.finding": ("Found", "find")})

__all__ = [
    "DECIDE",
    "FACTS",
    "FIND",
    "LISTS",
    "MOST",
    "VIEW",
    "Act",
    "Answer",
    "Band",
    "Choice",
    "Found",
    "Judgement",
    "Line",
    "Pair",
    "Refusal",
    "Side",
    "SideView",
    "State",
    "Tally",
    "Together",
    "View",
    "answer",
    "approve",
    "approve_many",
    "ask_to_find",
    "ask_village",
    "clauses",
    "elsewhere",
    "find",
    "lines",
    "open_again",
    "open_pair",
    "pairs",
    "people_elsewhere",
    "propose",
    "propose_apart",
    "propose_many",
    "refuse",
    "tally",
    "two_people",
    "waiting",
    "withdraw",
]
