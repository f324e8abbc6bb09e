"""One person's answer from one programme for one year, and the sentences that say why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from tongchou.domain import facts as schema
from tongchou.domain.policy import nodes, tree
from tongchou.domain.policy.alternatives import Alternative, alternatives
from tongchou.domain.policy.closures import Facts, Record
from tongchou.domain.policy.dated import LEVELS, Parameter
from tongchou.domain.policy.outcomes import (
    GRANTED,
    NOT_ENTITLED,
    OUTCOME_WORDS,
    SUBJECT_TO_STATEMENT,
)
from tongchou.domain.policy.overlaps import holding, settle
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.words import Text, number, value_words

STATE_WORDS: Final = {
    True: Text("符合", "met"),
    False: Text("不符合", "not met"),
    None: Text("待核实", "not yet known"),
}
#: Parts of a condition answer a question; they are not requirements of their own.
PART_WORDS: Final = {True: Text("是", "yes"), False: Text("否", "no"), None: Text("未知", "unknown")}
STATE_CODES: Final = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True)
class Explanation:
    """The result of :meth:`~tongchou.domain.policy.programme.Programme.evaluate_one`.

    ``failing`` are the codes of conditions known to be false (only when not entitled), ``missing`` the facts
    that decide (only when information is needed). ``record`` has the answer of every named condition by its
    number; the tree of reasons and its words are made when asked for.
    """

    rules: Rules
    year: int
    facts: Facts
    outcome: str
    amount_fen: int | None
    failing: tuple[str, ...]
    missing: tuple[str, ...]
    claim_by: dt.date | None
    record: Record

    @property
    def programme(self) -> str:
        """The programme's code."""
        return self.rules.code

    def title_in(self, language: str) -> str:
        return self.rules.title.of(language)

    @cached_property
    def conditions(self) -> tuple[nodes.Node, ...]:
        """The conditions in order, each with value seen, threshold, source and what mattered below it.

        Of a refusal only what is known is told: once a condition fails nobody needs to be asked about the
        others, least of all about a family.
        """
        ready = self.rules.at(self.year)
        told = [
            condition
            for condition, _closure in ready.conditions
            if self.outcome != NOT_ENTITLED or self.state_of(condition.code) is not None
        ]
        return tuple(
            nodes.build(self.rules, condition, self.facts, self.year, self.record) for condition in told
        )

    @cached_property
    def amount(self) -> nodes.AmountNode | None:
        """Where the amount comes from; ``None`` when nobody would be paid."""
        return (
            None
            if self.outcome == NOT_ENTITLED
            else nodes.amount(self.rules, self.facts, self.year, self.record)
        )

    @property
    def assumed(self) -> tuple[Parameter, ...]:
        """The defaults this answer rests on: parameters it used that nobody in the area has set yet."""
        assumed = self.rules.assumed(self.year)
        if not assumed:
            return ()
        parts: list[tree.Expr] = list(self.rules.conditions)
        if self.outcome != NOT_ENTITLED:
            parts.append(self.rules.amount)
        closures = self.rules.at(self.year).closures
        used = {
            part.name
            for whole in parts
            for part in nodes.taken(whole, closures, self.facts, self.record)
            if isinstance(part, tree.Param)
        }
        return tuple(one for one in assumed if one.name in used)

    def assumed_text(self, language: str) -> str:
        """One sentence about the defaults the answer rests on; empty when there are none."""
        zh = language.startswith("zh")
        told = [
            f"{one.label.of(language)}{'' if zh else ' '}"
            f"{value_words(one.in_year(self.year).value, language, one.year_unit)}"
            for one in self.assumed
        ]
        if not told:
            return ""
        if zh:
            return f"以下数值当地尚未录入，暂按默认值计算：{'、'.join(told)}。"
        return f"Not yet set for the area, worked out with a default: {', '.join(told)}."

    def beside(self, language: str) -> list[str]:
        """What holds for this programme together with others, a sentence each; none for a refusal."""
        if self.outcome == NOT_ENTITLED:
            return []
        return [one.told(language) for one in holding(self.rules.overlaps, self.year)]

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """What would change the answer: time, an answer that is missing, or a mended record."""
        return alternatives(self.rules, self.facts, self.year)

    def state_of(self, code: str) -> bool | None:
        """The answer of a named condition at any depth; ``KeyError`` when there is none of that name."""
        return self.record[self.rules.at(self.year).closures.numbers[code]]

    def summary(self, language: str) -> str:
        """One sentence: outcome, amount, last day to claim, or what is missing."""
        zh = language.startswith("zh")
        parts = [OUTCOME_WORDS[self.outcome].of(language)]
        if self.amount_fen is not None:
            amount = number(self.amount_fen, language, "fen")
            parts.append(f"{self.year}年{amount}" if zh else f"{amount} for {self.year}")
        if self.missing:
            labels = [label for _fact, label in self.missing_labels(language)]
            parts.append(f"缺少：{'、'.join(labels)}" if zh else f"missing: {'; '.join(labels)}")
        if self.claim_by is not None:
            day = self.claim_by
            parts.append(
                f"请在{day.year}年{day.month}月{day.day}日前申请" if zh else f"claim by {day.isoformat()}"
            )
        return "；".join(parts) + "。" if zh else "; ".join(parts) + "."

    def missing_labels(self, language: str) -> list[tuple[str, str]]:
        """Missing facts as ``(name, words)``."""
        return [(name, _fact_label(name, language)) for name in self.missing]

    def lines(self, language: str) -> list[str]:
        """The whole why in plain sentences, for a terminal or a letter."""
        zh = language.startswith("zh")
        head = (
            f"【{self.title_in(language)}】{self.year}年度："
            if zh
            else f"{self.title_in(language)}, {self.year}: "
        )
        result = [head + self.summary(language)]
        for node in self.conditions:
            result += _node_lines(node, language, 1)
        if self.amount is not None:
            result.append(("　金额：" if zh else "  Amount: ") + _amount_text(self.amount, language))
        if self.alternatives:
            result.append("　什么会改变结果：" if zh else "  What would change this:")
            indent = "　　" if zh else "    "
            result += [indent + one.text.of(language) for one in self.alternatives]
        if self.rules.statement and self.outcome == SUBJECT_TO_STATEMENT:
            result.append(
                ("　申请人声明：" if zh else "  Statement: ") + self.rules.statement.text.of(language)
            )
        if self.assumed and self.outcome != NOT_ENTITLED:
            result.append(("　" if zh else "  ") + self.assumed_text(language))
        result += [
            ("　与其他待遇：" if zh else "  Together with others: ") + one for one in self.beside(language)
        ]
        sources = ("；" if zh else "; ").join(citation.of(language) for citation in self.rules.citations)
        result.append(("　依据：" if zh else "  Sources: ") + sources)
        return result

    def as_dict(self, language: str) -> dict[str, Any]:
        """Everything as plain values for JSON and templates, words in one language."""
        statement = self.rules.statement if self.outcome == SUBJECT_TO_STATEMENT else None
        return {
            "programme": self.programme,
            "title": self.title_in(language),
            "kind": self.rules.kind,
            "version": self.rules.version,
            "year": self.year,
            "outcome": self.outcome,
            "outcome_text": OUTCOME_WORDS[self.outcome].of(language),
            "summary": self.summary(language),
            "amount_fen": self.amount_fen,
            "amount": {
                "text": _amount_text(self.amount, language),
                "thresholds": [_threshold_dict(limit, language) for limit in self.amount.thresholds],
            }
            if self.amount
            else None,
            "claim_by": self.claim_by.isoformat() if self.claim_by else None,
            "failing": list(self.failing),
            "missing": [{"fact": name, "label": label} for name, label in self.missing_labels(language)],
            "statement": {"code": statement.code, "text": statement.text.of(language)} if statement else None,
            "conditions": [_node_dict(node, language, top=True) for node in self.conditions],
            "overlaps": self.beside(language),
            "assumed": "" if self.outcome == NOT_ENTITLED else self.assumed_text(language),
            "citations": [citation.of(language) for citation in self.rules.citations],
            "alternatives": [_alternative_dict(one, language) for one in self.alternatives],
        }


