"""Write docs/methods/indicators.md from the list of indicators. With ``--check`` only compare."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methods" / "indicators.md"
HEAD = """# Indicators
Every figure made of a cube of months, as `tongchou.domain.statistics.indicators` defines it; written by
`tools/indicators.py`. The page 方法与指标解释 (`/statistics/methods`) says the same in the reader's
language, and bulletins and yearbooks repeat what they use.

"""


def page() -> str:
    """The page, in English."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
    import django

    django.setup()
    from django.utils import translation

    from tongchou.web.console.presenters.methods import chapters
    from tongchou.web.console.presenters.publication import Definitions, Says

    lines = []
    with translation.override("en"):
        for chapter in chapters():
            lines.append(f"## {chapter.title}")
            for block in chapter.blocks:
                if isinstance(block, Says):
                    lines += [*block.lines, ""]
                elif isinstance(block, Definitions):
                    lines += ["| Figure | Meaning | Formula | Source |", "|---|---|---|---|"]
                    lines += ["| " + " | ".join(one or "—" for one in term) + " |" for term in block.terms]
                    lines.append("")
    return HEAD + "\n".join(lines).rstrip() + "\n"


def main() -> int:
    made = page()
    if "--check" in sys.argv:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
        if not same:
            print(f"{PAGE.name} is not what tools/indicators.py writes")
        return 0 if same else 1
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
