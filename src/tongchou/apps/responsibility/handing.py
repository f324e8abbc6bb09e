"""Handing a post over (交接): what is open is listed, both sides confirm, and the level above is told."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import api as commitments
from tongchou.apps.places import api as places
from tongchou.apps.plans import api as plans
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import access
from tongchou.apps.responsibility.models import Agreement, HandOver, Stage, State, Target, Version
from tongchou.core import access as rights
from tongchou.core import audit
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: The lists of a record, in their order.
LISTS: Final = ("targets", "tasks", "promises", "agreements")
_MOST: Final = 200


@transaction.atomic
def appoint(
    *,
    post_id: int,
    holder: str,
    since: dt.date,
    by: Account,
    at: dt.datetime,
    account_id: int | None = None,
    document: str = "",
) -> tuple[posts.Tenure, HandOver | None]:
    """Put somebody in a post; where somebody held it before, the record of the hand-over is opened with it.

    Raises
    ------
    NotAllowed, NotFound, Invalid, Conflict
        As ``posts.appoint``.
    """
    tenure = posts.appoint(
        post_id=post_id,
        holder=holder,
        since=since,
        account_id=account_id,
        document=document,
        by=by,
        at=at,
    )
    before = _before(tenure)
    return tenure, None if before is None else _open(tenure, before, by=by, at=at)


@transaction.atomic
def open_hand_over(*, tenure_id: int, by: Account, at: dt.datetime) -> HandOver:
    """Open the record for a holder who came by a list.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there, or there is no such tenure.
    Conflict
        ``handing.first`` when nobody held the post before; ``handing.known`` when there is a record.
    """
    areas = rights.require(by, posts.KEEP, on=access.today(at))
    found = posts.Tenure.objects.select_related("post__department").filter(
        areas.q("post__scope_no"), pk=tenure_id
    )
    tenure = found.first()
    if tenure is None:
        raise _none()
    if HandOver.objects.filter(takes=tenure).exists():
        raise Conflict("handing.known", _("The record of this hand-over is there already."))
    before = _before(tenure)
    if before is None:
        raise Conflict("handing.first", _("Nobody held this post before: nothing is handed over."))
    return _open(tenure, before, by=by, at=at)


@transaction.atomic
def give(*, hand_over_id: int, by: Account, at: dt.datetime) -> HandOver:
    """The one who leaves confirms that the list is whole.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not sign there; ``handing.not_holder`` when the holder has an account, and this
        is another one; ``handing.both`` for who confirmed the other side.
    Conflict
        ``handing.done`` when it is confirmed already.
    """
    return _confirm(hand_over_id, "given", by=by, at=at)


@transaction.atomic
def take(*, hand_over_id: int, by: Account, at: dt.datetime) -> HandOver:
    """The one who follows confirms that all of it was handed over.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``give``.
    """
    return _confirm(hand_over_id, "taken", by=by, at=at)


@transaction.atomic
def note(*, hand_over_id: int, by: Account, at: dt.datetime) -> HandOver:
    """The level above takes note, once both sides have confirmed.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not stand above the unit; ``handing.both`` when it confirmed a side.
    Conflict
        ``handing.open`` while a side has not confirmed; ``handing.done`` when it was noted.
    """
    one = _locked(hand_over_id)
    areas = rights.require(by, access.SET, on=access.today(at))
    if not areas.covers(one.above_scope_no):
        raise access.none()
    if one.given_at is None or one.taken_at is None:
        raise Conflict("handing.open", _("Both sides confirm it first."))
    if one.noted_at is not None:
        raise _done()
    if by.pk in (one.given_by_id, one.taken_by_id):
        raise NotAllowed(
            "handing.both", _("You confirmed a side. Somebody else of the level above notes it.")
        )
    one.noted_at, one.noted_by = at, by
    one.save(update_fields=["noted_at", "noted_by"])
    _note(one, "handing.note", by=by, at=at)
    return one


def may(one: HandOver, *, by: Account, on: dt.date) -> frozenset[str]:
    """What an account may do with a record now: ``give``, ``take``, ``note``."""
    found = set()
    for side, act in (("given", "give"), ("taken", "take")):
        if getattr(one, f"{side}_at") is None and _fault(one, side, by=by, on=on) is None:
            found.add(act)
    ready = one.given_at is not None and one.taken_at is not None and one.noted_at is None
    ready = ready and by.pk not in (one.given_by_id, one.taken_by_id)
    if ready and rights.may(by, access.SET, scope_no=one.above_scope_no, on=on):
        found.add("note")
    return frozenset(found)


def _confirm(hand_over_id: int, side: str, *, by: Account, at: dt.datetime) -> HandOver:
    one = _locked(hand_over_id)
    on = access.today(at)
    areas = rights.require(by, access.SIGN, on=on)
    if not areas.covers(one.scope_no):
        raise access.none()
    if getattr(one, f"{side}_at") is not None:
        raise _done()
    fault = _fault(one, side, by=by, on=on)
    if fault is not None:
        raise fault
    setattr(one, f"{side}_at", at)
    setattr(one, f"{side}_by", by)
    one.save(update_fields=[f"{side}_at", f"{side}_by"])
    _note(one, f"handing.{'give' if side == 'given' else 'take'}", by=by, at=at)
    return one


def _fault(one: HandOver, side: str, *, by: Account, on: dt.date) -> NotAllowed | None:
    """Why an account may not confirm a side: another one holds it, or it has confirmed the other side."""
    if not rights.may(by, access.SIGN, scope_no=one.scope_no, on=on):
        return NotAllowed("handing.not_holder", _("Whoever holds the post confirms this."))
    own, other = (one.gives, one.takes) if side == "given" else (one.takes, one.gives)
    confirmed = one.taken_by_id if side == "given" else one.given_by_id
    if confirmed == by.pk or other.account_id == by.pk:
        return NotAllowed("handing.both", _("You are on the other side. Somebody else confirms this one."))
    if own.account_id is not None and own.account_id != by.pk:
        return NotAllowed("handing.not_holder", _("Whoever holds the post confirms this."))
    return None


def _open(tenure: posts.Tenure, before: posts.Tenure, *, by: Account, at: dt.datetime) -> HandOver:
    post = tenure.post
    area = places.area_by_id(post.area_id, within=Scope.everything())
    if area is None:
        raise _none()
    unit = posts.of_area(area) if post.department is None else posts.of_department(area, post.department)
    above = access.above_of(unit)
    left = open_things(unit, on=access.today(at))
    text = json.dumps(left, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    one = HandOver.objects.create(
        area_id=post.area_id,
        scope_no=post.scope_no,
        above_id=above.pk,
        above_scope_no=above.scope_no,
        unit=unit.key,
        unit_name=unit.name,
        title=post.title,
        gives=before,
        takes=tenure,
        on=tenure.since,
        open=left,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        made_at=at,
        made_by=by,
    )
    _note(one, "handing.open", by=by, at=at)
    return one


def open_things(unit: posts.Unit, *, on: dt.date) -> dict[str, list[list[str]]]:
    """What a unit has open on a day, as lines of what and until when. Five queries."""
    targets = Target.objects.filter(unit=unit.key, ends__gte=on).order_by("ends", "indicator")
    waiting = set(
        Version.objects.filter(target__unit=unit.key, state=State.WAITING).values_list("target_id", flat=True)
    )
    department = unit.name if unit.department_id is not None else ""
    promises = [
        one for one in commitments.owed_by(unit.area_id, department) if one.state != commitments.State.KEPT
    ]
    agreements = Agreement.objects.filter(unit=unit.key, stage__in=[Stage.OFFERED, Stage.SIGNED])
    return {
        "targets": [
            [
                one.indicator,
                one.period,
                "" if one.value is None else f"{one.value.normalize():f}",
                "waiting" if one.pk in waiting else "",
            ]
            for one in targets[:_MOST]
        ],
        "tasks": [[one.what, one.due.isoformat(), one.state] for one in plans.open_of(unit.key, most=_MOST)],
        "promises": [[one.promise, one.due.isoformat(), one.state] for one in promises[:_MOST]],
        "agreements": [[one.period, one.above_name, one.stage] for one in agreements.order_by("-pk")[:_MOST]],
    }


def _before(tenure: posts.Tenure) -> posts.Tenure | None:
    rows = posts.Tenure.objects.filter(post=tenure.post_id, since__lt=tenure.since)
    return rows.order_by("-since").first()


def _locked(hand_over_id: int) -> HandOver:
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("gives", "takes")
    found = rows.filter(pk=hand_over_id).first()
    if found is None:
        raise access.none()
    return found


def _done() -> Conflict:
    return Conflict("handing.done", _("It has been confirmed already."))


def _none() -> NotFound:
    return NotFound("posts.none", _("There is no such unit or post in your areas."))


def _note(one: HandOver, action: str, *, by: Account, at: dt.datetime) -> None:
    detail: dict[str, Any] = {"unit": one.unit, "title": one.title, "sha256": one.sha256}
    audit.append(
        by=by, action=action, subject=f"hand_over:{one.pk}", scope_no=one.scope_no, at=at, detail=detail
    )
