"""Checks of the records, written as data: what is wrong, why it matters to families, how to mend it.

A check is a list of clauses about facts, all of which must hold for a person to be named by it. The words are
few and closed: an unknown fact, word or type is an error when the checks are loaded, never a check that
silently names nobody or everybody. Facts sensitive to fertility cannot be named at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tongchou.domain.facts import BY_NAME, Fact

SEVERITIES: Final = ("blocks", "check", "note")
#: Age in completed calendar years: the year of the facts less the year of birth.
AGE: Final = Fact("age", "int", "年龄", "year of the facts less the year of birth", least=0, most=300)
#: No fact of the facts table: no rule of a programme can ask for it, only a check, to offer help.
CARER: Final = Fact(
    "carer_recorded",
    "bool",
    "是否登记有在世父母或监护人",
    "false for a child under 18 of whom the registry records neither a living parent nor a guardian",
)
#: What checks know beside the facts.
OWN: Final = {AGE.name: AGE, CARER.name: CARER}
_TEXTS: Final = ("title", "wrong", "why", "fix")
_WORDS: Final = ("is", "equals", "at_least", "at_most", "less_than", "more_than")
_STATES: Final = ("known", "unknown", "yes", "no")


class CheckError(ValueError):
    """What is wrong with some checks, all of it; ``problems`` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Clause:
    """``fact word operand``; the operand is a state, a number, a text, or the name of another fact."""

    fact: str
    word: str
    operand: str | int


@dataclass(frozen=True, slots=True)
class Check:
    """A named check. Texts are by language (``zh``, ``en``)."""

    code: str
    severity: str
    title: Mapping[str, str]
    wrong: Mapping[str, str]
    why: Mapping[str, str]
    fix: Mapping[str, str]
    where: tuple[Clause, ...]

    def text(self, name: str, language: str) -> str:
        found: Mapping[str, str] = getattr(self, name)
        return found[language]


#: What a check may name.
NAMES: Final = frozenset(
    {name for name, fact in BY_NAME.items() if not fact.sensitive and name != "person_id"} | OWN.keys()
)


def _fact(name: str) -> Fact:
    return OWN.get(name) or BY_NAME[name]


def parse(documents: Iterable[tuple[str, Any]]) -> tuple[Check, ...]:
    """The checks of some documents, ``(name of the file, list of mappings)``, in order of their codes.

    Raises
    ------
    CheckError
        Naming every problem at once.
    """
    problems: list[str] = []
    found: dict[str, Check] = {}
    for source, entries in documents:
        if not isinstance(entries, list):
            problems.append(f"{source}: a list of checks is needed")
            continue
        for number, entry in enumerate(entries, 1):
            check = _check(f"{source} {number}", entry, problems)
            if check is None:
                continue
            if check.code in found:
                problems.append(f"{source} {number}: the code {check.code} comes twice")
            found[check.code] = check
    if problems:
        raise CheckError(problems)
    return tuple(found[code] for code in sorted(found))


def _check(where: str, entry: Any, problems: list[str]) -> Check | None:
    before = len(problems)
    if not isinstance(entry, dict):
        problems.append(f"{where}: a mapping is needed")
        return None
    code = str(entry.get("code") or "")
    here = f"{where} ({code})"
    if not code.isidentifier():
        problems.append(f"{here}: a code of letters, digits and _ is needed")
    extra = set(entry) - {"code", "severity", "where", *_TEXTS}
    if extra:
        problems.append(f"{here}: unknown: {', '.join(sorted(map(str, extra)))}")
    if entry.get("severity") not in SEVERITIES:
        problems.append(f"{here}: severity is one of {', '.join(SEVERITIES)}")
    texts = {}
    for name in _TEXTS:
        said = entry.get(name)
        if not isinstance(said, dict) or set(said) != {"zh", "en"} or not all(said.values()):
            problems.append(f"{here}: {name} is needed in zh and en")
        else:
            texts[name] = said
    rows = entry.get("where")
    if not isinstance(rows, list) or not rows:
        problems.append(f"{here}: at least one clause is needed")
        rows = []
    clauses = [clause for row in rows if (clause := _clause(here, row, problems)) is not None]
    if len(problems) > before:
        return None
    return Check(code=code, severity=entry["severity"], where=tuple(clauses), **texts)


def _clause(here: str, row: Any, problems: list[str]) -> Clause | None:
    if not isinstance(row, dict) or len(row) != 2 or "fact" not in row:
        problems.append(f"{here}: a clause has a fact and one word of {', '.join(_WORDS)}")
        return None
    name = str(row["fact"])
    (word,) = (key for key in row if key != "fact")
    operand = row[word]
    if name not in NAMES:
        problems.append(f"{here}: {name} is no fact a check may name")
        return None
    if word not in _WORDS:
        problems.append(f"{here}: {word} is no word of {', '.join(_WORDS)}")
        return None
    wrong = _unfit(_fact(name), word, operand)
    if wrong:
        problems.append(f"{here}: {name} {word}: {wrong}")
        return None
    return Clause(name, word, operand)


def _unfit(fact: Fact, word: str, operand: Any) -> str:
    """Why a fact cannot be compared so; empty when it can."""
    if word == "is":
        if operand not in _STATES:
            return f"one of {', '.join(_STATES)} is needed (yes and no in quotes)"
        return "" if operand in ("known", "unknown") or fact.kind == "bool" else "only a yes-or-no fact"
    if fact.kind == "bool":
        return "a yes-or-no fact is asked with is"
    if isinstance(operand, str) and operand in NAMES:
        return "" if _fact(operand).kind == fact.kind else "facts of different kinds"
    if fact.kind == "text":
        if word != "equals":
            return "a text is compared with equals"
        return "" if not fact.values or operand in fact.values else f"one of {', '.join(fact.values)}"
    return "" if isinstance(operand, int) and not isinstance(operand, bool) else "a whole number is needed"
