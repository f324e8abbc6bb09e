"""What a public table is, as data: its figures, its dimensions, how it is protected.

.. code-block:: yaml

    - code: deaths_by_month
      title: {zh: …, en: …}
      note: {zh: …, en: …}
      source: {zh: …, en: …}
      measures: [deaths]
      basis: registered
      levels: [county, township]
      by: [month]
      step: year
      control: {method: rounding, base: 5}
      versions: 3

All that is wrong with a file is said at once. A table that would point at families is refused when it loads,
in plain words: nobody has to notice it later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tongchou.domain.policy.words import Text
from tongchou.domain.rounding import BASE
from tongchou.domain.small_cells import FEWEST
from tongchou.domain.statistics.cube import AGE_STARTS, Basis


class Method(StrEnum):
    """How a table is protected."""

    SUPPRESSION = "suppression"  # small cells are closed, and others beside them
    ROUNDING = "rounding"  # every figure is a multiple of a base


class Measure(StrEnum):
    """What is counted. ``indicator`` is a figure of the register of indicators."""

    POPULATION = "population"
    BIRTHS = "births"
    DEATHS = "deaths"
    ARRIVALS = "arrivals"
    DEPARTURES = "departures"
    UNKNOWN = "unknown"  # people whose age or sex is not known
    LATE_DEATHS = "late_deaths"  # deaths recorded three months or more after them
    INDICATOR = "indicator"


#: Levels of areas, the widest first; a table names some that follow each other.
LEVELS: Final = ("county", "township", "village")
#: What people are told apart by, with the measures that know it.
DIMENSIONS: Final[Mapping[str, frozenset[Measure]]] = {
    "sex": frozenset({Measure.POPULATION, Measure.BIRTHS, Measure.DEATHS}),
    "age": frozenset({Measure.POPULATION, Measure.DEATHS}),
    "month": frozenset(
        {
            Measure.BIRTHS,
            Measure.DEATHS,
            Measure.ARRIVALS,
            Measure.DEPARTURES,
            Measure.LATE_DEATHS,
        }
    ),
    "hukou": frozenset({Measure.POPULATION}),
    "residence": frozenset({Measure.POPULATION}),
    "education": frozenset({Measure.POPULATION}),
}
#: What no public table ever tells apart: it would count people by their families and births.
NEVER: Final = frozenset(
    {"marital", "children", "parity", "birth_order", "pregnancy", "contraception", "mother_age"}
)
_ORDERS: Final = frozenset({"sort", "rank", "order", "top", "target"})
_NEEDED: Final = ("code", "title", "note", "source", "measures", "basis", "levels", "step", "control")
_OPTIONAL: Final = ("by", "ages", "versions", "indicator", "counts", "from_age", "decimals", "unit")
PEOPLE: Final = Text("人", "people")
_STOCKS: Final = frozenset({Measure.POPULATION, Measure.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Control:
    """How a table is protected.

    Attributes
    ----------
    threshold
        Suppression: people below whom a cell is closed.
    protection
        Suppression: what can be said about a closed cell spans at least so many people.
    base
        Rounding: the multiple.
    """

    method: Method
    threshold: int = FEWEST
    protection: int = FEWEST // 2
    base: int = BASE


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """One public table.

    Attributes
    ----------
    measures
        What is counted; several stand side by side and are never added.
    levels
        Levels of areas, the widest first.
    by
        What people are told apart by, each with a total.
    ages
        First ages of the groups, where ``age`` is one of them.
    step
        ``month`` or ``year``: what a period is. Of a stock, its end.
    versions
        How often one period may be published: each version narrows what can be guessed.
    indicator, counts, from_age, decimals
        Of an indicator: its code, what it counts from which age on, and the decimals shown.
    """

    code: str
    title: Text
    note: Text
    source: Text
    measures: tuple[Measure, ...]
    basis: Basis
    levels: tuple[str, ...]
    by: tuple[str, ...]
    ages: tuple[int, ...]
    step: str
    control: Control
    versions: int
    indicator: str = ""
    counts: Measure | None = None
    from_age: int = 0
    decimals: int = 0
    unit: Text = PEOPLE

    @property
    def births(self) -> bool:
        """Whether births are in it."""
        return Measure.BIRTHS in self.measures or self.counts is Measure.BIRTHS

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The parts of a cell after its area: the measure, then what people are told apart by."""
        return ("measure", *self.by)

    def of_stock(self, measure: Measure) -> bool:
        return measure in _STOCKS


