"""Forms of supervision to print: records or questions with blank answers to fill in by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from tongchou.core.printing import pdf

_TEMPLATE = Path(__file__).parent / "check_form.typ"


def check_form_pdf(
    *,
    heading: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    findings: Sequence[str],
    faults: Sequence[str],
    at: dt.datetime,
) -> bytes:
    """A form on A4 across, however many rows; always in Chinese, as it is typed back in.

    Raises
    ------
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    data = {
        "title": heading,
        "heading": heading,
        "head": list(heads),
        "rows": [list(row) for row in rows],
        "says": "核对结果填："
        + "、".join(findings)
        + "。"
        + (("不符的在差异项填：" + "、".join(faults) + "。") if faults else "")
        + "只核对单位的工作和凭证；群众自愿配合，不愿意的不勉强、不登记。",
        "signed": "核对人签字：____________    陪同单位签字：____________    日期：____________",
    }
    return pdf(_TEMPLATE, data, at=at)
