"""How a bank wants its file and how it answers: typed data, read from YAML and checked.

Banks differ in columns, order, separators, encoding and in how they keep the digits of an account; none of it
is in the program.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tongchou.domain import file_templates
from tongchou.domain.file_templates import FORMS, TEXTS_AS, WIDTH, Form, Reader, TemplateError, TextAs
from tongchou.domain.policy.words import Text

__all__ = ["Column", "Template", "TemplateError", "read_template"]

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, its heading, other words a bank may use for it, its width in a workbook."""

    field: str
    title: str
    words: tuple[str, ...] = ()
    width: int = WIDTH


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
    account_as: TextAs = "plain"
    file_name: str = "{batch}"

    @property
    def suffix(self) -> str:
        return file_templates.suffix(self.form, self.separator)

    def named(self, batch: str) -> str:
        """The name of the file of a batch, ASCII alone."""
        return self.file_name.format(batch=batch) + self.suffix


_KEYS: Final = {
    "code", "title", "form", "encoding", "separator", "line_end", "heading", "answer_heading", "summary",
    "account_as", "file_name", "columns", "answer", "done", "failed",
}  # fmt: skip
_LINE_ENDS: Final = {"crlf": "\r\n", "lf": "\n"}


def read_template(text: str, source: str) -> Template:
    """The template of a YAML text.

    Raises
    ------
    TemplateError
        With the source's name: an unknown key, field, encoding or mark; a missing column without which a
        payment or its answer cannot be told.
    """
    return _Reader(source).template(file_templates.mapping_of(text, source))


class _Reader(Reader):
    def template(self, said: Mapping[str, Any]) -> Template:
        self.known(said, _KEYS)
        form = self.one_of(said, "form", FORMS, "text")
        columns = self._columns(said, "columns", WRITTEN)
        answer = self._columns(said, "answer", ANSWERED)
        self._needed({one.field for one in columns}, {one.field for one in answer})
        summary = self.texts(said, "summary")
        if not set(summary) <= set(SUMMED) or (summary and form == "workbook"):
            raise self.wrong(f"summary: a first line of a text may tell {', '.join(SUMMED)}")
        done, failed = self._words(said, "done"), self._words(said, "failed")
        if done & failed:
            raise self.wrong("the same word cannot mean done and failed")
        return Template(
            code=self._text(said, "code"),
            title=self.title(said),
            form=form,
            columns=columns,
            answer=answer,
            done=done,
            failed=failed,
            encoding=self._encoding(said),
            separator=self.separator(said),
            line_end=_LINE_ENDS[self.one_of(said, "line_end", _LINE_ENDS, "crlf")],
            heading=self.flag(said, "heading", True),
            answer_heading=self.flag(said, "answer_heading", True),
            summary=summary,
            account_as=self.one_of(said, "account_as", TEXTS_AS, "plain"),
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
        found = []
        for one in self.columns(said.get(name), name):
            self.known(one, ("field", "title", "words", "width"), f"{name}: ")
            found.append(
                Column(
                    field=self.field(one, name, fields),
                    title=str(one.get("title") or ""),
                    words=file_templates.words_of(one),
                    width=file_templates.width_of(one),
                )
            )
        self.each_once((one.field for one in found), name)
        return tuple(found)

    def _text(self, said: Mapping[str, Any], name: str) -> str:
        found = said.get(name)
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(f"{name}: a text is expected")
        return found.strip()

    def _words(self, said: Mapping[str, Any], name: str) -> frozenset[str]:
        found = frozenset(self.texts(said, name))
        if not found:
            raise self.wrong(f"{name}: words of the status column are expected")
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
        self.plain_name(filled)
        return found
