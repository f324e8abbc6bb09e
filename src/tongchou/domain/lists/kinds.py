"""The lists other departments deliver, each declared: its columns, what it needs, how a row is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tongchou.domain.lists import row as events
from tongchou.domain.lists.card import CARD, CATEGORIES
from tongchou.domain.lists.columns import Columns, ListColumn, column
from tongchou.domain.lists.reader import ListReader
from tongchou.domain.lists.row import ListRow, Named, Newborn
from tongchou.domain.register import cells


@dataclass(frozen=True)
class ListKind:
    """A kind of list. ``titles`` are words of its title that tell it from a list with the same columns.

    ``read`` gives the row, or None when an error leaves nothing to build on. ``private``: nothing of it is
    shown but counts and the people about whom somebody has to decide (rights rule 3).
    """

    code: str
    zh: str
    en: str
    titles: tuple[str, ...]
    columns: Columns
    read: Callable[[ListReader], ListRow | None]
    private: bool = False


_NUMBER: Final = """
    公民身份号码 身份证号 身份证号码 身份证件号 身份证件号码 有效身份证件号码 证件号码 证件号 居民身份证号
    居民身份证号码 社会保障号码 社会保障号 身份证 身份号码 有效证件号码 公民身份证号码
"""
_NAME: Final = "姓名 人员姓名 名字 本人姓名 参保人姓名 居民姓名"
_SEX: Final = "性别 男女"
_ADDRESS: Final = "户籍地址 户籍地 住址 家庭住址 户口所在地 户籍所在地 现住址 地址 户籍地详细地址"
_SEQ: Final = column("seq", "序号", "number of the row", "编号 行号 顺序号 no xh", ignored=True)


def _people(name: str = _NAME, number: str = _NUMBER) -> tuple[ListColumn, ...]:
    return (
        column("name", "姓名", "name", name),
        column("number", "公民身份号码", "identity number", number),
    )


_SEX_COLUMN: Final = column("sex", "性别", "sex", _SEX)
_ADDRESS_COLUMN: Final = column("address", "户籍地址", "registered address", _ADDRESS)


def _ignored(name: str, zh: str, en: str, words: str = "") -> ListColumn:
    return column(name, zh, en, words, ignored=True)


def _named(reader: ListReader, *people: Named) -> bool:
    """True when each person is named by something; says so where one is not."""
    for person, place in zip(people, ("name", "number"), strict=False):
        if person.name is None and person.number is None:
            reader.note("nobody_named", place)
            return False
    return True


# Hospital births.

_MOTHER, _FATHER = "母亲 产妇 母亲信息 产妇信息 母亲情况", "父亲 父亲信息 父亲情况"
_LEAF_NAME, _LEAF_NUMBER = "姓名 名字", " ".join(_NUMBER.split())
_BIRTHS: Final = Columns(
    (
        _SEQ,
        column("certificate", "出生医学证明编号", "birth certificate",
               "出生证编号 出生医学证明号 出生证号 医学证明编号"),
        column("child", "新生儿姓名", "the child's name", "婴儿姓名 孩子姓名 新生儿名"),
        column("sex", "性别", "the child's sex", "性别 新生儿性别 婴儿性别"),
        column("day", "出生时间", "day of birth",
               "出生日期 分娩日期 分娩时间 出生年月日 新生儿出生日期 出生日期时间"),
        column("place", "接生机构", "place of birth",
               "助产机构 分娩机构 出生地点 接生单位 助产机构名称 出生医院"),
        column("mother", "母亲姓名", "mother's name", "产妇姓名", groups=_MOTHER, leaves=_LEAF_NAME),
        column("mother_number", "母亲有效身份证件号码", "mother's identity number", groups=_MOTHER,
               leaves=_LEAF_NUMBER),
        column("father", "父亲姓名", "father's name", groups=_FATHER, leaves=_LEAF_NAME),
        column("father_number", "父亲有效身份证件号码", "father's identity number", groups=_FATHER,
               leaves=_LEAF_NUMBER),
        column("address", "母亲户籍地址", "mother's registered address",
               f"母亲户籍地 母亲住址 产妇户籍地址 {_ADDRESS}", groups=_MOTHER, leaves="户籍地址 户籍地 住址"),
        column("phones", "联系电话", "telephone", "母亲联系电话 产妇电话 电话 手机 手机号码 联系方式"),
    ),
    (("mother",), ("day",), ("mother_number", "address")),
)  # fmt: skip
#: A child entered under its mother's name has none yet: 王秀英之子, 王秀英之女.
_NO_NAME_YET: Final = re.compile(
    r".*(?:之子|之女|之婴|的儿子|的女儿|毛毛)$|^(?:未取名|未命名|无名|新生儿|婴儿)$"
)


def _birth(reader: ListReader) -> ListRow | None:
    mother = reader.person("mother", "mother_number")
    father = reader.person("father", "father_number") if reader.has("father") else Named()
    child = reader.name("child")
    day = reader.day("day")
    if not _named(reader, mother):
        return None
    if day is None:
        reader.miss("day_missing", "day")
        return None
    mark = reader.text("certificate")[:40] or None
    return ListRow(
        reader.row_no,
        events.BIRTH,
        (mother, father),
        day,
        child=Newborn(None if child and _NO_NAME_YET.match(child) else child, reader.sex("sex"), mark),
        place=reader.kept("place"),
        address=reader.kept("address"),
        phones=reader.phones("phones"),
    )


# Children's first vaccination: counted beside the hospital's and the register's births, and recorded nowhere.

_VACCINATIONS: Final = Columns(
    (
        _SEQ,
        column("child", "儿童姓名", "the child's name",
               "受种者姓名 受种儿童姓名 接种儿童 孩子姓名 婴儿姓名 宝宝姓名 姓名"),
        column("number", "儿童身份证号", "the child's identity number",
               "儿童身份证件号码 受种者身份证号 儿童公民身份号码 公民身份号码 身份证号 身份证号码"),
        column("certificate", "出生医学证明编号", "birth certificate", "出生证编号 出生医学证明号 出生证号"),
        column("sex", "性别", "the child's sex", "儿童性别 受种者性别"),
        column("day", "出生日期", "day of birth", "儿童出生日期 出生年月日 出生时间 受种者出生日期"),
        column("mother", "母亲姓名", "mother's name", groups=_MOTHER, leaves=_LEAF_NAME),
        column("mother_number", "母亲身份证件号码", "mother's identity number",
               "母亲身份证号 母亲身份证号码 母亲证件号码", groups=_MOTHER, leaves=_LEAF_NUMBER),
        _ignored("father", "父亲姓名", "father's name", "监护人姓名"),
        _ignored("vaccine", "疫苗名称", "vaccine", "疫苗 接种疫苗 疫苗种类 首针疫苗"),
        _ignored("given", "接种日期", "day of the vaccination", "首次接种日期 首针接种日期 接种时间"),
        _ignored("clinic", "接种单位", "where it was given", "接种门诊 预防接种单位 建档单位 接种点"),
        _ignored("card", "儿童编码", "the child's card", "接种证号 预防接种证号 接种卡号 个案编码"),
        _ignored("phones", "联系电话", "telephone", "电话 手机 手机号码 监护人电话"),
        _ignored("address", "户籍地址", "registered address", f"现居住地址 居住地址 {_ADDRESS}"),
    ),
    (("child", "number"), ("day",), ("mother_number", "number"), ("given", "vaccine", "clinic", "card")),
)  # fmt: skip


def _vaccination(reader: ListReader) -> ListRow | None:
    child = reader.person("child", "number", "sex") if reader.has("number") else Named(reader.name("child"))
    mother = reader.person("mother", "mother_number") if reader.has("mother_number") else Named()
    day = reader.day("day") or child.birth
    if child == Named() and mother.number is None:
        reader.note("nobody_named", "child")
        return None
    if day is None:
        reader.miss("day_missing", "day")
        return None
    sex = child.sex or reader.sex("sex")
    mark = reader.text("certificate")[:40] or None
    unnamed = child.name and _NO_NAME_YET.match(child.name)
    newborn = Newborn(None if unnamed else child.name, sex, mark, child.number)
    return ListRow(reader.row_no, events.VACCINATION, (mother,), day, child=newborn)


# Marriages and divorces.

_MAN, _WOMAN = "男方 男方信息 男方当事人 丈夫 男", "女方 女方信息 女方当事人 妻子 女"
_MARRIAGES: Final = Columns(
    (
        _SEQ,
        column("business", "业务类型", "marriage or divorce",
               "登记类型 登记类别 业务类别 婚姻登记类型 办理业务"),
        column("man", "男方姓名", "man's name", groups=_MAN, leaves=_LEAF_NAME),
        column("man_number", "男方身份证件号", "man's identity number", groups=_MAN, leaves=_LEAF_NUMBER),
        column("woman", "女方姓名", "woman's name", groups=_WOMAN, leaves=_LEAF_NAME),
        column("woman_number", "女方身份证件号", "woman's identity number",
               groups=_WOMAN, leaves=_LEAF_NUMBER),
        column("day", "登记日期", "day of registration", "登记时间 办理日期 结婚登记日期 业务日期"),
        _ignored("office", "登记机关", "office", "办理机关 登记机构"),
        _ignored("word", "证件字号", "certificate number", "证书字号 结婚证字号 证件编号 字号"),
    ),
    (("business",), ("man", "man_number"), ("woman", "woman_number"), ("day",)),
)  # fmt: skip


#: A paper issued again, a marriage annulled. 补办结婚登记 is a marriage.
_NO_MARRIAGE: Final = ("补领", "补发", "换领", "撤销")


def _marriage(reader: ListReader) -> ListRow | None:
    business = reader.text("business")
    man, woman = reader.person("man", "man_number"), reader.person("woman", "woman_number")
    day = reader.day("day")
    if any(word in business for word in _NO_MARRIAGE):
        event = events.NOTHING
    elif "离婚" in business:
        event = events.DIVORCE
    elif "结婚" in business or "复婚" in business:
        event = events.MARRIAGE
    else:
        reader.note("unknown_business", "business", shown=cells.quote(business))
        return None
    if not _named(reader, man, woman):
        return None
    if day is None:
        reader.miss("day_missing", "day")
        return None
    return ListRow(reader.row_no, event, (man, woman), day)


# Deaths and conversions.

_DEATHS: Final = Columns(
    (
        _SEQ,
        *_people(f"{_NAME} 死者姓名 死亡人员姓名"),
        _SEX_COLUMN,
        _ADDRESS_COLUMN,
        column("day", "死亡日期", "day of death", "死亡时间 去世日期 去世时间 死亡年月日 亡故日期 死亡日"),
        column("reason", "注销原因", "why the registration ended", "注销类别 注销类型 变动原因"),
        _ignored("station", "派出所", "police station", "所属派出所 户籍派出所"),
        _ignored("ended", "注销日期", "day the registration ended", "注销时间 销户日期"),
    ),
    (("name", "number"), ("day",)),
)


def _death(reader: ListReader) -> ListRow | None:
    person = reader.person("name", "number", "sex")
    day, reason = reader.day("day"), reader.text("reason")
    if not _named(reader, person):
        return None
    died = not reason or "死" in reason or "亡" in reason
    return ListRow(
        reader.row_no,
        events.DEATH if died else events.NOTHING,
        (person,),
        day,
        address=reader.kept("address"),
    )


_KIND_GROUPS: Final = "户口性质 户籍性质 户口类型 户别"
_CONVERSIONS: Final = Columns(
    (
        _SEQ,
        *_people(),
        _SEX_COLUMN,
        column("before", "变更前户口性质", "kind before", "原户口性质 转前户口性质", groups=_KIND_GROUPS,
               leaves="变更前 转前 原 变动前"),
        column("after", "变更后户口性质", "kind after", "现户口性质 转后户口性质", groups=_KIND_GROUPS,
               leaves="变更后 转后 现 变动后"),
        column("day", "变更日期", "day of the conversion",
               "转户日期 转户时间 变更时间 农转城时间 农转城日期 农转非时间 落户时间 落户日期 变动日期"),
        _ignored("reason", "变更原因", "reason", "转户原因 变动原因"),
        _ignored("station", "派出所", "police station", "所属派出所"),
        _ADDRESS_COLUMN,
    ),
    (("name", "number"), ("day",), ("after",)),
)  # fmt: skip


def _conversion(reader: ListReader) -> ListRow | None:
    person = reader.person("name", "number", "sex")
    day, written = reader.day("day"), reader.text("after")
    if not _named(reader, person):
        return None
    after = cells.hukou_kind(written)
    if after is None:
        reader.note("unknown_hukou_kind", "after", shown=cells.quote(written))
        return None
    event = events.NOTHING if after == "agricultural" else events.CONVERSION
    return ListRow(
        reader.row_no, event, (person,), day, hukou_kind=after, address=reader.kept("address")
    )  # fmt: skip


# Insurance.

_STATE: Final = "参保状态 缴费状态 人员状态 参保缴费状态 状态"
_END: Final = "终止日期 终止年月 停保日期 停保年月 参保结束日期 终止时间 退保日期 暂停日期"


def _insurance(first: str) -> Columns:
    return Columns(
        (
            _SEQ,
            *_people(),
            _SEX_COLUMN,
            _ignored("account", "个人编号", "account", "人员编号 个人账号 参保编号"),
            _ignored("paper", "证件类型", "kind of paper", "证件类别"),
            column("scheme", "险种类型", "scheme", "险种 参保险种 险种名称 参保类型 险种类别"),
            column("day", first, "insured since", _SINCE),
            column("state", "参保状态", "state", _STATE),
            column("until", "终止日期", "insured until", _END),
            _ignored("place", "经办机构", "office", "统筹区 参保地 经办机构名称 参保单位 单位名称"),
        ),
        (("name", "number"), ("scheme",), ("day",)),
    )


_SINCE: Final = """
    首次参保年月 首次参保日期 参保日期 参保开始日期 参保时间 起始年月 开始日期 参保起始日期 参保年月 开始年月
    首次参保时间 参保起始年月
