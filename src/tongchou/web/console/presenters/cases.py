"""Cases in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongchou.apps.casework import api as casework
from tongchou.apps.notices.api import Ground
from tongchou.apps.registry import api as registry
from tongchou.core import calendar
from tongchou.web.console import formatters, parts
from tongchou.web.console.case_forms import PROOFS, RELATIONS
from tongchou.web.console.parts import Chip, Option
from tongchou.web.console.presenters import case_deaths, results
from tongchou.web.console.presenters.other_accounts import TIES, OtherAccount

TONES = {
    "applied": ("clock", "info"),
    "running": ("clock", "info"),
    "waiting": ("question", "warn"),
    "suspended": ("info", "warn"),
    "approved": ("check", "good"),
    "refused": ("cross", "bad"),
    "appealed": ("turn", "warn"),
    "withdrawn": ("turn", ""),
    "ended": ("info", ""),
}
#: Words of the codes that stand in the reasons of an act: the closed lists share codes, so by the act.
_WORDS: dict[str, dict[str, Any]] = {
    "refuse": dict(casework.Refusal.choices),
    "ask": dict(casework.Asked.choices),
    "brought": dict(casework.Asked.choices),
    "end": dict(casework.Ending.choices),
    # A proof of life, or what an objection to a notice found.
    "pass": {**dict(PROOFS), **dict(Ground.choices)},
}
#: What waits for the reader, in words: the lists of ``casework.Waits``.
WAITS: dict[str, Promise] = {
    casework.Waits.DESK: gettext_lazy("On my desk"),
    casework.Waits.ACCEPT: gettext_lazy("Applications to accept"),
    casework.Waits.SOON: gettext_lazy("On my desk, last day near"),
    casework.Waits.LATE: gettext_lazy("On my desk, late"),
    casework.Waits.ESCALATED: gettext_lazy("Sent up because late"),
    casework.Waits.APPEALS: gettext_lazy("Appeals to hear"),
    casework.Waits.PAYEES: gettext_lazy("Accounts to confirm"),
    casework.Waits.CAME_BACK: gettext_lazy("Payments that came back: another account"),
    casework.Waits.DIED: gettext_lazy("Granted for a year after the death"),
}
#: Those of them whose cases the reader may accept or pass together.
MINE = (casework.Waits.DESK, casework.Waits.ACCEPT, casework.Waits.SOON, casework.Waits.LATE)
#: Acts with which what a case rests on is pinned anew.
_PINNING = frozenset({"pass", "refuse", "uphold", "overturn"})
#: Acts by which the reader takes the case on.
_ONWARD = frozenset({"accept", "pass", "uphold"})
#: States in which an account for the money is of use.
_PAYABLE = frozenset({"approved", "applied", "running", "waiting", "suspended"})


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list."""

    case_id: int
    number: str
    title: str
    person: str
    place: str
    year: int
    amount: str
    stage: str
    due: str
    mark: Chip | None
    chip: Chip
    acted: bool
    url: str
    died: Chip | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """A desk with what lies on it."""

    value: str
    label: str
    number: str
    current: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of a case's history."""

    act: str
    stage: str
    officer: str
    on_behalf: str
    at: str
    reasons: str
    words: str
    late: bool


@dataclass(slots=True)
class Page:
    """One case."""

    case_id: int
    number: str
    title: str
    person: str
    person_url: str
    about: str
    area: str
    chip: Chip
    steps: list[parts.Step]
    facts: list[tuple[str, str]]
    application: list[tuple[str, str]]
    account: list[tuple[str, str]]
    other_account: OtherAccount | None
    shared: int
    answer: results.Result | None
    changed: str
    seen: str
    papers: list[tuple[str, str]]
    history: list[StepRow]
    acts: frozenset[str]
    acted: bool
    barred: frozenset[str]
    own: bool
    source: str
    gives_money: bool
    gives_certificate: bool
    waits_for_certificate: bool
    asks_amount: bool
    asks_proof: bool
    statement: str
    asked: frozenset[str]
    next: str
    running: bool
    decided: bool
    rested: list[str] = field(default_factory=list)
    payable: bool = False
    died: str = ""


def text(zh: str, en: str, language: str) -> str:
    return zh if language == "zh" else en


def row(line: casework.Line, *, on: dt.date, language: str) -> Row:
    """A case as a line of a list; the mark says what is pressing."""
    late = (on - line.due).days
    mark = None
    if line.late:
        words = ngettext("late by %(n)s day", "late by %(n)s days", late) % {"n": late}
        mark = Chip(words, "warn", "bad")
    elif line.desk and line.provisional:
        mark = Chip(_("provisional"), "info")
    icon, tone = TONES[line.state]
    return Row(
        case_id=line.case_id,
        number=line.number,
        title=text(line.title_zh, line.title_en, language),
        person=line.person_name,
        place=line.place,
        year=line.year,
        amount=formatters.yuan(line.amount_fen) if line.amount_fen else "",
        stage=text(line.stage_zh, line.stage_en, language),
        due=formatters.day(line.due) if line.desk else "",
        mark=mark,
        chip=Chip(str(casework.State(line.state).label), icon, tone),
        acted=line.acted,
        url=f"{reverse('console:cases')}/{line.case_id}",
        died=case_deaths.chip(line),
    )


