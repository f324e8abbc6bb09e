"""Single acts on a person. Each is atomic, checks access, records events and ends in the audit row."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import access, diff, evidence, identifiers, known
from tongchou.apps.registry.acting import Act, nothing_new
from tongchou.apps.registry.lines import MOST_PHONES, YES_NO, iso
from tongchou.apps.registry.models import EventKind, Person, Phone, Status
from tongchou.apps.registry.purposes import Purpose
from tongchou.apps.registry.recording import Recorded
from tongchou.apps.registry.views import Unmasked
from tongchou.core import access as core_access
from tongchou.core import audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.dates import PartialDate, clearly_before
from tongchou.domain.register.row import HUKOU_KINDS


@transaction.atomic
def unmask(*, person_id: int, by: Account, purpose: str, at: dt.datetime) -> Unmasked:
    """The full identity number and telephones of a person, for a purpose that is written to the audit chain.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not see full numbers, or not those of this person.
    Invalid
        When the purpose is none of ``Purpose``.
    """
    reach = core_access.require(by, "registry.unmask", on=clock.date_of(at))
    if purpose not in Purpose.values:
        raise Invalid("registry.purpose", _("Choose a purpose from the list."))
    person = access.people(reach).filter(pk=person_id).first()
    if person is None:
        raise access.no_person()
    ciphers = Phone.objects.filter(person=person_id).order_by("position").values_list("cipher", flat=True)
    shown = Unmasked(
        person_id=person_id,
        id_number=identifiers.open_id(person.id_cipher, person_id),
        former_id_number=identifiers.open_id(person.former_id_cipher, person_id),
        phones=tuple(identifiers.open_phone(cipher, person_id) for cipher in ciphers),
    )
    audit.append(
        by=by,
        action="registry.unmask",
        subject=f"person:{person_id}",
        at=at,
        scope_no=person.registered_scope,
        purpose=purpose,
    )
    return shown


@transaction.atomic
def record_conversion(
    *,
    person_id: int,
    converted_on: PartialDate | None,
    by: Account,
    at: dt.datetime,
    hukou_kind: str | None = None,
) -> Recorded:
    """Record that a person was converted to urban registration (农转城), and the kind held since then."""
    act = Act(person_id, by, at)
    act.not_later(converted_on, "converted_on")
    if hukou_kind is not None and hukou_kind not in HUKOU_KINDS:
        raise Invalid("registry.hukou_kind", _("Unknown kind of household registration."))
    stated = {"converted": ("yes", iso(converted_on))}
    if hukou_kind is not None:
        stated["hukou_kind"] = (hukou_kind, iso(converted_on))
    return act.status(stated, action="record_conversion", occurred=iso(converted_on))


@transaction.atomic
def record_determination(
    *, person_id: int, rural: bool, since: PartialDate | None, by: Account, at: dt.datetime
) -> Recorded:
    """Record whether a person is determined to be a rural resident (界定为农村居民), and since when."""
    act = Act(person_id, by, at)
    act.not_later(since, "since")
    stated = {"determined_rural": (YES_NO[rural], iso(since))}
    return act.status(stated, action="record_determination", occurred=iso(since))


@transaction.atomic
def record_insurance(
    *,
    person_id: int,
    scheme: str,
    held: bool,
    since: PartialDate | None,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Record that urban insurance (``urban_pension`` or ``urban_medical``) began or ended, and when."""
    if scheme not in (Status.Kind.URBAN_PENSION, Status.Kind.URBAN_MEDICAL):
        raise Invalid("registry.scheme", _("Unknown insurance."))
    act = Act(person_id, by, at)
    act.not_later(since, "since")
    return act.status(
        {str(scheme): (YES_NO[held], iso(since))}, action="record_insurance", occurred=iso(since)
    )


@transaction.atomic
def record_death(
    *,
    person_id: int,
    died: PartialDate | None,
    by: Account,
    at: dt.datetime,
    document: tuple[str, str] | None = None,
) -> Recorded:
    """Record a death, or the date of one that was recorded without.

    Parameters
    ----------
    died
        None when nobody knows the date yet.
    document
        Kind and words of what it rests on; the words are stored encrypted.

    Raises
    ------
    Invalid
        When the date lies in the future or before the birth, or the document cannot be one.
    Conflict
        When it is recorded already.
    """
    act = Act(person_id, by, at)
    act.not_later(died, "died")
    if died is not None and clearly_before(str(died), act.person.birth):
        message = _("The date of death lies before the date of birth.")
        raise Invalid("registry.died_before_birth", message, field="died")
    row = Person.objects.values_list("death_year", "death_month", "death_day").get(pk=person_id)
    stored = known.birth_text(*row)
    if act.person.deceased and not diff.refines(iso(died), stored):
        raise nothing_new()
    payload: dict[str, object] = {"died": iso(died)}
    if document is not None:
        payload["evidence"] = evidence.check(*document)
    return act.record(EventKind.DEATH_RECORDED, payload, action="record_death", occurred=iso(died))


@transaction.atomic
def record_move(
    *,
    person_id: int,
    area_id: int | None,
    since: PartialDate | None,
    by: Account,
    at: dt.datetime,
    place: str = "",
) -> Recorded:
    """Record where a person actually lives: an area of ours, or ``place`` in words when it is elsewhere.

    The registration stays where it is. Without ``since`` the day of recording is the first day known.
    """
    act = Act(person_id, by, at)
    act.not_later(since, "since")
    text = place.strip()
    if area_id is not None and (text or not places.Area.objects.filter(pk=area_id, valid_to=None).exists()):
        raise Invalid("registry.area", _("Choose an area, or describe a place elsewhere."))
    if len(text) > 120:
        raise Invalid("registry.place", _("The place has at most 120 characters."))
    spells = act.person.residences
    if spells and spells[-1][1:] == (area_id, text) and not diff.refines(iso(since), spells[-1][0]):
        raise nothing_new()
    start = iso(since) or (act.on.isoformat() if spells else "")
    payload = {
        "kind": "actual",
        "area": area_id,
        "text": text,
        "start": start,
        "current": True,
        "replaces": [s for s, *_place in spells if s > start],
    }
    return act.record(EventKind.RESIDENCE_RECORDED, payload, action="record_move", occurred=iso(since))


@transaction.atomic
def record_phones(*, person_id: int, phones: list[str], by: Account, at: dt.datetime) -> Recorded:
    """Replace the telephones of a person; an empty list removes them."""
    act = Act(person_id, by, at)
    numbers = [phone.strip() for phone in phones]
    if len(numbers) > MOST_PHONES or not all(
        n.isascii() and n.isdigit() and 5 <= len(n) <= 20 for n in numbers
    ):
        raise Invalid("registry.phones", _("Give up to four telephone numbers in digits."))
    if [identifiers.phone_index(number) for number in numbers] == list(act.person.phones):
        raise nothing_new()
    payload = {"phones": numbers, "before": len(act.person.phones)}
    return act.record(EventKind.CONTACT_RECORDED, payload, action="record_phones")
