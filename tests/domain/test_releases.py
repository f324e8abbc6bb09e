"""Nobody can bound a small cell of a public table, however long they sit over all that is published."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou import statistics_tables
from tongchou.domain.releases import exports
from tongchou.domain.releases.cells import TOTAL, Cell, Layout, Place, chain
from tongchou.domain.releases.crossing import Finding, Released, age_group, budget, given_away
from tongchou.domain.releases.definition import DefinitionError, TableDefinition, parse
from tongchou.domain.releases.intervals import bounds
from tongchou.domain.releases.protection import protected, rates_closed
from tongchou.domain.releases.table import About, Observation, Table, UnreadableError, changes

BASE: dict[str, Any] = {
    "code": "t",
    "title": {"zh": "表", "en": "table"},
    "note": {"zh": "注", "en": "note"},
    "source": {"zh": "登记", "en": "register"},
    "measures": ["population"],
    "basis": "registered",
    "levels": ["county", "township"],
    "by": ["sex"],
    "step": "month",
    "control": {"method": "suppression", "threshold": 10},
}


def definition(**other: Any) -> TableDefinition:
    return parse([("t.yaml", [{**BASE, **other}])])[0]


def places(townships: int = 3, villages: int = 2) -> tuple[Place, ...]:
    found = []
    every = []
    for town in range(townships):
        names = [f"T{town}V{number}" for number in range(villages)]
        every += names
        found.append(Place(f"T{town}", f"乡{town}", "township", "C", frozenset(names)))
        found += [Place(name, name, "village", f"T{town}", frozenset({name})) for name in names]
    return (Place("C", "县", "county", "P", frozenset(every)), *found)


def layout(of: TableDefinition, *categories: tuple[str, ...], townships: int = 3) -> Layout:
    return Layout(of, chain(places(townships), of.levels), categories)


# --- an attacker who shares no code with what protects -----------------------------------------------


def attack(
    finest: Sequence[Cell],
    parts: Mapping[Cell, frozenset[Cell]],
    published: Sequence[Mapping[Cell, int | None]],
) -> dict[Cell, tuple[int, float]]:
    """Least and greatest value of every cell over all whole-number tables that fit what is published.

    Every cell is the sum of some finest ones. What is closed counts somebody; what is shown is exact.
    """
    equations: list[tuple[frozenset[Cell], int]] = []
    least_one: list[frozenset[Cell]] = []
    for table in published:
        for cell, value in table.items():
            if value is None:
                least_one.append(parts[cell])
            else:
                equations.append((parts[cell], value))
    told = {cell: value for cells, value in equations if len(cells) == 1 for cell in cells}
    free = [cell for cell in finest if cell not in told]
    lines = [
        (frozenset(cells & set(free)), value - sum(told.get(cell, 0) for cell in cells))
        for cells, value in equations
    ]
    lines = [(cells, value) for cells, value in dict.fromkeys(lines) if cells]
    bound = {cell: min([value for cells, value in lines if cell in cells], default=None) for cell in free}
    loose = {cell for cell, most in bound.items() if most is None}
    order = sorted((cell for cell in free if cell not in loose), key=str)
    low = {cell: 1 if any(cells == {cell} for cells in least_one) else 0 for cell in finest}
    found: dict[Cell, tuple[int, float]] = {}

    def walk(at: int, given: dict[Cell, int]) -> None:
        for cells, value in lines:
            rest = value - sum(given.get(cell, 0) for cell in cells)
            left = [cell for cell in cells if cell not in given]
            if rest < sum(low[cell] for cell in left) or (not left and rest):
                return
        if at == len(order):
            whole = {**told, **given, **{cell: low[cell] for cell in loose}}
            if any(not cells & loose and not sum(whole[cell] for cell in cells) for cells in least_one):
                return
            for cell, cells in parts.items():
                value = sum(whole[one] for one in cells)
                least, most = found.get(cell, (value, value))
                found[cell] = (min(least, value), math.inf if cells & loose else max(most, value))
            return
        cell = order[at]
        for value in range(low[cell], bound[cell] + 1):
            walk(at + 1, {**given, cell: value})

    walk(0, {})
    return found


def parts_of(of: Layout) -> dict[Cell, frozenset[Cell]]:
    finest = [
        cell for cell in of.cells() if TOTAL not in cell[2:] and cell[0] in {one.code for one in of.finest}
    ]
    below = {one.code: one.villages for one in of.places}
    return {
        cell: frozenset(
            one
            for one in finest
            if below[one[0]] <= below[cell[0]]
            and all(mine in (TOTAL, theirs) for mine, theirs in zip(cell[2:], one[2:], strict=True))
        )
        for cell in of.cells()
    }


def counted(of: Layout, numbers: Sequence[int]) -> dict[Cell, int]:
    finest = [cell for cell, parts in parts_of(of).items() if parts == {cell}]
    return of.added(dict(zip(finest, numbers, strict=True)))


SMALL = st.one_of(st.integers(0, 12), st.integers(0, 4))


def narrowest(of: Layout, counts: Mapping[Cell, int], shown: Mapping[Cell, int | None]) -> float:
    """How far the attacker's bounds of a small cell lie apart, of the cell worst off."""
    parts = parts_of(of)
    finest = [cell for cell, cells in parts.items() if cells == {cell}]
    found = attack(finest, parts, [shown])
    small = [cell for cell, count in counts.items() if 0 < count < of.definition.control.threshold]
    return min((found[cell][1] - found[cell][0] for cell in small), default=math.inf)


