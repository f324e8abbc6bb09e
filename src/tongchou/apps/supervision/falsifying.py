"""Made-up figures: said by one officer, answered by the unit, decided by another, handed to the veto form.

A sample that differs proves a mistake, never by itself an intent: nothing goes on without somebody's reasons,
the unit's chance to answer, and a second person.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.accountability import api as accountability
from tongchou.apps.places import api as places
from tongchou.apps.supervision import access, sealing
from tongchou.apps.supervision.models import Falsification, Notice
from tongchou.apps.supervision.reference import days
from tongchou.core import audit, calendar, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.domain.accountability.consequences import VetoCause


@transaction.atomic
def say(*, notice_id: int, words: str, by: Account, at: dt.datetime) -> Falsification:
    """Say of a notice after a sample that the records were made up, and why; the unit is asked first.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Conflict
        ``supervision.not_possible`` for a notice after an inspection, or when it was said before.
    Invalid
        ``supervision.words``.
    """
    one = access.locked(Notice, notice_id, by, at)
    if one.draw_id is None or Falsification.objects.filter(notice=one).exists():
        message = _("This is said once, of a notice after a sample.")
        raise Conflict("supervision.not_possible", message)
    said = sealing.words(words)
    hear_by = calendar.add_workdays(clock.date_of(at), days().hear).on
    made = Falsification.objects.create(
        notice=one, sealed=sealing.seal(said, "falsified", one.pk), by=by, at=at, hear_by=hear_by
    )
    _note(one, "supervision.falsified", by, at)
    return made


@transaction.atomic
def answer(*, notice_id: int, words: str, by: Account, at: dt.datetime) -> Falsification:
    """The unit answers, once, while nothing is decided.

    Raises
    ------
    NotAllowed, NotFound
        When it is not about the account's unit.
    Conflict
        ``supervision.not_possible`` when it was answered or decided.
    Invalid
        ``supervision.words``.
    """
    one = Notice.objects.filter(access.of_the_unit(by, clock.date_of(at)), pk=notice_id).first()
    found = Falsification.objects.select_for_update(of=("self",)).filter(notice=one).first()
    if one is None or found is None:
        raise access.none()
    if found.answer or found.proven is not None:
        raise Conflict("supervision.not_possible", _("It was answered or decided already."))
    said = sealing.words(words)
    found.answer, found.answered_by, found.answered_at = sealing.seal(said, "heard", one.pk), by, at
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    _note(one, "supervision.heard", by, at)
    return found


@transaction.atomic
def decide(*, notice_id: int, proven: bool, words: str, by: Account, at: dt.datetime) -> Falsification:
    """A second person decides, after the unit has answered or its days are over.

    Raises
    ------
    NotAllowed
        ``supervision.maker`` for whoever said it, found it, or answered for the unit.
    NotFound
        When the account does not supervise the unit.
    Conflict
        ``supervision.not_heard`` while the unit may still answer; ``supervision.not_possible``.
    Invalid
        ``supervision.words``.
    """
    one = access.locked(Notice, notice_id, by, at)
    found = Falsification.objects.select_for_update(of=("self",)).filter(notice=one).first()
    if found is None or found.proven is not None:
        raise Conflict("supervision.not_possible", _("There is nothing to decide here."))
    if by.pk in (found.by_id, one.found_by_id, found.answered_by_id):
        message = _("You found it or said it yourself. Somebody else decides.")
        raise NotAllowed("supervision.maker", message)
    if not found.answer and clock.date_of(at) <= found.hear_by:
        message = _("The unit may answer until %(day)s. Decide after that day, or when it has answered.")
        raise Conflict("supervision.not_heard", message % {"day": found.hear_by.isoformat()})
    said = sealing.words(words)
    found.proven, found.decided_by, found.decided_at = proven, by, at
    found.reason = sealing.seal(said, "decided", one.pk)
    found.save(update_fields=["proven", "decided_by", "decided_at", "reason"])
    _note(one, "supervision.decide", by, at, proven=proven)
    return found


@transaction.atomic
def hand_over(*, notice_id: int, number: str, final: bool, by: Account, at: dt.datetime) -> Falsification:
    """Write a proven case down in the veto form, once no remedy is open against the decision any more.

    Raises
    ------
    NotAllowed, NotFound, Invalid, Conflict
        As ``accountability.record_case``; ``supervision.not_possible`` unless it was found proven.
    """
    one = access.locked(Notice, notice_id, by, at)
    found = Falsification.objects.select_for_update(of=("self",)).filter(notice=one).first()
    if found is None or not found.proven or found.case_id is not None or found.decided_at is None:
        message = _("Only what was found proven is written down, and once.")
        raise Conflict("supervision.not_possible", message)
    if not final:
        message = _("It counts once no remedy is open against it any more.")
        raise Invalid("supervision.not_final", message, field="final")
    assert one.draw is not None
    watch = places.path_of(one.watch_id)
    case = accountability.record_case(
        unit=one.unit_key,
        cause=VetoCause.FALSIFICATION.value,
        year=one.draw.month.year,
        number=number,
        authority=watch[-60:],
        decided_on=clock.date_of(found.decided_at),
        final=True,
        by=by,
        at=at,
    )
    found.case_id = case.pk
    found.save(update_fields=["case_id"])
    _note(one, "supervision.veto", by, at, case=case.pk)
    return found


def _note(one: Notice, action: str, by: Account, at: dt.datetime, **detail: bool | int) -> None:
    audit.append(
        by=by,
        action=action,
        subject=f"rectification:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"unit": one.unit_key, **detail},
    )
