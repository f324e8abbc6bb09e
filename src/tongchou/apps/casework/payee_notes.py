"""The account of a case for its readers: what waits for a second person, and what whoever pays is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tongchou.apps.casework import payee_changes, reach, sealing
from tongchou.apps.casework.models import Award, Case, Payee, PayeeChange
from tongchou.apps.casework.payee_models import ChangeState
from tongchou.core.models import Account


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change that waits, opened for those who may read the case.

    ``own``: the reader proposed it, so that others decide.
    """

    change_id: int
    payee: sealing.PayTo
    by: str
    at: dt.datetime
    due: dt.date
    own: bool


def may_confirm(case: Case, by: Account, on: dt.date) -> bool:
    """Whether the account's roles let it be the second person of a case. Two queries at most."""
    holder = reach.held(by, on)
    return any(
        holder.of(one).on_behalf(case.handling_scope, by.pk) is not None for one in payee_changes.SECOND
    )


def waiting_of(case: Case, by: Account) -> ChangeLine | None:
    """The change of a case that waits, opened; None without one. One query. Access is the caller's."""
    change = PayeeChange.objects.filter(case=case, state=ChangeState.WAITING).select_related("by").first()
    if change is None:
        return None
    return ChangeLine(
        change_id=change.pk,
        payee=sealing.unseal_payee(change.sealed, case.pk),
        by=change.by.shown_name,
        at=change.at,
        due=change.due,
        own=by.pk in (change.by_id, change.on_behalf_id),
    )


@dataclass(frozen=True, slots=True)
class AccountStep:
    """One act on the account of a case. ``act`` is a key of ``ACCOUNT_ACTS``; no account is in it."""

    act: str
    officer: str
    at: dt.datetime
    words: str


#: What was done on the account of a case, beside the acts of ``Act``.
ACCOUNT_ACTS: dict[str, Promise] = {
    "payee": gettext_lazy("Account recorded"),
    "payee_propose": gettext_lazy("Another account asked for"),
    "payee_confirm": gettext_lazy("Other account confirmed"),
    "payee_refuse": gettext_lazy("Other account refused"),
    "payee_withdraw": gettext_lazy("Wish for another account taken back"),
}
_OUTCOMES = {
    ChangeState.CONFIRMED: "payee_confirm",
    ChangeState.REFUSED: "payee_refuse",
    ChangeState.WITHDRAWN: "payee_withdraw",
}


def history(case: Case) -> list[AccountStep]:
    """What was done on the account of a case, oldest first. Two queries."""
    given = Payee.objects.filter(case=case, change=None).select_related("by").order_by("pk")
    found = [AccountStep("payee", row.by.shown_name, row.at, "") for row in given]
    changes = PayeeChange.objects.filter(case=case).select_related("by", "decided_by").order_by("pk")
    for one in changes:
        found.append(AccountStep("payee_propose", one.by.shown_name, one.at, ""))
        if one.decided_by is not None and one.decided_at is not None:
            act, words = _OUTCOMES[ChangeState(one.state)], sealing.unseal_words(one.words, case.pk)
            found.append(AccountStep(act, one.decided_by.shown_name, one.decided_at, words))
    return sorted(found, key=lambda one: one.at)


def cases_that_wait(**narrowed: object) -> QuerySet[PayeeChange, int]:
    """The numbers of the cases of which a change waits; few, along an index of these alone."""
    rows = PayeeChange.objects.filter(state=ChangeState.WAITING, **narrowed)
    return rows.values_list("case_id", flat=True)


@dataclass(frozen=True, slots=True)
class PayeeNote:
    """What whoever pays is told of the account of an award beside the account itself.

    ``since_approval``: it was written down after the approval. ``waits``: a change of it waits.
    """

    since_approval: bool
    waits: bool


def payee_notes(numbers: Collection[int]) -> dict[int, PayeeNote]:
    """Notes on awards, by number. Two queries, however many."""
    rows = Award.objects.filter(pk__in=numbers).values_list("pk", "case_id", "approved_at")
    awards = {pk: (case, approved) for pk, case, approved in rows}
    cases = [case for case, _approved in awards.values()]
    newest = dict(Payee.objects.filter(case__in=cases).order_by("pk").values_list("case_id", "at"))
    waits = set(cases_that_wait(case__in=cases))
    return {
        pk: PayeeNote(case in newest and newest[case] > approved, case in waits)
        for pk, (case, approved) in awards.items()
    }


def payees_touched_since(at: dt.datetime) -> set[int]:
    """Awards of cases with a change that waits, or that was confirmed after a moment. One query."""
    later = Q(state=ChangeState.WAITING) | Q(state=ChangeState.CONFIRMED, decided_at__gt=at)
    rows = PayeeChange.objects.filter(later, case__award__isnull=False)
    return set(rows.values_list("case__award", flat=True))
