"""Columns of lists, and what their headers are called.

Beside the words of a column itself, a merged group may stand above it (母亲 · 姓名), and a system may print
its own code in Latin letters before the words (XM姓名): such letters are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tongchou.domain.register.columns import plain
from tongchou.domain.register.header import Path, Vocabulary

_CODE: Final = re.compile(r"^[a-z0-9_]+(?=[\u3400-\u9fff])")


@dataclass(frozen=True)
class ListColumn:
    """A canonical column.

    ``words`` are the headers that name it wherever they stand; under one of ``groups`` one of ``leaves``
    does. ``ignored`` columns are known and not read.
    """

    name: str
    zh: str
    en: str
    words: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    ignored: bool = False


def column(
    name: str, zh: str, en: str, words: str = "", *, groups: str = "", leaves: str = "", ignored: bool = False
) -> ListColumn:
    """A column from its words, parted by spaces."""
    return ListColumn(
        name, zh, en, tuple(words.split()), tuple(groups.split()), tuple(leaves.split()), ignored
    )


@dataclass(frozen=True)
class Columns:
    """The columns of one kind of list; ``required`` as in ``header.Vocabulary``."""

    columns: tuple[ListColumn, ...]
    required: tuple[tuple[str, ...], ...]

    @cached_property
    def by_name(self) -> dict[str, ListColumn]:
        return {column.name: column for column in self.columns}

    @cached_property
    def _alone(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for one in self.columns:
            joined = (f"{group}{leaf}" for group in one.groups for leaf in one.leaves)
            for word in (one.zh, *one.words, *joined):
                if found.setdefault(plain(word), one.name) != one.name:
                    raise ValueError(f"{word} names two columns")
        return found

    @cached_property
    def _grouped(self) -> dict[tuple[str, str], str]:
        return {
            (plain(group), plain(leaf)): one.name
            for one in self.columns
            for group in one.groups
            for leaf in one.leaves
        }

    @cached_property
    def _all_groups(self) -> frozenset[str]:
        return frozenset(group for group, _leaf in self._grouped)

    def match(self, path: Path) -> str | None:
        """The canonical column that a header means; ``None`` when it is not known."""
        words = tuple(bare for part in path if (bare := _without_code(plain(part))))
        if not words:
            return None
        leaf = words[-1]
        for group in reversed(words[:-1]):
            if (found := self._grouped.get((group, leaf))) is not None:
                return found
            if group in self._all_groups:  # something else of that person or matter
                return None
        return self._alone.get(leaf) or (self._alone.get("".join(words)) if len(words) > 1 else None)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        ignored = frozenset(one.name for one in self.columns if one.ignored)
        return Vocabulary(self.match, ignored, self.required)


def _without_code(word: str) -> str:
    """The header without a system's code in Latin letters before it.

    Examples
    --------
    >>> _without_code("gmsfhm公民身份号码"), _without_code("id"), _without_code("姓名")
    ('公民身份号码', 'id', '姓名')
    """
    return _CODE.sub("", word)