def number_of(count: int) -> str:
    """A count of a queue; one that was not counted to its end says so."""
    return f"{casework.COUNTED_TO - 1}+" if count >= casework.COUNTED_TO else str(count)


def tabs(counts: Mapping[str, int], mine: Iterable[str], *, chosen: str) -> list[Tab]:
    """The desks of which the account is in charge, then where others are waited for."""
    desks = [*mine, "notice", "family"]
    return [
        Tab(desk, str(casework.Desk(desk).label), number_of(counts.get(desk, 0)), desk == chosen)
        for desk in desks
    ]


def kinds(language: str) -> list[Option]:
    return [Option(one.code, one.public_title.of(language)) for one in casework.in_force()]


def address(**query: Any) -> str:
    """The list's address with what narrows it."""
    return address_of("console:cases", **query)


def address_of(name: str, **query: Any) -> str:
    """The address of a page with what narrows it."""
    return reverse(name) + "?" + urlencode({key: one for key, one in query.items() if one})


def steps_of(view: casework.View, language: str) -> list[parts.Step]:
    labels = [_("Application"), *(stage.title.of(language) for stage in view.stages)]
    finished = view.case.state in ("approved", "ended")
    now = len(labels) if finished else view.case.stage + 1 if view.case.accepted else 0
    return parts.steps(labels, now)


def page(view: casework.View, *, on: dt.date, language: str) -> Page:
    """All of a case's page but its forms."""
    case, kind = view.case, view.kind
    icon, tone = TONES[case.state]
    person = view.person
    answer = _answer(view, on, language)
    stage = view.stages[case.stage]
    running = case.state in ("applied", "running", "waiting", "suspended", "appealed")
    return Page(
        case_id=case.pk,
        number=case.number,
        title=kind.public_title.of(language),
        person=person.name if person else "",
        person_url=reverse("console:person", args=[case.person_id]),
        about=" · ".join(filter(None, (person.id_masked, person.place))) if person else "",
        area=view.area,
        chip=Chip(str(casework.State(case.state).label), icon, tone),
        steps=steps_of(view, language),
        facts=_facts(view, on, running, language),
        application=_application(view),
        account=_account(view.payee),
        other_account=_other_account(view, on),
        shared=view.shared,
        answer=answer,
        changed="" if view.same else _then(view.pinned or {}, language),
        seen=view.seen,
        papers=[(one.title.of(language), one.unless.of(language)) for one in kind.papers],
        history=[_step(one, language) for one in view.history],
        acts=view.acts,
        acted=view.acted,
        barred=view.barred,
        own=view.own,
        source=kind.source.of(language),
        gives_money=kind.gives == "money",
        gives_certificate=kind.gives == "certificate",
        waits_for_certificate=kind.gives == "certificate" and case.state == "approved",
        asks_amount=not kind.programme
        and kind.gives == "money"
        and stage.kind != "verification"
        and not stage.from_fen,
        asks_proof=stage.kind == "verification",
        statement=_statement(view, language),
        asked=_asked(view),
        next=_next(view, language),
        running=running,
        decided=any(one.act in _PINNING for one in view.history),
        rested=[str(one).strip() for one in (view.pinned or {}).get(language, [])] if answer is None else [],
        payable=case.state in _PAYABLE,
        died=case_deaths.words(view),
    )


def _statement(view: casework.View, language: str) -> str:
    """The statement the applicant has still to sign on this application; empty where there is none."""
    answer = view.answer
    if answer is None or view.application.statement or answer.rules.statement is None:
        return ""
    return answer.rules.statement.text.of(language)


def _asked(view: casework.View) -> frozenset[str]:
    """What the family was asked for last."""
    found = [one.reasons for one in view.history if one.act == casework.Act.ASK]
    return frozenset(found[-1]) if found else frozenset()


def _next(view: casework.View, language: str) -> str:
    """Who goes on with the case, so that nobody waits for the wrong office; empty where it is the reader."""
    case = view.case
    if case.state == casework.State.APPROVED:
        if view.kind.gives != "money":
            return ""
        if view.change is not None:
            return _(
                "Approved. Another account waits for a second person; it is taken into no new payment batch "
                "until that is decided."
            )
        if view.payee is None:
            return _("Approved, but no account is recorded: nothing can be paid until one is.")
        return _("Approved. The finance office pays it with a payment batch.")
    waits = (casework.State.APPLIED, casework.State.RUNNING, casework.State.APPEALED)
    if case.state not in waits or view.acts & _ONWARD:
        return ""
    desk = casework.Desk(case.desk)
    named = {"stage": view.stages[case.stage].title.of(language), "desk": desk.label}
    if desk is casework.Desk.NOTICE:
        return (
            _("Next: %(stage)s. The list is posted; when its days are over the case goes on by itself.")
            % named
        )
    if view.case.state == casework.State.APPEALED:
        return _("Next: the appeal is heard (%(desk)s), by somebody who has not handled this case.") % named
    if desk != view.stages[case.stage].level:
        return (
            _(
                "Next: %(stage)s. Nobody is left below who may take this step, so it lies with the level "
                "above (%(desk)s)."
            )
            % named
        )
    if desk is casework.Desk.VILLAGE:
        text = _("Next: %(stage)s, by another worker of the village or, where there is none, the township.")
        return text % named
    if case.private and desk != casework.Desk.COUNTY:
        return _("Next: %(stage)s (%(desk)s), by a named officer; another one approves it.") % named
    return _("Next: %(stage)s (%(desk)s), by somebody who has not acted in this case.") % named


