"""Certificates in words: lines for a terminal, JSON, missing cases to finish, and the reference page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tongchou.domain.policy.boundaries import Gap
from tongchou.domain.policy.certify import PEOPLE, WANTED, Certificate
from tongchou.policies.cases import certificate, codes, read

_COLUMNS = (
    "programme",
    "conditions",
    "cases",
    "mutants",
    "killed by loading",
    "killed by cases",
    "survivors",
    "% of different",
    "% of all",
    "gaps",
)
HEAD = f"""# Certification
Written by `tongchou policies certify` from the rules, their parameters and the cases written by hand.
How to read it: [rules, certification](../methods/rules.md#certification).

Each programme is changed in one place at a time: an operator, a number, an amount, a date, a part left
out. A change is *killed* when loading refuses it or a case expects something else. A survivor is the same
rule written differently; each is declared in the programme's `cases.yaml` with the reason, and tried on
{PEOPLE:,} generated people. *% of different* leaves the survivors out and must be {WANTED} or more,
*% of all* counts them as not killed. Gaps are boundaries (just below, at, just above) without a case.

"""


def as_dict(one: Certificate) -> dict[str, Any]:
    """A certificate for JSON."""
    return {
        "programme": one.programme,
        "holds": one.holds,
        "conditions": one.conditions,
        "cases": one.cases,
        "mutants": one.mutants,
        "without_effect": list(one.same),
        "killed_by_loading": list(one.refused),
        "killed_by_cases": {name: text.en for name, text in one.killed.items()},
        "percent_of_different": round(one.score, 1),
        "percent_of_all": round(one.score_of_all, 1),
        "survivors": {
            name: {"zh": found.reason.zh, "en": found.reason.en} for name, found in one.declared.items()
        },
        "undeclared": list(one.open),
        "gaps": [{"where": gap.words(), "year": gap.year, "facts": dict(gap.facts)} for gap in one.gaps],
        "errors": list(one.errors),
    }


def lines(found: Iterable[Certificate]) -> Iterator[str]:
    """A table, and below it what survives and what is missing."""
    found = list(found)
    rows = [_COLUMNS, *(_row(one) for one in found)]
    if len(found) > 1:
        rows.append(_row_of_all(found))
    widths = [max(len(row[place]) for row in rows) for place in range(len(_COLUMNS))]
    for row in rows:
        first, *others = (
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others])
    for one in found:
        yield from _details(one)


def _details(one: Certificate) -> Iterator[str]:
    told = [
        *(f"survives: {name} - {survivor.reason.en}" for name, survivor in one.declared.items()),
        *(f"survives without a reason: {name}" for name in one.open),
        *(f"no case: {gap.words()}" for gap in one.gaps),
        *(f"wrong: {error}" for error in one.errors),
    ]
    if told:
        yield ""
        yield one.programme
        yield from (f"  {line}" for line in told)


def _row(one: Certificate) -> tuple[str, ...]:
    numbers = (
        one.conditions,
        one.cases,
        one.mutants,
        len(one.refused),
        len(one.killed),
        len(one.declared) + len(one.open),
        f"{one.score:.1f}",
        f"{one.score_of_all:.1f}",
        len(one.gaps),
    )
    return (one.programme, *(str(number) for number in numbers))


def _row_of_all(found: list[Certificate]) -> tuple[str, ...]:
    mutants, declared = sum(one.mutants for one in found), sum(len(one.declared) for one in found)
    refused, killed = sum(len(one.refused) for one in found), sum(len(one.killed) for one in found)
    numbers = (
        sum(one.conditions for one in found),
        sum(one.cases for one in found),
        mutants,
        refused,
        killed,
        sum(len(one.declared) + len(one.open) for one in found),
        f"{100 * (refused + killed) / max(mutants - declared, 1):.1f}",
        f"{100 * (refused + killed) / max(mutants, 1):.1f}",
        sum(len(one.gaps) for one in found),
    )
    return ("all", *(str(number) for number in numbers))


def skeleton(one: Certificate) -> Iterator[str]:
    """The missing cases as YAML: facts that reach each boundary, words and expectation left to a person."""
    if not one.gaps:
        return
    base = read(one.programme).base
    yield f"# {one.programme}: words and expectations from the law, not from the program"
    for gap in one.gaps:
        yield f"  # {gap.words()}"
        yield _case(gap, base) if gap.year else "  # no facts found; to be thought out"


def _case(gap: Gap, base: Any) -> str:
    facts = {name: value for name, value in gap.facts.items() if name not in base or base[name] != value}
    inside = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items())
    return f'  - {{zh: "", en: "", year: {gap.year}, facts: {{{inside}}}, expect: {{}}}}'


def certification_markdown() -> str:
    """The page ``docs/reference/certification.md``."""
    found = [certificate(code) for code in codes()]
    rows = [_COLUMNS, ("---", *["--:"] * (len(_COLUMNS) - 1)), *(_row(one) for one in found)]
    parts = [HEAD + "\n".join(f"| {' | '.join(row)} |" for row in (*rows, _row_of_all(found)))]
    unchanged = sum(len(one.same) for one in found)
    parts.append(
        f"Left out before counting: {unchanged} changes that change nothing, as no value of a fact tells "
        "them apart or every year keeps its amount."
    )
    parts.append("## Survivors\n" + "\n".join(_survivors(found)))
    gaps = [f"- `{one.programme}`: {gap.words()}" for one in found for gap in one.gaps]
    parts.append("## Gaps\n" + ("\n".join(gaps) if gaps else "None."))
    return "\n\n".join(parts) + "\n"


def _survivors(found: list[Certificate]) -> Iterator[str]:
    """One line a survivor; the same one of several programmes once."""
    where: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        for name, survivor in one.declared.items():
            where.setdefault((name, survivor.reason.en, survivor.reason.zh), []).append(one.programme)
        for name in one.open:
            where.setdefault((name, "no reason given", "未说明理由"), []).append(one.programme)
    yield "| Mutant | Programmes | Why it is the same rule |"
    yield "|---|---|---|"
    for (name, en, zh), programmes in where.items():
        yield f"| `{name}` | {', '.join(programmes)} | {en} · {zh} |"
