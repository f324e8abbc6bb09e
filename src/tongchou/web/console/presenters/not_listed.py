"""People whom a register does not name, as the list shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tongchou.apps.intake import api as intake
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip

_CHIPS = {
    intake.Answer.OPEN: ("question", "warn"),
    intake.Answer.MOVED: ("turn", ""),
    intake.Answer.DIED: ("info", ""),
}


@dataclass(frozen=True, slots=True)
class NotListedLine:
    """One of them, the answers that can be given, and for who may record it where that is done."""

    pk: int
    name: str
    url: str
    id_masked: str
    birth: str
    village: str
    year: int
    chip: Chip
    told: str
    by: str
    answers: list[tuple[str, str]]
    records: list[tuple[str, str]]


def line(one: intake.NotListedView, *, records: bool) -> NotListedLine:
    answer = intake.Answer(one.answer)
    choices = [(str(value), str(label)) for value, label in intake.Answer.choices]
    act = {intake.Answer.MOVED: "registration", intake.Answer.DIED: "death"}.get(answer)
    person = [one.person.person_id]
    return NotListedLine(
        pk=one.pk,
        name=one.person.name,
        url=reverse("console:person", args=person),
        id_masked=one.person.id_masked,
        birth=formatters.day(one.person.birth),
        village=one.village,
        year=one.year,
        chip=Chip(str(answer.label), *_CHIPS.get(answer, ("check", ""))),
        told=formatters.moment(one.answered_at) if one.answered_at else "",
        by=one.answered_by,
        answers=[(value, label) for value, label in choices if value and value != one.answer],
        records=[(act, reverse("console:person-act", args=[*person, act]))] if records and act else [],
    )