@settings(max_examples=20, deadline=None)
@given(st.lists(SMALL, min_size=6, max_size=6))
def test_an_attacker_bounds_no_small_cell_of_a_table_more_narrowly_than_its_protection(
    numbers: list[int],
) -> None:
    of = layout(definition(), ("M", "F"))
    counts = counted(of, numbers)
    shown = protected(of, counts, key="k")
    assert narrowest(of, counts, shown) >= of.definition.control.protection
    assert all(value in (None, counts[cell]) for cell, value in shown.items())
    assert all(shown[cell] == 0 for cell, count in counts.items() if not count)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=8, max_size=8))
def test_nor_of_one_told_apart_twice(numbers: list[int]) -> None:
    control = {"method": "suppression", "threshold": 5}
    of = layout(
        definition(by=["sex", "age"], ages=[0, 65], control=control),
        ("M", "F"),
        ("Y0T64", "Y_GE65"),
        townships=2,
    )
    counts = counted(of, numbers)
    assert narrowest(of, counts, protected(of, counts, key="k")) >= 2


def test_closing_the_small_cells_alone_would_not_do() -> None:
    """The attacker is worth something: it finds what a table gives away whose totals were left open."""
    of = layout(definition(), ("M", "F"))
    counts = counted(of, [3, 40, 50, 60, 70, 80])
    careless = {cell: None if 0 < count < 10 else count for cell, count in counts.items()}
    assert narrowest(of, counts, careless) == 0
    assert narrowest(of, counts, protected(of, counts, key="k")) >= 5


def test_two_closed_cells_are_not_enough_where_they_are_tight() -> None:
    """Nobody is determined, and yet each of five closed cells would be known within few."""
    counts = {"a": 2, "b": 2, "c": 2, "d": 2, "e": 2, "f": 30, "all": 40}
    sums = [("all", ["a", "b", "c", "d", "e", "f"])]
    spans = bounds(list("abcde"), set("abcde"), counts, sums)
    assert spans["a"] == (1, 6)
    tight = bounds(["a"], {"a", "b"}, {"a": 1, "b": 1, "all": 2}, [("all", ["a", "b"])])
    assert tight == {"a": (1, 1)}


