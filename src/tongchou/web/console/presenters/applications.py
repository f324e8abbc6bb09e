"""Residents' applications in the reader's words: for whoever holds a code, and for the township."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.applications import api as applications
from tongchou.apps.casework import api as casework
from tongchou.apps.registry import api as registry
from tongchou.core import calendar
from tongchou.policies.remedies import remedy
from tongchou.web.console import formatters
from tongchou.web.console.case_forms import RELATIONS
from tongchou.web.console.parts import Chip, Option
from tongchou.web.console.presenters import cases


@dataclass(frozen=True, slots=True)
class Told:
    """Where an application stands, in plain words."""

    title: str
    chip: Chip
    lines: list[str]
    asked: list[str]
    clauses: list[str]
    reason: str
    objection: str
    facts: list[tuple[str, str]]
    may_withdraw: bool
    may_bring: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An application in the township's list."""

    url: str
    title: str
    year: int
    name: str
    place: str
    received: str
    due: str
    mark: Chip | None
    chip: Chip
    times: str


@dataclass(frozen=True, slots=True)
class WishRow:
    wish_id: int
    title: str
    about: str
    words: str
    at: str
    case_url: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody of the register beside what was sent; each line says whether both are the same."""

    person_id: int
    name: str
    about: str
    url: str
    lines: list[Chip]


@dataclass(frozen=True, slots=True)
class SentRow:
    """One time it was sent, with the people it may be about."""

    sending_id: int
    at: str
    place: str
    withdrawn: bool
    chosen: bool
    facts: list[tuple[str, str]]
    account: list[tuple[str, str]]
    candidates: list[CandidateRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    application_id: int
    title: str
    chip: Chip
    facts: list[tuple[str, str]]
    sent: list[SentRow]
    standing: list[cases.Row]
    history: list[tuple[str, str, str]]
    waits: bool
    case_url: str
    answer: list[tuple[str, str]]


_TONES = {
    "received": ("clock", "info"),
    "opened": ("check", "good"),
    "answered": ("question", "warn"),
    "withdrawn": ("turn", ""),
    "unconfirmed": ("question", "warn"),
}


def kinds(language: str) -> list[Option]:
    """What can be applied for, private kinds last and under their neutral names."""
    listed = sorted(applications.offered(), key=lambda one: (one.kind == "private", one.public_title.en))
    return [Option(applications.public_code(one), one.public_title.of(language)) for one in listed]


def days(due: dt.date, received: dt.date, provisional: bool) -> str:
    """The day by which the township has answered, with the working days until then."""
    number = calendar.workdays_between(received, due)
    told = {
        "day": formatters.day(due),
        "days": ngettext("%(n)s working day", "%(n)s working days", number) % {"n": number},
    }
    shown = _("%(day)s (%(days)s)") % told
    return _("%(day)s, provisional") % {"day": shown} if provisional else shown


def told(found: applications.Followed, *, language: str) -> Told:
    """What a code tells. Nobody's name or number is in it."""
    case = found.case
    facts = [
        (_("Year"), str(found.year)),
        (_("Received on"), formatters.day(found.received_on)),
    ]
    if found.phase == "received":
        facts.append((_("Lies at"), found.place))
        facts.append((_("Answered by"), days(found.due, found.received_on, found.provisional)))
    if case is not None:
        facts.append((_("Number of the case"), case.number))
    return Told(
        title=found.kind.public_title.of(language),
        chip=_chip(found),
        lines=_lines(found, language),
        asked=_asked(found),
        clauses=[zh if language == "zh" else en for zh, en in case.failing] if case is not None else [],
        reason=cases.reasons("refuse", case.reasons) if case is not None else "",
        objection=_objection(found, language),
        facts=facts,
        may_withdraw="withdraw" in found.may,
        may_bring="brought" in found.may,
    )


def _objection(found: applications.Followed, language: str) -> str:
    """How to object to what was decided, as far as it has been reviewed already."""
    if found.phase not in ("refused", "approved"):
        return ""
    reviews = found.case.reviews if found.case is not None else 0
    return remedy(found.kind, reviews, above=_("the level above")).of(language)


