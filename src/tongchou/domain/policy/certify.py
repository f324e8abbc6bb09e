"""Whether the cases written by hand would notice a mistake in a programme.

A case *kills* a mutant when the mutant does not give what the case expects. Mutants that loading refuses are
dead as well, and counted apart. What is left survives: either a case is missing, or the mutant is the same
rule written differently. The latter is declared in the cases file, with the reason, and every declaration is
tried on generated people: one that gives another answer anywhere is refused.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tongchou.domain import facts as schema
from tongchou.domain.policy.boundaries import Gap, gaps
from tongchou.domain.policy.mutants import Builder, Mutant, mutants
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import FIRST, LAST
from tongchou.domain.policy.words import Text

#: Of the mutants that are not declared equal, this many of a hundred have to be killed.
WANTED = 98
#: Generated people on whom a declaration is tried; the seed is fixed, so that it says the same every time.
PEOPLE, SEED = 1500, 20_040_101


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a result says: outcome, fen, failing conditions, missing facts, last day of the claim."""

    outcome: str
    amount_fen: int | None = None
    failing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    claim_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One case written by hand: facts, year, and what the law says."""

    text: Text
    year: int
    facts: Mapping[str, Any]
    expect: Answer


@dataclass(frozen=True, slots=True)
class Survivor:
    """Mutants that are the same rule written differently: a name, or a pattern with ``*``, and the reason."""

    mutant: str
    reason: Text

    def names(self, mutant: Mutant) -> bool:
        return fnmatchcase(mutant.name, self.mutant)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the cases of one programme prove.

    ``killed`` says for each mutant killed by a case which one; ``refused`` are those loading refuses;
    ``same`` are changes left out because they change nothing; ``declared`` the survivors with a reason and
    ``open`` those without; ``errors`` what is wrong with the cases file itself.
    """

    programme: str
    conditions: int
    cases: int
    mutants: int
    same: tuple[str, ...]
    refused: tuple[str, ...]
    killed: Mapping[str, Text]
    declared: Mapping[str, Survivor]
    open: tuple[str, ...]
    gaps: tuple[Gap, ...]
    errors: tuple[str, ...]

    @property
    def score(self) -> float:
        """Percent killed of the mutants that are not declared to be the same rule."""
        differing = self.mutants - len(self.declared)
        return 100 * (self.mutants - len(self.declared) - len(self.open)) / differing if differing else 100.0

    @property
    def score_of_all(self) -> float:
        """Percent killed of all mutants, those declared to be the same rule counted as if they lived."""
        return 100 * (len(self.refused) + len(self.killed)) / self.mutants if self.mutants else 100.0

    @property
    def holds(self) -> bool:
        """Enough is killed, what survives has a reason, no boundary is without cases, no error."""
        return self.score >= WANTED and not (self.open or self.gaps or self.errors)


def answer(programme: Programme, facts: Mapping[str, Any], year: int) -> Answer:
    """The answer of a programme for one person in one year."""
    one = programme.evaluate_one(facts, year)
    return Answer(one.outcome, one.amount_fen, one.failing, one.missing, one.claim_by)


def certify(
    programme: Programme, examples: Sequence[Example], survivors: Sequence[Survivor], build: Builder
) -> Certificate:
    """Try every mutant of a programme on its cases.

    Parameters
    ----------
    programme
        As its cases mean it, built by ``build`` from its ``parameters``.
    examples, survivors
        The cases and what is declared to survive, from the cases file.
    build
        See :data:`~tongchou.domain.policy.mutants.Builder`.
    """
    errors = [
        f"case {one.text.en!r} is not what the programme says"
        for one in examples
        if answer(programme, one.facts, one.year) != one.expect
    ]
    tried = mutants(programme, build)
    order = _Order(examples)
    killed: dict[str, Text] = {}
    living: list[Mutant] = []
    for mutant in tried.all:
        if mutant.rules is not None:
            killer = order.killer(mutant.rules)
            if killer is None:
                living.append(mutant)
            else:
                killed[mutant.name] = killer.text
    declared = {m.name: found for m in living if (found := _named(survivors, m)) is not None}
    errors += _wrong_declarations(survivors, [m for m in tried.all if m.name not in declared], declared)
    errors += _untrue_declarations(programme, examples, [m for m in living if m.name in declared])
    return Certificate(
        programme=programme.code,
        conditions=len(programme.every_condition()),
        cases=len(examples),
        mutants=len(tried.all),
        same=tried.same,
        refused=tuple(m.name for m in tried.all if m.rules is None),
        killed=killed,
        declared=declared,
        open=tuple(m.name for m in living if m.name not in declared),
        gaps=gaps(programme, [(one.facts, one.year) for one in examples]),
        errors=tuple(errors),
    )


