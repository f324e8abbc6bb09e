"""Charts of bulletins of units as data: ranked dots with intervals, improvement, funnels.

Marks are told apart by shape, limits by stroke, bands by a pale ground: nothing hangs on a colour.
They are drawn by ``sheets/rank_charts.typ`` and ``svg_rank_charts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.domain import funnel as funnels
from tongchou.domain.accountability.bulletin import Bulletin, Mark, UnitRow
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.publication import sentences
from tongchou.web.console.presenters.publication_charts import axis

Drawn = dict[str, Any]
#: Units in one chart; more go on in a further one on the same scale.
MOST: Final = 36
#: Spread (Spiegelhalter's factor) above which limits of chance alone say little of a single unit.
_WIDE: Final = 4
#: Fewest units with cases of which limits say anything.
_LEAST: Final = 5
_SHAPES: Final = {Mark.RED_FLAG: "up", Mark.YELLOW_CARD: "square", Mark.NONE: "dot"}


def ranked(bulletin: Bulletin) -> list[Drawn]:
    """The ranked units from the best on with their intervals; a pale ground holds what is not told apart."""
    rows = [one for one in bulletin.rows if one.rank is not None and one.composite is not None]
    scale = _scale([value for one in rows for value in (one.composite, one.low, one.high)], most=100.0)
    legend = [
        (_("composite with its 95% interval"), "dot"),
        (pgettext("bulletin", "Red flag"), "up"),
        (pgettext("bulletin", "Yellow card"), "square"),
        (_("one ground: not distinguishable from the best of it"), "pale"),
    ]
    return _dots(
        [(one, one.composite, one.low, one.high) for one in rows],
        scale,
        title=_("Composite of the units, in percent"),
        legend=legend,
        bands=True,
    )


def improvement(bulletin: Bulletin) -> list[Drawn]:
    """How each unit moved against its own baseline, in percentage points, in the order of the table."""
    rows = [one for one in bulletin.rows if one.better is not None]
    scale = _scale([value for one in rows for value in (one.better, one.better_low, one.better_high)])
    return _dots(
        [(one, one.better, one.better_low, one.better_high) for one in rows],
        scale,
        title=_("Against the own baseline, in percentage points"),
        legend=[(_("difference with its 95% interval"), "dot")],
        bands=False,
        zero=True,
    )


def _scale(values: Sequence[float | None], *, most: float | None = None) -> Drawn:
    found = axis([100 * one for one in values if one is not None], zero=most is None, parts=6)
    if most is not None and found["high"] > most:
        found["high"] = most
        found["ticks"] = [one for one in found["ticks"] if one["value"] <= most]
    return found


def _dots(
    rows: Sequence[tuple[UnitRow, float | None, float | None, float | None]],
    scale: Drawn,
    *,
    title: str,
    legend: list[tuple[str, str]],
    bands: bool,
    zero: bool = False,
) -> list[Drawn]:
    drawn = []
    for start in range(0, len(rows), MOST):
        part = rows[start : start + MOST]
        lines = [
            {
                "name": one.name,
                "rank": "" if one.rank is None or not bands else str(one.rank),
                "value": _hundred(value),
                "low": _hundred(low),
                "high": _hundred(high),
                "shape": _SHAPES[one.mark] if bands else "dot",
                "ground": bool(bands and one.band is not None and one.band % 2),
            }
            for one, value, low, high in part
        ]
        more = "" if not start else _(" (continued)")
        drawn.append(
            {
                "kind": "dots", "title": title + more, "legend": legend, "note": "", "axis": scale,
                "rows": lines, "zero": zero,
            }
        )  # fmt: skip
    return drawn


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def can_funnel(bulletin: Bulletin) -> tuple[str, ...]:
    """Indicators of which a funnel can be drawn, the heaviest first."""
    fit = []
    for code in words.shown(bulletin.indicators):
        cells = [row.cells[code] for row in bulletin.rows if code in row.cells]
        counted = [one for one in cells if one.chance != "none" and one.over is not None and one.under]
        if len(counted) >= _LEAST:
            fit.append(code)
    heavy = {code: float(words.Fraction(text)) for code, text in bulletin.weights.items()}
    return tuple(sorted(fit, key=lambda code: -heavy.get(code, 0.0)))


def funnel(bulletin: Bulletin, code: str) -> Drawn:
    """Units by the number of their cases, with the limits of what is chance for a unit that is like all."""
    rows = [
        (row.name, row.cells[code])
        for row in bulletin.rows
        if code in row.cells and row.cells[code].over is not None and row.cells[code].under
    ]
    over = np.array([one.over for _name, one in rows], dtype=np.float64)
    under = np.array([one.under for _name, one in rows], dtype=np.float64)
    share = rows[0][1].chance == "share"
    of = funnels.of_shares if share else funnels.of_rates
    seen = of(over, under, levels=())
    sizes = np.unique(np.round(np.geomspace(max(1.0, under.min() * 0.8), under.max() * 1.15, 40)))
    # Made units exactly at the common value leave it where it is and tell the limits between the sizes seen.
    limits = of(np.concatenate([over, seen.common * sizes]), np.concatenate([under, sizes]))
    scale = 100.0 if share else 1.0
    beyond = limits.outside[: over.size]
    lows, highs = limits.low[:, over.size :] * scale, limits.high[:, over.size :] * scale
    heights = [*(over / under * scale), *lows[0], *highs[0]]
    unit = "%" if share else ""
    up = axis([float(one) for one in heights], zero=False, unit=unit)
    away = [name for (name, _one), out in zip(rows, beyond, strict=True) if abs(int(out)) > 1]
    return {
        "kind": "funnel",
        "title": words.title(code),
        "legend": [
            (_("a unit"), "dot"),
            (_("beyond the 99.8% limits"), "up"),
            (_("all units together"), "line"),
            (_("95% limits"), "dashed"),
            (_("99.8% limits"), "thin"),
        ],
        "note": _note(away, seen.dispersion),
        "axis": up,
        "across": axis([0.0, float(sizes.max())], parts=6),
        "across_title": _("cases"),
        "common": seen.common * scale,
        "sizes": sizes.tolist(),
        "limits": [
            {"kind": kind, "low": low.tolist(), "high": high.tolist()}
            for kind, low, high in zip(("dashed", "thin"), lows, highs, strict=True)
        ],
        "points": [
            {
                "name": name,
                "x": float(size),
                "y": float(part / size * scale),
                "shape": "up" if abs(int(out)) > 1 else "dot",
            }
            for (name, _one), part, size, out in zip(rows, over, under, beyond, strict=True)
        ],
    }


def _note(away: Sequence[str], dispersion: float) -> str:
    told = [
        _(
            "To the left stand units with few cases, which scatter widely by chance; only beyond the outer "
            "limits is a difference more than chance."
        )
    ]
    if away:
        told.append(_("Beyond them: %(units)s.") % {"units": _and(away)})
    if dispersion > _WIDE:
        told.append(
            _("The units differ %(times)s times as much as chance would make them; look at the reasons.")
            % {"times": f"{dispersion:.0f}"}
        )
    return sentences(told)


def _and(names: Sequence[str]) -> str:
    return ("、" if words.chinese() else ", ").join(names)
