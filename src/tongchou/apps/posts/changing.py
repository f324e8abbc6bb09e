"""Changing one department, post or tenure, each with its line in the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.posts.access import KEEP
from tongchou.apps.posts.models import Department, Duty, Post, Tenure
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

LONGEST: Final = {"code": 16, "name": 60, "title": 60, "holder": 40}


@transaction.atomic
def add_department(
    *, area_id: int, code: str, name: str, since: dt.date, by: Account, at: dt.datetime
) -> Department:
    """A new department of an area.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there.
    Invalid
        ``posts.words`` without a code or name, ``posts.day`` for a day to come.
    Conflict
        ``posts.code_used`` when the area has, or had, a department with this code.
    """
    area = _area(area_id, _areas(by, at))
    words = {"code": _words("code", code), "name": _words("name", name)}
    _not_later(since, at)
    if "/" in words["code"]:
        raise Invalid("posts.words", _("A code holds no stroke."), field="code")
    if Department.objects.filter(area_id=area.pk, code=words["code"]).exists():
        raise Conflict("posts.code_used", _("This area has, or had, a department with this code."))
    one = Department.objects.create(area_id=area.pk, scope_no=area.scope_no, since=since, **words)
    audit.append(
        by=by,
        action="posts.add_department",
        subject=f"department:{one.pk}",
        at=at,
        scope_no=one.scope_no,
        detail={"area": area.code, "code": one.code},
    )
    return one


@transaction.atomic
def rename_department(*, department_id: int, name: str, by: Account, at: dt.datetime) -> Department:
    """Give a department its new name; its key stays.

    Raises
    ------
    NotAllowed, NotFound, Invalid
        As ``add_department``.
    """
    one = _department(department_id, _areas(by, at))
    before, one.name = one.name, _words("name", name)
    one.save(update_fields=["name"])
    audit.append(
        by=by,
        action="posts.rename_department",
        subject=f"department:{one.pk}",
        at=at,
        scope_no=one.scope_no,
        detail={"before": before, "name": one.name},
    )
    return one


@transaction.atomic
def end_department(*, department_id: int, on: dt.date, by: Account, at: dt.datetime) -> Department:
    """End a department; whoever holds a post of it then, holds it until that day.

    Raises
    ------
    NotAllowed, NotFound
        As ``add_department``.
    Invalid
        ``posts.day`` for a day to come, or one on which the department or a tenure of it had not yet begun.
    Conflict
        ``posts.ended`` when it has ended already.
    """
    one = _department(department_id, _areas(by, at))
    _not_later(on, at)
    holding = Tenure.objects.select_for_update().filter(post__department=one, until=None)
    if on <= one.since or holding.filter(since__gte=on).exists():
        raise Invalid(
            "posts.day", _("The department or a holder of it began on this day or later."), field="on"
        )
    one.until = on
    one.save(update_fields=["until"])
    ended = holding.update(until=on)
    audit.append(
        by=by,
        action="posts.end_department",
        subject=f"department:{one.pk}",
        at=at,
        scope_no=one.scope_no,
        detail={"on": on.isoformat(), "tenures": ended},
    )
    return one


@transaction.atomic
def add_post(
    *, area_id: int, duty: str, title: str, by: Account, at: dt.datetime, department_id: int | None = None
) -> Post:
    """A new post of an area's government, or of a department of it.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there, or the department is not one of the area.
    Invalid
        ``posts.words`` without a title, ``posts.duty`` for a duty there is not.
    Conflict
        ``posts.title_used`` when the unit has a post of this title, ``posts.ended`` of an ended department.
    """
    areas = _areas(by, at)
    area, words = _area(area_id, areas), _words("title", title)
    if duty not in Duty.values:
        raise Invalid("posts.duty", _("Choose what the post answers for."), field="duty")
    department = None if department_id is None else _department(department_id, areas)
    if department is not None and department.area_id != area.pk:
        raise _none()
    if Post.objects.filter(area_id=area.pk, department=department, title=words).exists():
        raise Conflict("posts.title_used", _("The unit has a post of this title already."))
    one = Post.objects.create(
        area_id=area.pk, scope_no=area.scope_no, department=department, duty=duty, title=words
    )
    audit.append(
        by=by,
        action="posts.add_post",
        subject=f"post:{one.pk}",
        at=at,
        scope_no=one.scope_no,
        detail={"area": area.code, "duty": duty},
    )
    return one


@transaction.atomic
def appoint(
    *, post_id: int, holder: str, since: dt.date, by: Account, at: dt.datetime, account_id: int | None = None
) -> Tenure:
    """Put somebody in a post from a day on, which ends the tenure before on that day.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there, or there is no such post or account.
    Invalid
        ``posts.words`` without a name; ``posts.day`` for a day to come or one that is not after the last
        holder's first day, or falls into a tenure that has ended; ``posts.department_day`` for a day before
        the department began.
    Conflict
        ``posts.ended`` when the department of the post has ended.
    """
    post = _post(post_id, _areas(by, at))
    name = _words("holder", holder)
    _not_later(since, at)
    if post.department is not None and since < post.department.since:
        raise Invalid("posts.department_day", _("The department began later than this day."), field="since")
    if account_id is not None and not Account.objects.filter(pk=account_id).exists():
        raise _none()
    last = Tenure.objects.select_for_update().filter(post=post).order_by("-since").first()
    if last is not None and (since <= last.since or (last.until is not None and since < last.until)):
        raise Invalid("posts.day", _("The holder before was still in the post on this day."), field="since")
    if last is not None and last.until is None:
        last.until = since
        last.save(update_fields=["until"])
    one = Tenure.objects.create(post=post, holder=name, account_id=account_id, since=since)
    detail = {"since": since.isoformat(), "before": None if last is None else last.pk}
    audit.append(
        by=by,
        action="posts.appoint",
        subject=f"post:{post.pk}",
        at=at,
        scope_no=post.scope_no,
        detail=detail,
    )
    return one


@transaction.atomic
def correct(*, tenure_id: int, holder: str, reason: str, by: Account, at: dt.datetime) -> Tenure:
    """Correct a name written wrongly. Whoever follows in a post is appointed, not written over.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there, or there is no such tenure.
    Invalid
        ``posts.words`` without a name, ``posts.reason`` without a reason.
    """
    areas = _areas(by, at)
    one = (
        Tenure.objects.select_for_update(of=("self",))
        .select_related("post")
        .filter(areas.q("post__scope_no"), pk=tenure_id)
        .first()
    )
    if one is None:
        raise _none()
    said = " ".join(reason.split())
    if not said or len(said) > 200:
        raise Invalid("posts.reason", _("Give the reason, in at most 200 characters."), field="reason")
    before, one.holder = one.holder, _words("holder", holder)
    one.save(update_fields=["holder"])
    detail = {"tenure": one.pk, "before": before, "holder": one.holder, "reason": said}
    audit.append(
        by=by,
        action="posts.correct",
        subject=f"post:{one.post_id}",
        at=at,
        scope_no=one.post.scope_no,
        detail=detail,
    )
    return one


def _areas(by: Account, at: dt.datetime) -> Scope:
    return access.require(by, KEEP, on=clock.date_of(at))


def _area(area_id: int, areas: Scope) -> places.Area:
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.valid_to is not None:
        raise _none()
    return area


def _department(department_id: int, areas: Scope) -> Department:
    one = Department.objects.select_for_update().filter(areas.q("scope_no"), pk=department_id).first()
    if one is None:
        raise _none()
    _running(one)
    return one


def _post(post_id: int, areas: Scope) -> Post:
    """A post, its row locked, so that two appointments stand one behind the other."""
    posts = Post.objects.select_for_update(of=("self",)).select_related("department")
    one = posts.filter(areas.q("scope_no"), pk=post_id).first()
    if one is None:
        raise _none()
    if one.department is not None:
        _running(one.department)
    return one


def _running(one: Department) -> None:
    if one.until is not None:
        raise Conflict("posts.ended", _("This department has ended."))


def _words(field: str, text: str) -> str:
    words = " ".join(text.split())
    if not words or len(words) > LONGEST[field]:
        message = _("Fill this in, with at most %(n)s characters.") % {"n": LONGEST[field]}
        raise Invalid("posts.words", message, field=field)
    return words


def _not_later(day: dt.date, at: dt.datetime) -> None:
    if day > clock.date_of(at):
        raise Invalid("posts.day", _("This day is still to come."), field="since")


def _none() -> NotFound:
    return NotFound("posts.none", _("There is no such unit or post in your areas."))
