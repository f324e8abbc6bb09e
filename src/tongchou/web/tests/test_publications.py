"""Bulletins and yearbooks in words: page data, PDF and workbook say what the content says."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import numpy as np
import openpyxl
import pytest
from django.utils import translation

from tongchou.core import printing
from tongchou.domain.statistics.bulletin import bulletin
from tongchou.domain.statistics.content import Content, Edition, Mark, Place
from tongchou.domain.statistics.indicators import INDICATORS, UNIT_WORDS
from tongchou.domain.statistics.yearbook import yearbook
from tongchou.synth.months import made_months
from tongchou.web.console.presenters import bulletin as bulletins
from tongchou.web.console.presenters import methods
from tongchou.web.console.presenters import publication_charts as charts
from tongchou.web.console.presenters import publication_words as words
from tongchou.web.console.presenters import yearbook as yearbooks
from tongchou.web.console.presenters.publication import Chart, Publication, Says, told
from tongchou.web.console.publication_workbook import publication_workbook
from tongchou.web.sheets import publications

AT = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
LANGUAGES = ("zh-hans", "en")
#: No judgement, no order, no aim.
JUDGING = re.compile(
    r"\b(best|worst|top|bottom|highest|lowest|rank|target|improv\w+|deteriorat\w+|good|bad|alarming|severe|"
    r"advanced|backward)\b|第[一二三]名|排名|最高|最低|倒数|先进|落后|严重|恶化|好转|喜人|达标",
    re.IGNORECASE,
)


def place_of(villages: tuple[str, ...]) -> Place:
    """A county of townships of ten villages."""
    codes = sorted({code[:9] for code in villages})
    parts = []
    for number, code in enumerate(codes, start=1):
        own = tuple(one for one in villages if one.startswith(code))
        below = tuple(Place(one, f"{number}乡{one[-3:]}村", "village", (one,)) for one in own)
        parts.append(Place(f"{code}000", f"示例{number}乡", "township", own, below))
    return Place("520599000000", "示例县", "county", villages, tuple(parts))


@pytest.fixture(scope="module")
def contents() -> dict[str, Content]:
    cube = made_months(villages=25, months=60, people=800)
    place = place_of(cube.areas)
    found = {}
    for edition in Edition:
        month = np.datetime64("2026-05", "M")
        found[f"bulletin {edition}"] = bulletin(cube, place, month=month, edition=edition, key="k")
        found[f"yearbook {edition}"] = yearbook(cube, place, year=2025, edition=edition, key="k")
    return found


def in_words(name: str, content: Content) -> Publication:
    presenter = bulletins if name.startswith("bulletin") else yearbooks
    return presenter.publication(content, made="2026-06-30")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_tables_is_in_the_words(contents: dict[str, Content], language: str) -> None:
    with translation.override(language):
        for name, content in contents.items():
            said = in_words(name, content)
            tables = {(table.code, table.of): table for table in content.tables}
            compared = 0
            for grid in said.grids:
                code, _colon, of = grid.name.partition(":")
                source = tables.get((code, of))
                if grid.table is None or source is None:
                    continue
                last = source.rows[-len(grid.rows) :]
                for row, line in zip(last, grid.rows, strict=True):
                    for column, shown in zip(grid.table.columns, line[1:], strict=True):
                        cell = row.cells[source.columns.index(column)]
                        assert shown == told(cell, column)
                        compared += not isinstance(cell, Mark)
            assert compared > 150, name


def test_sentences_hold_the_facts(contents: dict[str, Content]) -> None:
    with translation.override("en"):
        content = contents["bulletin internal"]
        said = in_words("bulletin", content)
        lines = [
            line
            for chapter in said.chapters
            for b in chapter.blocks
            if isinstance(b, Says)
            for line in b.lines
        ]
        for code in ("births", "deaths", "arrivals", "departures"):
            for span in ("month", "to_date"):
                fact = content.fact(code, span)
                number = told(fact.value, code)
                assert any(f" {number} " in line for line in lines), (code, span)
        provisional = [one for one in content.facts if one.expected]
        assert provisional
        for fact in provisional:
            assert fact.expected
            low, high = (told(one, fact.code) for one in fact.expected[1:])
            assert any(f"{low} to {high}" in line for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_judges_or_ranks(contents: dict[str, Content], language: str) -> None:
    with translation.override(language):
        for name, content in contents.items():
            for chapter in in_words(name, content).chapters:
                if chapter.name in {"methods", "notes", "editor"}:  # there it stands that nothing is ranked
                    continue
                for block in chapter.blocks:
                    for text in _texts(block.as_data()):
                        text = text.replace("none is ranked", "").replace("均不排名", "")
                        text = text.replace("不作排名", "")
                        assert not JUDGING.search(text), (name, text)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_publications_are_equal_files(contents: dict[str, Content], language: str) -> None:
    with translation.override(language):
        for name, content in contents.items():
            said = in_words(name, content)
            make = publications.bulletin_pdf if name.startswith("bulletin") else publications.yearbook_pdf
            first = make(said, at=AT)
            assert first.startswith(b"%PDF-") and first == make(said, at=AT)
            assert publication_workbook(said, at=AT) == publication_workbook(said, at=AT)


def test_every_character_can_be_drawn_or_nothing_is_printed(contents: dict[str, Content]) -> None:
    from dataclasses import replace

    with translation.override("zh-hans"):
        said = in_words("bulletin", contents["bulletin public"])
        data = publications.as_data(said)
        assert printing.undrawable(_texts(data)) == ""
        with pytest.raises(printing.CannotPrint):
            publications.bulletin_pdf(replace(said, area="示例\ue863县"), at=AT)


@pytest.mark.parametrize("name", ["bulletin public", "yearbook internal"])
def test_formulas_of_the_workbook_give_what_stands_there(contents: dict[str, Content], name: str) -> None:
    with translation.override("en"):
        made = publication_workbook(in_words(name, contents[name]), at=AT)
    formulas = openpyxl.load_workbook(io.BytesIO(made))
    values = openpyxl.load_workbook(io.BytesIO(made), data_only=True)
    seen = 0
    for sheet in formulas:
        shown = values[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert _worked_out(cell.value, shown) == shown[cell.coordinate].value, cell.coordinate
                    seen += 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.paperSize in (9, "9")
    assert seen > 40


def _worked_out(formula: str, sheet: Any) -> float:
    if span := re.fullmatch(r"=SUM\((\w+):(\w+)\)", formula):
        cells = [cell for row in sheet[span[1] : span[2]] for cell in row]
        return sum(cell.value for cell in cells if isinstance(cell.value, int | float))
    parts = re.findall(r"([+-]?)([A-Z]+\d+)", formula.removeprefix("="))
    assert "=" + "".join(sign + cell for sign, cell in parts) == formula
    return sum((-1 if sign == "-" else 1) * sheet[cell].value for sign, cell in parts)


def test_a_small_county_and_empty_months_are_printed() -> None:
    from dataclasses import replace

    cube = made_months(villages=2, months=18, people=40)
    reported = cube.reported.copy()
    reported[:, -3:-1] = False
    cube = replace(cube, reported=reported)
    place = place_of(cube.areas)
    month = cube.months[-2]
    for edition in Edition:
        with translation.override("en"):
            content = bulletin(cube, place, month=month, edition=edition, key="k")
            said = in_words("bulletin", content)
            text = " ".join(_texts(publications.as_data(said)))
            assert "nothing was reported" in text and "Births: 0" not in text
            assert publications.bulletin_pdf(said, at=AT).startswith(b"%PDF-")
            year = yearbook(cube, place, year=2025, edition=edition, key="k")
            book = yearbooks.publication(year, made="x")
            assert publications.yearbook_pdf(book, at=AT).startswith(b"%PDF-")
            assert "there is no life table" in " ".join(_texts(publications.as_data(book)))


def test_a_chart_has_an_axis_that_holds_it(contents: dict[str, Content]) -> None:
    with translation.override("en"):
        for name, content in contents.items():
            drawn = [
                b.drawn for c in in_words(name, content).chapters for b in c.blocks if isinstance(b, Chart)
            ]
            assert {one["kind"] for one in drawn} >= {"pyramid", "lines"}
            for one in drawn:
                if one["kind"] == "lines":
                    values = [v for s in one["series"] for v in (*s["values"], *s["high"]) if v is not None]
                    assert one["axis"]["low"] <= min(values) and max(values) <= one["axis"]["high"]
                if one["kind"] == "tiles":
                    assert [tile["name"] for tile in one["tiles"]] == ["示例1乡", "示例2乡", "示例3乡"]


def test_the_pyramid_holds_everybody_of_known_age(contents: dict[str, Content]) -> None:
    table = contents["yearbook internal"].table("ages")
    ages, men, women = charts.fives(table)
    assert len(ages) == 21 and ages[0] == "0–4" and ages[-1] == "100+"
    assert sum(v or 0 for v in men) == table.rows[-1].cells[0]
    assert sum(v or 0 for v in women) == table.rows[-1].cells[1]


def test_every_column_and_indicator_has_words(contents: dict[str, Content]) -> None:
    for content in contents.values():
        for table in content.tables:
            assert words.table_title(table)
            assert all(words.column(code) for code in table.columns)
        for fact in content.facts:
            assert words.column(fact.code)
    with translation.override("en"):
        assert {code: str(text) for code, text in methods.FORMULAS.items()} == {
            code: one.formula for code, one in INDICATORS.items()
        }
        assert {unit: str(text) for unit, text in methods.UNITS.items()} == dict(UNIT_WORDS)


def test_terms_are_defined_once() -> None:
    with translation.override("en"):
        found = [
            term
            for chapter in methods.chapters()
            for b in chapter.blocks
            if hasattr(b, "terms")
            for term in b.terms
        ]
    names = [term[0] for term in found]
    assert len(names) == len(set(names)) == len(INDICATORS) + len(methods.CONVENTIONS)
    assert all(term[1] for term in found)
    chinese, english = zip(*methods.GLOSSARY, strict=True)
    assert len(set(chinese)) == len(set(english)) == len(methods.GLOSSARY)