def unpaid(answers: Sequence[Explanation], language: str) -> list[str]:
    """What of one person's answers for a year is not paid because another one is; a sentence each."""
    zh = language.startswith("zh")
    amounts = {one.programme: one.amount_fen for one in answers if one.outcome in GRANTED}
    titles = {one.programme: one.title_in(language) for one in answers}
    groups = {group for one in answers for group in holding(one.rules.overlaps, one.year)}
    ordered = sorted(groups, key=lambda group: (LEVELS.index(group.level), group.code))
    return [
        f"{titles[one.programme]}不与{titles[one.instead]}同时发放：{one.overlap.told(language)}"
        if zh
        else f"{titles[one.programme]} is not paid beside {titles[one.instead]}: {one.overlap.told(language)}"
        for one in settle({code: fen or 0 for code, fen in amounts.items()}, ordered)
        if one.overlap is not None
    ]


def condition_text(node: nodes.Node, language: str, *, top: bool) -> str:
    """One condition as a sentence: label, numbers, answer, and what changes when."""
    zh = language.startswith("zh")
    words = (STATE_WORDS if top else PART_WORDS)[node.state].of(language)
    detail = node.detail(language)
    text = node.label(language)
    if detail:
        text += f"（{detail}）" if zh else f" ({detail})"
    text += f" — {words}"
    change = node.change_text(language)
    if change:
        text += f"；{change}" if zh else f"; {change}"
    return text


