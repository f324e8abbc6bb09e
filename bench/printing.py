"""Sheets as PDF: a notice of 2,000 entries, certificates, a letter, a bulletin, a yearbook of 270 villages.

    python bench/printing.py

Sets each sheet several times in one process; the first of each is told apart, since it reads the fonts.
Prints Markdown.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable

#: Seconds a notice of 2,000 entries may take.
LIMIT = 5.0
TIMES = 5
AT = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)


def timed(make: Callable[[], bytes]) -> tuple[float, float, int]:
    """Seconds of the first time and the median of the others, and the bytes of the file."""
    spent = []
    for _turn in range(TIMES + 1):
        began = time.perf_counter()
        made = make()
        spent.append(time.perf_counter() - began)
    return spent[0], statistics.median(spent[1:]), len(made)


def publications() -> tuple[Callable[[], bytes], ...]:
    """What makes a bulletin, a yearbook and its workbook of a county of 27 townships of ten villages."""
    import numpy as np

    from tongchou.domain.statistics.bulletin import bulletin
    from tongchou.domain.statistics.content import Edition, Place
    from tongchou.domain.statistics.yearbook import yearbook
    from tongchou.synth.months import made_months
    from tongchou.web.console.presenters import bulletin as bulletins
    from tongchou.web.console.presenters import yearbook as yearbooks
    from tongchou.web.console.publication_workbook import publication_workbook
    from tongchou.web.sheets import publications as sheets

    cube = made_months(villages=270, months=60, people=600)
    villages = {code: Place(code, f"示例{code[-5:]}村", "village", (code,)) for code in cube.areas}
    townships = tuple(
        Place(f"{code}000", f"示例{code[-3:]}乡", "township", own, tuple(villages[one] for one in own))
        for code in sorted({one[:9] for one in cube.areas})
        for own in (tuple(one for one in cube.areas if one.startswith(code)),)
    )
    county = Place("520599000000", "示例县", "county", cube.areas, townships)

    def monthly() -> bytes:
        month = np.datetime64("2026-05", "M")
        said = bulletin(cube, county, month=month, edition=Edition.PUBLIC, key="bench")
        return sheets.bulletin_pdf(bulletins.publication(said, made="2026-06-30"), at=AT)

    def yearly() -> bytes:
        said = yearbook(cube, county, year=2025, edition=Edition.PUBLIC, key="bench")
        return sheets.yearbook_pdf(yearbooks.publication(said, made="2026-06-30"), at=AT)

    def workbook() -> bytes:
        said = yearbook(cube, county, year=2025, edition=Edition.PUBLIC, key="bench")
        return publication_workbook(yearbooks.publication(said, made="2026-06-30"), at=AT)

    return monthly, yearly, workbook


def main() -> None:
    os.environ.setdefault("TONGCHOU_VAR", tempfile.mkdtemp(prefix="tongchou-printing-"))
    from tongchou.cli.common import start_django

    start_django()
    from joserfc import jws
    from joserfc.jwk import OKPKey

    from tongchou.apps.certificates.api import Claims, Sheet
    from tongchou.web.console.presenters.notices import EntryRow, Row
    from tongchou.web.console.presenters.notices import Sheet as NoticeSheet
    from tongchou.web.console.presenters.official import Letter, Part
    from tongchou.web.sheets.certificates import certificates_pdf
    from tongchou.web.sheets.letters import letter_pdf
    from tongchou.web.sheets.notices import notice_pdf

    bulletin, yearbook, book = publications()
    names = ("王小明", "阿依古丽·买买提", "陈䶮", "欧阳娜娜", "𬎆丽")
    row = Row(
        1, "2026-G0001", "示例乡 · 示例村", "农村部分计划生育家庭奖励扶助", "村级公示", 2026, "村务公开栏",
        "2026年1月15日", "2026年1月25日", 2000, 0, 0, None, True,
    )  # fmt: skip
    entries = [
        EntryRow(n, f"{names[n % 5][0]}*", str(1950 + n % 16), f"示例村第{n % 9}组", "¥960.00")
        for n in range(1, 2001)
    ]
    notice = NoticeSheet(row, entries, [("电话", "0857-1234567")], "示例县卫生健康局")
    key = OKPKey.generate_key("Ed25519")
    sheets = []
    for number in range(1, 101):
        said = Claims(
            f"Y2026-{number:07d}-78", "优先优惠证", names[number % 5], "123X", "示例县卫生健康局",
            dt.date(2026, 11, 26), dt.date(2027, 11, 25), number,
        )  # fmt: skip
        text = json.dumps(said.as_json(), ensure_ascii=False, separators=(",", ":")).encode()
        head = {"alg": "Ed25519", "typ": "tc-cert+jwt", "kid": key.thumbprint()}
        sheets.append(Sheet(said, jws.serialize_compact(head, text, key, algorithms=["Ed25519"]), 1))
    parts = tuple(Part("text", ("经审核，您的申请符合条件，准予发放。" * 3,)) for _turn in range(6))
    letter = Letter(
        "关于育儿补贴的决定", "2026-000001", "示例县卫生健康局", "王小明", "", parts, "示例县", "今天"
    )

    print(f"## Sheets as PDF, load average {os.getloadavg()[0]:.1f} at the start\n")
    print("| Sheet | first | again, median | limit | again ÷ limit | KB |")
    print("|---|---|---|---|---|---|")
    for title, limit, make in (
        ("a notice of 2,000 entries", LIMIT, lambda: notice_pdf(notice, at=AT)),
        ("100 certificates on A4", None, lambda: certificates_pdf(sheets, form="a4", at=AT)),
        ("100 certificates as cards", None, lambda: certificates_pdf(sheets, form="card", at=AT)),
        ("a letter", None, lambda: letter_pdf(letter, at=AT)),
        ("a bulletin, counted and set", 3.0, bulletin),
        ("a yearbook of 270 villages, counted and set", 10.0, yearbook),
        ("the same yearbook as a workbook", None, book),
    ):
        first, again, size = timed(make)
        against = f"{limit:g} s | {again / limit:.2f}" if limit else "— | —"
        print(f"| {title} | {first:.2f} s | {again:.2f} s | {against} | {size // 1024} |", flush=True)


if __name__ == "__main__":
    main()
