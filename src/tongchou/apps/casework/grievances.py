"""Grievances (申诉): noted for a family on a case in any state, answered by somebody who has not acted in it.

One that is right changes the register by the ordinary way of corrections, in the same transaction, and the
rules are asked again: a case that was refused is opened again when they now answer otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import clocks, conflicts, deciding, moving, pinning, positions, reach, sealing
from tongchou.apps.casework.grievance_models import About, Grievance, Verdict
from tongchou.apps.casework.models import Case, Decision, Desk
from tongchou.apps.casework.moving import Open
from tongchou.apps.corrections import api as corrections
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.domain.casework.steps import State
from tongchou.domain.policy.outcomes import ENTITLED, SUBJECT_TO_STATEMENT

#: Working days in which a grievance is answered.
ANSWERED_IN: Final = 15


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed change of the register: new values of what identifies the person, or an entry to take back.

    ``new``, ``evidence_kind`` and ``evidence_words`` as ``corrections.ask_correction`` takes them;
    ``event_id`` as ``corrections.ask_reversal`` does. One of both.
    """

    new: Mapping[str, str]
    reason: str
    words: str = ""
    evidence_kind: str = ""
    evidence_words: str = ""
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of an answer: whether the case was opened again, whether the rules now say something else."""

    grievance: Grievance
    reopened: bool = False
    changed: bool = False


@transaction.atomic
def record(
    *,
    case_id: int,
    about: str,
    words: str,
    by: Account,
    at: dt.datetime,
    change: Change | None = None,
    external: str = "",
) -> Grievance:
    """Note a grievance in the family's own words. Sent twice, it is noted once.

    Parameters
    ----------
    external
        The number under which it came by 12345 or as a petition.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not begin cases there, or may not ask for the change.
    Invalid
        ``casework.about``, ``casework.words``, ``casework.external``; ``casework.entry`` when the entry is
        another person's; what corrections say of the proposed change.
    Conflict
        What corrections say against the proposed change.
    """
    if about not in About.values:
        raise Invalid("casework.about", _("Choose what it is about."), field="about")
    if not (told := deciding.said(words)):
        raise Invalid("casework.words", _("Write down what the family says."), field="words")
    external = external.strip()
    if len(external) > 60:
        raise Invalid("casework.external", _("At most 60 characters."), field="external")
    found = moving.locked(case_id, by, at)
    case = found.case
    if not reach.of(by, reach.OPEN, clock.date_of(at)).covers(case.handling_scope):
        message = _("Your role does not include this step. It stays with the office whose turn it is.")
        raise NotAllowed("casework.not_your_turn", message, permission=reach.OPEN)
    if (same := _noted(found, about, told, by)) is not None:
        return same
    asked = _ask(found, change, by, at) if change is not None else None
    ends = clocks.working(clock.date_of(at), ANSWERED_IN)
    made = Grievance.objects.create(
        case=case,
        about=about,
        sealed=sealing.seal_words(told, case.pk),
        external=external,
        correction_id=asked,
        recorded_by=by,
        recorded_at=at,
        due=ends.on,
        provisional=ends.provisional,
    )
    _audit(made, found, "grievance", by, at, about=about, correction=asked)
    return made


def _noted(found: Open, about: str, words: str, by: Account) -> Grievance | None:
    """The open one of this case that says the same, written down by the same account."""
    rows = Grievance.objects.filter(case=found.case, about=about, verdict="", recorded_by=by)
    return next((one for one in rows if sealing.unseal_words(one.sealed, found.case.pk) == words), None)


def _ask(found: Open, change: Change, by: Account, at: dt.datetime) -> int:
    person = found.case.person_id
    if change.event_id is None:
        return corrections.ask_correction(
            person_id=person,
            new=change.new,
            reason=change.reason,
            words=change.words,
            evidence_kind=change.evidence_kind,
            evidence_words=change.evidence_words,
            by=by,
            at=at,
        ).pk
    asked = corrections.ask_reversal(
        event_id=change.event_id, reason=change.reason, words=change.words, by=by, at=at
    )
    if asked.person_id != person:
        raise Invalid("casework.entry", _("This entry is about somebody else."), field="event_id")
    return asked.pk


@transaction.atomic
def close(
    *, grievance_id: int, verdict: str, words: str, by: Account, at: dt.datetime, seen: str = ""
) -> Closed:
    """Answer a grievance: ``right`` or ``not_right``, with words that stand in the letter.

    Found right, the change of the register that was asked for with it is approved by this account; the rules
    are asked again, and a refused case that they would now grant is opened again, for others to decide.

    Parameters
    ----------
    seen
        The mark of the proposed change as it was shown (``View.change.seen``).

    Raises
    ------
    NotAllowed
        Who noted it or has acted in the case; who may not review there, or not approve corrections.
    NotFound
    Invalid
        ``casework.verdict``, ``casework.words``.
    Conflict
        ``casework.answered``; ``casework.change_refused``; what corrections say, ``corrections.seen`` among
        it.
    """
    if verdict not in (Verdict.RIGHT, Verdict.NOT_RIGHT):
        raise Invalid("casework.verdict", _("Say whether the family was right."), field="verdict")
    if not (told := deciding.said(words)):
        raise Invalid(
            "casework.words", _("Give the reason in a sentence; it stands in the letter."), field="words"
        )
    one = _locked(grievance_id, by, at)
    found = moving.locked(one.case_id, by, at)
    _second(one, found, by, at)
    if one.correction_id is not None:
        _apply(one, verdict, seen, by, at)
    changed, reopen = _again(found, at) if verdict == Verdict.RIGHT else (False, False)
    if reopen:
        deciding.reopen(case_id=one.case_id, by=by, at=at, words=told)
    one.verdict, one.answer, one.reopened = verdict, sealing.seal_words(told, one.case_id), reopen
    one.closed_by, one.closed_at = by, at
    one.save(update_fields=["verdict", "answer", "reopened", "closed_by", "closed_at"])
    _audit(one, found, "answer", by, at, verdict=verdict, correction=one.correction_id, reopened=reopen)
    return Closed(one, reopen, changed)


def _locked(grievance_id: int, by: Account, at: dt.datetime) -> Grievance:
    one = readable(by, clock.date_of(at)).filter(pk=grievance_id).select_for_update(of=("self",)).first()
    if one is None:
        raise no_grievance()
    if one.verdict:
        raise Conflict("casework.answered", _("This has been answered already."))
    return one


def _second(one: Grievance, found: Open, by: Account, at: dt.datetime) -> None:
    """Who answers has the office's permission, and neither noted it nor took a position in the case."""
    held = reach.of(by, reach.REVIEW, clock.date_of(at))
    on_behalf = held.on_behalf(found.case.handling_scope, by.pk)
    if on_behalf is None:
        message = _("Your role does not include this step. It stays with the office whose turn it is.")
        raise NotAllowed("casework.not_your_turn", message, permission=reach.REVIEW)
    if one.recorded_by_id in (by.pk, on_behalf) or acted(found, {by.pk, on_behalf}):
        message = _("You have acted in this case before. Another officer has to take this step.")
        raise NotAllowed("casework.two_people", message)
    conflicts.require_none([found.case], by, [on_behalf])


