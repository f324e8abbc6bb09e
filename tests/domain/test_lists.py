"""Lists of other departments: kinds told by headers, rows read, mistakes said, closed columns dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists import row as events
from tongchou.domain.lists.kinds import KINDS
from tongchou.domain.lists.read import ListReading, looks_like_list, read_list, recognise
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

ON = dt.date(2026, 6, 30)
MAN, WOMAN = "520599196003121237", "520599196503071125"
DEATHS = ["姓名", "性别", "公民身份号码", "户籍地址", "死亡日期", "注销原因"]


def sheet(*rows: list[Any]) -> Sheet:
    return Sheet([list(row) for row in rows])


def read(code: str, *rows: list[Any]) -> ListReading:
    return read_list(sheet(*rows), KINDS[code], on=ON)


def death(
    name: Any = "赵大山", number: Any = MAN, day: Any = "2026-05-01", reason: str = "死亡注销"
) -> list[Any]:
    return [name, "女" if number == WOMAN else "男", number, "云岭镇青山村一组", day, reason]


def codes_of(reading: ListReading) -> list[str]:
    return [problem.code for problem in reading.problems]


def test_a_death_is_read_with_codes_before_its_headers() -> None:
    header = ["XM姓名", "XB性别", "GMSFHM公民身份号码", "HJDZ户籍地址", "SWRQ死亡日期", "ZXYY注销原因"]
    reading = read("public_security_deaths", header, death(day="20260501"))
    (row,) = reading.good_rows
    assert (row.event, row.people[0].number, str(row.day)) == (events.DEATH, MAN, "2026-05-01")
    assert row.address == "云岭镇青山村一组" and reading.period == ("2026-05-01", "2026-05-01")


def test_titles_totals_notes_and_repeated_headers_report_nothing() -> None:
    reading = read(
        "public_security_deaths",
        ["大方县死亡注销人员名单"], ["公安局   导出日期：2026年6月1日"], DEATHS, death(),
        ["合计", "", "", "", 1, ""], DEATHS, ["1", "2", "3", "4", "5", "6"], [], death("钱小兰", WOMAN),
        ["注：本表由派出所按月汇总。"],
    )  # fmt: skip
    assert [row.people[0].name for row in reading.good_rows] == ["赵大山", "钱小兰"]
    assert [skipped.reason for skipped in reading.skipped] == ["total", "header", "numbers", "note"]


def test_another_reason_than_death_is_no_death() -> None:
    reading = read("public_security_deaths", DEATHS, death(reason="出国定居注销"))
    assert [row.event for row in reading.good_rows] == [events.NOTHING]


def test_a_wrong_number_is_no_error_but_a_question() -> None:
    typo = MAN[:13] + "9" + MAN[14:]
    reading = read("public_security_deaths", DEATHS, death(number=typo), death("钱小兰", None))
    assert codes_of(reading) == ["number_unusable", "number_missing"]
    first, second = (row.people[0] for row in reading.good_rows)
    assert (first.number, first.written) == (None, typo) and second.written is None
    assert MAN in identity.near(typo)
    assert typo not in str([problem.params for problem in reading.problems])


def test_fifteen_digits_are_completed() -> None:
    reading = read("public_security_deaths", DEATHS, death(number="520599600312123"))
    assert reading.good_rows[0].people[0].number == MAN


def test_every_error_is_said_with_its_cell() -> None:
    reading = read(
        "public_security_deaths", DEATHS, death(None, None), death(day="2026-02-30"), death(day="2027-01-01")
    )
    assert [(p.code, p.cell) for p in reading.problems] == [
        ("nobody_named", "A2"), ("date_impossible", "E3"), ("future_date", "E4"),
    ]  # fmt: skip
    assert [row.row_no for row in reading.good_rows] == [4] and reading.good_rows[0].day is None


def test_a_repeated_row_reports_nothing_new() -> None:
    reading = read("public_security_deaths", DEATHS, death(), death(), death("钱小兰", WOMAN))
    assert [row.repeats for row in reading.rows] == [None, 2, None]
    assert codes_of(reading) == ["row_repeated"]


def test_too_many_errors_refuse_the_list() -> None:
    rows = [death() for _ in range(20)] + [death(None, None) for _ in range(11)]
    with pytest.raises(RegisterError) as caught:
        read("public_security_deaths", DEATHS, *rows)
    assert (caught.value.code, caught.value.params) == ("too_many_errors", {"errors": 11, "rows": 31})
    assert len(read("public_security_deaths", DEATHS, *rows[:-1]).good_rows) == 20  # ten may be mistakes


BIRTHS = [
    ["序号", "出生医学证明编号", "新生儿姓名", "性别", "出生时间", "接生机构", "母亲", "", "父亲", "",
     "母亲户籍地址", "孕次", "准生证号"],
    ["", "", "", "", "", "", "姓名", "有效身份证件号码", "姓名", "有效身份证件号码", "", "", ""],
]  # fmt: skip


def birth(child: Any = "赵小雨", mark: str = "Z521", father: Any = "赵大山") -> list[Any]:
    return [
        1,
        mark,
        child,
        "女",
        "2026-05-01 13:05",
        "县医院",
        "钱小兰",
        WOMAN,
        father,
        MAN,
        "青山村",
        3,
        "准000731",
    ]


def test_closed_columns_of_a_birth_are_dropped() -> None:
    reading = read("hospital_births", *BIRTHS, birth())
    assert reading.legacy_matters == {"checks": 1, "permit": 1}
    (row,) = reading.good_rows
    said = str(asdict(row))
    assert "000731" not in said and "准" not in said
    assert [person.name for person in row.people] == ["钱小兰", "赵大山"] and str(row.day) == "2026-05-01"
    assert row.child is not None and (row.child.name, row.child.sex, row.child.mark) == ("赵小雨", 2, "Z521")


def test_a_child_without_a_name_has_none() -> None:
    reading = read(
        "hospital_births", *BIRTHS, birth("钱小兰之女", father=None), birth("钱小兰之女", "Z522", None)
    )
    names = [row.child.name for row in reading.good_rows if row.child]
    assert names == [None, None] and [row.repeats for row in reading.rows] == [None, None]  # twins
    assert reading.good_rows[0].people[1].name is None


def test_marriages_and_divorces_are_told_apart() -> None:
    header = ["业务类型", "男方姓名", "男方身份证件号", "女方姓名", "女方身份证件号", "登记日期"]
    pair = ["赵大山", MAN, "钱小兰", WOMAN]
    reading = read(
        "civil_affairs_marriages", header,
        ["结婚登记", *pair, "2019年5月2日"], ["离婚登记", *pair, "2021-01-03"],
        ["丢失", *pair, "2021-02-04"],
    )  # fmt: skip
    found = [(row.event, str(row.day)) for row in reading.good_rows]
    assert found == [(events.MARRIAGE, "2019-05-02"), (events.DIVORCE, "2021-01-03")]
    assert codes_of(reading) == ["unknown_business"]


def test_a_paper_issued_again_is_no_marriage() -> None:
    header = ["业务类型", "男方姓名", "男方身份证件号", "女方姓名", "女方身份证件号", "登记日期"]
    rows = [[word, "赵大山", MAN, "钱小兰", WOMAN, "2021-02-03"] for word in ("补领结婚证", "撤销结婚登记")]
    reading = read("civil_affairs_marriages", header, *rows)
    assert [row.event for row in reading.good_rows] == [events.NOTHING, events.NOTHING]


@pytest.mark.parametrize(
    ("scheme", "state", "until", "event", "stopped"),
    [
        ("企业职工基本养老保险", "参保缴费", None, events.PENSION, False),
        ("企业职工基本养老保险", "暂停缴费", None, events.PENSION, False),
        ("机关事业单位职工养老保险", "终止参保", "2025-03", events.PENSION, True),
        ("城乡居民基本养老保险", "参保缴费", None, events.NOTHING, False),
        ("城镇居民社会养老保险", "参保缴费", None, events.NOTHING, False),
        ("职工基本医疗保险", "正常参保", None, events.NOTHING, False),
    ],
)
def test_only_the_urban_scheme_of_the_list_counts(
    scheme: str, state: str, until: str | None, event: str, stopped: bool
) -> None:
    header = ["姓名", "社会保障号码", "险种类型", "首次参保年月", "缴费状态", "终止年月"]
    reading = read("social_insurance_pension", header, ["赵大山", MAN, scheme, "201905", state, until])
    (row,) = reading.good_rows
    assert (row.event, row.stopped, row.day) == (event, stopped, PartialDate(2019, 5))


def test_a_stop_needs_its_day() -> None:
    header = ["姓名", "社会保障号码", "险种类型", "首次参保年月", "缴费状态"]
    reading = read(
        "social_insurance_pension", header, ["赵大山", MAN, "企业职工基本养老保险", "201905", "退保"]
    )
    assert codes_of(reading) == ["stop_without_date"] and not reading.good_rows


def test_a_disability_card_holds_number_kind_and_grade() -> None:
    header = ["姓名", "残疾人证号", "残疾类别", "残疾等级", "签发日期", "有效期至"]
    reading = read(
        "disability_certificates", header,
        ["赵大山", f"{MAN}43", "肢体残疾", "三级", "2020-01-02", "2030/1/2"],
        ["钱小兰", f"{WOMAN}12B1", "", "", "2021-01-02", ""],
    )  # fmt: skip
    one, two = reading.good_rows
    assert (one.people[0].number, one.category, one.grade, str(one.until)) == (MAN, 4, 3, "2030-01-02")
    assert (two.people[0].number, two.category, two.grade, two.until) == (WOMAN, 1, 2, None)


def test_a_conversion_back_is_none() -> None:
    header = ["姓名", "公民身份号码", "变更前户口性质", "变更后户口性质", "变更日期"]
    there = ["赵大山", MAN, "农业家庭户口", "非农业家庭户口", "20260501"]
    back = ["钱小兰", WOMAN, "非农业家庭户口", "农业家庭户口", "20260501"]
    reading = read("public_security_conversions", header, there, back)
    assert [row.event for row in reading.good_rows] == [events.CONVERSION, events.NOTHING]


def test_kinds_are_told_by_headers_and_then_by_the_title() -> None:
    insurance = ["姓名", "证件号码", "险种类型", "参保日期", "参保状态"]
    assert recognise(sheet(["养老保险参保人员"], insurance)).code == "social_insurance_pension"
    assert recognise(sheet(["医疗保险参保人员"], insurance)).code == "social_insurance_medical"
    assert recognise(sheet(*BIRTHS, birth())).code == "hospital_births"
    for rows in ((insurance,), (["甲", "乙", "丙", "丁"],)):
        with pytest.raises(RegisterError, match="unknown_list"):
            recognise(sheet(*rows))
    assert looks_like_list(sheet(insurance)) and not looks_like_list(sheet(["甲", "乙"]))


def test_no_two_columns_of_a_kind_share_a_header() -> None:
    for kind in KINDS.values():
        for column in kind.columns.columns:
            assert kind.columns.match((column.zh,)) == column.name


@given(st.integers(0, 16), st.integers(0, 9))
def test_one_wrong_digit_leaves_the_true_number_near(place: int, digit: int) -> None:
    wrong = MAN[:place] + str(digit) + MAN[place + 1 :]
    if wrong != MAN:
        assert identity.parse(wrong).number is None
        assert MAN in identity.near(wrong)


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(0, 99999999), st.just(MAN)),
                         min_size=6, max_size=6), min_size=1, max_size=8))  # fmt: skip
def test_anything_below_a_header_is_read_or_refused_in_words(rows: list[list[Any]]) -> None:
    try:
        reading = read("public_security_deaths", DEATHS, *rows)
    except RegisterError as error:
        assert error.code in ("no_people", "too_many_errors")
        return
    assert all(row.people[0].name or row.people[0].number for row in reading.good_rows)


VACCINATIONS = ["儿童姓名", "儿童身份证号", "性别", "出生日期", "出生医学证明编号", "母亲姓名",
                "母亲身份证件号码", "疫苗名称", "接种日期", "接种单位", "联系电话", "户籍地址"]  # fmt: skip
CHILD = identity.compose("520599", dt.date(2025, 5, 1), 122)


def vaccination(
    name: Any = "赵小雪", number: Any = CHILD, day: Any = "2025-05-01", mother: Any = WOMAN
) -> list[Any]:
    return [name, number, "女", day, "Z521", "钱小兰", mother, "乙肝疫苗", "2025-05-02", "云岭镇卫生院",
            "13885730077", "青山村一组"]  # fmt: skip


def test_of_a_vaccination_the_child_and_its_mother_are_read_and_nothing_else() -> None:
    assert recognise(sheet(VACCINATIONS, vaccination())).code == "vaccinations"
    (row,) = read("vaccinations", VACCINATIONS, vaccination()).good_rows
    assert row.event == events.VACCINATION and row.child is not None
    assert (row.child.number, row.child.name, row.child.sex, row.child.mark) == (CHILD, "赵小雪", 2, "Z521")
    assert row.people[0].number == WOMAN and str(row.day) == "2025-05-01"
    assert (row.place, row.address, row.phones, row.until) == (None, None, (), None)
    said = repr(row)
    assert not any(word in said for word in ("乙肝", "05-02", "卫生院", "13885730077", "青山"))


def test_a_vaccination_that_names_nobody_is_an_error_and_an_unnamed_child_is_not() -> None:
    reading = read(
        "vaccinations", VACCINATIONS, vaccination("钱小兰之女", None), vaccination(None, None, mother=None)
    )
    assert [row.child.name for row in reading.good_rows if row.child] == [None]
    assert "nobody_named" in codes_of(reading)


def test_a_child_s_number_tells_its_day_of_birth() -> None:
    (row,) = read("vaccinations", VACCINATIONS, vaccination(day=None)).good_rows
    assert str(row.day) == "2025-05-01"