@given(st.lists(st.integers(0, 400), min_size=6, max_size=6))
def test_rounded_tables_add_up_near_the_truth(numbers: list[int]) -> None:
    of = layout(definition(measures=["deaths"], control={"method": "rounding", "base": 5}), ("M", "F"))
    counts = counted(of, numbers)
    shown = protected(of, counts, key="k")
    for total, parts in of.sums():
        assert shown[total] == sum(shown[part] or 0 for part in parts)
    finest = [cell for cell, parts in parts_of(of).items() if parts == {cell}]
    assert all((shown[cell] or 0) % 5 == 0 and abs((shown[cell] or 0) - counts[cell]) < 5 for cell in finest)


def test_a_restated_table_leaves_what_did_not_change_as_it_was() -> None:
    of = layout(definition(measures=["deaths"], control={"method": "rounding", "base": 5}), ("M", "F"))
    first = counted(of, [3, 1, 12, 7, 8, 22])
    before = protected(of, first, key="k")
    later = counted(of, [4, 1, 12, 7, 8, 33])
    after = protected(of, later, key="another key", before=before)
    finest = [cell for cell, parts in parts_of(of).items() if parts == {cell}]
    assert [cell for cell in finest if before[cell] != after[cell]] == [("T2", "deaths", "F")]
    assert not [
        one for one in given_away(rel(of, later, after, "v2"), [rel(of, first, before, "v1")]) if one.refuses
    ]


def rel(of: Layout, counts: Mapping[Cell, int], shown: Any, name: str, period: str = "2026-06") -> Released:
    return Released(name, of, period, dict(shown), dict(counts))


def test_a_rounded_figure_that_is_rounded_again_is_found() -> None:
    of = layout(definition(measures=["deaths"], control={"method": "rounding", "base": 5}), ("M", "F"))
    counts = counted(of, [3, 1, 12, 7, 8, 22])
    before = protected(of, counts, key="k")
    cell = ("T0", "deaths", "M")
    other = dict(before) | {cell: 5 if before[cell] == 0 else 0}
    found = given_away(rel(of, counts, other, "v2"), [rel(of, counts, before, "v1")])
    assert [(one.kind, one.cell, one.number) for one in found] == [("narrow", cell, 4)]


# --- beside other tables -------------------------------------------------------------------------------


def test_the_same_township_without_one_village_gives_the_village_away() -> None:
    of = definition(by=[])
    before = Layout(of, chain(places(), of.levels), ())
    smaller = tuple(
        replace(one, villages=one.villages - {"T0V0"}) if one.code in ("T0", "C") else one
        for one in before.places
    )
    after = Layout(of, smaller, ())
    old = {
        ("C", "population"): 175,
        ("T0", "population"): 65,
        ("T1", "population"): 50,
        ("T2", "population"): 60,
    }
    new = old | {("C", "population"): 172, ("T0", "population"): 62}
    found = given_away(rel(after, new, new, "new"), [rel(before, old, old, "old")])
    assert ("difference", ("T0", "population"), ("T0", "population"), 3) in {
        (one.kind, one.cell, one.other, one.number) for one in found
    }
    assert any(one.refuses for one in found)
    far = old | {("C", "population"): 140, ("T0", "population"): 30}
    assert not given_away(rel(after, far, far, "new"), [rel(before, old, old, "old")])


def test_months_of_a_year_do_not_give_the_last_one_away() -> None:
    year = definition(measures=["deaths"], by=["month"], step="year")
    of = layout(year, tuple(f"{month:02d}" for month in range(1, 13)))
    counts = counted(of, [20] * 11 + [3] + [20] * 24)
    shown = protected(of, counts, key="k")
    single = layout(definition(code="m", measures=["deaths"], by=[]))
    month = {("C", "deaths"): 43, ("T0", "deaths"): 3, ("T1", "deaths"): 20, ("T2", "deaths"): 20}
    assert shown[("T0", "deaths", "12")] is None
    open_month = {**month, ("T0", "deaths"): None}
    found = given_away(
        rel(single, month, open_month, "month", "2026-12"), [rel(of, counts, shown, "year", "2026")]
    )
    assert {one.kind for one in found} == {"follows"}
    assert ("T0", "deaths", "12") in {one.cell for one in found} | {("T0", "deaths", "12")}


