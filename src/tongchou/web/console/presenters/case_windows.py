"""What stands on the page of a case whose application came after the last day of its year."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework
from tongchou.web.console import formatters


def words(view: casework.View) -> str:
    """The notice; empty for a case that came in time, or has been decided."""
    if view.missed is None or view.case.state == casework.State.REFUSED:
        return ""
    return _(
        "The last day to apply for %(year)s was %(day)s, and this application came after it: that year gives "
        "nothing any more, later years can still be claimed. Refuse it for this reason. If it did come in "
        "time, say so in the words when you pass it."
    ) % {"year": view.case.year, "day": formatters.day(view.missed)}