def _asked(found: applications.Followed) -> list[str]:
    """What is to be brought: to the case, or so that one can be opened."""
    if found.case is None:
        return [str(applications.Missing(code).label) for code in found.missing]
    return [str(casework.Asked(code).label) for code in found.case.asked]


def _chip(found: applications.Followed) -> Chip:
    if found.paid:
        return Chip(_("Paid"), "coin", "good")
    if found.case is not None and found.phase not in _TONES:
        icon, tone = cases.TONES[found.phase]
        return Chip(str(casework.State(found.phase).label), icon, tone)
    icon, tone = _TONES[found.phase]
    if found.phase == "unconfirmed":
        return Chip(_("Not confirmed"), icon, tone)
    return Chip(str(applications.State(found.phase).label), icon, tone)


def _lines(found: applications.Followed, language: str) -> list[str]:
    lines = [_of_phase(found, language)]
    if found.phase == "answered":
        lines.append(_("This refuses you nothing: with what is named here you can apply again at once."))
    if found.paid:
        lines.append(_("The bank has reported that the money has arrived."))
    elif found.phase == "approved" and found.kind.gives == "money":
        lines.append(_("The money is paid with the next batch; nothing more is needed of you."))
    if found.said:
        lines.append(found.said)
    waiting = {
        "withdraw": _("Your wish to withdraw has arrived; the office notes it."),
        "brought": _("Your answer has arrived; the office reads it."),
    }
    return [*lines, *(waiting[about] for about in found.wishes)]


def _of_phase(found: applications.Followed, language: str) -> str:
    if found.phase == "answered":
        return str(applications.Why(found.why).label)
    stage = found.case.stage.title.of(language) if found.case is not None else ""
    words = {
        "received": _("Your application has arrived. The township looks at it and opens the case."),
        "unconfirmed": _(
            "The township could not confirm who sent this. Come to the window with your identity card."
        ),
        "withdrawn": _("It is withdrawn. You may apply again whenever you wish."),
        "applied": _("The township has opened the case. It has yet to be accepted."),
        "running": _("The case is being worked on. It stands at: %(stage)s.") % {"stage": stage},
        "waiting": _("The office needs something of you before it can go on:"),
        "suspended": _("The office clears something up first. Nothing is needed of you."),
        "approved": _("It is approved."),
        "refused": _("It was not granted."),
        "appealed": _("Another officer looks at the decision again."),
        "ended": _("It has ended; nothing more is paid of it. What was paid stays paid."),
    }
    return str(words[found.phase])


def row(line: applications.Line, *, on: dt.date, language: str) -> Row:
    """An application as a line of the township's list."""
    mark = None
    if line.late:
        late = (on - line.due).days
        words = ngettext("late by %(n)s day", "late by %(n)s days", late) % {"n": late}
        mark = Chip(words, "warn", "bad")
    icon, tone = _TONES[line.state]
    times = ngettext("sent %(n)s time", "sent %(n)s times", line.times) % {"n": line.times}
    return Row(
        url=reverse("console:application", args=[line.application_id]),
        title=line.kind.public_title.of(language),
        year=line.year,
        name=line.name,
        place=line.place,
        received=formatters.day(line.received_on),
        due=formatters.day(line.due),
        mark=mark,
        chip=Chip(str(applications.State(line.state).label), icon, tone),
        times=times if line.times > 1 else "",
    )


def wish(one: applications.WishLine, language: str) -> WishRow:
    return WishRow(
        wish_id=one.wish_id,
        title=one.kind.public_title.of(language),
        about=str(applications.Wish.About(one.about).label),
        words=one.words,
        at=formatters.moment(one.at),
        case_url=reverse("console:case", args=[one.case_id]),
    )


