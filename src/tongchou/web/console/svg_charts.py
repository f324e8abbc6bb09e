"""Charts of publications as SVG for pages: the drawing of ``sheets/charts.typ``, from the same data.

Only attributes, no styles: a page allows none. Told apart by lightness and stroke as well as by colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_DARK, _LIGHT, _PALE, _RULE = "#2f6492", "#e3a857", "#c3d5e6", "#d5d5d5"
_SHADES: Final = ("#eef3f8", "#c3d5e6", "#8fb1cf", "#4f83ad", "#1d4e79")
_DASHES: Final = SafeString(' stroke-dasharray="5 4"')
_WIDTH, _LEFT, _RIGHT, _UNDER = 1040.0, 52.0, 16.0, 24.0
Drawn = Mapping[str, Any]


def svg(drawn: Drawn) -> SafeString:
    """The chart with its title and legend; nothing for a kind pages do not show."""
    draw = {"pyramid": _pyramid, "lines": _lines, "bars": _bars, "tiles": _tiles}.get(drawn["kind"])
    if draw is None:
        return SafeString()
    parts, height = draw(drawn)
    legend = format_html_join(
        "", "{}", ((_key(at, word, kind),) for at, (word, kind) in _spread(drawn["legend"]))
    )
    return drawn_html(
        '<figure class="chart-figure"><figcaption>{}</figcaption>'
        '<svg viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}" font-size="12" '
        'fill="currentColor">{}<g transform="translate(0 26)">{}</g></svg>{}</figure>',
        drawn["title"],
        _WIDTH,
        height + 26,
        drawn["title"],
        legend,
        parts,
        drawn_html('<p class="fine">{}</p>', drawn["note"]) if drawn["note"] else "",
    )


def drawn_html(form: str, *values: Any) -> SafeString:
    """As ``format_html``, with one decimal of each number: finer than anybody sees."""
    return format_html(form, *(f"{one:.1f}" if isinstance(one, float) else one for one in values))


def _line_down(x: float, height: float) -> SafeString:
    return drawn_html('<line x1="{}" y1="0" x2="{}" y2="{}" stroke="{}"/>', x, x, height, _RULE)


def _spread(legend: list[tuple[str, str]]) -> list[tuple[float, tuple[str, str]]]:
    """Where each part of the legend begins, wide enough for its word."""
    found, at = [], _LEFT
    for word, kind in legend:
        found.append((at, (word, kind)))
        at += 40 + sum(13 if ord(one) > 0x2E80 else 7 for one in word)
    return found


def _key(at: float, word: str, kind: str) -> SafeString:
    if kind in ("line", "dashed"):
        mark = _line(at, 9, at + 22, 9, dashed=kind == "dashed")
    elif kind == "hollow":
        mark = drawn_html(
            '<circle cx="{}" cy="9" r="3.5" fill="#ffffff" stroke="{}" stroke-width="1.5"/>', at + 11, _DARK
        )
    else:
        shades = {f"shade{place}": shade for place, shade in enumerate(_SHADES)}
        fill = {"dark": _DARK, "light": _LIGHT, "pale": _PALE, "outline": "none"} | shades
        mark = drawn_html(
            '<rect x="{}" y="4" width="22" height="10" fill="{}" stroke="#777777" stroke-width="0.5"/>',
            at,
            fill[kind],
        )
    return drawn_html('{}<text x="{}" y="13">{}</text>', mark, at + 27, word)


def _line(x: float, y: float, to_x: float, to_y: float, *, dashed: bool) -> SafeString:
    return drawn_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="2"{}/>',
        x, y, to_x, to_y, "#333333" if dashed else _DARK,
        _DASHES if dashed else "",
    )  # fmt: skip


def _rect(x: float, y: float, width: float, height: float, fill: str) -> SafeString:
    return drawn_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        x, y, width, height, fill,
    )  # fmt: skip


def _text(x: float, y: float, text: str, anchor: str = "middle") -> SafeString:
    return drawn_html('<text x="{}" y="{}" text-anchor="{}">{}</text>', x, y, anchor, text)


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((one,) for one in parts))


def _pyramid(drawn: Drawn) -> tuple[SafeString, float]:
    high, middle = 15.0, 56.0
    half = (_WIDTH - middle) / 2 - 20
    left, right = 20 + half, 20 + half + middle
    height = high * len(drawn["ages"])
    most = drawn["axis"]["high"]
    parts = []
    for tick in drawn["axis"]["ticks"]:
        away = half * tick["value"] / most
        for x in (left - away, right + away):
            parts.append(
                drawn_html(
                    '<line x1="{0}" y1="0" x2="{0}" y2="{1}" stroke="{2}"/>', f"{x:.1f}", height, _RULE
                )
            )
            parts.append(_text(x, height + 16, tick["label"]))
    for place, age in enumerate(drawn["ages"]):
        y = height - (place + 1) * high
        parts.append(_text((left + right) / 2, y + 12, age))
        men, women = drawn["men"][place] or 0, drawn["women"][place] or 0
        parts.append(_rect(left - half * men / most, y + 1, half * men / most, high - 2, _DARK))
        parts.append(_rect(right, y + 1, half * women / most, high - 2, _LIGHT))
    return _joined(parts), height + _UNDER


class _Frame:
    """A scale at the left and periods below."""

    def __init__(self, drawn: Drawn, high: float = 190.0) -> None:
        self.drawn, self.high = drawn, high
        self.each = (_WIDTH - _LEFT - _RIGHT) / max(1, drawn["count"])

    def x(self, place: float) -> float:
        return _LEFT + (place + 0.5) * self.each

    def y(self, value: float) -> float:
        axis = self.drawn["axis"]
        part = (value - axis["low"]) / (axis["high"] - axis["low"])
        return 8 + self.high * (1 - min(1.0, max(0.0, part)))

    def parts(self) -> list[SafeString]:
        found = []
        for tick in self.drawn["axis"]["ticks"]:
            y = self.y(tick["value"])
            found.append(
                drawn_html('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>', _LEFT, y, _WIDTH, y, _RULE)
            )
            found.append(_text(_LEFT - 6, y + 4, tick["label"], "end"))
        found += [
            _text(self.x(one["at"]), self.high + 26 + 14 * one.get("row", 0), one["label"])
            for one in self.drawn["under"]
        ]
        return found


def _lines(drawn: Drawn) -> tuple[SafeString, float]:
    frame = _Frame(drawn)
    parts = frame.parts()
    for one in drawn["series"]:
        for place in range(drawn["count"] - 1 if one["low"] else 0):
            ends = [one[key][at] for at in (place, place + 1) for key in ("low", "high")]
            if None in ends:
                continue
            x, to_x = frame.x(place), frame.x(place + 1)
            low, high, to_low, to_high = (frame.y(value) for value in ends)
            corners = f"{x:.1f},{low:.1f} {x:.1f},{high:.1f} {to_x:.1f},{to_high:.1f} {to_x:.1f},{to_low:.1f}"
            parts.append(drawn_html('<polygon points="{}" fill="{}" fill-opacity="0.7"/>', corners, _PALE))
    for one in drawn["series"]:
        values = one["values"]
        for place, (value, following) in enumerate(pairwise(values)):
            if value is not None and following is not None:
                ends = (frame.x(place), frame.y(value), frame.x(place + 1), frame.y(following))
                parts.append(_line(*ends, dashed=one["kind"] == "dashed"))
        for place, value in enumerate(values):
            waits = drawn["provisional"] is not None and place >= drawn["provisional"]
            if value is not None and (waits or len(values) == 1):
                parts.append(
                    drawn_html(
                        '<circle cx="{}" cy="{}" r="3.5" fill="#ffffff" stroke="{}" stroke-width="1.5"/>',
                        frame.x(place),
                        frame.y(value),
                        _DARK,
                    )
                )
    return _joined(parts), frame.high + 34


def _bars(drawn: Drawn) -> tuple[SafeString, float]:
    frame = _Frame(drawn)
    parts = frame.parts()
    wide = frame.each * 0.76 / len(drawn["series"])
    for beside, one in enumerate(drawn["series"]):
        for place, value in enumerate(one["values"]):
            if value is not None:
                top, bottom = sorted((frame.y(value), frame.y(0)))
                x = _LEFT + place * frame.each + frame.each * 0.12 + beside * wide
                parts.append(_rect(x, top, wide, bottom - top, _LIGHT if one["kind"] == "light" else _DARK))
    return _joined(parts), frame.high + 34 + 14 * (drawn.get("rows", 1) - 1)


def _tiles(drawn: Drawn) -> tuple[SafeString, float]:
    columns, wide, high = 8, _WIDTH / 8, 46.0
    parts = []
    for place, one in enumerate(drawn["tiles"]):
        x, y = (place % columns) * wide, (place // columns) * high
        fill = "#ffffff" if one["class"] is None else _SHADES[one["class"]]
        ink = "#ffffff" if one["class"] is not None and one["class"] >= 3 else "#1a1a1a"
        parts.append(_rect(x + 1, y + 1, wide - 2, high - 2, fill))
        parts.append(
            drawn_html(
                '<g fill="{}" text-anchor="middle"><text x="{}" y="{}">{}</text>'
                '<text x="{}" y="{}" font-weight="bold">{}</text></g>',
                ink,
                x + wide / 2,
                y + 19,
                one["name"],
                x + wide / 2,
                y + 36,
                one["label"],
            )
        )
    return _joined(parts), high * (-(-len(drawn["tiles"]) // columns))
