"""Bilingual text and citations: every condition and every parameter says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English.

    Examples
    --------
    >>> Text("年满60周岁", "Has turned 60").of("zh-hans")
    '年满60周岁'
    """

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The words for a language tag; every tag that does not start with ``zh`` is English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: the act, its official number, the article.

    Examples
    --------
    >>> law = Citation(Text("人口与计划生育法", "Population Law"), article=Text("第三十一条", "Art. 31"))
    >>> law.of("zh")
    '《人口与计划生育法》第三十一条'
    >>> law.of("en")
    'Population Law, Art. 31'
    """

    law: Text
    number: str = ""
    article: Text | None = None

    def of(self, language: str) -> str:
        """One line: 《act》（number）article."""
        if language.startswith("zh"):
            number = f"（{self.number}）" if self.number else ""
            return f"《{self.law.zh}》{number}{self.article.zh if self.article else ''}"
        parts = [self.law.en, self.number, self.article.en if self.article else ""]
        return ", ".join(part for part in parts if part)


def number(value: int, language: str, unit: str = "") -> str:
    """A number as people write it; fen become yuan, years stay without separators.

    Examples
    --------
    >>> number(360000, "zh", "fen"), number(12345, "en", "fen"), number(2026, "en", "year")
    ('3,600元', '123.45 yuan', '2026')
    >>> number(-1, "en", "fen"), number(-12300, "zh", "fen")
    ('-0.01 yuan', '-123元')
    """
    if unit == "fen":
        whole, rest = divmod(abs(value), 100)
        sign = "-" if value < 0 else ""
        amount = f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"
        return f"{amount}元" if language.startswith("zh") else f"{amount} yuan"
    return str(value)


#: How the closed text values of the facts are called.
VALUES: dict[str, Text] = {
    "agricultural": Text("农业户口", "agricultural"),
    "non_agricultural": Text("非农业户口", "non-agricultural"),
    "unified": Text("统一登记的居民户口", "unified resident registration"),
    "none": Text("未就学", "not at school"),
    "kindergarten": Text("幼儿园", "kindergarten"),
    "primary": Text("小学", "primary school"),
    "junior": Text("初中", "junior middle school"),
    "senior": Text("高中（含中职）", "senior middle or vocational school"),
}
UNKNOWN = Text("未知", "unknown")


def value_words(value: object, language: str, unit: str = "") -> str:
    """Any value of a fact or parameter in words; ``None`` is *unknown*.

    Examples
    --------
    >>> value_words(True, "zh"), value_words(None, "en"), value_words("unified", "zh")
    ('是', 'unknown', '统一登记的居民户口')
    """
    if value is None:
        return UNKNOWN.of(language)
    if isinstance(value, bool):
        return Text("是", "yes").of(language) if value else Text("否", "no").of(language)
    if isinstance(value, int):
        return number(value, language, unit)
    text = str(value)
    return VALUES[text].of(language) if text in VALUES else text
