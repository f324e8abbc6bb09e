"""Pictures for the tutorial: few colours, small files, the same bytes for the same page."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Set to docs/tutorial/pictures by ``make screens``; without it the journey looks and takes no picture.
FOLDER = os.environ.get("TONGCHOU_TUTORIAL", "")
#: Largest size of a picture in bytes; tests/docs checks the committed ones.
MOST = 120 * 1024


def take(page: Page, name: str, *, at: str = "") -> None:
    """A picture of the window as ``name.png``, scrolled to the element ``at`` if one is named."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.mouse.move(0, 0)
    if at:
        page.locator(at).first.evaluate(
            "one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 80)"
        )
    else:
        page.evaluate("window.scrollTo(0, 0)")
    _never_tofu(page)
    if FOLDER:
        small = reduced(page.screenshot(animations="disabled", caret="hide"))
        folder = Path(FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.png").write_bytes(small)


def reduced(picture: bytes) -> bytes:
    """A PNG of at most 256 colours, without the moment it was made at.

    Raises
    ------
    ValueError
        When it is still larger than ``MOST``.
    """
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.quantize(colors=256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    if len(out.getvalue()) > MOST:
        raise ValueError(f"{len(out.getvalue())} bytes are too many for a picture of the tutorial")
    return out.getvalue()


def _never_tofu(page: Page) -> None:
    """Every Chinese sign of the page is drawn by a font that has it: no sign looks like the missing one."""
    missing = page.evaluate(
        """() => {
          const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
          canvas.canvas.width = canvas.canvas.height = 32;
          canvas.font = '24px ' + getComputedStyle(document.body).fontFamily;
          const drawn = (sign) => {
            canvas.clearRect(0, 0, 32, 32);
            canvas.fillText(sign, 2, 26);
            return canvas.getImageData(0, 0, 32, 32).data.join();
          };
          const none = drawn('\\u{10FFFF}');
          const signs = new Set(document.body.innerText.match(/[\\u3400-\\u9fff]/g) || []);
          return [...signs].filter((sign) => drawn(sign) === none);
        }"""
    )
    assert missing == [], f"no font has {missing}"
