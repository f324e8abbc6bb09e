"""What a row of a list was found to mean, and what a person decided about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _

#: ``new`` is recorded; ``known`` and ``nothing`` change nothing; ``differs`` and ``choose`` wait for a
#: person; ``unknown``: nobody registered in the areas is meant.
State = Literal["new", "known", "differs", "choose", "unknown", "nothing"]

#: Why a row waits, or why nothing comes of it. The registry never settles the first kind by itself.
REASONS: Final = {
    "other_date": _("The registry has another date."),
    "other_name": _("The registry has another name under this identity number."),
    "other_order": _("The registry holds a later entry that says the opposite."),
    "other_spouse": _("The registry has another marriage at that time."),
    "other_status": _("The registry says something else about these two people."),
    "other_details": _("The registry has other particulars."),
    "recorded_dead": _("The registry records this person as dead before that day."),
    "before_birth": _("The date lies before the person's birth."),
    "near_number": _("The identity number is not valid; these people have one like it and this name."),
    "no_number": _("Without a usable identity number, these people could be meant."),
    "unnumbered": _("The registry has people of this name and date of birth without a number."),
    "partner_unknown": _("One of the two is not registered here."),
    "not_registered": _("Nobody registered here is meant."),
    "too_many": _("Too many people have this name. Ask the department for the number."),
    "no_fact": _("This row reports nothing that is kept here."),
    "counted": _("This row is only counted, to tell how complete the records are."),
}


@dataclass(frozen=True, slots=True)
class ListFinding:
    """What a row means.

    ``people`` are the registered people it names, None where nobody is settled. ``candidates`` could be the
    person at place ``asks``. ``old`` and ``new`` are what the registry and the row say, as dates; both are
    empty where values are not shown. ``may_take`` is False where following the list would be wrong.
    """

    row_no: int
    state: State
    reason: str = ""
    people: tuple[int | None, ...] = ()
    candidates: tuple[int, ...] = ()
    asks: int = 0
    old: str = ""
    new: str = ""
    may_take: bool = True
    #: The registered child a row about a newborn means; of no consequence for a decision.
    child: int | None = None

    @property
    def message(self) -> str:
        """The reason in words; empty when there is none."""
        return str(REASONS[self.reason]) if self.reason else ""

    @property
    def key(self) -> str:
        """All a decision rests on: a finding that comes out otherwise has another key. Not to be stored."""
        parts = (self.state, self.reason, self.people, self.candidates, self.asks, self.old, self.new)
        return json.dumps(parts)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a row.

    ``people`` says who is meant at the places where that was asked. ``take``: True to follow the list, False
    to leave the registry as it is, None when only the people were asked. ``holds`` tells whether a finding is
    still the one the decision was about.
    """

    people: tuple[int | None, ...] = ()
    take: bool | None = None
    holds: Callable[[ListFinding], bool] = lambda finding: True

    def person(self, place: int) -> int | None:
        return self.people[place] if place < len(self.people) else None
