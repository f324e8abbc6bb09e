"""People whom the stored register of their village does not name: asked about, never removed by a list.

An answer records nothing about a person: a death or a move is recorded on the person's own page, and the
person leaves the list by it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.models import RegisterFile
from tongchou.apps.intake.question_models import Answer, NotListed
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

PERMISSION: Final = "intake.answer"
_BATCH: Final = 500
_WRITTEN: Final = (
    "village",
    "file",
    "year",
    "noted_at",
    "answer",
    "answered_by",
    "answered_at",
    "registered_area_id",
    "registered_scope",
    "resident_area_id",
    "resident_scope",
)


@dataclass(frozen=True, slots=True)
class NotListedView:
    """One person of the list; ``answer`` is what the village said, which records nothing."""

    pk: int
    person: registry.PersonHit
    village: str
    year: int
    answer: str
    answered_by: str
    answered_at: dt.datetime | None


def note(file: RegisterFile, *, at: dt.datetime) -> int:
    """Make the people a register lacks the village's task, once it has been stored; returns how many.

    Those it names are asked about no more. What was answered for a register of the same year stands.
    """
    missing = set(file.missing)
    known = NotListed.objects.filter(village=file.village_id)
    gone, answered = [], set()
    for pk, person, year, answer in known.values_list("pk", "person_id", "year", "answer"):
        if person not in missing:
            gone.append(pk)
        elif answer and year == file.year:
            answered.add(person)
    for start in range(0, len(gone), _BATCH):
        NotListed.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
    asked = sorted(missing - answered)
    places = {}
    for start in range(0, len(asked), _BATCH):
        places.update(registry.whereabouts(asked[start : start + _BATCH]))
    tasks = [
        NotListed(
            person_id=person,
            village_id=file.village_id,
            file=file,
            year=file.year,
            noted_at=at,
            **places[person],
        )
        for person in asked
        if person in places
    ]
    NotListed.objects.bulk_create(
        tasks,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["person_id"],
        update_fields=_WRITTEN,
    )
    return len(tasks)


def forget(file_id: int) -> None:
    """A file that was taken back asks nothing any more."""
    NotListed.objects.filter(file=file_id, answer=Answer.OPEN).delete()


def waiting(*, scope: Scope, within: Scope | None = None) -> QuerySet[NotListed]:
    """The living who are still registered in the village, and of whom nobody said that they are here.

    ``within`` narrows the list to some of the areas of the scope.
    """
    return (
        NotListed.objects.filter(
            scope.q("registered_scope"),
            (within or Scope.everything()).q("registered_scope"),
            registered_scope__gte=F("village__scope_no"),
            registered_scope__lte=F("village__scope_end"),
            person_id__in=registry.living_ids_in(scope),
        )
        .exclude(answer=Answer.HERE)
        .select_related("village", "answered_by")
        .order_by("answer", "village_id", "person_id")
    )


def not_listed(
    *, scope: Scope, within: Scope | None = None, start: int = 0, limit: int = 50
) -> list[NotListedView]:
    """A part of the list: those without an answer first. A constant number of queries."""
    found = list(waiting(scope=scope, within=within)[start : start + limit])
    people = registry.people([one.person_id for one in found], scope=scope)
    return [
        NotListedView(
            pk=one.pk,
            person=people[one.person_id],
            village=one.village.name,
            year=one.year,
            answer=one.answer,
            answered_by=_name(one.answered_by),
            answered_at=one.answered_at,
        )
        for one in found
        if one.person_id in people
    ]


def _name(account: Account | None) -> str:
    return "" if account is None else account.shown_name


def answer_counts(file_id: int, *, scope: Scope) -> dict[str, int]:
    """What has been answered about the people a stored file does not name, by ``Answer``. One query."""
    found = NotListed.objects.filter(scope.q("registered_scope"), file=file_id).values_list("answer")
    counted = dict(found.annotate(number=Count("pk")).order_by())
    return {**dict.fromkeys(Answer.values, 0), **counted}


@transaction.atomic
def answer_not_listed(*, task_id: int, answer: str, by: Account, at: dt.datetime) -> NotListed:
    """Say what became of somebody whom the register does not name. Answering again changes the answer.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not answer, or the person is in none of its areas.
    Invalid
        When the answer is none of the list.
    Conflict
        ``intake.answered`` when the person is no longer asked about.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    if answer not in Answer.values or answer == Answer.OPEN:
        raise Invalid("intake.answer", _("Choose an answer from the list."), field="answer")
    one = NotListed.objects.select_for_update().filter(reach.q("registered_scope"), pk=task_id).first()
    if one is None:
        raise NotFound("intake.not_asked", _("Nobody is asked about this person in your areas."))
    if not waiting(scope=reach).filter(pk=task_id).exists():
        raise Conflict("intake.answered", _("This has been settled already."))
    if one.answer == answer:
        return one
    one.answer, one.answered_by, one.answered_at = answer, by, at
    one.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.append(
        by=by,
        action="intake.answer",
        subject=f"person:{one.person_id}",
        at=at,
        scope_no=one.registered_scope,
        detail={"answer": answer, "file": one.file_id},
    )
    return one
