"""What the routes of cases send and take."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from tongchou.web.api.corrections import Mark
from tongchou.web.api.types import Body, Code, Id, Moment, Typed, Words, Year

#: Words of an officer: they stand on the case's own page alone.
Told = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Situation = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]


class CaseLine(Schema):
    """A case of a list. ``stage_due`` is when this desk has to be done; ``provisional``: it may yet move.

    ``acted``: the token's owner has taken a position, so others go on. Of private programmes, which named
    officers alone read, ``kind`` is empty and ``title`` neutral.
    """

    case_id: int
    number: str
    kind: str
    title: Words
    year: int
    person_id: int
    name: str
    place: str
    fen: int | None
    state: str
    desk: str
    stage: Words
    stage_due: dt.date
    provisional: bool
    late: bool
    opened_at: Moment
    acted: bool


class Cases(Schema):
    """A part of the list; send ``next`` as ``after`` to read on."""

    items: list[CaseLine]
    next: str | None


class CaseStep(Schema):
    """One act: by whom, when, with which reasons of the closed lists. ``officer`` is empty for what time did.

    ``mark`` is the hash of the facts and reasons it rests on.
    """

    act: str
    stage: Words
    officer: str
    on_behalf: str
    at: Moment
    reasons: list[str]
    in_time: bool | None
    mark: str


class CaseView(Schema):
    """One case: where it stands, what is due when, what the rules answer today.

    ``seen`` is the hash of that answer, which deciding has to name; ``same``: it gives what was last decided
    on. ``acts`` are those the roles of the token's owner allow now; ``asked`` what the family is waited for.
    """

    case_id: int
    number: str
    kind: str
    title: Words
    year: int
    person_id: int
    name: str
    place: str
    area: str
    fen: int | None
    state: str
    desk: str
    stage: Words
    opened_at: Moment
    accepted_on: dt.date | None
    stage_due: dt.date | None
    provisional: bool
    due: dt.date | None
    due_provisional: bool
    asked: list[str]
    outcome: str
    outcome_fen: int | None
    seen: str
    same: bool
    acts: list[str]
    acted: bool
    timeline: list[CaseStep]


class CaseDone(Schema):
    """What became of a case: where it stands now. Nothing about anybody."""

    case_id: int
    number: str
    state: str
    desk: str
    stage: str
    stage_due: dt.date | None
    provisional: bool


class CaseVerdict(Schema):
    """What became of one of several: done, or why not."""

    case_id: int
    done: bool
    code: str
    detail: str


class CaseVerdicts(Schema):
    """One verdict for each number that was sent, in its order."""

    done: int
    items: list[CaseVerdict]


class CaseOpened(Body):
    """An application. ``name`` and the rest are of who applies, where it is not the person."""

    kind: Code
    year: Year
    channel: Code
    applicant: Code
    name: Typed = ""
    contact: Typed = ""
    relation: Typed = ""
    mandate: Typed = ""
    statement: bool = False
    situation: Situation = ""
    external: Typed = ""


class CaseAsked(Body):
    """What the family is to bring, of the closed list, all at once."""

    asked: Annotated[list[Code], Field(min_length=1, max_length=20)]
    words: Told = ""


class CaseBrought(Body):
    """``given``: what was brought, of the closed list; else ``words`` say why the case goes on without.

    ``statement``: the applicant's own signed statement is among it.
    """

    given: Annotated[list[Code], Field(max_length=20)] = []
    words: Told = ""
    statement: bool = False


class CasePassed(Body):
    """``seen`` of the case as it was looked at; ``fen`` where no rule says the amount; ``proof`` of life."""

    seen: Mark | None
    words: Told = ""
    fen: Annotated[int, Field(ge=1, le=10**12)] | None = None
    proof: Code | None = None


class CaseRefused(Body):
    """A reason of the closed list; its clauses are those of the answer that ``seen`` names."""

    reason: Code
    seen: Mark | None
    words: Told = ""


class CasesChosen(Body):
    """Numbers of cases, at most 200."""

    cases: Annotated[list[Id], Field(min_length=1, max_length=200)]


class CasesPassed(CasesChosen):
    proof: Code | None = None


class CasesRefused(CasesChosen):
    """One reason of the closed list for all; each is refused only where its own record bears it out."""

    reason: Code
    words: Told = ""


class CaseWords(Body):
    """Words of the officer, or of the family in an appeal. They stand on the case's own page alone."""

    words: Told = ""


class CaseHeard(Body):
    """``uphold``, ``overturn`` or ``send_back``, with the reason that stands in the letter."""

    verdict: Code
    seen: Mark | None
    words: Told
