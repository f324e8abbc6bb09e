"""What becomes of promises: the unit reports, the level above asks families, what is broken is mended."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access, calling
from tongchou.apps.commitments.models import Letter, Promise, Stage
from tongchou.apps.commitments.promised import as_domain, attempt, changed, locked, remedy_from
from tongchou.core import clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.commitments import promises
from tongchou.domain.commitments.promises import CallBack


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
    one, letter = locked(promise_id, lambda pk: access.own(pk, by=by, at=at))
    if not said.strip():
        raise Invalid("commitments.evidence", _("Say what shows that it was done."), field="said")
    after = attempt(lambda: promises.reported(as_domain(one), on=clock.date_of(at)))
    calling.commit(one, letter, at=at)
    return changed(one, letter, after, "report", by=by, at=at, said=said)


@transaction.atomic
def find_broken(*, promise_id: int, said: str, by: Account, at: dt.datetime) -> Promise:
    """The level above has looked into it and found it broken; its remedy is owed from now on.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``calling.draw``.
    Invalid
        ``commitments.reasons`` without what was found.
    """
    one, letter = locked(promise_id, lambda pk: access.from_above(pk, by=by, at=at))
    if not said.strip():
        raise Invalid("commitments.reasons", _("Say what was found."), field="said")
    today = clock.date_of(at)
    after = attempt(lambda: promises.found_broken(as_domain(one), on=today, remedy_due=remedy_from(today)))
    return changed(one, letter, after, "broken", by=by, at=at, said=said)


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
    return changed(one, letter, after, "upheld", by=by, at=at, said="", numbers={"broke": int(broke)})


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
    return changed(one, letter, after, "mended", by=by, at=at, said="")


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
