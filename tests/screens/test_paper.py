"""Paper: the type area of an official sheet is that of GB/T 9704-2012; heads repeat; no navigation."""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "src" / "tongchou" / "web" / "static" / "console"
PRINT = (STATIC / "print.css").read_text(encoding="utf-8")
#: Width and height of A4 and of the type area, in millimetres (GB/T 9704-2012, 5.1 and 5.2.1).
A4 = (210, 297)
TYPE_AREA = (156, 225)


def rule(selector: str) -> str:
    """The declarations of the first rule whose selectors hold this one."""
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", PRINT):
        if selector in [one.strip() for one in re.sub(r"/\*.*?\*/", "", selectors, flags=re.S).split(",")]:
            return body
    raise AssertionError(f"no rule for {selector}")


def test_the_type_area_of_an_official_sheet() -> None:
    margins = re.search(r"margin: (\d+)mm (\d+)mm (\d+)mm (\d+)mm", rule("@page official"))
    top, right, bottom, left = map(int, margins.groups())
    assert (A4[0] - left - right, A4[1] - top - bottom) == TYPE_AREA
    assert (top, left) == (37, 28)
    assert "page: official" in rule(".sheet.official")


def test_heads_repeat_and_rows_stay_whole() -> None:
    assert "table-header-group" in rule("thead")
    assert "break-inside: avoid" in rule("tr")


def test_what_is_worked_with_hands_stays_on_the_screen() -> None:
    for part in (".bar", ".side", ".foot", ".button", ".pages", ".no-print"):
        assert "none !important" in rule(part), part


def test_drawings_are_shrunk_to_the_paper() -> None:
    """Nothing is drawn anew for paper: without a view box a drawing is cut at the edge."""
    drawn = PRINT.split(":is(.pyramid, .drawing) svg {")[1].split("}")[0]
    assert "width: 100% !important" in drawn and "height: auto !important" in drawn
    script = (STATIC / "charts.js").read_text(encoding="utf-8")
    assert '"beforeprint", fit' in script and '"afterprint", loosen' in script


def test_a_shaded_figure_at_the_edge_stays_inside() -> None:
    found = (STATIC / "statistics.css").read_text(encoding="utf-8").split("@media print")[1]
    body = found.split(".surface :is(th, td):last-child")[1].split("}")[0]
    assert "padding-inline-end: 6pt" in body
