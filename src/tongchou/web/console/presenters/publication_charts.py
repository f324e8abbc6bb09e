"""Charts of bulletins and yearbooks as data: axes, values, legends (drawn by ``sheets/charts.typ``)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from tongchou.domain.statistics.content import Cell, Mark, Table
from tongchou.web.console import formatters
from tongchou.web.console.presenters import publication_words as words

Drawn = dict[str, Any]
_STEPS: Final = (1, 2, 2.5, 5, 10)


def axis(values: Iterable[Cell | None], *, parts: int = 4, zero: bool = True, unit: str = "") -> Drawn:
    """A scale of round steps that holds all values.

    Examples
    --------
    >>> [tick["label"] for tick in axis([0, 870])["ticks"]]
    ['0', '250', '500', '750', '1,000']
    >>> [tick["label"] for tick in axis([-30, 45])["ticks"]]
    ['−40', '−20', '0', '20', '40', '60']
    """
    known = [float(one) for one in values if one is not None and not isinstance(one, Mark)]
    high, low = max(known, default=1.0), min(known, default=0.0)
    if zero:
        high, low = max(high, 0.0), min(low, 0.0)
    if high == low:
        high = low + 1
    wanted = (high - low) / parts
    size = 10.0 ** math.floor(math.log10(wanted))
    step = next(times * size for times in _STEPS if times * size >= wanted - 1e-12)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    places = max(0, -math.floor(math.log10(step) + 1e-9)) + (1 if step / size == 2.5 and step < 10 else 0)
    ticks = [
        {"value": one * step, "label": f"{one * step:,.{places}f}".replace("-", "−") + unit}
        for one in range(first, last + 1)
    ]
    return {"low": first * step, "high": last * step, "ticks": ticks}


def pyramid(
    table: Table, *, then: Table | None = None, title: str, years: tuple[str, str] = ("", "")
) -> Drawn:
    """Men and women by groups of five years; an earlier one as an outline."""
    ages, men, women = fives(table)
    men_then, women_then = fives(then)[1:] if then else ([], [])
    legend = [(_("Men"), "dark"), (_("Women"), "light")]
    if then:
        legend.append((years[1], "outline"))
    known = [*men, *women, *men_then, *women_then]
    return {
        "kind": "pyramid", "title": title, "legend": legend, "note": "", "ages": ages,
        "men": men, "women": women, "men_then": men_then, "women_then": women_then,
        "axis": axis(known),
    }  # fmt: skip


def fives(table: Table) -> tuple[list[str], list[float | None], list[float | None]]:
    """Groups of five years with men and women; 0 and 1 to 4 are one group."""
    rows = [row for row in table.rows if row.label.kind in ("age", "five")]
    sexes = [[_plain(row.cells[table.columns.index(sex)]) for row in rows] for sex in ("men", "women")]
    if rows and rows[0].label.kind == "age":
        sexes = [[_sum(one[0], one[1]), *one[2:]] for one in sexes]
    starts = [5 * place for place in range(len(sexes[0]))]
    labels = [f"{start}–{start + 4}" if start < 100 else "100+" for start in starts]
    return labels, sexes[0], sexes[1]


def lines(
    table: Table,
    shown: Sequence[tuple[str, str, str]],
    *,
    title: str,
    bands: dict[str, tuple[str, str]] | None = None,
    instead: dict[str, str] | None = None,
    every: int = 1,
    zero: bool = True,
) -> Drawn:
    """Columns of a table as lines.

    Parameters
    ----------
    shown
        (column, word, kind of line).
    bands
        Of a column its columns of low and high.
    instead
        Of a column another that stands for it where it is known: what is expected for what is recorded.
    every
        Labels under every so many periods.
    """
    bands, instead = bands or {}, instead or {}
    series = []
    for code, word, kind in shown:
        values = [_plain(cell) for cell in table.column(code)]
        if code in instead:
            other = [_plain(cell) for cell in table.column(instead[code])]
            values = [value if one is None else one for value, one in zip(values, other, strict=True)]
        low, high = (
            [[_plain(cell) for cell in table.column(one)] for one in bands[code]]
            if code in bands
            else ([], [])
        )
        series.append({"name": word, "kind": kind, "values": values, "low": low, "high": high})
    waiting = [place for place, row in enumerate(table.rows) if row.provisional]
    legend = [(word, kind) for _code, word, kind in shown]
    if bands:
        legend.append((_("95% interval"), "pale"))
    if waiting:
        legend.append((_("provisional"), "hollow"))
    everything = [value for one in series for key in ("values", "low", "high") for value in one[key]]
    return {
        "kind": "lines", "title": title, "legend": legend, "note": "", "count": len(table.rows),
        "provisional": waiting[0] if waiting else None, "series": series,
        "axis": axis(everything, zero=zero), "under": under(table, every),
    }  # fmt: skip


def bars(table: Table, shown: Sequence[tuple[str, str, str]], *, title: str) -> Drawn:
    """Columns of a table as bars beside each other."""
    series = [
        {"name": word, "kind": kind, "values": [_plain(cell) for cell in table.column(code)]}
        for code, word, kind in shown
    ]
    return {
        "kind": "bars", "title": title, "legend": [(word, kind) for _code, word, kind in shown], "note": "",
        "count": len(table.rows), "series": series, "under": under(table, 1),
        "axis": axis([value for one in series for value in one["values"]]),
    }  # fmt: skip


def tiles(table: Table, code: str, *, title: str, note: str) -> Drawn:
    """A tile an area in the order of the tree, shaded by five classes of equal width. Never of births."""
    rows = [row for row in table.rows if row.label.kind == "area"]
    values = [_plain(row.cells[table.columns.index(code)]) for row in rows]
    known = [value for value in values if value is not None]
    low, high = (math.floor(min(known)), math.ceil(max(known))) if known else (0, 1)
    width = max(high - low, 1) / 5
    classes = [None if v is None else min(4, int((v - low) / width)) for v in values]
    edges = [low + width * place for place in range(6)]
    legend = [(f"{edges[n]:.1f}–{edges[n + 1]:.1f}", f"shade{n}") for n in range(5)]
    return {
        "kind": "tiles", "title": title, "note": note, "legend": legend,
        "tiles": [
            {
                "name": row.label.text,
                "label": "—" if value is None else f"{value:.1f}",
                "class": shade,
            }
            for row, value, shade in zip(rows, values, classes, strict=True)
        ],
    }  # fmt: skip


def multiples(tables: Sequence[Table], *, title: str, note: str) -> Drawn:
    """The pyramids of areas, each as shares of its people so that they compare."""
    panels, ages, longest = [], [], 1.0
    for table in tables:
        ages, men, women = fives(table)
        people = sum(value or 0 for value in (*men, *women))
        shares = [[100 * (value or 0) / people if people else None for value in one] for one in (men, women)]
        longest = max([longest, *(value for one in shares for value in one if value is not None)])
        panels.append({"title": table.of, "men": shares[0], "women": shares[1]})
    return {
        "kind": "multiples", "title": title, "note": note, "panels": panels, "ages": ages,
        "legend": [(_("Men"), "dark"), (_("Women"), "light")], "axis": axis([longest]),
    }  # fmt: skip


def under(table: Table, every: int) -> list[Drawn]:
    """Labels under the periods: years as they are, months short."""
    found = []
    for place, row in enumerate(table.rows):
        if (len(table.rows) - 1 - place) % every:
            continue
        text = row.label.text if row.label.kind == "month" else words.label(row.label)
        found.append({"at": place, "label": formatters.day(text) if len(text) > 7 else text})
    return found


def _plain(cell: Cell | None) -> float | None:
    return None if cell is None or isinstance(cell, Mark) else float(cell)


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second
