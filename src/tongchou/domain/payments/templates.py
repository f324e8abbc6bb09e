"""How a bank wants its file and how it answers: typed data, read from YAML and checked.

Banks differ in columns, order, separators, encoding and in how they keep the digits of an account; none of it
is in the program.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import yaml

from tongchou.domain.policy.words import Text

Form = Literal["text", "workbook"]
#: How text files keep the digits of an account when a spreadsheet opens them: as they are, behind a tab, or
#: as ``="622…"``.
AccountAs = Literal["plain", "tab", "formula"]

#: What a column of the bank file can hold.
WRITTEN: Final = (
    "seq", "name", "id_number", "bank", "account", "yuan", "fen", "programme", "purpose", "batch",
    "reference", "blank",
)  # fmt: skip
#: What a column of the answer can hold.
ANSWERED: Final = (
    "seq", "name", "id_number", "bank", "account", "yuan", "fen", "programme", "purpose", "batch",
    "reference", "status", "reason", "paid_on", "blank",
)  # fmt: skip
#: What the first line of a text file can tell of the batch, beside its name.
SUMMED: Final = ("batch", "rows", "yuan", "fen")


class TemplateError(ValueError):
    """A template is wrong; the message names file and place."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, its heading, other words a bank may use for it, its width in a workbook."""

    field: str
    title: str
    words: tuple[str, ...] = ()
    width: int = 16


@dataclass(frozen=True, slots=True)
class Template:
    """One bank's file and its answer.

    ``summary`` names the fields of a first line with the batch; without ``heading`` columns are told by their
    place. ``done`` and ``failed`` are the words of the status column.
    """

    code: str
    title: Text
    form: Form
    columns: tuple[Column, ...]
    answer: tuple[Column, ...]
    done: frozenset[str]
    failed: frozenset[str]
    encoding: str = "gbk"
    separator: str = ","
    line_end: str = "\r\n"
    heading: bool = True
    answer_heading: bool = True
    summary: tuple[str, ...] = ()
    account_as: AccountAs = "plain"
    file_name: str = "{batch}"

    @property
    def suffix(self) -> str:
        if self.form == "workbook":
            return ".xlsx"
        return ".csv" if self.separator == "," else ".txt"

    def named(self, batch: str) -> str:
        """The name of the file of a batch, ASCII alone."""
        return self.file_name.format(batch=batch) + self.suffix


_KEYS: Final = {
    "code", "title", "form", "encoding", "separator", "line_end", "heading", "answer_heading", "summary",
    "account_as", "file_name", "columns", "answer", "done", "failed",
}  # fmt: skip
_LINE_ENDS: Final = {"crlf": "\r\n", "lf": "\n"}
_SEPARATORS: Final = {"comma": ",", "tab": "\t", "bar": "|", "semicolon": ";"}


