"""Deciding about several requests at once: each stands by itself, and holds up no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.corrections import actions, queries, reach, sealing
from tongchou.apps.corrections.models import Correction, Kind, Refusal
from tongchou.apps.registry import api as registry
from tongchou.core import access, clock
from tongchou.core.errors import AppError, Conflict, Invalid
from tongchou.core.models import Account

#: Requests decided in one go at most.
MOST: Final = 100
#: Compared with the document digit by digit, where showing it is recorded.
_ALONE: Final = "id_number"


@dataclass(frozen=True, slots=True)
class Left:
    """A request nothing was done about, and why; ``person`` is empty when the areas do not hold them."""

    pk: int
    person: str
    error: AppError


@dataclass(frozen=True, slots=True)
class Together:
    """What became of the chosen requests."""

    done: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a list shows of a request the account may decide, beside its line.

    ``seen`` is the mark an approval sends back; empty when this one is to be approved on its own page.
    """

    changes: tuple[registry.StateChange, ...]
    words: str
    evidence_kind: str
    evidence: str
    stale: bool
    seen: str


def offers(found: Iterable[Correction], *, by: Account, at: dt.datetime) -> dict[int, Offer]:
    """By number, those of the requests the account may decide: not its own. Two queries, however many."""
    on = clock.date_of(at)
    rows = [one for one in found if one.waiting and one.asked_by_id != by.pk]
    mine = set(reach.decidable(by, on).filter(pk__in=[one.pk for one in rows]).values_list("pk", flat=True))
    rows = [one for one in rows if one.pk in mine]
    people = registry.identities_of({one.person_id for one in rows}, scope=queries.areas(by, on))
    return {one.pk: _offer(one, people.get(one.person_id)) for one in rows}


def _offer(one: Correction, now: registry.Identity | None) -> Offer:
    said = sealing.unseal(one.sealed, one.person_id)
    stale = now is not None and one.kind == Kind.IDENTITY and queries.is_stale(now, said)
    alone = _alone(one) or stale or now is None
    return Offer(
        changes=queries.asked(one, said),
        words=said.words,
        evidence_kind=one.evidence_kind,
        evidence=said.evidence,
        stale=stale,
        seen="" if alone or now is None else queries.identity_mark(now, said),
    )


def _alone(one: Correction) -> bool:
    """Whether this is to be approved on its own page: what would change is more than a list shows."""
    return one.kind != Kind.IDENTITY or _ALONE in one.about.split(",")


def approve_many(*, chosen: Mapping[int, str], by: Account, at: dt.datetime) -> Together:
    """Approve requests, each as ``approve``, in a transaction of its own.

    Parameters
    ----------
    chosen
        By number, the mark of what the account was shown (``Offer.seen``).

    Raises
    ------
    NotAllowed
        When the account may not decide at all.
    Invalid
        ``corrections.none_chosen``, ``corrections.too_many``.
    """
    _require(chosen, by, at)
    alone = {one.pk for one in Correction.objects.filter(pk__in=chosen, waiting=True) if _alone(one)}
    mine = set(
        reach.readable(by, clock.date_of(at))
        .filter(pk__in=alone)
        .exclude(asked_by=by.pk)
        .values_list("pk", flat=True)
    )

    def approve(number: int) -> None:
        if number in mine:
            message = _("Compare this one on its own page and approve it there.")
            raise Conflict("corrections.look_alone", message)
        actions.approve(correction_id=number, seen=chosen[number], by=by, at=at)

    return _each(chosen, approve, by, at)


def refuse_many(*, numbers: Collection[int], refusal: str, by: Account, at: dt.datetime) -> Together:
    """Refuse requests, each as ``refuse``, for one reason of the closed list.

    Raises
    ------
    NotAllowed
        When the account may not decide at all.
    Invalid
        As ``approve_many``; when the reason is none of ``Refusal``.
    """
    _require(numbers, by, at)
    if refusal not in Refusal.values:
        raise Invalid("corrections.refusal", _("Choose a reason from the list."), field="refusal")
    return _each(
        numbers, lambda one: actions.refuse(correction_id=one, refusal=refusal, by=by, at=at), by, at
    )


def _require(numbers: Collection[int], by: Account, at: dt.datetime) -> None:
    access.require(by, reach.DECIDE, on=clock.date_of(at))
    if not numbers:
        raise Invalid("corrections.none_chosen", _("Choose at least one request."))
    if len(set(numbers)) > MOST:
        message = _("At most %(most)s requests are decided at once. Choose fewer.") % {"most": MOST}
        raise Invalid("corrections.too_many", message)


def _each(numbers: Iterable[int], act: Callable[[int], object], by: Account, at: dt.datetime) -> Together:
    done: list[int] = []
    against: dict[int, AppError] = {}
    for number in dict.fromkeys(numbers):
        try:
            with transaction.atomic():
                act(number)
        except AppError as error:
            against[number] = error
        else:
            done.append(number)
    names = _names(against, by, at) if against else {}
    return Together(done, [Left(number, names.get(number, ""), one) for number, one in against.items()])


def _names(numbers: Collection[int], by: Account, at: dt.datetime) -> dict[int, str]:
    """Whom requests are about, as far as the account may read them. Two queries."""
    on = clock.date_of(at)
    found = dict(reach.readable(by, on).filter(pk__in=numbers).values_list("pk", "person_id"))
    people = registry.people(set(found.values()), scope=queries.areas(by, on))
    return {pk: people[person].name for pk, person in found.items() if person in people}
