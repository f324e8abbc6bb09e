"""A programme's answer for one person: what, why clause by clause, and what happens next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tongchou.apps.entitlements import api as entitlements
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.rules import first_day
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip

Outcome = entitlements.Outcome
#: Order of the answers: what can be claimed, what is one fact short, what is settled.
_RANK = {
    Outcome.ENTITLED: 0,
    Outcome.SUBJECT_TO_STATEMENT: 0,
    Outcome.NEEDS_INFORMATION: 1,
    Outcome.NOT_ENTITLED: 3,
}
LAST = 9


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: its words, whether it holds, on what values, by which rule; parts below it."""

    state: str
    icon: str
    word: str
    text: str
    detail: str
    change: str
    hint: str
    citation: str
    parts: tuple[Clause, ...] = ()


@dataclass(slots=True)
class Result:
    """One programme for one person; ``open`` when its reasons are shown at once."""

    rank: int
    title: str
    amount: str
    amount_fen: int | None
    chip: Chip
    why: str
    summary: str
    to_claim: bool
    unclear: bool
    claimed: bool
    recorded: bool  # a claim stands, whatever the rules say today
    programme: str
    year: int
    missing: tuple[str, ...] = ()  # the facts that decide, in words
    open: bool = False
    next: list[str] = field(default_factory=list)
    next_tone: str = ""
    clauses: list[Clause] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)  # what would change the answer
    beside: list[str] = field(default_factory=list)  # what holds together with other programmes
    over: bool = False  # it was not claimed in its time


def ordered(
    answers: entitlements.PersonEntitlements, *, year: int, today: dt.date, language: str
) -> list[Result]:
    """A person's answers, those that ask for something first; what was not claimed in its time says so."""
    found = []
    for answer in answers.results:
        claimed = answer.programme in answers.claimed
        one = result(answer, claimed=claimed, year=year, today=today, language=language)
        found.append(_over(one, answer) if is_over(answer, year=year, today=today) else one)
    return sorted(found, key=lambda one: one.rank)


def timed(answer: Explanation, *, claimed: bool, year: int, today: dt.date, language: str) -> Result:
    """One answer in words; a year whose last day to claim has passed promises nothing more."""
    one = result(answer, claimed=claimed, year=year, today=today, language=language)
    missed = answer.claim_by is not None and answer.claim_by < today
    return _over(one, answer) if missed else one


def is_over(answer: Explanation, *, year: int, today: dt.date) -> bool:
    """Whether what a year gives can no longer be claimed: by its last day, without one with the year."""
    if answer.claim_by is not None:
        return answer.claim_by < today
    return year < today.year


def _over(one: Result, answer: Explanation) -> Result:
    """An answer whose time is over, as that: it asks for nothing more. What was claimed stays as it is."""
    if one.claimed or not (one.to_claim or one.unclear):
        return one
    if answer.claim_by is not None:
        day = formatters.day(answer.claim_by)
        ended = _("The last day to claim was %(day)s; nothing can be claimed for %(year)s any more.") % {
            "day": day,
            "year": one.year,
        }
    else:
        ended = year_over(one.year)
    one.summary = pgettext("between a programme and its answer", "%(title)s – %(text)s") % {
        "title": one.title,
        "text": ended,
    }
    one.chip = Chip(_("Time to claim is over"), "clock", "")
    one.rank, one.over, one.to_claim, one.unclear = _RANK[Outcome.NOT_ENTITLED], True, False, False
    one.next, one.next_tone = [ended], "quiet"
    return one


def earlier(answers: entitlements.PersonEntitlements, *, today: dt.date, language: str) -> list[Result]:
    """Answers of the year before while its last day is to come, named with their year."""
    found = []
    for answer in answers.earlier:
        claimed = answer.programme in answers.earlier_claimed
        one = result(answer, claimed=claimed, year=answer.year, today=today, language=language)
        named = _("%(programme)s for %(year)s") % {"programme": one.title, "year": answer.year}
        one.summary = one.summary.replace(one.title, named, 1)
        one.title = named
        found.append(one)
    return found


def result(answer: Explanation, *, claimed: bool, year: int, today: dt.date, language: str) -> Result:
    """One answer in words."""
    told = answer.as_dict(language)
    entitled = answer.outcome in (Outcome.ENTITLED, Outcome.SUBJECT_TO_STATEMENT)
    unclear = answer.outcome == Outcome.NEEDS_INFORMATION
    clauses = [clause(one) for one in told["conditions"]]
    reason = why(told, clauses)
    to_claim = entitled and not claimed
    return Result(
        rank=2 if claimed else _RANK[Outcome(answer.outcome)],
        title=told["title"],
        amount=formatters.yuan(answer.amount_fen) if entitled else "",
        amount_fen=answer.amount_fen if entitled else None,
        chip=chip(answer.outcome, claimed=entitled and claimed),
        why=reason,
        summary=_summary(answer, told["title"], reason, entitled=entitled),
        to_claim=to_claim,
        unclear=unclear,
        claimed=entitled and claimed,
        recorded=claimed,
        programme=answer.programme,
        year=year,
        missing=tuple(one["label"] for one in told["missing"]),
        next=next_steps(answer, told, claimed=claimed, today=today),
        next_tone="warn" if unclear else ("quiet" if claimed else ""),
        clauses=clauses,
        citations=told["citations"],
        changes=[one["text"] for one in told["alternatives"]],
        beside=told["overlaps"],
    )


