"""What a family does about its case, as an officer notes it: it brought something, or withdraws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import deciding, moving, reach, sealing
from tongchou.apps.casework.models import Asked, Decision
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.casework.steps import Act


@transaction.atomic
def brought(
    *,
    case_id: int,
    by: Account,
    at: dt.datetime,
    words: str = "",
    statement: bool = False,
    given: Collection[str] = (),
) -> Decision:
    """The family brought what was asked for, or says that there is no more: the clock runs again.

    Whoever may begin cases in the area may note it, so that nobody has to travel for it.

    Parameters
    ----------
    words
        What the family says, or why the case goes on without anything brought.
    statement
        The applicant's own signed statement is among it; it stands on this application alone (rights rule 2).
    given
        What was brought, by the codes of ``Asked``.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``accept``.
    Invalid
        ``casework.brought`` when nothing was given and no reason is; ``casework.asked`` for an unknown code.
    """
    if set(given) - set(Asked.values):
        raise Invalid("casework.asked", _("Choose what the family has brought."), field="given")
    signed = statement or Asked.STATEMENT in given
    came = [code for code in Asked.values if code in set(given) or (signed and code == Asked.STATEMENT)]
    told = deciding.said(words)
    # Who may not look at the case learns nothing of what would be wrong.
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at, reach.OPEN)
    if not came and not told:
        message = _("Tick what the family has brought, or write why the case goes on without it.")
        raise Invalid("casework.brought", message, field="words")
    if signed:
        said_before = sealing.unseal(found.case.sealed, found.case.person_id)
        found.case.sealed = sealing.seal(replace(said_before, statement=True), found.case.person_id)
    return moving.move(
        found, Act.BROUGHT, by=by, on_behalf=on_behalf, at=at, reasons=",".join(came), words=told
    )


@transaction.atomic
def withdraw(*, case_id: int, by: Account, at: dt.datetime) -> Decision:
    """Note that the family withdraws its application, or its appeal. No reason is asked for."""
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at, reach.OPEN)
    return moving.move(found, Act.WITHDRAW, by=by, on_behalf=on_behalf, at=at)
