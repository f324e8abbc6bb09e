"""Receiving an application from anybody. Nothing is looked up in the register, and nothing sent is lost."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.applications import checking, kinds, sealing
from tongchou.apps.applications.models import Act, Application, Sending, State, Step
from tongchou.apps.applications.sealing import Particulars
from tongchou.apps.casework import api as casework
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict
from tongchou.domain.casework.kinds import CaseKind

#: Sent for one village, and altogether, in ten minutes: above it a machine writes, not a village.
MOST_AT_ONCE: Final = 30
MOST_ALTOGETHER: Final = 600
_AT_ONCE: Final = dt.timedelta(minutes=10)
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever sent it keeps: the code, and the day by which the township has answered."""

    code: str
    kind: CaseKind
    year: int
    received_on: dt.date
    due: dt.date
    provisional: bool


def new_token() -> str:
    """What a page's form carries along, so that the same form sent twice is one application."""
    return secrets.token_hex(16)


def check(*, kind: str, year: int, area_id: int, said: Particulars, on: dt.date) -> None:
    """Say everything that is wrong with an application, without taking it.

    Raises
    ------
    NotFound, Invalid
        As ``send``.
    """
    checking.checked(said, kind=kinds.of_public_code(kind), year=year, area_id=area_id, on=on)


@transaction.atomic
def send(*, kind: str, year: int, area_id: int, said: Particulars, token: str, at: dt.datetime) -> Receipt:
    """Take an application; the same form sent again gives the same receipt and writes nothing.

    Another form for the same person, kind and year joins the one that waits, with a code of its own: to
    whoever sends it this looks like any other. There is no ``by``: nobody who sends is signed in.

    Raises
    ------
    NotFound
        ``casework.no_kind``.
    Invalid
        ``applications.form`` with ``problems`` by field, all at once.
    Conflict
        ``applications.many`` when many come at once.
    """
    today = clock.date_of(at)
    chosen = kinds.of_public_code(kind)
    clean, area = checking.checked(said, kind=chosen, year=year, area_id=area_id, on=today)
    page = token if _TOKEN.fullmatch(token) else new_token()
    code = sealing.code_for(page, chosen.code, year, area.pk, clean)
    ends = casework.to_begin(chosen, area.pk, today)
    receipt = Receipt(code, chosen, year, today, ends.on, ends.provisional)
    index = sealing.code_index(code)
    if Sending.objects.filter(code_index=index).exists():
        return receipt
    _not_too_many(area.pk, at)
    new = Application(
        kind=chosen.code,
        private=chosen.kind == "private",
        year=year,
        person_index=registry.id_index(clean.id_number),
        area_id=area.pk,
        scope_no=area.scope_no,
        received_at=at,
        due=ends.on,
        provisional=ends.provisional,
    )
    application = _waiting(new)
    sending = _sent(application, index, clean, area, at)
    if sending is None:
        return receipt
    act = Act.SEND if application is new else Act.AGAIN
    Step.objects.create(application=application, sending=sending, act=act, at=at)
    audit.append(
        by=None,
        action=f"applications.{act.value}",
        subject=f"application:{application.pk}",
        scope_no=area.scope_no,
        at=at,
        detail={"year": year},
    )
    return receipt


def _not_too_many(area_id: int, at: dt.datetime) -> None:
    lately = Sending.objects.filter(sent_at__gt=at - _AT_ONCE)
    if (
        lately.filter(area_id=area_id).count() >= MOST_AT_ONCE
        or lately.values("pk")[:MOST_ALTOGETHER].count() >= MOST_ALTOGETHER
    ):
        message = _(
            "Many applications come at once. Send it again in ten minutes, or call the township: an "
            "application can also be made by telephone and at the window."
        )
        raise Conflict("applications.many", message)


def _waiting(new: Application) -> Application:
    """The one that waits for the same person, kind and year, its row locked; else the new one, written."""
    same = Application.objects.select_for_update().filter(
        person_index=new.person_index, kind=new.kind, year=new.year, state=State.RECEIVED
    )
    if (standing := same.first()) is not None:
        return standing
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:  # somebody sent one in this moment
        return same.get()
    return new


def _sent(
    application: Application, index: str, said: Particulars, area: places.Area, at: dt.datetime
) -> Sending | None:
    """The sending, written; None when the very same one was written in this moment."""
    try:
        with transaction.atomic():
            return Sending.objects.create(
                application=application,
                code_index=index,
                sealed=sealing.seal(said, application.pk),
                area_id=area.pk,
                scope_no=area.scope_no,
                sent_at=at,
            )
    except IntegrityError:
        return None
