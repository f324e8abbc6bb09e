"""Contrast of the console's colours, computed from its tokens in both schemes (WCAG 2.1, 1.4.3, 1.4.11)."""

from __future__ import annotations

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
