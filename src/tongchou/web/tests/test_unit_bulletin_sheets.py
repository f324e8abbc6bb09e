"""A bulletin of units in words, as PDF and as a workbook: they say what is sealed, and only that."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import openpyxl
import pytest
from django.utils import translation

from tongchou import indicators
from tongchou.domain.accountability.attainment import Verdict
from tongchou.domain.accountability.bulletin import Bulletin, Mark, RestatedFigure, Unranked
from tongchou.domain.accountability.definitions import Subject
from tongchou.domain.accountability.figures import grounds
from tongchou.web.console.presenters import unit_bulletin as present
from tongchou.web.console.presenters import unit_bulletin_charts as charts
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.svg_rank_charts import svg
from tongchou.web.console.unit_bulletin_workbook import unit_bulletin_workbook
from tongchou.web.sheets.unit_bulletins import unit_bulletin_pdf
from tongchou.web.tests import made_bulletins

LATE = RestatedFigure(
    "520599100000", "paid_on_time", "2026-02", 0.912, dt.date(2026, 3, 6), 0.874, "两个村补报"
)
REPLY = "=HYPERLINK(1) 银行卡集中更换，四月已补发"


@pytest.fixture(scope="module")
def made() -> Bulletin:
    return made_bulletins.bulletin(units=14, restated=(LATE,))


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_unit_stands_once_with_its_figures(made: Bulletin, language: str) -> None:
    with translation.override(language):
        told = present.page(made, {made.rows[3].unit: REPLY})
    lines = (*told.ranked, *told.unranked)
    assert [one.unit for one in lines] == [one.unit for one in made.rows]
    for line, row in zip(lines, made.rows, strict=True):
        assert line.composite == words.percent(row.composite)
        assert (line.rank == "—") == (row.rank is None)
        assert (line.mark is None) == (row.mark is Mark.NONE)
    assert all(one.reason for one in told.unranked)
    assert lines[3].said == REPLY
    assert told.restated is not None
    assert "两个村补报" in told.restated.rows[0]


@pytest.mark.parametrize("seed", range(12))
def test_words_never_say_more_than_the_printed_range_of_ranks(seed: int) -> None:
    made = made_bulletins.bulletin(units=9, seed=seed, least=10 + 15 * (seed % 4))
    with translation.override("en"):
        told = present.page(made)
    ranges = {one.name: tuple(int(each) for each in one.between.split("–")) for one in told.ranked}
    for line in told.ranked:
        best, worst = ranges[line.name][0], ranges[line.name][-1]
        if line.mark is not None:
            assert worst <= 3 or best > len(told.ranked) - 3
        number = re.findall(r"\d+", line.alike)
        meeting = [
            one
            for name, one in ranges.items()
            if name != line.name and one[0] <= worst and best <= one[-1] and one[0] != one[-1]
        ]
        assert (int(number[0]) if number else 0) == (len(meeting) if best != worst else 0)
    for said in told.summary.lines:
        if "surely among the first:" in said:
            assert all(ranges[name][-1] <= 3 for name in ranges if name in said)
        if "surely among the last:" in said:
            assert all(ranges[name][0] > len(ranges) - 3 for name in ranges if name in said)


def test_a_card_given_by_another_rule_is_not_called_sure(made: Bulletin) -> None:
    rows = tuple(
        replace(one, rank_low=6, rank_high=7, mark=Mark.YELLOW_CARD) if at == 6 else one
        for at, one in enumerate(made.rows)
    )
    with translation.override("en"):
        told = " ".join(present.page(replace(made, rows=rows)).summary.lines)
    assert f"by the rule that held then: {made.rows[6].name}" in told


def test_a_small_unit_is_told_without_a_rank_and_with_the_reason(made: Bulletin) -> None:
    small = replace(made.rows[0], rank=None, unranked=Unranked.SMALL, mark=Mark.NONE)
    told = present.page(replace(made, rows=(*made.rows[1:], small)))
    last = told.unranked[-1]
    assert (last.unit, last.rank, last.composite) == (small.unit, "—", words.percent(small.composite))
    assert last.reason == str(words.REASONS[Unranked.SMALL])


def test_charts_hold_every_ranked_unit_and_go_on_after_a_screen(made: Bulletin) -> None:
    many = made_bulletins.bulletin(units=90)
    drawn = charts.ranked(many)
    assert [len(one["rows"]) for one in drawn] == [36, 36, 17]
    assert {one["axis"]["low"] for one in drawn} == {drawn[0]["axis"]["low"]}
    assert drawn[0]["axis"]["high"] == 100.0
    for one in (*drawn, *charts.improvement(many), charts.funnel(many, "paid_on_time")):
        assert "style=" not in svg(one)
    assert charts.ranked(made_bulletins.bulletin(units=1)) != []


def test_a_funnel_tells_the_limits_of_its_own_common_share(made: Bulletin) -> None:
    drawn = charts.funnel(made, "paid_on_time")
    cells = [row.cells["paid_on_time"] for row in made.rows]
    over, under = (sum(getattr(one, name) or 0.0 for one in cells) for name in ("over", "under"))
    assert drawn["common"] == pytest.approx(100 * over / under)
    assert len(drawn["points"]) == len(made.rows)
    widths = [
        high - low for low, high in zip(drawn["limits"][0]["low"], drawn["limits"][0]["high"], strict=True)
    ]
    assert widths[-1] < widths[0]


def test_nothing_that_nobody_is_judged_by_is_ever_shown(made: Bulletin) -> None:
    catalogue = indicators.load()
    outside = tuple(code for code, one in sorted(catalogue.indicators.items()) if not one.uses)
    assert outside
    poisoned = replace(made, indicators=(*made.indicators, *outside, "births", "no_such"))
    assert words.shown(poisoned.indicators) == made.indicators
    told = str(present.as_data(present.page(poisoned)))
    private = [code for code, one in catalogue.counts.items() if Subject.PARTICIPATION in one.subjects]
    silent = replace(made, unknown=dict.fromkeys([*private, "births"], (made.rows[0].unit,)))
    notes = present.page(silent).notes.lines
    assert private and not any(word in line for line in notes for word in ("births", *_titles(private)))
    for code in outside:
        assert catalogue.indicators[code].title.zh not in told
    never = {Subject.BIRTHS, Subject.SEX_RATIO, Subject.NATURAL_INCREASE}
    for code in made.indicators:
        counts = grounds(catalogue, catalogue.indicators[code].formula)
        assert not any(catalogue.counts[one].subjects & never for one in counts)


def test_the_same_bulletin_is_the_same_pdf(made: Bulletin, language: str) -> None:
    with translation.override(language):
        first = unit_bulletin_pdf(made, {made.rows[3].unit: REPLY})
        assert first == unit_bulletin_pdf(made, {made.rows[3].unit: REPLY})
        assert first.startswith(b"%PDF")
        assert first != unit_bulletin_pdf(replace(made, sha256="b6" * 32))


def test_a_bulletin_of_one_silent_unit_is_printed_too(made: Bulletin) -> None:
    silent = replace(
        made.rows[-1], composite=None, low=None, high=None, rank=None, better=None, raises=(), cells={}
    )
    lone = replace(made, rows=(silent,), restated=())
    assert unit_bulletin_pdf(lone).startswith(b"%PDF")
    assert unit_bulletin_workbook(lone)


def test_the_workbook_recalculates_to_what_is_sealed(made: Bulletin, language: str) -> None:
    with translation.override(language):
        content = unit_bulletin_workbook(made, {made.rows[3].unit: REPLY})
        assert content == unit_bulletin_workbook(made, {made.rows[3].unit: REPLY})
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sheet = _Sheets(formulas)
    compared = {"SUM": 0, "SUMPRODUCT": 0, "MIN": 0, "/": 0, "ref": 0}
    for page in formulas.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                value = sheet.value(page.title, cell.coordinate)
                assert value == pytest.approx(stored[page.title][cell.coordinate].value, abs=1e-9), cell.value
                compared[
                    next(
                        (one for one in ("SUMPRODUCT", "SUM(", "MIN", "/") if one in cell.value), "ref"
                    ).strip("(")
                ] += 1
    ranked = [one for one in made.rows if one.composite is not None]
    assert compared["SUMPRODUCT"] == compared["ref"] == len(ranked)
    assert compared["MIN"] > 80
    assert compared["SUM"] == 2 * len(made.indicators)
    # What a formula gives is what was sealed, and a changed count changes it.
    composite = formulas.worksheets[1]
    last = composite.max_column
    found = [
        sheet.value(composite.title, composite.cell(5 + at, last).coordinate) for at in range(len(ranked))
    ]
    assert found == pytest.approx([one.composite for one in ranked], abs=1e-9)
    formulas.worksheets[2]["C5"].value = 0
    assert _Sheets(formulas).value(composite.title, composite.cell(5, last).coordinate) < (
        ranked[0].composite or 0
    )


def test_words_are_never_formulas(made: Bulletin) -> None:
    named = replace(made, rows=(replace(made.rows[0], name="=1+1"), *made.rows[1:]))
    book = openpyxl.load_workbook(io.BytesIO(unit_bulletin_workbook(named, {made.rows[0].unit: REPLY})))
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                assert not (cell.data_type == "f" and ("1+1" in cell.value or "HYPERLINK" in cell.value))


def test_weights_changed_since_leave_the_sealed_composites(made: Bulletin) -> None:
    other = replace(
        made, rows=tuple(replace(one, composite=0.5) if one.composite else one for one in made.rows)
    )
    book = openpyxl.load_workbook(io.BytesIO(unit_bulletin_workbook(other)))
    page = book.worksheets[1]
    assert page.cell(5, page.max_column).value == 0.5


def _titles(codes: list[str]) -> list[str]:
    return [indicators.load().counts[code].title.zh for code in codes]


class _Sheets:
    """Evaluates the few kinds of formula the workbook is made of, from the cells they name."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        self.book = book

    def value(self, sheet: str, place: str) -> float:
        found = self.book[sheet][place].value
        if not isinstance(found, str) or not found.startswith("="):
            return found  # type: ignore[no-any-return]
        return float(self._of(sheet, found[1:]))

    def _range(self, sheet: str, text: str) -> list[float | str | None]:
        cells = self.book[sheet][text.replace("$", "")]
        return [self.value(sheet, one.coordinate) for row in cells for one in row]

    def _of(self, sheet: str, text: str) -> float:
        if whole := re.fullmatch(r"SUMPRODUCT\((.+?),(.+?)\)/SUMPRODUCT\((.+?),--ISNUMBER\((.+?)\)\)", text):
            weights, reached = self._range(sheet, whole[1]), self._range(sheet, whole[2])
            known = [isinstance(one, int | float) for one in reached]
            over = sum(w * r for w, r, k in zip(weights, reached, known, strict=True) if k)  # type: ignore[operator]
            return over / sum(w for w, k in zip(weights, known, strict=True) if k)  # type: ignore[misc, arg-type]
        if whole := re.fullmatch(r"SUM\((.+?)\)", text):
            return sum(one for one in self._range(sheet, whole[1]) if isinstance(one, int | float))
        if whole := re.fullmatch(r"MIN\((.+),1\)", text):
            return min(self._of(sheet, whole[1]), 1.0)
        if whole := re.fullmatch(r"('[^']+'![A-Z]+\d+|[A-Z]+\d+)/(\$?[A-Z]+\$?\d+)", text):
            return self._of(sheet, whole[1]) / self._of(sheet, whole[2])
        if whole := re.fullmatch(r"'([^']+)'!([A-Z]+\d+)", text):
            return self.value(whole[1], whole[2])
        assert re.fullmatch(r"\$?[A-Z]+\$?\d+", text), text
        return self.value(sheet, text.replace("$", ""))


def test_targets_stand_in_words_beside_their_figures(made: Bulletin) -> None:
    first = made.rows[0]
    cell = replace(first.cells["paid_on_time"], target=0.9, verdict=Verdict.OPEN)
    rows = (replace(first, cells={**first.cells, "paid_on_time": cell}), *made.rows[1:])
    with_it = replace(made, rows=rows)
    with translation.override("en"):
        told = present.page(with_it)
        assert told.targets is not None and present.page(made).targets is None
        (row,) = told.targets.rows
        assert (row[0], row[2], row[-1]) == (first.name, "90.0%", "Not distinguishable")
        books = [openpyxl.load_workbook(io.BytesIO(unit_bulletin_workbook(one))) for one in (made, with_it)]
        assert [("Targets of the period" in book.sheetnames) for book in books] == [False, True]
        assert unit_bulletin_pdf(with_it).startswith(b"%PDF")
