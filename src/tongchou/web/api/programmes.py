"""The programmes in force: conditions with their sources, parameters over time with theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou import policies
from tongchou.core.errors import NotFound
from tongchou.domain.policy import tree
from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.words import Citation, Text
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Code, Words, words

router = Router(tags=["programmes"])


class Condition(Schema):
    code: str
    label: Words
    citation: Words | None


class Value(Schema):
    """A value from a day on, with the document that sets it; ``until`` the last day when nothing follows.

    ``level`` says who set it, ``known_from`` since when it is known where that is not its first day, and
    ``assumed`` that it is a default which no law of the area has set.
    """

    start: dt.date
    until: dt.date | None
    value: int
    reference: Words
    level: str
    known_from: dt.date | None
    assumed: bool


class ParameterShown(Schema):
    name: str
    label: Words
    unit: str
    values: list[Value]
    may_set: list[str]
    direction: str


class ProgrammeLine(Schema):
    """A programme in short.

    ``finding`` is ``registry`` when everybody is looked through, ``application`` when only who asks is
    answered; ``benefit`` is ``money`` or ``service``.
    """

    code: str
    title: Words
    kind: str
    finding: str
    benefit: str
    version: str
    first_year: int


class Programme(ProgrammeLine):
    conditions: list[Condition]
    parameters: list[ParameterShown]
    statement: Words | None
    citations: list[Words]


class Programmes(Schema):
    items: list[ProgrammeLine]


@router.get("", summary=gettext_noop("The programmes"), **answers(Programmes), **needs(None))
def programmes(request: HttpRequest):
    return Programmes(items=[ProgrammeLine(**_line(one)) for one in policies.load()])


@router.get(
    "/{code}",
    summary=gettext_noop("A programme: its conditions and parameters over time, with their sources"),
    **answers(Programme),
    **needs(None),
)
def programme(request: HttpRequest, code: Code):
    found = next((one for one in policies.load() if one.code == code), None)
    if found is None:
        raise NotFound("policies.no_programme", _("There is no such programme."))
    return Programme(
        **_line(found),
        conditions=list(_conditions(found)),
        parameters=[_parameter(one) for one in found.parameters.values()],
        statement=words(found.statement.text) if found.statement else None,
        citations=[_cited(one) for one in found.citations],
    )


def _line(found: policies.Programme) -> dict[str, object]:
    return {
        "code": found.code,
        "title": words(found.title),
        "kind": found.kind,
        "finding": found.finding,
        "benefit": found.benefit,
        "version": found.version,
        "first_year": found.first_year,
    }


def _conditions(found: policies.Programme) -> Iterator[Condition]:
    """Each named condition once, at whatever depth it first stands."""
    told: set[str] = set()
    for condition in found.every_condition():
        for part in tree.walk(condition):
            if isinstance(part, tree.Condition) and part.code not in told:
                told.add(part.code)
                yield Condition(
                    code=part.code,
                    label=words(part.label),
                    citation=_cited(part.citation) if part.citation else None,
                )


def _parameter(found: Parameter) -> ParameterShown:
    return ParameterShown(
        name=found.name,
        label=words(found.label),
        unit=found.unit,
        values=[
            Value(
                start=one.start,
                until=one.until,
                value=one.value,
                reference=words(one.reference),
                level=one.level,
                known_from=one.known_from,
                assumed=one.assumed,
            )
            for one in found.values
        ],
        may_set=list(found.local.levels) if found.local else [],
        direction=found.local.how if found.local else "",
    )


def _cited(source: Citation) -> Words:
    return words(Text(source.of("zh"), source.of("en")))
