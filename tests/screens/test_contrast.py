"""Contrast of the console's colours, computed from its tokens in both schemes (WCAG 2.1, 1.4.3, 1.4.11)."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src" / "tongchou" / "web" / "static" / "console"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
#: What is read against what it lies on.
TEXT = (
    *((ink, ground) for ink in ("ink", "ink-soft", "link") for ground in ("paper", "ground", "tint")),
    *(("ink-faint", ground) for ground in ("paper", "ground", "tint")),
    *((ink, "brand-tint") for ink in ("ink", "ink-soft", "brand-deep", "link")),
    *((f"{tone}", f"{tone}-tint") for tone in ("good", "warn", "bad", "mute")),
    *((tone, "paper") for tone in ("good", "warn", "bad", "brand-deep", "seal")),
    *(("ink", f"{tone}-tint") for tone in ("good", "warn", "bad", "mute")),
    *(("link", f"{tone}-tint") for tone in ("good", "warn", "bad")),
    *(("ink", f"shade-{one}") for one in "abc"),
    *(("on-deep", f"shade-{one}") for one in "de"),
    ("on-brand", "brand"),
    ("on-brand", "bad-solid"),
    ("on-brand", "bar-from"),
    ("on-brand", "bar-to"),
)
#: Edges and shapes without which something could not be found or told apart.
SHAPES = (
    *(("line-strong", ground) for ground in ("paper", "ground", "tint")),
    *(("focus", ground) for ground in ("paper", "ground", "tint", "brand-tint", "bad-tint", "warn-tint")),
    *(("focus-on-bar", ground) for ground in ("bar-from", "bar-to")),
    *((tone, "paper") for tone in ("brand", "male", "female", "warn-edge")),
    *((f"series-{one}", "paper") for one in "abcdef"),
)


def schemes() -> dict[str, dict[str, str]]:
    """The colour tokens of the light scheme, and of the dark one where it says otherwise."""
    light, _, rest = TOKENS.partition("@media screen and (prefers-color-scheme: dark)")
    assert rest, "the dark scheme is gone"
    read = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6})\b")
    plain = dict(read.findall(light))
    return {"light": plain, "dark": plain | dict(read.findall(rest))}


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.1).

    Examples
    --------
    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff"), contrast("#777777", "#777777")
    (21.0, 1.0)
    >>> round(contrast("#777777", "#ffffff"), 2)
    4.48
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXT), (3.0, SHAPES)], ids=["text", "shapes"])
def test_pairs_reach_their_contrast(scheme: str, least: float, pairs: tuple[tuple[str, str], ...]) -> None:
    colours = schemes()[scheme]
    weak = {
        f"{front} on {back}": round(ratio, 2)
        for front, back in pairs
        if (ratio := contrast(colours[front], colours[back])) < least
    }
    assert weak == {}


#: Machado, Oliveira and Fernandes (2009), IEEE TVCG 15, 1291-1298, table 1: full deficiency, linear light.
BLIND = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
}  # fmt: skip


def perceived(colour: str, matrix: tuple[tuple[float, ...], ...] | None = None) -> tuple[float, float, float]:
    """A colour in Oklab (Ottosson 2020), as an eye of the kind sees it.

    Examples
    --------
    >>> [round(one, 3) + 0.0 for one in perceived("#ffffff")]
    [1.0, 0.0, 0.0]
    """
    light = []
    for place in (1, 3, 5):
        part = int(colour[place : place + 2], 16) / 255
        light.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    if matrix is not None:
        light = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in matrix]
    r, g, b = light
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def apart(one: str, other: str, kind: str) -> float:
    return math.dist(perceived(one, BLIND.get(kind)), perceived(other, BLIND.get(kind)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["", *BLIND])
def test_lines_and_sexes_are_told_apart_by_everybody(scheme: str, kind: str) -> None:
    """A difference of 0.05 in Oklab is seen side by side; lines have shapes of their own beside it."""
    colours = schemes()[scheme]
    pairs = [*itertools.combinations([f"series-{one}" for one in "abcdef"], 2), ("male", "female")]
    close = {
        (one, other): round(distance, 3)
        for one, other in pairs
        if (distance := apart(colours[one], colours[other], kind)) < 0.05
    }
    assert close == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shades_go_one_way(scheme: str) -> None:
    """From few to many the lightness goes one way, in steps that are seen, with any eye and in print."""
    colours = schemes()[scheme]
    steps = [perceived(colours[f"shade-{one}"])[0] for one in "abcde"]
    gaps = [after - before for before, after in itertools.pairwise(steps)]
    assert all(gap < -0.05 for gap in gaps) or all(gap > 0.05 for gap in gaps), gaps


def test_no_component_has_a_colour_of_its_own() -> None:
    """Outside the tokens only white, black and shadows occur: what is not a token is not computed."""
    stray = {
        (sheet.name, colour)
        for sheet in STATIC.glob("*.css")
        if sheet.name not in {"tokens.css", "print.css"}
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", sheet.read_text(encoding="utf-8"))
    }
    assert {colour for _, colour in stray} <= {"#fff"}, stray


def test_every_token_that_is_used_exists() -> None:
    known = set(re.findall(r"(--[a-z-]+):", TOKENS))
    for sheet in STATIC.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        used = set(re.findall(r"var\((--[a-z-]+)", text))
        assert used <= known | set(re.findall(r"(--[a-z-]+):", text)), f"{sheet.name}: {used - known}"


def test_sheets_are_of_one_topic_and_all_are_loaded() -> None:
    pages = (STATIC.parents[1] / "templates").rglob("*.html")
    loaded = "".join(page.read_text(encoding="utf-8") for page in pages)
    for sheet in STATIC.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert text.count("\n") <= 410, f"{sheet.name} is too long"
        assert "@import" not in text, f"{sheet.name}: a chain of imports is slow"
        assert f"console/{sheet.name}" in loaded, f"{sheet.name} is not loaded"
