"""How much of the facts is unknown, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongchou.apps.snapshot import api as snapshots
from tongchou.web.console import formatters


@dataclass(frozen=True, slots=True)
class Line:
    """A fact, of how many people it is asked, and of how many it is unknown."""

    label: str
    asked: int
    unknown: int
    share: str


def present(found: Iterable[snapshots.Unknown], language: str) -> list[Line]:
    """The lines in the order of the facts table; facts nobody is asked for are left out."""
    return [
        Line(
            (one.fact.zh if language == "zh" else one.fact.en.removeprefix("the person: ").split(",")[0]),
            one.asked,
            one.unknown,
            formatters.share(one.unknown, one.asked),
        )
        for one in found
        if one.asked
    ]
