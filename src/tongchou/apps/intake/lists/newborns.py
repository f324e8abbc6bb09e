"""Births nobody has registered yet: an offer of help to the registrar of the mother's village, no more.

Only people who may correct the register where the mother is registered see an offer. Nothing is asked about
marriage, number of children or why it is late. With the answer, whatever it is, the row is gone: what stays
is how many were answered how, and a digest by which no list offers the birth again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.lists import payload
from tongchou.apps.intake.lists.models import ListFile, NewbornCount, NewbornOffer, ServedBirth
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists.row import ListRow

Outcome = NewbornCount.Outcome
PERMISSION = "registry.correct"


@dataclass(frozen=True, slots=True)
class Offer:
    """A birth to help with, as the registrar sees it."""

    offer_id: int
    day: str
    name: str
    sex: int | None
    place: str
    mother: str
    mother_id: int
    household_id: int | None
    father: str
    father_id: int | None
    phones: tuple[str, ...]  # masked, except in ``contact``
    village: str
    relation: str  # to the head, as far as it follows from the mother's
    received: dt.datetime


def offer(
    found: list[tuple[ListRow, registry.ListFinding, int, int]], *, reported: ListFile, at: dt.datetime
) -> int:
    """Keep births to offer help with, inside the caller's transaction; those answered for stay answered."""
    wanted = {}
    for row, finding, area_id, scope_no in found:
        mother, *others = finding.people
        assert mother is not None
        digest = payload.newborn_digest(row, mother)
        wanted[digest] = NewbornOffer(
            mother_id=mother,
            father_id=others[0] if others else None,
            area_id=area_id,
            scope_no=scope_no,
            digest=digest,
            payload=payload.seal_newborn(row, digest),
            received_at=at,
        )
    served = set(ServedBirth.objects.filter(digest__in=wanted).values_list("digest", flat=True))
    known = dict(NewbornOffer.objects.filter(digest__in=wanted).values_list("digest", "pk"))
    made = [one for digest, one in wanted.items() if digest not in served and digest not in known]
    NewbornOffer.objects.bulk_create(made, batch_size=500)
    link = NewbornOffer.lists.through
    numbers = [*known.values(), *(one.pk for one in made)]
    reports = [link(newbornoffer_id=number, listfile_id=reported.pk) for number in numbers]
    link.objects.bulk_create(reports, batch_size=500, ignore_conflicts=True)
    return len(made)


def brought_by(file: ListFile) -> QuerySet[NewbornOffer]:
    """The offers nobody has answered that no other list reports."""
    reports = NewbornOffer.lists.through.objects.filter(newbornoffer=OuterRef("pk"))
    own = {"listfile__in": file.copies()}
    return NewbornOffer.objects.filter(Exists(reports.filter(**own)), ~Exists(reports.exclude(**own)))


def withdraw(file: ListFile) -> int:
    """Withdraw what a list alone has brought, inside the caller's transaction; the number of offers."""
    number = brought_by(file).delete()[1].get(NewbornOffer._meta.label, 0)
    NewbornOffer.lists.through.objects.filter(listfile__in=file.copies()).delete()
    return number


def waiting(*, scope: Scope) -> QuerySet[NewbornOffer]:
    """The offers of the areas a scope reaches, the oldest first."""
    return NewbornOffer.objects.filter(scope.q("scope_no")).order_by("received_at", "pk")


def offers(*, scope: Scope, start: int = 0, limit: int = 50) -> list[Offer]:
    """A page of offers. Four queries, however many."""
    return _views(list(waiting(scope=scope)[start : start + limit]), scope)


def open_offer(offer_id: int, *, scope: Scope) -> Offer:
    """One offer.

    Raises
    ------
    NotFound
        When there is none in the scope, or it has been answered.
    """
    return _views([_one(offer_id, scope)], scope)[0]


