"""The why of one result as a tree: each condition with its answer, values seen and source of limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.changes import Change, about, next_change
from tongchou.domain.policy.closures import Closure, Closures, Facts, Record, missing_of
from tongchou.domain.policy.rules import FIRST, Rules
from tongchou.domain.policy.words import Text, value_words


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact a condition looked at and its value (``None``: unknown)."""

    fact: str
    label: Text
    value: int | bool | str | None

    def short(self, language: str) -> str:
        """The label without its explanations."""
        return (
            self.label.zh.split("（")[0] if language.startswith("zh") else re.split("[;,]", self.label.en)[0]
        )


@dataclass(frozen=True, slots=True)
class Threshold:
    """A parameter a condition compared with: its value in the year and the reference of that value.

    ``assumed`` says that no law of the area has set it: the answer rests on a default.
    """

    parameter: str
    label: Text
    value: int
    unit: str
    reference: Text
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class AmountNode:
    """Where the amount comes from: a sentence, the parameters behind it, or what is missing for it."""

    sentence: Text
    values: tuple[tuple[str, int | bool | str | None, str], ...]
    thresholds: tuple[Threshold, ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> Text:
        """The sentence with the numbers filled in."""
        zh, en = (
            text.format(**{name: value_words(value, language, unit) for name, value, unit in self.values})
            for language, text in (("zh", self.sentence.zh), ("en", self.sentence.en))
        )
        return Text(zh, en)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the node of a condition, or a note, is made of in a year, whoever is asked about."""

    shows: tuple[tuple[str, Closure, str], ...]  # name, value, unit
    labels: tuple[tuple[str, Text], ...]  # facts
    limits: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One condition in the explanation of one result.

    ``state`` is true, false or ``None`` for unknown; ``children`` are the named conditions that mattered for
    it.
    """

    condition: tree.Condition
    state: bool | None
    values: tuple[tuple[str, int | bool | str | None, str], ...]
    seen: tuple[Seen, ...]
    thresholds: tuple[Threshold, ...]
    missing: tuple[str, ...]
    change: Change | None
    children: tuple[Node, ...]

    @property
    def code(self) -> str:
        return self.condition.code

    def label(self, language: str) -> str:
        return self.condition.label.of(language)

    def detail(self, language: str) -> str:
        """The sentence with the numbers filled in; what is known of them when not all is."""
        text = self.condition.detail
        if text is None:
            return ""
        if any(value is None for _name, value, _unit in self.values):
            known = [
                (s.short(language), value_words(s.value, language)) for s in self.seen if s.value is not None
            ]
            colon, comma = ("：", "，") if language.startswith("zh") else (": ", ", ")
            return comma.join(f"{label}{colon}{value}" for label, value in known)
        words = {name: value_words(value, language, unit) for name, value, unit in self.values}
        return text.of(language).format(**words)

    def change_text(self, language: str) -> str:
        """What changes when, if nothing but the year does; empty when nothing is known to."""
        if self.change is None:
            return ""
        if self.change.holds:
            text = self.condition.begins or Text(
                "自{from_year}年1月1日起符合", "holds from 1 January {from_year}"
            )
        else:
            text = self.condition.ends or Text("至{last_year}年12月31日", "until 31 December {last_year}")
        return text.of(language).format(from_year=self.change.from_year, last_year=self.change.from_year - 1)


def build(
    rules: Rules, condition: tree.Condition, facts: Facts, year: int, record: Record, *, top: bool = True
) -> Node:
    """The node of a condition with everything below it that mattered.

    ``record`` has the answers of the evaluation, so that no named condition is answered twice.
    """
    closures = rules.at(year).closures
    state = record[closures.numbers[condition.code]]
    parts = _parts(rules, condition, year)
    below = (
        tuple(
            build(rules, part, facts, year, record, top=False)
            for part in _relevant(condition.expression, closures, facts, record)
        )
        if about(rules, condition).named
        else ()
    )
    return Node(
        condition=condition,
        state=state,
        values=tuple(
            [(name, _in_life(value(facts, record), unit, facts), unit) for name, value, unit in parts.shows]
        ),
        seen=tuple([Seen(name, label, facts.get(name)) for name, label in parts.labels]),
        thresholds=parts.limits,
        missing=_ordered(missing_of(condition, facts, closures, record)) if state is None else (),
        change=_change(rules, condition, facts, year, state=state, top=top),
        children=below,
    )


def _in_life(value: int | bool | str | None, unit: str, facts: Facts) -> int | bool | str | None:
    """A value as it may be said: of the dead no later year, such as that in which a child would turn 3."""
    died = facts.get("death_year")
    if not facts.get("deceased") or died is None or unit not in ("", "year") or not isinstance(value, int):
        return value
    return None if value >= FIRST and value > died else value


def _parts(rules: Rules, of: tree.Condition | tree.Note, year: int) -> _Parts:
    """Kept with the rules."""
    key = (id(of), year)
    known = rules.about.get(key)
    if isinstance(known, _Parts):
        return known
    closures = rules.at(year).closures
    if isinstance(of, tree.Condition):
        made = about(rules, of)
        facts, parameters = made.facts, made.parameters
    else:
        below = [part for _name, shown in of.shows for part in tree.walk(shown)]
        facts = ()
        parameters = tuple(dict.fromkeys(part.name for part in below if isinstance(part, tree.Param)))
    parts = rules.about[key] = _Parts(
        shows=tuple((name, closures.apart(shown), _unit(shown, rules)) for name, shown in of.shows),
        labels=tuple((name, Text(schema.BY_NAME[name].zh, schema.BY_NAME[name].en)) for name in facts),
        limits=_limits(parameters, rules, year),
    )
    return parts


def amount(rules: Rules, facts: Facts, year: int, record: Record) -> AmountNode | None:
    """Where the amount comes from; ``None`` outside the programme's years or when no note fits."""
    ready = rules.at(year)
    if not ready.in_force:
        return None
    missing = missing_of(rules.amount, facts, ready.closures, record)
    for note in rules.notes:
        if ready.closures.known(note.when, facts, record) is True:
            parts = _parts(rules, note, year)
            shown = tuple([(name, value(facts, record), unit) for name, value, unit in parts.shows])
            used = {
                part.name
                for _name, expression in note.shows
                for part in taken(expression, ready.closures, facts, record)
                if isinstance(part, tree.Param)
            }
            limits = tuple([limit for limit in parts.limits if limit.parameter in used])
            return AmountNode(note.text, shown, limits, _ordered(missing))
    return None


def taken(node: tree.Expr, closures: Closures, facts: Facts, record: Record) -> Iterator[tree.Expr]:
    """A node and what lies below it on the way the answer took; both ways while a question is open."""
    yield node
    if not isinstance(node, tree.Case):
        for part in tree.children(node):
            yield from taken(part, closures, facts, record)
        return
    for question, result in node.branches:
        yield from taken(question, closures, facts, record)
        answer = closures.known(question, facts, record)
        if answer is not False:
            yield from taken(result, closures, facts, record)
        if answer:
            return
    yield from taken(node.otherwise, closures, facts, record)


def _ordered(names: set[str]) -> tuple[str, ...]:
    return tuple(fact.name for fact in schema.FACTS if fact.name in names) if names else ()


def _change(
    rules: Rules, condition: tree.Condition, facts: Facts, year: int, *, state: bool | None, top: bool
) -> Change | None:
    """Changes worth telling: a refusal that time will end, and whatever the rule has its own words for.

    Of somebody who has died no year after the death is told: what ends later ends with the year of death.
    """
    told = condition.begins if state is False else condition.ends
    if state is None or (told is None and not (top and state is False)):
        return None
    change = next_change(rules, condition, facts, year, now=state)
    if change is None or not facts.get("deceased"):
        return change
    died = facts.get("death_year")
    if died is None or year > died or (change.holds and change.from_year > died):
        return None
    return change if change.holds else Change(min(change.from_year, died + 1), holds=False)


def _relevant(node: tree.Expr, closures: Closures, facts: Facts, record: Record) -> Iterator[tree.Condition]:
    """The named conditions on the way the answer took: branches not taken are left out."""
    if isinstance(node, tree.Condition):
        yield node
        return
    if not isinstance(node, tree.Case):
        for part in tree.children(node):
            yield from _relevant(part, closures, facts, record)
        return
    for question, result in node.branches:
        yield from _relevant(question, closures, facts, record)
        answer = closures.known(question, facts, record)
        if answer is None:
            return
        if answer:
            yield from _relevant(result, closures, facts, record)
            return
    yield from _relevant(node.otherwise, closures, facts, record)


def _limits(names: Iterable[str], rules: Rules, year: int) -> tuple[Threshold, ...]:
    found = []
    for name in names:
        parameter = rules.parameters[name]
        dated = parameter.in_year(year)
        found.append(
            Threshold(name, parameter.label, dated.value, parameter.year_unit, dated.reference, dated.assumed)
        )
    return tuple(found)


def _unit(node: tree.Expr, rules: Rules) -> str:
    """The unit of a shown value: that of the parameter, or of all those it is one of."""
    match node:
        case tree.Param(name):
            return rules.parameters[name].year_unit
        case tree.Case(branches, otherwise):
            units = {_unit(one, rules) for one in (otherwise, *(result for _question, result in branches))}
            return units.pop() if len(units) == 1 else ""
        case _:
            return ""
