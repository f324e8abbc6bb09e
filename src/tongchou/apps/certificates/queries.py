"""Lists of certificates, one certificate, and checking what somebody shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from tongchou.apps.casework import api as casework
from tongchou.apps.certificates import listing, reach, sealing
from tongchou.apps.certificates.models import Certificate, Print
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, clock, signing
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.certificates import numbers
from tongchou.domain.certificates.claims import Claims
from tongchou.domain.certificates.verifying import Checked, check

#: What a list of certificates may be narrowed to.
STATES: Final = ("valid", "unprinted", "revoked", "expired")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An approved case that waits for its certificate."""

    case_id: int
    number: str
    title_zh: str
    title_en: str
    person_name: str
    place: str
    approved_on: dt.date


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate as a list shows it. ``state`` is ``valid``, ``expired`` or ``revoked``."""

    certificate_id: int
    number: str
    title_zh: str
    title_en: str
    person_name: str
    place: str
    first_day: dt.date
    last_day: dt.date
    state: str
    reason: str
    copies: int


@dataclass(frozen=True, slots=True)
class View:
    """One certificate. ``claims`` are what it says; what the register says now may differ."""

    line: Line
    case_id: int
    area: str
    claims: Claims
    token: str
    prints: tuple[Print, ...]
    issued_at: dt.datetime
    issued_by: str
    revoked_at: dt.datetime | None
    replaced_by: Certificate | None
    replaces: Certificate | None
    differs: bool


def waiting(*, by: Account, on: dt.date, most: int) -> tuple[tuple[Waiting, ...], int]:
    """Cases that wait for a certificate, the first approved first, and how many there are. Four queries."""
    if not access.may(by, reach.ISSUE, on=on):
        return (), 0
    areas = access.require(by, reach.ISSUE, on=on)
    issued = Certificate.objects.values("case_id")
    rows = casework.certifiable(scope=areas, but=issued, most=most)
    people = registry.people({one.person_id for one in rows}, scope=Scope.everything())
    lines = tuple(
        Waiting(
            one.case_id,
            one.number,
            one.title.zh,
            one.title.en,
            people[one.person_id].name if one.person_id in people else "",
            people[one.person_id].place if one.person_id in people else "",
            one.approved_on,
        )
        for one in rows
    )
    return lines, casework.count_certifiable(scope=areas, but=issued)


def found(*, by: Account, on: dt.date, state: str = "", number: str = "") -> QuerySet[Certificate]:
    """The certificates of the account's areas, the newest first; a page of it goes to ``lines_of``.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with certificates.
    """
    areas = access.require(by, reach.PRINT, on=on)
    rows = Certificate.objects.filter(areas.q("scope_no")).order_by("-pk")
    if number:
        return rows.filter(number=number)
    if state == "revoked":
        return rows.exclude(revoked_at=None)
    if state == "expired":
        return rows.filter(revoked_at=None, last_day__lt=on)
    if state in ("valid", "unprinted"):
        rows = rows.filter(revoked_at=None, last_day__gte=on)
    return rows.filter(prints=None) if state == "unprinted" else rows


def lines_of(rows: Collection[Certificate], on: dt.date) -> tuple[Line, ...]:
    """Certificates as lines. Three queries."""
    people = registry.people({one.person_id for one in rows}, scope=Scope.everything())
    copies: dict[int, int] = {}
    for one in Print.objects.filter(certificate__in=[row.pk for row in rows]).values_list(
        "certificate", flat=True
    ):
        copies[one] = copies.get(one, 0) + 1
    titles = casework.gives_certificate()
    return tuple(_line(one, people.get(one.person_id), titles, copies.get(one.pk, 0), on) for one in rows)


def _line(
    one: Certificate,
    person: registry.PersonHit | None,
    titles: dict[str, Any],
    copies: int,
    on: dt.date,
) -> Line:
    title = titles[one.kind][0] if one.kind in titles else None
    state = "revoked" if one.revoked_at is not None else "expired" if one.last_day < on else "valid"
    return Line(
        certificate_id=one.pk,
        number=one.number,
        title_zh=title.zh if title else one.kind,
        title_en=title.en if title else one.kind,
        person_name=person.name if person else "",
        place=person.place if person else "",
        first_day=one.first_day,
        last_day=one.last_day,
        state=state,
        reason=one.reason,
        copies=copies,
    )


def view(certificate_id: int, *, by: Account, at: dt.datetime) -> View:
    """One certificate of the account's areas.

    Raises
    ------
    NotFound
        No such one there.
    """
    on = clock.date_of(at)
    one = reach.mine(certificate_id, by=by, at=at)
    token = sealing.unseal(one.token, one.number)
    claims = sealing.claims_of(token)
    person = registry.identities_of({one.person_id}, scope=Scope.everything()).get(one.person_id)
    return View(
        line=lines_of([one], on)[0],
        case_id=one.case_id,
        area=places.paths([one.area_id]).get(one.area_id, ""),
        claims=claims,
        token=token,
        prints=tuple(one.prints.select_related("by").order_by("copy")),
        issued_at=one.issued_at,
        issued_by=one.issued_by.shown_name,
        revoked_at=one.revoked_at,
        replaced_by=Certificate.objects.filter(replaces=one).first(),
        replaces=one.replaces,
        differs=person is not None and (person.name, person.id_number[-4:]) != (claims.name, claims.id_end),
    )


def of_cases(case_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The newest certificate of some cases: its own number in the table, and the one on it. One query."""
    rows = Certificate.objects.filter(case_id__in=case_ids).order_by("pk")
    return {case: (pk, number) for case, pk, number in rows.values_list("case_id", "pk", "number")}


def checked(token: str, *, at: dt.datetime) -> Checked:
    """What a certificate somebody shows is worth, by the newest list signed here. One query."""
    listed = listing.newest()
    return check(token, keys=signing.public_keys(), listed=listed.token if listed else None, at=at)


def is_number(text: str) -> bool:
    """Whether a text can be a certificate's number."""
    return numbers.is_number(text.strip().upper())
