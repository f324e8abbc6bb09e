"""A promise while something is done with it: locked, looked at by the domain, kept with its step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Letter, Promise, Stage, Step
from tongchou.core import audit, calendar, fit_words
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.models import Account
from tongchou.domain.commitments import promises
from tongchou.domain.public_words.checking import Why

#: Working days in which the remedy of a broken promise is owed.
REMEDY: Final = 15
LONGEST: Final = 500


def remedy_from(today: dt.date) -> dt.date:
    """The last day of a remedy owed from a day on."""
    return calendar.add_workdays(today, REMEDY).on


def locked(promise_id: int, letter_of: Callable[[int], Letter]) -> tuple[Promise, Letter]:
    """A promise of a published letter and the letter, both locked.

    Raises
    ------
    NotFound
        When there is none; as ``letter_of`` else.
    """
    number = Promise.objects.filter(pk=promise_id).values_list("letter_id", flat=True).first()
    if number is None:
        raise access.none()
    letter = letter_of(number)
    if letter.stage != Stage.PUBLISHED:
        raise NotFound("commitments.none", _("Nothing is owed of a letter before it is published."))
    return Promise.objects.select_for_update().get(pk=promise_id), letter


def as_domain(one: Promise) -> promises.Promise:
    """A promise as the domain looks at it."""
    return promises.Promise(
        due=one.due,
        state=promises.State(one.state),
        reported_on=one.reported_on,
        broken_on=one.broken_on,
        remedy_due=one.remedy_due,
        kept_on=one.kept_on,
    )


def attempt(step: Callable[[], promises.Promise]) -> promises.Promise:
    """A step of a promise.

    Raises
    ------
    Conflict
        ``commitments.not_possible`` when it is none of the state the promise is in.
    """
    try:
        return step()
    except promises.NotPossible as error:
        message = _("The promise is elsewhere by now. Look at where it stands.")
        raise Conflict("commitments.not_possible", message) from error


def changed(
    one: Promise,
    letter: Letter,
    after: promises.Promise,
    act: str,
    *,
    by: Account,
    at: dt.datetime,
    said: str,
    numbers: dict[str, int] | None = None,
) -> Promise:
    """Keep a promise as it stands after an act, with the act in the history and the audit.

    Raises
    ------
    Invalid
        ``commitments.reasons`` for words that may not stand.
    """
    if said.strip():
        # Whoever found it broken may quote what was promised.
        kinds = (Why.NAMED, Why.NUMBER) if act == "broken" else tuple(Why)
        fit_words.require(said, code="commitments.reasons", field="said", kinds=kinds)
    one.state, one.reported_on, one.broken_on = after.state, after.reported_on, after.broken_on
    one.remedy_due, one.kept_on = after.remedy_due, after.kept_on
    one.save(update_fields=["state", "reported_on", "broken_on", "remedy_due", "kept_on"])
    Step.objects.create(
        letter=letter, promise=one, act=act, by=by, at=at, said=said.strip()[:LONGEST], numbers=numbers or {}
    )
    audit.append(
        by=by,
        action=f"commitments.{act}",
        subject=f"promise:{one.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={"state": one.state},
    )
    return one