def page(view: applications.View, *, on: dt.date, language: str) -> Page:
    """One application beside the people of the register it may be about."""
    one = view.application
    icon, tone = _TONES[one.state]
    waits = one.state == applications.State.RECEIVED
    facts = [
        (_("Year"), str(one.year)),
        (_("Lies at"), view.place),
        (_("Received on"), formatters.moment(one.received_at)),
    ]
    if waits:
        facts.append((_("Answered by"), formatters.day(one.due)))
    answer = []
    if one.why:
        missing = [str(applications.Missing(code).label) for code in one.missing.split(",") if code]
        answer = [(_("Why no case can be opened"), str(applications.Why(one.why).label))]
        answer += [(_("What the applicant can bring"), _("; ").join(missing))] if missing else []
        answer += [(_("In words"), view.said)] if view.said else []
    return Page(
        application_id=one.pk,
        title=view.kind.public_title.of(language),
        chip=Chip(str(applications.State(one.state).label), icon, tone),
        facts=facts,
        sent=[_sent(each, view) for each in view.sent],
        standing=[cases.row(line, on=on, language=language) for line in view.standing],
        history=[_step(step, view) for step in view.history],
        waits=waits,
        case_url=reverse("console:case", args=[one.case_id]) if one.case_id is not None else "",
        answer=answer,
    )


def _step(step: Any, view: applications.View) -> tuple[str, str, str]:
    act = str(applications.Act(step.act).label)
    before = view.former.get(step.from_area_id or 0, "")
    if before:
        act = _("%(act)s, from %(place)s") % {"act": act, "place": before}
    by = step.by.shown_name if step.by else _("by the applicant")
    return act, str(by), formatters.moment(step.at)


def _by_number(applicant: str) -> str:
    """What the number of who applies for somebody else is called."""
    if applicant == casework.Applicant.INSTITUTION:
        return _("Unified social credit code")
    return _("Identity number of who applies")


def _sent(each: applications.Sent, view: applications.View) -> SentRow:
    said = each.said
    facts: list[tuple[str, str]] = []
    account: list[tuple[str, str]] = []
    if said is not None:
        facts = [
            (str(label), value)
            for label, value in (
                (_("Name"), said.name),
                (_("Identity number"), registry.mask_id(said.id_number)),
                (_("Telephone"), said.phone),
                (_("Who applies"), str(casework.Applicant(said.applicant).label)),
                (_("Name of who applies for somebody else"), said.by_name),
                (_by_number(said.applicant), registry.mask_id(said.by_number) if said.by_number else ""),
                (_("Mandate of the proxy"), said.mandate),
                (_("What the family needs help with"), said.situation),
                (_("Note of the applicant"), said.note),
                (_("Statement"), _("signed by the applicant on this application") if said.statement else ""),
            )
            if value
        ]
        if said.account:
            payee = casework.PayTo(**said.account)
            account = [
                (_("Holder"), payee.name),
                (_("Whose account"), str(dict(RELATIONS)[payee.relation])),
                (_("Bank"), payee.bank),
                (_("Account number"), casework.masked(payee)),
            ]
    return SentRow(
        sending_id=each.sending.pk,
        at=formatters.moment(each.sending.sent_at),
        place=each.place,
        withdrawn=each.sending.withdrawn_at is not None,
        chosen=each.sending.chosen,
        facts=facts,
        account=account,
        candidates=[_candidate(one) for one in view.candidates.get(each.sending.pk, ())],
    )


def _candidate(one: applications.Candidate) -> CandidateRow:
    def compared(same: bool, yes: str, no: str) -> Chip:
        return Chip(yes, "check", "good") if same else Chip(no, "question", "warn")

    return CandidateRow(
        person_id=one.person.person_id,
        name=one.person.name,
        about=f"{one.person.id_masked} · {one.person.place}" if one.person.id_masked else one.person.place,
        url=reverse("console:person", args=[one.person.person_id]),
        lines=[
            compared(one.by_number, _("Same identity number"), _("No identity number on record")),
            compared(one.same_name, _("Same name"), _("Another name on record")),
            compared(one.same_phone, _("Same telephone"), _("This telephone is not on record")),
        ],
    )
