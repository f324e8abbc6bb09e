"""Which installed fonts set a sheet, and which characters they can draw.

typst leaves a character out without a word when no font has it: a name would lose a part of itself. The
fonts' own tables (``cmap``, ISO/IEC 14496-22) say beforehand what each can draw.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import typst
from django.utils.translation import gettext_lazy as _
from fontTools.ttLib import TTFont

from tongchou.core.errors import AppError

#: The first of each that is installed is used. What is common on Debian, openEuler, Kylin, Windows and macOS.
_TEXT: Final = ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "SimSun", "Songti SC")
_PLAIN: Final = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "SimHei", "PingFang SC")
#: Wide fonts behind them for rare names, all that are installed.
_WIDE: Final = ("BabelStone Han", "Jigmo", "Jigmo2", "Jigmo3", "HanaMinA", "HanaMinB", "SimSun-ExtB")
#: Drawn by nothing: line ends, tabs and the marks that join or vary characters.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"})


class CannotPrint(AppError):  # noqa: N818 - named after what it says
    """A sheet was not printed: ``data["characters"]`` are those no font can draw; none: there is no font."""

    status = 409


@lru_cache(maxsize=1)
def installed() -> typst.Fonts:
    """The fonts of the system, looked for once in a process."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)


def families(*, plain: bool = False) -> tuple[str, ...]:
    """The families a sheet is set in, in the order they are asked.

    Raises
    ------
    CannotPrint
        ``printing.no_font`` when no Chinese font is installed.
    """
    there = set(installed().families())
    wanted = (*_PLAIN, *_TEXT) if plain else (*_TEXT, *_PLAIN)
    first = next((name for name in wanted if name in there), None)
    wide = tuple(name for name in _WIDE if name in there)
    if first is None and not wide:
        message = _("No Chinese font is installed on the server. Ask the system administrator for one.")
        raise CannotPrint("printing.no_font", message, characters="")
    return (first, *wide) if first else wide


def undrawable(texts: Iterable[str], *, plain: bool = False) -> str:
    """The characters in some texts that none of the families can draw, each once, in order of code point.

    Those for private use are among them: what a font draws for one need not be what was meant.

    Examples
    --------
    >>> undrawable(["王小明", "Ada"])
    ''
    """
    drawn = _drawn(families(plain=plain))
    found = {character for text in texts for character in text}
    return "".join(sorted(one for one in found if _is_lacking(one, drawn)))


def _is_lacking(character: str, drawn: frozenset[int]) -> bool:
    category = unicodedata.category(character)
    return category == "Co" or (ord(character) not in drawn and category not in _UNSEEN)


def require_drawable(texts: Iterable[str], *, plain: bool = False) -> None:
    """Refuse to print what cannot be drawn whole.

    Raises
    ------
    CannotPrint
        ``printing.character`` or, where one is for private use, ``printing.private``, with their code points.
    """
    lacking = undrawable(texts, plain=plain)
    if lacking:
        private = "".join(one for one in lacking if unicodedata.category(one) == "Co")
        named = "、".join(f"{one} (U+{ord(one):04X})" for one in private or lacking)
        if private:
            message = _(
                "%(characters)s is a makeshift character of one computer, not of the standard, so nothing "
                "was printed. Correct the name in the register to the standard character first."
            ) % {"characters": named}
            raise CannotPrint("printing.private", message, characters=private)
        message = _(
            "No font on the server can draw %(characters)s, so nothing was printed. "
            "Ask the system administrator to install a wider font such as BabelStone Han."
        ) % {"characters": named}
        raise CannotPrint("printing.character", message, characters=lacking)


@lru_cache(maxsize=8)
def _drawn(names: tuple[str, ...]) -> frozenset[int]:
    """Code points that the upright faces of all these families draw between them."""
    faces: dict[str, list[frozenset[int]]] = {}
    for face in installed().fonts():
        if face.family in names and face.style == "normal" and face.path:
            table = TTFont(face.path, fontNumber=face.index, lazy=True).getBestCmap() or {}
            faces.setdefault(face.family, []).append(frozenset(table))
    # A bold face may hold less than the regular one: counted is what each face of a family has.
    return frozenset().union(*(frozenset.intersection(*tables) for tables in faces.values()))
