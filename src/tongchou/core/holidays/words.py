"""What is wrong with a table of holidays, and how to mend it, in the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.domain.holiday_tables import LONGEST_NAME, Problem

_TOLD: Final = {
    "empty": gettext_lazy("The table is empty. Choose a file, or write its lines."),
    "large": gettext_lazy("This is larger than a table of one year."),
    "unreadable": gettext_lazy("This cannot be read. Write lines such as 2027-01-01,off,New Year."),
    "key": gettext_lazy("“%(value)s” is not known. Known are source, off and work, the last two as lists."),
    "columns": gettext_lazy("A line has a date, a kind (off or work) and a name. Look at “%(value)s”."),
    "date": gettext_lazy("“%(value)s” is no day. Write 2027-05-01, or 2027-05-01..2027-05-05 for several."),
    "backwards": gettext_lazy("“%(value)s” ends before it begins, or is longer than a month."),
    "year": gettext_lazy("“%(value)s” is not in %(other)s. Take it out, or choose the other year."),
    "kind": gettext_lazy(
        "“%(value)s” is no kind. Write off for a day off, work for a weekend that is worked."
    ),
    "twice": gettext_lazy("%(value)s stands in line %(other)s already. Keep one of the two."),
    "weekday": gettext_lazy(
        "%(value)s is no weekend, so it is worked anyway. Take the line out; if it is off, write off."
    ),
    "name": gettext_lazy("This name is too long: at most %(most)s characters."),
    "missing": gettext_lazy(
        "Holidays whose date the law fixes are missing as days off: %(value)s. Add them."
    ),
    "spring": gettext_lazy("No day off between %(value)s: the Spring Festival is missing. Add it."),
    "source": gettext_lazy("Name the document that announces it, with its number: 4 to 300 characters."),
}


def told(problem: Problem) -> str:
    """What is wrong and how to mend it."""
    return str(_TOLD[problem.code]) % {
        "value": problem.value,
        "other": problem.other,
        "most": LONGEST_NAME,
    }


def place(problem: Problem) -> str:
    """Where it is wrong: the line by its number, or the whole table."""
    return _("Line %(n)s") % {"n": problem.line} if problem.line else _("The whole table")
