"""Lists of areas: the packaged nine units, and what is wrong with a list told all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.places import api as places
from tongchou.apps.places.models import Area, AreaCode, AreaOverlap
from tongchou.core import actions
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.models import Account, AuditEntry

AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
HEADER = "code,name,level,parent_code,valid_from,local,former_codes\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def nine(db: None) -> None:
    places.load_reference(by=None, at=AT)


def load(text: str, tmp_path: Path, *, by: Account | None = None, header: str = HEADER) -> places.LoadReport:
    file = tmp_path / "areas.csv"
    file.write_text(header + text, encoding="utf-8")
    return places.load_areas(file, by=by, at=AT)


def problems(text: str, tmp_path: Path, **more: Any) -> list[tuple[int, str]]:
    before = Area.objects.count(), AreaCode.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Invalid) as caught:
        load(text, tmp_path, **more)
    assert (Area.objects.count(), AreaCode.objects.count(), AuditEntry.objects.count()) == before
    assert caught.value.code == "places.bad_list"
    assert all(str(problem.message) for problem in caught.value.data["problems"])
    return [(problem.line, problem.column) for problem in caught.value.data["problems"]]


def test_the_nine_units_are_there(nine: None) -> None:
    bijie = places.area_by_code("520500")
    assert bijie is not None
    names = [area.name for area in places.children(bijie)]
    assert names == [
        "七星关区",
        "大方县",
        "金沙县",
        "织金县",
        "纳雍县",
        "威宁彝族回族苗族自治县",
        "赫章县",
        "黔西市",
        "百里杜鹃管理区",
    ]


@pytest.mark.parametrize(
    ("then", "now", "name"),
    [
        ("522400", "520500", "毕节市"),
        ("522401", "520502", "七星关区"),
        ("522421", "520502", "七星关区"),
        ("522422", "520521", "大方县"),
        ("522423", "520581", "黔西市"),
        ("520522", "520581", "黔西市"),
        ("522424", "520523", "金沙县"),
        ("522425", "520524", "织金县"),
        ("522426", "520525", "纳雍县"),
        ("522427", "520526", "威宁彝族回族苗族自治县"),
        ("522428", "520527", "赫章县"),
    ],
)
def test_codes_then_and_now_name_the_same_area(nine: None, then: str, now: str, name: str) -> None:
    area = places.area_by_code(then)
    assert area is not None and (area.code, area.name) == (now, name)
    assert places.area_by_code(now) == area
    assert places.area_by_code(f"{now}000000") == area


def test_on_a_day_only_the_code_of_that_day_counts(nine: None) -> None:
    dafang = places.area_by_code("520521")
    assert places.area_by_code("522422", dt.date(2011, 10, 21)) == dafang
    assert places.area_by_code("522422", dt.date(2011, 10, 22)) is None
    assert places.area_by_code("520521", dt.date(2011, 10, 21)) is None
    assert places.area_by_code("520521", dt.date(2011, 10, 22)) == dafang
    assert places.area_by_code("520522", dt.date(2015, 1, 1)) == places.area_by_code("520581")
    assert places.area_by_code("520599") is None and places.area_by_code("") is None


def test_former_names_are_kept(nine: None) -> None:
    names = AreaCode.objects.filter(area__code="520502").order_by("valid_from").values_list("code", "name")
    assert list(names) == [("522421", "毕节县"), ("522401", "毕节市"), ("520502", "七星关区")]


def test_the_local_unit_lies_over_two_counties(nine: None) -> None:
    unit = places.area_by_code("local-bailidujuan")
    assert unit is not None and unit.local and unit.level == "county"
    assert [area.name for area in places.counties_inside(unit)] == ["大方县", "黔西市"]


def test_the_packaged_list_names_its_source() -> None:
    from tongchou.apps.places.loading import REFERENCE

    assert "GB/T 2260" in REFERENCE.read_text(encoding="utf-8").splitlines()[1]


def test_loading_again_changes_nothing(nine: None) -> None:
    before = list(Area.objects.order_by("pk").values()), AuditEntry.objects.count()
    assert places.load_reference(by=None, at=AT) == 11
    assert (list(Area.objects.order_by("pk").values()), AuditEntry.objects.count()) == before


def test_a_list_is_loaded_in_any_order_and_on_record(
    nine: None, tmp_path: Path, audited: Callable[[], AbstractContextManager[None]]
) -> None:
    text = (
        "# a remark\n"
        "520521901201,青山村（示例）,village,520521901000,2010-11-01,0,\n"
        ",一组（示例）,group,520521901201,2010-11-01,,\n"
        ",二组（示例）,group,520521901201,2010-11-01,,\n"
        "520521901,云岭镇（示例）,township,522422,2010-11-01,,\n"
    )
    with audited():
        report = load(text, tmp_path)
    assert report.as_dict() == {"created": 4, "unchanged": 0}
    village = places.area_by_code("520521901201")
    assert village is not None
    assert [area.code for area in places.children(village)] == ["520521901201-01", "520521901201-02"]
    assert places.path(village) == "大方县 · 云岭镇（示例） · 青山村（示例）"
    row = AuditEntry.objects.latest("id")
    assert row.action == "places.load" and row.detail["created"] == 4 and len(row.detail["digest"]) == 64
    assert load(text, tmp_path).as_dict() == {"created": 0, "unchanged": 4}
    report = load(text + ",三组（示例）,group,520521901201,2010-11-01,,\n", tmp_path)
    assert report.as_dict() == {"created": 1, "unchanged": 4}
    assert [area.name for area in places.children(village)][-1] == "三组（示例）"
    assert AreaCode.objects.get(code="520521901201-03").system == "local"


def test_excel_of_a_chinese_office_writes_gb18030(nine: None, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(HEADER + "520521901,云岭镇（示例）,township,520521,2010-11-01,,\n", encoding="gb18030")
    assert places.load_areas(file, by=None, at=AT).created == 1
    assert Area.objects.get(code="520521901").name == "云岭镇（示例）"


def test_everything_wrong_is_told_at_once(nine: None, tmp_path: Path) -> None:
    text = (
        "520521901,,township,520521,2010-11-01,,\n"  # 2 no name
        "5205219,甲镇,township,520521,2010-13-01,perhaps,\n"  # 3 code, date, local
        "520521902,乙镇,town,520521,2010-11-01,,\n"  # 4 level
        "520521903,丙镇,township,,2010-11-01,,\n"  # 5 parent
        "520521904,丁镇,township,520521,2010-11-01,,522422\n"  # 6 former code without dates
    )
    assert sorted(problems(text, tmp_path)) == [
        (2, "name"),
        (3, "code"),
        (3, "local"),
        (3, "valid_from"),
        (4, "level"),
        (5, "parent_code"),
        (6, "former_codes"),
    ]


def test_what_does_not_fit_the_areas_there_is_told_at_once(nine: None, tmp_path: Path) -> None:
    text = (
        "520521901,甲镇,township,520599,2010-11-01,,\n"  # 2 unknown parent
        "520521902201,乙村,village,520521,2010-11-01,,\n"  # 3 a village right below a county
        "520521903,丙镇,township,520521,2010-11-01,,\n"
        "520521903,丁镇,township,520521,2010-11-01,,\n"  # 5 twice in the file
        "520523,银沙县,county,520500,1980-01-01,,\n"  # 6 known by another name
        "520528,新县,county,520500,1980-01-01,,522424=新县@1980-01-01/2011-10-22\n"  # 7 a code of another
        "522425,旧县,county,520500,1980-01-01,,\n"  # 8 a code that was another's
    )
    assert sorted(problems(text, tmp_path)) == [
        (2, "parent_code"),
        (3, "parent_code"),
        (5, "code"),
        (6, "name"),
        (7, "code"),
        (8, "code"),
    ]


def test_an_area_is_not_moved_by_loading(nine: None, tmp_path: Path) -> None:
    load("520521901,甲镇,township,520521,2010-11-01,,\n", tmp_path)
    assert problems("520521901,甲镇,township,520523,2010-11-01,,\n", tmp_path) == [(2, "parent_code")]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("code,name,level,valid_from\n", [(1, "parent_code")]),
        (HEADER.replace("local", "colour"), [(1, "colour")]),
        ("", [(0, "")]),
    ],
)
def test_a_wrong_header_is_told(tmp_path: Path, header: str, expected: list[tuple[int, str]]) -> None:
    assert problems("", tmp_path, header=header) == expected


def test_files_that_are_no_text_or_missing_are_told(tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_bytes(b"PK\x03\x04\xff\xfe\x00")
    for path in (file, tmp_path / "none.csv"):
        with pytest.raises(Invalid) as caught:
            places.load_areas(path, by=None, at=AT)
        assert caught.value.data["problems"][0].line == 0


def test_mappings_are_checked_like_files(nine: None) -> None:
    with pytest.raises(Invalid) as caught:
        places.load_areas([{"code": "1", "name": "x"}], by=None, at=AT)
    assert {problem.column for problem in caught.value.data["problems"]} == {
        "level",
        "parent_code",
        "valid_from",
    }


def test_overlaps_are_for_local_units_and_counties(nine: None, tmp_path: Path) -> None:
    header = HEADER.replace("former_codes", "overlaps")
    text = (
        "520521901,甲镇,township,520521,2010-11-01,0,520523\n"
        "local-jinhaihu,金海湖新区,county,520500,2015-01-01,1,520599;520502\n"
    )
    assert problems(text, tmp_path, header=header) == [(2, "overlaps"), (3, "overlaps")]


def test_a_weaker_role_may_not_load(nine: None, tmp_path: Path, township_officer: Account) -> None:
    with pytest.raises(NotAllowed):
        load("520521905,甲镇,township,520521,2010-11-01,,\n", tmp_path, by=township_officer)


def test_a_county_loads_below_itself_only(tmp_path: Path, county_reviewer: Account) -> None:
    assert load("520521905,甲镇,township,520521,2010-11-01,,\n", tmp_path, by=county_reviewer).created == 1
    text = (
        "520523905,乙镇,township,520523,2010-11-01,,\n"
        "520523905201,丙村,village,520523905,2010-11-01,,\n"
        "520528,新县,county,520500,2010-11-01,,\n"
        "530000,云南省,province,,1980-01-01,,\n"
    )
    assert problems(text, tmp_path, by=county_reviewer) == [(line, "parent_code") for line in (2, 3, 4, 5)]


def test_a_load_gives_numbers_and_keeps_assignments(
    tmp_path: Path, township_officer: Account, county: Any
) -> None:
    """Areas put before a township move its numbers; its officer keeps exactly the township."""
    load("520502901,前镇（示例）,township,520502,2010-11-01,,\n", tmp_path)
    township = Area.objects.get(pk=county.township.pk)
    assert township.scope_no == county.township.scope_no + 1
    assignment = township_officer.assignments.get()
    assert (assignment.scope_no, assignment.scope_end) == (township.scope_no, township.scope_end)


@pytest.mark.parametrize(
    "change",
    [
        {"level": "hamlet"},
        {"parent_id": None},
        {"scope_end": 0},
        {"valid_to": dt.date(1970, 1, 1)},
        {"code": ""},
        {"name": ""},
        {"code": "520523"},
    ],
    ids=str,
)
def test_the_database_refuses_an_impossible_area(nine: None, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(code="520521").update(**change)


def test_the_database_refuses_a_province_with_a_parent(nine: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(code="520521").update(level="province")


def test_the_database_refuses_impossible_codes_and_overlaps(nine: None) -> None:
    for change in ({"code": "520523"}, {"valid_to": dt.date(1970, 1, 1)}, {"system": "iso"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AreaCode.objects.filter(code="520521").update(**change)
    dafang = Area.objects.get(code="520521")
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaOverlap.objects.create(unit=dafang, county=dafang)
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaOverlap.objects.create(unit=Area.objects.get(code="local-bailidujuan"), county=dafang)


def test_a_role_can_be_given_for_any_area_loaded(nine: None, make_account: Callable[..., Account]) -> None:
    area = places.area_by_code("local-bailidujuan")
    assert area is not None
    actions.assign_role(
        account=make_account("dujuan"),
        role="county_reviewer",
        area_id=area.pk,
        scope_no=area.scope_no,
        scope_end=area.scope_end,
        by=None,
        at=AT,
    )


def test_new_areas_are_written_with_the_number_they_keep(
    county: object, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large list is written once: numbering afterwards moves nothing but what was there before."""
    from tongchou.apps.places import api, loading, numbering

    moved: list[int] = []
    monkeypatch.setattr(loading, "renumber", lambda: moved.append(numbering.renumber()))
    rows = [
        ("520521900", "一乡（示例）", "township", "520521"),
        ("520521900201", "一村（示例）", "village", "520521900"),
    ]
    rows += [("", f"{name}组（示例）", "group", "520521900201") for name in "乙甲"]
    rows += [("520581999", "末乡（示例）", "township", "520581")]
    names = ("code", "name", "level", "parent_code")
    before = set(api.Area.objects.values_list("pk", flat=True))
    listed = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-11-01"} for row in rows]
    api.load_areas(listed, by=None, at=frozen_clock)
    assert 0 < moved[0] <= len(before), "of the new ones none is written twice"
    numbers = list(api.Area.objects.order_by("scope_no").values_list("scope_no", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)) and numbering.renumber() == 0