def test_two_tables_safe_by_themselves_that_betray_together_are_refused() -> None:
    """Each closes another township beside the small one; together the small one follows."""
    of = layout(definition(by=[]))
    counts = counted(of, [3, 40, 50])
    one = counts | {("T0", "population"): None, ("T1", "population"): None}
    two = counts | {("T0", "population"): None, ("T2", "population"): None}
    parts = parts_of(of)
    finest = [cell for cell, cells in parts.items() if cells == {cell}]
    assert attack(finest, parts, [one, two])[("T0", "population")] == (3, 3)
    found = given_away(rel(of, counts, two, "second"), [rel(of, counts, one, "first")])
    assert [(each.kind, each.number) for each in found] == [("follows", 3)]
    assert not given_away(rel(of, counts, one, "second"), [rel(of, counts, one, "first")])


@settings(max_examples=40, deadline=None)
@given(st.lists(SMALL, min_size=6, max_size=6), st.sets(st.integers(0, 11)))
def test_what_passes_beside_another_table_withstands_the_attacker(numbers: list[int], also: set[int]) -> None:
    """Two tables of the same figures, closed in different ways: what is not refused stays hidden."""
    of = layout(definition(), ("M", "F"))
    counts = counted(of, numbers)
    shown = protected(of, counts, key="k")
    cells = of.cells()
    other = {
        cell: None if at in also and counts[cell] else value for at, (cell, value) in enumerate(shown.items())
    }
    # Another table, which opens what the first keeps closed wherever it is not small.
    second = {
        cell: counts[cell] if value is None and counts[cell] >= 10 and cells.index(cell) % 2 else value
        for cell, value in other.items()
    }
    found = given_away(rel(of, counts, second, "second"), [rel(of, counts, shown, "first")])
    if any(one.refuses for one in found):
        return
    parts = parts_of(of)
    finest = [cell for cell, one in parts.items() if one == {cell}]
    spans = attack(finest, parts, [shown, second])
    assert all(spans[cell][1] - spans[cell][0] >= 5 for cell, count in counts.items() if 0 < count < 10)


def test_tables_of_other_things_have_nothing_to_do_with_each_other() -> None:
    of = layout(definition(by=[]))
    counts = counted(of, [30, 40, 50])
    deaths = layout(definition(measures=["deaths"], by=[]))
    dead = {(cell[0], "deaths"): value - 3 for cell, value in counts.items()}
    assert not given_away(rel(deaths, dead, dead, "deaths"), [rel(of, counts, counts, "people")])


def test_a_restatement_by_few_is_told_and_one_version_too_many_refused() -> None:
    of = layout(definition(by=[]))
    before, after = counted(of, [30, 40, 50]), counted(of, [31, 40, 50])
    found = given_away(rel(of, after, after, "v2"), [rel(of, before, before, "v1")])
    assert {(one.kind, one.cell, one.number) for one in found if one.cell == one.other} == {
        ("restated", ("C", "population"), 1),
        ("restated", ("T0", "population"), 1),
    }
    assert budget(3, out=2) == () and budget(3, out=3) == (Finding("budget", number=3),)


def test_a_rate_is_closed_with_its_counts() -> None:
    of = layout(definition(measures=["indicator"], by=[], indicator="x", counts="deaths"))
    counts, people = counted(of, [3, 40, 50]), counted(of, [300, 4000, 5000])
    assert {cell[0] for cell in rates_closed(of, counts, people)} == {"T0", "T1"}  # type: ignore[index]
    assert rates_closed(of, counted(of, [30, 40, 50]), people) == frozenset()


# --- definitions ----------------------------------------------------------------------------------------


