"""Lists of posts: every mistake at once, twice is once, a new holder ends the tenure before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.posts import api
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
HEAD = ",".join(api.COLUMNS.values())


def sheet(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *lines)).encode()


@pytest.fixture
def lines(county: Any) -> tuple[str, ...]:
    return (
        f"{county.county.code},,,书记,县委书记,赵远（示例）,2025-01-06,,,毕组任〔2025〕1号",
        f"{county.county.code},WJ,卫生健康局,分管,局长,钱立（示例）,2025-03-01,",
        f"{county.township.code},,,书记,乡党委书记,孙平（示例）,2024-09-01,",
        f"{county.village.code},,,联系,包村干部,李文（示例）,2026-01-01,,0857-8222222",
    )


def test_a_list_is_taken_in_once(
    lines: Any, county: Any, county_reviewer: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    given = {"content": sheet(*lines), "by": county_reviewer, "at": frozen_clock}
    with audited():
        kept = api.keep(**given)
    assert (kept.posts, kept.holders, kept.same) == (4, 4, 0)
    again = api.keep(**given)
    assert (again.posts, again.holders, again.same) == (0, 0, 4)
    units = (api.of_area(county.county), *api.units_below(county.county, on=frozen_clock.date()))
    held = api.holders(units, on=frozen_clock.date())
    assert [one.name for one in held[county.county.code]] == ["赵远（示例）"]
    department = f"{county.county.code}/WJ"
    assert [one.title for one in held[department]] == ["局长"]
    unit = api.unit_of(department, scope=Scope.of_area(county.county))
    assert unit is not None and unit.name == "卫生健康局"
    assert api.unit_of(department, scope=Scope.of_area(county.village)) is None


def test_a_new_holder_ends_the_tenure_before(
    lines: Any, county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    api.keep(content=sheet(*lines), by=county_reviewer, at=frozen_clock)
    later = lines[2].replace("孙平", "周正").replace("2024-09-01", "2026-04-01")
    kept = api.keep(content=sheet(later), by=county_reviewer, at=frozen_clock)
    assert (kept.posts, kept.holders) == (0, 1)
    unit = api.of_area(county.township)
    names = [
        [one.name for one in api.holders([unit], on=day)[unit.key]]
        for day in (dt.date(2024, 8, 31), dt.date(2026, 3, 31), dt.date(2026, 4, 1))
    ]
    assert names == [[], ["孙平（示例）"], ["周正（示例）"]]
    with pytest.raises(Invalid) as told:
        api.keep(content=sheet(lines[2]), by=county_reviewer, at=frozen_clock)
    assert told.value.code == "posts.before"


def test_every_mistake_is_told_at_once_and_nothing_kept(
    lines: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    bad = ("999999,,,站长,,,明天,nobody", lines[0], lines[0])
    with pytest.raises(Invalid) as told:
        api.keep(content=sheet(*lines[1:], *bad), by=county_reviewer, at=frozen_clock)
    found = [(one.line, one.column) for one in told.value.data["problems"]]
    columns = ("单位代码", "职责", "职务", "姓名", "任职日期", "账号")
    assert found == [*((5, one) for one in columns), (7, "职务")]
    assert api.Post.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"a,b,c\n1,2,3", "姓名\n某".encode("gbk")])
def test_a_file_without_the_columns_says_which(
    content: bytes, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(Invalid) as told:
        api.keep(content=content, by=county_reviewer, at=frozen_clock)
    assert "单位代码" in told.value.data["problems"][0].text


def test_a_township_keeps_its_own_and_a_village_none(
    lines: Any, township_officer: Any, village_worker: Any, frozen_clock: dt.datetime
) -> None:
    assert api.keep(content=sheet(lines[3]), by=township_officer, at=frozen_clock).posts == 1
    with pytest.raises(Invalid):
        api.keep(content=sheet(lines[0]), by=township_officer, at=frozen_clock)
    with pytest.raises(NotAllowed):
        api.keep(content=sheet(lines[3]), by=village_worker, at=frozen_clock)


def test_the_database_holds_one_holder_and_days_in_order(
    lines: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    api.keep(content=sheet(*lines), by=county_reviewer, at=frozen_clock)
    post = api.Post.objects.first()
    assert post is not None
    for values in (
        {"holder": "某", "since": dt.date(2026, 1, 1)},
        {"holder": "", "since": dt.date(2020, 1, 1), "until": dt.date(2021, 1, 1)},
        {"holder": "某", "since": dt.date(2020, 1, 2), "until": dt.date(2020, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.Tenure.objects.create(post=post, **values)


def test_a_long_list_asks_no_more_than_a_short_one(
    lines: Any, county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    numbers = []
    for count in (1, 40):
        many = [f"{county.village.code},,,联系,岗位{count}-{n},某{n},2026-01-01," for n in range(count)]
        with CaptureQueriesContext(connection) as caught:
            api.keep(content=sheet(*many), by=county_reviewer, at=frozen_clock)
        numbers.append(len(caught))
    assert numbers[0] == numbers[1]


def test_a_list_is_held_to_the_rules_of_one_appointment(
    lines: Any, county: Any, county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    """Own head, oneself, an ended department and a tenure that ended later: all told, nothing taken in."""
    given = {"by": county_reviewer, "at": frozen_clock}
    api.keep(content=sheet(*lines), **given)
    department = api.Department.objects.get()
    api.end_department(department_id=department.pk, on=dt.date(2026, 5, 1), **given)
    contact = api.Tenure.objects.get(post__duty="contact")
    api.end_tenure(tenure_id=contact.pk, on=dt.date(2026, 6, 1), **given)
    bad = (
        lines[0].replace("赵远", "周正").replace("2025-01-06", "2026-06-02").replace("毕组任〔2025〕1号", ""),
        lines[1].replace("钱立", "周正").replace("2025-03-01", "2026-06-02"),
        lines[3].replace("李文", "周正").replace("2026-01-01", "2026-05-02"),
        f"{county.village.code},,,分管,副主任,周正,2026-01-01,{county_reviewer.username}",
    )
    with pytest.raises(Invalid) as told:
        api.keep(content=sheet(*bad), **given)
    found = [(one.line, one.column) for one in told.value.data["problems"]]
    assert found == [(2, "任职文号"), (3, "部门代码"), (4, "任职日期"), (5, "账号")]
    assert api.Tenure.objects.count() == 4
    own = lines[2].replace("孙平", "周正").replace("2024-09-01", "2026-06-02") + ",,乡发〔2026〕1号"
    with pytest.raises(Invalid) as refused:
        api.keep(content=sheet(own), by=township_officer, at=frozen_clock)
    (one,) = refused.value.data["problems"]
    assert (one.line, one.column) == (2, "职务") and "上一级" in one.text


def test_the_office_phone_is_kept(
    lines: Any, county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    given = {"by": county_reviewer, "at": frozen_clock}
    api.keep(content=sheet(*lines), **given)
    api.keep(content=sheet(lines[3].replace("8222222", "8233333")), **given)
    assert api.Post.objects.get(duty="contact").phone == "0857-8233333"
    with pytest.raises(Invalid) as told:
        api.keep(content=sheet(lines[3].replace("0857-8222222", "问村里")), **given)
    assert [one.column for one in told.value.data["problems"]] == ["办公电话"]
