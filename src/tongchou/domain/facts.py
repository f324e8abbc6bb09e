"""The facts table: one row a person, the only thing rules ever look at.

Every column except ``person_id`` may be empty, and empty means *unknown*, never *no*. A column that is absent
from a file is unknown for everybody. ``docs/reference/facts.md`` is written from this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "bool", "text"]

#: Raised whenever a column is added, removed or changes its meaning; part of every snapshot's hash.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of the facts table.

    ``least`` and ``most`` bound integers (inclusive); ``values`` closes a text column. ``sensitive`` marks what
    rights rule 7 calls fertility-sensitive: such a column is filled only for people whom a legacy programme can
    concern, and only a legacy programme may read it.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    least: int | None = None
    most: int | None = None
    values: tuple[str, ...] = ()
    sensitive: bool = False


_YEARS = {"least": 1850, "most": 2150}
_HUKOU = ("agricultural", "non_agricultural", "unified")


def _status(prefix: str, zh: str, en: str, *, sensitive: bool) -> tuple[Fact, ...]:
    """The eight columns the transition of people who become urban needs, for a person or a spouse."""

    def fact(name: str, kind: Kind, zh_text: str, en_text: str, **more: object) -> Fact:
        return Fact(prefix + name, kind, zh + zh_text, en + en_text, sensitive=sensitive, **more)  # type: ignore[arg-type]

    return (
        fact("hukou_kind", "text", "户口性质", "kind of household registration (hukou)", values=_HUKOU),
        fact("determined_rural", "bool", "是否界定为农村居民", "determined to be a rural resident"),
        fact("converted", "bool", "是否农转城", "converted from agricultural to urban registration"),
        fact("converted_year", "int", "转户年份", "year of the conversion", **_YEARS),
        fact("urban_pension", "bool", "是否享受城镇养老保险", "enjoys urban pension insurance"),
        fact("urban_pension_year", "int", "城镇养老保险起始年份", "first year of urban pension insurance", **_YEARS),
        fact("urban_medical", "bool", "是否享受城镇医疗保险", "enjoys urban medical insurance"),
        fact("urban_medical_year", "int", "城镇医疗保险起始年份", "first year of urban medical insurance", **_YEARS),
    )


FACTS: tuple[Fact, ...] = (
    Fact("person_id", "int", "人员编号", "number of the person; the only column that must be present", least=0),
    Fact("household_id", "int", "家庭户编号", "number of the household", least=0),
    Fact("area_code", "text", "户籍地代码", "code of the village or place of registration"),
    Fact("birth_year", "int", "出生年", "year of birth", **_YEARS),  # type: ignore[arg-type]
    Fact("birth_month", "int", "出生月", "month of birth", least=1, most=12),
    Fact("birth_day", "int", "出生日", "day of birth", least=1, most=31),
    Fact("sex", "int", "性别", "sex, GB/T 2261.1: 1 male, 2 female", least=1, most=2),
    Fact("deceased", "bool", "是否死亡", "has died; false when no death is recorded"),
    Fact("death_year", "int", "死亡年份", "year of death", **_YEARS),  # type: ignore[arg-type]
    Fact("chinese_national", "bool", "是否中国国籍", "holds Chinese nationality"),
    *_status("", "本人", "the person: ", sensitive=False),
    Fact(
        "has_spouse", "bool", "现有配偶", "has a living spouse now (married, not widowed or divorced)",
        sensitive=True,
    ),
    *_status("spouse_", "配偶", "the spouse: ", sensitive=True),
    Fact(
        "living_sons", "int", "现存男孩数（2015年底前生育或收养）",
        "living sons born or adopted up to 2015-12-31, as declared by the person", least=0, most=30, sensitive=True,
    ),
    Fact(
        "living_daughters", "int", "现存女孩数（2015年底前生育或收养）",
        "living daughters born or adopted up to 2015-12-31, as declared by the person", least=0, most=30,
        sensitive=True,
    ),
    Fact(
        "children_ever", "int", "曾生育（收养）子女数（2015年底前）",
        "children ever born or adopted up to 2015-12-31, as declared by the person", least=0, most=30,
        sensitive=True,
    ),
)

BY_NAME: dict[str, Fact] = {fact.name: fact for fact in FACTS}
SENSITIVE: frozenset[str] = frozenset(fact.name for fact in FACTS if fact.sensitive)