class DefinitionError(ValueError):
    """What is wrong with the definitions, each a line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def parse(
    files: Iterable[tuple[str, object]],
    *,
    births: frozenset[str] = frozenset(),
    lowest: Mapping[str, str] | None = None,
) -> tuple[TableDefinition, ...]:
    """The tables of files, in the order of their codes.

    Parameters
    ----------
    files
        Name and content of each.
    births
        Codes of the indicators that rest on births.
    lowest
        The lowest level each known indicator may be shown for; without it indicators are not looked up.

    Raises
    ------
    DefinitionError
        With everything that is wrong, each with its file and table.
    """
    problems: list[str] = []
    found: dict[str, TableDefinition] = {}
    for name, content in files:
        if not isinstance(content, list):
            problems.append(f"{name}: a list of tables is expected here")
            continue
        for number, one in enumerate(content, start=1):
            code = one.get("code") if isinstance(one, dict) else None
            where = f"{name}, {code or f'table {number}'}"
            if not isinstance(one, dict):
                problems.append(f"{where}: names with values are expected here")
                continue
            wrong = _wrong(one, births, lowest)
            if code in found:
                wrong.append(f"the code {code} is given twice")
            problems += [f"{where}: {reason}" for reason in wrong]
            if not wrong:
                found[str(code)] = _made(one)
    if problems:
        raise DefinitionError(problems)
    return tuple(found[code] for code in sorted(found))


def _wrong(one: Mapping[str, Any], births: frozenset[str], lowest: Mapping[str, str] | None) -> list[str]:
    """Everything that is wrong with one table."""
    wrong = [f"{name} is missing" for name in _NEEDED if name not in one]
    ordered = sorted(_ORDERS & set(one))
    if ordered:
        wrong.append(f"{', '.join(ordered)}: areas stand in their own order; no public table ranks them")
    wrong += [f"unknown key {name}" for name in one if name not in {*_NEEDED, *_OPTIONAL, *_ORDERS}]
    for name in ("title", "note", "source", "unit"):
        text = one.get(name)
        if name in one and not (
            isinstance(text, dict)
            and set(text) == {"zh", "en"}
            and all(isinstance(words, str) and words.strip() for words in text.values())
        ):
            wrong.append(f"{name} needs words in zh and en")
    if wrong:
        return wrong
    for name, known in (("measures", Measure), ("levels", LEVELS), ("by", {*DIMENSIONS, *NEVER})):
        given = one.get(name, [])
        if not isinstance(given, list) or (name != "by" and not given):
            wrong.append(f"{name} is a list")
        else:
            wrong += [f"{name}: {value!r} is unknown" for value in given if value not in list(known)]
            if len(set(map(str, given))) < len(given):
                wrong.append(f"{name}: given twice")
    if one["basis"] not in list(Basis):
        wrong.append(f"basis is {' or '.join(Basis)}")
    if one["step"] not in ("month", "year"):
        wrong.append("step is month or year")
    if wrong:
        return wrong
    return [
        *_wrong_shape(one),
        *_wrong_indicator(one, lowest),
        *_wrong_control(one["control"]),
        *_wrong_rights(one, births),
    ]


def _wrong_shape(one: Mapping[str, Any]) -> list[str]:
    wrong = []
    levels, by, measures = one["levels"], one.get("by", []), [Measure(name) for name in one["measures"]]
    first = LEVELS.index(levels[0])
    if tuple(levels) != LEVELS[first : first + len(levels)]:
        wrong.append("levels follow each other, the widest first: a total needs all its parts")
    for name in by:
        if name in DIMENSIONS and not set(measures) <= DIMENSIONS[name]:
            less = sorted(str(each) for each in set(measures) - DIMENSIONS[name])
            wrong.append(f"{', '.join(less)} cannot be told apart by {name}")
    if "month" in by and one["step"] != "year":
        wrong.append("months are told apart within a year")
    ages = one.get("ages", [])
    if ("age" in by) != bool(ages):
        wrong.append("ages are given where people are told apart by age, and only there")
    elif ages and (ages[0] != 0 or ages != sorted(set(ages)) or not set(ages) <= set(AGE_STARTS)):
        wrong.append("ages begin with 0, rise, and are first ages of the groups 0, 1, 5, 10, … 100")
    indicator = Measure.INDICATOR in measures
    if indicator and (len(measures) > 1 or by or not one.get("indicator") or not one.get("counts")):
        wrong.append("an indicator stands alone, with its code and what it counts")
    if not indicator and any(name in one for name in ("indicator", "counts", "from_age", "decimals")):
        wrong.append("indicator, counts, from_age and decimals belong to the measure indicator")
    if one.get("counts") is not None and one["counts"] not in [
        each for each in Measure if each is not Measure.INDICATOR
    ]:
        wrong.append(f"counts: {one['counts']!r} is not counted")
    if one.get("from_age", 0) not in AGE_STARTS:
        wrong.append("from_age is a first age of a group")
    versions = one.get("versions", 3)
    if not isinstance(versions, int) or isinstance(versions, bool) or not 1 <= versions <= 5:
        wrong.append("versions is 1 to 5")
    if "village" in levels and one["step"] != "year":
        wrong.append(
            "a table of villages is of a year: month by month, the difference would tell who came and went"
        )
    return wrong


def _wrong_indicator(one: Mapping[str, Any], lowest: Mapping[str, str] | None) -> list[str]:
    code = one.get("indicator")
    if lowest is None or not code:
        return []
    if code not in lowest:
        return [f"indicator: {code!r} is unknown"]
    if lowest[code] in LEVELS and LEVELS.index(one["levels"][-1]) > LEVELS.index(lowest[code]):
        return [f"{code} is shown for a {lowest[code]} and above"]
    return []


def _wrong_control(control: object) -> list[str]:
    if not isinstance(control, dict) or control.get("method") not in list(Method):
        return [f"control needs a method: {' or '.join(Method)}"]
    allowed = {"method", *(("base",) if control["method"] == "rounding" else ("threshold", "protection"))}
    wrong = [f"control: {name} does not belong to {control['method']}" for name in set(control) - allowed]
    for name, least in (("threshold", 3), ("protection", 2), ("base", 3)):
        value = control.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            wrong.append(f"control: {name} is at least {least}")
    return sorted(wrong)


def _wrong_rights(one: Mapping[str, Any], births: frozenset[str]) -> list[str]:
    """What no public table may show (rights by construction, rows 6 and 7)."""
    wrong = []
    levels, by = one["levels"], one.get("by", [])
    of_births = "births" in one["measures"] or one.get("counts") == "births" or one.get("indicator") in births
    if of_births and "village" in levels:
        wrong.append("births are shown for townships and above: in a village a birth is one family")
    if of_births and "age" in by:
        wrong.append("births by age are no public table")
    wrong += [
        f"{name}: people are never counted by family or births in a public table"
        for name in by
        if name in NEVER
    ]
    if "indicator" in one["measures"] and one["control"].get("method") != "suppression":
        wrong.append("an indicator is shown or closed with its counts; it cannot be rounded to a base")
    if of_births and "indicator" not in one["measures"] and one["control"].get("method") != "rounding":
        wrong.append("births are rounded: a closed cell would point at the place it belongs to")
    return wrong


def _made(one: Mapping[str, Any]) -> TableDefinition:
    control = dict(one["control"])
    made = Control(method=Method(control.pop("method")), **control)
    if "threshold" in control and "protection" not in control:
        made = Control(made.method, made.threshold, made.threshold // 2, made.base)
    return TableDefinition(
        code=str(one["code"]),
        title=Text(**one["title"]),
        note=Text(**one["note"]),
        source=Text(**one["source"]),
        measures=tuple(Measure(name) for name in one["measures"]),
        basis=Basis(one["basis"]),
        levels=tuple(one["levels"]),
        by=tuple(one.get("by", ())),
        ages=tuple(one.get("ages", ())),
        step=one["step"],
        control=made,
        versions=one.get("versions", 3),
        indicator=str(one.get("indicator", "")),
        counts=Measure(one["counts"]) if "counts" in one else None,
        from_age=one.get("from_age", 0),
        decimals=one.get("decimals", 0),
        unit=Text(**one["unit"]) if "unit" in one else PEOPLE,
    )
