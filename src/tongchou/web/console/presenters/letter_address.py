"""To whom a letter about a case goes: the person, else whoever applied for it, else its family.

A letter is never addressed to somebody who has died, nor to a child.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework
from tongchou.apps.registry import api as registry
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope

#: Years from which a letter goes to the person (民法典, article 17).
OF_AGE: Final = 18
#: Who applies in the own name for somebody else. A mandate ends with whoever gave it.
_IN_OWN_NAME: Final = ("parent", "guardian", "institution")
#: Head of the household (GB/T 4761).
_HEAD: Final = ("01", "02")


def addressee(view: casework.View, on: dt.date) -> str:
    """The name a letter is addressed to; empty where the register does not know the person."""
    person = view.person
    if person is None:
        return view.application.name
    child = is_child(person, on)
    if not person.deceased and not child:
        return person.name
    if view.case.applicant in _IN_OWN_NAME and view.application.name not in ("", person.name):
        return view.application.name
    if child and not person.deceased:
        return without_applicant(person, on)
    # What is private stays with who applied: nobody else of the household is told by name.
    head = "" if view.case.private else _head(view.case.household_id)
    return head or without_applicant(person, on)


def without_applicant(person: registry.PersonHit, on: dt.date) -> str:
    """To whom a letter goes where nobody applied: for a child to the guardian, for the dead to the family."""
    if person.deceased:
        return _("The family of %(person)s") % {"person": person.name}
    if is_child(person, on):
        return _("The guardian of %(person)s") % {"person": person.name}
    return person.name


def is_child(person: registry.PersonHit, on: dt.date) -> bool:
    """Whether somebody is not of age this year; no where nobody knows the birth."""
    return person.birth is not None and on.year - person.birth.year < OF_AGE


def _head(household_id: int | None) -> str:
    """The living head of a household; empty where there is none."""
    if household_id is None:
        return ""
    try:
        home = registry.open_household(household_id, scope=Scope.everything())
    except NotFound:
        return ""
    return next((one.name for one in home.members if one.relation in _HEAD and not one.deceased), "")
