"""Hanging a list out: frozen, masked, between two days, with a photograph that shows it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.notices.models import Entry, Notice, Objection, Proof
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, crypto, files
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.notice import masked_name

POST: Final = "notices.post"
#: Characters of the words for a place, and bytes of a photograph.
LONGEST, LARGEST = 120, 3_000_000


@transaction.atomic
def post(
    *, area_id: int, kind: str, year: int, stage_code: str, place: str, by: Account, at: dt.datetime
) -> Notice:
    """Hang out what waits for a notice in a village or township; frozen from now on.

    Who is added later comes onto the next notice: nobody's days are shortened, nobody's list is changed.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not post there.
    Invalid
        ``notices.place`` without words for where it hangs; ``notices.stage`` when nothing of the kind is
        posted at that stage.
    Conflict
        ``notices.nothing`` when no case waits for it (somebody else was faster).
    """
    today = clock.date_of(at)
    areas = access.require(by, POST, on=today)
    area = places.area_by_id(area_id, within=areas)
    if area is None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    words = " ".join(place.split())
    if not words or len(words) > LONGEST:
        raise Invalid("notices.place", _("Say where it hangs, in at most 120 characters."), field="place")
    stage = casework.notice_stage(kind, stage_code, area_id, today)
    if stage is None or stage.level != _level(area.level):
        raise Invalid("notices.stage", _("Nothing of this kind is posted here at this stage."), field="stage")
    cases = casework.to_post(scope=Scope.of_area(area), kind=kind, year=year, stage_code=stage_code)
    hanging = _hanging([one.case_id for one in cases], stage_code)
    cases = [one for one in cases if one.case_id not in hanging]
    if not cases:
        raise Conflict("notices.nothing", _("No case waits for this notice any more."))
    ends = casework.last_day(stage, today)
    notice = Notice.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        scope_end=area.scope_end,
        area_name=places.paths([area.pk]).get(area.pk, area.name),
        kind=kind,
        year=year,
        stage_code=stage_code,
        place=words,
        opened_on=today,
        closes_on=ends.on,
        provisional=ends.provisional,
        days=ends.days,
        opened_at=at,
        opened_by=by,
    )
    _freeze(notice, cases)
    audit.append(
        by=by,
        action="notices.post",
        subject=f"notice:{notice.pk}",
        scope_no=area.scope_no,
        at=at,
        detail={"kind": kind, "year": year, "stage": stage_code, "entries": len(cases)},
    )
    return notice


def _level(level: str) -> str:
    """A villagers' group posts as its village does."""
    return "village" if level == places.Level.GROUP else str(level)


def still_on_notice() -> Q:
    """Entries that hang, or whose days are over and whose objection waits: they hang no second time."""
    waits = Objection.objects.filter(verdict="").values("entry")
    return Q(notice__closed_at=None) | Q(pk__in=waits)


def _hanging(cases: list[int], stage_code: str) -> set[int]:
    """Those of some cases that are on a notice of the stage, or wait for what was objected on it."""
    found = Entry.objects.filter(still_on_notice(), case_id__in=cases, notice__stage_code=stage_code)
    return set(found.values_list("case_id", flat=True))


def _freeze(notice: Notice, cases: list[casework.Posted]) -> None:
    people = registry.people({one.person_id for one in cases}, scope=Scope.everything())
    Entry.objects.bulk_create(
        [
            Entry(
                notice=notice,
                position=position,
                case_id=one.case_id,
                name=masked_name(people[one.person_id].name) if one.person_id in people else "",
                birth_year=_birth_year(people.get(one.person_id)),
                place=people[one.person_id].village_name if one.person_id in people else "",
                amount_fen=one.amount_fen,
            )
            for position, one in enumerate(cases, start=1)
        ],
        batch_size=500,
    )


def _birth_year(person: registry.PersonHit | None) -> int | None:
    return person.birth.year if person is not None and person.birth is not None else None


@transaction.atomic
def prove(*, notice_id: int, photo: bytes, taken_on: dt.date, by: Account, at: dt.datetime) -> Proof:
    """Keep a photograph of the notice where it hangs, without what the camera adds; the same twice once.

    Raises
    ------
    NotFound
        No such notice in the account's areas.
    Invalid
        ``notices.photo``: no JPEG or PNG picture, or above 3 MB; ``notices.taken_on``: not while it hung.
    """
    notice = mine(notice_id, by=by, at=at)
    kind = files.kind_of(photo)
    if kind not in ("jpeg", "png") or len(photo) > LARGEST:
        raise Invalid("notices.photo", _("Choose a JPEG or PNG picture of at most 3 MB."), field="photo")
    if not notice.opened_on <= taken_on <= min(notice.closes_on, clock.date_of(at)):
        message = _("The picture is taken on a day on which the notice hung.")
        raise Invalid("notices.taken_on", message, field="taken_on")
    bare = files.bare(photo)
    digest = hashlib.sha256(bare).hexdigest()
    found = Proof.objects.filter(notice=notice, sha256=digest).first()
    if found is not None:
        return found
    proof = Proof.objects.create(
        notice=notice,
        sealed=crypto.encrypt(base64.b64encode(bare).decode(), f"notices.proof:{notice.pk}"),
        kind=kind,
        sha256=digest,
        taken_on=taken_on,
        by=by,
        at=at,
    )
    audit.append(
        by=by,
        action="notices.prove",
        subject=f"notice:{notice.pk}",
        scope_no=notice.scope_no,
        at=at,
        detail={"sha256": digest, "taken_on": taken_on.isoformat()},
    )
    return proof


def picture(proof_id: int, *, by: Account, at: dt.datetime) -> tuple[str, bytes]:
    """A photograph, opened: its kind and bytes.

    Raises
    ------
    NotFound
        No such one in the account's areas.
    """
    proof = Proof.objects.select_related("notice").filter(pk=proof_id).first()
    if proof is None:
        raise _no_notice()
    notice = mine(proof.notice_id, by=by, at=at)
    return proof.kind, base64.b64decode(crypto.decrypt(proof.sealed, f"notices.proof:{notice.pk}"))


def mine(notice_id: int, *, by: Account, at: dt.datetime, permission: str = POST) -> Notice:
    """A notice in the areas where the account holds a permission."""
    areas = access.require(by, permission, on=clock.date_of(at))
    found = Notice.objects.filter(areas.q("scope_no"), pk=notice_id).first()
    if found is None:
        raise _no_notice()
    return found


def _no_notice() -> NotFound:
    return NotFound("notices.none", _("There is no such notice in your areas."))
