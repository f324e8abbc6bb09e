"""The steps of a case: which act leads from where to where. Pure, so that every path can be tried.

A case stands in one of these states; within ``running`` it stands at one of its kind's stages.

::

    applied --accept--> running --pass (each stage)--> approved --end--> ended
       |                   |  \\--refuse--> refused --appeal--> appealed --overturn--> approved
       |                   |                   ^------uphold------/   \\--send_back--> running
       |--ask--> waiting <-+ ask            reopen: refused -> running, approved (unpaid) -> running
       |            \\--brought--> applied or running, where it was
       \\--withdraw--> withdrawn      suspend / resume: running <-> suspended

What a family does (withdraw, bring what was asked for, appeal) is open to it in every state in which it can
matter. Nothing is decided while a case waits for the family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from tongchou.domain.casework.kinds import DECIDED, Stage


class State(StrEnum):
    APPLIED = "applied"
    RUNNING = "running"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    APPROVED = "approved"
    REFUSED = "refused"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Act(StrEnum):
    OPEN = "open"
    ACCEPT = "accept"
    ASK = "ask"
    BROUGHT = "brought"
    PASS = "pass"  # noqa: S105 - an act, not a password
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    SEND_BACK = "send_back"
    END = "end"
    TRANSFER = "transfer"


#: Acts by which an application is taken in. One officer may do both, and then decides nothing of the case.
INTAKE: Final = frozenset({Act.OPEN, Act.ACCEPT})
#: Acts by which an appeal is decided.
HEARING: Final = frozenset({Act.UPHOLD, Act.OVERTURN, Act.SEND_BACK})
#: Acts by which an officer takes a position on the case: whoever has taken one takes no other (maker is never
#: approver). Opening and accepting count: who took the application in does not decide it.
COUNTED: Final = INTAKE | HEARING | {Act.PASS, Act.REFUSE, Act.REOPEN}
#: Acts of an office. Whoever did one of them has handled the case and hears no appeal in it; what the family
#: did and an officer only noted (it brought something, withdraws, objects) is no part in it.
PARTS: Final = COUNTED | {Act.ASK, Act.SUSPEND, Act.RESUME, Act.TRANSFER, Act.END}
#: States in which a case is somebody's work.
UNFINISHED: Final = frozenset({State.APPLIED, State.RUNNING, State.WAITING, State.SUSPENDED, State.APPEALED})
#: States in which no other case of the same person, kind and year may be begun.
STANDING: Final = UNFINISHED | {State.APPROVED, State.ENDED}
#: States in which the clock of the office stands still: it is not the office that is waited for.
PAUSED: Final = frozenset({State.WAITING, State.SUSPENDED})

_ALLOWED: Final[Mapping[State, frozenset[Act]]] = {
    State.APPLIED: frozenset({Act.ACCEPT, Act.ASK, Act.WITHDRAW, Act.TRANSFER}),
    State.RUNNING: frozenset({Act.PASS, Act.REFUSE, Act.ASK, Act.SUSPEND, Act.WITHDRAW, Act.TRANSFER}),
    State.WAITING: frozenset({Act.BROUGHT, Act.WITHDRAW, Act.TRANSFER}),
    State.SUSPENDED: frozenset({Act.RESUME, Act.WITHDRAW}),
    State.APPROVED: frozenset({Act.END, Act.REOPEN}),
    State.REFUSED: frozenset({Act.APPEAL, Act.REOPEN}),
    State.APPEALED: frozenset({Act.UPHOLD, Act.OVERTURN, Act.SEND_BACK, Act.WITHDRAW}),
    State.WITHDRAWN: frozenset(),
    State.ENDED: frozenset(),
}
#: Appeals a case may have: to another officer of the same office, then to the level above.
APPEALS: Final = 2


class NotPossible(ValueError):  # noqa: N818 - says that the step is not possible now
    """The act is not among the steps of a case that stands here."""

    def __init__(self, standing: Standing, act: Act) -> None:
        self.standing, self.act = standing, act
        super().__init__(f"{act} is no step of a case that is {standing.state}")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: its state, the number of its stage, whether it was accepted, appeals so far."""

    state: State = State.APPLIED
    stage: int = 0
    accepted: bool = False
    appeals: int = 0


