"""Asking for the same kind of correction for many people at once, in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from tongchou.apps.corrections import actions, reach, sealing
from tongchou.apps.corrections.models import Correction, Kind
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import AppError
from tongchou.core.models import Account

#: People asked about in one transaction.
CHUNK = 500
#: Fields of which each person's value is looked up among all others: not for many at once.
ONE_BY_ONE = frozenset({"id_number"})


@transaction.atomic
def ask_many(
    *,
    new: Mapping[int, Mapping[str, str]],
    reason: str,
    evidence_kind: str,
    evidence_words: str,
    by: Account,
    at: dt.datetime,
    words: str = "",
) -> dict[int, int]:
    """Ask to correct what identifies many people; nothing changes until somebody else approves each.

    Parameters
    ----------
    new
        By person, texts by field as for ``ask_correction``; of at most ``CHUNK`` people.

    Returns
    -------
    dict
        Numbers of the requests by person. Left out are people out of reach, those of whom a correction
        waits, and values that cannot be right or change nothing.

    Raises
    ------
    NotAllowed
        When the account may not ask.
    Invalid
        When reason or document are missing.
    ValueError
        For too many people, or a field of ``ONE_BY_ONE``: a mistake in the program.
    """
    if len(new) > CHUNK or any(ONE_BY_ONE & fields.keys() for fields in new.values()):
        raise ValueError("not for many at once")
    areas = access.require(by, reach.ASK, on=clock.date_of(at))
    said_words = actions.said_reason(reason, words)
    kind, evidence = registry.check_evidence(evidence_kind, evidence_words)
    waiting = set(
        Correction.objects.filter(person_id__in=new, kind=Kind.IDENTITY, waiting=True).values_list(
            "person_id", flat=True
        )
    )
    known = registry.identities_of(new.keys() - waiting, scope=areas)
    places = registry.whereabouts(known)
    asked = []
    for person_id, now in sorted(known.items()):
        try:
            wanted = registry.check_values(now, new[person_id])
        except AppError:
            continue
        if wanted.get("birth", "") > clock.date_of(at).isoformat():
            continue
        old = {name: now.value(name) for name in wanted}
        asked.append(
            Correction(
                kind=Kind.IDENTITY,
                person_id=person_id,
                about=",".join(name for name in registry.IDENTITY_FIELDS if name in wanted),
                reason=reason,
                evidence_kind=kind,
                sealed=sealing.seal(sealing.Said(old, wanted, said_words, evidence), person_id),
                asked_by=by,
                asked_at=at,
                **places[person_id],
            )
        )
    made = {one.person_id: one.pk for one in Correction.objects.bulk_create(asked)}
    if made:
        audit.append(
            by=by,
            action="corrections.ask_many",
            subject=f"correction:{min(made.values())}",
            at=at,
            scope_no=asked[0].registered_scope,
            purpose=reason,
            detail={"corrections": sorted(made.values()), "people": sorted(made)},
        )
    return made
