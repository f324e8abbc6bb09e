"""Charts of bulletins of units as SVG for pages, as ``sheets/rank_charts.typ`` draws them.

Only attributes, no styles. Units and limits are told apart by shape and stroke.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tongchou.web.console.svg_charts import drawn_html

_DARK, _INK, _SOFT, _RULE, _GROUND = "#2f6492", "#1a1a1a", "#555555", "#d5d5d5", "#eef1f4"
_WIDTH: Final = 1040.0
KINDS: Final = ("dots", "funnel")
Drawn = Mapping[str, Any]


def svg(drawn: Drawn) -> SafeString:
    """The chart of one of ``KINDS`` with its title and legend."""
    parts, height = (_dots if drawn["kind"] == "dots" else _funnel)(drawn)
    keys, x = [], 40.0
    for word, kind in drawn["legend"]:
        keys.append((_key(x, word, kind),))
        x += 52 + sum(13 if ord(one) > 0x2E80 else 6.6 for one in word)
    return drawn_html(
        '<figure class="chart-figure"><figcaption>{}</figcaption>'
        '<svg viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}" font-size="12" '
        'fill="currentColor">{}<g transform="translate(0 30)">{}</g></svg>{}</figure>',
        drawn["title"], _WIDTH, height + 30, drawn["title"],
        format_html_join("", "{}", keys), parts,
        drawn_html('<p class="fine">{}</p>', drawn["note"]) if drawn["note"] else "",
    )  # fmt: skip


def bar(figure: tuple[float, float, float], least: float) -> SafeString:
    """A figure with its interval on a scale from ``least`` to 100."""
    low_end = min(least, 99.0)
    value, low, high = (4 + 112 * (min(one, 100.0) - low_end) / (100 - low_end) for one in figure)
    return drawn_html(
        '<svg viewBox="0 0 120 12" width="120" height="12" aria-hidden="true" focusable="false">'
        '<line x1="{}" y1="6" x2="{}" y2="6" stroke="{}" stroke-width="2"/>{}</svg>',
        low, high, _SOFT, _mark(value, 6, "dot"),
    )  # fmt: skip


def _key(x: float, word: str, kind: str) -> SafeString:
    if kind == "pale":
        mark = drawn_html(
            '<rect x="{}" y="3" width="22" height="12" fill="{}" stroke="{}"/>', x, _GROUND, _RULE
        )
    elif kind in ("dot", "up", "square"):
        mark = _mark(x + 11, 9, kind)
    else:
        mark = _stroke(x, 9, x + 22, 9, kind)
    return drawn_html('{}<text x="{}" y="13">{}</text>', mark, x + 28, word)


def _mark(x: float, y: float, shape: str) -> SafeString:
    if shape == "up":
        corners = f"{x - 5.5:.1f},{y + 4.5:.1f} {x + 5.5:.1f},{y + 4.5:.1f} {x:.1f},{y - 6:.1f}"
        return drawn_html('<polygon points="{}" fill="{}" stroke="{}"/>', corners, _DARK, _INK)
    if shape == "square":
        return drawn_html(
            '<rect x="{}" y="{}" width="9" height="9" fill="#ffffff" stroke="{}" stroke-width="2"/>',
            x - 4.5, y - 4.5, _INK,
        )  # fmt: skip
    return drawn_html('<circle cx="{}" cy="{}" r="4" fill="{}"/>', x, y, _DARK)


def _stroke(x: float, y: float, to_x: float, to_y: float, kind: str) -> SafeString:
    width, paint = {"line": ("2", _DARK), "dashed": ("1.4", _INK)}.get(kind, ("0.9", _INK))
    dashes = SafeString(' stroke-dasharray="5 4"') if kind == "dashed" else ""
    return drawn_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>',
        x, y, to_x, to_y, paint, width, dashes,
    )  # fmt: skip


def _text(x: float, y: float, text: str, anchor: str = "middle") -> SafeString:
    return drawn_html('<text x="{}" y="{}" text-anchor="{}">{}</text>', x, y, anchor, text)


def _place(value: float, axis: Drawn) -> float:
    part = (value - axis["low"]) / (axis["high"] - axis["low"])
    return min(1.0, max(0.0, float(part)))


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((one,) for one in parts))


def _dots(drawn: Drawn) -> tuple[SafeString, float]:
    left, right, each = 230.0, 20.0, 20.0
    axis, rows = drawn["axis"], drawn["rows"]
    high = each * len(rows)

    def x(value: float) -> float:
        return left + (_WIDTH - left - right) * _place(value, axis)

    parts = [
        drawn_html('<rect x="0" y="{}" width="{}" height="{}" fill="{}"/>', each * at, _WIDTH, each, _GROUND)
        for at, row in enumerate(rows)
        if row["ground"]
    ]
    for tick in axis["ticks"]:
        here = x(tick["value"])
        parts.append(
            drawn_html('<line x1="{}" y1="0" x2="{}" y2="{}" stroke="{}"/>', here, here, high, _RULE)
        )
        parts.append(_text(here, high + 16, tick["label"]))
    if drawn["zero"]:
        here = x(0.0)
        parts.append(drawn_html('<line x1="{}" y1="0" x2="{}" y2="{}" stroke="{}"/>', here, here, high, _INK))
    for at, row in enumerate(rows):
        y = each * (at + 0.5)
        if row["rank"]:
            parts.append(_text(12, y + 4, row["rank"], "start"))
        parts.append(_text(left - 12, y + 4, row["name"], "end"))
        if row["low"] is not None and row["high"] is not None:
            parts.append(drawn_html(
                '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="2"/>',
                x(row["low"]), y, x(row["high"]), y, _SOFT,
            ))  # fmt: skip
        if row["value"] is not None:
            parts.append(_mark(x(row["value"]), y, row["shape"]))
    return _joined(parts), high + 24


def _funnel(drawn: Drawn) -> tuple[SafeString, float]:
    left, right, high = 56.0, 20.0, 280.0
    axis, across = drawn["axis"], drawn["across"]

    def x(value: float) -> float:
        return left + (_WIDTH - left - right) * _place(value, across)

    def y(value: float) -> float:
        return 4 + high * (1 - _place(value, axis))

    parts = []
    for tick in axis["ticks"]:
        here = y(tick["value"])
        parts.append(drawn_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>', left, here, _WIDTH - right, here, _RULE
        ))  # fmt: skip
        parts.append(_text(left - 6, here + 4, tick["label"], "end"))
    parts += [_text(x(tick["value"]), high + 22, tick["label"]) for tick in across["ticks"]]
    parts.append(_text((left + _WIDTH) / 2, high + 40, drawn["across_title"]))
    common = y(drawn["common"])
    parts.append(_stroke(left, common, _WIDTH - right, common, "line"))
    for limit in drawn["limits"]:
        for ends in (limit["low"], limit["high"]):
            corners = " ".join(
                f"{x(size):.1f},{y(end):.1f}" for size, end in zip(drawn["sizes"], ends, strict=True)
            )
            dashes = SafeString(' stroke-dasharray="5 4"') if limit["kind"] == "dashed" else ""
            width = "1.4" if limit["kind"] == "dashed" else "0.9"
            parts.append(format_html(
                '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}"{}/>',
                corners, _INK, width, dashes,
            ))  # fmt: skip
    for point in drawn["points"]:
        parts.append(
            drawn_html(
                "<g><title>{}</title>{}</g>",
                point["name"],
                _mark(x(point["x"]), y(point["y"]), point["shape"]),
            )
        )
    return _joined(parts), high + 46
