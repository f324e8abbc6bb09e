"""A village's monthly meeting (月报例会) and what hangs on its board (村务公开): numbers, nobody's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.commitments import api as commitments
from tongchou.apps.notices import api as notices
from tongchou.apps.payments import api as payments
from tongchou.apps.places import api as places
from tongchou.apps.plans import access
from tongchou.apps.plans.models import Assembly, State, Task
from tongchou.apps.registry import api as registry
from tongchou.core import access as rights
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.accountability.periods import period
from tongchou.domain.plans.agenda import Fault, Topic, agenda, faults

#: What is wrong with words, for whoever wrote them.
SAID: Final = {
    Fault.NAME: _("The name of a resident stands in it. A monthly meeting speaks of work, not of people."),
    Fault.NUMBER: _("A telephone or identity number stands in it. Leave it out."),
    Fault.PREGNANCY: _("It speaks of pregnancies or births. These are nobody's business but the family's."),
    Fault.FAMILY: _("It speaks of a family. A monthly meeting speaks of work, not of people."),
    Fault.CLOSED_MATTER: _("Law has closed this matter: no task or meeting may speak of it."),
}


@transaction.atomic
def call_assembly(*, area_id: int, on: dt.date, words: str, by: Account, at: dt.datetime) -> Assembly:
    """Call a village's monthly meeting: the numbers of the day stand in its agenda, and words may be added.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not work in the village.
    Invalid
        ``plans.assembly`` with all that is wrong with the words; ``plans.day`` for a day that has passed.
    Conflict
        ``plans.assembly_called`` when one is called for the day.
    """
    village = _village(area_id, by=by, on=clock.date_of(at))
    if on < clock.date_of(at):
        raise Invalid("plans.day", _("Choose a day that has not passed."), field="on")
    kept = _words(words, 1000, village, "words")
    if Assembly.objects.filter(area_id=village.pk, on=on).exists():
        raise Conflict("plans.assembly_called", _("A meeting is called for this day already."))
    points = agenda(_numbers(village, clock.date_of(at)))
    made = Assembly.objects.create(
        area_id=village.pk,
        scope_no=village.scope_no,
        area_name=places.paths([village.pk]).get(village.pk, village.name),
        on=on,
        points=[[one.topic.value, one.number] for one in points],
        words=kept,
        called_by=by,
        called_at=at,
    )
    return _noted(made, "plans.call_assembly", by, at)


@transaction.atomic
def record_assembly(*, assembly_id: int, record: str, by: Account, at: dt.datetime) -> Assembly:
    """What a monthly meeting agreed on, once, in words that name nobody.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not work in the village.
    Conflict
        ``plans.not_held`` before its day, ``plans.minuted`` when it is written already.
    Invalid
        As ``call_assembly``, and without words.
    """
    today = clock.date_of(at)
    areas = rights.require(by, access.REPORT, on=today)
    one = Assembly.objects.select_for_update().filter(areas.q("scope_no"), pk=assembly_id).first()
    if one is None:
        raise no_assembly()
    if today < one.on:
        raise Conflict("plans.not_held", _("Minutes are written once the meeting was held."))
    if one.record:
        raise Conflict("plans.minuted", _("The minutes are written: they stay as they are."))
    village = _village(one.area_id, by=by, on=today)
    kept = _words(record, 2000, village, "record")
    if not kept:
        raise Invalid("plans.assembly", _("Write what was agreed on."), field="record")
    one.record = kept
    one.save(update_fields=["record"])
    return _noted(one, "plans.record_assembly", by, at)


def assemblies(*, by: Account, on: dt.date) -> QuerySet[Assembly]:
    """The monthly meetings of the account's villages, the newest first.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with plans.
    """
    areas = rights.require(by, access.VIEW, on=on)
    return Assembly.objects.filter(areas.q("scope_no")).order_by("-on", "-pk")


def _numbers(village: places.Area, on: dt.date) -> dict[Topic, int]:
    scope = Scope.of_area(village)
    open_ = Task.objects.filter(scope.q("scope_no")).exclude(state=State.DONE)
    late, soon = commitments.due_in(scope=scope, on=on)
    return {
        Topic.TASKS_LATE: open_.filter(state=State.OPEN, due__lt=on).count(),
        Topic.TASKS_OPEN: open_.count(),
        Topic.PROMISES_LATE: late,
        Topic.PROMISES_DUE: soon,
        Topic.NOTICES_HANGING: notices.hanging_in(areas=scope, on=on),
    }


def _words(text: str, most: int, village: places.Area, field: str) -> str:
    kept = text.strip()
    if len(kept) > most:
        message = _("Write at most %(most)s characters.") % {"most": most}
        raise Invalid("plans.assembly", message, field=field)
    names = registry.names_in(kept, scope=Scope.of_area(village))
    wrong, told = faults(kept, names=names), fit_words.refusal(kept)
    if wrong or told:
        # A meeting of a village says less than others: neighbours sit in it.
        said = " ".join([*(str(SAID[one]) for one in wrong), *([told] if told else [])])
        raise Invalid("plans.assembly", said, field=field, faults=wrong)
    return kept


def _village(area_id: int, *, by: Account, on: dt.date) -> places.Area:
    areas = rights.require(by, access.REPORT, on=on)
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.level != places.Level.VILLAGE or area.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    return area


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What hangs on a village's board for a month. Nobody is named, and a small sum is not told.

    ``arrived`` is by name of the area whose fund it came into, in fen.
    """

    village: places.Area
    place: str
    month: dt.date
    made_on: dt.date
    promises: tuple[commitments.Promise, ...]
    arrived: tuple[tuple[str, int], ...]
    paid: tuple[payments.PaidSum, ...]
    notices: int
    services: tuple[str, ...]
    households: int
    reached: int


def disclosure(area_id: int, *, month: dt.date, by: Account, at: dt.datetime) -> Disclosure:
    """The sheet of a village for a month that is over or runs. A fixed number of queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not work in the village.
    Invalid
        ``plans.month`` for a month to come.
    """
    today = clock.date_of(at)
    village = _village(area_id, by=by, on=today)
    if month > today:
        raise Invalid("plans.month", _("Choose a month that has begun."), field="month")
    whole = period(f"{month:%Y-%m}")
    line = [village, *places.ancestors(village)]
    names = {one.pk: one.name for one in line}
    came: Mapping[int, int] = payments.arrived_sums(
        area_ids=list(names), first=whole.starts, last=min(whole.ends, today)
    )
    scope = Scope.of_area(village)
    told = commitments.reached_in(village.pk)
    return Disclosure(
        village=village,
        place=places.paths([village.pk]).get(village.pk, village.name),
        month=month,
        made_on=today,
        promises=tuple(commitments.owed_by(village.pk)),
        arrived=tuple((names[pk], came[pk]) for pk in names if pk in came),
        paid=payments.paid_sums(scope=scope, first=whole.starts, last=min(whole.ends, today)),
        notices=notices.hanging_in(areas=scope, on=today),
        services=tuple(
            sorted({(one.neutral or one.title).zh for one in casework.in_force() if one.kind != "private"})
        ),
        households=sum(registry.count_by_village(scope).values()),
        reached=told,
    )


def no_assembly() -> NotFound:
    return NotFound("plans.no_assembly", _("There is no such meeting in your areas."))


def _noted(one: Assembly, action: str, by: Account, at: dt.datetime) -> Assembly:
    audit.append(by=by, action=action, subject=f"assembly:{one.pk}", scope_no=one.scope_no, at=at, detail={})
    return one
