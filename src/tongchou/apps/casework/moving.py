"""One act on one case: the row is locked, the step possible, the officer may; the clock is set, all noted.

Every act of ``opening``, ``deciding`` and ``appeals`` ends here, so that none of these is forgotten.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import clocks, conflicts, kinds, positions, reach, sealing
from tongchou.apps.casework.models import Case, Decision, Desk
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.models import Account
from tongchou.domain.casework import steps
from tongchou.domain.casework.kinds import CaseKind, Stage
from tongchou.domain.casework.steps import Act, NotPossible, Standing, State

#: Who hears a first and a second appeal, by the level that decided.
_SAME: Final = {"village": Desk.TOWNSHIP, "township": Desk.TOWNSHIP, "county": Desk.COUNTY}


@dataclass(frozen=True, slots=True)
class Open:
    """A case as an act finds it: locked, with its kind as it was begun under and where it stands."""

    case: Case
    kind: CaseKind
    stages: tuple[Stage, ...]
    standing: Standing

    @property
    def stage(self) -> Stage:
        return self.stages[self.standing.stage]


def standing_of(case: Case) -> Standing:
    return Standing(State(case.state), case.stage, case.accepted, case.appeals)


def opened(case: Case, kind: CaseKind | None = None) -> Open:
    """A case with its kind and stages, as they are now."""
    found = kind or kinds.versions([case.version_id])[case.version_id]
    stages = found.stages_for(case.amount_fen, renewal=case.previous_id is not None)
    return Open(case, found, stages, standing_of(case))


def locked(case_id: int, by: Account, at: dt.datetime) -> Open:
    """A case the account may read, its row locked until the transaction ends.

    Raises
    ------
    NotFound
        When there is no such case in its areas.
    """
    case = reach.readable(by, clock.date_of(at)).filter(pk=case_id).select_for_update(of=("self",)).first()
    if case is None:
        raise reach.no_case()
    return opened(case)


def require_turn(found: Open, by: Account, at: dt.datetime, permission: str | None = None) -> int:
    """For whom the account acts here: itself, or whoever lent it the permission.

    Raises
    ------
    NotAllowed
        When it holds the permission neither way, or the case is about the own family.
    """
    wanted = permission or reach.needed(found.stage)
    held = reach.of(by, wanted, clock.date_of(at))
    on_behalf = held.on_behalf(found.case.handling_scope, by.pk)
    if on_behalf is None:
        message = _("Your role does not include this step. It stays with the office whose turn it is.")
        raise NotAllowed("casework.not_your_turn", message, permission=wanted)
    if found.case.private and not reach.named([on_behalf]).covers(found.case.handling_scope):
        raise reach.no_case()
    conflicts.require_none([found.case], by, [on_behalf])
    return on_behalf


def unsigned(found: Open) -> bool:
    """Whether the programme wants a statement of the applicant that this application does not have."""
    if not kinds.asks_statement(found.kind):
        return False
    return not sealing.unseal(found.case.sealed, found.case.person_id).statement


def require_possible(found: Open, act: Act, *, statement: bool = True) -> Standing:
    """Where the case stands after an act; without ``statement`` whatever the applicant has signed.

    Raises
    ------
    Conflict
        ``casework.not_now``: somebody was faster, or the case has gone on; ``casework.statement``: the
        applicant's own statement is still to come.
    """
    lacks = statement and act in (Act.PASS, Act.OVERTURN) and unsigned(found)
    try:
        return steps.after(found.standing, act, found.stages, unsigned=lacks)
    except NotPossible as error:
        if lacks and act in steps.possible(found.standing, found.stages):
            message = _(
                "The application form with the applicant's own statement is still to come. Ask for it."
            )
            raise Conflict("casework.statement", message) from error
        message = _("The case has gone on meanwhile. Look at it again.")
        raise Conflict("casework.not_now", message, state=str(error.standing.state)) from error


def move(
    found: Open,
    act: Act,
    *,
    by: Account | None,
    on_behalf: int | None,
    at: dt.datetime,
    reasons: str = "",
    words: str = "",
    mark: str = "",
    detail: dict[str, Any] | None = None,
) -> Decision:
    """Do the act: a decision is added, the case goes on, its clock is set, the audit chain notes it.

    Raises
    ------
    Conflict
        As ``require_possible``.
    NotAllowed
        ``casework.two_people``: the officer has taken a position in this case before;
        ``casework.took_part``: he has handled it, and it is an appeal.
    """
    after = require_possible(found, act)
    acting = {one for one in (by and by.pk, on_behalf) if one is not None}
    counted = by is not None and positions.require_none(
        found.case.pk, act, acting, by_two=positions.by_two(found.case, found.stage)
    )
    case, today = found.case, clock.date_of(at)
    in_time = today <= case.stage_due if act in (Act.PASS, Act.REFUSE) else None
    decision = _note(
        Decision(
            case=case,
            act=act.value,
            stage_code=found.stage.code,
            officer=by,
            on_behalf_id=on_behalf,
            counted=counted,
            at=at,
            reasons=reasons,
            sealed=sealing.seal_words(words, case.pk),
            mark=mark,
            in_time=in_time,
        )
    )
    _set(found, act, after, at)
    case.save()
    audit.append(
        by=by,
        action=f"casework.{act.value}",
        subject=f"case:{case.pk}",
        scope_no=case.handling_scope,
        at=at,
        detail={"stage": found.stage.code, "reasons": reasons, **_lent(by, on_behalf), **(detail or {})},
    )
    return decision


def note_opened(found: Open, *, by: Account, at: dt.datetime, mark: str) -> None:
    """Add the first decision of a case that was just written, and note it."""
    case = found.case
    _note(
        Decision(
            case=case,
            act=Act.OPEN.value,
            stage_code=found.stage.code,
            officer=by,
            on_behalf=by,
            # Whoever starts the yearly check of a county has looked at no case of it, and confirms them.
            counted=case.previous_id is None,
            at=at,
            mark=mark,
        )
    )
    lies_on = positions.staffed(case, State(case.state), found.stage, Desk(case.desk), clock.date_of(at))
    if lies_on != case.desk:
        case.desk = lies_on
        case.save(update_fields=["desk"])
    audit.append(
        by=by,
        action="casework.open",
        subject=f"case:{case.pk}",
        scope_no=case.handling_scope,
        at=at,
        detail={"kind": case.kind, "year": case.year, "person": case.person_id, "channel": case.channel},
    )


def _lent(by: Account | None, on_behalf: int | None) -> dict[str, Any]:
    return {} if by is None or on_behalf == by.pk else {"on_behalf": on_behalf}


def _note(decision: Decision) -> Decision:
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
    except IntegrityError as error:
        raise positions.two_people() from error
    return decision


def _set(found: Open, act: Act, after: Standing, at: dt.datetime) -> None:
    """What the case says after an act, its clock and whose turn it is."""
    case, today = found.case, clock.date_of(at)
    stage = found.stages[after.stage]
    moved = after.stage != found.standing.stage or act in (Act.REOPEN, Act.SEND_BACK, Act.TRANSFER)
    case.state, case.stage, case.accepted, case.appeals = (
        after.state.value,
        after.stage,
        after.accepted,
        after.appeals,
    )
    case.stage_code = stage.code
    case.desk = positions.staffed(case, after.state, stage, desk(found, after), today)
    if act == Act.ACCEPT:
        case.accepted_on = today
        _run_stage(found, stage, today)
        clocks.set_whole(case, clocks.working(today, found.kind.within))
        clocks.keep_whole(case)
    elif act == Act.APPEAL:
        case.stage_since, ends = today, clocks.working(today, clocks.APPEAL)
        clocks.set_stage(case, ends)
        clocks.set_whole(case, ends)
    elif after.state in steps.PAUSED and found.standing.state not in steps.PAUSED:
        case.left_stage = clocks.left(today, case.stage_due)
        case.left_whole = clocks.left(today, case.due)
        case.stage_from = case.stage_days = case.due_from = case.due_days = None
        if act == Act.ASK:  # the day by which an answer is hoped for; nothing falls due with it
            clocks.set_stage(case, clocks.working(today, found.kind.answer))
    elif act in (Act.BROUGHT, Act.RESUME):
        _run_again(case, today)
    elif moved and after.state in (State.RUNNING, State.APPLIED):
        _run_stage(found, stage, today)
        clocks.keep_whole(case)
    if after.state in (State.APPROVED, State.REFUSED) and act != Act.WITHDRAW:
        case.decided_at = at


def _run_stage(found: Open, stage: Stage, today: dt.date) -> None:
    case = found.case
    here = clocks.as_set_here(found.kind, case.handling_area_id, today)
    ends = clocks.of_stage(here.get(stage.code, stage), today)
    case.stage_since = today
    clocks.set_stage(case, ends)


def _run_again(case: Case, today: dt.date) -> None:
    clocks.set_stage(case, clocks.working(today, case.left_stage or 0))
    clocks.set_whole(case, clocks.working(today, case.left_whole or 0))
    case.left_stage = case.left_whole = None


def desk(found: Open, after: Standing) -> Desk:
    """Whose turn it is, where the office has somebody left for it (``positions.staffed``)."""
    if after.state not in steps.UNFINISHED:
        return Desk.NOBODY
    if after.state == State.WAITING:
        return Desk.FAMILY
    stage = found.stages[after.stage]
    if after.state == State.APPEALED:
        return hears(stage.level, after.appeals)
    if stage.kind == "notice" and after.state == State.RUNNING:
        return Desk.NOTICE
    return Desk(stage.level)


def hears(level: str, turn: int) -> Desk:
    """Who hears an appeal against a decision of a level: another officer first, then the level above."""
    return _SAME[level] if turn <= 1 else positions.above(Desk(level))
