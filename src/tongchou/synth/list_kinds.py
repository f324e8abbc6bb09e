"""What each department's list holds and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tongchou.synth import history
from tongchou.synth.areas import MARK
from tongchou.synth.census import County
from tongchou.synth.dirt import Cell
from tongchou.synth.history import DISABILITIES, Event
from tongchou.synth.kin import NOBODY
from tongchou.synth.list_file import Column, Layout
from tongchou.synth.people import FEMALE, MALE, as_date
from tongchou.synth.roll import STRANGER, UNREGISTERED, Roll

Record = dict[str, Cell]

#: Rows about the residents' schemes stand in the same exports; they do not mean urban insurance.
RESIDENT_ROWS = 0.1
_PENSION, _RESIDENT_PENSION = "企业职工基本养老保险", "城乡居民基本养老保险"
_MEDICAL, _RESIDENT_MEDICAL = "职工基本医疗保险", "城乡居民基本医疗保险"
_HOSPITALS = ("人民医院", "妇幼保健院", "中医院", "中心卫生院")
_SEXES = {MALE: "男", FEMALE: "女"}
#: Children whose certificate was made out before they had a name.
_UNNAMED = 0.25


@dataclass(frozen=True, slots=True)
class Kind:
    """A list: its layout, the events it holds and the clean fields of their rows.

    ``names`` and ``numbers`` are the fields that may disagree, in the same order of people; ``people`` says
    which person each is (0 the event's person, 1 its other one).
    """

    layout: Layout
    events: tuple[str, ...]
    fields: Callable[[Event, Roll, County, np.random.Generator], Record]
    names: tuple[str, ...] = ("name",)
    numbers: tuple[str, ...] = ("number",)
    people: tuple[int, ...] = (0,)
    day: Callable[[int], Cell] = as_date
    late: tuple[int, int] = (3, 120)


def address(roll: Roll, person: int, county: County) -> str:
    """County, township, village and group of the household; strangers have a province only."""
    page = roll.page[person]
    if page == NOBODY:
        return "四川省" if roll.fate[person] == STRANGER else f"{county.name}{MARK}"
    community = roll.community
    village = community.villages[int(community.village[page])]
    group = village.groups[int(community.group[page])]
    return f"{county.name}{MARK}{village.township}{village.name}{group}"


def police_station(roll: Roll, person: int) -> str:
    page = roll.page[person]
    if page == NOBODY:
        return "县公安局"
    community = roll.community
    return f"{community.villages[int(community.village[page])].township}派出所"


def digits(day: int) -> str:
    return f"{as_date(day):%Y%m%d}"


def month(day: int) -> str:
    return f"{as_date(day):%Y%m}"


def written_out(day: int) -> str:
    date = as_date(day)
    return f"{date.year}年{date.month}月{date.day}日"


def _person(event: Event, roll: Roll) -> Record:
    person = event.person
    return {
        "name": roll.name[person], "number": roll.id_number[person], "sex": _SEXES[roll.sex[person]],
    }  # fmt: skip


def _birth(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> Record:
    mother, father, child = event.other, event.third, event.person
    sex = _SEXES[roll.sex[child]]
    unnamed = roll.fate[child] == UNREGISTERED or rng.random() < _UNNAMED
    has_father = father != NOBODY and rng.random() < 0.93
    return {
        "certificate": f"Z52{rng.integers(10**7):07d}",
        "child": f"{roll.name[mother]}之{'子' if sex == '男' else '女'}" if unnamed else roll.name[child],
        "sex": sex,
        "hour": f"{rng.integers(24):02d}:{rng.integers(60):02d}",
        "hospital": f"{county.name}{_HOSPITALS[int(rng.choice(4, p=(0.45, 0.3, 0.1, 0.15)))]}",
        "name": roll.name[mother],
        "number": roll.id_number[mother],
        "father": roll.name[father] if has_father else None,
        "father_number": roll.id_number[father] if has_father else None,
        "address": address(roll, mother, county),
        "pregnancy": int(rng.integers(1, 5)),
        "permit": f"准{rng.integers(10**6):06d}" if rng.random() < 0.3 else None,
    }


def _marriage(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> Record:
    word = "L" if event.kind == history.DIVORCE else "J"
    return {
        "business": "离婚登记" if event.kind == history.DIVORCE else "结婚登记",
        "name": roll.name[event.person], "number": roll.id_number[event.person],
        "woman": roll.name[event.other], "woman_number": roll.id_number[event.other],
        "office": f"{county.name}民政局婚姻登记处", "word": f"{word}520599-{rng.integers(10**6):06d}",
    }  # fmt: skip


def _death(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> Record:
    station = police_station(roll, event.person)
    return {
        **_person(event, roll), "address": address(roll, event.person, county), "station": station,
        "reason": "死亡注销",
    }  # fmt: skip


def _conversion(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> Record:
    return {
        **_person(event, roll),
        "before": "农业家庭户口", "after": "非农业家庭户口",
        "reason": ("进城落户", "城镇建设征地", "升学", "招工录用")[int(rng.integers(4))],
        "station": police_station(roll, event.person), "address": address(roll, event.person, county),
    }  # fmt: skip


def _pension(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> Record:
    return {
        **_person(event, roll),
        "account": f"{rng.integers(10**9, 10**10)}",
        "scheme": _RESIDENT_PENSION if event.note == "resident" else _PENSION,
        "state": "参保缴费" if rng.random() < 0.8 else "暂停缴费",
        "place": f"{county.name}社会保险事业局",
    }  # fmt: skip


def _medical(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> Record:
    return {
        **_person(event, roll),
        "account": f"5205{rng.integers(10**11):011d}",
        "paper": "居民身份证（户口簿）",
        "scheme": _RESIDENT_MEDICAL if event.note == "resident" else _MEDICAL,
        "state": "正常参保",
        "place": "毕节市",
    }  # fmt: skip


def _disability(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> Record:
    kind, level = int(event.note[0]), int(event.note[1])
    until = as_date(event.day)
    last = min(until.day, 28) if until.month == 2 else until.day
    return {
        **_person(event, roll), "tail": event.note,
        "kind": f"{DISABILITIES[kind - 1]}残疾", "level": f"{'一二三四'[level - 1]}级",
        "until": f"{until.year + 10}/{until.month}/{last}",
        "address": address(roll, event.person, county),
    }  # fmt: skip


KINDS: dict[str, Kind] = {
    "hospital_births": Kind(
        Layout("新生儿出生信息登记表", (
            Column("seq", "序号", width=6), Column("certificate", "出生医学证明编号"),
            Column("child", "新生儿姓名"), Column("sex", "性别", width=6),
            Column("moment", "出生时间", width=18), Column("hospital", "接生机构", width=20),
            Column("name", "母亲", "姓名"), Column("number", "母亲", "有效身份证件号码", 22),
            Column("father", "父亲", "姓名"), Column("father_number", "父亲", "有效身份证件号码", 22),
            Column("address", "母亲户籍地址", width=34), Column("pregnancy", "孕次", width=6),
            Column("permit", "准生证号"),
        ), titled=True, maker="填报单位：县妇幼保健计划生育服务中心", note="注：本表由助产机构按月汇总。"),
        (history.BIRTH,), _birth, people=(1,),
    ),
    "civil_affairs_marriages": Kind(
        Layout("婚姻登记信息", (
            Column("seq", "序号", width=6), Column("business", "业务类型"),
            Column("name", "男方", "姓名"), Column("number", "男方", "身份证件号", 22),
            Column("woman", "女方", "姓名"), Column("woman_number", "女方", "身份证件号", 22),
            Column("day", "登记日期", width=18), Column("office", "登记机关", width=26),
            Column("word", "证件字号", width=18),
        ), titled=True, maker="民政局婚姻登记处"),
        (history.MARRIAGE, history.DIVORCE), _marriage,
        names=("name", "woman"), numbers=("number", "woman_number"), people=(0, 1), day=written_out,
    ),
    "public_security_deaths": Kind(
        Layout("死亡注销人员名单", (
            Column("name", "XM姓名"), Column("sex", "XB性别"),
            Column("number", "GMSFHM公民身份号码", width=22),
            Column("address", "HJDZ户籍地址", width=34), Column("day", "SWRQ死亡日期"),
            Column("reason", "ZXYY注销原因"), Column("station", "PCS派出所", width=18),
        ), titled=False),
        (history.DEATH,), _death, day=digits,
    ),
    "public_security_conversions": Kind(
        Layout("户口性质变更（农转城）花名册", (
            Column("seq", "序号", width=6), Column("station", "派出所", width=18), Column("name", "姓名"),
            Column("number", "公民身份号码", width=22), Column("before", "户口性质", "变更前", 16),
            Column("after", "户口性质", "变更后", 16), Column("day", "变更日期"),
            Column("reason", "变更原因"),
            Column("address", "住址", width=34),
        ), titled=True, maker="公安局治安管理（户政）大队"),
        (history.CONVERSION,), _conversion, day=digits,
    ),
    "social_insurance_pension": Kind(
        Layout("养老保险参保人员信息", (
            Column("account", "个人编号"), Column("name", "姓名"), Column("number", "社会保障号码", width=22),
            Column("scheme", "险种类型", width=24), Column("day", "首次参保年月"),
            Column("state", "缴费状态"), Column("place", "经办机构", width=24),
        ), titled=False),
        (history.PENSION,), _pension, day=month, late=(32, 200),
    ),
    "social_insurance_medical": Kind(
        Layout("基本医疗保险参保人员明细", (
            Column("seq", "序号", width=6), Column("account", "人员编号", width=18),
            Column("name", "人员姓名"),
            Column("paper", "证件类型", width=20), Column("number", "证件号码", width=22),
            Column("sex", "性别", width=6), Column("scheme", "险种类型", width=22),
            Column("day", "参保开始日期"), Column("state", "参保状态"), Column("place", "统筹区"),
        ), titled=True, maker="医疗保障局"),
        (history.MEDICAL,), _medical, late=(32, 200),
    ),
    "disability_certificates": Kind(
        Layout("持证残疾人基本信息表", (
            Column("seq", "序号", width=6), Column("name", "姓名"), Column("sex", "性别", width=6),
            Column("card", "残疾人证号", width=24), Column("kind", "残疾类别"), Column("level", "残疾等级"),
            Column("day", "签发日期"), Column("until", "有效期至"), Column("address", "户籍地址", width=34),
        ), titled=True, maker="残疾人联合会", note="残疾人证号由身份证号加类别、等级代码组成。"),
        (history.DISABILITY,), _disability,
    ),
}  # fmt: skip
