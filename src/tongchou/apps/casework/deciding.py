"""The office's acts on a case: accept, ask, pass, refuse, suspend, take up again, open again, end, hand over.

An officer decides on what the rules answer today, as shown: what has changed since is shown again first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import awarding, moving, pinning, reach, sealing, windows
from tongchou.apps.casework.models import Asked, Case, Decision, Ending, Refusal
from tongchou.apps.casework.moving import Open
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.casework.steps import Act, State
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import (
    ENTITLED,
    NEEDS_INFORMATION,
    NOT_ENTITLED,
    SUBJECT_TO_STATEMENT,
)

#: Characters an officer's words may have.
LONGEST: Final = 300
#: How somebody's being alive is shown: records of deaths compared, or a visit; never a scan of a face.
PROOFS: Final = ("death_records", "home_visit")


@transaction.atomic
def accept(*, case_id: int, by: Account, at: dt.datetime) -> Decision:
    """Take an application on; its days begin to run. Sent twice, the second changes nothing.

    Raises
    ------
    NotAllowed, NotFound
        When it is not this account's turn, or the case is about the own family.
    Conflict
        When the case has gone on otherwise.
    """
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at)
    if (same := _already(found.case, Act.ACCEPT, by)) is not None:
        return same
    return moving.move(found, Act.ACCEPT, by=by, on_behalf=on_behalf, at=at)


@transaction.atomic
def ask_for(
    *, case_id: int, asked: Collection[str], by: Account, at: dt.datetime, words: str = ""
) -> Decision:
    """Ask the family for something of the closed list, all at once; the clock stops.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``accept``.
    Invalid
        ``casework.asked``: nothing of the list is named, or the words are too long.
    """
    wanted = [code for code in Asked.values if code in set(asked)]
    if not wanted or set(asked) - set(Asked.values):
        raise Invalid("casework.asked", _("Choose what the family is to bring."), field="asked")
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at)
    return moving.move(
        found,
        Act.ASK,
        by=by,
        on_behalf=on_behalf,
        at=at,
        reasons=",".join(wanted),
        words=said(words),
    )


@transaction.atomic
def pass_on(
    *,
    case_id: int,
    seen: str | None,
    by: Account,
    at: dt.datetime,
    words: str = "",
    amount_fen: int | None = None,
    proof: str = "",
) -> Decision:
    """Pass the stage; at the last one the case is approved and its award made.

    Parameters
    ----------
    seen
        The mark of the answer the account was shown (``View.seen``); None when it saw the pinned one alone.
    amount_fen
        What is proposed where no rule says the amount (hardship aid); the first stage names it, the approval
        may change it.
    proof
        One of ``PROOFS`` where somebody's being alive is checked.

    Raises
    ------
    NotAllowed, NotFound
        As ``accept``; ``casework.two_people``.
    Conflict
        ``casework.changed`` when the answer is another than the one shown, ``casework.look_alone`` when it
        gives something else than the pinned one; ``casework.unclear``, ``casework.not_entitled``,
        ``casework.statement`` when there is nothing to approve; ``casework.too_late``, unless words
        say why it counts as in time; ``casework.too_early`` before the year begins; what ``awarding`` says
        against it.
    Invalid
        ``casework.amount``, ``casework.proof``, ``casework.words``.
    """
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at)
    moving.require_possible(found, Act.PASS, statement=False)
    if found.stage.kind == "notice":
        raise Conflict("casework.notice_runs", _("The notice still hangs. It passes by itself."))
    if found.stage.kind == "verification" and proof not in PROOFS:
        raise Invalid("casework.proof", _("Say how it was seen that the person is alive."), field="proof")
    registry.stand_still()
    answer = fresh(found, at)
    mark = _as_pinned(found, answer) if seen is None else as_shown(answer, seen)
    # The village's discussion too: the notice after it says that the people on it are entitled.
    if found.stage.kind in ("discussion", "review", "approval", "verification"):
        require_entitled(found, answer)
        windows.require_in_time(found, answer, said(words), clock.date_of(at))
        set_amount(found, answer, amount_fen)
    pinning.pin(found.case, answer, at)
    stages = found.kind.stages_for(found.case.amount_fen, renewal=found.case.previous_id is not None)
    found = Open(found.case, found.kind, stages, found.standing)
    last = moving.require_possible(found, Act.PASS).state == State.APPROVED
    if last:
        awarding.require_payable(found, at)
    decision = moving.move(
        found,
        Act.PASS,
        by=by,
        on_behalf=on_behalf,
        at=at,
        reasons=proof,
        words=said(words),
        mark=mark,
        detail={"amount_fen": found.case.amount_fen},
    )
    if last:
        awarding.award(found, at)
    return decision


@transaction.atomic
def refuse(
    *, case_id: int, reason: str, seen: str | None, by: Account, at: dt.datetime, words: str = ""
) -> Decision:
    """Refuse, for a reason of the closed list that the record bears out; the clauses stand in what is pinned.

    "A condition is not met" only where the rules say so, or a statement of the programme was not made; "what
    is needed is missing" only where it is and the family has been asked. So nobody is refused on a guess.
    ``seen`` as for ``pass_on``.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``pass_on``; ``casework.entitled`` when the answer does not bear the reason out.
    Invalid
        ``casework.refusal`` when the reason is none of ``Refusal``; ``casework.words`` when it needs words.
    """
    if reason not in Refusal.values:
        raise Invalid("casework.refusal", _("Choose a reason from the list."), field="reason")
    told = said(words)
    if reason in (Refusal.ALREADY, Refusal.NOT_HERE) and not told:
        raise Invalid(
            "casework.words", _("Say where it is paid, or which place is responsible."), field="words"
        )
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at)
    moving.require_possible(found, Act.REFUSE)
    answer = fresh(found, at)
    mark = _as_pinned(found, answer) if seen is None else as_shown(answer, seen)
    _borne_out(found, reason, answer, told)
    pinning.pin(found.case, answer, at)
    return moving.move(
        found, Act.REFUSE, by=by, on_behalf=on_behalf, at=at, reasons=reason, words=told, mark=mark
    )


@transaction.atomic
def suspend(*, case_id: int, by: Account, at: dt.datetime, words: str) -> Decision:
    """Hold the case while something else is cleared up (a correction of the register, say), with a reason."""
    if not (told := said(words)):
        raise Invalid("casework.words", _("Say what has to be cleared up first."), field="words")
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at)
    return moving.move(found, Act.SUSPEND, by=by, on_behalf=on_behalf, at=at, words=told)


@transaction.atomic
def resume(*, case_id: int, by: Account, at: dt.datetime) -> Decision:
    """Take a suspended case up again; it has the days left that it had."""
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at)
    return moving.move(found, Act.RESUME, by=by, on_behalf=on_behalf, at=at)


@transaction.atomic
def reopen(*, case_id: int, by: Account, at: dt.datetime, words: str) -> Decision:
    """The office opens its own decision again because it erred; others decide anew.

    Raises
    ------
    Conflict
        ``awarding.paid`` when money has gone out already: end the case, and what was paid is discussed.
    """
    if not (told := said(words)):
        raise Invalid("casework.words", _("Say what was wrong with the decision."), field="words")
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at, reach.REVIEW)
    moving.require_possible(found, Act.REOPEN)
    awarding.void(found.case, at)
    return moving.move(found, Act.REOPEN, by=by, on_behalf=on_behalf, at=at, words=told)


@transaction.atomic
def end(*, case_id: int, ending: str, by: Account, at: dt.datetime, words: str = "") -> Decision:
    """End what was approved: nothing more is paid of it. What was paid stays paid.

    Raises
    ------
    NotAllowed
        When the account could not have granted it.
    Invalid
        ``casework.ending`` when the reason is none of ``Ending``.
    Conflict
        ``casework.ending`` when the register shows neither the death nor a condition that is not met.
    """
    if ending not in Ending.values:
        raise Invalid("casework.ending", _("Choose a reason from the list."), field="ending")
    found = moving.locked(case_id, by, at)
    # What a level has granted, no lower one takes away.
    on_behalf = moving.require_turn(found, by, at, reach.needed(found.stages[-1]))
    moving.require_possible(found, Act.END)
    if ending == Ending.DIED and not _died(found.case):
        message = _("The register does not show this death. Record it first; the case follows from it.")
        raise Conflict("casework.ending", message)
    answer = fresh(found, at) if ending == Ending.NO_LONGER else None
    if answer is not None and answer.outcome in (ENTITLED, SUBJECT_TO_STATEMENT):
        message = _("By the register every condition is met. Correct the register first, where it is wrong.")
        raise Conflict("casework.ending", message)
    awarding.stop(found.case, at)
    return moving.move(found, Act.END, by=by, on_behalf=on_behalf, at=at, reasons=ending, words=said(words))


@transaction.atomic
def hand_over(*, case_id: int, area_id: int, by: Account, at: dt.datetime) -> Decision:
    """Hand an undecided case to the village that is responsible; the family's day stays the same.

    Applied for before a move, it stays where it is (the old place's rule); this is for what came to the wrong
    place. Nobody is paid twice: the case of a person, kind and year is one, wherever it is handled.

    Raises
    ------
    Invalid
        ``casework.area``: not a village, or the one that has it.
    """
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at, reach.REVIEW)
    area = places.area_by_id(area_id, within=Scope.everything())
    if area is None or area.level != places.Level.VILLAGE or area.valid_to is not None:
        raise Invalid("casework.area", _("Choose a village as it stands today."), field="area")
    if found.case.handling_area_id == area.pk or area.scope_no <= found.case.handling_scope <= area.scope_end:
        message = _("The case lies with this village already. Choose another one.")
        raise Invalid("casework.area", message, field="area")
    case = found.case
    due, provisional = case.due, case.due_provisional
    case.handling_area_id, case.handling_scope = area.pk, area.scope_no
    decision = moving.move(
        found, Act.TRANSFER, by=by, on_behalf=on_behalf, at=at, detail={"area_id": area.pk}
    )
    case.due, case.due_provisional = due, provisional
    case.save(update_fields=["due", "due_provisional"])
    return decision


def said(words: str) -> str:
    """An officer's words in order.

    Raises
    ------
    Invalid
        ``casework.words`` when they are too long.
    """
    text = " ".join(words.split())
    if len(text) > LONGEST:
        message = _("At most %(most)s characters.") % {"most": LONGEST}
        raise Invalid("casework.words", message, field="words")
    return text


def fresh(found: Open, at: dt.datetime) -> Explanation | None:
    """What the rules answer today for the person of a case; None where no rule is asked."""
    case = found.case
    told = sealing.unseal(case.sealed, case.person_id).told
    answers = pinning.ask(found.kind, {case.person_id: told}, year=case.year, on=clock.date_of(at))
    return answers.get(case.person_id)


def as_shown(answer: Explanation | None, seen: str) -> str:
    """The mark of the answer, if it is the one the officer was shown.

    Raises
    ------
    Conflict
        ``casework.changed``.
    """
    mark = pinning.mark_of(answer)
    if seen != mark:
        message = _("What the register says has changed since you opened this page. Look at it again.")
        raise Conflict("casework.changed", message)
    return mark


def _as_pinned(found: Open, answer: Explanation | None) -> str:
    """The mark of the answer, if it gives what the pinned one gave.

    Raises
    ------
    Conflict
        ``casework.look_alone``.
    """
    if not pinning.same(answer, pinning.latest([found.case.pk]).get(found.case.pk)):
        message = _("The answer of the rules has changed since. Look at this one on its own page.")
        raise Conflict("casework.look_alone", message)
    return pinning.mark_of(answer)


def require_entitled(found: Open, answer: Explanation | None) -> None:
    """Refuse to pass what the rules do not give.

    Raises
    ------
    Conflict
        ``casework.unclear`` or ``casework.not_entitled``, the failing conditions named.
    """
    if not found.kind.programme:
        return
    outcome = answer.outcome if answer else NEEDS_INFORMATION
    if outcome == NEEDS_INFORMATION:
        message = _("Something is still unknown. Ask the family for it, or have the register completed.")
        raise Conflict("casework.unclear", message)
    if outcome == NOT_ENTITLED:
        message = _(
            "The rules do not give this. Refuse with reasons; where the register is wrong, record a "
            "grievance with the correction first: it changes the register, and the answer with it."
        )
        raise Conflict("casework.not_entitled", message, clauses=not_met(answer))


def not_met(answer: Explanation | None) -> list[str]:
    """The conditions that fail, in the reader's language: for the case's own page alone (rights rule 7)."""
    if answer is None:
        return []
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return [one.label(language) for one in answer.conditions if one.code in answer.failing]


def set_amount(found: Open, answer: Explanation | None, proposed: int | None) -> None:
    case = found.case
    if found.kind.programme:
        case.amount_fen = answer.amount_fen if answer else None
        return
    if found.kind.gives != "money":
        return
    # What two are to approve is not lowered by the second: it would never have come to him.
    if proposed is not None and not found.stage.from_fen:
        if not 0 < proposed <= awarding.MOST_FEN:
            raise Invalid("casework.amount", _("Give an amount above zero."), field="amount")
        case.amount_fen = proposed
    if case.amount_fen is None:
        raise Invalid("casework.amount", _("Say which amount you propose."), field="amount")


def _borne_out(found: Open, reason: str, answer: Explanation | None, words: str) -> None:
    outcome = answer.outcome if answer else ""
    if reason == Refusal.CONDITIONS:
        application = sealing.unseal(found.case.sealed, found.case.person_id)
        unsigned = outcome == SUBJECT_TO_STATEMENT and not application.statement
        judged = not found.kind.programme and bool(words)
        fits = outcome == NOT_ENTITLED or unsigned or judged
    elif reason == Refusal.INFORMATION:
        asked = Decision.objects.filter(case=found.case, act=Act.ASK.value).exists()
        fits = asked and outcome in ("", NEEDS_INFORMATION)
    elif reason == Refusal.DIED:
        fits = outcome not in (ENTITLED, SUBJECT_TO_STATEMENT) and _died(found.case)
    elif reason == Refusal.LATE:
        fits = windows.missed(found.case, answer) is not None
    else:
        fits = True
    if not fits:
        message = _("The record does not bear this reason out. Look at the answer of the rules again.")
        raise Conflict("casework.entitled", message)


def _died(case: Case) -> bool:
    found = registry.people({case.person_id}, scope=Scope.everything())
    return case.person_id in found and found[case.person_id].deceased


def _already(case: Case, act: Act, by: Account) -> Decision | None:
    """The newest decision of a case, when it is the same act of the same account: sent twice."""
    last = Decision.objects.filter(case=case).order_by("-pk").first()
    return last if last is not None and last.act == act.value and last.officer_id == by.pk else None
