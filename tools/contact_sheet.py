#!/usr/bin/env python3
"""Writes ``index.html`` into a folder of pictures: every page in both languages, side by side.

    python tools/contact_sheet.py build/screens

A picture is called ``page.zh.png``; ``page.zh.full.png`` beside it shows the whole page and is linked.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

LANGUAGES = ("zh", "en")
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tongchou 统筹: pages</title><style>
body { font-family: system-ui, sans-serif; margin: 1.5rem; background: #eef1f5; color: #1b2733 }
section { margin-bottom: 2rem }
h2 { font-size: 1rem; margin: 0 0 .4rem }
div { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
figure { margin: 0 }
img { width: 100%; border: 1px solid #aab }
figcaption { color: #4d5b6b; font-size: .85rem }
</style></head><body><h1>Every page, 1366 × 768</h1>
"""


def names(folder: Path) -> list[str]:
    """The pages pictured in the folder, in the order of the alphabet.

    Raises
    ------
    FileNotFoundError
        When there is no picture at all.
    """
    found = {path.name.split(".")[0] for path in folder.glob("*.png")}
    if not found:
        raise FileNotFoundError(f"no pictures in {folder}: run `make screens`")
    return sorted(found)


def page(folder: Path, name: str) -> str:
    """One page of the sheet: its picture in each language, or that there is none."""
    figures = []
    for language in LANGUAGES:
        small, full = f"{name}.{language}.png", f"{name}.{language}.full.png"
        if not (folder / small).exists():
            figures.append(f"<figure><figcaption>{language}: no picture</figcaption></figure>")
            continue
        target = full if (folder / full).exists() else small
        figures.append(
            f'<figure><a href="{html.escape(target)}"><img loading="lazy" src="{html.escape(small)}" '
            f'alt="{html.escape(name)} ({language})"></a><figcaption>{language}</figcaption></figure>'
        )
    return f"<section><h2>{html.escape(name)}</h2><div>{''.join(figures)}</div></section>\n"


def main(folder: Path) -> None:
    sheet = HEAD + "".join(page(folder, name) for name in names(folder)) + "</body></html>\n"
    (folder / "index.html").write_text(sheet, encoding="utf-8")
    print(f"{len(names(folder))} pages: {folder / 'index.html'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
