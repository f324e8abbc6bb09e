"""Taking a complaint: from anybody by the public page, or taken down by an officer of the level above."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import api as commitments
from tongchou.apps.complaints import access, sealing
from tongchou.apps.complaints.limits import limits
from tongchou.apps.complaints.models import Act, Channel, Complaint, Contact, Privacy, Round, State, Step, Why
from tongchou.apps.complaints.sealing import Who
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access as rights
from tongchou.core import audit, calendar, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.scope import Scope
from tongchou.domain.complaints.kinds import BYPASS, Kind, Nature
from tongchou.domain.complaints.limits import clock_of
from tongchou.domain.complaints.routing import Route
from tongchou.domain.complaints.words import Fault, faults

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Sent about one unit, and altogether, in ten minutes: above it a machine writes.
MOST_AT_ONCE: Final = 30
MOST_ALTOGETHER: Final = 300
_AT_ONCE: Final = dt.timedelta(minutes=10)
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
#: Areas whose governments, committees and departments can be complained of.
LEVELS: Final = (places.Level.COUNTY, places.Level.TOWNSHIP, places.Level.VILLAGE)
SAID: Final[dict[Fault, str | Promise]] = {
    Fault.EMPTY: _("Say what the unit did, or failed to do."),
    Fault.TOO_LONG: _("Say it in at most 2,000 characters."),
    Fault.NUMBER: _(
        "Please leave out numbers of identity cards and telephones. If you would like to be called, write "
        "your number into the box below it."
    ),
    Fault.FAMILY: _(
        "Here anybody can say what an office did or failed to do. How a family lives, marries or has "
        "children is its own matter: nothing of what you wrote was kept. If an office treated you or "
        "others wrongly, please say what the office did."
    ),
    Fault.CLOSED_MATTER: _(
        "These words are about births or family planning, and nothing of them was kept yet. If it is your "
        "own family that was pressed, charged or not helped, please tick that below and send it again. "
        "Otherwise leave these words out: it is no office's matter."
    ),
}


_NOBODY: Final = Who()


@dataclass(frozen=True, slots=True)
class Said:
    """What is complained of. ``own``: it happened to the own family."""

    unit: str
    nature: str
    kind: str
    words: str
    privacy: str = Privacy.ANONYMOUS
    own: bool = False
    who: Who = _NOBODY
    promise_id: int | None = None
    external: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever complained keeps."""

    code: str
    unit_name: str
    handler: str
    received_on: dt.date
    accept_due: dt.date
    answer_due: dt.date
    provisional: bool


def new_token() -> str:
    """What a page's form carries along, so that the same form sent twice is one complaint."""
    return secrets.token_hex(16)


@transaction.atomic
def send(*, said: Said, token: str, at: dt.datetime) -> Receipt:
    """Take a complaint by the public page; the same form sent again gives the same receipt. Nobody signs in.

    Raises
    ------
    Invalid
        ``complaints.form``: ``problems`` by field, all at once. Nothing of what was refused is kept.
    Conflict
        ``complaints.many`` when many come at once.
    NotFound
        ``complaints.nobody_above`` when there is no level to look at it.
    """
    return _take(said, Channel.PORTAL, token, None, at)


@transaction.atomic
def record(*, said: Said, channel: str, token: str, by: Account, at: dt.datetime) -> Receipt:
    """Take down what somebody says by telephone, on paper, or by way of 12345.

    An officer takes down what comes to the own level or above it in the own areas: never about the own unit,
    nor what bypasses the officer's level.

    Raises
    ------
    NotAllowed
        ``complaints.own_unit``, ``complaints.not_yours``, or without the permission.
    Invalid, Conflict, NotFound
        As ``send``.
    """
    if channel not in {Channel.PHONE, Channel.PAPER, Channel.HOTLINE}:
        raise Invalid("complaints.form", _("Say how it came in."), problems={"channel": [_("Choose.")]})
    return _take(said, Channel(channel), token, by, at)


