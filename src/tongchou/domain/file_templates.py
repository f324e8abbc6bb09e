"""Reading templates of files from YAML: what those of banks and of other systems have in common.

A template names the form, encoding, separators and columns of a file that leaves the program or comes back
to it. ``domain.payments.templates`` and ``domain.exchange.templates`` say what theirs hold; how a value is
taken from the text, and how a wrong one is named, stands here once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeVar

import yaml

from tongchou.domain.policy.words import Text

T = TypeVar("T", bound=str)

Form = Literal["text", "workbook"]
#: How text files keep the digits of an account when a spreadsheet opens them: as they are, behind a tab, or
#: as ``="622…"``.
TextAs = Literal["plain", "tab", "formula"]

FORMS: Final[tuple[Form, ...]] = ("text", "workbook")
TEXTS_AS: Final[tuple[TextAs, ...]] = ("plain", "tab", "formula")
SEPARATORS: Final = {"comma": ",", "tab": "\t", "bar": "|", "semicolon": ";"}
#: The field of a column that is left empty; the only one that may stand more than once.
BLANK: Final = "blank"
#: Width of a column of a workbook, in characters, where the template says none.
WIDTH: Final = 16


class TemplateError(ValueError):
    """A template is wrong; the message names file and place."""


def mapping_of(text: str, source: str) -> dict[str, Any]:
    """The mapping a YAML text holds.

    Raises
    ------
    TemplateError
        With the source's name, when it is no YAML or no mapping.
    """
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TemplateError(f"{source}: {error}") from error
    if not isinstance(said, dict):
        raise TemplateError(f"{source}: a mapping is expected")
    return said


def suffix(form: Form, separator: str) -> str:
    """The ending of a file's name.

    Examples
    --------
    >>> suffix("workbook", ","), suffix("text", ","), suffix("text", "|")
    ('.xlsx', '.csv', '.txt')
    """
    if form == "workbook":
        return ".xlsx"
    return ".csv" if separator == "," else ".txt"


class Reader:
    """Takes values out of what a template says; each of its methods raises ``TemplateError``."""

    def __init__(self, source: str) -> None:
        self.source = source

    def wrong(self, message: str) -> TemplateError:
        """What is wrong, with the source's name before it."""
        return TemplateError(f"{self.source}: {message}")

    def known(self, said: Mapping[str, Any], keys: Iterable[str], place: str = "") -> None:
        """Refuse keys nobody knows."""
        if unknown := set(map(str, said)) - set(keys):
            raise self.wrong(f"{place}unknown: {', '.join(sorted(unknown))}")

    def one_of(self, said: Mapping[str, Any], name: str, known: Iterable[T], usual: T) -> T:
        """One of the known words; the usual one where nothing is said."""
        words = tuple(known)
        found = said.get(name, usual)
        for one in words:
            if found == one:
                return one
        raise self.wrong(f"{name}: {found!r} is none of {', '.join(words)}")

    def flag(self, said: Mapping[str, Any], name: str, usual: bool) -> bool:
        """True or false; the usual one where nothing is said."""
        found = said.get(name, usual)
        if not isinstance(found, bool):
            raise self.wrong(f"{name}: true or false is expected")
        return found

    def texts(self, said: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """A list of texts; none where nothing is said."""
        found = said.get(name) or ()
        if not isinstance(found, (list, tuple)):
            raise self.wrong(f"{name}: a list is expected")
        return tuple(map(str, found))

    def title(self, said: Mapping[str, Any]) -> Text:
        """The title in both languages."""
        found = said.get("title")
        if not isinstance(found, dict) or not all(isinstance(found.get(one), str) for one in ("zh", "en")):
            raise self.wrong("title: zh and en are expected")
        return Text(found["zh"], found["en"])

    def separator(self, said: Mapping[str, Any]) -> str:
        """What stands between two cells of a text."""
        return SEPARATORS[self.one_of(said, "separator", SEPARATORS, "comma")]

    def columns(self, listed: Any, name: str) -> list[dict[str, Any]]:
        """A list of columns, each a mapping, not yet looked into."""
        if not isinstance(listed, list) or not listed:
            raise self.wrong(f"{name}: a list of columns is expected")
        for one in listed:
            if not isinstance(one, dict):
                raise self.wrong(f"{name}: {one!r} is no column")
        return listed

    def field(self, column: Mapping[str, Any], name: str, fields: Iterable[str]) -> str:
        """What a column holds: one of the fields there are."""
        found, known = column.get("field"), tuple(fields)
        if found not in known:
            raise self.wrong(f"{name}: {found!r} is none of {', '.join(known)}")
        return str(found)

    def each_once(self, fields: Iterable[str], name: str) -> None:
        """Refuse a field that stands in two columns."""
        told = [one for one in fields if one != BLANK]
        if len(told) != len(set(told)):
            raise self.wrong(f"{name}: a field stands in two columns")

    def plain_name(self, filled: str) -> None:
        """Refuse a file's name with anything a system may trip over."""
        if not filled.isascii() or set(filled) & set('/\\:*?"<>| '):
            raise self.wrong("file_name: letters, digits, - and _ alone")


def width_of(column: Mapping[str, Any]) -> int:
    """The width of a column in a workbook, in characters."""
    return int(column.get("width") or WIDTH)


def words_of(column: Mapping[str, Any]) -> tuple[str, ...]:
    """Other words a file may use for a column's heading."""
    return tuple(str(column.get("words") or "").split())