def test_the_tables_that_ship_load() -> None:
    assert {"population_by_township", "population_by_age", "births_and_deaths"} <= {
        one.code for one in statistics_tables.load()
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"measures": ["births"], "by": [], "levels": ["township", "village"], "step": "year"}, "one family"),
        ({"measures": ["births"], "by": []}, "births are rounded"),
        ({"by": ["marital"]}, "never counted by family"),
        ({"levels": ["county"], "by": ["marital", "age"], "ages": [0, 15]}, "never counted by family"),
        ({"by": ["children"]}, "never counted by family or births"),
        ({"by": ["children", "age"], "ages": [0, 15]}, "never counted by family or births"),
        ({"rank": "births"}, "no public table ranks"),
        ({"sort": "births"}, "no public table ranks"),
        ({"levels": ["county", "village"], "step": "year"}, "follow each other"),
        ({"levels": ["township", "village"]}, "month by month"),
        ({"measures": ["arrivals"]}, "cannot be told apart by sex"),
        ({"by": ["age"]}, "ages are given"),
        ({"by": ["age"], "ages": [0, 7]}, "first ages of the groups"),
        ({"control": {"method": "rounding", "threshold": 10}}, "does not belong"),
        ({"control": {"method": "none"}}, "control needs a method"),
        ({"control": {"method": "suppression", "threshold": 1}}, "at least 3"),
        ({"versions": 9}, "1 to 5"),
        ({"title": {"en": "only"}}, "zh and en"),
        ({"surprise": 1}, "unknown key"),
        ({"measures": ["indicator"], "by": []}, "with its code"),
        (
            {
                "by": [],
                "measures": ["indicator"],
                "indicator": "cbr",
                "counts": "deaths",
                "step": "year",
                "levels": ["township", "village"],
            },
            "one family",
        ),
    ],
)
def test_a_definition_is_refused_in_plain_words(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse([("t.yaml", [{**BASE, **change}])], births=frozenset({"cbr"}))
    assert any(words in problem for problem in refused.value.problems)


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = [
        {**BASE, "step": "week"},
        {**BASE, "code": "u", "levels": ["moon"]},
        {**BASE, "code": "v"},
        {**BASE, "code": "v"},
    ]
    with pytest.raises(DefinitionError) as refused:
        parse([("t.yaml", wrong), ("u.yaml", {})])
    assert len(refused.value.problems) == 4


def test_age_groups_are_named_as_sdmx_names_them() -> None:
    assert [age_group(one, [0, 15, 65]) for one in (0, 14, 15, 65, 100)] == [
        "Y0T14",
        "Y0T14",
        "Y15T64",
        "Y_GE65",
        "Y_GE65",
    ]


# --- files ----------------------------------------------------------------------------------------------


def table(numbers: Sequence[int], *, spans: bool = False) -> Table:
    of = layout(definition(), ("M", "F"))
    counts = counted(of, numbers)
    shown = protected(of, counts, key="k")
    cells = {}
    for cell, value in shown.items():
        if value is None:
            cells[cell] = Observation("", "Q")
        elif spans:
            cells[cell] = Observation(f"{value / 7:.2f}", "A", f"{value / 8:.2f}", f"{value / 6:.2f}")
        else:
            cells[cell] = Observation(str(value))
    return Table("t", "2026-06", ("measure", "sex"), {one.code: one.name for one in of.places}, cells, spans)


ABOUT = About(
    words={
        "code": "t",
        "title": {"zh": "表", "en": "table"},
        "source": {"zh": "登记", "en": "register"},
        "note": "n",
    },
    labels={"SEX": {"title": {"zh": "性别", "en": "Sex"}, "codes": {"M": {"zh": "男", "en": "Men"}}}},
    proof={"sha256": "x"},
)


def written(made: Table) -> dict[str, bytes]:
    return {
        "t.csv": exports.as_csv(made),
        "t.json": exports.as_jsonstat(made, ABOUT),
        "t.parquet": exports.as_parquet(made, ABOUT),
        "t.sdmx.csv": exports.as_sdmx(made, agency="CN520500", version=1),
    }


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=6, max_size=6), st.booleans())
def test_every_format_holds_the_same_table_and_the_same_bytes_each_time(
    numbers: list[int], spans: bool
) -> None:
    made = table(numbers, spans=spans)
    for name, content in written(made).items():
        back, about = exports.read_back(name, content, beside=ABOUT.as_json())
        assert back.digest() == made.digest(), name
        assert about["code"] == "t"
        assert content == written(copy.deepcopy(made))[name]