def chip(outcome: str, *, claimed: bool = False) -> Chip:
    """The outcome as words and a shape."""
    if claimed:
        return Chip(_("Claimed"), "check", "info")
    return {
        Outcome.ENTITLED: Chip(_("Entitled"), "check", "good"),
        Outcome.SUBJECT_TO_STATEMENT: Chip(_("Entitled with a statement"), "pen", "good"),
        Outcome.NEEDS_INFORMATION: Chip(_("Needs information"), "question", "warn"),
        Outcome.NOT_ENTITLED: Chip(_("Not entitled"), "cross", ""),
    }[Outcome(outcome)]


def clause(told: Mapping[str, Any], *, top: bool = True) -> Clause:
    """One condition in words; the parts of a condition answer yes or no rather than fulfilled or not."""
    words = {"true": _("Fulfilled"), "false": _("Not fulfilled"), "unknown": _("Not known")}
    return Clause(
        state=told["state"],
        icon={"true": "check", "false": "cross", "unknown": "question"}[told["state"]],
        word=words[told["state"]] if top else told["state_text"],
        text=told["label"],
        detail=told["detail"],
        change=told["change"]["text"] if told["change"] else "",
        hint=told["hint"],
        citation=told["citation"],
        parts=tuple(clause(part, top=False) for part in told["conditions"]),
    )


def why(told: Mapping[str, Any], clauses: list[Clause]) -> str:
    """The reason in one line: what failed, what is missing, or that all holds."""
    comma = pgettext("between reasons", "; ")
    if told["outcome"] == Outcome.NOT_ENTITLED:
        failed = [one["label"] for one in told["conditions"] if one["code"] in told["failing"]]
        return _("Not fulfilled: %(clauses)s") % {"clauses": comma.join(failed)}
    if told["outcome"] == Outcome.NEEDS_INFORMATION:
        missing = [one["label"] for one in told["missing"]]
        return _("Not known: %(clauses)s") % {"clauses": comma.join(missing)}
    number = len(clauses)
    return ngettext("%(n)s condition, fulfilled.", "All %(n)s conditions are fulfilled.", number) % {
        "n": number
    }


def next_steps(answer: Explanation, told: Mapping[str, Any], *, claimed: bool, today: dt.date) -> list[str]:
    """What the family, or who visits it, can do now."""
    if answer.outcome == Outcome.NOT_ENTITLED:
        return []
    if answer.outcome == Outcome.NEEDS_INFORMATION:
        return [
            _("Ask the family about what is marked as not known; bring the answer in with the register."),
            _("Nothing is refused because a fact is missing."),
        ]
    if claimed:
        return [_("The application is in. Nothing more is needed from the family now.")]
    steps = [
        _claim_by(answer, today),
        *(one["change"]["text"] for one in told["conditions"] if one["change"]),
    ]
    if told["statement"]:
        steps.append(
            _("The applicant signs this statement, for this application only: %(text)s")
            % {"text": told["statement"]["text"]}
        )
    return steps


def year_over(year: int) -> str:
    """Said of a year that is over, where the programme sets no last day."""
    return _("%(year)s is over. Ask the township whether it still takes a late claim.") % {"year": year}


def _claim_by(answer: Explanation, today: dt.date) -> str:
    claim_by, year = answer.claim_by, answer.year
    first = first_day(answer.rules, year)
    if claim_by is None and year < today.year:
        return year_over(year)
    if claim_by is None:
        return _("Help the family to apply at the township of its registered residence.")
    if claim_by < today:
        day = formatters.day(claim_by)
        return _("The day to claim was %(day)s. Ask the township whether a late claim is possible.") % {
            "day": day
        }
    day = formatters.day(claim_by)
    if first is not None and first > today:
        return _(
            "%(year)s can be applied for at the township of the registered residence from %(first)s to "
            "%(day)s."
        ) % {"year": year, "first": formatters.day(first), "day": day}
    return _("Help the family to apply at the township of its registered residence by %(day)s.") % {
        "day": day
    }


def _summary(answer: Explanation, title: str, reason: str, *, entitled: bool) -> str:
    """The answer in one line of the summary."""
    if not entitled:
        return pgettext("between a programme and its answer", "%(title)s – %(text)s") % {
            "title": title,
            "text": reason,
        }
    amount = formatters.yuan(answer.amount_fen)
    if answer.claim_by is None:
        return _("%(title)s, %(amount)s") % {"title": title, "amount": amount}
    day = formatters.day(answer.claim_by)
    return _("%(title)s, %(amount)s, claim by %(day)s") % {"title": title, "amount": amount, "day": day}
