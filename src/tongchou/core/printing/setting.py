"""Setting a sheet: a template beside the pages, its words and figures as data, a PDF out."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from tongchou.core.printing import fonts

#: PDF/A-2b (ISO 19005-2): fonts inside, nothing from elsewhere, readable in thirty years.
_STANDARD = "a-2b"
#: A compiler keeps the words of the sheet it sets: one at a time.
_ONE = threading.Lock()


def pdf(template: Path, data: dict[str, Any], *, at: dt.datetime, plain: bool = False) -> bytes:
    """A sheet as PDF/A-2b.

    Parameters
    ----------
    template
        A ``.typ`` file; what it imports lies beside it. It holds no words: all of them are in ``data``.
    data
        What JSON can say. Read in the template by ``json(bytes(sys.inputs.data))``; ``fonts`` is added.
    at
        Stands in the file as its time, so that equal sheets are equal files.
    plain
        Set without serifs.

    Raises
    ------
    CannotPrint
        When a character of ``data`` cannot be drawn or no Chinese font is installed. Nothing is set then.
    """
    fonts.require_drawable(_texts(data), plain=plain)
    inputs = json.dumps(data | {"fonts": fonts.families(plain=plain)}, ensure_ascii=False)
    with _ONE:
        made = _compiler(template.parent).compile(
            input=template,
            format="pdf",
            sys_inputs={"data": inputs},
            pdf_standards=_STANDARD,
            timestamp=int(at.timestamp()),
        )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


@lru_cache(maxsize=4)
def _compiler(root: Path) -> typst.Compiler:
    """Reads below the folder of the templates alone."""
    return typst.Compiler(root=root, font_paths=fonts.installed(), ignore_system_fonts=True)


def _texts(value: Any) -> Iterator[str]:
    """Every text in the data, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
