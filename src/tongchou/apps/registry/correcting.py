"""Correcting what identifies a person: low level, for an app in which two people decided.

What was said before stays in the events. Nobody corrects alone: who approves is not who asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, identifiers, known, naming
from tongchou.apps.registry.acting import Act, nothing_new
from tongchou.apps.registry.models import EventKind, Kinship
from tongchou.apps.registry.one_person import holders
from tongchou.apps.registry.recording import Draft, Recorded
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.date_parsing import too_long_ago
from tongchou.domain.dates import PartialDate
from tongchou.domain.identity import IdReading

#: What can be corrected. Everything else is recorded by an act of its own.
FIELDS = ("name", "sex", "birth", "id_number")


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a person, as texts; "" where nothing is recorded. The number is the full one."""

    person_id: int
    name: str
    sex: str
    birth: str
    id_number: str
    registered_scope: int
    deceased: bool

    def value(self, field: str) -> str:
        return str(getattr(self, field))


def identity_of(person_id: int, *, scope: Scope) -> Identity:
    """What identifies a person now, in full: for a comparison, never for a page. One query.

    Raises
    ------
    NotFound
        When the scope does not reach the person.
    """
    found = identities_of([person_id], scope=scope)
    if person_id not in found:
        raise access.no_person()
    return found[person_id]


def identities_of(person_ids: Collection[int], *, scope: Scope) -> dict[int, Identity]:
    """The same for many people, those the scope reaches, by number. One query."""
    return {
        person.pk: Identity(
            person_id=person.pk,
            name=person.name,
            sex=str(person.sex or ""),
            birth=known.birth_text(person.birth_year, person.birth_month, person.birth_day),
            id_number=identifiers.open_id(person.id_cipher, person.pk) or "",
            registered_scope=person.registered_scope,
            deceased=person.deceased,
        )
        for person in access.people(scope).filter(pk__in=person_ids)
    }


def check_values(now: Identity, new: Mapping[str, str]) -> dict[str, str]:
    """The new values in their written form, those that change nothing left out.

    Raises
    ------
    Invalid
        When a value cannot be right, or the number says another sex or date of birth than would stand beside
        it: then both have to be corrected, or neither.
    Conflict
        When nothing would change, or the identity number belongs to somebody else.
    """
    wanted: dict[str, str] = {}
    for field, text in new.items():
        value = _written(field, text, now)
        if value != now.value(field):
            wanted[field] = value
    if not wanted:
        raise nothing_new()
    if "id_number" in wanted:
        _free(wanted["id_number"], now.person_id)
    after = {field: wanted.get(field, now.value(field)) for field in FIELDS}
    reading = identity.parse(after["id_number"]) if after["id_number"] else None
    if reading is not None:
        touched = {"sex", "birth"} if "id_number" in wanted else wanted.keys() & {"sex", "birth"}
        _fits(reading, {field: after[field] for field in touched})
    return wanted


def _fits(reading: IdReading, after: Mapping[str, str]) -> None:
    """The number prevails over what was typed beside it (居民身份证法, articles 3 and 13)."""
    sex, birth = after.get("sex"), after.get("birth")
    if sex and reading.sex is not None and str(reading.sex) != sex:
        message = _("The identity number says the other sex. Correct both, or neither.")
        raise Invalid("registry.id_disagrees", message, field="sex")
    if birth and reading.birth and not reading.birth.agrees_with(PartialDate.from_iso(birth)):
        message = _("The identity number says another date of birth. Correct both, or neither.")
        raise Invalid("registry.id_disagrees", message, field="birth")


def _written(field: str, text: str, now: Identity) -> str:
    text = text.strip()
    if field == "name":
        return text if text == now.name else naming.checked(text)
    if field == "sex":
        if text not in ("1", "2"):
            raise Invalid("registry.sex", _("Sex is 1 (male) or 2 (female)."), field=field)
        return text
    if field == "birth":
        try:
            if too_long_ago(text):
                raise Invalid("registry.birth", _("This is too long ago. Check the year."), field=field)
            return str(PartialDate.from_iso(text))
        except ValueError as error:
            message = _("Write the date, such as 1980-05-01, as far as it is known.")
            raise Invalid("registry.birth", message, field=field) from error
    if field == "id_number":
        number = identity.parse(text).number
        if number is None:
            raise Invalid("registry.id_number", _("This is not a valid identity number."), field=field)
        return number
    raise Invalid("registry.field", _("This cannot be corrected here."), field=field)


def _free(number: str, person_id: int) -> str:
    """The blind index of a number nobody else has."""
    index = identifiers.id_index(number)
    if holders([index]).get(index, person_id) != person_id:
        raise Conflict("registry.id_taken", _("Another person is registered with this identity number."))
    return index


@transaction.atomic
def correct_identity(
    *,
    person_id: int,
    old: Mapping[str, str],
    new: Mapping[str, str],
    reason: str,
    correction: int,
    asked_by: int,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Record a correction that one person asked for and another, ``by``, approves.

    Parameters
    ----------
    old, new
        Texts by field of ``FIELDS``: what stood there when it was asked, and what is to stand there.
    correction
        Number of the correction, for the audit row.
    asked_by
        Number of the account that asked.

    Raises
    ------
    NotAllowed, NotFound
        When both are one person, or the account may not correct the registry, or not this person.
    Invalid
        When a value cannot be right.
    Conflict
        ``registry.stale`` when another value stands there by now; when nothing would change; when the
        identity number belongs to somebody else.
    """
    if by.pk == asked_by:
        raise NotAllowed("registry.needs_two", _("Who asks for a correction does not approve it."))
    act = Act(person_id, by, at)
    if not reason.strip():
        raise Invalid("registry.reason", _("Give the reason for the correction."))
    now = identity_of(person_id, scope=act.reach)
    if any(now.value(field) != text for field, text in old.items()):
        message = _("The register has changed since this was asked for. Compare, then ask for it anew.")
        raise Conflict("registry.stale", message)
    wanted = check_values(now, new)
    act.not_later(PartialDate.from_iso(wanted["birth"]) if "birth" in wanted else None, "birth")
    if "birth" in wanted:
        _family_fits(person_id, wanted["birth"])
    payload: dict[str, Any] = {name: wanted[name] for name in ("name", "birth") if name in wanted}
    if "sex" in wanted:
        payload["sex"] = int(wanted["sex"])
    if "id_number" in wanted:
        payload["id"] = wanted["id_number"], _free(wanted["id_number"], person_id)
    act.recorder.add(Draft(EventKind.IDENTITY_CORRECTED, payload, person_id=person_id))
    return act.write(
        action="correct_identity",
        kind=EventKind.IDENTITY_CORRECTED,
        reason=reason,
        correction=correction,
        asked_by=asked_by,
        fields=sorted(wanted),
    )


def _family_fits(person_id: int, birth: str) -> None:
    """Parents stay older than their children, as far as dates are known."""
    born = PartialDate.from_iso(birth)
    links = Kinship.objects.filter(Q(child=person_id) | Q(parent=person_id))
    for child, child_birth, parent_birth in links.values_list(
        "child_id", "child__birth_year", "parent__birth_year"
    ):
        older, younger = (parent_birth, born.year) if child == person_id else (born.year, child_birth)
        if older is not None and younger is not None and older >= younger:
            message = _("Parents are older than their children. Check the date, or who the parents are.")
            raise Invalid("registry.parent_younger", message, field="birth")
