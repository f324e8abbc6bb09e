"""The reference pages of facts and programmes: from the schema, the rules and a run of the example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.outcomes import OUTCOME_WORDS
from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.words import VALUES, number
from tongchou.policies.files import facts_from_csv, results_csv

EXAMPLE_YEAR = 2026
#: Four made-up people: a child with and one without a known month, an elderly couple's wife, a converted man.
EXAMPLE = """\
person_id,birth_year,birth_month,deceased,chinese_national,hukou_kind,converted,converted_year,urban_pension,\
urban_pension_year,urban_medical,urban_medical_year,has_spouse,spouse_hukou_kind,\
living_sons,living_daughters,children_ever
1,2023,5,否,是,,,,,,,,,,,,
2,2023,,否,是,,,,,,,,,,,,
3,1964,8,否,是,agricultural,,,,,,,是,agricultural,0,2,2
4,1960,1,否,是,non_agricultural,是,2018,是,2020,是,2022,否,,1,0,1
"""
_FORMATS = {"bool": "yes/no", "int": "whole number", "text": "text"}

_HEAD = """\
# Facts
One row a person. This table is all a rule may see: the registry's snapshots have it, and so does any CSV or
Parquet file you prepare yourself.

```
tongchou evaluate --facts facts.csv --year 2026 --out results.csv
tongchou explain --facts facts.csv --year 2026 --person 3 --language en
```

Neither needs a database or an account.

## Preparing a file
- The first row holds the column names below, spelled exactly so, in any order. Leave out those you do not
  have. Only `person_id` must be there, filled and different in each row. A column that is not in the list is
  refused (a misspelt name would otherwise be *unknown* without a word).
- **Empty means unknown, never no.** An absent column is unknown for everybody. Write `false` (or 0, 否) where
  the answer is no: a living person needs `deceased` = `false`.
- CSV: commas, UTF-8 or GB 18030. Yes/no is `true` `false`, `1` `0` or `是` `否`. Whole numbers are plain
  digits (`1966`, not `1966.0` or `66`). A kind of registration is its code or its Chinese name as in the
  table below (`agricultural` or 农业户口). Empty rows are skipped.
- Parquet: whole numbers as any integer type, yes/no as booleans, text as strings; null is unknown.
- Everything wrong is told at once, with row and column; nothing is written then.

A yes/no column decides over the year beside it: `deceased` = `false` makes `death_year` irrelevant,
`urban_pension` = `false` makes `urban_pension_year` irrelevant.

Living children are among the children ever had. What the counts imply is used (one child ever: nobody is
asked which lives). Counts of a person that contradict one another, more living than ever had, are no reason
to refuse the file and decide nothing for or against the family: where they matter the outcome is
`needs_information` and `missing` names all three columns.

## Columns
"""
_AFTER_COLUMNS = """
*Sensitive* columns are filled from the registry only for people whom a legacy programme can concern (59 or
older in the year), and only a legacy programme may read them; loading refuses any other. Leave them empty for
everybody else.

*Told* columns are not in the registry: the family says them, or brings the paper, on one application. They
decide only programmes that are found by application.

## Results
One row a person and programme, programme by programme, people in the order of the file.

| Column | Meaning |
|---|---|
| `person_id` | as in the facts |
| `household_id` | as in the facts; empty when absent |
| `programme` | code of the programme, see [programmes](programmes.md) |
| `year` | the evaluated year |
| `outcome` | see below |
| `amount_fen` | amount of the year in fen (100 fen are 1 yuan); filled when entitled |
| `failing` | codes of all conditions known not to hold, joined by `;`; filled when not entitled |
| `missing` | names of the facts that decide, joined by `;`; filled when information is needed |
| `claim_by` | last day to claim, empty when the rule sets none or the person is not entitled |

CSV results are UTF-8 with a byte order mark, so that spreadsheets show Chinese.

