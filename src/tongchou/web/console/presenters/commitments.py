"""Commitments in the reader's words: lists, one letter, the public page and the printed letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongchou import indicators
from tongchou.apps.commitments import api as commitments
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.printing import undrawable
from tongchou.domain.accountability.rollout import StageResult
from tongchou.domain.commitments.letters import Move, Vote
from tongchou.domain.public_words.families import speaks_of_people
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Step, steps
from tongchou.web.console.presenters.official import Letter, Part

LISTS: Final[Mapping[str, Any]] = {
    "": pgettext_lazy("commitments", "All"),
    "making": pgettext_lazy("commitments", "In the making"),
    "review": pgettext_lazy("commitments", "Under legality review"),
    "published": pgettext_lazy("commitments", "Published"),
    "late": pgettext_lazy("commitments", "With late promises"),
    "broken": pgettext_lazy("commitments", "With an open breach"),
}
_WAY: Final = ("draft", "comments", "assembly", "legality", "cleared", "published")
_STAGES: Final = {"published": ("check", "good"), "withdrawn": ("cross", ""), "legality": ("shield", "warn")}
_STATES: Final = {"kept": ("check", "good"), "broken": ("cross", "bad"), "reported": ("question", "warn")}
#: What was done, in the words of a history.
ACTS: Final[Mapping[str, Any]] = {
    Move.HEAR: gettext_lazy("Put to the residents"),
    Move.ASSEMBLE: gettext_lazy("Comments closed"),
    Move.ADOPT: gettext_lazy("Adopted by the assembly"),
    Move.REJECT: gettext_lazy("Not adopted by the assembly"),
    Move.CLEAR: gettext_lazy("Found lawful and within its means"),
    Move.RETURN: gettext_lazy("Returned by the level above"),
    Move.PUBLISH: gettext_lazy("Signed and published"),
    Move.WITHDRAW: gettext_lazy("Withdrawn"),
    Move.ANNUL: gettext_lazy("Taken back by the level above: its words may not stand"),
    Move.REDATE: gettext_lazy("Another last day for a promise"),
    "report": gettext_lazy("The unit reports that it is done"),
    "answer": gettext_lazy("Families were asked; a second person confirmed it"),
    "broken": gettext_lazy("Found broken by the level above"),
    "upheld": gettext_lazy("A complaint about it was found right by the level above"),
    "mended": gettext_lazy("Seen mended by the level above"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A letter in a list."""

    url: str
    unit: str
    title: str
    chip: Chip
    published: str
    promises: int
    kept: int
    late: int
    broken: int


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise with what became of it."""

    promise_id: int
    number: int
    promise: str
    facts: tuple[tuple[str, str], ...]
    due: str
    chip: Chip
    remedy_due: str
    owed: bool
    reported: bool
    breakable: bool
    history: tuple[tuple[str, str, str], ...]
    #: The draw of the call-backs about it, without whom it fell on.
    calls: dict[str, Any] | None = None


def row(line: commitments.Line, *, public: bool = False) -> Row:
    name = "console:public-commitment" if public else "console:commitment"
    return Row(
        url=reverse(name, args=[line.letter_id]),
        unit=_unit(line.area_name, line.department),
        title=line.title,
        chip=stage_chip(line.stage),
        published=formatters.day(clock.date_of(line.published_at) if line.published_at else None),
        promises=line.promises,
        kept=line.kept,
        late=line.late,
        broken=line.broken,
    )


def _unit(area: str, department: str) -> str:
    return f"{area} · {department}" if department else area


def unit_of(letter: commitments.Letter) -> str:
    """The unit that promises, in one line."""
    return _unit(letter.area_name, letter.department)


def stage_chip(stage: str) -> Chip:
    return Chip(str(commitments.Stage(stage).label), *_STAGES.get(stage, ("clock", "")))


def way(stage: str) -> list[Step]:
    """The steps of a letter; none of one that was withdrawn."""
    if stage not in _WAY:
        return []
    now = len(_WAY) if stage == "published" else _WAY.index(stage)
    return steps([str(commitments.Stage(one).label) for one in _WAY], now)


def promises(
    found: Iterable[commitments.Promise],
    acts: Iterable[commitments.Step],
    *,
    on: dt.date,
    published: bool,
    words: bool = True,
    rounds: Mapping[int, commitments.Calls] | None = None,
) -> list[PromiseRow]:
    """The promises of a letter; without ``words`` what officers wrote about them stays inside."""
    history: dict[int, list[tuple[str, str, str]]] = {}
    for one in acts:
        if one.promise_id is not None:
            told = (formatters.day(clock.date_of(one.at)), str(ACTS[one.act]), _said(one, words))
            history.setdefault(one.promise_id, []).append(told)
    return [
        PromiseRow(
            promise_id=one.pk,
            number=one.position,
            promise=one.promise,
            facts=_facts(one),
            due=formatters.day(one.due),
            chip=_promise_chip(one, on) if published else Chip(_("Draft"), "pen"),
            remedy_due=formatters.day(one.remedy_due) if one.remedy_due and one.state != "kept" else "",
            owed=one.state in ("owed", "broken"),
            reported=one.state == "reported",
            breakable=one.state != "broken",
            history=tuple(history.get(one.pk, ())),
            calls=_calls((rounds or {}).get(one.pk)),
        )
        for one in found
    ]


def _calls(one: commitments.Calls | None) -> dict[str, Any] | None:
    if one is None:
        return None
    said = ""
    if one.drawn_at is not None:
        said = _("Drawn by lot on %(day)s: %(size)s of %(households)s households, by the rule.") % {
            "day": formatters.day(clock.date_of(one.drawn_at)),
            "size": formatters.number(one.size or 0),
            "households": formatters.number(one.households or 0),
        }
    return {"drawn": one.drawn_at is not None, "said": said, "committed": one.committed[:16]}


def broken(one: commitments.Promise, on: dt.date) -> dict[str, Any]:
    """A broken promise as a line of the integrity record."""
    return {
        "url": reverse("console:public-commitment", args=[one.letter_id]),
        "unit": unit_of(one.letter),
        "promise": one.promise,
        "broken": formatters.day(one.broken_on),
        "remedy_due": formatters.day(one.remedy_due),
        "chip": _promise_chip(one, on),
    }


#: Stages of the roll-out of townships.
_ROLLOUT: Final = {
    "pilots": gettext_lazy("Pilot townships"),
    "share": gettext_lazy("Three fifths of the townships"),
    "all": gettext_lazy("All townships"),
}


def rollout_stage(one: StageResult) -> dict[str, Any]:
    """A stage with what it needs, what there is, and which counties lack pilots."""
    lacking = formatters.listed([f"{unit} {number}" for unit, number in one.missing.items()], wide=True)
    return {
        "title": str(_ROLLOUT[one.stage]),
        "needed": one.needed,
        "have": one.have,
        "chip": _reached(one.reached),
        "missing": lacking,
    }


def rollout_households(spread: commitments.Spread) -> dict[str, Any]:
    """The least share of households (85 %) that are to have received the letter."""
    done = spread.missing == 0 and spread.households > 0
    return {"needed": _least(spread), "chip": _reached(done)}


def _least(spread: commitments.Spread) -> int:
    """Households of which at least so many hold it; where more do, the share itself."""
    share = indicators.plan().rollout.households
    return int(-((-share * spread.households) // 1))


def _reached(done: bool) -> Chip:
    return Chip(_("Reached"), "check", "good") if done else Chip(_("Not reached yet"), "clock")


def _facts(one: commitments.Promise) -> tuple[tuple[str, str], ...]:
    return (
        (_("How it is seen"), one.measure),
        (_("With what"), one.means),
        (_("Who answers for it"), one.owner),
        (_("What will show it"), one.proof),
        (_("When it is broken"), one.remedy),
    )


def _promise_chip(one: commitments.Promise, on: dt.date) -> Chip:
    if commitments.as_domain(one).late(on) and one.state == "owed":
        return Chip(_("Late"), "warn", "bad")
    return Chip(str(commitments.State(one.state).label), *_STATES.get(one.state, ("clock", "")))


def _said(one: commitments.Step, words: bool) -> str:
    """The numbers of a step and, inside, what was written."""
    numbers = ""
    if one.act == "answer":
        numbers = (
            _("%(confirmed)s of %(reached)s households that answered say that it was done.") % one.numbers
        )
    return f"{numbers} {one.said}".strip() if words else numbers


def acts_of(found: Iterable[commitments.Step]) -> list[tuple[str, str, str, str]]:
    """What was done with the letter itself: when, what, by whom, words."""
    return [
        (formatters.moment(one.at), str(ACTS[one.act]), one.by.shown_name, _vote(one))
        for one in found
        if one.promise_id is None
    ]


def _vote(one: commitments.Step) -> str:
    if one.act in (Move.ADOPT, Move.REJECT):
        told = _("%(present)s of %(entitled)s came, %(in_favour)s agreed.") % one.numbers
        vote = Vote(**one.numbers)
        if not vote.quorate:
            told = f"{told} {no_quorum(vote)}"
        return f"{told} {one.said}".strip()
    if one.act == Move.REDATE:
        days = {name: formatters.day(dt.date.fromisoformat(one.numbers[name])) for name in ("was", "due")}
        told = _("Promise %(n)s: %(was)s becomes %(due)s.") % {"n": one.numbers["promise"], **days}
        return f"{told} {one.said}".strip()
    return str(one.said)


def no_quorum(vote: Vote) -> str:
    """That an assembly could decide nothing since too few came, and what follows."""
    if vote.by_households:
        return _("Fewer than two thirds of the households came: the assembly was not quorate.")
    return _("Not more than half came: the assembly was not quorate.")


def decided(vote: Vote) -> str:
    """What an assembly's vote means for the letter."""
    if vote.valid:
        return _("Adopted. The level above looks at it now.")
    back = _("The letter is a draft again: put it to the residents and call the assembly anew.")
    if not vote.quorate:
        return f"{no_quorum(vote)} {back}"
    return f"{_('Not more than half of those who came agreed: it is not adopted.')} {back}"


