"""What a record that goes hands over to the one that stays: what that one does not know, and its family."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from tongchou.apps.registry import diff, identifiers
from tongchou.apps.registry.known import birth_text
from tongchou.apps.registry.models import (
    Couple,
    DisabilityCertificate,
    EventKind,
    FamilyStatement,
    Kinship,
    Person,
    Phone,
    Residence,
    Status,
)
from tongchou.apps.registry.one_person import OtherNumber
from tongchou.apps.registry.recording import Draft

_PARTICULARS = ("ethnicity", "ethnicity_text", "education", "marital")
_MOST_PARENTS = 2


def drafts(keep: int, gone: int, number_of: int) -> Iterator[Draft]:
    """The entries, of the record that stays and of the family of the one that goes.

    A fact both know stays as the one that stays has it; nothing is overwritten. A constant
    number of queries.
    """
    people = Person.objects.in_bulk([keep, gone])
    stays, goes = people[keep], people[gone]
    yield from _identity(stays, goes, number_of)
    if new := {n: getattr(goes, n) for n in _PARTICULARS if getattr(goes, n) and not getattr(stays, n)}:
        yield Draft(EventKind.PARTICULARS_RECORDED, new, person_id=keep)
    yield from _statuses(keep, gone)
    yield from _spells(keep, gone)
    yield from _parents(keep, gone)
    yield from _children(keep, gone)
    yield from _couples(keep, gone)


def _identity(stays: Person, goes: Person, number_of: int) -> Iterator[Draft]:
    payload: dict[str, Any] = {}
    if goes.sex and not stays.sex:
        payload["sex"] = goes.sex
    known, other = (birth_text(p.birth_year, p.birth_month, p.birth_day) for p in (stays, goes))
    if other != known and other.startswith(known):
        payload["birth"] = other
    if goes.former_id_cipher and not stays.former_id_cipher:
        payload["former_id"] = identifiers.open_id(goes.former_id_cipher, goes.pk)
    second: tuple[str, str] | None = None
    own = (identifiers.open_id(stays.id_cipher, stays.pk), stays.id_index)
    theirs = (identifiers.open_id(goes.id_cipher, goes.pk), goes.id_index)
    if theirs[0] and (not own[0] or number_of == goes.pk):
        payload["id"] = theirs
        second = own if own[0] else None  # type: ignore[assignment]
    elif theirs[0]:
        second = theirs  # type: ignore[assignment]
    if payload:
        yield Draft(EventKind.IDENTITY_CORRECTED, payload, person_id=stays.pk)
    more = OtherNumber.objects.filter(person=goes.pk).values_list("cipher", "index")
    also = [(identifiers.open_id(cipher, goes.pk), index) for cipher, index in more]
    for number in [*([second] if second else []), *also]:
        yield Draft(EventKind.OTHER_NUMBER_RECORDED, {"id": number}, person_id=stays.pk)


def _statuses(keep: int, gone: int) -> Iterator[Draft]:
    """Each kind of status the one that stays has none of: the spell that began last."""
    rows = Status.objects.filter(person__in=(keep, gone)).order_by("start")
    held: dict[int, dict[str, list[Any]]] = {keep: {}, gone: {}}
    for person, kind, start, value in rows.values_list("person_id", "kind", "start", "value"):
        held[person][kind] = [value, start]
    by_event: dict[str, dict[str, list[Any]]] = {}
    for kind, spell in held[gone].items():
        if kind not in held[keep]:
            by_event.setdefault(diff.STATUS_EVENT[kind], {})[kind] = spell
    for event, stated in sorted(by_event.items()):
        yield Draft(event, {"status": stated}, person_id=keep)


def _spells(keep: int, gone: int) -> Iterator[Draft]:
    both = (keep, gone)
    phones: dict[int, list[str]] = {keep: [], gone: []}
    for person, cipher in (
        Phone.objects.filter(person__in=both).order_by("position").values_list("person_id", "cipher")
    ):
        phones[person].append(identifiers.open_phone(cipher, person))
    if phones[gone] and not phones[keep]:
        yield Draft(EventKind.CONTACT_RECORDED, {"phones": phones[gone]}, person_id=keep)
    lived = Residence.objects.filter(person__in=both, kind="actual").order_by("start")
    places = {one.person_id: one for one in lived}
    if gone in places and keep not in places:
        last = places[gone]
        payload = {"kind": "actual", "start": last.start, "area": last.area_id, "text": last.outside_text}
        yield Draft(
            EventKind.RESIDENCE_RECORDED, payload | {"current": True}, person_id=keep, occurred=last.start
        )
    said = {one.person_id: one for one in FamilyStatement.objects.filter(person__in=both).order_by("start")}
    if gone in said and keep not in said:
        one = said[gone]
        counts = [one.living_sons, one.living_daughters, one.children_ever]
        yield Draft(
            EventKind.FAMILY_STATEMENT_RECORDED, {"start": one.start, "statement": counts}, person_id=keep
        )
    papers = {
        one.person_id: one for one in DisabilityCertificate.objects.filter(person__in=both).order_by("start")
    }
    if gone in papers and keep not in papers:
        paper = papers[gone]
        opened = identifiers.open_certificate(paper.cipher, gone)
        payload = {"start": paper.start, "until": paper.until, "certificate": opened}
        yield Draft(EventKind.CERTIFICATE_RECORDED, payload, person_id=keep, occurred=paper.start)


def _parents(keep: int, gone: int) -> Iterator[Draft]:
    """Parents the one that stays has none of: never two of one sex, never more than two."""
    rows = Kinship.objects.filter(child__in=(keep, gone)).order_by("parent_id")
    held: dict[int, dict[int, tuple[str, int | None]]] = {keep: {}, gone: {}}
    for child, parent, kind, sex in rows.values_list("child_id", "parent_id", "kind", "parent__sex"):
        held[child][parent] = (kind, sex)
    sexes = {sex for _kind, sex in held[keep].values()}
    new = [
        [parent, kind]
        for parent, (kind, sex) in held[gone].items()
        if parent not in held[keep] and (not held[keep] or (sex and sex not in sexes and None not in sexes))
    ]
    if new[: _MOST_PARENTS - len(held[keep])]:
        yield Draft(
            EventKind.KIN_RECORDED, {"parents": new[: _MOST_PARENTS - len(held[keep])]}, person_id=keep
        )


def _children(keep: int, gone: int) -> Iterator[Draft]:
    own = set(Kinship.objects.filter(parent=keep).values_list("child_id", flat=True))
    theirs = Kinship.objects.filter(parent=gone).order_by("child_id").values_list("child_id", "kind")
    for child, kind in theirs:
        payload: dict[str, Any] = {"not_parents": [gone]}
        if child not in own:
            payload["parents"] = [[keep, kind]]
        yield Draft(EventKind.KIN_RECORDED, payload, person_id=child)


def _couples(keep: int, gone: int) -> Iterator[Draft]:
    """Marriages of the one that goes become those of the one that stays, unless it has them already."""
    rows = list(
        Couple.objects.filter(Q(a__in=(keep, gone)) | Q(b__in=(keep, gone)))
        .order_by("a_id", "b_id", "start")
        .values_list("a_id", "b_id", "start", "ended", "end_reason")
    )
    married = {a + b - keep for a, b, *_rest in rows if keep in (a, b)}
    for a, b, start, ended, reason in rows:
        if gone not in (a, b):
            continue
        other = a + b - gone
        payloads: dict[int, dict[str, Any]] = {}
        if b == gone:  # else the couple stands at the record that goes, and goes with it
            payloads.setdefault(a, {})["not_spouses"] = [[gone, start]]
        low, high = sorted((keep, other))
        if other not in married:
            payloads.setdefault(low, {})["spouses"] = [[high, start]]
        for person, payload in payloads.items():
            yield Draft(EventKind.KIN_RECORDED, payload, person_id=person)
        if other not in married and ended is not None:
            payload = {"spouse": high, "start": start, "ended": ended, "reason": reason}
            yield Draft(EventKind.COUPLE_ENDED, payload, person_id=low, occurred=ended)
