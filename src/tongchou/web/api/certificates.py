"""Disability certificates of single people: recorded and ended here, and sent to nobody."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy, gettext_noop
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from tongchou.apps.registry import api as registry
from tongchou.core.errors import Invalid
from tongchou.domain.dates import PartialDate
from tongchou.web.api.access import needs
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Code, Id, Key

router = Router(tags=["people"])

_PLAIN = r"^[^\x00-\x1f\x7f]*$"
#: A date as far as it is known.
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]


class Certificate(Body):
    """As it stands on the certificate; ``number`` is the identity number and two digits more.

    ``compared``: another entry of the same day is replaced.
    """

    category: Annotated[int, Field(ge=1, le=7)]
    grade: Annotated[int, Field(ge=1, le=4)]
    number: Annotated[str, StringConstraints(min_length=20, max_length=30, pattern=_PLAIN)]
    issued: Day
    until: Day | None = None
    compared: bool = False


class CertificateEnded(Body):
    """The last day on which it holds, and the document that says so."""

    ended: Day
    document: Code
    document_words: Annotated[
        str, StringConstraints(min_length=1, max_length=registry.LONGEST_EVIDENCE, pattern=_PLAIN)
    ]


class PrivateEntry(Schema):
    """It was recorded. What is recorded is not sent."""

    person_id: int


@router.post(
    "/people/{int:person_id}/certificates",
    summary=gettext_noop("Record a disability certificate; it is shown and sent nowhere afterwards"),
    **answers(PrivateEntry, 201),
    **needs("registry.correct"),
)
def record_certificate(request: HttpRequest, person_id: Id, sent: Certificate, key: Key = None):
    def act() -> PrivateEntry:
        registry.record_certificate(
            person_id=person_id,
            category=sent.category,
            grade=sent.grade,
            number=sent.number,
            issued=_day(sent.issued, "issued"),
            until=None if sent.until is None else _day(sent.until, "until"),
            compared=sent.compared,
            by=request.auth,
            at=request.at,
        )
        return PrivateEntry(person_id=person_id)

    return once(request, key, act, sent.model_dump_json(), status=201)


@router.post(
    "/people/{int:person_id}/certificates/end",
    summary=gettext_noop("Record that a disability certificate holds no more"),
    **answers(PrivateEntry),
    **needs("registry.correct"),
)
def end_certificate(request: HttpRequest, person_id: Id, sent: CertificateEnded, key: Key = None):
    def act() -> PrivateEntry:
        registry.end_certificate(
            person_id=person_id,
            ended=_day(sent.ended, "ended"),
            evidence_kind=sent.document,
            evidence_words=sent.document_words,
            by=request.auth,
            at=request.at,
        )
        return PrivateEntry(person_id=person_id)

    return once(request, key, act, sent.model_dump_json())


def _day(text: str, name: str) -> PartialDate:
    try:
        return PartialDate.from_iso(text)
    except ValueError as error:
        message = gettext_lazy("Write the date, such as 1980-05-01, as far as it is known.")
        raise Invalid("api.date", message, field=name) from error
