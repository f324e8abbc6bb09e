"""What a death in the register means for a case that goes on, or was granted, without knowing of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework
from tongchou.web.console.parts import Chip

#: States a death has something to say about: what is still decided, and what was granted.
TOUCHED = frozenset({"applied", "running", "waiting", "suspended", "appealed", "approved"})


def chip(line: casework.Line) -> Chip | None:
    """The mark of a case in a list; None where nothing follows from a death."""
    if not line.deceased or line.state not in TOUCHED:
        return None
    return Chip(_("death recorded"), "info", "warn")


def words(view: casework.View) -> str:
    """What stands on the page of a case; empty where nothing follows from a death."""
    case, state = view.case, view.case.state
    if view.person is None or not view.person.deceased or state not in TOUCHED:
        return ""
    approved = state == casework.State.APPROVED
    if approved and view.kind.gives != "money":
        return _(
            "The register records the death of this person. What was granted ends with it: end the case."
        )
    if view.kind.gives != "money":
        return _(
            "The register records the death of this person. The rules decide by it: what the year of the "
            "death gives goes to the family, later years give nothing."
        )
    return _due(view, approved) % {"year": case.year, "died": view.died}


def _due(view: casework.View, approved: bool) -> str:
    """Whether the year of a case is due, and what to do, with room for both years."""
    if not view.died:
        return _(
            "The register records the death of this person, without a year. Whether anything is due for "
            "%(year)s depends on it, so nothing is decided by itself: have the year recorded first. What "
            "the rules give for the year of the death stays due to the family; later years give nothing."
        )
    if view.case.year <= view.died:
        return _(
            "The register records the death of this person in %(died)s. This case is for %(year)s: what "
            "the rules give for the year of the death or before stays due to the family."
        )
    if approved:
        return _(
            "The register records the death of this person in %(died)s. This case is for %(year)s, a year "
            "after the death: nothing is due for it. The county ends the case with the reason that the "
            "person has died. Where money has gone out already, the finance office looks at it."
        )
    return _(
        "The register records the death of this person in %(died)s. This case is for %(year)s, a year after "
        "the death: nothing is due for it. Bring it to its end: refuse it with the reason that the person "
        "has died."
    )


def follows(line: casework.Line, died: int, *, in_batch: bool, language: str) -> list[str]:
    """What follows for a case when a death is recorded now, and for its payment: sentences.

    Parameters
    ----------
    died
        Its year; 0 where nobody knows it.
    in_batch
        Whether a payment of the case is in a batch the bank does not have yet.
    """
    title = line.title_zh if language.startswith("zh") else line.title_en
    state = str(casework.State(line.state).label)
    named = {"number": line.number, "title": title, "year": line.year, "state": state}
    if not died:
        said = _(
            "Case %(number)s, %(title)s %(year)s (%(state)s): whether anything is due depends on the year of "
            "the death. Until it is known nothing is decided by itself."
        )
        batch = _("A payment of case %(number)s is in a batch the bank does not have yet: it is marked.")
    elif line.year <= died:
        said = _("Case %(number)s, %(title)s %(year)s (%(state)s): it stays due to the family.")
        batch = _("A payment of case %(number)s is in a batch the bank does not have yet: it goes out.")
    else:
        said = _(
            "Case %(number)s, %(title)s %(year)s (%(state)s): nothing is due for a year after the death. It "
            "has to be ended."
        )
        batch = _(
            "A payment of case %(number)s is in a batch the bank does not have yet: the finance office takes "
            "it out before the bank has it."
        )
    return [one % named for one in ((said, batch) if in_batch else (said,))]
