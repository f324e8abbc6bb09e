"""What stands in the registers: a list of cells for each column, silence and dirt included."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tongchou.synth import dirt, hukou, names, residence
from tongchou.synth.community import Bools, Community
from tongchou.synth.dirt import Cell
from tongchou.synth.households import RELATIONS
from tongchou.synth.kin import DIVORCED, MARRIED, NEVER, WIDOWED
from tongchou.synth.people import FEMALE, MALE
from tongchou.synth.targets import Ints

#: Column titles: upper row, lower row. The same upper title twice in a row is one merged cell.
COLUMNS: tuple[tuple[str, str | None], ...] = (
    ("序号", None), ("户编号", None), ("村民组", None), ("姓名", None), ("与户主关系", None), ("性别", None),
    ("民族", None), ("出生日期", None), ("公民身份号码", None), ("文化程度", None), ("婚姻状况", None),
    ("户口性质", None), ("界定为农村居民", "是否"), ("界定为农村居民", "界定时间"), ("农转城", "是否"),
    ("农转城", "转户时间"), ("城镇职工养老保险", "是否"), ("城镇职工养老保险", "起始时间"),
    ("城镇职工医疗保险", "是否"), ("城镇职工医疗保险", "起始时间"), ("现居住地", "是否在本村"),
    ("现居住地", "外出地"), ("现居住地", "外出时间"), ("60周岁以上填报", "存活男孩数"),
    ("60周岁以上填报", "存活女孩数"), ("60周岁以上填报", "曾生育（含收养）子女数"), ("联系电话", None),
    ("避孕措施", None), ("落实时间", None), ("政策内外", None), ("备注", None),
)  # fmt: skip
NUMBER, PAGE, GROUP, NAME, RELATION, BIRTH, ID_NUMBER, CONVERTED_ON = 0, 1, 2, 3, 4, 7, 8, 15

#: Other words some villages use for the same relations.
_HOMELY = {
    "20": "儿子",
    "30": "女儿",
    "51": "父",
    "52": "母",
    "38": "儿媳妇",
    "41": "孙",
    "43": "外孙",
    "71": "哥哥",
}
_KINDS = {
    hukou.AGRICULTURAL: ("农业户口", "农业", "农业家庭户口"),
    hukou.NON_AGRICULTURAL: ("非农业户口", "非农业", "非农业家庭户口"),
    hukou.UNIFIED: ("居民户口", "居民户口", "居民家庭户口"),
}
#: Remarks carry such words too; intake stores no remark.
_REMARKS = ("外出务工", "2019年上环", "已结扎", "政策外二孩", "低保户", "脱贫户", "户口待迁", "未孕检")


def columns_of(community: Community, rng: np.random.Generator) -> list[list[Cell]]:
    """The cells of every column of ``COLUMNS``, in the order of people; running numbers are still empty."""
    people, silence, register = community.people, community.silence, community.hukou
    village = community.village[community.households.number]
    habit = rng.integers(0, 6, size=len(community.villages))[village]
    size = len(people)
    empty: list[Cell] = [None] * size
    birth_precision = np.where(rng.random(size) < 0.02, dirt.MONTH, dirt.DAY)
    columns: list[list[Cell]] = [
        empty,
        _page_numbers(community),
        _groups(community, village),
        dirt.names(community.name, rng),
        _relations(community, habit),
        np.where(people.sex == MALE, "男", "女").tolist(),
        _ethnicities(community, habit),
        dirt.dates(people.birth, birth_precision, habit, rng),
        dirt.identity_numbers(community.id_number, people.birth_year, rng),
        education(community, rng),
        _marital(community, habit),
        _kinds(community, habit),
    ]
    unified = register.kind == hukou.UNIFIED
    columns += _answered(
        unified & ~silence.determined, register.determined_rural,
        np.where(register.determined_rural, register.determined_on, hukou.NO_DATE),
        ~unified & (habit % 2 == 1),
        habit, rng,
    )  # fmt: skip
    columns += _answered(
        ~silence.converted, register.converted,
        np.where(silence.converted_on, hukou.NO_DATE, register.converted_on), None, habit, rng,
    )  # fmt: skip
    for has, since, silent, silent_since in (
        (register.pension, register.pension_from, silence.pension, silence.pension_from),
        (register.medical, register.medical_from, silence.medical, silence.medical_from),
    ):
        columns += _answered(
            (register.urban | has) & ~silent, has, np.where(silent_since, hukou.NO_DATE, since),
            ~register.urban & ~has & (habit % 3 != 0), habit, rng,
        )  # fmt: skip
    return (
        columns + _residence(community, habit, rng) + _declared(community) + _closing(community, habit, rng)
    )


def _page_numbers(community: Community) -> list[Cell]:
    return [f"{number:04d}" for number in community.page_no[community.households.number].tolist()]


def _groups(community: Community, village: Ints) -> list[Cell]:
    group = community.group[community.households.number].tolist()
    return [community.villages[v].groups[g] for v, g in zip(village.tolist(), group, strict=True)]


def _relations(community: Community, habit: Ints) -> list[Cell]:
    homely = RELATIONS | _HOMELY
    return [
        (homely if style % 3 == 0 else RELATIONS)[code]
        for code, style in zip(community.households.relation.tolist(), habit.tolist(), strict=True)
    ]


def _ethnicities(community: Community, habit: Ints) -> list[Cell]:
    short = tuple(text.removesuffix("族") for text in names.ETHNICITIES)
    return [
        (short if style == 2 else names.ETHNICITIES)[kind]
        for kind, style in zip(community.ethnicity.tolist(), habit.tolist(), strict=True)
    ]


def education(community: Community, rng: np.random.Generator) -> list[Cell]:
    """Schooling by age and time of birth; a few cells are silent."""
    age = community.people.age
    lot = rng.random(len(age)) + np.interp(
        community.people.birth_year, (1940, 1965, 1990, 2005), (-0.45, -0.25, 0.1, 0.25)
    )
    grown = np.select(
        [lot < 0.0, lot < 0.42, lot < 0.82, lot < 1.0, lot < 1.1],
        ["文盲", "小学", "初中", "高中", "大专"],
        "本科",
    )
    words = np.select([age < 6, age < 12, age < 15, age < 18], ["学龄前", "小学", "初中", "高中"], grown)
    silent = rng.random(len(age)) < 0.02
    return [None if quiet else word for word, quiet in zip(words.tolist(), silent.tolist(), strict=True)]


def _marital(community: Community, habit: Ints) -> list[Cell]:
    words = {NEVER: "未婚", MARRIED: "已婚", WIDOWED: "丧偶", DIVORCED: "离婚"}
    other = words | {MARRIED: "初婚", DIVORCED: "离异"}
    cells: list[Cell] = []
    for status, style, silent in zip(
        community.kin.marital.tolist(), habit.tolist(), community.silence.marital.tolist(), strict=True
    ):
        cells.append(None if silent else (other if style == 4 else words)[status])
    return cells


def _kinds(community: Community, habit: Ints) -> list[Cell]:
    return [
        None if silent else _KINDS[kind][style % 3]
        for kind, style, silent in zip(
            community.hukou.kind.tolist(), habit.tolist(), community.silence.kind.tolist(), strict=True
        )
    ]


def _answered(
    said: Bools, answer: Bools, since: Ints, dashed: Bools | None, habit: Ints, rng: np.random.Generator
) -> list[list[Cell]]:
    """A yes/no column and its date. ``said``: the register answers; ``dashed``: a dash, which means no."""
    no = np.array(["否", "否", "无", "否", "—", "否"], dtype=object)[habit % 6]
    words = np.where(said, np.where(answer, "是", no), None)
    if dashed is not None:
        words = np.where(~said & dashed, "—", words)
    lot = rng.random(len(answer))
    precision = np.select([lot < 0.6, lot < 0.9], [dirt.DAY, dirt.MONTH], dirt.YEAR)
    shown = np.where(said & answer, since, hukou.NO_DATE)
    return [words.tolist(), dirt.dates(shown, precision, habit, rng)]


def _residence(community: Community, habit: Ints, rng: np.random.Generator) -> list[list[Cell]]:
    where = community.residence
    places = np.array(residence.PLACES, dtype=object)[where.place]
    precision = np.where(rng.random(len(places)) < 0.7, dirt.MONTH, dirt.DAY)
    return [
        np.where(where.away, "否", "是").tolist(),
        np.where(where.away, places, None).tolist(),
        dirt.dates(np.where(where.away, where.since, hukou.NO_DATE), precision, habit, rng),
    ]


def _declared(community: Community) -> list[list[Cell]]:
    children, silence = community.children, community.silence
    return [
        [
            None if count < 0 or quiet else count
            for count, quiet in zip(counts.tolist(), silent.tolist(), strict=True)
        ]
        for counts, silent in (
            (children.sons, silence.sons),
            (children.daughters, silence.daughters),
            (children.ever, silence.ever),
        )
    ]


def _closing(community: Community, habit: Ints, rng: np.random.Generator) -> list[list[Cell]]:
    """Phone, the three columns of former times, remark."""
    people, kin = community.people, community.kin
    size = len(people)
    phones = dirt.phones((people.age >= 16) & (rng.random(size) < 0.8), rng)
    asked = (people.sex == FEMALE) & (kin.marital == MARRIED) & (people.age < 50) & (rng.random(size) < 0.7)
    measures = np.array(["上环", "结扎", "药具", "皮埋", "无"], dtype=object)[rng.integers(5, size=size)]
    since = np.where(asked, people.today - rng.integers(100, 4000, size), hukou.NO_DATE)
    labelled = (people.age < 30) & (rng.random(size) < 0.6)
    inside = np.where(rng.random(size) < 0.85, "政策内", "政策外")
    remarked = rng.random(size) < 0.03
    remarks = np.array(_REMARKS, dtype=object)[rng.integers(len(_REMARKS), size=size)]
    no_measure: npt.NDArray[np.bool_] = measures == "无"
    return [
        phones,
        np.where(asked, measures, None).tolist(),
        dirt.dates(np.where(no_measure, hukou.NO_DATE, since), np.full(size, dirt.DAY), habit, rng),
        np.where(labelled, inside, None).tolist(),
        np.where(remarked, remarks, None).tolist(),
    ]
