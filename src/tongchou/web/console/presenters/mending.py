"""What helps to mend a register: frequent errors, the marked workbook, meanings of unknown headers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from tongchou.apps.intake import api as intake
from tongchou.core.scope import Scope

#: Kinds of error that a refusal names.
MOST_KINDS = 3


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of error that is frequent in a refused file."""

    number: int
    text: str
    fix: str
    cells: str


def meanings(taken: Iterable[str]) -> list[tuple[str, str]]:
    """What an unknown header may be explained as: columns the file does not have already."""
    known = set(taken)
    return [(name, intake.column_label(name)) for name in intake.MEANINGS if name not in known]


def returned_url(file: intake.RegisterFile) -> str:
    """Where the user's own workbook can be had with marks; nowhere when it is not held."""
    open_still = file.status in intake.REPLACEABLE and intake.may_be_returned(file)
    return reverse("console:intake-returned", args=[file.pk]) if open_still else ""


def kinds(file: intake.RegisterFile, *, scope: Scope) -> list[KindLine]:
    """The most frequent kinds of error, with their first cells."""
    errors = [kind for kind in intake.problem_kinds(file.pk, scope=scope) if kind.level == "error"]
    return [KindLine(kind.count, kind.text, kind.fix, " ".join(kind.cells)) for kind in errors[:MOST_KINDS]]