def addressed(doors: Sequence[registry.Door]) -> tuple[list[str], int]:
    """To whom each letter of a village goes, by villagers' group and number; how many bear no name.

    A name that no font draws is left out rather than printed in part: the number says whose letter it is.
    """
    lines, unnamed = [], 0
    for one in sorted(doors, key=lambda door: (door.group, door.number, door.household_id)):
        named = bool(one.head) and not undrawable([one.head])
        unnamed += not named
        words = _("Household of %(head)s, No. %(number)s") if named else _("Household No. %(number)s")
        lines.append(words % {"head": one.head, "number": one.number})
    return lines, unnamed


def answers(found: Iterable[commitments.Comment]) -> list[tuple[str, str]]:
    """Comments and answers as everybody may read them; words that speak of people or families stay inside."""
    hidden = _("(Not shown: it speaks of people.)")
    return [
        tuple(hidden if speaks_of_people(text) else text for text in (one.said, one.answer)) for one in found
    ]


def signed(letter: commitments.Letter) -> str:
    """Who signs; that somebody stands in no list of posts is said."""
    if letter.signer_registered is False:
        return f"{letter.signed_by} {_('(stands in no list of posts)')}"
    return str(letter.signed_by)


def printed(letter: commitments.Letter, items: Iterable[commitments.Promise]) -> Letter:
    """The signed letter as it is handed to a household."""
    unit = unit_of(letter)
    parts = [
        Part(
            "text",
            (
                _(
                    "What stands here binds us alone. Nobody has to do, sign or give anything for it, and "
                    "nothing you are entitled to depends on it."
                ),
            ),
        )
    ]
    for one in items:
        parts.append(Part("heading", (f"{one.position}. {one.promise}",)))
        parts.append(Part("facts", pairs=(*_facts(one), (_("Last day"), formatters.day(one.due)))))
    parts += [
        Part("heading", (_("What you may do, if you wish"),)),
        Part(
            "list",
            (
                _(
                    "Say what is missing or was not done: to us, or to the level above us. You need give no "
                    "name."
                ),
                _("Tell the level above, when it asks, whether we did what we promised."),
                _("Come to the assembly and speak there, or stay away: both are your right."),
            ),
        ),
        Part("text", (_("Taking this letter only means that you have it. You may also leave it."),)),
        Part("cite", (_("Hash of the published letter: %(hash)s") % {"hash": letter.sha256},)),
    ]
    return Letter(
        title=letter.title,
        number="",
        unit=unit,
        to=_("To every household"),
        about="",
        parts=tuple(parts),
        signed=signed(letter),
        day=formatters.day(clock.date_of(letter.published_at) if letter.published_at else None),
    )
