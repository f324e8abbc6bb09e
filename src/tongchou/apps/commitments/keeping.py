"""What becomes of promises: the unit reports, the level above asks families, what is broken is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Letter, Promise, Stage, Step
from tongchou.core import audit, calendar, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.domain.commitments import promises
from tongchou.domain.commitments.promises import CallBack
from tongchou.domain.public_words.checking import Why

#: Working days in which the remedy of a broken promise is owed.
REMEDY: Final = 15
LONGEST: Final = 500


@transaction.atomic
def report(*, promise_id: int, said: str, by: Account, at: dt.datetime) -> Promise:
    """The unit says that it has done what it promised, and what shows it.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    Conflict
        ``commitments.not_possible`` when it is not owed any more.
    Invalid
        ``commitments.evidence`` without words for what shows it.
    """
    one, letter = _locked(promise_id, lambda pk: access.own(pk, by=by, at=at))
    if not said.strip():
        raise Invalid("commitments.evidence", _("Say what shows that it was done."), field="said")
    after = _try(lambda: promises.reported(as_domain(one), on=clock.date_of(at)))
    return _changed(one, letter, after, "report", by=by, at=at, said=said)


@transaction.atomic
def answer(*, promise_id: int, asked: CallBack, said: str, by: Account, at: dt.datetime) -> Promise:
    """The level above has asked families whether it was done.

    Raises
    ------
    NotAllowed
        ``commitments.own_level`` for the unit itself, ``commitments.maker`` for whoever reported it.
    NotFound, Conflict
        When there is none there, or nothing was reported; ``commitments.too_few`` when too few answered.
    """
    one, letter = _locked(promise_id, lambda pk: access.from_above(pk, by=by, at=at))
    last = one.steps.filter(act="report").order_by("-pk").first()
    if last is not None and last.by_id == by.pk:
        raise NotAllowed("commitments.maker", _("You reported it. Somebody else asks the families."))
    if not asked.enough:
        message = _("Too few families answered: ask at least ten, or all where there are fewer.")
        raise Conflict("commitments.too_few", message)
    today = clock.date_of(at)
    after = _try(lambda: promises.answered(as_domain(one), asked, on=today, remedy_due=_remedy(today)))
    numbers = {"promised": asked.promised, "reached": asked.reached, "confirmed": asked.confirmed}
    return _changed(one, letter, after, "answer", by=by, at=at, said=said, numbers=numbers)


@transaction.atomic
def find_broken(*, promise_id: int, said: str, by: Account, at: dt.datetime) -> Promise:
    """The level above has looked into it and found it broken; its remedy is owed from now on.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``answer``.
    Invalid
        ``commitments.reasons`` without what was found.
    """
    one, letter = _locked(promise_id, lambda pk: access.from_above(pk, by=by, at=at))
    if not said.strip():
        raise Invalid("commitments.reasons", _("Say what was found."), field="said")
    today = clock.date_of(at)
    after = _try(lambda: promises.found_broken(as_domain(one), on=today, remedy_due=_remedy(today)))
    return _changed(one, letter, after, "broken", by=by, at=at, said=said)


@transaction.atomic
def upheld(*, promise_id: int, remedy_due: dt.date, by: Account, at: dt.datetime) -> Promise | None:
    """A complaint about a promise was found right: the promise is broken, and its remedy owed.

    Whoever calls has looked at the access: two people of the level above have decided. A promise that was
    broken already keeps the day its remedy is owed by. None where the letter is gone from among the
    published ones.
    """
    one, letter = _of_complaint(promise_id)
    if one is None or letter is None:
        return None
    today, before = clock.date_of(at), as_domain(one)
    broke = before.state is not promises.State.BROKEN
    after = promises.found_broken(before, on=today, remedy_due=remedy_due) if broke else before
    return _changed(one, letter, after, "upheld", by=by, at=at, said="", numbers={"broke": int(broke)})


@transaction.atomic
def mended(*, promise_id: int, reported_on: dt.date, by: Account, at: dt.datetime) -> Promise | None:
    """The level above has seen mended what a complaint had found: the promise is fulfilled.

    One that was broken by another finding too stays broken until families say that it was done. None as for
    ``upheld``.
    """
    one, letter = _of_complaint(promise_id)
    if one is None or letter is None:
        return None
    after = as_domain(one)
    if after.state in (promises.State.BROKEN, promises.State.REPORTED) and _by_complaint(one):
        after = promises.fulfilled(after, reported_on=reported_on)
    return _changed(one, letter, after, "mended", by=by, at=at, said="")


def _of_complaint(promise_id: int) -> tuple[Promise | None, Letter | None]:
    rows = Promise.objects.select_for_update(of=("self",)).select_related("letter")
    one = rows.filter(pk=promise_id, letter__stage=Stage.PUBLISHED).first()
    return one, None if one is None else one.letter


def _by_complaint(one: Promise) -> bool:
    """Whether what broke it last was an upheld complaint."""
    for step in one.steps.filter(act__in=("upheld", "broken", "answer")).order_by("-pk"):
        if step.act == "broken":
            return False
        if step.act == "answer" and not CallBack(**step.numbers).done:
            return False
        if step.act == "upheld" and step.numbers.get("broke"):
            return True
    return False


def _remedy(today: dt.date) -> dt.date:
    return calendar.add_workdays(today, REMEDY).on


def _locked(promise_id: int, letter_of: Callable[[int], Letter]) -> tuple[Promise, Letter]:
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


def _try(step: Callable[[], promises.Promise]) -> promises.Promise:
    try:
        return step()
    except promises.NotPossible as error:
        message = _("The promise is elsewhere by now. Look at where it stands.")
        raise Conflict("commitments.not_possible", message) from error


def _changed(
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
