"""Who does what: a unit's own officers draft and report, the level above reviews and asks families."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments.models import Letter
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access, clock
from tongchou.core.errors import Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

VIEW: Final = "commitments.view"
DRAFT: Final = "commitments.draft"
REVIEW: Final = "commitments.review"
#: Units: whoever governs families.
LEVELS: Final = (places.Level.COUNTY, places.Level.TOWNSHIP, places.Level.VILLAGE)


def unit(area_id: int, *, by: Account, at: dt.datetime) -> places.Area:
    """An area for which the account may draft.

    Raises
    ------
    NotAllowed, NotFound
        When it may not, or there is no such unit.
    """
    areas = access.require(by, DRAFT, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.level not in LEVELS or area.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    if not speaks_in(area, areas, on=clock.date_of(at)):
        raise _not_the_unit()
    return area


def speaks_in(area: places.Area | None, areas: Scope, *, on: dt.date) -> bool:
    """Whether whoever drafts in some areas speaks for the unit of one of them.

    The level above writes for a unit only while nobody of the unit has an account that could: it may look
    at a letter and send it back, and never moves its days, votes or reports.
    """
    if area is None or area.parent is None or not areas.covers(area.parent.scope_no):
        return True
    return not access.held_inside(DRAFT, area.scope_no, area.scope_end, on=on)


def _not_the_unit() -> NotAllowed:
    message = _("The unit that promises does this itself. You may look at its letter and send it back.")
    return NotAllowed("commitments.not_the_unit", message)


def department(area: places.Area, named: str, *, by: Account, at: dt.datetime) -> posts.Unit | None:
    """The department of an area that a code or a name means; None for the area's own government.

    Raises
    ------
    Invalid
        ``commitments.department`` for none that stands in the list of posts.
    NotAllowed
        ``commitments.not_of_department`` when its posts are held by accounts, and this is none of them.
    """
    words, today = " ".join(named.split()), clock.date_of(at)
    if not words:
        return None
    there = posts.departments(area.pk, on=today)
    found = next((one for one in there if words in (one.code, one.name)), None)
    if found is None:
        known = "、".join(one.name for one in there)
        message = (
            _("Write the department as it stands in the list of posts: %(known)s.") % {"known": known}
            if known
            else _("No department of this area stands in the list of posts yet. Enter it there first.")
        )
        raise Invalid("commitments.department", message, field="department")
    unit_ = posts.of_department(area, found)
    if not speaks_for(unit_.key, by=by, on=today):
        raise _not_of_it()
    return unit_


def speaks_for(unit_key: str, *, by: Account, on: dt.date) -> bool:
    """Whether an account may speak for a department: where its posts are held by accounts, theirs alone."""
    found = posts.unit_of(unit_key, scope=Scope.everything())
    if found is None:
        return True  # it has ended: whoever drafts in its area
    holders = {one.account_id for one in posts.holders([found], on=on)[found.key]} - {None}
    return not holders or by.pk in holders


def key_of(letter: Letter) -> str:
    """The key of the unit that promises."""
    return posts.key_of(letter.area_id, letter.department_id)


def _not_of_it() -> NotAllowed:
    message = _("Whoever holds a post of this department does this.")
    return NotAllowed("commitments.not_of_department", message)


def signers(letter: Letter, *, on: dt.date) -> tuple[str, ...]:
    """Who may sign a letter: who heads its unit by the list of posts, or is deputy there; title and name.

    Empty where the unit has no such post that is held.
    """
    unit_ = posts.unit_of(key_of(letter), scope=Scope.everything())
    held = () if unit_ is None else posts.holders([unit_], on=on)[unit_.key]
    return tuple(f"{one.title} {one.name}" for one in held if one.duty in ("head", "deputy"))


def own(letter_id: int, *, by: Account, at: dt.datetime) -> Letter:
    """A letter as ``locked``, for whoever may speak for its unit.

    Raises
    ------
    NotAllowed, NotFound
        As ``locked``; ``commitments.not_of_department`` for a department whose posts others hold;
        ``commitments.not_the_unit`` for the level above a unit that has accounts of its own.
    """
    letter = locked(letter_id, by=by, at=at)
    if not drafts(letter, by=by, on=clock.date_of(at)) and letter.department_id is None:
        raise _not_the_unit()
    if letter.department_id is not None and not speaks_for(key_of(letter), by=by, on=clock.date_of(at)):
        raise _not_of_it()
    return letter


def drafts(letter: Letter, *, by: Account, on: dt.date) -> bool:
    """Whether an account writes, moves and reports for the unit of a letter."""
    if not access.may(by, DRAFT, scope_no=letter.scope_no, on=on):
        return False
    if letter.department_id is not None:
        return speaks_for(key_of(letter), by=by, on=on)
    area = places.area_by_id(letter.area_id, within=Scope.everything())
    return speaks_in(area, access.require(by, DRAFT, on=on), on=on)


def locked(letter_id: int, *, by: Account, at: dt.datetime, permission: str = DRAFT) -> Letter:
    """A letter where the account holds a permission, its row locked until the transaction ends.

    Raises
    ------
    NotAllowed, NotFound
        When it holds it nowhere, or there is no such letter there.
    """
    areas = access.require(by, permission, on=clock.date_of(at))
    found = Letter.objects.select_for_update().filter(areas.q("scope_no"), pk=letter_id).first()
    if found is None:
        raise none()
    return found


def from_above(letter_id: int, *, by: Account, at: dt.datetime) -> Letter:
    """A letter as ``locked``, for somebody whose areas reach the level above the unit.

    Raises
    ------
    NotAllowed
        ``commitments.own_level`` when the account belongs to the unit itself: it never judges itself.
    """
    letter = locked(letter_id, by=by, at=at, permission=REVIEW)
    areas = access.require(by, REVIEW, on=clock.date_of(at))
    if not is_above(letter, areas, by=by, on=clock.date_of(at)):
        message = _("The level above the unit does this, not the unit itself.")
        raise NotAllowed("commitments.own_level", message)
    return letter


def is_above(letter: Letter, areas: Scope, *, by: Account, on: dt.date) -> bool:
    """Whether an account stands above the unit of a letter.

    Above an area stands whoever holds the one above it; above a department its own government too, but nobody
    who holds a post of the department.
    """
    area = places.area_by_id(letter.area_id, within=Scope.everything())
    if letter.department_id is not None:
        held = posts.held_by(by.pk, on=on)
        return areas.covers(letter.scope_no) and (letter.area_id, letter.department_id) not in held
    above = None if area is None else area.parent
    return above is not None and areas.covers(above.scope_no)


def none() -> NotFound:
    """The same answer for letters elsewhere and those that do not exist."""
    return NotFound("commitments.none", _("There is no such letter in your areas."))