def acted(found: Open, accounts: set[int]) -> bool:
    """Whether one of these accounts has taken a position in the case."""
    rows = Decision.objects.filter(case=found.case, counted=True)
    return rows.filter(Q(officer__in=accounts) | Q(on_behalf__in=accounts)).exists()


def _apply(one: Grievance, verdict: str, seen: str, by: Account, at: dt.datetime) -> None:
    """Approve the proposed change, or refuse it where the family is not right."""
    number = one.correction_id or 0
    state = corrections.states([number]).get(number, "")
    if verdict == Verdict.NOT_RIGHT:
        if state == corrections.WAITING:
            corrections.refuse(correction_id=number, refusal="evidence", by=by, at=at)
        return
    if state == corrections.WAITING:
        corrections.approve(correction_id=number, seen=seen, by=by, at=at)
    elif state != corrections.Outcome.APPROVED:
        message = _(
            "The proposed change was refused or taken back meanwhile. Answer it as not right, or have the "
            "change asked for again."
        )
        raise Conflict("casework.change_refused", message)


def _again(found: Open, at: dt.datetime) -> tuple[bool, bool]:
    """Whether the rules now answer otherwise than before, and would grant what was refused."""
    answer = deciding.fresh(found, at)
    if answer is None:
        return False, False
    before = pinning.latest([found.case.pk]).get(found.case.pk)
    now = (str(answer.outcome), answer.amount_fen)
    changed = before is None or now != (before["outcome"], before["amount_fen"])
    pinning.pin(found.case, answer, at)
    granted = answer.outcome in (ENTITLED, SUBJECT_TO_STATEMENT)
    return changed, changed and granted and found.standing.state == State.REFUSED


def readable(by: Account, on: dt.date) -> QuerySet[Grievance]:
    """Grievances about cases the account may read."""
    return _about(reach.readable(by, on))


def _about(cases: QuerySet[Case]) -> QuerySet[Grievance]:
    """Grievances about some cases: each looks for its case, as they are few and the cases are many."""
    return Grievance.objects.filter(Exists(cases.filter(pk=OuterRef("case"))))


def to_answer(holder: reach.Held, cases: QuerySet[Case]) -> QuerySet[Grievance]:
    """Grievances about those cases that wait for an answer of this account, as ``close`` would take it."""
    where = holder.of(reach.REVIEW).all_areas.q("case__handling_scope")
    taken = Decision.objects.filter(case=OuterRef("case"), counted=True)
    mine = taken.filter(Q(officer=holder.account) | Q(on_behalf=holder.account))
    found = _about(cases).filter(where, verdict="")
    return found.exclude(recorded_by=holder.account).filter(~Exists(mine))


