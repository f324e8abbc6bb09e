"""National code lists for personal registers: labels in Chinese and English, and reading what people write.

Codes are text as the standards print them. A list reads a cell that holds a code, a label of the standard or
a common other word for it; anything else is ``None`` and the caller reports it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Label:
    """What a code means, in Chinese (the standard's wording) and English."""

    zh: str
    en: str


_NOISE: Final = re.compile(r"[\s()（）、,，.。·]+")


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class CodeList(Mapping[str, Label]):
    """One standard's codes: a mapping of code to ``Label`` that also reads cells.

    Examples
    --------
    >>> SEX["1"].zh, SEX["2"].en
    ('男', 'female')
    >>> RELATION.parse("户主"), RELATION.parse("02"), RELATION.parse("大儿子"), RELATION.parse("邻居")
    ('02', '02', '22', None)
    >>> ETHNICITY.parse("穿青人"), ETHNICITY.parse("苗"), ETHNICITY.parse("苗族")
    ('97', '06', '06')
    """

    source: str
    labels: dict[str, Label]
    synonyms: dict[str, str] = field(default_factory=dict)
    _read: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for code, label in self.labels.items():
            self._read[_plain(label.zh)] = code
            self._read[code] = code
            if code.isdigit() and len(code) == 2 and code.startswith("0"):
                self._read[code[1]] = code  # a spreadsheet drops the leading zero
        for word, code in self.synonyms.items():
            if code not in self.labels:
                raise ValueError(f"{word}: no code {code} in {self.source}")
            self._read[_plain(word)] = code

    def __getitem__(self, code: str) -> Label:
        return self.labels[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __hash__(self) -> int:
        return hash(self.source)

    def parse(self, cell: object) -> str | None:
        """The code a cell means; ``None`` when it is empty or not understood."""
        if isinstance(cell, str):
            found = self._read.get(cell)
            return found if found is not None else self._read.get(_plain(cell))
        if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
            return None
        return self._read.get(str(int(cell))) if cell == int(cell) else None

    def label(self, code: str, language: str = "zh") -> str:
        """The label in Chinese for ``zh``, in English otherwise; the code itself when unknown."""
        found = self.labels.get(code)
        if found is None:
            return code
        return found.zh if language.startswith("zh") else found.en


def _labels(table: str) -> dict[str, Label]:
    """Read ``code chinese english words`` lines."""
    found = {}
    for line in table.strip().splitlines():
        code, zh, en = line.strip().split(maxsplit=2)
        found[code] = Label(zh, en)
    return found


def _words(table: str) -> dict[str, str]:
    """Read ``code word word …`` lines: other words for a code."""
    return {
        word: code
        for line in table.split("\n")
        if line.strip()
        for code, *words in [line.split()]
        for word in words
    }


SEX: Final = CodeList(
    "GB/T 2261.1-2003",
    _labels("""
        0 未知的性别 unknown
        1 男 male
        2 女 female
        9 未说明的性别 not stated
    """),
    _words("""
        0 未知
        1 男性 男孩
        2 女性 女孩
        9 未说明
    """),
)

MARITAL: Final = CodeList(
    "GB/T 2261.2-2003",
    _labels("""
        10 未婚 never married
        20 已婚 married
        21 初婚 first marriage
        22 再婚 remarried
        23 复婚 remarried to the former spouse
        30 丧偶 widowed
        40 离婚 divorced
        90 未说明的婚姻状况 not stated
    """),
    _words("""
        10 未结婚
        20 有配偶 结婚 已结婚
        21 初婚有配偶
        22 再婚有配偶
        23 复婚有配偶
        30 丧偶未再婚 丧夫 丧妻
        40 离异 已离婚 离婚未再婚
        90 未说明 不详
    """),
)

#: Spelling of the names: GB/T 3304-1991, with the English names in common use.
_PEOPLES = (
    "汉 Han|蒙古 Mongol|回 Hui|藏 Tibetan|维吾尔 Uygur|苗 Miao|彝 Yi|壮 Zhuang|布依 Buyei|朝鲜 Korean|"
    "满 Manchu|侗 Dong|瑶 Yao|白 Bai|土家 Tujia|哈尼 Hani|哈萨克 Kazak|傣 Dai|黎 Li|傈僳 Lisu|佤 Va|"
    "畲 She|高山 Gaoshan|拉祜 Lahu|水 Sui|东乡 Dongxiang|纳西 Naxi|景颇 Jingpo|柯尔克孜 Kirgiz|土 Tu|"
    "达斡尔 Daur|仫佬 Mulao|羌 Qiang|布朗 Blang|撒拉 Salar|毛南 Maonan|仡佬 Gelao|锡伯 Xibe|"
    "阿昌 Achang|普米 Pumi|塔吉克 Tajik|怒 Nu|乌孜别克 Uzbek|俄罗斯 Russian|鄂温克 Ewenki|德昂 Deang|"
    "保安 Bonan|裕固 Yugur|京 Gin|塔塔尔 Tatar|独龙 Derung|鄂伦春 Oroqen|赫哲 Hezhen|门巴 Monba|"
    "珞巴 Lhoba|基诺 Jino"
)
_PEOPLE_PAIRS: Final = [entry.split() for entry in _PEOPLES.split("|")]

#: Peoples not yet determined (穿青人 and others) have no code of their own: 97, the text kept beside it.
ETHNICITY: Final = CodeList(
    "GB/T 3304-1991",
    {
        **{f"{n:02d}": Label(f"{zh}族", en) for n, (zh, en) in enumerate(_PEOPLE_PAIRS, start=1)},
        "97": Label("其他", "other"),
        "98": Label("外国血统中国籍人士", "Chinese national of foreign descent"),
    },
    {
        **{zh: f"{n:02d}" for n, (zh, _) in enumerate(_PEOPLE_PAIRS, start=1)},
        **_words("""
        02 蒙族
        05 维族
        09 布衣族
        37 仡老族
        97 穿青人 穿青 穿青族 亻革家人 革家人 蔡家人 龙家人 未识别民族 其他民族 其它
        98 外国血统 入籍
    """),
    },
)

EDUCATION: Final = CodeList(
    "GB/T 4658-2006",
    _labels("""
        10 研究生教育 postgraduate
        11 博士研究生毕业 doctorate
        14 硕士研究生毕业 master's degree
        20 大学本科教育 bachelor's level
        21 大学本科毕业 bachelor's degree
        30 大学专科教育 junior college
        31 大学专科毕业 junior college, completed
        40 中等职业教育 secondary vocational
        41 中等专科毕业 secondary specialised school, completed
        44 职业高中毕业 vocational upper secondary, completed
        47 技工学校毕业 technical school, completed
        60 普通高级中学教育 upper secondary
        61 普通高中毕业 upper secondary, completed
        62 普通高中结业 upper secondary, without certificate
        63 普通高中肄业 upper secondary, not completed
        70 初级中学教育 lower secondary
        71 初中毕业 lower secondary, completed
        73 初中肄业 lower secondary, not completed
        80 小学教育 primary
        81 小学毕业 primary, completed
        83 小学肄业 primary, not completed
        90 其他 other
    """),
    _words("""
        10 研究生
        11 博士 博士研究生
        14 硕士 硕士研究生
        20 本科 大学本科 大学
        30 专科 大专 大学专科 专科教育
        40 中专 中职 职高 职业高中 技校 中等专科
        60 高中 普通高中 高级中学
        70 初中 普通初中 初级中学
        80 小学
        90 文盲 半文盲 文盲或半文盲 文盲半文盲 不识字 未上过学 未上学 学龄前 学龄前儿童 幼儿园 学前教育
        90 其它
    """),
)

RELATION: Final = CodeList(
    "GB/T 4761-2008",
    _labels("""
        01 本人 self
        02 户主 head of household
        10 配偶 spouse
        11 夫 husband
        12 妻 wife
        20 子 son
        21 独生子 only son
        22 长子 eldest son
        23 次子 second son
        24 三子 third son
        25 四子 fourth son
        26 五子 fifth son
        27 养子或继子 adopted son or stepson
        28 女婿 son-in-law
        29 其他儿子 other son
        30 女 daughter
        31 独生女 only daughter
        32 长女 eldest daughter
        33 次女 second daughter
        34 三女 third daughter
        35 四女 fourth daughter
        36 五女 fifth daughter
        37 养女或继女 adopted daughter or stepdaughter
        38 儿媳 daughter-in-law
        39 其他女儿 other daughter
        40 孙子、孙女或外孙子、外孙女 grandchild
        41 孙子 son's son
        42 孙女 son's daughter
        43 外孙子 daughter's son
        44 外孙女 daughter's daughter
        45 孙媳妇或外孙媳妇 grandson's wife
        46 孙女婿或外孙女婿 granddaughter's husband
        47 曾孙子或曾外孙子 great-grandson
        48 曾孙女或曾外孙女 great-granddaughter
        49 其他孙子、孙女或外孙子、外孙女 other grandchild
        50 父母 parent
        51 父亲 father
        52 母亲 mother
        53 公公 husband's father
        54 婆婆 husband's mother
        55 岳父 wife's father
        56 岳母 wife's mother
        57 继父或养父 stepfather or adoptive father
        58 继母或养母 stepmother or adoptive mother
        59 其他父母关系 other parent
        60 祖父母或外祖父母 grandparent
        61 祖父 father's father
        62 祖母 father's mother
        63 外祖父 mother's father
        64 外祖母 mother's mother
        65 配偶的祖父母或外祖父母 spouse's grandparent
        66 曾祖父 great-grandfather
        67 曾祖母 great-grandmother
        68 配偶的曾祖父母或外曾祖父母 spouse's great-grandparent
        69 其他祖父母或外祖父母关系 other grandparent
        70 兄弟姐妹 sibling
        71 兄 elder brother
        72 嫂 elder brother's wife
        73 弟 younger brother
        74 弟媳 younger brother's wife
        75 姐姐 elder sister
        76 姐夫 elder sister's husband
        77 妹妹 younger sister
        78 妹夫 younger sister's husband
        79 其他兄弟姐妹 other sibling
        80 其他 other
        81 伯父 father's elder brother
        82 伯母 wife of father's elder brother
        83 叔父 father's younger brother
        84 婶母 wife of father's younger brother
        85 舅父 mother's brother
        86 舅母 wife of mother's brother
        87 姨父 husband of mother's sister
        88 姨母 mother's sister
        89 姑父 husband of father's sister
        90 姑母 father's sister
        91 堂兄弟、堂姐妹 cousin through a father's brother
        92 表兄弟、表姐妹 other cousin
        93 侄子 brother's son
        94 侄女 brother's daughter
        95 外甥 sister's son
        96 外甥女 sister's daughter
        97 其他亲属 other relative
        98 保姆 live-in help
        99 非亲属 not related
    """),
    _words("""
        02 户主本人 本户户主
        10 爱人
        11 丈夫 之夫
        12 妻子 之妻 老婆 媳妇
        20 儿子 之子 儿
        22 大儿子
        23 二儿子 二子
        24 三儿子
        25 四儿子
        26 五儿子
        27 养子 继子
        28 上门女婿
        29 小儿子
        30 女儿 之女
        32 大女儿
        33 二女儿 二女
        34 三女儿
        35 四女儿
        36 五女儿
        37 养女 继女
        38 儿媳妇 儿媳妇儿 长媳 次媳
        39 小女儿
        41 孙 孙儿 长孙 次孙
        42 长孙女 孙女儿
        43 外孙
        45 孙媳 孙媳妇 外孙媳妇
        46 孙女婿 外孙女婿
        47 曾孙 曾孙子 重孙 重孙子 曾外孙
        48 曾孙女 重孙女 曾外孙女
        51 父 爸爸
        52 母 妈妈
        53 家公
        54 家婆
        55 岳丈 丈人
        56 丈母 丈母娘
        57 继父 养父
        58 继母 养母
        61 爷爷
        62 奶奶
        63 外公 姥爷
        64 外婆 姥姥
        71 哥哥 哥 大哥 兄长
        72 嫂子
        73 弟弟
        74 弟妹 弟媳妇
        75 姐
        77 妹
        80 其他关系 其它
        81 伯 伯伯
        83 叔 叔叔
        84 婶 婶婶
        85 舅舅
        86 舅妈
        87 姨夫
        88 姨妈
        89 姑夫
        90 姑妈 姑姑
        91 堂兄 堂弟 堂姐 堂妹 堂兄弟
        92 表兄 表弟 表姐 表妹
        93 侄 侄儿 外侄
        95 外甥子
        97 亲属
        99 无亲属关系 寄居
    """),
)

#: Codes of the head, of a head's spouse, and of children by birth, adoption or marriage of a parent.
HEAD: Final = "02"
#: Registers listed from the holder's side call the head 本人.
HEADS: Final = frozenset({"01", "02"})
SPOUSE_CODES: Final = frozenset({"10", "11", "12"})
SON_CODES: Final = frozenset({"20", "21", "22", "23", "24", "25", "26", "27", "29"})
DAUGHTER_CODES: Final = frozenset({"30", "31", "32", "33", "34", "35", "36", "37", "39"})

_OF_MEN: Final = """
    11 20 21 22 23 24 25 26 27 28 29 41 43 46 47 51 53 55 57 61 63 66 71 73 76 78 81 83 85 87 89 93 95
"""
_OF_WOMEN: Final = """
    12 30 31 32 33 34 35 36 37 38 39 42 44 45 48 52 54 56 58 62 64 67 72 74 75 77 82 84 86 88 90 94 96
"""
#: Sex a relation implies (GB/T 2261.1); relations that say nothing about it are absent.
RELATION_SEX: Final[dict[str, int]] = {
    **dict.fromkeys(_OF_MEN.split(), 1),
    **dict.fromkeys(_OF_WOMEN.split(), 2),
}
