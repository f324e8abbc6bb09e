"""How many errors a register may hold before it is refused as a whole.

A register with an error in every third line is no register with mistakes but the wrong file, or one whose
columns have slipped: deciding about what is left of it would store nonsense.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext as _

from tongchou.domain.register.read import Reading

if TYPE_CHECKING:
    from tongchou.apps.intake.models import RegisterFile

#: Fewer people than this are never a reason: three mistakes in a hamlet of eight are three mistakes.
LEAST: Final = 10
_TWICE: Final = frozenset({"duplicate_in_file", "id_of_other_row", "same_person_twice"})


def excess(reading: Reading) -> dict[str, int]:
    """Counts that make the register be refused; empty when it is fit to be decided about.

    Returns
    -------
    dict
        ``people``, ``wrong`` and ``twice`` (people), ``most_wrong`` and ``most_twice`` (percent).
    """
    lines = list(reading.lines)
    wrong = sum(line.has_error for line in lines)
    twice = sum(any(problem.code in _TWICE for problem in line.problems) for line in lines)
    most_wrong, most_twice = settings.INTAKE_MOST_ERRORS, settings.INTAKE_MOST_DUPLICATES
    if not (_too_many(wrong, len(lines), most_wrong) or _too_many(twice, len(lines), most_twice)):
        return {}
    return {
        "people": len(lines),
        "wrong": wrong,
        "twice": twice,
        "most_wrong": most_wrong,
        "most_twice": most_twice,
    }


def _too_many(number: int, people: int, percent: int) -> bool:
    return number >= LEAST and number * 100 > people * percent


def refusal_words(file: RegisterFile) -> str:
    """Why a file was refused as a whole, in the language of the page; empty for any other file."""
    counts = file.refusal
    if not counts:
        return ""
    if _too_many(counts["wrong"], counts["people"], counts["most_wrong"]):
        return (
            _("%(wrong)s of its %(people)s people are in error; more than %(most_wrong)s %% are not taken.")
            % counts
        )
    return (
        _("%(twice)s of its %(people)s people are listed twice; more than %(most_twice)s %% are not taken.")
        % counts
    )