def _node_lines(node: nodes.Node, language: str, depth: int) -> list[str]:
    zh = language.startswith("zh")
    indent = ("　" if zh else "  ") * depth
    text = indent + condition_text(node, language, top=depth == 1)
    if node.state is None and not node.children:
        text += _missing_text(node.missing, language)
    if node.state is None and node.condition.hint:
        text += ("。可查：" if zh else ". Look at: ") + node.condition.hint.of(language)
    if node.condition.citation and depth == 1:
        source = node.condition.citation.of(language)
        text += f"　［{source}］" if zh else f" [{source}]"
    lines = [text]
    for child in node.children:
        lines += _node_lines(child, language, depth + 1)
    return lines


def _node_dict(node: nodes.Node, language: str, *, top: bool) -> dict[str, Any]:
    condition = node.condition
    return {
        "code": node.code,
        "label": node.label(language),
        "state": STATE_CODES[node.state],
        "state_text": (STATE_WORDS if top else PART_WORDS)[node.state].of(language),
        "text": condition_text(node, language, top=top),
        "detail": node.detail(language),
        "change": {
            "from_year": node.change.from_year,
            "holds": node.change.holds,
            "text": node.change_text(language),
        }
        if node.change
        else None,
        "hint": condition.hint.of(language) if condition.hint and node.state is None else "",
        "citation": condition.citation.of(language) if condition.citation else "",
        "seen": [
            {
                "fact": seen.fact,
                "label": seen.label.of(language),
                "value": seen.value,
                "text": value_words(seen.value, language),
            }
            for seen in node.seen
        ],
        "thresholds": [_threshold_dict(limit, language) for limit in node.thresholds],
        "missing": list(node.missing),
        "conditions": [_node_dict(child, language, top=False) for child in node.children],
    }


def _alternative_dict(one: Alternative, language: str) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text.of(language),
        "facts": [{"fact": name, "label": _fact_label(name, language)} for name in one.facts],
        "from_year": one.from_year,
        "day": one.day.isoformat() if one.day else None,
        "outcome": one.outcome,
        "amount_fen": one.amount_fen,
        "ways": [
            {
                "values": [
                    {"fact": span.fact, "among": list(span.among)}
                    if span.among
                    else {"fact": span.fact, "least": span.least, "most": span.most}
                    for span in way.spans
                ],
                "outcome": way.outcome,
                "amount_fen": way.amount_fen,
            }
            for way in one.ways
        ],
    }


def _threshold_dict(limit: nodes.Threshold, language: str) -> dict[str, Any]:
    return {
        "parameter": limit.parameter,
        "label": limit.label.of(language),
        "value": limit.value,
        "text": value_words(limit.value, language, limit.unit),
        "reference": limit.reference.of(language),
    }


def _amount_text(amount: nodes.AmountNode, language: str) -> str:
    if amount.missing:
        return STATE_WORDS[None].of(language) + _missing_text(amount.missing, language)
    return amount.text.of(language)


def _missing_text(names: tuple[str, ...], language: str) -> str:
    labels = [_fact_label(name, language) for name in names]
    return (
        f"（缺少：{'、'.join(labels)}）" if language.startswith("zh") else f" (missing: {'; '.join(labels)})"
    )


def _fact_label(name: str, language: str) -> str:
    fact = schema.BY_NAME[name]
    return fact.zh if language.startswith("zh") else fact.en
