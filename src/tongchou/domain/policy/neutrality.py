"""Rights rule 1: nothing new may turn on how many children a family has, or on anybody's sex.

Two walls. By structure: only a programme of the closed legacy list may read a fertility-sensitive fact at
all. By trial: families are generated around every threshold of a programme, and a further child, a child of
the other sex, a spouse more or less, or the other sex of the person must not lower the result.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import ENTITLED, NEEDS_INFORMATION, SUBJECT_TO_STATEMENT
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.words import Citation

#: Generated families a programme and year; the seed is fixed so that loading says the same every time.
FAMILIES, SEED = 250, 20_151_231
_CHILDREN = ("living_sons", "living_daughters", "children_ever")
_RANK = {ENTITLED: 3, SUBJECT_TO_STATEMENT: 2, NEEDS_INFORMATION: 1}


@dataclass(frozen=True, slots=True)
class Legacy:
    """A programme that present law keeps for births up to 2015-12-31, and that law."""

    code: str
    citation: Citation


def refuse_unfair(programme: Programme, legacy: Sequence[Legacy]) -> None:
    """Pass a programme that rights rule 1 allows.

    Raises
    ------
    LoadError
        ``legacy`` in kind but not on the list; a sensitive fact read by a programme not on the list; a
        generated family whose result falls by one more child, a child of the other sex, a spouse, or the
        person's other sex.
    """
    listed = programme.code in {item.code for item in legacy}
    if programme.kind == "legacy" and not listed:
        raise LoadError(f"{programme.code}: not on the closed list of legacy programmes")
    if listed:
        return
    read = sorted(set(programme.facts) & schema.SENSITIVE)
    if read:
        raise LoadError(f"{programme.code}: only a legacy programme may read {', '.join(read)}")
    refuse_unequal(programme)


def refuse_unequal(programme: Programme, families: int = FAMILIES) -> None:
    """The trial on generated families; see :func:`refuse_unfair`."""
    chance = random.Random(SEED)  # noqa: S311 - test families, not secrets
    for year in _years(programme):
        pools = _pools(programme, year)
        for _number in range(families):
            facts = {name: chance.choice(pool) for name, pool in pools.items()}
            before = programme.evaluate_one(facts, year)
            for what, other in _others(facts):
                after = programme.evaluate_one(other, year)
                if _worth(after) < _worth(before):
                    raise LoadError(
                        f"{programme.code}: {what} lowers the result in {year} "
                        f"from {_said(before)} to {_said(after)} for {_brief(facts)}"
                    )


def _worth(result: Explanation) -> tuple[int, int]:
    return _RANK.get(result.outcome, 0), result.amount_fen or 0


def _said(result: Explanation) -> str:
    return result.outcome if result.amount_fen is None else f"{result.outcome} ({result.amount_fen} fen)"


def _brief(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in facts.items() if value is not None)


def _years(programme: Rules) -> list[int]:
    """The first year and each year in which a parameter changes: all law there is."""
    changes = {year for parameter in programme.parameters.values() for year in parameter.change_years()}
    return sorted(year for year in changes | {programme.first_year} if year >= programme.first_year)


def _others(facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same person in a family that differs in one thing that must not lower anything."""
    sons, daughters, ever = (facts[name] for name in _CHILDREN)
    more = {"children_ever": None if ever is None else ever + 1}
    if sons is not None:
        yield "one more son", {**facts, **more, "living_sons": sons + 1}
    if daughters is not None:
        yield "one more daughter", {**facts, **more, "living_daughters": daughters + 1}
    if ever is not None:
        yield "one more child ever born", {**facts, **more}
    if sons is not None and daughters is not None:
        if sons:
            yield (
                "a daughter for a son",
                {**facts, "living_sons": sons - 1, "living_daughters": daughters + 1},
            )
        if daughters:
            yield (
                "a son for a daughter",
                {**facts, "living_sons": sons + 1, "living_daughters": daughters - 1},
            )
    for name, what in (("sex", "the other sex"), ("has_spouse", "having or not having a spouse")):
        if facts[name] is not None:
            yield what, {**facts, name: 3 - facts[name] if name == "sex" else not facts[name]}


def _pools(programme: Rules, year: int) -> dict[str, list[Any]]:
    """Values to draw for each fact used: around every number the programme compares with, and unknown."""
    numbers = {0, 1, 2, 3}
    parts = [*programme.conditions, programme.amount, *([programme.claim_by] if programme.claim_by else [])]
    for part in (node for top in parts for node in tree.walk(top)):
        if isinstance(part, tree.Const) and not isinstance(part.value, bool):
            numbers.add(part.value)
        elif isinstance(part, tree.Param):
            numbers.add(programme.parameters[part.name].in_year(year).value)
    around = {value + step for value in numbers for step in (-1, 0, 1)}
    around |= {year - value for value in around}
    wanted = dict.fromkeys([*programme.facts, *_CHILDREN, "sex", "has_spouse"])
    return {name: _pool(schema.BY_NAME[name], around) for name in wanted}


def _pool(fact: schema.Fact, around: set[int]) -> list[Any]:
    if fact.kind == "bool":
        return [True, False, None]
    if fact.kind == "text":
        return [*fact.values, None]
    least, most = fact.least or 0, fact.most if fact.most is not None else max(around)
    if fact.name in _CHILDREN:
        most = min(most, 12)
    return [*sorted(value for value in around if least <= value <= most), None]