def contact(*, offer_id: int, by: Account, at: dt.datetime) -> tuple[str, ...]:
    """The telephones of an offer in full, for whoever is about to call; the chain notes that they were shown.

    Raises
    ------
    NotAllowed, NotFound
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    with transaction.atomic():
        one = _one(offer_id, reach)
        said: dict[str, Any] = payload.open_newborn(one.payload, one.digest)
        # Not whose: the chain is never emptied, and what is kept of a birth is.
        audit.append(
            by=by, action="lists.newborn_contact", subject="newborn", at=at, scope_no=one.scope_no, detail={}
        )
    return tuple(said["phones"])


def _one(offer_id: int, scope: Scope, *, lock: bool = False) -> NewbornOffer:
    found = waiting(scope=scope).filter(pk=offer_id)
    one = (found.select_for_update() if lock else found).first()
    if one is None:
        raise NotFound("lists.no_newborn", _("This has been settled already, or is not in your areas."))
    return one


def _views(found: list[NewbornOffer], scope: Scope) -> list[Offer]:
    mothers = registry.people([one.mother_id for one in found], scope=scope)
    paths = places.paths({one.area_id for one in found})
    views = []
    for one in found:
        said: dict[str, Any] = payload.open_newborn(one.payload, one.digest)
        mother = mothers.get(one.mother_id)
        views.append(
            Offer(
                offer_id=one.pk,
                day=said["day"],
                name=said["name"] or "",
                sex=said["sex"],
                place=said["place"] or "",
                mother=mother.name if mother else said["mother"] or "",
                mother_id=one.mother_id,
                household_id=mother.household_id if mother else None,
                father=said["father"] or "",
                father_id=one.father_id,
                phones=tuple(registry.mask_phone(phone) for phone in said["phones"])
                or ((mother.phone_masked,) if mother and mother.phone_masked else ()),
                village=paths.get(one.area_id, ""),
                relation=registry.relation_of_child(mother.relation, said["sex"]) if mother else "",
                received=one.received_at,
            )
        )
    return views


def register_newborn(
    *,
    offer_id: int,
    name: str,
    sex: int,
    birth: PartialDate,
    by: Account,
    at: dt.datetime,
    relation: str | None = None,
    id_number: str | None = None,
) -> registry.Recorded:
    """Enter the child of an offer into its mother's household; the offer is then answered for.

    Raises
    ------
    NotAllowed, NotFound, Invalid, Conflict
        As ``registry.record_birth``.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    with transaction.atomic():
        one = _one(offer_id, reach, lock=True)
        _served(one, Outcome.REGISTERED, clock.date_of(at))
        return registry.record_birth(
            mother_id=one.mother_id,
            father_id=one.father_id,
            name=name,
            sex=sex,
            birth=birth,
            relation=relation,
            id_number=id_number,
            by=by,
            at=at,
        )


def answer_newborn(*, offer_id: int, outcome: str, by: Account, at: dt.datetime) -> None:
    """Note that an offer was answered: registered otherwise, elsewhere, or no help is wanted. All count as
    served, and nothing about the family stays.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        When the answer is none of ``Outcome``.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    if outcome not in Outcome.values:
        raise Invalid("lists.outcome", _("Choose one of the answers."))
    with transaction.atomic():
        one = _one(offer_id, reach, lock=True)
        _served(one, Outcome(outcome), clock.date_of(at))
        # Neither whose birth nor which answer: the chain is never emptied.
        audit.append(
            by=by, action="lists.newborn_served", subject="newborn", at=at, scope_no=one.scope_no, detail={}
        )


def _served(one: NewbornOffer, outcome: NewbornCount.Outcome, on: dt.date) -> None:
    ServedBirth.objects.get_or_create(digest=one.digest)
    counted, _new = NewbornCount.objects.get_or_create(
        area_id=one.area_id, month=f"{on:%Y-%m}", outcome=outcome, defaults={"scope_no": one.scope_no}
    )
    NewbornCount.objects.filter(pk=counted.pk).update(number=F("number") + 1)
    if not NewbornOffer.objects.filter(pk=one.pk).delete()[0]:
        raise Conflict("lists.newborn_answered", _("Somebody else has just settled this."))
