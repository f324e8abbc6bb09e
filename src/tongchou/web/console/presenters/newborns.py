"""Newborns to help, as the registrar's pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.intake import api as intake
from tongchou.domain import codes
from tongchou.web.console import formatters
from tongchou.web.console.page import data_language

Outcome = intake.lists.NewbornCount.Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """A way to settle an offer, and what its button says."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class NewbornLine:
    """A birth to help with."""

    url: str
    answer_url: str
    household_url: str
    day: str
    name: str
    sex: str
    mother: str
    father: str
    village: str
    place: str
    phones: str
    answers: tuple[Answer, ...]


def line(offer: intake.lists.Offer) -> NewbornLine:
    """A birth to help with."""
    return NewbornLine(
        url=reverse("console:newborn", args=[offer.offer_id]),
        answer_url=reverse("console:newborn-answer", args=[offer.offer_id]),
        household_url=reverse("console:household", args=[offer.household_id]) if offer.household_id else "",
        day=formatters.day(offer.day),
        name=offer.name,
        sex=codes.SEX.label(str(offer.sex), data_language()) if offer.sex else "",
        mother=offer.mother,
        father=offer.father,
        village=offer.village,
        place=offer.place,
        phones=" ".join(offer.phones),
        answers=(
            Answer(Outcome.REGISTERED, _("Helped, registered already")),
            Answer(Outcome.ELSEWHERE, _("Registered elsewhere")),
            Answer(Outcome.DECLINED, _("Needs no help")),
        ),
    )
