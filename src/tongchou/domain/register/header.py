"""Finds the header of a register and says which column is which.

A register opens with title and note rows; its header has one to three rows with merged groups. Every start
among the first rows and every height is tried, and the one that names most known columns wins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tongchou.domain.register import legacy
from tongchou.domain.register.columns import BY_NAME, REQUIRED, match, plain
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet, column_letters

#: Rows at the top of a sheet among which a header may begin.
SEARCHED_ROWS: Final = 20
MOST_HEADER_ROWS: Final = 3
#: With fewer known columns a row is not taken for a header.
LEAST_KNOWN: Final = 3

_LONG_NUMBER: Final = re.compile(r"\d{4,}")

#: Longest header that may be explained and remembered.
MOST_WORD: Final = 40

Path = tuple[str, ...]
#: What users have said that headers mean: word (see ``word_of``) → canonical column, or "" to leave it out.
Words = Mapping[str, str]
_NO_WORDS: Final[Words] = {}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What headers mean on one kind of sheet.

    ``match`` gives the canonical name a header's path means, ``ignored`` are names that are known and not
    read, ``required`` groups of names of which one each must be there.
    """

    match: Callable[[Path], str | None]
    ignored: frozenset[str]
    required: tuple[tuple[str, ...], ...]


REGISTER: Final = Vocabulary(
    match, frozenset(name for name, column in BY_NAME.items() if column.ignored), REQUIRED
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and what its columns mean.

    ``columns`` maps canonical names to sheet columns counted from 0. ``legacy`` maps sheet columns to the
    closed matter they were about. ``unknown`` lists the headers, shortened, of columns that
    nobody asked for; their cells are not read. ``open_words`` are those among them that may be explained,
    ``learned`` the explained words that were used.
    """

    top: int
    height: int
    columns: dict[str, int]
    legacy: dict[int, str]
    unknown: tuple[str, ...]
    open_words: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()

    @property
    def first_person_row(self) -> int:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Survey:
    """A header as it stands, complete or not: each column's header from its group down, and its meaning."""

    top: int
    height: int
    paths: dict[int, Path]
    names: dict[int, str]
    ignored: frozenset[str]

    @property
    def first_person_row(self) -> int:
        return self.top + self.height

    @property
    def closed(self) -> dict[int, str]:
        """Columns about what present law has closed, and the matter."""
        found = {column: legacy.matter_in("\n".join(path)) for column, path in self.paths.items()}
        return {column: matter for column, matter in found.items() if matter}

    @property
    def rank(self) -> tuple[int, int, int]:
        known = {name for name in self.names.values() if name not in self.ignored}
        return (len(known), -self.height, -self.top)


def survey(sheet: Sheet, words: Words = _NO_WORDS, *, vocabulary: Vocabulary = REGISTER) -> Survey | None:
    """The best header among the first rows; None when none names enough columns."""
    best = max(_candidates(sheet, words, vocabulary), key=lambda candidate: candidate.rank, default=None)
    return None if best is None or best.rank[0] < LEAST_KNOWN else best


def find_header(sheet: Sheet, words: Words = _NO_WORDS, *, vocabulary: Vocabulary = REGISTER) -> Header:
    """The header of the register, or of another list whose ``vocabulary`` is given, on a sheet.

    Parameters
    ----------
    words
        What users have said that headers mean. A header that is understood without them, or that speaks of a
        closed matter, is not looked up there.

    Raises
    ------
    RegisterError
        ``empty_sheet``, ``no_header``, ``missing_columns`` (naming all of them, and the headers that could be
        explained) or ``column_twice``.
    """
    if not any(value not in ("", None) for row in sheet.cells for value in row):
        raise RegisterError("empty_sheet")
    best = survey(sheet, words, vocabulary=vocabulary)
    if best is None:
        raise RegisterError("no_header")
    closed = best.closed
    places: defaultdict[str, list[int]] = defaultdict(list)
    unknown, open_words, learned = [], [], []
    for column, path in best.paths.items():
        name = best.names.get(column)
        if column in closed:
            continue
        word = word_of(path)
        if word in words and vocabulary.match(path) is None:
            learned.append(word)
        elif name is None:
            unknown.append(_shown(path))
            open_words.append(word)
        if name is not None:
            places[name].append(column)
    _refuse_twice(places, vocabulary)
    explainable = tuple(dict.fromkeys(word for word in open_words if word))
    _refuse_missing(places, explainable, vocabulary)
    columns = {name: found[0] for name, found in places.items()}
    return Header(best.top, best.height, columns, closed, tuple(unknown), explainable, tuple(learned))


def word_of(path: Path) -> str:
    """The header as a word that may be remembered; empty when it is too long, or holds a long number.

    Examples
    --------
    >>> word_of(("家庭情况", "门 牌（必填）")), word_of(("520599196503071125",))
    ('家庭情况·门牌', '')
    """
    word = "·".join(part for part in (plain(part) for part in path) if part)
    return "" if len(word) > MOST_WORD or _LONG_NUMBER.search(word) else word


def looks_like_register(sheet: Sheet) -> bool:
    """True when some row near the top names enough columns to be a header, complete or not."""
    return known_columns(sheet) >= LEAST_KNOWN


def known_columns(sheet: Sheet, vocabulary: Vocabulary = REGISTER) -> int:
    """How many columns the best header among the first rows names."""
    found = _candidates(sheet, _NO_WORDS, vocabulary)
    return max((candidate.rank[0] for candidate in found), default=0)


def _candidates(sheet: Sheet, words: Words, vocabulary: Vocabulary) -> list[Survey]:
    last = min(len(sheet.cells), SEARCHED_ROWS + MOST_HEADER_ROWS) - 1
    shown = dict(sheet.covered(0, last))
    width = sheet.width
    spans = {
        (top, column): (bottom - top, right)
        for (top, left), (bottom, right) in sheet.merges
        if top <= last
        for column in range(left, min(right, width - 1) + 1)
    }
    found = []
    for top in range(min(len(sheet.cells), SEARCHED_ROWS)):
        for height in range(1, MOST_HEADER_ROWS + 1):
            if top + height <= len(sheet.cells):
                paths = _paths(sheet, shown, spans, top, height, width)
                names = {
                    column: name
                    for column, path in paths.items()
                    for name in [vocabulary.match(path) or words.get(word_of(path))]
                    if name
                }
                found.append(Survey(top, height, paths, names, vocabulary.ignored))
    return found


def _paths(
    sheet: Sheet,
    shown: dict[tuple[int, int], object],
    spans: dict[tuple[int, int], tuple[int, int]],
    top: int,
    height: int,
    width: int,
) -> dict[int, Path]:
    """Each column's header from its group down, as written, without repeats and empty cells."""
    paths = {}
    rows = range(top, top + height)
    group_at: dict[
        int, str
    ] = {}  # group cells that were not merged reach over the empty cells to their right
    for column in range(width):
        words: list[str] = []
        for row in rows:
            value = shown.get((row, column), sheet.value(row, column))
            text = "" if value is None else str(value).strip()
            below = row + 1 < top + height and sheet.value(row + 1, column) is not None
            if text:
                wide = spans.get((row, column), (0, column))[1] > column
                group_at[row] = text if below and not wide else ""
            elif below and row in group_at and (row, column) not in shown:
                text = group_at[row]
            else:
                group_at[row] = ""
            if text and (not words or words[-1] != text):
                words.append(text)
        if words:
            paths[column] = tuple(words)
    return paths


def _shown(path: Path) -> str:
    """A header as it may be listed: short, and without long numbers somebody may have typed there."""
    return _LONG_NUMBER.sub("…", plain(path[-1]))[:20] or "—"


def _refuse_twice(places: dict[str, list[int]], vocabulary: Vocabulary) -> None:
    twice = {
        name: found for name, found in places.items() if len(found) > 1 and name not in vocabulary.ignored
    }
    if twice:
        listed = [f"{name}:{'+'.join(map(column_letters, found))}" for name, found in twice.items()]
        raise RegisterError("column_twice", columns=listed)


def _refuse_missing(
    places: dict[str, list[int]], open_words: tuple[str, ...], vocabulary: Vocabulary
) -> None:
    missing = ["|".join(group) for group in vocabulary.required if not any(name in places for name in group)]
    if missing:
        error = RegisterError("missing_columns", columns=missing)
        error.open_words = open_words
        raise error
