"""The way of a release: who may do what when, and what it becomes.

    draft → computed → checked → sealed → published → superseded
      └────────┴──────────┴─→ dropped           └→ withdrawn

A second person seals: neither who computed nor who checked. What is sealed is not computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    DRAFT = "draft"
    COMPUTED = "computed"
    CHECKED = "checked"
    SEALED = "sealed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


class Act(StrEnum):
    DEFINE = "define"
    COMPUTE = "compute"
    CHECK = "check"
    SEAL = "seal"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    DROP = "drop"


#: From which states an act leads where.
MOVES: Final[Mapping[Act, tuple[frozenset[State], State]]] = {
    Act.COMPUTE: (frozenset({State.DRAFT, State.COMPUTED, State.CHECKED}), State.COMPUTED),
    Act.CHECK: (frozenset({State.COMPUTED, State.CHECKED}), State.CHECKED),
    Act.SEAL: (frozenset({State.CHECKED}), State.SEALED),
    Act.PUBLISH: (frozenset({State.SEALED}), State.PUBLISHED),
    Act.SUPERSEDE: (frozenset({State.PUBLISHED}), State.SUPERSEDED),
    Act.WITHDRAW: (frozenset({State.PUBLISHED}), State.WITHDRAWN),
    Act.DROP: (frozenset({State.DRAFT, State.COMPUTED, State.CHECKED, State.SEALED}), State.DROPPED),
}
#: A period has at most one release in these.
OPEN: Final = (State.DRAFT, State.COMPUTED, State.CHECKED, State.SEALED)
#: What was out at some time, and counts for what it gives away.
OUT: Final = (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)


def after(state: State, act: Act) -> State | None:
    """What a release becomes by an act; None where the act is not possible.

    Examples
    --------
    >>> str(after(State.CHECKED, Act.SEAL)), after(State.COMPUTED, Act.SEAL)
    ('sealed', None)
    """
    if act not in MOVES:
        return None
    froms, to = MOVES[act]
    return to if state in froms else None