def barred_by(act: Act, *, by_two: bool = False) -> frozenset[Act]:
    """The earlier acts of an officer that keep him from an act on the same case; empty where nothing does.

    ``by_two``: a private case before its approval. Two named officers alone are to know of it: who takes it
    in may review it as well, and somebody else approves it.
    """
    if act in HEARING:
        return PARTS
    if act == Act.ACCEPT or (by_two and act in (Act.PASS, Act.REFUSE)):
        return COUNTED - INTAKE
    return COUNTED if act in COUNTED else frozenset()


def possible(standing: Standing, stages: tuple[Stage, ...], *, unsigned: bool = False) -> frozenset[Act]:
    """The acts that lead on from here.

    ``unsigned``: the programme wants a statement of the applicant, and it has not been given: nobody passes
    or approves. Only what hangs goes on by its days, as it was passed with the statement.

    A notice runs by itself: it is passed by time, and nobody refuses in the middle of it. A village that
    talks a case over, or sees whether somebody is alive, refuses nothing: it knows the family, the office
    knows the law. An appeal approves only where an approval was refused, as otherwise one officer would have
    decided alone. It is heard as often as ``APPEALS``.
    """
    allowed = _ALLOWED[standing.state]
    kind = stages[standing.stage].kind
    if kind != "approval":
        allowed = allowed - {Act.OVERTURN}
    if unsigned and kind in DECIDED:
        allowed = allowed - {Act.PASS, Act.OVERTURN}
    if standing.state == State.RUNNING and kind == "notice":
        allowed = allowed - {Act.REFUSE, Act.ASK}
    if standing.state == State.RUNNING and kind in ("discussion", "verification"):
        allowed = allowed - {Act.REFUSE}
    if standing.appeals >= APPEALS:
        allowed = allowed - {Act.APPEAL}
    return allowed


def after(standing: Standing, act: Act, stages: tuple[Stage, ...], *, unsigned: bool = False) -> Standing:
    """Where a case stands after an act; ``unsigned`` as for ``possible``.

    Raises
    ------
    NotPossible
        When the act is not among ``possible``.
    """
    if act not in possible(standing, stages, unsigned=unsigned):
        raise NotPossible(standing, act)
    match act:
        case Act.ACCEPT:
            return replace(standing, state=State.RUNNING, accepted=True)
        case Act.ASK:
            return replace(standing, state=State.WAITING)
        case Act.BROUGHT:
            return replace(standing, state=State.RUNNING if standing.accepted else State.APPLIED)
        case Act.PASS if standing.stage + 1 < len(stages):
            return replace(standing, stage=standing.stage + 1)
        case Act.PASS | Act.OVERTURN:
            return replace(standing, state=State.APPROVED)
        case Act.REFUSE | Act.UPHOLD:
            return replace(standing, state=State.REFUSED)
        case Act.SUSPEND:
            return replace(standing, state=State.SUSPENDED)
        case Act.RESUME:
            return replace(standing, state=State.RUNNING)
        case Act.APPEAL:
            return replace(standing, state=State.APPEALED, appeals=standing.appeals + 1)
        case Act.REOPEN | Act.SEND_BACK:
            return replace(standing, state=State.RUNNING, stage=first_look(stages), accepted=True)
        case Act.TRANSFER:
            return Standing(appeals=standing.appeals)
        case Act.WITHDRAW if standing.state == State.APPEALED:
            return replace(standing, state=State.REFUSED)
        case Act.WITHDRAW:
            return replace(standing, state=State.WITHDRAWN)
        case _:
            return replace(standing, state=State.ENDED)


def first_look(stages: tuple[Stage, ...]) -> int:
    """The stage to which a case goes back: the first at which an officer decides, not the village's talk.

    What has hung in public does not hang again because an office erred.
    """
    return next(number for number, stage in enumerate(stages) if stage.kind in ("review", "approval"))
