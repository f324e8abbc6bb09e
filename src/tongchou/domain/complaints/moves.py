"""Where a complaint stands, and what can be done then."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    FOUND = "found"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    ACCEPT = "accept"
    #: A step of the investigation is added.
    NOTE = "note"
    #: A question is put to the unit, without who complains.
    ASK = "ask"
    FIND = "find"
    #: A second person sends the finding back.
    RETURN = "return"
    #: A second person answers.
    APPROVE = "approve"
    #: Late: the next level takes it over.
    ESCALATE = "escalate"
    #: Whoever complained asks the next level to look at it anew.
    APPEAL = "appeal"
    WITHDRAW = "withdraw"


_AFTER: Final[dict[State, dict[Move, State]]] = {
    State.RECEIVED: {
        Move.ACCEPT: State.ACCEPTED,
        Move.ESCALATE: State.RECEIVED,
        Move.WITHDRAW: State.WITHDRAWN,
    },
    State.ACCEPTED: {
        Move.NOTE: State.ACCEPTED,
        Move.ASK: State.ACCEPTED,
        Move.FIND: State.FOUND,
        Move.ESCALATE: State.RECEIVED,
        Move.WITHDRAW: State.WITHDRAWN,
    },
    State.FOUND: {
        Move.NOTE: State.FOUND,
        Move.RETURN: State.ACCEPTED,
        Move.APPROVE: State.ANSWERED,
        Move.ESCALATE: State.RECEIVED,
        Move.WITHDRAW: State.WITHDRAWN,
    },
    State.ANSWERED: {Move.APPEAL: State.RECEIVED},
    State.WITHDRAWN: {},
}
#: What waits for somebody who handles it.
OPEN: Final = (State.RECEIVED, State.ACCEPTED, State.FOUND)


class NotPossible(ValueError):  # noqa: N818 - says that the step is not possible now
    """The act is no step of a complaint in this state."""


def after(state: State, move: Move) -> State:
    """The state a move leads to.

    Raises
    ------
    NotPossible
        When the move is none of this state.

    Examples
    --------
    >>> after(State.FOUND, Move.APPROVE)
    <State.ANSWERED: 'answered'>
    """
    try:
        return _AFTER[state][move]
    except KeyError as error:
        raise NotPossible(f"{move} is no move of a complaint that is {state}") from error


def moves(state: State) -> frozenset[Move]:
    """What can be done in a state."""
    return frozenset(_AFTER[state])


class Mending(StrEnum):
    """Where the mending of an upheld breach stands."""

    OWED = "owed"
    REPORTED = "reported"
    CLEARED = "cleared"


_MENDED: Final = {
    (Mending.OWED, "report"): Mending.REPORTED,
    (Mending.REPORTED, "confirm"): Mending.CLEARED,
    (Mending.REPORTED, "reject"): Mending.OWED,
}


def mended(state: Mending, act: str) -> Mending:
    """The state after the unit reports, or the level above confirms or rejects.

    Raises
    ------
    NotPossible
        When the act is none of this state.
    """
    try:
        return _MENDED[state, act]
    except KeyError as error:
        raise NotPossible(f"{act} is no act on a breach that is {state}") from error