def read_template(text: str, source: str) -> Template:
    """The template of a YAML text.

    Raises
    ------
    TemplateError
        With the source's name: an unknown key, field, encoding or mark; a missing column without which a
        payment or its answer cannot be told.
    """
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TemplateError(f"{source}: {error}") from error
    if not isinstance(said, dict):
        raise TemplateError(f"{source}: a mapping is expected")
    return _Reader(source).template(said)


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source

    def wrong(self, message: str) -> TemplateError:
        return TemplateError(f"{self.source}: {message}")

    def template(self, said: Mapping[str, Any]) -> Template:
        if unknown := set(said) - _KEYS:
            raise self.wrong(f"unknown: {', '.join(sorted(map(str, unknown)))}")
        form = self._one_of(said, "form", ("text", "workbook"), "text")
        columns = self._columns(said, "columns", WRITTEN)
        answer = self._columns(said, "answer", ANSWERED)
        self._needed({one.field for one in columns}, {one.field for one in answer})
        summary = tuple(map(str, said.get("summary") or ()))
        if not set(summary) <= set(SUMMED) or (summary and form == "workbook"):
            raise self.wrong(f"summary: a first line of a text may tell {', '.join(SUMMED)}")
        done, failed = self._words(said, "done"), self._words(said, "failed")
        if done & failed:
            raise self.wrong("the same word cannot mean done and failed")
        return Template(
            code=self._text(said, "code"),
            title=self._title(said),
            form=cast(Form, form),
            columns=columns,
            answer=answer,
            done=done,
            failed=failed,
            encoding=self._encoding(said),
            separator=_SEPARATORS[self._one_of(said, "separator", tuple(_SEPARATORS), "comma")],
            line_end=_LINE_ENDS[self._one_of(said, "line_end", tuple(_LINE_ENDS), "crlf")],
            heading=self._flag(said, "heading"),
            answer_heading=self._flag(said, "answer_heading"),
            summary=summary,
            account_as=cast(
                AccountAs, self._one_of(said, "account_as", ("plain", "tab", "formula"), "plain")
            ),
            file_name=self._file_name(said),
        )

    def _needed(self, written: set[str], answered: set[str]) -> None:
        for field in ("name", "account"):
            if field not in written:
                raise self.wrong(f"the file needs a column {field}")
        for wanted, there in (
            ({"seq", "reference"}, written),
            ({"yuan", "fen"}, written),
            ({"seq", "reference"}, answered),
            ({"yuan", "fen"}, answered),
        ):
            if not wanted & there:
                raise self.wrong(f"one of {', '.join(sorted(wanted))} has to be a column, there and back")
        for field in ("status", "account"):
            if field not in answered:
                raise self.wrong(f"the answer needs a column {field}")

    def _columns(self, said: Mapping[str, Any], name: str, fields: tuple[str, ...]) -> tuple[Column, ...]:
        listed = said.get(name)
        if not isinstance(listed, list) or not listed:
            raise self.wrong(f"{name}: a list of columns is expected")
        found = []
        for one in listed:
            if not isinstance(one, dict) or set(one) - {"field", "title", "words", "width"}:
                raise self.wrong(f"{name}: a column has a field, a title, words and a width: {one}")
            if one.get("field") not in fields:
                raise self.wrong(f"{name}: {one.get('field')!r} is none of {', '.join(fields)}")
            words = tuple(str(one.get("words") or "").split())
            found.append(
                Column(one["field"], str(one.get("title") or ""), words, int(one.get("width") or 16))
            )
        told = [one.field for one in found if one.field != "blank"]
        if len(told) != len(set(told)):
            raise self.wrong(f"{name}: a field stands in two columns")
        return tuple(found)

    def _text(self, said: Mapping[str, Any], name: str) -> str:
        found = said.get(name)
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(f"{name}: a text is expected")
        return found.strip()

    def _title(self, said: Mapping[str, Any]) -> Text:
        found = said.get("title")
        if not isinstance(found, dict) or not all(isinstance(found.get(one), str) for one in ("zh", "en")):
            raise self.wrong("title: zh and en are expected")
        return Text(found["zh"], found["en"])

    def _words(self, said: Mapping[str, Any], name: str) -> frozenset[str]:
        found = frozenset(str(one) for one in said.get(name) or ())
        if not found:
            raise self.wrong(f"{name}: words of the status column are expected")
        return found

    def _one_of(self, said: Mapping[str, Any], name: str, known: tuple[str, ...], usual: str) -> str:
        found = said.get(name, usual)
        if found not in known:
            raise self.wrong(f"{name}: {found!r} is none of {', '.join(known)}")
        return str(found)

    def _flag(self, said: Mapping[str, Any], name: str) -> bool:
        found = said.get(name, True)
        if not isinstance(found, bool):
            raise self.wrong(f"{name}: true or false is expected")
        return found

    def _encoding(self, said: Mapping[str, Any]) -> str:
        name = str(said.get("encoding", "gbk"))
        try:
            return codecs.lookup(name).name
        except LookupError as error:
            raise self.wrong(f"encoding: {name!r} is not known") from error

    def _file_name(self, said: Mapping[str, Any]) -> str:
        found = str(said.get("file_name", "{batch}"))
        try:
            filled = found.format(batch="1")
        except (KeyError, IndexError, ValueError) as error:
            raise self.wrong("file_name: {batch} is all that can be filled in") from error
        if not filled.isascii() or set(filled) & set('/\\:*?"<>| '):
            raise self.wrong("file_name: letters, digits, - and _ alone")
        return found
