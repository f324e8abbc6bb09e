"""The columns of a village register: canonical names and what staff call them.

A header is compared after ``plain``: NFKC, no spaces, notes in brackets or marks such as ＊ and （必填）
gone. Under a merged group header the group and the column's own words count together (农转城 · 是否). The
other names stand in ``synonyms``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tongchou.domain.register.synonyms import ALONE, CONTAINS, GROUPS, LEAVES, OTHER_GROUPS, OTHERS

_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>|〔[^〔〕]*〕")
_MARKS: Final = re.compile(r"[\s*＊:：,，;；.。、\-—_/\\|'\"“”()\[\]【】<>〔〕?？!！]+")


def plain(header: object) -> str:
    """A header without spaces, marks and notes in brackets.

    Examples
    --------
    >>> plain(" 公民身份号码\\n（必填）＊")
    '公民身份号码'
    >>> plain("曾生育（含收养）子女数")
    '曾生育子女数'
    """
    if header is None:
        return ""
    text = unicodedata.normalize("NFKC", str(header))
    return _MARKS.sub("", _BRACKETED.sub("", text)).lower()


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical column.

    ``fills_down``: a cell merged over several people's rows speaks for all of them. ``required`` columns must
    be there (birth and identity number count as one). ``sensitive`` values appear in no message. ``ignored``
    columns are known and not read.
    """

    name: str
    zh: str
    en: str
    required: bool = False
    fills_down: bool = False
    sensitive: bool = False
    ignored: bool = False


COLUMNS: Final[tuple[Column, ...]] = (
    Column("seq", "序号", "number of the line", ignored=True),
    Column("household_no", "户编号", "household number", required=True, fills_down=True),
    Column("group_name", "村民组", "villagers' group", fills_down=True),
    Column("name", "姓名", "name", required=True, sensitive=True),
    Column("relation", "与户主关系", "relation to the head", required=True),
    Column("sex", "性别", "sex"),
    Column("ethnicity", "民族", "ethnicity"),
    Column("birth", "出生日期", "date of birth", sensitive=True),
    Column("id_number", "公民身份号码", "identity number", sensitive=True),
    Column("education", "文化程度", "education"),
    Column("marital", "婚姻状况", "marital status", sensitive=True),
    Column("hukou_kind", "户口性质", "kind of household registration", fills_down=True),
    Column("determined_rural", "界定为农村居民·是否", "determined to be a rural resident", fills_down=True),
    Column("determined_rural_on", "界定为农村居民·界定时间", "date of the determination", fills_down=True),
    Column("converted", "农转城·是否", "converted from agricultural registration", fills_down=True),
    Column("converted_on", "农转城·转户时间", "date of the conversion", fills_down=True),
    Column("urban_pension", "城镇职工养老保险·是否", "urban employees' pension insurance"),
    Column("urban_pension_from", "城镇职工养老保险·起始时间", "urban pension insurance since"),
    Column("urban_medical", "城镇职工医疗保险·是否", "urban employees' medical insurance"),
    Column("urban_medical_from", "城镇职工医疗保险·起始时间", "urban medical insurance since"),
    Column("resident_here", "现居住地·是否在本村", "lives in this village", fills_down=True),
    Column("away", "外出·是否", "is away (the opposite of living in this village)", fills_down=True),
    Column(
        "resident_elsewhere", "现居住地·外出地", "place of living when away", fills_down=True, sensitive=True
    ),
    Column("away_since", "现居住地·外出时间", "away since", fills_down=True),
    Column("living_sons", "60周岁以上填报·存活男孩数", "living sons (people of 60 and over)", sensitive=True),
    Column(
        "living_daughters",
        "60周岁以上填报·存活女孩数",
        "living daughters (people of 60 and over)",
        sensitive=True,
    ),
    Column(
        "children_ever",
        "60周岁以上填报·曾生育（含收养）子女数",
        "children ever born or adopted (people of 60 and over)",
        sensitive=True,
    ),
    Column("phones", "联系电话", "telephone", sensitive=True),
    Column("remarks", "备注", "remarks (never kept)", sensitive=True, ignored=True),
    Column("to_mend", "需修改", "what to mend, as a returned workbook says (never read)", ignored=True),
)

BY_NAME: Final[dict[str, Column]] = {column.name: column for column in COLUMNS}

#: Declared by people of 60 and over; dropped for everybody whom no legacy programme can concern.
CHILDREN: Final = ("living_sons", "living_daughters", "children_ever")

#: Required together: at least one of each group must be there.
REQUIRED: Final[tuple[tuple[str, ...], ...]] = (
    ("household_no",),
    ("name",),
    ("relation",),
    ("id_number", "birth"),
)


def _alone_index() -> dict[str, str]:
    index: dict[str, str] = {}
    for column in COLUMNS:
        for word in (column.zh, *ALONE[column.name]):
            if index.setdefault(plain(word), column.name) != column.name:
                raise ValueError(f"{word} names two columns")
    return index


def _group_index() -> dict[tuple[str, str], str]:
    index: dict[tuple[str, str], str] = {}
    for name, groups in GROUPS.items():
        for group in groups:
            for leaf in LEAVES[name]:
                if index.setdefault((plain(group), plain(leaf)), name) != name:
                    raise ValueError(f"{leaf} under {group} names two columns")
    return index


_ALONE: Final = _alone_index()
_GROUPED: Final = _group_index()
_CONTAINS: Final = tuple((part, name) for name, parts in CONTAINS.items() for part in parts)


def match(path: tuple[str, ...]) -> str | None:
    """The canonical column that a header means; ``None`` when it is not known.

    Parameters
    ----------
    path
        The header's cells from the top group to the column's own, as written, without empty ones.

    Examples
    --------
    >>> match(("身份证号码（必填）",)), match(("农转城", "转户时间")), match(("配偶", "姓名"))
    ('id_number', 'converted_on', None)
    """
    words = tuple(word for word in (plain(part) for part in path) if word)
    if not words:
        return None
    leaf = words[-1]
    for group in reversed(words[:-1]):
        found = _GROUPED.get((group, leaf))
        if found:
            return found
    if _ALONE.get(leaf) in CHILDREN:
        return _ALONE[leaf]
    if any(word in OTHER_GROUPS or any(other in word for other in OTHERS) for word in words):
        return _ALONE.get(leaf) if len(words) == 1 else None
    found = _ALONE.get(leaf) or (_ALONE.get("".join(words)) if len(words) > 1 else None)
    if found:
        return found
    # Only short headers: a long one is a sentence that merely mentions the thing.
    return next((name for part, name in _CONTAINS if part in leaf and len(leaf) <= 12), None)
