"""The why of one result as a tree: each condition with its answer, values seen and source of limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.changes import Change, about, next_change
from tongchou.domain.policy.closures import Facts, Record, missing_of
from tongchou.domain.policy.rules import Rules
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

    text: Text
    thresholds: tuple[Threshold, ...]
    missing: tuple[str, ...]


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
    made = about(rules, condition)
    below = (
        tuple(
            build(rules, part, facts, year, record, top=False)
            for part in _relevant(condition.expression, rules, facts, year)
        )
        if made.named
        else ()
    )
    return Node(
        condition=condition,
        state=state,
        values=tuple(
            (name, closures.answer(shown, facts), _unit(shown, rules)) for name, shown in condition.shows
        ),
        seen=_seen(made.facts, facts),
        thresholds=_limits(made.parameters, rules, year),
        missing=_ordered(missing_of(condition, facts, closures)) if state is None else (),
        change=_change(rules, condition, facts, year, state=state, top=top),
        children=below,
    )


def amount(rules: Rules, facts: Facts, year: int) -> AmountNode | None:
    """Where the amount comes from; ``None`` outside the programme's years or when no note fits."""
    ready = rules.at(year)
    if not ready.in_force:
        return None
    missing = missing_of(rules.amount, facts, ready.closures)
    for note in rules.notes:
        if ready.closures.answer(note.when, facts) is True:
            shown = {name: (ready.closures.answer(e, facts), _unit(e, rules)) for name, e in note.shows}
            words = [
                text.format(
                    **{name: value_words(value, language, unit) for name, (value, unit) in shown.items()}
                )
                for language, text in (("zh", note.text.zh), ("en", note.text.en))
            ]
            parts = [part for _name, e in note.shows for part in tree.walk(e)]
            names = dict.fromkeys(part.name for part in parts if isinstance(part, tree.Param))
            return AmountNode(Text(*words), _limits(names, rules, year), _ordered(missing))
    return None


def _ordered(names: set[str]) -> tuple[str, ...]:
    return tuple(fact.name for fact in schema.FACTS if fact.name in names) if names else ()


def _change(
    rules: Rules, condition: tree.Condition, facts: Facts, year: int, *, state: bool | None, top: bool
) -> Change | None:
    """Changes worth telling: a refusal that time will end, and whatever the rule has its own words for."""
    told = condition.begins if state is False else condition.ends
    if state is None or (told is None and not (top and state is False)):
        return None
    return next_change(rules, condition, facts, year)


def _relevant(node: tree.Expr, rules: Rules, facts: Facts, year: int) -> Iterator[tree.Condition]:
    """The named conditions on the way the answer took: branches not taken are left out."""
    if isinstance(node, tree.Condition):
        yield node
        return
    if not isinstance(node, tree.Case):
        for part in tree.children(node):
            yield from _relevant(part, rules, facts, year)
        return
    for question, result in node.branches:
        yield from _relevant(question, rules, facts, year)
        answer = rules.at(year).closures.answer(question, facts)
        if answer is None:
            return
        if answer:
            yield from _relevant(result, rules, facts, year)
            return
    yield from _relevant(node.otherwise, rules, facts, year)


def _seen(names: Iterable[str], facts: Facts) -> tuple[Seen, ...]:
    return tuple(
        Seen(name, Text(schema.BY_NAME[name].zh, schema.BY_NAME[name].en), facts.get(name)) for name in names
    )


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
    return rules.parameters[node.name].year_unit if isinstance(node, tree.Param) else ""
