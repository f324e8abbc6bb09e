"""Closed lists of what an inspection looks at, and the days of supervision, as declared in ``reference``.

A question is about premises, licences, equipment, staff, procedures, what is posted or how papers are kept:
the thing inspected is an office or an institution. A list that asks about a patient, a pregnancy, a birth or
a family is refused when it is loaded.

Source: spec, rights by construction, 5 and D7; 医疗机构管理条例; 禁止非医学需要的胎儿性别鉴定和选择性别
人工终止妊娠的规定 (2016), which binds institutions (two people present, licences, equipment) and no woman.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

from tongchou.domain.register.legacy import matter_in

#: What a question may be about.
About = Literal["premises", "licence", "equipment", "staff", "procedure", "posting", "papers"]
#: Whom a list is for.
Of = Literal["unit", "institution"]
_ABOUT: Final = frozenset(get_args(About))
_CLOSED: Final = re.compile(
    r"患者|病人|孕妇|产妇|孕情|怀孕|妊娠|胎次|出生人数|生育|性别比|家庭成员|姓名|病历内容"
    r"|patient|pregnan|birth|mother|woman|women|child|family|families|sex ratio",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"[a-z][a-z_]{2,39}")


class ListProblem(ValueError):  # noqa: N818 - says what is wrong with a file
    """A file of checklists or days that cannot be right."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to look at: yes is as it should be."""

    code: str
    about: About
    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list by its code; ``of`` says whether it is taken to offices or to institutions."""

    code: str
    of: Of
    zh: str
    en: str
    questions: tuple[Question, ...]
    source_zh: str
    source_en: str

    def title(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh

    def source(self, language: str) -> str:
        return self.source_en if language.startswith("en") else self.source_zh


@dataclass(frozen=True, slots=True)
class Days:
    """Working days, but for ``draw``, which are days after the end of the month.

    Attributes
    ----------
    reply, reply_at_most
        Usual and longest days for a unit's reply to a notice.
    hear
        In which a unit answers what may go to the veto.
    draw
        In which draws of a month are made; afterwards its secret is disclosed.
    """

    reply: int
    reply_at_most: int
    hear: int
    draw: int


def read_checklists(told: Sequence[Mapping[str, Any]]) -> dict[str, Checklist]:
    """The lists of a file that was read, by code.

    Raises
    ------
    ListProblem
        For a code given twice, a text or source that is missing, a subject outside the closed ones, or words
        about patients, pregnancies, births or families.
    """
    found: dict[str, Checklist] = {}
    for one in told:
        code = str(one.get("code", ""))
        if not _CODE.fullmatch(code) or code in found:
            raise ListProblem(f"list {code!r}: a code of its own, in small letters")
        if one.get("of") not in get_args(Of):
            raise ListProblem(f"{code}: of an office (unit) or an institution")
        zh, en = _texts(one.get("title"), code)
        source_zh, source_en = _texts(one.get("source"), f"{code}, source", free=True)
        found[code] = Checklist(
            code, one["of"], zh, en, _questions(one.get("questions"), code), source_zh, source_en
        )
    if not found:
        raise ListProblem("no list")
    return found


def _questions(told: Any, code: str) -> tuple[Question, ...]:
    questions: list[Question] = []
    for line in told if isinstance(told, list) else []:
        name, about = str(line.get("code", "")), line.get("about")
        if not _CODE.fullmatch(name) or name in {each.code for each in questions}:
            raise ListProblem(f"{code}: question {name!r} has no code of its own")
        if about not in _ABOUT:
            raise ListProblem(f"{code}, {name}: {about!r} is nothing an inspection looks at")
        questions.append(Question(name, about, *_texts(line, f"{code}, {name}")))
    if not questions:
        raise ListProblem(f"{code}: no question")
    return tuple(questions)


def _texts(told: Any, where: str, *, free: bool = False) -> tuple[str, str]:
    pair = told if isinstance(told, Mapping) else {}
    zh, en = str(pair.get("zh") or "").strip(), str(pair.get("en") or "").strip()
    if not zh or not en or max(len(zh), len(en)) > 200:
        raise ListProblem(f"{where}: give it in Chinese and in English, in at most 200 characters each")
    if not free and (_CLOSED.search(zh) or _CLOSED.search(en) or matter_in(zh)):
        raise ListProblem(f"{where}: an inspection looks at institutions, never at people: {zh}")
    return zh, en


def read_days(told: Mapping[str, Any]) -> Days:
    """The days of a file that was read.

    Raises
    ------
    ListProblem
        When one is missing, no whole number of at least 1, without source, or when they do not fit together.
    """
    found: dict[str, int] = {}
    for one in fields(Days):
        line = told.get(one.name)
        line = line if isinstance(line, Mapping) else {}
        days = line.get("days")
        if not isinstance(days, int) or isinstance(days, bool) or days < 1 or not line.get("source"):
            raise ListProblem(f"{one.name}: give days (a whole number of at least 1) and a source")
        found[one.name] = days
    if unknown := set(told) - set(found):
        raise ListProblem(f"no such days: {', '.join(sorted(unknown))}")
    if found["reply"] > found["reply_at_most"]:
        raise ListProblem("reply ≤ reply_at_most")
    return Days(**found)
