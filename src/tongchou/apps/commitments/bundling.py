"""Letters for every household of a unit, one PDF a village: asked for, kept sealed, fetched, forgotten.

The pages set the letters (``web.letter_jobs``); here is whose they are and who may have them.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Bundle, Letter, Promise, Stage
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access as rights
from tongchou.core import audit, clock, crypto
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.models import Account
from tongchou.core.scope import Scope

KIND: Final = "commitments.print"
#: Households of one PDF. Setting more of them in one takes longer than in two.
IN_ONE: Final = 600
#: Households of one job: a township has fewer, a county prints by village or township.
MOST: Final = 30_000
#: Days a PDF with names is kept.
KEPT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Work:
    """What a job has to set: the letter, its promises, and the villages with their households."""

    letter: Letter
    promises: tuple[Promise, ...]
    villages: tuple[places.Area, ...]
    households: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A PDF that can be fetched."""

    bundle_id: int
    village: str
    part: int
    households: int
    unnamed: int
    made_at: dt.datetime


@transaction.atomic
def ask_to_print(*, letter_id: int, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that sets the letters of all households of a published letter's unit.

    One that waits or runs is the answer; one that failed or was ended goes on where it stopped.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    Conflict
        ``commitments.not_published`` before the letter is signed; ``commitments.no_households`` where nobody
        lives, ``commitments.too_many`` where more than 30,000 households do.
    """
    found = work(letter_id, by=by, at=at)
    last = _last(letter_id)
    if last is not None and last.state in jobs.OPEN:
        return last
    if last is not None and last.state in (jobs.State.FAILED, jobs.State.CANCELLED):
        return jobs.try_again(job_id=last.pk, by=by, at=at)
    job = jobs.enqueue(
        kind=KIND,
        payload={"letter": letter_id},
        key=f"{KIND}:{letter_id}:{last.pk if last is not None else 0}",
        by=by,
        at=at,
        area_id=found.letter.area_id,
        scope_no=found.letter.scope_no,
    )
    audit.append(
        by=by,
        action="commitments.ask_print",
        subject=f"letter:{letter_id}",
        scope_no=found.letter.scope_no,
        at=at,
        detail={"households": found.households},
    )
    return job


def work(letter_id: int, *, by: Account, at: dt.datetime) -> Work:
    """What is to be set of a letter for an account. A fixed number of queries.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``ask_to_print``.
    """
    letter = _readable(letter_id, by, at)
    if letter.stage != Stage.PUBLISHED:
        raise Conflict(
            "commitments.not_published", _("A letter is handed out once it is signed and published.")
        )
    area = places.area_by_id(letter.area_id, within=Scope.everything())
    inside = places.villages(Scope.of_area(area)) if area is not None else []
    counted = registry.count_by_village(Scope.of_area(area)) if area is not None else {}
    total = sum(counted.get(one.pk, 0) for one in inside)
    if total == 0:
        raise Conflict("commitments.no_households", _("No household stands in the register of this unit."))
    if total > MOST:
        message = _("These are more than 30,000 households. Print by village or by township.")
        raise Conflict("commitments.too_many", message)
    villages = sorted((one for one in inside if counted.get(one.pk)), key=lambda one: one.scope_no)
    return Work(letter, tuple(letter.promises.order_by("position")), tuple(villages), total)


def households_of(village: places.Area, *, after: int) -> list[registry.Door]:
    """The next households of a village, at most ``IN_ONE``, after a number. Four queries."""
    return registry.doors(Scope.of_area(village), after=after, most=IN_ONE)


def keep_bundle(
    *,
    work: Work,
    village: places.Area,
    job_id: int,
    households: int,
    unnamed: int,
    content: bytes,
    at: dt.datetime,
) -> Bundle:
    """Keep a PDF that was set; those of an earlier job for the village go."""
    letter = work.letter
    Bundle.objects.filter(letter=letter, village_id=village.pk).exclude(job_id=job_id).delete()
    part = Bundle.objects.filter(job_id=job_id, village_id=village.pk).count() + 1
    return Bundle.objects.create(
        letter=letter,
        job_id=job_id,
        village_id=village.pk,
        scope_no=village.scope_no,
        village_name=village.name,
        part=part,
        households=households,
        unnamed=unnamed,
        sealed=crypto.encrypt(base64.b64encode(content).decode(), _context(letter.pk)),
        made_at=at,
    )


def bundles(letter_id: int, *, by: Account, at: dt.datetime) -> tuple[Ready, ...]:
    """The PDFs of a letter in the account's areas, by village.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    """
    areas = rights.require(by, access.DRAFT, on=clock.date_of(at))
    rows = Bundle.objects.filter(areas.q("scope_no"), letter=_readable(letter_id, by, at))
    names = ("pk", "village_name", "part", "households", "unnamed", "made_at")
    return tuple(Ready(*row) for row in rows.order_by("scope_no", "part").values_list(*names))


def printing(letter_id: int) -> jobs.Job | None:
    """The job of a letter's bundles that was asked for last, unless it is done. One query."""
    last = _last(letter_id)
    return None if last is None or last.state == jobs.State.DONE else last


@transaction.atomic
def fetch_bundle(bundle_id: int, *, by: Account, at: dt.datetime) -> tuple[Bundle, bytes]:
    """A PDF with the names of households; each fetching is noted.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not, or it is gone.
    """
    areas = rights.require(by, access.DRAFT, on=clock.date_of(at))
    one = Bundle.objects.filter(areas.q("scope_no"), pk=bundle_id).select_related("letter").first()
    if one is None:
        raise NotFound("commitments.no_bundle", _("These letters are gone. Make them anew."))
    audit.append(
        by=by,
        action="commitments.fetch_print",
        subject=f"letter:{one.letter_id}",
        scope_no=one.scope_no,
        at=at,
        detail={"households": one.households},
    )
    return one, base64.b64decode(crypto.decrypt(one.sealed, _context(one.letter_id)))


@jobs.chore
def forget(at: dt.datetime) -> int:
    """Forget the PDFs whose days are over; how many."""
    return Bundle.objects.filter(made_at__lt=at - dt.timedelta(days=KEPT_DAYS)).delete()[0]


def _readable(letter_id: int, by: Account, at: dt.datetime) -> Letter:
    areas = rights.require(by, access.DRAFT, on=clock.date_of(at))
    letter = Letter.objects.filter(areas.q("scope_no"), pk=letter_id).first()
    if letter is None:
        raise access.none()
    return letter


def _last(letter_id: int) -> jobs.Job | None:
    return jobs.Job.objects.filter(kind=KIND, payload__letter=letter_id).order_by("-pk").first()


def _context(letter_id: int) -> str:
    return f"commitments.bundle:{letter_id}"