def _answer(view: casework.View, on: dt.date, language: str) -> results.Result | None:
    if view.answer is None:
        return None
    return results.result(view.answer, claimed=False, year=view.case.year, today=on, language=language)


def _then(pinned: Mapping[str, Any], language: str) -> str:
    """What the rules answered when the case was last decided on."""
    lines = pinned.get(language) or [""]
    return str(lines[0]).strip()


def _facts(view: casework.View, on: dt.date, running: bool, language: str) -> list[tuple[str, str]]:
    case = view.case
    told = [(_("Year"), str(case.year))]
    if case.state not in ("refused", "withdrawn"):  # nothing is given of it
        told.append((_("Amount"), formatters.yuan(case.amount_fen)))
    told += [
        (_("Applied on"), formatters.moment(case.opened_at)),
        (_("How it came"), str(casework.Channel(case.channel).label)),
        (_("Handled by"), view.area),
    ]
    if case.external:
        told.append((_("Number elsewhere"), case.external))
    if running and case.desk == "family":
        hoped = _if_provisional(formatters.day(case.stage_due), case.provisional)
        told.append((_("An answer is hoped for by"), hoped))
    elif case.state == "suspended":  # its clock stands still: no day is the last one
        told.append((_("Working days left when it is taken up again"), str(max(case.left_whole or 0, 0))))
    elif running:
        told.append((_("Last day of this stage"), _last_day(case.stage_due, on, case.provisional)))
        whole = _if_provisional(formatters.day(case.due), case.due_provisional)
        told.append((_("Last day of the case"), whole))
    if case.decided_at:
        told.append((_("Decided on"), formatters.moment(case.decided_at)))
    return told


def _last_day(due: dt.date, on: dt.date, provisional: bool) -> str:
    if due < on:
        late = (on - due).days
        words = ngettext("late by %(n)s day", "late by %(n)s days", late) % {"n": late}
    else:
        left = calendar.workdays_between(on, due)
        words = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
    shown = _("%(day)s (%(words)s)") % {"day": formatters.day(due), "words": words}
    return _if_provisional(shown, provisional)


def _if_provisional(day: str, provisional: bool) -> str:
    """A day that says so when it rests on holidays that are not announced."""
    return _("%(day)s, provisional") % {"day": day} if provisional else day


def _application(view: casework.View) -> list[tuple[str, str]]:
    said = view.application
    told = [(_("Who applies"), str(casework.Applicant(view.case.applicant).label))]
    for label, value in (
        (_("Name"), said.name),
        (_("Telephone"), registry.mask_phone(said.phone) if said.phone else ""),
        (_("Mandate of the proxy"), said.mandate),
        (_("What the family needs help with"), said.situation),
        (_("Note of the applicant"), said.note),
    ):
        if value:
            told.append((label, value))
    if said.statement:
        told.append((_("Statement"), _("signed by the applicant on this application")))
    return told


def _account(payee: casework.PayTo | None) -> list[tuple[str, str]]:
    if payee is None:
        return []
    told = [
        (_("Holder"), payee.name),
        (_("Whose account"), str(dict(RELATIONS)[payee.relation])),
        (_("Bank"), payee.bank),
        (_("Account number"), casework.masked(payee)),
    ]
    if payee.mandate:
        told.append((_("Mandate or reason"), payee.mandate))
    return told


def _other_account(view: casework.View, on: dt.date) -> OtherAccount | None:
    """The account that waits for a second person."""
    change = view.change
    if change is None:
        return None
    return OtherAccount(
        number=change.change_id,
        facts=[
            *_account(change.payee),
            (_("Asked for by"), f"{change.by} · {formatters.moment(change.at)}"),
            (_("To be confirmed by"), _last_day(change.due, on, provisional=False)),
        ],
        tie=str(TIES[change.payee.tie]),
        shown=bool(change.payee.tie),
        own=change.own,
        may_confirm=view.may_confirm,
    )


def reasons(act: str, codes: Iterable[str]) -> str:
    """Codes of an act's closed list in words."""
    words = _WORDS.get(act, {})
    return _("; ").join(str(words.get(code, code)) for code in codes)


def _step(one: casework.Step, language: str) -> StepRow:
    return StepRow(
        act=str(casework.ACCOUNT_ACTS.get(one.act) or casework.Act(one.act).label),
        stage=text(one.stage_zh, one.stage_en, language),
        officer=one.officer or _("by its days"),
        on_behalf=one.on_behalf,
        at=formatters.moment(one.at),
        reasons=reasons(one.act, one.reasons),
        words=one.words,
        late=one.in_time is False,
    )