def _take(said: Said, channel: Channel, token: str, by: Account | None, at: dt.datetime) -> Receipt:
    on = clock.date_of(at)
    areas = None if by is None else rights.require(by, access.RECORD, on=on)
    unit = unit_at(said.unit)
    problems = _problems(said, unit)
    if problems or unit is None:
        message = _("It was not sent yet. Please look at what is said below.")
        raise Invalid("complaints.form", message, problems=problems)
    if by is not None:
        access.not_of_the_unit(by, unit, on)
    area = places.area_by_id(unit.area_id, within=Scope.everything())
    assert area is not None
    bypass = Kind(said.kind) in BYPASS
    goes = access.route_of(area, department=unit.department_id is not None, bypass=bypass, on=on)
    handler = places.area_by_id(goes.area_id, within=Scope.everything())
    assert handler is not None
    if areas is not None and not areas.covers(handler.scope_no):
        message = _(
            "This goes to a level above yours. Ask the resident to use the public page, or to call the "
            "county: it is not taken down here."
        )
        raise NotAllowed("complaints.not_yours", message)
    page = token if _TOKEN.fullmatch(token) else new_token()
    code = sealing.code_for(
        page, said.unit, said.nature, said.kind, said.words, said.who.name, said.who.phone
    )
    days = clock_of(limits(), on, calendar.calendar())
    name = unit_name(unit)
    receipt = Receipt(code, name, places.path(handler), on, days.accept, days.answer, days.provisional)
    index = sealing.code_index(code)
    if Complaint.objects.filter(code_index=index).exists():
        return receipt
    if by is None:
        _not_too_many(unit.area_id, at)
    one = Complaint.objects.create(
        nature=said.nature,
        kind=said.kind,
        channel=channel,
        external=said.external.strip() if channel != Channel.PORTAL else "",
        privacy=said.privacy,
        unit_key=unit.key,
        unit_area_id=unit.area_id,
        unit_name=name,
        department_id=unit.department_id,
        promise_id=said.promise_id if said.kind == Kind.PROMISE else None,
        sealed="",
        code_index=index,
        received_at=at,
        recorded_by=by,
        area_id=handler.pk,
        scope_no=handler.scope_no,
        supervised=goes.supervised,
        due=days.accept,
        provisional=days.provisional,
    )
    one.sealed = sealing.seal(said.words.strip(), "words", one.pk)
    one.save(update_fields=["sealed"])
    if said.privacy != Privacy.ANONYMOUS:
        Contact.objects.create(complaint=one, sealed=sealing.seal_who(said.who, one.pk))
    begin_round(one, handler, goes, Why.FIRST, on)
    note(one, Act.RECEIVE, by, at)
    return receipt


def unit_at(key: str) -> posts.Unit | None:
    """A unit that can be complained of."""
    unit = posts.unit_of(key, scope=Scope.everything())
    return unit if unit is not None and unit.level in LEVELS else None


def unit_name(unit: posts.Unit) -> str:
    """Where it is, and which department."""
    place = places.path_of(unit.area_id)
    return f"{place} · {unit.name}" if unit.department_id is not None else place


def _problems(said: Said, unit: posts.Unit | None) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    if unit is None:
        found["unit"] = [_("Choose the office this is about. A family cannot be complained of.")]
    if said.nature not in set(Nature):
        found["nature"] = [_("Choose one.")]
    if said.kind not in set(Kind):
        found["kind"] = [_("Choose what it is about.")]
    if said.privacy not in Privacy.values:
        found["privacy"] = [_("Choose who may know that it was you.")]
    if wrong := faults(said.words, own=said.own):
        found["words"] = [SAID[one] for one in wrong]
    who = said.who
    if said.privacy == Privacy.ANONYMOUS and (who.name.strip() or who.phone.strip()):
        found["privacy"] = [
            _("Without a name means without a telephone too: empty these boxes, or choose another.")
        ]
    if said.privacy == Privacy.CONTACT and not who.phone.strip():
        found["phone"] = [_("Write the telephone under which the office may call.")]
    if said.privacy == Privacy.NAMED and not who.name.strip():
        found["name"] = [_("Write your name, or choose to stay without one.")]
    if len(who.name) > 40 or len(who.phone) > 30 or len(said.external) > 40:
        found["phone"] = [_("Keep the name to 40 characters and the telephone to 30.")]
    if said.kind == Kind.PROMISE and said.promise_id is not None:
        promise = commitments.promise_of(said.promise_id)
        of = (unit.area_id, unit.department_id) if unit is not None else None
        if promise is None or (promise.letter.area_id, promise.letter.department_id) != of:
            found["promise"] = [_("Choose a promise of this unit, or none.")]
    return found


def _not_too_many(area_id: int, at: dt.datetime) -> None:
    lately = Complaint.objects.filter(received_at__gt=at - _AT_ONCE, channel=Channel.PORTAL)
    if (
        lately.filter(unit_area_id=area_id).count() >= MOST_AT_ONCE
        or lately.values("pk")[:MOST_ALTOGETHER].count() >= MOST_ALTOGETHER
    ):
        message = _("Many come in at once. Please send it again in ten minutes, or call 12345.")
        raise Conflict("complaints.many", message)


def begin_round(one: Complaint, handler: places.Area, goes: Route, why: Why, on: dt.date) -> Round:
    """The days of a level begin."""
    days = clock_of(limits(), on, calendar.calendar())
    one.area_id, one.scope_no, one.supervised = handler.pk, handler.scope_no, goes.supervised
    one.state, one.due, one.provisional = State.RECEIVED, days.accept, days.provisional
    one.save(update_fields=["area_id", "scope_no", "supervised", "state", "due", "provisional"])
    return Round.objects.create(
        complaint=one,
        number=one.rounds.count() + 1,
        why=why,
        area_id=handler.pk,
        handler=handler.code,
        level=handler.level,
        started_on=on,
        accept_due=days.accept,
        answer_due=days.answer,
        provisional=days.provisional,
    )


def note(
    one: Complaint, act: Act, by: Account | None, at: dt.datetime, words: str = "", **detail: Any
) -> None:
    """The step of an act and its row in the audit chain, which says nothing of what was said."""
    Step.objects.create(
        complaint=one, act=act, by=by, at=at, sealed=sealing.seal(words.strip(), "step", one.pk)
    )
    audit.append(
        by=by,
        action=f"complaints.{act.value}",
        subject=f"complaint:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail=detail or None,
    )
