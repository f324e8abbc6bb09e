"""Inspections: planned, after a complaint, or after figures to be asked about; with a closed list each."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.complaints import api as complaints
from tongchou.apps.supervision import access, sealing
from tongchou.apps.supervision.models import Answer, Inspection, Why
from tongchou.apps.supervision.reference import checklists
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.complaints.kinds import BYPASS
from tongchou.domain.complaints.kinds import Kind as ComplaintKind
from tongchou.domain.supervision.checklists import Checklist

#: Days ahead an inspection is planned at most.
AHEAD: Final = 366


@transaction.atomic
def plan(
    *,
    unit: str,
    checklist: str,
    day: dt.date,
    why: str = "planned",
    institution: str = "",
    complaint_id: int | None = None,
    by: Account,
    at: dt.datetime,
) -> Inspection:
    """Plan an inspection of a unit's office, or of an institution it answers for.

    Parameters
    ----------
    complaint_id
        The complaint behind it, which the account may look into: upheld, or of coercion or unlawful charges.
        It stands on no paper of the inspection, and the unit never learns of it.

    Raises
    ------
    NotAllowed, NotFound
        As ``access.watched``; when the account may not look into the complaint.
    Invalid
        ``supervision.inspection``: a list, day or reason that does not fit, an institution where none is.
    Conflict
        ``supervision.not_upheld`` for a complaint that is neither upheld nor serious.
    """
    of = access.watched(unit, by=by, at=at)
    on = clock.date_of(at)
    listed, named = checklists().get(checklist), " ".join(institution.split())
    problem = None
    if listed is None:
        problem = _("Choose one of the lists.")
    elif why not in Why.values or (why == Why.COMPLAINT) != (complaint_id is not None):
        problem = _("Choose why it is made.")
    elif (listed.of == "institution") != bool(named) or len(named) > 80:
        problem = _("Name the institution where the list is for one, and nowhere else.")
    elif not on <= day <= on + dt.timedelta(days=AHEAD):
        problem = _("Choose a day from today on, within a year.")
    if problem is not None:
        raise Invalid("supervision.inspection", problem)
    sealing.words(named, required=False, field="institution")
    if complaint_id is not None:
        _serious(complaint_id, of.unit.key, by, on)
    one = Inspection.objects.create(
        **of.columns(),
        why=why,
        checklist=checklist,
        institution=named,
        day=day,
        complaint_id=complaint_id,
        planned_at=at,
        planned_by=by,
    )
    # Nothing of the complaint: whoever reads the chain need not be who may look into it.
    detail = {"unit": one.unit_key, "checklist": checklist, "day": day.isoformat()}
    _note(one, "supervision.plan", by, at, detail)
    return one


def _serious(complaint_id: int, unit: str, by: Account, on: dt.date) -> None:
    view = complaints.view(complaint_id, by=by, on=on)
    upheld = any(
        row.answered_on and row.finding in (complaints.Finding.UPHELD, complaints.Finding.PARTLY)
        for row, _handler, _answer in view.rounds
    )
    if view.complaint.unit_key != unit or not (upheld or ComplaintKind(view.complaint.kind) in BYPASS):
        message = _("An inspection follows a complaint about this unit that was upheld, or a serious one.")
        raise Conflict("supervision.not_upheld", message)


@transaction.atomic
def record(
    *,
    inspection_id: int,
    answers: Mapping[str, str],
    words: Mapping[str, str],
    files: Sequence[bytes] = (),
    by: Account,
    at: dt.datetime,
) -> Inspection:
    """Write down what an inspection found, once and whole.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Invalid
        ``supervision.answers`` unless every question of the list, and no other, is answered, and of what is
        not as it should be it is said what; ``supervision.words``, ``supervision.file``.
    Conflict
        ``supervision.done`` when it is recorded; ``supervision.early`` before its day.
    """
    one = access.locked(Inspection, inspection_id, by, at)
    if one.done_at is not None:
        raise Conflict("supervision.done", _("It is recorded already."))
    if clock.date_of(at) < one.day:
        raise Conflict("supervision.early", _("Its day has not come yet."))
    codes = [question.code for question in list_of(one).questions]
    if set(answers) != set(codes) or not set(answers.values()) <= set(Answer.values):
        raise Invalid("supervision.answers", _("Answer every question of the list."))
    said = {}
    for code in codes:
        given = sealing.words(words.get(code, ""), required=answers[code] == Answer.NO, field=code)
        said |= {code: given} if given else {}
    kept = sealing.checked_files(files)
    one.answers = {code: answers[code] for code in codes}
    one.sealed = sealing.seal(json.dumps(said, ensure_ascii=False) if said else "", "inspection", one.pk)
    one.done_at, one.done_by = at, by
    one.save(update_fields=["answers", "sealed", "done_at", "done_by"])
    sealing.keep(kept, by=by, at=at, inspection=one)
    wrong = sum(value == Answer.NO for value in answers.values())
    _note(one, "supervision.inspect", by, at, {"questions": len(codes), "wrong": wrong})
    return one


def list_of(one: Inspection) -> Checklist:
    return checklists()[one.checklist]


def words_of(one: Inspection) -> dict[str, str]:
    """What was said beside answers, by question."""
    text = sealing.unseal(one.sealed, "inspection", one.pk)
    found: dict[str, str] = json.loads(text) if text else {}
    return found


def _note(one: Inspection, action: str, by: Account, at: dt.datetime, detail: dict[str, str | int]) -> None:
    audit.append(
        by=by, action=action, subject=f"inspection:{one.pk}", scope_no=one.scope_no, at=at, detail=detail
    )
