"""The facts table: one row a person, the only thing rules ever look at.

Every column except ``person_id`` may be empty, and empty means *unknown*, never *no*. A column that is absent
from a file is unknown for everybody. ``docs/reference/facts.md`` is written from this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "bool", "text"]

#: Raised whenever a column the registry holds is added, removed or changes its meaning; part of every
#: snapshot's hash.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of the facts table.

    ``least`` and ``most`` bound integers (inclusive); ``values`` closes a text column. ``sensitive`` marks
    what rights rule 7 calls fertility-sensitive: such a column is filled only for people whom a legacy
    programme can concern, and only a legacy programme may read it. ``told`` marks what the registry does not
    hold: the family says it, or brings the paper, when it applies; no snapshot has such a column.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    least: int | None = None
    most: int | None = None
    values: tuple[str, ...] = ()
    sensitive: bool = False
    told: bool = False


_FIRST_YEAR, _LAST_YEAR = 1850, 2150
_HUKOU = ("agricultural", "non_agricultural", "unified")


def _year(name: str, zh: str, en: str, *, sensitive: bool = False) -> Fact:
    return Fact(name, "int", zh, en, least=_FIRST_YEAR, most=_LAST_YEAR, sensitive=sensitive)


def _status(prefix: str, zh: str, en: str, *, sensitive: bool) -> tuple[Fact, ...]:
    """The eight columns the transition of people who become urban needs, for a person or a spouse."""

    def said(name: str, zh_text: str, en_text: str) -> Fact:
        return Fact(prefix + name, "bool", zh + zh_text, en + en_text, sensitive=sensitive)

    def year(name: str, zh_text: str, en_text: str) -> Fact:
        return _year(prefix + name, zh + zh_text, en + en_text, sensitive=sensitive)

    kind = Fact(
        prefix + "hukou_kind",
        "text",
        zh + "户口性质",
        en + "kind of household registration (hukou)",
        values=_HUKOU,
        sensitive=sensitive,
    )
    return (
        kind,
        said("determined_rural", "是否界定为农村居民", "determined to be a rural resident"),
        said("converted", "是否农转城", "converted from agricultural to urban registration"),
        year("converted_year", "转户年份", "year of the conversion"),
        said("urban_pension", "是否享受城镇养老保险", "enjoys urban pension insurance"),
        year("urban_pension_year", "城镇养老保险起始年份", "first year of urban pension insurance"),
        said("urban_medical", "是否享受城镇医疗保险", "enjoys urban medical insurance"),
        year("urban_medical_year", "城镇医疗保险起始年份", "first year of urban medical insurance"),
    )


def _children(name: str, zh: str, en: str) -> Fact:
    en = f"{en} born or adopted up to 2015-12-31, as declared by the person"
    return Fact(name, "int", zh, en, least=0, most=30, sensitive=True)


def _told(
    name: str,
    kind: Kind,
    zh: str,
    en: str,
    least: int | None = None,
    most: int | None = None,
    *,
    values: tuple[str, ...] = (),
    sensitive: bool = False,
) -> Fact:
    return Fact(name, kind, zh, en, least, most, values, sensitive, told=True)


#: Stages of school; ``none`` for whoever does not attend.
SCHOOL_STAGES = ("none", "kindergarten", "primary", "junior", "senior")

FACTS: tuple[Fact, ...] = (
    Fact("person_id", "int", "人员编号", "number of the person; the only column that must be there", least=0),
    Fact("household_id", "int", "家庭户编号", "number of the household", least=0),
    Fact("area_code", "text", "户籍地代码", "code of the village or place of registration"),
    _year("birth_year", "出生年", "year of birth"),
    Fact("birth_month", "int", "出生月", "month of birth", least=1, most=12),
    Fact("birth_day", "int", "出生日", "day of birth", least=1, most=31),
    Fact("sex", "int", "性别", "sex, GB/T 2261.1: 1 male, 2 female", least=1, most=2),
    Fact("deceased", "bool", "是否死亡", "has died; false when no death is recorded"),
    _year("death_year", "死亡年份", "year of death"),
    Fact("chinese_national", "bool", "是否中国国籍", "holds Chinese nationality"),
    *_status("", "本人", "the person: ", sensitive=False),
    Fact(
        "has_spouse",
        "bool",
        "现有配偶",
        "has a living spouse now (married, not widowed or divorced)",
        sensitive=True,
    ),
    *_status("spouse_", "配偶", "the spouse: ", sensitive=True),
    _children("living_sons", "现存男孩数（2015年底前生育或收养）", "living sons"),
    _children("living_daughters", "现存女孩数（2015年底前生育或收养）", "living daughters"),
    _children("children_ever", "曾生育（收养）子女数（2015年底前）", "children ever"),
    _told(
        "spouse_birth_year",
        "int",
        "配偶出生年",
        "the spouse: year of birth",
        _FIRST_YEAR,
        _LAST_YEAR,
        sensitive=True,
    ),
    _told(
        "only_child_certificate",
        "bool",
        "是否持有《独生子女父母光荣证》",
        "holds the only-child certificate",
        sensitive=True,
    ),
    _told(
        "only_child_birth_year",
        "int",
        "独生子女出生年（2015年底前）",
        "year of birth of the only child, born or adopted up to 2015-12-31",
        _FIRST_YEAR,
        2015,
        sensitive=True,
    ),
    _told(
        "only_child_birth_month",
        "int",
        "独生子女出生月",
        "month of birth of the only child",
        1,
        12,
        sensitive=True,
    ),
    _told(
        "child_disability_grade",
        "int",
        "独生子女残疾等级（无残疾证为0）",
        "grade in the disability certificate of the only living child; 0 without a certificate",
        0,
        4,
        sensitive=True,
    ),
    _told(
        "aftereffects_grade",
        "int",
        "手术并发症鉴定等级（未鉴定为0）",
        "grade found by the medical body for after-effects of an operation; 0 when none was found",
        0,
        3,
        sensitive=True,
    ),
    _told(
        "state_employed",
        "bool",
        "是否为机关企事业单位在职或退休人员",
        "employed by or retired from a state body or an enterprise",
    ),
    _told(
        "resident_pension", "bool", "是否参加城乡居民养老保险", "enrolled in the residents' pension insurance"
    ),
    _told(
        "resident_medical", "bool", "是否参加城乡居民医疗保险", "enrolled in the residents' medical insurance"
    ),
    _told("school_stage", "text", "就学阶段", "stage of school attended", values=SCHOOL_STAGES),
    _told("boards", "bool", "是否在校寄宿", "boards at school"),
    _told(
        "low_income",
        "bool",
        "是否认定为低收入或困难家庭",
        "the family is recognised as of low income or in hardship",
    ),
)

#: What the registry holds: the columns of a snapshot.
HELD: tuple[Fact, ...] = tuple(fact for fact in FACTS if not fact.told)
BY_NAME: dict[str, Fact] = {fact.name: fact for fact in FACTS}
SENSITIVE: frozenset[str] = frozenset(fact.name for fact in FACTS if fact.sensitive)
#: Facts that a question answered with no leaves without an object.
RESTS_ON: dict[str, tuple[str, ...]] = {
    "deceased": ("death_year",),
    "converted": ("converted_year",),
    "urban_pension": ("urban_pension_year",),
    "urban_medical": ("urban_medical_year",),
    "has_spouse": ("spouse_birth_year", "spouse_converted_year"),
}
