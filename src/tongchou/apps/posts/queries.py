"""Units by their keys, and who answers for a unit on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from tongchou.apps.places import api as places
from tongchou.apps.posts.models import Department, Duty, Post, Tenure
from tongchou.apps.posts.rules import Fault, Heads
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Unit:
    """Whoever is bound: an area's own government, or a department of it.

    ``key`` is the code of the area, with ``/`` and the department's code behind it for a department.
    """

    key: str
    name: str
    area_id: int
    scope_no: int
    scope_end: int
    level: str
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a post of a unit."""

    tenure_id: int
    post_id: int
    duty: str
    title: str
    name: str
    since: dt.date
    until: dt.date | None
    account_id: int | None


def unit_of(key: str, *, scope: Scope) -> Unit | None:
    """The unit of a key inside the scope, as it is today; None where there is none there. Two queries."""
    code, _slash, department = key.partition("/")
    area = places.area_by_code(code)
    if area is None or area.valid_to is not None or not scope.covers(area.scope_no):
        return None
    if not department:
        return of_area(area)
    found = Department.objects.filter(area_id=area.pk, code=department, until=None).first()
    return None if found is None else of_department(area, found)


def key_of(area_id: int, department_id: int | None) -> str:
    """The key of a unit by its numbers, of today or ended; empty where there is none. Two queries at most."""
    code = places.Area.objects.filter(pk=area_id).values_list("code", flat=True).first() or ""
    if department_id is None:
        return code
    own = Department.objects.filter(pk=department_id).values_list("code", flat=True).first()
    return f"{code}/{own}" if own else ""


def department_codes(numbers: Collection[int]) -> dict[int, str]:
    """The codes of some departments, of today or ended. One query."""
    return dict(Department.objects.filter(pk__in=numbers).values_list("pk", "code"))


def units_below(area: places.Area, *, on: dt.date) -> tuple[Unit, ...]:
    """The units an area judges: its departments of that day, then the areas right below it. Two queries."""
    departments = Department.objects.filter(area_id=area.pk, since__lte=on).exclude(until__lte=on)
    below = places.Area.objects.filter(parent_id=area.pk, valid_from__lte=on).exclude(valid_to__lte=on)
    return (
        *(of_department(area, one) for one in departments.order_by("code")),
        *(of_area(one) for one in below.order_by("scope_no")),
    )


def of_area(area: places.Area) -> Unit:
    """An area's own government or village committee as a unit."""
    return Unit(area.code, area.name, area.pk, area.scope_no, area.scope_end, area.level)


def of_department(area: places.Area, one: Department) -> Unit:
    """A department as a unit; it reaches as far as its area."""
    return Unit(
        f"{area.code}/{one.code}", one.name, area.pk, area.scope_no, area.scope_end, area.level, one.pk
    )


def held_by(account_id: int, *, on: dt.date) -> frozenset[tuple[int, int | None]]:
    """The units an account holds a post of on a day, as area and department. One query."""
    rows = Tenure.objects.filter(account_id=account_id, since__lte=on).exclude(until__lte=on)
    return frozenset(rows.values_list("post__area_id", "post__department_id"))


def departments(area_id: int, *, on: dt.date) -> tuple[Department, ...]:
    """The departments of an area on a day, by their codes. One query."""
    rows = Department.objects.filter(area_id=area_id, since__lte=on).exclude(until__lte=on)
    return tuple(rows.order_by("code"))


def holders(units: Collection[Unit], *, on: dt.date) -> dict[str, tuple[Holder, ...]]:
    """Who answered for units on a day, by their keys: heads first. One query."""
    keys = {(one.area_id, one.department_id): one.key for one in units}
    rows = (
        Tenure.objects.filter(post__area_id__in={area for area, _department in keys}, since__lte=on)
        .exclude(until__lte=on)
        .select_related("post")
    )
    order = list(Duty.values)
    found: dict[str, list[Holder]] = {key: [] for key in keys.values()}
    for row in sorted(rows, key=lambda row: (order.index(row.post.duty), row.post.title, row.pk)):
        key = keys.get((row.post.area_id, row.post.department_id))
        if key is not None:
            found[key].append(
                Holder(
                    row.pk,
                    row.post_id,
                    row.post.duty,
                    row.post.title,
                    row.holder,
                    row.since,
                    row.until,
                    row.account_id,
                )
            )
    return {key: tuple(one) for key, one in found.items()}


