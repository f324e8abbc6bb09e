"""What the register has beside what was said on an application and the copies of papers brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tongchou.apps.casework import api as casework
from tongchou.domain.facts import BY_NAME, SENSITIVE
from tongchou.domain.policy.words import value_words
from tongchou.web.console import formatters
from tongchou.web.console.case_forms import paper_choices


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact the rules look at: as the register has it today, as the case rests on it, as it was said."""

    label: str
    today: str
    then: str
    said: str
    differs: bool


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A copy kept with the case."""

    title: str
    by: str
    at: str
    url: str


def side_by_side(view: casework.View, language: str) -> list[FactRow]:
    """The facts behind the case beside what was said on the application.

    What is sensitive (rights rule 7) is left out: the clauses say whether it holds.
    """
    pinned: Mapping[str, Any] = (view.pinned or {}).get("facts", {})
    told = view.application.told
    register = view.register
    names = list(register.rules.facts) if register is not None else list(pinned)
    rows = []
    for name in names:
        fact = BY_NAME.get(name)
        if fact is None or name in SENSITIVE:
            continue
        today = register.facts.get(name) if register is not None else None
        shown = value_words(today, language) if register is not None else ""
        then = value_words(pinned[name], language) if name in pinned else ""
        said = value_words(told[name], language) if name in told else ""
        differs = register is not None and name in pinned and pinned[name] != today
        rows.append(FactRow(fact.zh if language == "zh" else fact.en, shown, then, said, differs))
    return rows


def papers(found: Iterable[casework.Kept], view: casework.View) -> list[PaperRow]:
    titles = dict(paper_choices(view.kind))
    return [
        PaperRow(
            titles.get(one.code, one.code),
            one.by,
            formatters.moment(one.at),
            reverse("console:case-paper", args=[one.paper_id]),
        )
        for one in found
    ]
