"""Changing one department, post or tenure, each with its line in the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.posts import rules
from tongchou.apps.posts.access import KEEP
from tongchou.apps.posts.models import PHONE, Department, Duty, Post, Tenure
from tongchou.core import access, audit, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

LONGEST: Final = {"code": 16, "name": 60, "title": 60, "holder": 40}
#: Refusals about the state of things rather than about what was typed.
_CONFLICTS: Final = frozenset({"posts.ended"})
_NOT_ALLOWED: Final = frozenset({"posts.own_head", "posts.oneself"})


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
    *,
    area_id: int,
    duty: str,
    title: str,
    by: Account,
    at: dt.datetime,
    department_id: int | None = None,
    phone: str = "",
) -> Post:
    """A new post of an area's government, or of a department of it.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there, or the department is not one of the area.
    Invalid
        ``posts.words`` without a title, ``posts.duty`` for a duty there is not, ``posts.phone`` for what is
        no telephone number.
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
        area_id=area.pk,
        scope_no=area.scope_no,
        department=department,
        duty=duty,
        title=words,
        phone=_phone(phone),
    )
    _note(one, "posts.add_post", {"area": area.code, "duty": duty}, by=by, at=at)
    return one


@transaction.atomic
def set_phone(*, post_id: int, phone: str, by: Account, at: dt.datetime) -> Post:
    """The telephone of the office of a post; empty takes it away.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``appoint``.
    Invalid
        ``posts.phone`` for what is no telephone number.
    """
    one = _post(post_id, _areas(by, at))
    one.phone = _phone(phone)
    one.save(update_fields=["phone"])
    _note(one, "posts.phone", {"phone": one.phone}, by=by, at=at)
    return one


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
) -> Tenure:
    """Put somebody in a post from a day on, which ends the tenure before on that day.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there, or there is no such post or account; ``posts.own_head`` for
        the head of a unit by the unit itself, ``posts.oneself`` for oneself.
    Invalid
        ``posts.words`` without a name; ``posts.day`` for a day to come or one that is not after the last
        holder's first day, or falls into a tenure that has ended; ``posts.department_day`` for a day before
        the department began; ``posts.document`` where the paper of the level above has to be named.
    Conflict
        ``posts.ended`` when the department of the post has ended.
    """
    areas = _areas(by, at)
    post = _post(post_id, areas)
    name = _words("holder", holder)
    if account_id is not None and not Account.objects.filter(pk=account_id).exists():
        raise _none()
    last = Tenure.objects.select_for_update().filter(post=post).order_by("-since").first()
    refuse(
        rules.faults(
            department=post.department,
            last=last,
            since=since,
            on=clock.date_of(at),
            head=_head(post, areas, document, at),
            oneself=account_id == by.pk,
        )
    )
    if last is not None and last.until is None:
        last.until = since
        last.save(update_fields=["until"])
    one = Tenure.objects.create(
        post=post, holder=name, account_id=account_id, since=since, document=document.strip()[:80]
    )
    detail = {"since": since.isoformat(), "before": None if last is None else last.pk}
    _note(post, "posts.appoint", detail, by=by, at=at)
    return one


@transaction.atomic
def end_tenure(*, tenure_id: int, on: dt.date, by: Account, at: dt.datetime, document: str = "") -> Tenure:
    """End a tenure without anybody who follows: the post is vacant from that day on.

    Raises
    ------
    NotAllowed, NotFound
        As ``appoint``.
    Invalid
        ``posts.day`` for a day to come, or one on which the tenure had not begun; ``posts.document``.
    Conflict
        ``posts.ended`` when it has ended already.
    """
    areas = _areas(by, at)
    one = _tenure(tenure_id, areas)
    refuse(filter(None, [_head(one.post, areas, document or one.document, at)]))
    if one.until is not None:
        raise Conflict("posts.ended", _("This tenure has ended."))
    _not_later(on, at)
    if on <= one.since:
        raise Invalid("posts.day", _("The tenure began on this day or later."), field="on")
    one.until = on
    one.save(update_fields=["until"])
    _note(one.post, "posts.end_tenure", {"tenure": one.pk, "on": on.isoformat()}, by=by, at=at)
    return one


@transaction.atomic
def correct(*, tenure_id: int, holder: str, reason: str, by: Account, at: dt.datetime) -> Tenure:
    """Correct a name written wrongly. Whoever follows in a post is appointed, not written over.

    Raises
    ------
    NotAllowed, NotFound
        When the account keeps no posts there, or there is no such tenure; ``posts.own_head`` as ``appoint``.
    Invalid
        ``posts.words`` without a name, ``posts.reason`` without a reason.
    """
    areas = _areas(by, at)
    one = _tenure(tenure_id, areas)
    refuse(filter(None, [_head(one.post, areas, reason, at)]))
    said = " ".join(reason.split())
    if not said or len(said) > 200:
        raise Invalid("posts.reason", _("Give the reason, in at most 200 characters."), field="reason")
    before, one.holder = one.holder, _words("holder", holder)
    one.save(update_fields=["holder"])
    detail = {"tenure": one.pk, "before": before, "holder": one.holder, "reason": said}
    _note(one.post, "posts.correct", detail, by=by, at=at)
    return one


def refuse(found: Iterable[rules.Fault]) -> None:
    """Refuse with the first fault, if there is one."""
    for one in found:
        kind: type[AppError] = (
            Conflict if one.code in _CONFLICTS else NotAllowed if one.code in _NOT_ALLOWED else Invalid
        )
        raise kind(one.code, one.text, field=one.field)


def _head(post: Post, areas: Scope, document: str, at: dt.datetime) -> rules.Fault | None:
    if post.duty != Duty.HEAD or post.department_id is not None:
        return None
    area = places.area_by_id(post.area_id, within=Scope.everything())
    if area is None:
        return None
    heads = rules.Heads.of([area], scope=areas, on=clock.date_of(at))
    return heads.fault(area.pk, department=False, duty=post.duty, document=document)


def _note(post: Post, action: str, detail: dict[str, object], *, by: Account, at: dt.datetime) -> None:
    audit.append(
        by=by, action=action, subject=f"post:{post.pk}", at=at, scope_no=post.scope_no, detail=detail
    )


def _tenure(tenure_id: int, areas: Scope) -> Tenure:
    one = (
        Tenure.objects.select_for_update(of=("self",))
        .select_related("post")
        .filter(areas.q("post__scope_no"), pk=tenure_id)
        .first()
    )
    if one is None:
        raise _none()
    return one


def _phone(text: str) -> str:
    words = " ".join(text.split())
    if words and not PHONE.fullmatch(words):
        message = _("Give the telephone of the office in digits, as 0857-8222222.")
        raise Invalid("posts.phone", message, field="phone")
    return words


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
