"""What a death in the register means for a case that goes on, or was granted, without knowing of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework
from tongchou.web.console.parts import Chip

#: States a death has something to say about: what is still decided, and what was granted.
_TOUCHED = frozenset({"applied", "running", "waiting", "suspended", "appealed", "approved"})


def chip(line: casework.Line) -> Chip | None:
    """The mark of a case in a list; None where nothing follows from a death."""
    if not line.deceased or line.state not in _TOUCHED:
        return None
    return Chip(_("death recorded"), "info", "warn")


def words(view: casework.View) -> str:
    """What stands on the page of a case; empty where nothing follows from a death."""
    state = view.case.state
    if view.person is None or not view.person.deceased or state not in _TOUCHED:
        return ""
    if state != casework.State.APPROVED:
        return _(
            "The register records the death of this person. The rules decide by it: what the year of the "
            "death gives goes to the family, later years give nothing."
        )
    if view.kind.gives != "money":
        return _(
            "The register records the death of this person. What was granted ends with it: end the case."
        )
    return _(
        "The register records the death of this person. What the rules give for the year of the death stays; "
        "nothing is paid for later years. Look at the year of this case, and end it where nothing is due any "
        "more."
    )