"""
_STOPPED: Final = re.compile(r"终止|停保|退保|注销|死亡")


def _scheme(event: str, matter: str) -> Callable[[ListReader], ListRow | None]:
    """A reader of insurance rows: the urban employees' scheme of one matter counts, everything else not."""

    def read(reader: ListReader) -> ListRow | None:
        person = reader.person("name", "number", "sex")
        since, until = reader.day("day"), reader.day("until")
        scheme, state = reader.text("scheme"), reader.text("state")
        if not _named(reader, person):
            return None
        if not scheme:
            reader.note("unknown_scheme", "scheme", shown="—")
            return None
        urban = matter in scheme and ("职工" in scheme or "城镇" in scheme) and "居民" not in scheme
        if not urban:
            return ListRow(reader.row_no, events.NOTHING, (person,), since)
        stopped = bool(_STOPPED.search(state))
        if stopped and until is None:
            reader.note("stop_without_date", "until")
            return None
        return ListRow(
            reader.row_no, event, (person,), since, until=until if stopped else None, stopped=stopped
        )

    return read


# Disability certificates.

_GRADES: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_CERTIFICATES: Final = Columns(
    (
        _SEQ,
        *_people(),
        _SEX_COLUMN,
        column("card", "残疾人证号", "certificate number", "残疾证号 残疾人证号码 残疾证编号 残疾人证编号"),
        column("category", "残疾类别", "kind", "残疾类型 残疾种类"),
        column("grade", "残疾等级", "grade", "残疾级别"),
        column("day", "签发日期", "issued on", "发证日期 签发时间 办证日期 发证时间 首次发证日期"),
        column("until", "有效期至", "valid until", "有效期 有效期止 到期日期 截止日期 有效截止日期"),
        _ADDRESS_COLUMN,
    ),
    (("name", "card", "number"), ("card", "category"), ("day",)),
)


