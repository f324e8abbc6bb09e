"""How a system wants its list and how it answers: typed data, read from YAML and checked.

Systems differ in headings, order, dates, codes, encoding and in what names a row; none of it is in the
program. Headings of the packaged templates are examples to be adjusted to what a place is sent.

Laws, checked when a template is read: nothing can be asked for that is not among ``FIELDS`` (so never the
number or order of children, marriage or contraception); a template that may carry private programmes holds
what a payment needs and nothing else.
"""

from __future__ import annotations

import codecs
import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tongchou.domain import file_templates
from tongchou.domain.file_templates import FORMS, TEXTS_AS, WIDTH, Form, Reader, TemplateError, TextAs
from tongchou.domain.lists.columns import Columns, ListColumn
from tongchou.domain.policy.words import Text

__all__ = ["Answer", "AnswerColumn", "Column", "Template", "TemplateError", "read_template"]

Dates = Literal["iso", "compact", "slash", "chinese"]
Key = Literal["case_number", "id_number"]
_DATES: Final[tuple[Dates, ...]] = ("iso", "compact", "slash", "chinese")
_NAMES: Final[tuple[Key, ...]] = ("case_number", "id_number")

#: What a column of a list can hold.
FIELDS: Final = (
    "seq", "case_number", "external", "name", "id_number", "sex", "birth", "place", "applicant_name",
    "applicant_id", "applicant_phone", "applicant_relation", "holder", "holder_id", "bank", "account", "yuan",
    "fen", "year", "programme", "purpose", "approved_on", "blank",
)  # fmt: skip
#: What a payment needs: all that a list with private programmes may hold.
PAYMENT: Final = frozenset({
    "seq", "case_number", "name", "id_number", "holder", "holder_id", "bank", "account", "yuan", "fen",
    "year", "programme", "purpose", "blank",
})  # fmt: skip
#: What a column of an answer can hold.
ANSWERED: Final = (
    "case_number", "id_number", "name", "yuan", "fen", "year", "result", "reason", "external", "day",
)  # fmt: skip
#: Fields whose values are days, and those written with a table of codes.
DATED: Final = frozenset({"birth", "approved_on"})
CODED: Final = frozenset({"sex", "applicant_relation", "programme"})
#: Fields a spreadsheet would spoil as numbers: kept as text.
AS_TEXT: Final = frozenset({
    "case_number", "external", "id_number", "applicant_id", "applicant_phone", "holder_id", "account",
})  # fmt: skip
#: Why a system took a row not: the closed list reasons are mapped to.
REASONS: Final = (
    "not_found", "identity", "paid_elsewhere", "conditions", "incomplete", "account", "other",
)  # fmt: skip
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: its field, heading, width, how days are written, which words stand for codes."""

    field: str
    title: str
    width: int = WIDTH
    date: Dates = "iso"
    codes: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of the answer: its heading, and other words the system may use for it."""

    field: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """How a system answers: what names a row, the words that mean taken and not taken, reasons by word."""

    key: Key
    columns: tuple[AnswerColumn, ...]
    done: frozenset[str]
    failed: frozenset[str]
    reasons: tuple[tuple[str, str], ...]  # (words that occur in it, code), in the order they are looked for

    def reason_of(self, words: str) -> str:
        """The code of a reason in the system's words; ``other`` for words that are not known."""
        return next((code for part, code in self.reasons if part in words), OTHER)

    def vocabulary(self) -> Columns:
        """The headings, for finding the header."""
        return Columns(
            tuple(ListColumn(one.field, one.title, one.title, one.words) for one in self.columns),
            ((self.key,), ("result",)),
        )


@dataclass(frozen=True, slots=True)
class Template:
    """One system's list. Without ``answer`` nothing is read back.

    ``kinds`` are the kinds of case it is for, all when empty; ``above`` are lines over the table, in which
    ``{year}`` is filled in; ``private`` lets named officers put private programmes in under neutral names.
    """

    code: str
    title: Text
    form: Form
    columns: tuple[Column, ...]
    answer: Answer | None
    kinds: tuple[str, ...] = ()
    private: bool = False
    encoding: str = "utf-8"
    separator: str = ","
    sheet: str = "Sheet1"
    above: tuple[str, ...] = ()
    text_as: TextAs = "plain"
    file_name: str = "{code}-{year}-{number}"
    sha256: str = ""

    @property
    def suffix(self) -> str:
        return file_templates.suffix(self.form, self.separator)

    def named(self, *, year: int, number: int) -> str:
        """The name of a file, ASCII alone."""
        return self.file_name.format(code=self.code, year=year, number=number) + self.suffix


_KEYS: Final = {
    "code", "title", "form", "encoding", "separator", "sheet", "above", "text_as", "file_name", "kinds",
    "private", "columns", "answer",
}  # fmt: skip
#: Encodings in which every Chinese name can be written; GBK alone cannot (𠮷, 䶮).
_ENCODINGS: Final = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}


def read_template(text: str, source: str) -> Template:
    """The template of a YAML text.

    Raises
    ------
    TemplateError
        With the source's name: an unknown key, field, style or code; a key that is missing in list or
        answer; a private template with more than a payment needs.
    """
    said = file_templates.mapping_of(text, source)
    return _Reader(source).template(said, hashlib.sha256(text.encode()).hexdigest())


