"""Issuing certificates of approved cases, and new ones in the place of lost ones."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.certificates import listing, reach, sealing
from tongchou.apps.certificates.models import Certificate, Counter, Reason
from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, keys, signing
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.printing import undrawable
from tongchou.core.scope import Scope
from tongchou.domain.certificates import numbers
from tongchou.domain.certificates.claims import CERTIFICATE, Claims

#: Certificates issued in one act.
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Left:
    """A case that got none, and why: ``died``, ``no_id``, ``undrawable``."""

    case_id: int
    number: str
    why: str


@dataclass(frozen=True, slots=True)
class Issued:
    certificates: tuple[Certificate, ...]
    left: tuple[Left, ...]


@transaction.atomic
def issue(*, case_ids: Collection[int], by: Account, at: dt.datetime) -> Issued:
    """Issue the certificates of some approved cases; a case that has one already stays as it is.

    They hold from today. Whose name cannot be printed whole, who has no identity number on record and who
    has died gets none, and it is said which.

    Raises
    ------
    NotAllowed
        When the account issues none.
    Invalid
        ``certificates.none_chosen`` and ``certificates.too_many``.
    Conflict
        ``certificates.nothing`` when none of the cases waits for one in the account's areas.
    """
    today = clock.date_of(at)
    areas = access.require(by, reach.ISSUE, on=today)
    if not case_ids:
        raise Invalid("certificates.none_chosen", _("Choose at least one case."))
    if len(case_ids) > MOST:
        message = _("Choose at most %(most)d cases at once.") % {"most": MOST}
        raise Invalid("certificates.too_many", message)
    issued = Certificate.objects.values("case_id")
    cases = casework.certifiable(scope=areas, but=issued, only=sorted(case_ids))
    if not cases:
        message = _("None of these cases waits for a certificate in your areas any more.")
        raise Conflict("certificates.nothing", message)
    made, left = _make(cases, by=by, at=at)
    audit.append(
        by=by,
        action="certificates.issue",
        subject=f"certificate:{made[0].pk}" if made else f"case:{cases[0].case_id}",
        scope_no=cases[0].scope_no,
        at=at,
        detail={"issued": [one.number for one in made], "left": len(left)},
    )
    return Issued(tuple(made), tuple(left))


@transaction.atomic
def replace(*, certificate_id: int, lost: bool, by: Account, at: dt.datetime) -> Certificate:
    """Issue a new one in the place of one that was lost, or whose data have changed; sent twice, once.

    It holds no longer than the one before. That one is refused from the next status list on.

    Raises
    ------
    NotFound
        No such certificate in the account's areas.
    Conflict
        ``certificates.revoked``, ``certificates.expired``; ``certificates.cannot`` when the holder's record
        does not allow a new one.
    """
    old = reach.mine(certificate_id, by=by, at=at, permission=reach.ISSUE, lock=True)
    if old.revoked_at is not None:
        newer = Certificate.objects.filter(replaces=old).first()
        if newer is not None:
            return newer
    reach.require_valid([old], clock.date_of(at))
    cases = casework.certifiable(
        scope=Scope.everything(), but=Certificate.objects.none().values("case_id"), only=[old.case_id]
    )
    if not cases:
        message = _("The case it rests on is no longer approved, so no new one is issued.")
        raise Conflict("certificates.cannot", message)
    old.revoked_at, old.revoked_by = at, by
    old.reason = Reason.LOST if lost else Reason.REPLACED
    old.save(update_fields=["revoked_at", "revoked_by", "reason"])
    made, left = _make(cases, by=by, at=at, replaces=old)
    if left:
        raise Conflict("certificates.cannot", WHY[left[0].why])
    listing.changed()
    audit.append(
        by=by,
        action="certificates.replace",
        subject=f"certificate:{made[0].pk}",
        scope_no=old.scope_no,
        at=at,
        detail={"before": old.number, "number": made[0].number, "reason": old.reason},
    )
    return made[0]


#: What is said of a case that gets none.
WHY: Final = {
    "died": _("The register says that the holder has died."),
    "no_id": _("The register has no identity number of the holder: enter it first."),
    "undrawable": _("The name has a character that cannot be printed: correct it in the register first."),
}


def _make(
    cases: Sequence[casework.Certifiable],
    *,
    by: Account,
    at: dt.datetime,
    replaces: Certificate | None = None,
) -> tuple[list[Certificate], list[Left]]:
    today = clock.date_of(at)
    people = registry.identities_of({one.person_id for one in cases}, scope=Scope.everything())
    left, ready = [], []
    for one in cases:
        why = _hindered(people.get(one.person_id))
        if why:
            left.append(Left(one.case_id, one.number, why))
        else:
            ready.append(one)
    issuers = _issuers(ready, today)
    first_position = _take(len(ready))
    made = []
    with keys.steady():
        for position, one in enumerate(ready, start=first_position):
            person = people[one.person_id]
            number = numbers.number(one.given.letter, today.year, position)
            said = Claims(
                number=number,
                kind=one.title.zh,
                name=person.name,
                id_end=person.id_number[-4:],
                issuer=issuers[one.case_id],
                first_day=replaces.first_day if replaces else today,
                last_day=replaces.last_day if replaces else _months_later(today, one.given.months),
                position=position,
            )
            made.append(
                Certificate(
                    number=number,
                    position=position,
                    case_id=one.case_id,
                    kind=one.kind,
                    person_id=one.person_id,
                    area_id=one.area_id,
                    scope_no=one.scope_no,
                    token=sealing.seal(signing.sign(said.as_json(), CERTIFICATE), number),
                    first_day=said.first_day,
                    last_day=said.last_day,
                    issued_at=at,
                    issued_by=by,
                    replaces=replaces,
                )
            )
    return Certificate.objects.bulk_create(made, batch_size=100), left


def _hindered(person: registry.Identity | None) -> str:
    if person is None or len(person.id_number) < 4:
        return "no_id"
    if person.deceased:
        return "died"
    return "undrawable" if undrawable([person.name]) else ""


def _issuers(cases: Sequence[casework.Certifiable], on: dt.date) -> dict[int, str]:
    """The name of the office of each case's county as it is today. One query a county and two."""
    unit = local.unit()
    here = [*places.counties(), *([unit] if unit else [])]
    names: dict[int, str] = {}
    found: dict[int, str] = {}
    for one in cases:
        area = next((area for area in here if area.scope_no <= one.scope_no <= area.scope_end), None)
        if area is None:
            raise Conflict("certificates.no_county", _("The area of this case lies in no county."))
        if area.pk not in names:
            held = local.values_at(area, on=on).get("unit_name")
            names[area.pk] = str(held.value) if held is not None else area.name
        found[one.case_id] = names[area.pk]
    return found


def _take(how_many: int) -> int:
    """The first of so many new positions; nobody else takes one until the transaction ends."""
    Counter.objects.get_or_create(pk=1)
    counter = Counter.objects.select_for_update().get(pk=1)
    first = counter.last + 1
    counter.last += how_many
    counter.save(update_fields=["last"])
    return first


def _months_later(day: dt.date, months: int) -> dt.date:
    """The last day of so many months that begin on a day.

    Examples
    --------
    >>> _months_later(dt.date(2026, 11, 26), 12), _months_later(dt.date(2026, 1, 31), 1)
    (datetime.date(2027, 11, 25), datetime.date(2026, 2, 27))
    """
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)) - dt.timedelta(days=1)