def no_grievance() -> NotFound:
    return NotFound("casework.no_grievance", _("There is no such grievance in your areas."))


def _audit(one: Grievance, found: Open, act: str, by: Account, at: dt.datetime, **detail: object) -> None:
    audit.append(
        by=by,
        action=f"casework.{act}",
        subject=f"case:{one.case_id}",
        scope_no=found.case.handling_scope,
        at=at,
        detail={"grievance": one.pk, **detail},
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A grievance as a list shows it; late when its last day has passed without an answer."""

    pk: int
    case_id: int
    number: str
    kind_zh: str
    kind_en: str
    person: str
    place: str
    about: str
    external: str
    recorded_at: dt.datetime
    due: dt.date
    provisional: bool
    late: bool
    verdict: str
    reopened: bool
    closed_at: dt.datetime | None


def listed(
    *, by: Account, on: dt.date, waiting: bool = True, mine: bool = False, page: int = 1, size: int = 50
) -> tuple[list[Line], int]:
    """A page of grievances and how many there are: open ones by their last day, answered ones newest first.

    ``mine`` are the open ones the account may answer itself. Constant in queries.
    """
    holder = reach.held(by, on)
    cases = reach.readable_by(holder)
    waiting = waiting or mine
    if mine:
        found = to_answer(holder, cases)
    else:
        found = _about(cases)
        found = found.filter(verdict="") if waiting else found.exclude(verdict="")
    total = found.count()
    found = found.order_by(*(("due", "pk") if waiting else ("-closed_at", "-pk")))
    return lines_of(found.select_related("case")[(page - 1) * size : page * size], on=on), total


def of_case(case_id: int, *, on: dt.date) -> list[Line]:
    """The grievances about one case that may be read, in the order they came."""
    return lines_of(Grievance.objects.filter(case=case_id).select_related("case").order_by("pk"), on=on)


def lines_of(found: QuerySet[Grievance], *, on: dt.date) -> list[Line]:
    """Grievances as lines. Four queries, however many."""
    from tongchou.apps.casework import kinds
    from tongchou.core.scope import Scope

    rows = list(found)
    versions = kinds.versions({one.case.version_id for one in rows})
    people = registry.people({one.case.person_id for one in rows}, scope=Scope.everything()) if rows else {}
    paths = places.paths([one.case.handling_area_id for one in rows]) if rows else {}
    shown = []
    for one in rows:
        title, hit = versions[one.case.version_id].public_title, people.get(one.case.person_id)
        shown.append(
            Line(
                pk=one.pk,
                case_id=one.case_id,
                number=one.case.number,
                kind_zh=title.zh,
                kind_en=title.en,
                person=hit.name if hit else "",
                place=paths.get(one.case.handling_area_id, ""),
                about=one.about,
                external=one.external,
                recorded_at=one.recorded_at,
                due=one.due,
                provisional=one.provisional,
                late=not one.verdict and one.due < on,
                verdict=one.verdict,
                reopened=one.reopened,
                closed_at=one.closed_at,
            )
        )
    return shown


@dataclass(frozen=True, slots=True)
class View:
    """One grievance: the words, the proposed change as it stands, whether this account may answer it."""

    line: Line
    words: str
    answer: str
    change: corrections.View | None
    correction_state: str
    may_answer: bool
    acted: bool
    #: The level of the office that answered; the township's, which looks into it first, until then.
    answered_at: str = ""


def view(grievance_id: int, *, by: Account, at: dt.datetime) -> View:
    """One grievance in the areas of the account.

    Raises
    ------
    NotFound
    """
    on = clock.date_of(at)
    one = readable(by, on).filter(pk=grievance_id).select_related("case").first()
    if one is None:
        raise no_grievance()
    found = moving.opened(one.case)
    held = reach.of(by, reach.REVIEW, on).on_behalf(one.case.handling_scope, by.pk)
    took = one.recorded_by_id == by.pk or acted(found, {by.pk})
    number = one.correction_id
    change = None
    if number is not None:
        try:
            change = corrections.open_correction(number, by=by, at=at)
        except NotFound:
            change = None  # somebody who neither asked nor decides sees that there is one, not what it says
    return View(
        line=lines_of(Grievance.objects.filter(pk=one.pk).select_related("case"), on=on)[0],
        words=sealing.unseal_words(one.sealed, one.case_id),
        answer=sealing.unseal_words(one.answer, one.case_id),
        change=change,
        correction_state=corrections.states([number]).get(number, "") if number is not None else "",
        may_answer=not one.verdict and held is not None and not took,
        acted=took,
        answered_at=_answered_at(one),
    )


def _answered_at(one: Grievance) -> str:
    if one.closed_by_id is None or one.closed_at is None:
        return str(Desk.TOWNSHIP)
    desks = positions.desks_of([one.closed_by_id], clock.date_of(one.closed_at))
    return str(positions.raised(Desk.TOWNSHIP, desks.get(one.closed_by_id, ())))
