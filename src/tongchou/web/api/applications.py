"""What residents sent, for the township: the list, one beside the register, and its acts.

The acts are those of the pages. Numbers and telephones are masked; an account that was sent shows its last
digits. Who is in nobody's areas is told of as little as on the page.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.applications import api as applications
from tongchou.apps.casework import api as casework
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Invalid
from tongchou.web.api.access import needs
from tongchou.web.api.case_types import Told
from tongchou.web.api.once import once
from tongchou.web.api.payees import CaseAccount, masked
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Code, Count, Id, Key, Limit, Moment, Words, following, words

router = Router(tags=["applications"])
State = Literal["received", "opened", "answered", "withdrawn"]


class ApplicationLine(Schema):
    """An application of a list. ``due`` is the day by which the township answers; of private kinds ``title``
    is neutral and ``kind`` empty.
    """

    application_id: int
    kind: str
    title: Words
    year: int
    name: str
    place: str
    received_on: dt.date
    due: dt.date
    provisional: bool
    late: bool
    times: int
    state: str
    case_id: int | None


class ApplicationLines(Schema):
    """A part of the list; send ``next`` as ``start`` to read on."""

    total: int
    items: list[ApplicationLine]
    next: int | None


class ApplicationCandidate(Schema):
    """Somebody on record it may be about, and what of what was sent is the same."""

    person_id: int
    name: str
    id_masked: str
    place: str
    by_number: bool
    same_name: bool
    phone_agrees: bool


class ApplicationSending(Schema):
    """One of the times it was sent; without particulars once it was emptied.

    ``by_name`` is who applies for somebody else (``applicant`` says as what); empty where the person applies.
    """

    sending_id: int
    sent_at: Moment
    withdrawn: bool
    chosen: bool
    name: str
    id_masked: str
    phone_masked: str
    applicant: str
    by_name: str
    mandate: str
    situation: str
    note: str
    statement: bool
    account: CaseAccount | None
    candidates: list[ApplicationCandidate]


class ApplicationView(Schema):
    """One application: what was sent, the people it may be about, and what was answered.

    ``standing`` are cases of these people for the same kind and year, which it would join.
    """

    application_id: int
    kind: str
    title: Words
    year: int
    place: str
    received_at: Moment
    due: dt.date
    state: str
    case_id: int | None
    why: str
    missing: list[str]
    said: str
    sendings: list[ApplicationSending]
    standing: list[int]


class ApplicationDone(Schema):
    """What became of an application. Nothing about anybody."""

    application_id: int
    state: str
    case_id: int | None


class ApplicationOpened(Body):
    """The sending that is the applicant's, and the person. ``confirmed``: both were compared, and it is known
    who applies.
    """

    sending_id: Id
    person_id: Id
    confirmed: bool


class ApplicationAnswered(Body):
    """Why no case can be opened, and what to bring; it refuses no benefit."""

    why: Code
    missing: list[Code] = []
    words: Told = ""


class ApplicationPassedOn(Body):
    """The village that is responsible."""

    area_id: Id


@router.get(
    "/applications",
    summary=gettext_noop("Applications residents sent, the nearest last day first"),
    **answers(ApplicationLines),
    **needs(casework.REVIEW),
)
def list_applications(
    request: HttpRequest, state: State = "received", late: bool = False, start: Count = 0, limit: Limit = 50
):
    """``late``: those alone of which the level above is told. ``start``: a multiple of ``limit``."""
    page = start // limit + 1
    found = applications.listed(by=request.auth, at=request.at, state=state, late=late, page=page, size=limit)
    items = [
        ApplicationLine(
            kind="" if one.kind.kind == "private" else one.kind.code,
            title=words(one.kind.public_title),
            **{name: getattr(one, name) for name in _LINE},
        )
        for one in found.lines
    ]
    begun = (page - 1) * limit
    return ApplicationLines(total=found.total, items=items, next=following(begun, items, found.total))


_LINE = (
    "application_id", "year", "name", "place", "received_on", "due", "provisional", "late", "times", "state",
    "case_id",
)  # fmt: skip


@router.get(
    "/applications/{int:application_id}",
    summary=gettext_noop("One application beside the people on record it may be about"),
    **answers(ApplicationView),
    **needs(casework.REVIEW),
)
def application(request: HttpRequest, application_id: Id):
    view = applications.view(application_id, by=request.auth, at=request.at)
    one = view.application
    return ApplicationView(
        application_id=one.pk,
        kind="" if view.kind.kind == "private" else view.kind.code,
        title=words(view.kind.public_title),
        year=one.year,
        place=view.place,
        received_at=one.received_at,
        due=one.due,
        state=one.state,
        case_id=one.case_id,
        why=one.why,
        missing=[code for code in one.missing.split(",") if code],
        said=view.said,
        sendings=[_sending(each, view) for each in view.sent],
        standing=[line.case_id for line in view.standing],
    )


@router.post(
    "/applications/{int:application_id}/open",
    summary=gettext_noop("Open the case of an application for the person who was compared"),
    **answers(ApplicationDone),
    **needs(casework.REVIEW),
)
def open_application(request: HttpRequest, application_id: Id, sent: ApplicationOpened, key: Key = None):
    def act() -> ApplicationDone:
        if not sent.confirmed:
            message = _("Choose the person, and tick that you have compared both and know who applies.")
            raise Invalid("applications.confirm", message, field="confirmed")
        case = applications.open_from(
            sending_id=sent.sending_id, person_id=sent.person_id, **_given(request, application_id)
        )
        return ApplicationDone(application_id=application_id, state="opened", case_id=case)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/applications/{int:application_id}/answer",
    summary=gettext_noop("Return an application: say why no case can be opened and what to bring"),
    **answers(ApplicationDone),
    **needs(casework.REVIEW),
)
def answer_application(request: HttpRequest, application_id: Id, sent: ApplicationAnswered, key: Key = None):
    def act() -> ApplicationDone:
        applications.answer(**sent.model_dump(), **_given(request, application_id))
        return ApplicationDone(application_id=application_id, state="answered", case_id=None)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/applications/{int:application_id}/pass-on",
    summary=gettext_noop("Pass an application on to the village that is responsible; its day stays the same"),
    **answers(ApplicationDone),
    **needs(casework.REVIEW),
)
def pass_application_on(request: HttpRequest, application_id: Id, sent: ApplicationPassedOn, key: Key = None):
    def act() -> ApplicationDone:
        applications.pass_on(area_id=sent.area_id, **_given(request, application_id))
        return ApplicationDone(application_id=application_id, state="received", case_id=None)

    return once(request, key, act, sent.model_dump_json())


def _given(request: HttpRequest, application_id: int) -> dict[str, Any]:
    return {"application_id": application_id, "by": request.auth, "at": request.at}


def _sending(each: applications.Sent, view: applications.View) -> ApplicationSending:
    said = each.said or applications.Particulars("", "", "", "")
    account = casework.PayTo(**said.account) if said.account else None
    return ApplicationSending(
        sending_id=each.sending.pk,
        sent_at=each.sending.sent_at,
        withdrawn=each.sending.withdrawn_at is not None,
        chosen=each.sending.chosen,
        id_masked=registry.mask_id(said.id_number) if said.id_number else "",
        phone_masked=registry.mask_phone(said.phone) if said.phone else "",
        account=None if account is None else masked(account),
        candidates=[_candidate(one) for one in view.candidates.get(each.sending.pk, ())],
        **{name: getattr(said, name) for name in _SAID},
    )


_SAID = ("name", "applicant", "by_name", "mandate", "situation", "note", "statement")


def _candidate(one: applications.Candidate) -> ApplicationCandidate:
    return ApplicationCandidate(
        person_id=one.person.person_id,
        name=one.person.name,
        id_masked=one.person.id_masked,
        place=one.person.place,
        by_number=one.by_number,
        same_name=one.same_name,
        phone_agrees=one.same_phone,
    )