| `outcome` | 中文 | Meaning |
|---|---|---|
"""
_OUTCOME_MEANINGS = {
    "entitled": "every condition holds, whatever the unknown facts are",
    "entitled_subject_to_statement": "the same, and the applicant alone makes a statement on the application",
    "needs_information": "no condition is known to fail, but one is undecided: `missing` says what decides",
    "not_entitled": "at least one condition is known not to hold, whatever the unknown facts are",
}
_LOGIC = """
## Yes, no and unknown
Every condition is true, false or unknown. An unknown fact makes a condition unknown only where it decides:

| Case | Answer |
|---|---|
| born in 2023, month unknown, year 2025 | known: a whole year is paid, the month does not matter |
| born in 2023, month unknown, year 2026 | unknown: `missing` is `birth_month` |
| sons unknown, three daughters | known not to hold: no number of sons makes it hold |
| spouse unknown, but if there is one, rural | known to hold: either way it does |
| 30 years old, hukou unknown | not entitled to the elderly reward by age: nothing else is asked |

A missing fact never leads to a refusal.

## Worked example
`facts.csv`:

"""


def facts_markdown() -> str:
    """``docs/reference/facts.md``."""
    rows = ["| Column | 中文 | Meaning | Values |", "|---|---|---|---|"]
    for fact in schema.FACTS:
        marks = [mark for mark, holds in (("sensitive", fact.sensitive), ("told", fact.told)) if holds]
        name = f"`{fact.name}`" + (f" ({', '.join(marks)})" if marks else "")
        rows.append(f"| {name} | {fact.zh} | {fact.en} | {_values(fact)} |")
    outcomes = [
        f"| `{code}` | {OUTCOME_WORDS[code].zh} | {meaning} |" for code, meaning in _OUTCOME_MEANINGS.items()
    ]
    return (
        _HEAD
        + "\n".join(rows)
        + "\n"
        + _AFTER_COLUMNS
        + "\n".join(outcomes)
        + "\n"
        + _LOGIC
        + "\n".join(_example())
        + "\n"
    )


def _values(fact: schema.Fact) -> str:
    if fact.values:
        return ", ".join(f"`{value}` {VALUES[value].zh}" for value in fact.values)
    if fact.kind == "int":
        return (
            f"whole number, {fact.least}–{fact.most}"
            if fact.most is not None
            else f"whole number from {fact.least}"
        )
    return _FORMATS[fact.kind]


def _example() -> Iterator[str]:
    table = facts_from_csv(EXAMPLE)
    results = policies.evaluate_many(table, policies.listed(), EXAMPLE_YEAR)
    yield from ("```", EXAMPLE.rstrip("\n"), "```", "")
    yield "Person 1 is a child with a known month of birth, person 2 one without. Person 3 is a woman of 62"
    yield "with two daughters and a rural husband. Person 4 is a widower who became urban; his last urban"
    yield "benefit began in 2022, so rural rules applied until the end of 2025."
    yield ""
    yield f"`results.csv` of `tongchou evaluate --facts facts.csv --year {EXAMPLE_YEAR} --out results.csv`:"
    yield ""
    yield from ("```", results_csv(results).rstrip("\n"), "```", "")
    command = f"tongchou explain --facts facts.csv --year {EXAMPLE_YEAR} --person 4 --language en"
    yield f"`{command}` says of the second programme:"
    yield ""
    row = table.filter(pl.col("person_id") == 4).to_dicts()[0]
    yield from ("```", *policies.listed()[1].evaluate_one(row, EXAMPLE_YEAR).lines("en"), "```")


def programmes_markdown() -> str:
    """``docs/reference/programmes.md``."""
    lines = [
        "# Programmes",
        "Written from the rules themselves. How they are written and run: [rules](../methods/rules.md).",
        "",
    ]
    law = policies.here()
    for programme in law.programmes:
        lines += _programme(programme)
    for unset in law.unset:
        lines += _unset(unset)
    lines += _overlaps(law)
    return "\n".join(lines)


def _unset(unset: policies.Unset) -> Iterator[str]:
    yield f"## {unset.title.zh} · {unset.title.en}"
    yield ""
    names = ", ".join(f"`{parameter.name}` {parameter.label.zh}" for parameter in unset.missing)
    yield f"`{unset.code}` answers nobody until a level has set: {names}."
    yield ""
    yield from _parameters(unset.parameters)


def _overlaps(law: policies.Law) -> Iterator[str]:
    yield "## 叠加与就高 · Several programmes for one person"
    yield ""
    yield "What stands in no group is paid beside everything else."
    yield ""
    for overlap in law.overlaps:
        codes = ", ".join(f"`{code}`" for code in overlap.programmes)
        yield f"- {codes}: {overlap.words.zh} — {overlap.words.en} ({overlap.reference.zh})"
    yield ""


_KINDS = {
    "open": "open to everyone alike; may not read any sensitive fact",
    "legacy": "legacy: kept by present law for births up to 2015-12-31",
    "private": "private: handled without lists or notices",
}
_FINDINGS = {
    "registry": "Found by looking through the registry; who is entitled is listed for the village.",
    "application": "Answered for whoever asks; nobody is looked for or listed.",
}


def _programme(programme: Programme) -> Iterator[str]:
    yield f"## {programme.title.zh} · {programme.title.en}"
    yield ""
    kind = _KINDS[programme.kind]
    yield f"`{programme.code}`, version {programme.version}, from {programme.first_year}; {kind}."
    if programme.neutral:
        yield f"In lists, messages and bank files: {programme.neutral.zh} ({programme.neutral.en})."
    yield _FINDINGS[programme.finding]
    yield ""
    yield from (f"- {citation.of('zh')} — {citation.of('en')}" for citation in programme.citations)
    yield ""
    yield f"Facts read: {', '.join(f'`{name}`' for name in programme.facts)}."
    yield ""
    if programme.statement:
        text = programme.statement.text
        yield f"Statement of the applicant: {text.zh} {text.en}"
        yield ""
    if programme.claiming:
        text, source = programme.claiming.text, programme.claiming.citation
        yield f"When it is claimed: {text.zh} {text.en} ({source.of('zh')})"
        yield ""
    yield "| Condition | 中文 | English | Source |"
    yield "|---|---|---|---|"
    told: set[str] = set()
    for condition in programme.every_condition():
        yield from _condition(condition, 0, told)
    yield ""
    yield from _parameters(programme.parameters.values())


def _parameters(parameters: Iterable[Parameter]) -> Iterator[str]:
    yield "| Parameter | From | Value | Source | May be set by |"
    yield "|---|---|---|---|---|"
    for parameter in parameters:
        yield from _parameter(parameter)
    yield ""


_WAYS = {"set": "set freely", "raise": "raised", "lower": "lowered"}


def _condition(condition: tree.Condition, depth: int, told: set[str]) -> Iterator[str]:
    if condition.code in told:
        return
    told.add(condition.code)
    source = condition.citation.of("zh") if condition.citation else ""
    indent = "&nbsp;&nbsp;" * depth
    yield f"| {indent}`{condition.code}` | {condition.label.zh} | {condition.label.en} | {source} |"
    for part in tree.own(condition):
        if isinstance(part, tree.Condition):
            yield from _condition(part, depth + 1, told)


def _parameter(parameter: Parameter) -> Iterator[str]:
    label = f"`{parameter.name}` {parameter.label.zh}"
    local = parameter.local
    may = f"{', '.join(local.levels)}; {_WAYS[local.how]}" if local else "the State alone"
    if not parameter.values:
        yield f"| {label} | | not set | | {may} |"
    for dated in parameter.values:
        value = number(dated.value, "zh", parameter.year_unit)
        value += "/月" if parameter.unit == "fen_per_month" else ""
        value += " (default)" if dated.assumed else ""
        yield f"| {label} | {dated.start} | {value} | {dated.reference.zh} — {dated.reference.en} | {may} |"
