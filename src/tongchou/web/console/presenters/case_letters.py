"""What the office writes to a family about its case, by the last act that concerns it.

``docs/explanation/letters.md`` has the table: what each letter says, who signs it, what it leaves out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.domain.facts import BY_NAME, SENSITIVE
from tongchou.policies.remedies import remedy
from tongchou.web.console import formatters
from tongchou.web.console.presenters import case_windows
from tongchou.web.console.presenters import cases as of_case
from tongchou.web.console.presenters.letter_address import addressee
from tongchou.web.console.presenters.offices import Office, office_of
from tongchou.web.console.presenters.official import Letter, Part

#: Acts after which a family has nothing new to read: the letter before stays.
_SILENT: Final = frozenset({"pass"})
#: Acts that hear an appeal.
_HEARD: Final = ("uphold", "overturn", "send_back")


@dataclass(frozen=True)
class _Written:
    """A case with the act its letter is about."""

    view: casework.View
    page: of_case.Page
    on: dt.date
    language: str

    @cached_property
    def act(self) -> casework.Step:
        """The last act that concerns the family; the pass that approves is one."""
        # What was done about the account stands in the history too, and is no act on the case.
        *_before, last = (one for one in self.view.history if one.act in _SAYS)
        if self.view.case.state == "approved":
            return last
        return next((one for one in reversed((*_before, last)) if one.act not in _SILENT), last)

    @cached_property
    def refusal(self) -> casework.Step | None:
        return next((one for one in reversed(self.view.history) if one.act == "refuse"), None)

    @cached_property
    def turn(self) -> int:
        """The number of the appeal that was made last."""
        return sum(one.act == "appeal" for one in self.view.history)

    @property
    def level(self) -> str:
        """The level of the unit that did the act."""
        if self.act.act in _HEARD:
            return self.act.heard_at
        return self.act.level

    def office(self, level: str) -> Office:
        return office_of(self.view.case.handling_area_id, level, on=self.on)

    def day(self, step: casework.Step) -> str:
        return formatters.day(clock.date_of(step.at))


def case_letter(view: casework.View, *, on: dt.date, language: str) -> Letter:
    """What the office writes to the family about its case as it stands: signed by the unit that acted."""
    written = _Written(view, of_case.page(view, on=on, language=language), on, language)
    office = written.office(written.level)
    if not office.name:
        office = written.office("county")
    heading, parts = _SAYS[written.act.act](written)
    facts = [(label, value) for label, value in written.page.facts if value != "—"]
    to, about = addressee(view, on), written.page.about
    if to != written.page.person:
        facts.insert(0, (_("The case is about"), " · ".join(filter(None, (written.page.person, about)))))
        about = ""
    if view.case.state in ("approved", "refused", "ended"):
        facts.append((_("Deciding unit"), written.office(_decider(written)).name))
    parts += [Part("facts", pairs=tuple(facts)), Part("cite", (written.page.source,))]
    if office.reached:
        parts += [Part("heading", (_("Whom to ask"),)), Part("facts", pairs=office.reached)]
    return Letter(
        title=heading % {"title": written.page.title},
        number=written.page.number,
        unit=office.name,
        to=to,
        about=about,
        parts=tuple(parts),
        signed=office.name or view.area.split(" · ")[0],
        day=formatters.day(on),
    )


def _decider(written: _Written) -> str:
    """The level of the decision that stands: the last one taken, not a withdrawn appeal."""
    deciding = ("refuse", "pass", "end", *_HEARD)
    step = next(one for one in reversed(written.view.history) if one.act in deciding)
    return step.heard_at or step.level


_Said = tuple[str, list[Part]]


def _arrived(written: _Written) -> _Said:
    said = _(
        "Your application has arrived. The office decides within the days below; nothing more is "
        "needed of you unless it asks."
    )
    return _("Your application: %(title)s"), [_text(said)]


def _accepted(written: _Written) -> _Said:
    said = _(
        "Your application was accepted on %(day)s. The office decides within the days below; nothing more is "
        "needed of you unless it asks."
    )
    if written.page.statement:
        said = _(
            "Your application was accepted on %(day)s. Before it can be granted, one thing is still needed "
            "of you: your own signed statement, in these words."
        )
    parts = [_text(said % {"day": written.day(written.act)})]
    if written.page.statement:
        parts.append(Part("words", (written.page.statement,)))
    return _("Accepted: %(title)s"), parts


def _asked(written: _Written) -> _Said:
    parts = [
        _text(_("To decide, the office still needs:")),
        Part("list", tuple(of_case.reasons("ask", [one]) for one in written.act.reasons)),
        *_words(written.act, _("The officer adds:")),
        _text(
            _(
                "The days of the office stand still until you have brought it or said that there is no more. "
                "Nothing is refused because a paper is late."
            )
        ),
    ]
    return _("Please bring: %(title)s"), parts


def _brought(written: _Written) -> _Said:
    said = _("What you brought arrived on %(day)s. The days of the office run again.")
    return _("Your application: %(title)s"), [_text(said % {"day": written.day(written.act)})]


def _refused(written: _Written) -> _Said:
    return _("Decision on %(title)s: not granted"), [*_refusal(written), *_objecting(written)]


def _approved(written: _Written) -> _Said:
    said = _("Your application was approved on %(day)s.") % {"day": written.day(written.act)}
    parts = [_text(said)]
    if written.act.act == "overturn":
        parts += _words(written.act, _("It was granted because of your objection, for this reason:"))
    if written.page.gives_money and written.view.payee is None:
        parts.append(
            _text(_("No account is recorded yet: tell the village or the township to which the money goes."))
        )
    return _("Decision on %(title)s"), [*parts, *_objecting(written)]


def _upheld(written: _Written) -> _Said:
    parts = [
        _text(
            _told_by(
                written,
                _("%(unit)s looked into your objection on %(day)s. The decision stands."),
            )
        ),
        *_words(written.act, _("The reason:")),
        *_refusal(written),
        *_objecting(written),
    ]
    return _("Result of your objection: %(title)s"), parts


def _sent_back(written: _Written) -> _Said:
    parts = [
        _text(
            _told_by(
                written,
                _("%(unit)s looked into your objection on %(day)s. The refusal no longer stands."),
            )
        ),
        *_words(written.act, _("The reason:")),
        _text(
            _(
                "Your application is decided anew by officers who have not acted in it, within the days "
                "below. You need do nothing."
            )
        ),
    ]
    return _("Result of your objection: %(title)s"), parts


def _reopened(written: _Written) -> _Said:
    said = _("On %(day)s the office opened its own decision again because it erred. Others decide anew.")
    parts = [_text(said % {"day": written.day(written.act)}), *_words(written.act, _("What was wrong:"))]
    return _("Opened again: %(title)s"), parts


def _appealed(written: _Written) -> _Said:
    # The desk it lies on: that of the rule may have nobody left.
    heard = written.office(str(written.view.case.desk)).name
    above = written.turn > 1
    by = _("the level above, %(unit)s") if above else _("another officer of %(unit)s")
    parts = [
        _text(
            _("Your objection arrived on %(day)s. It is heard by %(by)s, within the days below.")
            % {"day": written.day(written.act), "by": by % {"unit": heard}}
        ),
        *_words(written.act, _("You said:")),
    ]
    return _("Your objection: %(title)s"), parts


def _withdrawn(written: _Written) -> _Said:
    day = {"day": written.day(written.act)}
    if written.view.case.state == "refused":
        said = _("You took your objection back on %(day)s. The decision stands as it was.") % day
        return _("Objection withdrawn: %(title)s"), [
            _text(said), *_refusal(written), *_objecting(written)
        ]  # fmt: skip
    said = _(
        "You withdrew your application on %(day)s. Nothing was decided; you may apply again at any time."
    )
    return _("Withdrawn: %(title)s"), [_text(said % day)]


def _suspended(written: _Written) -> _Said:
    said = _(
        "Since %(day)s the office holds your application because something has to be cleared up first. Its "
        "days stand still; nothing is refused, and you need do nothing unless it asks."
    )
    parts = [_text(said % {"day": written.day(written.act)}), *_words(written.act, _("What is cleared up:"))]
    return _("On hold: %(title)s"), parts


def _resumed(written: _Written) -> _Said:
    said = _("Your application was taken up again on %(day)s. The days that were left run on.")
    return _("Your application: %(title)s"), [_text(said % {"day": written.day(written.act)})]


def _handed_over(written: _Written) -> _Said:
    said = _(
        "Your application is now handled in %(place)s. Your last day stays the same; you need do nothing."
    )
    return _("Handed over: %(title)s"), [_text(said % {"place": written.view.area})]


def _ended(written: _Written) -> _Said:
    said = _(
        "What was granted to you ended on %(day)s. Nothing more is paid of it; what was paid stays paid."
    )
    parts = [
        _text(said % {"day": written.day(written.act)}),
        _text(_("Reason") + _colon() + of_case.reasons("end", written.act.reasons)),
        *_words(written.act, _("The officer adds:")),
    ]
    return _("Ended: %(title)s"), [*parts, *_objecting(written)]


_SAYS: Final[Mapping[str, Callable[[_Written], _Said]]] = {
    "open": _arrived,
    "accept": _accepted,
    "ask": _asked,
    "brought": _brought,
    "refuse": _refused,
    "pass": _approved,
    "overturn": _approved,
    "uphold": _upheld,
    "send_back": _sent_back,
    "reopen": _reopened,
    "appeal": _appealed,
    "withdraw": _withdrawn,
    "suspend": _suspended,
    "resume": _resumed,
    "transfer": _handed_over,
    "end": _ended,
}


def _refusal(written: _Written) -> Iterator[Part]:
    """The refusal with its reason, what the officer wrote, and the clauses the record does not meet."""
    step = written.refusal
    if step is None:
        return
    named = {"day": written.day(step), "unit": written.office(step.level).name}
    said = _("%(unit)s did not grant your application on %(day)s.") % named
    why = of_case.reasons("refuse", step.reasons)
    yield _text(f"{said} {_('Reason')}{_colon()}{why}" if why else said)
    yield from _words(step, _("The officer adds:"))
    if step.reasons == ("conditions",):
        yield from _clauses(written)
    elif step.reasons == ("late",):
        yield from _late(written)
    elif step.reasons == ("information",):
        yield from _missing(written)


def _late(written: _Written) -> Iterator[Part]:
    """The last day that was missed, where it stands, and a later year if one can still be applied for."""
    view = written.view
    # As it was decided: what the register says since changes nothing about the day that was missed.
    kept = (view.pinned or {}).get("claim_by")
    missed = dt.date.fromisoformat(kept) if kept else view.missed
    if missed is not None:
        said = _("The last day to apply for %(year)s was %(day)s; the application came after it.")
        named = {"year": view.case.year, "day": formatters.day(missed)}
        yield _text(said % named)
    if law := [one.of(written.language) for one in case_windows.citations(view)]:
        yield Part("facts", pairs=((_("It stands in"), _semicolon().join(law)),))
    if more := case_windows.later(view):
        yield _text(more)


def _clauses(written: _Written) -> Iterator[Part]:
    """Each failing clause with what the record says and where it stands in the law.

    What reads a fact on the family is told without its value: paper travels. Of a private programme neither
    such a clause nor any law is named, as either tells what the programme is (rights rule 3).
    """
    record, language, private = written.view.pinned or {}, written.language, written.view.case.private
    wanted = set(record.get("failing", ()))
    failing = [one for one in record.get("conditions", ()) if one["code"] in wanted]
    told = [one for one in failing if not (private and one.get("family", True))]
    if told:
        yield _text(_("By the record these conditions are not met:"))
    for one in told:
        pairs = [(_("Condition"), one[language])]
        if seen := _seen(written, record, one):
            pairs.append((_("By the record"), seen))
        elif one.get("family"):
            pairs.append((_("By the record"), _("What it says of the family is shown to you at the office.")))
        if (law := one.get(f"law_{language}")) and not private:
            pairs.append((_("It stands in"), _semicolon().join(law)))
        yield Part("facts", pairs=tuple(pairs))
    if len(told) < len(failing):
        yield _text(_("The condition is not named on paper; the named officer explains it to you in person."))
    if failing:
        yield _text(
            _(
                "If the record is wrong, ask for a correction: the village or township helps with "
                "it, and the case is looked at again."
            )
        )


def _seen(written: _Written, record: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """The values a clause looked at; of an age the day of birth on record, and the age in the year."""
    said = list(one.get(f"seen_{written.language}", ()))
    born = record.get("facts", {}).get("birth_year")
    if one.get("born") and isinstance(born, int):
        age = {"age": record["year"] - born, "year": record["year"]}
        person = written.view.person
        if person is not None and person.birth is not None and person.birth.year == born:
            said.insert(0, _("born on %(day)s") % {"day": formatters.day(person.birth)})
        if age["age"] >= 0:
            said.append(_("%(age)s years old in %(year)s") % age)
    return _semicolon().join(said)


def _missing(written: _Written) -> Iterator[Part]:
    """What is missing to decide; of a private programme nothing on the family."""
    names = (written.view.pinned or {}).get("missing", ())
    told = [one for one in names if one in BY_NAME and not (written.view.case.private and one in SENSITIVE)]
    if told:
        yield _text(_("This is missing:"))
        labels = (BY_NAME[one].zh if written.language == "zh" else BY_NAME[one].en for one in told)
        yield Part("list", tuple(labels))


def _objecting(written: _Written) -> list[Part]:
    """How to object, as far as it has come: another officer, the level above, reconsideration and court."""
    heard = written.act.heard_at
    following = casework.above(heard) if heard else casework.hears(_decided_level(written), 2)
    above = written.office(str(following)).name or _("the level above")
    text = remedy(written.view.kind, written.view.case.appeals, above=above)
    return [Part("heading", (_("How to object"),)), _text(text.of(written.language))]


def _decided_level(written: _Written) -> str:
    """The level of the stage at which was decided, whoever heard the objection to it."""
    deciding = ("refuse", "pass", "end", *_HEARD)
    return next(one.level for one in reversed(written.view.history) if one.act in deciding)


def _told_by(written: _Written, words: str) -> str:
    return words % {"day": written.day(written.act), "unit": written.office(written.level).name}


def _words(step: casework.Step, before: str) -> list[Part]:
    """What an officer, or the family, has written."""
    return [_text(before), Part("words", (step.words,))] if step.words else []


def _text(words: str) -> Part:
    return Part("text", (words,))


def _colon() -> str:
    return pgettext("between a label and its message", ": ")


def _semicolon() -> str:
    return pgettext("between reasons", "; ")
