"""Departments, posts and tenures one at a time: who may, what is refused, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.posts import api
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
BEGAN = dt.date(2025, 1, 6)


@pytest.fixture
def act(county_reviewer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": county_reviewer, "at": frozen_clock}


@pytest.fixture
def post(county: Any, act: Any) -> api.Post:
    return api.add_post(area_id=county.township.pk, duty="head", title="乡党委书记", **act)


@pytest.fixture
def department(county: Any, act: Any) -> api.Department:
    return api.add_department(area_id=county.county.pk, code="WJ", name="卫生健康局", since=BEGAN, **act)


def test_whoever_follows_ends_the_tenure_before(
    post: api.Post, county: Any, act: Any, audited: Any, frozen_clock: dt.datetime
) -> None:
    first = api.appoint(post_id=post.pk, holder="孙平（示例）", since=BEGAN, **act)
    day = BEGAN + dt.timedelta(days=90)
    with audited():
        api.appoint(post_id=post.pk, holder="周宁（示例）", since=day, **act)
    first.refresh_from_db()
    assert first.until == day
    unit = api.of_area(county.township)
    names = {on: [one.name for one in api.holders([unit], on=on)[unit.key]] for on in (BEGAN, day)}
    assert names == {BEGAN: ["孙平（示例）"], day: ["周宁（示例）"]}


@pytest.mark.parametrize("days", [0, -1])
def test_nobody_follows_before_the_one_before_began(post: api.Post, act: Any, days: int) -> None:
    api.appoint(post_id=post.pk, holder="孙平（示例）", since=BEGAN, **act)
    with pytest.raises(Invalid) as refused:
        api.appoint(post_id=post.pk, holder="周宁（示例）", since=BEGAN + dt.timedelta(days=days), **act)
    assert refused.value.code == "posts.day"
    assert api.Tenure.objects.get().until is None


def test_nobody_is_appointed_for_a_day_to_come(post: api.Post, act: Any, frozen_clock: dt.datetime) -> None:
    with pytest.raises(Invalid) as refused:
        api.appoint(post_id=post.pk, holder="周宁", since=frozen_clock.date() + dt.timedelta(days=1), **act)
    assert refused.value.code == "posts.day"


def test_a_department_is_renamed_and_ended_with_its_tenures(
    department: api.Department, county: Any, act: Any
) -> None:
    head = api.add_post(
        area_id=county.county.pk, duty="deputy", title="局长", department_id=department.pk, **act
    )
    with pytest.raises(Invalid) as refused:
        api.appoint(post_id=head.pk, holder="钱立", since=BEGAN - dt.timedelta(days=1), **act)
    assert refused.value.code == "posts.department_day"
    held = api.appoint(post_id=head.pk, holder="钱立（示例）", since=BEGAN, **act)
    api.rename_department(department_id=department.pk, name="卫生健康和人口局", **act)
    key = f"{county.county.code}/WJ"
    unit = api.unit_of(key, scope=Scope.of_area(county.county))
    assert unit is not None and unit.name == "卫生健康和人口局"
    with pytest.raises(Invalid):
        api.end_department(department_id=department.pk, on=BEGAN, **act)
    day = BEGAN + dt.timedelta(days=30)
    api.end_department(department_id=department.pk, on=day, **act)
    held.refresh_from_db()
    assert held.until == day
    assert api.unit_of(key, scope=Scope.of_area(county.county)) is None
    for late in (
        lambda: api.end_department(department_id=department.pk, on=day, **act),
        lambda: api.appoint(post_id=head.pk, holder="李文", since=day, **act),
        lambda: api.rename_department(department_id=department.pk, name="卫健局", **act),
    ):
        with pytest.raises(Conflict) as ended:
            late()
        assert ended.value.code == "posts.ended"


def test_codes_and_titles_are_used_once(
    department: api.Department, post: api.Post, county: Any, act: Any
) -> None:
    with pytest.raises(Conflict) as code:
        api.add_department(area_id=county.county.pk, code="WJ", name="又一个局", since=BEGAN, **act)
    with pytest.raises(Conflict) as title:
        api.add_post(area_id=county.township.pk, duty="deputy", title=post.title, **act)
    with pytest.raises(Invalid) as duty:
        api.add_post(area_id=county.township.pk, duty="captain", title="队长", **act)
    assert [one.value.code for one in (code, title, duty)] == [
        "posts.code_used",
        "posts.title_used",
        "posts.duty",
    ]


def test_a_name_is_corrected_with_a_reason(post: api.Post, act: Any) -> None:
    held = api.appoint(post_id=post.pk, holder="孙萍（示例）", since=BEGAN, **act)
    with pytest.raises(Invalid) as refused:
        api.correct(tenure_id=held.pk, holder="孙平（示例）", reason=" ", **act)
    assert refused.value.code == "posts.reason"
    api.correct(tenure_id=held.pk, holder="孙平（示例）", reason="录入有误", **act)
    assert api.Tenure.objects.get().holder == "孙平（示例）"


def test_only_whoever_keeps_posts_there_changes_them(
    post: api.Post, county: Any, village_worker: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        api.appoint(post_id=post.pk, holder="李文", since=BEGAN, by=village_worker, at=frozen_clock)
    with pytest.raises(NotFound):
        api.add_post(
            area_id=county.county.pk, duty="head", title="书记", by=township_officer, at=frozen_clock
        )


def test_the_database_holds_one_holder_and_ordered_days(post: api.Post, department: api.Department) -> None:
    api.Tenure.objects.create(post=post, holder="孙平", since=BEGAN)
    later = BEGAN + dt.timedelta(days=1)
    tries = {
        "tenure_one_holder": lambda: api.Tenure.objects.create(post=post, holder="周宁", since=later),
        "tenure_dates_ordered": lambda: api.Tenure.objects.create(
            post=post, holder="周宁", since=later, until=later
        ),
        "tenure_has_holder": lambda: api.Tenure.objects.create(
            post=post, holder="", since=later, until=later + dt.timedelta(days=1)
        ),
        "post_title_once": lambda: api.Post.objects.create(
            area_id=post.area_id, scope_no=post.scope_no, duty="head", title=post.title
        ),
        "post_title_once of a department": lambda: api.Post.objects.bulk_create(
            api.Post(
                area_id=department.area_id,
                scope_no=department.scope_no,
                department=department,
                duty="deputy",
                title="局长",
            )
            for _twice in range(2)
        ),
        "post_has_title": lambda: api.Post.objects.create(
            area_id=post.area_id, scope_no=post.scope_no, duty="head", title=""
        ),
        "post_duty_known": lambda: api.Post.objects.create(
            area_id=post.area_id, scope_no=post.scope_no, duty="captain", title="队长"
        ),
        "department_dates_ordered": lambda: api.Department.objects.filter(pk=department.pk).update(
            until=BEGAN
        ),
    }
    for name, broken in tries.items():
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
            pytest.fail(name)


def test_villages_without_a_contact_cadre_are_named(county: Any, act: Any, frozen_clock: dt.datetime) -> None:
    on, scope = frozen_clock.date(), Scope.of_area(county.county)
    with CaptureQueriesContext(connection) as counted:
        gaps = {one.code for one in api.without_contact(scope, on=on)}
    assert len(counted) == 1 and county.village.code in gaps
    one = api.add_post(area_id=county.village.pk, duty="contact", title="包村干部", **act)
    assert county.village.code in {area.code for area in api.without_contact(scope, on=on)}
    api.appoint(post_id=one.pk, holder="李文（示例）", since=BEGAN, **act)
    assert {area.code for area in api.without_contact(scope, on=on)} == gaps - {county.village.code}
    assert county.village.code in {
        area.code for area in api.without_contact(scope, on=BEGAN - dt.timedelta(days=1))
    }


def test_a_unit_does_not_appoint_its_own_head(
    post: api.Post, county: Any, act: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    """Neither by appointing, nor by ending a tenure, nor by writing over a name."""
    own = {"by": township_officer, "at": frozen_clock}
    held = api.appoint(post_id=post.pk, holder="孙平（示例）", since=BEGAN, **act)
    later = BEGAN + dt.timedelta(days=30)
    for attempt in (
        lambda: api.appoint(post_id=post.pk, holder="周宁", since=later, document="乡发1号", **own),
        lambda: api.end_tenure(tenure_id=held.pk, on=later, document="乡发1号", **own),
        lambda: api.correct(tenure_id=held.pk, holder="周宁", reason="录入有误", **own),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.code == "posts.own_head"
    deputy = api.add_post(area_id=county.township.pk, duty="deputy", title="副乡长", **own)
    assert api.appoint(post_id=deputy.pk, holder="周宁（示例）", since=later, **own).holder == "周宁（示例）"


def test_where_nobody_above_works_here_the_paper_is_named(county: Any, act: Any, make_account: Any) -> None:
    head = api.add_post(area_id=county.county.pk, duty="head", title="县委书记", **act)
    with pytest.raises(Invalid) as refused:
        api.appoint(post_id=head.pk, holder="赵远", since=BEGAN, **act)
    assert refused.value.code == "posts.document"
    one = api.appoint(
        post_id=head.pk, holder="赵远（示例）", since=BEGAN, document="毕组任〔2025〕1号", **act
    )
    assert one.document == "毕组任〔2025〕1号"
    make_account("above", "prefecture_supervisor", county.county.parent)
    with pytest.raises(NotAllowed) as now:
        api.end_tenure(tenure_id=one.pk, on=BEGAN + dt.timedelta(days=9), document="毕组免1号", **act)
    assert now.value.code == "posts.own_head"


def test_nobody_appoints_themselves_and_a_post_may_be_vacant(
    county: Any, act: Any, frozen_clock: dt.datetime
) -> None:
    deputy = api.add_post(
        area_id=county.county.pk, duty="deputy", title="副县长", phone="0857-8222222", **act
    )
    with pytest.raises(NotAllowed) as refused:
        api.appoint(post_id=deputy.pk, holder="本人", since=BEGAN, account_id=act["by"].pk, **act)
    assert refused.value.code == "posts.oneself"
    held = api.appoint(post_id=deputy.pk, holder="钱立（示例）", since=BEGAN, **act)
    with pytest.raises(Invalid):
        api.end_tenure(tenure_id=held.pk, on=BEGAN, **act)
    day = BEGAN + dt.timedelta(days=90)
    api.end_tenure(tenure_id=held.pk, on=day, **act)
    with pytest.raises(Conflict):
        api.end_tenure(tenure_id=held.pk, on=day, **act)
    unit = api.of_area(county.county)
    assert api.holders([unit], on=day)[unit.key] == ()
    with pytest.raises(Invalid):
        api.set_phone(post_id=deputy.pk, phone="问办公室", **act)
