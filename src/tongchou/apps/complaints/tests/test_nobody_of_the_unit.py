"""Whatever roles and posts an account holds, it reads no complaint about a unit it works for."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Complaint
from tongchou.apps.complaints.tests.conftest import complaint, office, supervisor, token
from tongchou.apps.places import api as places
from tongchou.apps.posts.models import Department, Post, Tenure
from tongchou.core import actions
from tongchou.core.errors import NotAllowed, NotFound

__all__ = ["complaint", "office", "supervisor"]
pytestmark = pytest.mark.django_db
ROLES = ("village_worker", "township_officer", "county_reviewer", "prefecture_supervisor", "county_finance")
HANDLE = {"township_officer", "county_reviewer", "prefecture_supervisor"}
WORK = {"village_worker", "township_officer", "county_reviewer"}
BYPASS = {"coercion", "charges"}


def line(area: Any) -> list[Any]:
    found = []
    while area is not None:
        found.append(area)
        area = area.parent
    return found


@pytest.mark.parametrize("seed", range(6))
def test_random_officers_against_an_oracle(
    county: Any, supervisor: Any, make_account: Any, frozen_clock: dt.datetime, seed: int
) -> None:
    """The oracle walks the tree of areas: it knows no scope number and nothing of the access layer."""
    draw, on = random.Random(seed), frozen_clock.date()
    department = Department.objects.create(
        area_id=county.county.pk, scope_no=county.county.scope_no, code="WJJ", name="卫健局", since=on
    )
    units = [county.village, county.other_village, county.township, county.county]
    keys = [(one, None, one.code) for one in units] + [
        (county.county, department.pk, f"{county.county.code}/WJJ")
    ]
    for number, (_area, _department, key) in enumerate(keys):
        for kind in ("payment", "coercion"):
            said = complaints.Said(unit=key, nature="complaint", kind=kind, words="逾期未办")
            complaints.send(said=said, token=token(number * 10 + len(kind)), at=frozen_clock)
    account = make_account("walker")
    areas = [
        one for one in places.Area.objects.select_related("parent__parent__parent") if one.level != "group"
    ]
    near = [one for one in areas if one in units or one.code in {"520500", "520523"}]
    held = [(draw.choice(ROLES), draw.choice(near)) for _number in range(draw.choice([1, 2, 3]))]
    for role, area in set(held):
        actions.assign_role(
            account=account, role=role, area_id=area.pk, scope_no=area.scope_no, scope_end=area.scope_end,
            by=None, at=frozen_clock,
        )  # fmt: skip
    posts = []
    if draw.random() < 0.5:
        area, of, _key = draw.choice(keys)
        post = Post.objects.create(
            area_id=area.pk, scope_no=area.scope_no, department_id=of, duty="head", title="负责人"
        )
        Tenure.objects.create(post=post, holder="某人", account=account, since=on)
        posts.append((area.pk, of))

    def may(one: Complaint) -> bool:
        area = next(each for each in units if each.pk == one.unit_area_id)
        above = line(area)
        if one.department_id is None:
            above = above[1:]
        if one.kind in BYPASS:
            above = [each for each in above if each.level not in ("village", "township")]
        handler = above[0]
        reached = any(role in HANDLE and each in line(handler) for role, each in held)
        works = one.department_id is None and any(role in WORK and each == area for role, each in held)
        return reached and not works and (one.unit_area_id, one.department_id) not in posts

    for one in Complaint.objects.all():
        try:
            sees = complaints.view(one.pk, by=account, on=on) is not None
        except (NotFound, NotAllowed):
            sees = False
        assert sees == may(one), (one.unit_name, one.kind, [(role, area.name) for role, area in held], posts)