class _Order:
    """Asks first the cases that have killed most: nearly every mutant dies at once."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.kills = dict.fromkeys(range(len(examples)), 0)
        self.examples = examples

    def killer(self, rules: Programme) -> Example | None:
        for place in sorted(self.kills, key=lambda place: -self.kills[place]):
            example = self.examples[place]
            if answer(rules, example.facts, example.year) != example.expect:
                self.kills[place] += 1
                return example
        return None


def _named(survivors: Sequence[Survivor], mutant: Mutant) -> Survivor | None:
    return next((one for one in survivors if one.names(mutant)), None)


def _wrong_declarations(
    survivors: Sequence[Survivor], dead: Sequence[Mutant], declared: Mapping[str, Survivor]
) -> list[str]:
    found = []
    used = {one.mutant for one in declared.values()}
    for survivor in survivors:
        killed = [m.name for m in dead if survivor.names(m)]
        if killed:
            found.append(f"survivor {survivor.mutant!r} is killed: {killed[0]}")
        elif survivor.mutant not in used:
            found.append(f"survivor {survivor.mutant!r} names no mutant that survives")
    return found


def _untrue_declarations(
    programme: Programme, examples: Sequence[Example], equal: Sequence[Mutant]
) -> list[str]:
    """Declared survivors that give another answer for some generated person."""
    if not equal:
        return []
    people = _people(programme, examples)
    told = [(facts, year, answer(programme, facts, year)) for facts, year in people]
    found = []
    for mutant in equal:
        for facts, year, wanted in told:
            if mutant.rules is not None and answer(mutant.rules, facts, year) != wanted:
                used = {name: facts.get(name) for name in programme.facts}
                found.append(f"survivor {mutant.name!r} is another rule in {year} for {used}")
                break
    return found


def _people(programme: Programme, examples: Sequence[Example]) -> list[tuple[dict[str, Any], int]]:
    """People like those of the cases, some facts drawn anew: values of the cases, beside them, unknown."""
    chance = random.Random(SEED)  # noqa: S311 - made-up people, not secrets
    pools = {name: _pool(name, examples) for name in programme.facts}
    years = sorted({year for one in examples for year in range(one.year - 1, one.year + 2)})
    years = [year for year in years if FIRST <= year <= LAST]
    people = []
    for _number in range(PEOPLE if pools else 0):
        example = chance.choice(examples)
        drawn = chance.sample(list(pools), min(len(pools), chance.randint(1, 4)))
        facts = {**example.facts, **{name: chance.choice(pools[name]) for name in drawn}}
        people.append((facts, chance.choice((example.year, chance.choice(years)))))
    return people


def _pool(name: str, examples: Sequence[Example]) -> list[Any]:
    fact = schema.BY_NAME[name]
    if fact.kind == "bool":
        return [True, False, None]
    if fact.kind == "text":
        return [*fact.values, None]
    seen = {value for one in examples if (value := one.facts.get(name)) is not None}
    near = {value + step for value in seen for step in (-1, 0, 1)}
    least, most = fact.least, fact.most
    return [
        *sorted(n for n in near if (least is None or n >= least) and (most is None or n <= most)),
        None,
    ]
