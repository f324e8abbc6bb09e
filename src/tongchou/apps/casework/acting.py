"""What an account may do about a case now: by what it holds, and by what it did in it before."""

from __future__ import annotations

import datetime as dt

from tongchou.apps.casework import moving, positions, reach
from tongchou.apps.casework.models import Act, State
from tongchou.core.models import Account
from tongchou.domain.casework import steps


def possible(found: moving.Open, by: Account, on: dt.date) -> tuple[frozenset[str], frozenset[str]]:
    """The acts on a case the account may do now, and those only what it did in it before keeps it from."""
    wanted = {
        Act.BROUGHT: reach.OPEN,
        Act.WITHDRAW: reach.OPEN,
        Act.APPEAL: reach.OPEN,
        Act.REOPEN: reach.REVIEW,
        Act.END: reach.needed(found.stages[-1]),
        Act.TRANSFER: reach.REVIEW,
    }
    if found.standing.state == State.APPEALED:
        heard = reach.needed_at(found.case.desk)
        wanted |= {Act.UPHOLD: heard, Act.OVERTURN: heard, Act.SEND_BACK: heard}
    usual, holder = reach.needed(found.stage), reach.held(by, on)
    done, by_two = positions.done_in(found.case.pk), positions.by_two(found.case, found.stage)
    allowed, barred = set(), set()
    for act in steps.possible(found.standing, found.stages):
        held = holder.of(wanted.get(Act(act.value), usual))
        on_behalf = held.on_behalf(found.case.handling_scope, by.pk)
        if on_behalf is not None:
            kept = positions.bars(done, act, {by.pk, on_behalf}, by_two=by_two)
            (barred if kept else allowed).add(act.value)
    if found.stage.kind == "notice":
        for some in (allowed, barred):
            some.discard(Act.PASS.value)
    return frozenset(allowed), frozenset(barred)
