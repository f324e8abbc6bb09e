"""Asking for a correction, and deciding about it: never the same person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.corrections import queries, reach, sealing
from tongchou.apps.corrections.models import Correction, Decision, Kind, Outcome, Reason, Refusal
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account

#: Characters the words of a reason may have.
LONGEST = 200


@transaction.atomic
def ask_correction(
    *,
    person_id: int,
    new: Mapping[str, str],
    reason: str,
    evidence_kind: str,
    evidence_words: str,
    by: Account,
    at: dt.datetime,
    words: str = "",
) -> Correction:
    """Ask to correct what identifies a person; nothing changes until somebody else approves.

    Parameters
    ----------
    new
        Texts by field of ``registry.IDENTITY_FIELDS``; those equal to what is recorded are left out.
    reason
        One of ``Reason``; ``words`` say more, and must where it is ``OTHER``.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not ask, or not for this person.
    Invalid
        When a value cannot be right, or reason or document are missing.
    Conflict
        When nothing would change, the number belongs to somebody else, or a correction of this person waits.
    """
    areas = access.require(by, reach.ASK, on=clock.date_of(at))
    now = registry.identity_of(person_id, scope=areas)
    said_words = said_reason(reason, words)
    kind, evidence = registry.check_evidence(evidence_kind, evidence_words)
    wanted = registry.check_values(now, new)
    if wanted.get("birth", "") > clock.date_of(at).isoformat():
        raise Invalid("registry.future_date", _("This date lies in the future."), field="birth")
    old = {name: now.value(name) for name in wanted}
    made = _ask(
        Correction(
            kind=Kind.IDENTITY,
            person_id=person_id,
            about=",".join(name for name in registry.IDENTITY_FIELDS if name in wanted),
            reason=reason,
            evidence_kind=kind,
            sealed=sealing.seal(sealing.Said(old, wanted, said_words, evidence), person_id),
            asked_by=by,
            asked_at=at,
            **registry.whereabouts([person_id])[person_id],
        )
    )
    _note(made, "ask", by, at, fields=sorted(wanted))
    return made


@transaction.atomic
def ask_reversal(*, event_id: int, reason: str, by: Account, at: dt.datetime, words: str = "") -> Correction:
    """Ask to take an entry back that was recorded by mistake.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not this person.
    Invalid
        When no reason is given.
    Conflict
        When the entry cannot be taken back (the message says what to do first), or this waits already.
    """
    areas = access.require(by, "registry.correct", on=clock.date_of(at))
    access.require(by, reach.ASK, on=clock.date_of(at))
    entry = registry.open_entry(event_id, scope=areas)
    said_words = said_reason(reason, words)
    if against := registry.obstacles(entry.events):
        raise Conflict(f"registry.reverse_{against[0].reason}", against[0].message)
    made = _ask(
        Correction(
            kind=Kind.REVERSAL,
            person_id=entry.person_id,
            event_id=event_id,
            about=entry.kind,
            reason=reason,
            sealed=sealing.seal(sealing.Said({}, {}, said_words, ""), entry.person_id),
            seen=registry.without(entry.events, scope=areas).digest,
            asked_by=by,
            asked_at=at,
            **registry.whereabouts([entry.person_id])[entry.person_id],
        )
    )
    _note(made, "ask_reversal", by, at, event=event_id)
    return made


def said_reason(reason: str, words: str) -> str:
    """The words of a reason of the list, in order; ``Invalid`` when one of both will not do."""
    text = " ".join(words.split())
    if reason not in Reason.values:
        raise Invalid("corrections.reason", _("Choose a reason from the list."), field="reason")
    if len(text) > LONGEST or (reason == Reason.OTHER and not text):
        raise Invalid("corrections.words", _("Say the reason in at most 200 characters."), field="words")
    return text


def _ask(correction: Correction) -> Correction:
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError as error:
        message = _("The same has been asked for already and waits for a decision.")
        raise Conflict("corrections.waits", message) from error
    return correction


@transaction.atomic
def approve(*, correction_id: int, seen: str, by: Account, at: dt.datetime) -> registry.Recorded:
    """Approve a request; the registry records it in the same transaction.

    Parameters
    ----------
    seen
        The mark of what the account was shown (``View.seen``).

    Raises
    ------
    NotAllowed, NotFound
        When the account asked for it itself, or may not decide there.
    Conflict
        ``corrections.settled`` when somebody has decided already; ``corrections.seen`` when the register
        looks different from what was shown; otherwise what the registry says against it.
    """
    areas = access.require(by, reach.DECIDE, on=clock.date_of(at))
    one = _locked(correction_id, by, at)
    _second(one, by)
    registry.stand_still()
    if one.kind == Kind.IDENTITY:
        said = sealing.unseal(one.sealed, one.person_id)
        _as_seen(seen, queries.identity_mark(registry.identity_of(one.person_id, scope=areas), said))
        _settle(one, Outcome.APPROVED, by, at)
        return registry.correct_identity(
            person_id=one.person_id,
            old=said.old,
            new=said.new,
            reason=one.reason,
            correction=one.pk,
            asked_by=one.asked_by_id,
            by=by,
            at=at,
        )
    entry = registry.open_entry(one.event_id or 0, scope=areas)
    _as_seen(seen, sealing.mark(registry.without(entry.events, scope=areas).digest))
    scope_no = one.registered_scope
    _settle(one, Outcome.APPROVED, by, at)
    return registry.reverse(
        event_ids=entry.events,
        by=by,
        at=at,
        reason=one.reason,
        subject=f"person:{one.person_id}",
        scope_no=scope_no,
        detail={"correction": one.pk, "asked_by": one.asked_by_id, "kind": entry.kind},
    )


@transaction.atomic
def refuse(*, correction_id: int, refusal: str, by: Account, at: dt.datetime) -> None:
    """Refuse a request, for a reason of the closed list; the register stays as it is.

    Raises
    ------
    NotAllowed, NotFound
        When the account asked for it itself, or may not decide there.
    Invalid
        When the reason is none of ``Refusal``.
    Conflict
        ``corrections.settled`` when somebody has decided already.
    """
    if refusal not in Refusal.values:
        raise Invalid("corrections.refusal", _("Choose a reason from the list."), field="refusal")
    access.require(by, reach.DECIDE, on=clock.date_of(at))
    one = _locked(correction_id, by, at)
    _second(one, by)
    _settle(one, Outcome.REFUSED, by, at, refusal)
    _note(one, "refuse", by, at, reason=refusal)


@transaction.atomic
def withdraw(*, correction_id: int, by: Account, at: dt.datetime) -> None:
    """Take the own request back.

    Raises
    ------
    NotAllowed, NotFound
        When somebody else asked for it, or the person is no longer in the areas of the account.
    Conflict
        ``corrections.settled`` when somebody has decided already.
    """
    access.require(by, reach.ASK, on=clock.date_of(at))
    one = _locked(correction_id, by, at)
    if one.asked_by_id != by.pk:
        raise NotAllowed("corrections.not_own", _("Only who asked can take it back. You can refuse it."))
    _settle(one, Outcome.WITHDRAWN, by, at)
    _note(one, "withdraw", by, at)


@transaction.atomic
def show_numbers(*, correction_id: int, by: Account, at: dt.datetime) -> list[tuple[str, str, str]]:
    """``(field, old, new)`` in full, to compare them with the document; the audit chain notes it.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not decide, or not there.
    """
    access.require(by, reach.DECIDE, on=clock.date_of(at))
    one = reach.decidable(by, clock.date_of(at)).filter(pk=correction_id, waiting=True).first()
    if one is None:
        raise reach.no_correction()
    said = sealing.unseal(one.sealed, one.person_id)
    _note(one, "show_numbers", by, at)
    return [(name, said.old.get(name, ""), new) for name, new in said.new.items()]


def _locked(correction_id: int, by: Account, at: dt.datetime) -> Correction:
    found = reach.readable(by, clock.date_of(at)).select_for_update(of=("self",))
    one = found.filter(pk=correction_id).first()
    if one is None:
        raise reach.no_correction()
    if not one.waiting:
        raise Conflict("corrections.settled", _("This has been decided already."))
    return one


def _second(one: Correction, by: Account) -> None:
    if one.asked_by_id == by.pk:
        raise NotAllowed("registry.needs_two", _("Who asks for a correction does not approve it."))


def _as_seen(seen: str, now: str) -> None:
    if seen != now:
        message = _("The register has changed since you looked. Compare once more, then decide.")
        raise Conflict("corrections.seen", message)


def _settle(one: Correction, outcome: str, by: Account, at: dt.datetime, refusal: str = "") -> None:
    one.waiting = False
    one.save(update_fields=["waiting"])
    Decision.objects.create(
        correction=one,
        outcome=outcome,
        refusal=refusal,
        asked_by_id=one.asked_by_id,
        decided_by=by,
        decided_at=at,
    )


def _note(one: Correction, act: str, by: Account, at: dt.datetime, **detail: Any) -> None:
    audit.append(
        by=by,
        action=f"corrections.{act}",
        subject=f"correction:{one.pk}",
        at=at,
        scope_no=one.registered_scope,
        purpose=one.reason,
        detail={"person": one.person_id, **detail},
    )