def holders_of(post_ids: Collection[int], *, on: dt.date) -> dict[int, str]:
    """Who held some posts on a day, by the number of the post. One query."""
    rows = Tenure.objects.filter(post__in=post_ids, since__lte=on).exclude(until__lte=on)
    return dict(rows.values_list("post_id", "holder"))


def named_posts(units: Collection[Unit]) -> list[tuple[int, str]]:
    """The posts of some units, each with its unit's name, in the order of the units. One query."""
    keys = {(one.area_id, one.department_id): one.name for one in units}
    rows = Post.objects.filter(area_id__in={area for area, _department in keys}).order_by("scope_no", "pk")
    found = rows.values_list("pk", "title", "area_id", "department_id")
    return [
        (pk, f"{keys[area, department]} {title}")
        for pk, title, area, department in found
        if (area, department) in keys
    ]


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post of a unit and who holds it; ``held`` is None where it is vacant."""

    unit: Unit
    post: Post
    held: Tenure | None


def posts_of(units: Collection[Unit], *, on: dt.date) -> list[PostLine]:
    """The posts of some units in their order, heads first, with who holds each on a day. Two queries."""
    keys = {(one.area_id, one.department_id): one for one in units}
    rows = Post.objects.filter(area_id__in={area for area, _department in keys}).prefetch_related(
        Prefetch("tenures", Tenure.objects.filter(since__lte=on).exclude(until__lte=on), to_attr="holding")
    )
    place, order = {one.key: at for at, one in enumerate(units)}, list(Duty.values)
    found = [
        PostLine(unit, one, next(iter(one.holding), None))  # type: ignore[attr-defined]
        for one in rows
        if (unit := keys.get((one.area_id, one.department_id))) is not None
    ]
    return sorted(
        found, key=lambda one: (place[one.unit.key], order.index(one.post.duty), one.post.title, one.post.pk)
    )


def one_post(post_id: int, *, scope: Scope) -> tuple[Post, tuple[Tenure, ...]] | None:
    """A post in some areas with everybody who held it, the newest first. Two queries."""
    rows = Post.objects.select_related("department").filter(scope.q("scope_no"), pk=post_id)
    found = rows.first()
    if found is None:
        return None
    return found, tuple(found.tenures.select_related("account").order_by("-since"))


def head_fault(post: Post, *, scope: Scope, on: dt.date) -> Fault | None:
    """Why these areas do not decide on a post; ``posts.document`` where the paper has to be named."""
    area = places.area_by_id(post.area_id, within=Scope.everything())
    if area is None:
        return None
    heads = Heads.of([area], scope=scope, on=on)
    return heads.fault(area.pk, department=post.department_id is not None, duty=post.duty, document="")


def phones(post_ids: Collection[int]) -> dict[int, str]:
    """Telephones of the offices of some posts. One query."""
    return dict(Post.objects.filter(pk__in=post_ids).exclude(phone="").values_list("pk", "phone"))


def without_contact(scope: Scope, *, on: dt.date) -> list[places.Area]:
    """Villages of a scope for which nobody held a contact post on a day, by their place. One query."""
    held = (
        Tenure.objects.filter(post__area_id=OuterRef("pk"), post__duty=Duty.CONTACT, since__lte=on)
        .exclude(until__lte=on)
        .order_by()
    )
    villages = places.Area.objects.within(scope).filter(level=places.Level.VILLAGE, valid_from__lte=on)
    return list(villages.exclude(valid_to__lte=on).exclude(Exists(held)).order_by("scope_no"))
