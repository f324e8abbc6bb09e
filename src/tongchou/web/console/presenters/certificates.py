"""Certificates in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.certificates import api as certificates
from tongchou.domain.certificates.verifying import Finding
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip


@dataclass(frozen=True, slots=True)
class Tab:
    value: str
    label: str
    number: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    case_id: int
    number: str
    title: str
    person: str
    place: str
    approved: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A certificate in a list."""

    certificate_id: int
    number: str
    title: str
    person: str
    place: str
    first: str
    last: str
    copies: int
    chip: Chip
    valid: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One certificate."""

    row: Row
    case_url: str
    says: list[tuple[str, str]]
    about: list[tuple[str, str]]
    prints: list[tuple[str, str, str, str, str]]
    differs: bool
    newer: tuple[str, str] | None
    older: tuple[str, str] | None


def tabs(chosen: str, waiting: int | None) -> list[Tab]:
    labels = {
        "waiting": _("To be issued"),
        "unprinted": _("To be printed"),
        "valid": pgettext("certificates", "Valid"),
        "expired": pgettext("certificates", "Run out"),
        "revoked": pgettext("certificates", "Ended"),
    }
    if waiting is None:
        del labels["waiting"]
    return [
        Tab(value, label, waiting if value == "waiting" else None, value == chosen)
        for value, label in labels.items()
    ]


def waiting(one: certificates.Waiting, *, language: str) -> Waiting:
    return Waiting(
        one.case_id,
        one.number,
        one.title_zh if language == "zh" else one.title_en,
        one.person_name,
        one.place,
        formatters.day(one.approved_on),
        reverse("console:case", args=[one.case_id]),
    )


def row(one: certificates.Line, *, language: str) -> Row:
    return Row(
        certificate_id=one.certificate_id,
        number=one.number,
        title=one.title_zh if language == "zh" else one.title_en,
        person=one.person_name,
        place=one.place,
        first=formatters.day(one.first_day),
        last=formatters.day(one.last_day),
        copies=one.copies,
        chip=_chip(one),
        valid=one.state == "valid",
    )


def _chip(one: certificates.Line) -> Chip:
    if one.state == "revoked":
        return Chip(str(certificates.Reason(one.reason).label), "cross", "bad")
    if one.state == "expired":
        return Chip(pgettext("certificates", "Run out"), "clock", "warn")
    return Chip(pgettext("certificates", "Valid"), "check", "good")


def page(view: certificates.View, *, language: str) -> Page:
    line = row(view.line, language=language)
    about = [(_("Issued"), f"{formatters.moment(view.issued_at)} · {view.issued_by}"), (_("Area"), view.area)]
    if view.revoked_at is not None:
        about.append((_("Ended"), formatters.moment(view.revoked_at)))
    return Page(
        row=line,
        case_url=reverse("console:case", args=[view.case_id]),
        says=says(view.claims),
        about=about,
        prints=[
            (
                str(one.copy),
                str(certificates.Form(one.form).label),
                str(certificates.Why(one.why).label),
                one.by.shown_name,
                formatters.moment(one.at),
            )
            for one in view.prints
        ],
        differs=view.differs,
        newer=_link(view.replaced_by),
        older=_link(view.replaces),
    )


def _link(one: certificates.Certificate | None) -> tuple[str, str] | None:
    return (one.number, reverse("console:certificate", args=[one.pk])) if one is not None else None


def says(said: certificates.Claims) -> list[tuple[str, str]]:
    """What stands on it, as lines of label and value."""
    valid = _("%(first)s to %(last)s") % {
        "first": formatters.day(said.first_day),
        "last": formatters.day(said.last_day),
    }
    values = (said.kind, said.number, said.name, said.id_end, valid, said.issuer)
    return list(zip(_labels(), values, strict=True))


def _labels() -> list[str]:
    """What stands before the lines of a certificate, on the pages and in the script that checks."""
    return [
        _("Certificate"),
        pgettext("certificates", "Number"),
        _("Name"),
        _("ID number ends with"),
        pgettext("certificates", "Valid"),
        _("Issued by"),
    ]


def finding(found: Finding) -> tuple[str, str, str]:
    """What a check says: heading, what to do, tone."""
    words = {
        Finding.GOOD: (
            pgettext("certificates", "Valid"),
            _("Compare the name and the last characters with the identity card."),
            "good",
        ),
        Finding.UNSURE: (
            _("Genuine; whether it still holds is not known"),
            _("Get the newest status list, or ask the office that issued it. Serve the holder meanwhile."),
            "warn",
        ),
        Finding.REVOKED: (
            _("No longer holds"),
            _("It was ended. The holder can ask the office for a new one."),
            "bad",
        ),
        Finding.EXPIRED: (
            pgettext("certificates", "Run out"),
            _("Its days are over. The holder can ask the office for a new one."),
            "bad",
        ),
        Finding.NOT_YET: (
            _("Not valid yet"),
            _("It begins to hold on the day that stands on it."),
            "warn",
        ),
        Finding.FORGED: (_("Not genuine"), _("The signature does not fit what it says."), "bad"),
        Finding.UNKNOWN_KEY: (
            _("Signed by somebody unknown"),
            _("It comes from elsewhere or from a newer key: get this page anew from the office."),
            "bad",
        ),
        Finding.UNREADABLE: (_("No certificate"), _("This is not the square of a certificate."), "bad"),
    }
    return words[found]


def check_words() -> dict[str, Any]:
    """Everything the page that checks says by itself, in the reader's language."""
    return {
        "findings": {str(one): finding(one) for one in Finding},
        "labels": _labels(),
        "noSquare": _("No square was found in the picture. Take it from nearer, straight and in good light."),
        "noCamera": _("The camera cannot be used here. Choose a picture or enter the text."),
        "empty": _("Type or scan the text of the square first, or choose a picture of it."),
        "notAList": _("This is no status list of the office."),
        "olderList": _("This status list is older than the one in use."),
        "newList": _("The newer status list is in use now."),
        "listOf": _("Status list of %s; says what holds until %s."),
        "noList": _("There is no status list here: whether a certificate was ended is not known."),
    }