def _certificate(reader: ListReader) -> ListRow | None:
    """The card's number is the identity number, kind and grade (残疾人证管理办法); own columns go before."""
    card = reader.text("card").replace(" ", "").upper()
    parts = CARD.fullmatch(card)
    if reader.has("number") or not reader.has("card"):
        person = reader.person("name", "number", "sex")
    else:
        person = reader.person("name", "card", "sex", written=card[:18] if parts else card)
    since, until = reader.day("day"), reader.day("until", ahead=True)
    if not _named(reader, person):
        return None
    word, level = reader.text("category"), reader.text("grade")
    category = next((number for number, kind in enumerate(CATEGORIES, 1) if kind in word), None)
    grade = next((_GRADES[sign] for sign in level if sign in _GRADES), None)
    if parts:
        category, grade = category or int(parts[2]), grade or int(parts[3])
    if category is None or grade is None:
        reader.note("card_unreadable", "category" if category is None else "grade")
        return None
    return ListRow(
        reader.row_no, events.DISABILITY, (person,), since, until=until, category=category, grade=grade,
        address=reader.kept("address"),
    )  # fmt: skip


KINDS: Final[dict[str, ListKind]] = {
    kind.code: kind
    for kind in (
        ListKind(
            "hospital_births", "医院出生登记", "Hospital births", ("出生", "新生儿", "分娩"), _BIRTHS, _birth
        ),
        ListKind(
            "vaccinations",
            "儿童首针接种",
            "Children's first vaccination",
            ("接种", "疫苗", "免疫"),
            _VACCINATIONS,
            _vaccination,
            private=True,
        ),
        ListKind(
            "civil_affairs_marriages",
            "民政婚姻登记",
            "Marriages and divorces",
            ("婚姻", "结婚", "离婚"),
            _MARRIAGES,
            _marriage,
        ),
        ListKind("public_security_deaths", "公安死亡注销", "Deaths", ("死亡", "注销"), _DEATHS, _death),
        ListKind(
            "public_security_conversions",
            "公安农转城",
            "Conversions to urban registration",
            ("农转城", "农转非", "户口性质"),
            _CONVERSIONS,
            _conversion,
        ),
        ListKind(
            "social_insurance_pension",
            "社保养老参保",
            "Pension insurance",
            ("养老",),
            _insurance("首次参保年月"),
            _scheme(events.PENSION, "养老"),
        ),
        ListKind(
            "social_insurance_medical",
            "医保医疗参保",
            "Medical insurance",
            ("医疗", "医保"),
            _insurance("参保开始日期"),
            _scheme(events.MEDICAL, "医疗"),
        ),
        ListKind(
            "disability_certificates",
            "残联残疾人证",
            "Disability certificates",
            ("残疾",),
            _CERTIFICATES,
            _certificate,
            private=True,
        ),
    )
}
