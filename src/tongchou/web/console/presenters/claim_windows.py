"""When a programme is applied for: in words, and for one person year by year with where each year stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.domain.casework.kinds import CaseKind
from tongchou.domain.policy import windows
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import GRANTED
from tongchou.domain.policy.rules import Rules
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip


@dataclass(frozen=True, slots=True)
class Words:
    """The days of a programme in words, and where they stand."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """One year of one person: what it gives, from which day to which, and whether it can be claimed."""

    year: int
    amount: str
    first: str
    last: str
    chip: Chip
    asked: bool  # the year the answer beside it is of

    @property
    def span(self) -> str:
        """First and last day in one line."""
        return _("%(first)s to %(last)s") % {"first": self.first, "last": self.last}


@dataclass(frozen=True, slots=True)
class Years:
    """Every year that gives something to a person; ``missed`` says what became of a year that is over."""

    rows: tuple[Row, ...]
    missed: str
    words: Words


def words(rules: Rules | None, language: str) -> Words | None:
    """Of a programme; ``None`` where it sets no days."""
    if rules is None or rules.claiming is None:
        return None
    return Words(rules.claiming.text.of(language), rules.claiming.citation.of(language))


def calendar(kind: CaseKind | None, language: str) -> Words:
    """Of a programme that sets no last day: so much, and the days on which the steps of its cases end."""
    text = _("The rules entered here set no last day to apply.")
    steps = [
        _("%(step)s until %(day)s") % {"step": stage.title.of(language), "day": formatters.yearly(*stage.by)}
        for stage in (kind.stages if kind is not None else ())
        if stage.by is not None
    ]
    if kind is None or not steps:
        return Words(text, "")
    more = _(
        "The list of a year is made by these days: %(steps)s. Whoever applies later is dealt with in the "
        "working days of each step."
    ) % {"steps": pgettext("between reasons", "; ").join(steps)}
    return Words(_sentences(text, more, language), kind.source.of(language))


def years(answer: Explanation, *, today: dt.date, language: str) -> Years | None:
    """Of the person an answer is about; ``None`` where no year has days, or none gives anything."""
    said = words(answer.rules, language)
    found = windows.windows(answer.rules, answer.facts, on=today)
    if said is None or not found:
        return None
    rows = tuple(_row(one, today, asked=one.year == answer.year) for one in found)
    asked = next((one for one in found if one.year == answer.year), None)
    over = asked is not None and asked.state(today) == "over"
    return Years(rows, _missed(asked, found, today, language) if asked is not None and over else "", said)


def _row(one: windows.Window, today: dt.date, *, asked: bool) -> Row:
    state = one.state(today)
    first = formatters.day(one.first)
    return Row(
        year=one.year,
        amount=formatters.yuan(one.amount_fen) if one.outcome in GRANTED else _("a fact is missing"),
        first=_("from the birth on") if one.of_birth else first,
        last=formatters.day(one.last),
        chip={
            "over": Chip(_("Time to claim is over"), "clock", ""),
            "open": Chip(_("Can be claimed now"), "check", "good"),
            "coming": Chip(_("From %(day)s on") % {"day": first}, "clock", "info"),
        }[state],
        asked=asked,
    )


def _missed(asked: windows.Window, found: tuple[windows.Window, ...], today: dt.date, language: str) -> str:
    text = _(
        "The time to apply for %(year)s ended on %(day)s. An application that had reached the office by then "
        "counts; one that comes now gives nothing for %(year)s, unless the office finds that it counts as in "
        "time as the law allows."
    ) % {"year": asked.year, "day": formatters.day(asked.last)}
    left = [
        _("%(year)s until %(day)s") % {"year": one.year, "day": formatters.day(one.last)}
        for one in found
        if one.state(today) != "over"
    ]
    if not left:
        return _sentences(text, _("No other year is left to claim."), language)
    more = _("What can still be claimed: %(years)s.")
    return _sentences(text, more % {"years": pgettext("between reasons", "; ").join(left)}, language)


def _sentences(first: str, second: str, language: str) -> str:
    return first + second if language == "zh" else f"{first} {second}"