def test_json_stat_reads_as_the_format_says() -> None:
    """An own small reader of JSON-stat 2.0: row-major order, the last dimension quickest."""
    import json

    made = table([3, 40, 50, 60, 70, 80])
    said = json.loads(exports.as_jsonstat(made, ABOUT))
    assert (said["version"], said["class"]) == ("2.0", "dataset")
    assert said["size"] == [len(said["dimension"][name]["category"]["index"]) for name in said["id"]]
    assert len(said["value"]) == math.prod(said["size"])
    codes = [said["dimension"][name]["category"]["index"] for name in said["id"]]
    for at, cell in enumerate(itertools.product(*codes)):
        place = 0
        for size, members, code in zip(said["size"], codes, cell, strict=True):
            place = place * size + members.index(code)
        assert place == at
        one = made.cells[cell[:-1]]
        assert said["value"][at] == (int(one.value) if one.value else None)
        assert said["status"].get(str(at), "A") == one.status
    assert said["role"]["geo"] == ["REF_AREA"] and said["role"]["time"] == ["TIME_PERIOD"]
    assert said["dimension"]["SEX"]["category"]["label"]["M"] == "男"


def test_sdmx_csv_has_the_columns_of_the_field_guide() -> None:
    text = exports.as_sdmx(table([3, 40, 50, 60, 70, 80]), agency="CN520500", version=2).decode()
    heads, *rows = [line.split(",") for line in text.splitlines()]
    assert heads[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert heads[3:] == [
        *(
            "REF_AREA",
            "MEASURE",
            "SEX",
            "TIME_PERIOD",
            "OBS_VALUE",
            "OBS_STATUS",
            "CONF_STATUS",
            "REF_AREA_NAME",
        )
    ]
    assert {tuple(row[:3]) for row in rows} == {("dataflow", "CN520500:T(2.0)", "R")}
    marks = {(row[8], row[9], bool(row[7])) for row in rows}
    assert marks == {("A", "F", True), ("Q", "C", False)}


def test_csv_begins_with_the_mark_and_a_head() -> None:
    content = exports.as_csv(table([30, 40, 50, 60, 70, 80]))
    assert content.startswith(
        b"\xef\xbb\xbfREF_AREA,REF_AREA_NAME,MEASURE,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\r\n"
    )


@pytest.mark.parametrize("name", ["t.csv", "t.json", "t.parquet", "t.sdmx.csv"])
def test_a_file_that_was_touched_has_another_hash_or_is_none(name: str) -> None:
    made = table([30, 40, 50, 60, 70, 80])
    content = bytearray(written(made)[name])
    for at in range(0, len(content), max(1, len(content) // 40)):
        touched = bytes(content[:at]) + bytes([content[at] ^ 1]) + bytes(content[at + 1 :])
        try:
            back, about = exports.read_back(name, touched, beside=ABOUT.as_json())
        except UnreadableError:
            continue
        # Labels and codes beside the table are covered by the signature of the metadata, not by the hash.
        if name == "t.csv":
            assert back.digest() != made.digest() or bytes(touched[:3]) != bytes(content[:3])
        assert isinstance(about, dict)
    changed = table([31, 40, 50, 60, 70, 80])
    assert changed.digest() != made.digest()
    assert {one.cell for one in changes(made, changed)} == {
        *(("C", "population", sex) for sex in (TOTAL, "M")),
        *(("T0", "population", sex) for sex in (TOTAL, "M")),
    }
