"""What a line would change, in words: codes as labels, numbers masked, nothing about children or marriage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongchou.apps.registry import api as registry
from tongchou.domain import codes

#: Changes of which only the name is told, or not even that: they speak of marriage and children.
UNTOLD: Final = frozenset({"marital"})
VALUES_HIDDEN: Final = frozenset({"statement"})


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One field before and after, both empty when the values are not shown."""

    label: str
    old: str = ""
    new: str = ""
    hidden: bool = False


def views(found: Iterable[registry.FieldChange]) -> tuple[ChangeView, ...]:
    """The changes of a line for the page."""
    shown = tuple(_view(change) for change in found if change.field not in UNTOLD)
    return shown or (ChangeView(_("Particulars that are not shown here"), hidden=True),)


def relation(code: str) -> str:
    """A relation to the head in the language of the page."""
    return codes.RELATION.label(code, _language())


def _view(change: registry.FieldChange) -> ChangeView:
    if change.field in VALUES_HIDDEN:
        return ChangeView(change.label, hidden=True)
    word = _WORDS.get(change.field, str)
    if change.field == "household":  # the old one is known by a number nobody outside the registry uses
        return ChangeView(change.label, _("another household") if change.old else "", change.new)
    return ChangeView(change.label, word(change.old), word(change.new))


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _labelled(codelist: codes.CodeList) -> Callable[[str], str]:
    return lambda code: codelist.label(code, _language()) if code else ""


def _hukou(text: str) -> str:
    kinds = {
        "agricultural": _("agricultural"),
        "non_agricultural": _("non-agricultural"),
        "unified": _("unified resident registration"),
    }
    return _replaced(text, kinds)


def _yes_no(text: str) -> str:
    return _replaced(text, {"yes": _("yes"), "no": _("no")})


def _place(text: str) -> str:
    return _replaced(text, {"here": _("in the village"), "away": _("away")})


def _replaced(text: str, words: dict[str, str]) -> str:
    """The text with its first word, a code, in the language of the page; what follows stays as it is."""
    first, space, rest = text.partition(" ")
    return f"{words.get(first, first)}{space}{rest}"


_WORDS: Final[dict[str, Callable[[str], str]]] = {
    "relation": relation,
    "sex": _labelled(codes.SEX),
    "ethnicity": _labelled(codes.ETHNICITY),
    "education": _labelled(codes.EDUCATION),
    "hukou_kind": _hukou,
    "determined_rural": _yes_no,
    "converted": _yes_no,
    "urban_pension": _yes_no,
    "urban_medical": _yes_no,
    "residence": _place,
}
