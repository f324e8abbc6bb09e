"""The staff register, trainings, the lists of marked areas, and by which people villages are counted."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.guarantees import access
from tongchou.apps.guarantees.models import Base, Confirmed, Kind, Marked, People, Training, Worker
from tongchou.apps.places import api as places
from tongchou.core import access as core_access
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account

_STAFFED = (places.Level.TOWNSHIP, places.Level.VILLAGE)


@transaction.atomic
def engage(
    *, area_id: int, name: str, post: str, since: dt.date, by: Account, at: dt.datetime,
    on_performance: bool = False, trained_on: dt.date | None = None,
) -> Worker:  # fmt: skip
    """Enter a worker of a village or a township team.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no staff there.
    Invalid
        ``guarantees.worker`` without a name or post, with days to come, or in an area that has no such staff.
    Conflict
        ``guarantees.worker_there`` when the worker is in the register already.
    """
    area = access.area(area_id, by=by, at=at, permission=access.KEEP)
    known, title, today = " ".join(name.split()), " ".join(post.split()), clock.date_of(at)
    if not 0 < len(known) <= 40 or not 0 < len(title) <= 60:
        message = _("Give the name in at most 40 characters and the post in at most 60.")
        raise Invalid("guarantees.worker", message, field="name")
    if since > today or (trained_on is not None and trained_on > today):
        raise Invalid("guarantees.worker", _("This day is still to come."), field="since")
    if area.level not in _STAFFED:
        message = _("Workers belong to a village or to the team of a township.")
        raise Invalid("guarantees.worker", message, field="area")
    if Worker.objects.filter(area_id=area.pk, name=known, post=title, until=None).exists():
        raise Conflict("guarantees.worker_there", _("This worker is in the register already."))
    made = Worker.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        name=known,
        post=title,
        since=since,
        on_performance=on_performance,
        trained_on=trained_on,
    )
    _noted("engage", f"worker:{made.pk}", made.scope_no, by, at)
    return made


@transaction.atomic
def leave(*, worker_id: int, until: dt.date, by: Account, at: dt.datetime) -> Worker:
    """A worker has left; ``until`` is the first day without.

    Raises
    ------
    NotAllowed, NotFound
        When there is no such worker at work where the account keeps staff.
    Invalid
        ``guarantees.until`` for a day before the first or one to come.
    """
    areas = core_access.require(by, access.KEEP, on=clock.date_of(at))
    rows = Worker.objects.select_for_update().filter(areas.q("scope_no"), pk=worker_id, until=None)
    found = rows.first()
    if found is None:
        raise NotFound("guarantees.no_worker", _("There is no such worker in your areas."))
    if not found.since < until <= clock.date_of(at):
        raise Invalid("guarantees.until", _("Give a day after the first one, up to today."), field="until")
    found.until = until
    found.save(update_fields=["until"])
    _noted("leave", f"worker:{found.pk}", found.scope_no, by, at)
    return found


@transaction.atomic
def confirm(*, area_id: int, by: Account, at: dt.datetime) -> Confirmed:
    """Say that the staff register of an area holds everybody today. Twice a day is once.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no staff there.
    """
    area = access.area(area_id, by=by, at=at, permission=access.KEEP)
    made, _new = Confirmed.objects.get_or_create(
        area_id=area.pk, on=clock.date_of(at), defaults={"scope_no": area.scope_no, "by": by, "at": at}
    )
    _noted("confirm", f"area:{area.pk}", area.scope_no, by, at)
    return made


@transaction.atomic
def train(
    *, area_id: int, title: str, on: dt.date, invited: int, attended: int, by: Account, at: dt.datetime
) -> Training:
    """Enter a training with its counts.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no staff there.
    Invalid
        ``guarantees.training`` without a title, for a day to come, or when more came than were asked.
    Conflict
        ``guarantees.training_there`` when it is entered already.
    """
    area = access.area(area_id, by=by, at=at, permission=access.KEEP)
    words = " ".join(title.split())
    if not 0 < len(words) <= 80 or on > clock.date_of(at) or not 0 <= attended <= invited <= 100_000:
        message = _("Give a title, a day up to today, and how many were asked and came: not more than asked.")
        raise Invalid("guarantees.training", message, field="title")
    if Training.objects.filter(area_id=area.pk, title=words, on=on).exists():
        raise Conflict("guarantees.training_there", _("This training is entered already."))
    made = Training.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        area_name=area.name,
        title=words,
        on=on,
        invited=invited,
        attended=attended,
        by=by,
        at=at,
    )
    _noted("train", f"training:{made.pk}", made.scope_no, by, at)
    return made


@transaction.atomic
def mark(*, kind: str, area_id: int, since: dt.date, source: str, by: Account, at: dt.datetime) -> Marked:
    """Put an area on the list of towns or key communities with an extra worker.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no staff there.
    Invalid
        ``guarantees.marked`` without a source, for a day to come or an area of another level.
    Conflict
        ``guarantees.marked_there`` when it is on the list.
    """
    area = access.area(area_id, by=by, at=at, permission=access.KEEP)
    words = " ".join(source.split())
    level = places.Level.TOWNSHIP if kind == Kind.TOWN else places.Level.VILLAGE
    if kind not in Kind.values or area.level != level:
        message = _("A town is a township; a key community is a village or residents' committee.")
        raise Invalid("guarantees.marked", message, field="area")
    if not 0 < len(words) <= 200 or since > clock.date_of(at):
        message = _("Name the document that says so, and a day up to today.")
        raise Invalid("guarantees.marked", message, field="source")
    if Marked.objects.filter(kind=kind, area_id=area.pk, until=None).exists():
        raise Conflict("guarantees.marked_there", _("This area is on the list already."))
    made = Marked.objects.create(
        kind=kind,
        area_id=area.pk,
        scope_no=area.scope_no,
        area_name=area.name,
        since=since,
        source=words,
        by=by,
        at=at,
    )
    _noted("mark", f"area:{area.pk}", area.scope_no, by, at)
    return made


@transaction.atomic
def unmark(*, marked_id: int, until: dt.date, by: Account, at: dt.datetime) -> Marked:
    """Take an area off its list; ``until`` is the first day off it.

    Raises
    ------
    NotAllowed, NotFound
        When it is on no list where the account keeps staff.
    Invalid
        ``guarantees.until`` for a day before the first or one to come.
    """
    areas = core_access.require(by, access.KEEP, on=clock.date_of(at))
    rows = Marked.objects.select_for_update().filter(areas.q("scope_no"), pk=marked_id, until=None)
    found = rows.first()
    if found is None:
        raise NotFound("guarantees.no_marked", _("There is no such area on the lists of your areas."))
    if not found.since < until <= clock.date_of(at):
        raise Invalid("guarantees.until", _("Give a day after the first one, up to today."), field="until")
    found.until = until
    found.save(update_fields=["until"])
    _noted("unmark", f"area:{found.area_id}", found.scope_no, by, at)
    return found


@transaction.atomic
def count_by(*, area_id: int, people: str, since: dt.date, source: str, by: Account, at: dt.datetime) -> Base:
    """Choose by which people a county counts its villages, from a day.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no staff there.
    Invalid
        ``guarantees.base`` for an area that is no county, without a source, or a day on which one began.
    """
    area = access.area(area_id, by=by, at=at, permission=access.KEEP)
    words = " ".join(source.split())
    there = Base.objects.filter(area_id=area.pk, since__gte=since).exists()
    if area.level != places.Level.COUNTY or people not in People.values or not words or there:
        message = _("Choose a county, whom it counts, a day after the last choice, and name the document.")
        raise Invalid("guarantees.base", message, field="people")
    made = Base.objects.create(
        area_id=area.pk, scope_no=area.scope_no, people=people, since=since, source=words[:200], by=by, at=at
    )
    _noted("base", f"area:{area.pk}", area.scope_no, by, at)
    return made


def _noted(act: str, subject: str, scope_no: int, by: Account, at: dt.datetime) -> None:
    audit.append(by=by, action=f"guarantees.{act}", subject=subject, scope_no=scope_no, at=at, detail={})
