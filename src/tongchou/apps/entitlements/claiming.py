"""Record that a family has claimed, and take back what was recorded by mistake."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.entitlements.models import (
    CLAIMABLE,
    Claim,
    ClaimMistake,
    Entitlement,
    State,
)
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, scope
from tongchou.core.errors import Invalid, NotFound
from tongchou.core.models import Account
from tongchou.domain.policy.rules import first_day
from tongchou.policies.areas import laws


def too_early(programme: str, year: int, on: dt.date) -> dt.date | None:
    """The first day on which a year can be claimed while that is still to come, else None.

    A programme that sets no days can be claimed before its year begins, as can what rests on no programme.
    """
    rules = next((one for one in laws().programmes() if one.code == programme), None)
    day = first_day(rules, year) if rules is not None else None
    return day if day is not None and day > on else None


def early_words(programme: str, year: int, on: dt.date) -> str:
    """What is said of a claim that comes before the first day of its year; empty for one that does not."""
    day = too_early(programme, year, on)
    if day is None:
        return ""
    return _(
        "%(year)s cannot be applied for yet: applications for it are taken from %(day)s on. Nothing is lost "
        "by waiting until then."
    ) % {"year": year, "day": day.isoformat()}


def record_claim(*, person_id: int, programme: str, year: int, by: Account, at: dt.datetime) -> Claim:
    """The claim of a person for a programme and year, recorded once however often it is sent.

    Raises
    ------
    NotAllowed
        When the account may not record claims.
    NotFound
        When the person is outside the account's areas.
    Invalid
        When the person is not listed as entitled for that programme and year; ``too_early`` for a year that
        cannot be claimed yet.
    """
    access.require(by, "worklist.claim")
    person = registry.open_person(
        person_id, scope=scope.of(by, on=clock.date_of(at), permission="worklist.claim")
    )
    with transaction.atomic():
        registry.stand_still()
        existing = (
            Claim.objects.standing().filter(person_id=person_id, programme=programme, year=year).first()
        )
        if existing:
            return existing
        require_listed(person_id, programme, year)
        if early := early_words(programme, year, clock.date_of(at)):
            raise Invalid("too_early", early)
        return _claimed(person_id, programme, year, person.registered_scope, by, at)


def note_claim(*, person_id: int, programme: str, year: int, by: Account, at: dt.datetime) -> bool:
    """Take a person off the list as a case was begun, inside the caller's transaction; whether it was so.

    Whoever is not listed, or has claimed, stays as they are. Access is the caller's.
    """
    listed = Entitlement.objects.filter(
        evaluation__current=True,
        evaluation__year=year,
        person_id=person_id,
        programme=programme,
        outcome__in=CLAIMABLE,
        state=State.OPEN,
    )
    place = listed.values_list("registered_scope", flat=True).first()
    if place is None:
        return False
    if Claim.objects.standing().filter(person_id=person_id, programme=programme, year=year).exists():
        return False
    _claimed(person_id, programme, year, place, by, at)
    return True


def claimed_on(*, person_id: int, programme: str, year: int) -> dt.date | None:
    """The day on which the standing claim of a person was recorded; None without one. One query."""
    standing = Claim.objects.standing().filter(person_id=person_id, programme=programme, year=year)
    at = standing.values_list("recorded_at", flat=True).first()
    return None if at is None else clock.date_of(at)


def _claimed(person_id: int, programme: str, year: int, scope_no: int, by: Account, at: dt.datetime) -> Claim:
    claim = Claim.objects.create(
        person_id=person_id,
        programme=programme,
        year=year,
        recorded_at=at,
        recorded_by=by.pk,
        **registry.whereabouts([person_id])[person_id],
    )
    # Also in a list that is being written: it becomes current with this claim in it.
    Entitlement.objects.filter(
        evaluation__year=year, person_id=person_id, programme=programme, state=State.OPEN
    ).update(state=State.CLAIMED)
    audit.append(
        by=by,
        action="entitlements.claim",
        subject=f"person:{person_id}",
        scope_no=scope_no,
        detail={"programme": programme, "year": year},
        at=at,
    )
    return claim


def require_listed(person_id: int, programme: str, year: int) -> None:
    """Refuse what concerns a benefit the person is not listed as entitled to.

    Raises
    ------
    Invalid
        When there is no such row on the current list.
    """
    listed = Entitlement.objects.filter(
        evaluation__current=True,
        evaluation__year=year,
        person_id=person_id,
        programme=programme,
        outcome__in=CLAIMABLE,
    )
    if not listed.exists():
        raise Invalid("not_listed", _("This person is not on the list for that programme and year."))


def take_back_claim(
    *, person_id: int, programme: str, year: int, mistake: str, by: Account, at: dt.datetime
) -> Claim:
    """A claim recorded by mistake no longer counts, and the family is on the list again.

    The record of it stays. Sent twice, the second does nothing.

    Raises
    ------
    NotAllowed
        When the account may not record claims.
    NotFound
        When the person is outside the account's areas or no such claim was ever recorded.
    Invalid
        When the mistake is none of ``ClaimMistake``.
    """
    access.require(by, "worklist.claim", on=clock.date_of(at))
    person = registry.open_person(
        person_id, scope=scope.of(by, on=clock.date_of(at), permission="worklist.claim")
    )
    if mistake not in ClaimMistake.values:
        raise Invalid("claim.mistake", _("Choose what went wrong from the list."))
    with transaction.atomic():
        registry.stand_still()
        recorded = Claim.objects.select_for_update().filter(
            person_id=person_id, programme=programme, year=year
        )
        claim = recorded.standing().first() or recorded.order_by("-withdrawn_at").first()
        if claim is None:
            raise NotFound("claim.none", _("No claim is recorded for this programme and year."))
        if claim.withdrawn_at is not None:
            return claim
        claim.withdrawn_at, claim.withdrawn_by, claim.mistake = at, by.pk, mistake
        claim.save(update_fields=["withdrawn_at", "withdrawn_by", "mistake"])
        Entitlement.objects.filter(
            evaluation__year=year, person_id=person_id, programme=programme, state=State.CLAIMED
        ).update(state=State.OPEN)
        audit.append(
            by=by,
            action="entitlements.take_back_claim",
            subject=f"person:{person_id}",
            scope_no=person.registered_scope,
            detail={"programme": programme, "year": year, "mistake": mistake},
            at=at,
        )
    return claim