class _Reader(Reader):
    def template(self, said: Mapping[str, Any], sha256: str) -> Template:
        self.known(said, _KEYS)
        columns = self._columns(said)
        fields = {one.field for one in columns}
        answer = self._answer(said["answer"]) if "answer" in said else None
        if answer is not None and answer.key not in fields:
            raise self.wrong(f"columns: the answer names rows by {answer.key}, so the list has to")
        if not {"case_number", "id_number"} & fields:
            raise self.wrong("columns: case_number or id_number has to name a row")
        private = self.flag(said, "private", False)
        if private and not fields <= PAYMENT:
            raise self.wrong(f"private: only {', '.join(sorted(PAYMENT))} may stand in it")
        form = self.one_of(said, "form", FORMS, "workbook")
        found = Template(
            code=self._code(said),
            title=self.title(said),
            form=form,
            columns=columns,
            answer=answer,
            kinds=self.texts(said, "kinds"),
            private=private,
            encoding=_ENCODINGS[self.one_of(said, "encoding", _ENCODINGS, "utf-8")],
            separator=self.separator(said),
            sheet=self._sheet(said),
            above=self.texts(said, "above"),
            text_as=self.one_of(said, "text_as", TEXTS_AS, "plain"),
            file_name=str(said.get("file_name", "{code}-{year}-{number}")),
            sha256=sha256,
        )
        self._fills(found)
        return found

    def _fills(self, found: Template) -> None:
        try:
            name = found.named(year=2026, number=1)
            above = [line.format(year=2026) for line in found.above]
        except (KeyError, IndexError, ValueError) as error:
            raise self.wrong("file_name takes {code}, {year} and {number}; above takes {year}") from error
        self.plain_name(name)
        if any("\n" in line or line.startswith(("=", "+", "-", "@")) for line in above):
            raise self.wrong("above: plain lines are expected")
        codecs.lookup(found.encoding)

    def _columns(self, said: Mapping[str, Any]) -> tuple[Column, ...]:
        found = []
        for one in self.columns(said.get("columns"), "columns"):
            self.known(one, ("field", "title", "width", "date", "codes"), "columns: ")
            name = self.field(one, "columns", FIELDS)
            codes = one.get("codes") or {}
            if ("date" in one and name not in DATED) or (codes and name not in CODED):
                raise self.wrong(f"columns: {name} is not written that way")
            if not isinstance(codes, dict) or len(set(map(str, codes.values()))) != len(codes):
                raise self.wrong(f"columns: codes of {name}: another word for each code is expected")
            found.append(
                Column(
                    field=name,
                    title=str(one.get("title") or ""),
                    width=file_templates.width_of(one),
                    date=self.one_of(one, "date", _DATES, "iso"),
                    codes={str(code): str(word) for code, word in codes.items()},
                )
            )
        self.each_once((one.field for one in found), "columns")
        if any(not one.title for one in found):
            raise self.wrong("columns: each has a title")
        return tuple(found)

    def _answer(self, said: Any) -> Answer:
        if not isinstance(said, dict):
            raise self.wrong("answer: a mapping is expected")
        self.known(said, ("key", "columns", "done", "failed", "reasons"), "answer: ")
        key = self.one_of(said, "key", _NAMES, "case_number")
        columns = []
        for one in said.get("columns") or ():
            if not isinstance(one, dict) or one.get("field") not in ANSWERED or not one.get("title"):
                raise self.wrong(f"answer: {one!r} is no column; fields are {', '.join(ANSWERED)}")
            self.known(one, ("field", "title", "words"), "answer: ")
            columns.append(AnswerColumn(one["field"], str(one["title"]), file_templates.words_of(one)))
        fields = [one.field for one in columns]
        if len(fields) != len(set(fields)) or not {key, "result"} <= set(fields):
            raise self.wrong(f"answer: {key} and result are columns, each once")
        done, failed = frozenset(self.texts(said, "done")), frozenset(self.texts(said, "failed"))
        if not done or not failed or done & failed:
            raise self.wrong("answer: words for done, others for failed are expected")
        reasons = said.get("reasons") or {}
        if not isinstance(reasons, dict) or not set(reasons.values()) <= set(REASONS):
            raise self.wrong(f"answer: reasons are words to one of {', '.join(REASONS)}")
        found = Answer(
            key, tuple(columns), done, failed, tuple((str(word), code) for word, code in reasons.items())
        )
        try:
            found.vocabulary().match(("x",))
        except ValueError as error:
            raise self.wrong(f"answer: {error}") from error
        return found

    def _code(self, said: Mapping[str, Any]) -> str:
        found = str(said.get("code") or "")
        if not found.isascii() or not found.replace("_", "").isalnum() or len(found) > 40:
            raise self.wrong("code: letters, digits and _ alone")
        return found

    def _sheet(self, said: Mapping[str, Any]) -> str:
        found = str(said.get("sheet") or "Sheet1")
        if len(found) > 31 or set(found) & set("[]:*?/\\'"):
            raise self.wrong("sheet: at most 31 characters, none of []:*?/\\'")
        return found
