"""Appeals (复核): heard by another officer of the office, then by the level above, applied at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import awarding, deciding, moving, pinning, positions, reach
from tongchou.apps.casework.models import Decision
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.casework.steps import Act, State
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import NOT_ENTITLED


@transaction.atomic
def appeal(*, case_id: int, words: str, by: Account, at: dt.datetime) -> Decision:
    """Note that the family objects to a refusal, in its own words; whoever may begin cases may note it.

    An appeal has no last day here: the dates of the law (60 days for reconsideration, six months for a court)
    stand in the letter, and an office that erred mends it later too.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not begin cases there.
    Conflict
        ``casework.not_now``: it is not refused, or was heard twice.
    """
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at, reach.OPEN)
    return moving.move(found, Act.APPEAL, by=by, on_behalf=on_behalf, at=at, words=deciding.said(words))


@transaction.atomic
def hear(*, case_id: int, verdict: str, seen: str, words: str, by: Account, at: dt.datetime) -> Decision:
    """Decide an appeal: ``uphold``, ``overturn`` (approve) or ``send_back`` to be decided anew by others.

    Raises
    ------
    NotAllowed, NotFound
        When it is not this account's turn; ``casework.took_part`` for whoever handled the case before, in
        whatever act of the office.
    Invalid
        ``casework.verdict``; ``casework.words`` when no reason is given.
    Conflict
        As ``deciding.pass_on`` where the appeal approves; ``casework.not_entitled`` with the ``clauses`` that
        fail, ``casework.not_approval`` where what was refused was no approval.
    """
    if verdict not in (Act.UPHOLD, Act.OVERTURN, Act.SEND_BACK):
        raise Invalid("casework.verdict", _("Choose what becomes of the appeal."), field="verdict")
    if not (told := deciding.said(words)):
        raise Invalid(
            "casework.words", _("Give the reason in a sentence; it stands in the letter."), field="words"
        )
    found = moving.locked(case_id, by, at)
    if found.standing.state != State.APPEALED:
        moving.require_possible(found, Act(verdict))
    on_behalf = moving.require_turn(found, by, at, reach.needed_at(found.case.desk))
    positions.require_none(found.case.pk, Act(verdict), {by.pk, on_behalf})
    registry.stand_still()
    answer = deciding.fresh(found, at)
    mark = deciding.as_shown(answer, seen)
    if verdict == Act.OVERTURN:
        _require_approvable(found, answer)
    pinning.pin(found.case, answer, at)
    if verdict == Act.OVERTURN:
        deciding.set_amount(found, answer, None)
        awarding.require_payable(found, at)
    decision = moving.move(found, Act(verdict), by=by, on_behalf=on_behalf, at=at, words=told, mark=mark)
    if verdict == Act.OVERTURN:
        awarding.award(found, at)
    return decision


def _require_approvable(found: moving.Open, answer: Explanation | None) -> None:
    """Refuse to approve what the rules do not give, or what no office has looked at before its approval.

    Raises
    ------
    Conflict
    """
    if found.kind.programme and answer is not None and answer.outcome == NOT_ENTITLED:
        message = _(
            "The rules do not give this: an appeal cannot approve it. Where the register is wrong, record a "
            "grievance with the correction on this case: it changes the register, and the answer with it. "
            "Else let the decision stand, with the reason."
        )
        raise Conflict("casework.not_entitled", message, clauses=deciding.not_met(answer))
    deciding.require_entitled(found, answer)
    if found.stage.kind != "approval":
        message = _(
            "What was refused was no approval yet, so this appeal cannot approve it alone. Send it back: it "
            "then goes on, stage by stage."
        )
        raise Conflict("casework.not_approval", message)
