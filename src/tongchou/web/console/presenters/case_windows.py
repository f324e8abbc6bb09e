"""What stands on the page of a case whose application came after the last day of its year."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.casework import api as casework
from tongchou.domain.policy.words import Citation
from tongchou.web.console import formatters


def words(view: casework.View) -> str:
    """The notice; empty for a case that came in time, or has been decided."""
    if view.missed is None or view.case.state == casework.State.REFUSED:
        return ""
    said = _(
        "The last day to apply for %(year)s was %(day)s, and this application came after it: that year gives "
        "nothing any more. Refuse it for this reason. If it did come in time, say so in the words when you "
        "pass it."
    ) % {"year": view.case.year, "day": formatters.day(view.missed)}
    more = later(view)
    return pgettext("two sentences", "%(said)s %(more)s") % {"said": said, "more": more} if more else said


def later(view: casework.View) -> str:
    """That a later year can still be applied for; empty where no year gives anything any more."""
    if view.later_year is None:
        return ""
    return _("For %(year)s the family can still apply.") % {"year": view.later_year}


def citations(view: casework.View) -> tuple[Citation, ...]:
    """Where the last day to apply stands: the programme's own articles that no condition rests on."""
    if view.register is None:
        return ()
    rules = view.register.rules
    clauses = {one.citation for one in rules.every_condition()}
    return tuple(one for one in rules.citations if one.article is not None and one not in clauses)
