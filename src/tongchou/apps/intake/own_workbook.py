"""The user's own workbook, made anew: one sheet with its cells and looks, and nothing that was hidden in it.

Two steps. ``reduced`` writes a new archive from the upload: the sheet's cells, widths, heights, merges and
formats pass, element by element; closed columns, comments, other sheets, names, formulas, header and footer
lines, document properties and everything else does not. ``marking`` adds the column that says what to mend.

Source: ECMA-376 (Office Open XML), part 1, 18.3 and 18.4.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from tongchou.apps.intake.archive import MOST_COLUMNS, MOST_ROWS
from tongchou.apps.intake.read import Opened
from tongchou.domain.register import legacy
from tongchou.domain.register.sheet import Place, cell_name, place_of

#: Larger registers get the list of problems alone.
MOST_OWN_ROWS: Final = 5_000
_MOST_XML: Final = 24 * 1024 * 1024
#: Cells under merged ranges altogether, each laid out when the workbook is written again.
_MOST_MERGED: Final = 1_000_000

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Parts of a sheet that hold looks and numbers only; their attributes pass when they have no prefix.
_LOOKS: Final = ("sheetViews", "sheetFormatPr", "cols")
_ENDING: Final = ("printOptions", "pageMargins", "pageSetup")
_KEPT_CELL: Final = ("s", "t")

#: The header of the added column, in both languages on every page of the file; reading passes over it.
TITLE: Final = "需修改/To be mended"


def reduced(opened: Opened, places: Mapping[Place, str]) -> bytes | None:
    """The new archive, or None when the workbook is too large or too unusual to be given back.

    Parameters
    ----------
    places
        Cells that must go, and what stands there instead (``clean.closed_places``).
    """
    if opened.workbook is None or len(opened.sheet.cells) > MOST_OWN_ROWS or len(opened.part) > _MOST_XML:
        return None
    parts = opened.workbook.parts
    styles, theme = parts.get("xl/styles.xml", b""), parts.get("xl/theme/theme1.xml", b"")
    if not styles or _speaks(styles) or _speaks(theme):
        return None
    try:
        sheet = ElementTree.fromstring(opened.part)  # noqa: S314 - archive.py lets no declaration pass
        strings = _strings(parts.get("xl/sharedStrings.xml", b""))
    except ElementTree.ParseError:
        return None
    if sheet.tag != f"{{{_MAIN}}}worksheet" or _merged_area(sheet) > _MOST_MERGED:
        return None
    page, texts = _page(sheet, strings, places)
    files = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(opened.sheet.base_1904),
        "xl/_rels/workbook.xml.rels": _relations(
            {
                "rId1": ("worksheet", "worksheets/sheet1.xml"),
                "rId2": ("styles", "styles.xml"),
                "rId3": ("sharedStrings", "sharedStrings.xml"),
                "rId4": ("theme", "theme/theme1.xml"),
            }
        ),
        "xl/worksheets/sheet1.xml": page,
        "xl/sharedStrings.xml": _shared(texts),
        "xl/styles.xml": styles.decode("utf-8", "replace"),
    }
    if theme:
        files["xl/theme/theme1.xml"] = theme.decode("utf-8", "replace")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _speaks(part: bytes) -> bool:
    return legacy.matter_in(part.decode("utf-8", "replace")) is not None


def _merged_area(sheet: ElementTree.Element) -> int:
    return sum(
        (bottom - top + 1) * (right - left + 1)
        for (top, left), (bottom, right) in filter(None, map(_corners, sheet.iter(f"{{{_MAIN}}}mergeCell")))
    )


def _corners(merge: ElementTree.Element) -> tuple[Place, Place] | None:
    first, _colon, last = merge.get("ref", "").replace("$", "").upper().partition(":")
    try:
        return place_of(first), place_of(last or first)
    except ValueError:
        return None


def _strings(part: bytes) -> list[str]:
    """The shared texts, without their looks and their readings."""
    if not part:
        return []
    table = ElementTree.fromstring(part)  # noqa: S314 - as above
    wanted = (f"{{{_MAIN}}}t", f"{{{_MAIN}}}r/{{{_MAIN}}}t")
    return ["".join(run.text or "" for path in wanted for run in item.findall(path)) for item in table]


def _page(
    sheet: ElementTree.Element, strings: list[str], places: Mapping[Place, str]
) -> tuple[str, list[str]]:
    """The XML of the sheet and the shared texts it shows."""
    texts: dict[str, int] = {}
    parts = [f'{_HEAD}<worksheet xmlns="{_MAIN}">']
    for name in _LOOKS:
        for found in sheet.findall(f"{{{_MAIN}}}{name}"):
            parts.append(_plain_copy(found))
    parts.append("<sheetData>")
    row_no = -1
    for row in sheet.iterfind(f"{{{_MAIN}}}sheetData/{{{_MAIN}}}row"):
        given = row.get("r", "")
        row_no = int(given) - 1 if given.isdigit() else row_no + 1
        if row_no < MOST_ROWS:
            cells = "".join(_cells(row, row_no, strings, texts, places))
            kept = {name: value for name, value in row.attrib.items() if name[0] != "{" and name != "r"}
            parts.append(f'<row r="{row_no + 1}"{_attributes(kept)}>{cells}</row>')
    parts.append("</sheetData>")
    merges = [corners for corners in map(_corners, sheet.iter(f"{{{_MAIN}}}mergeCell")) if corners]
    merges = [corners for corners in merges if corners[1][0] < MOST_ROWS and corners[1][1] < MOST_COLUMNS]
    if merges:
        refs = "".join(f'<mergeCell ref="{cell_name(*first)}:{cell_name(*last)}"/>' for first, last in merges)
        parts.append(f'<mergeCells count="{len(merges)}">{refs}</mergeCells>')
    for name in _ENDING:
        for found in sheet.findall(f"{{{_MAIN}}}{name}"):
            parts.append(_plain_copy(found))
    parts.append("</worksheet>")
    return "".join(parts), list(texts)


def _cells(
    row: ElementTree.Element,
    row_no: int,
    strings: list[str],
    texts: dict[str, int],
    places: Mapping[Place, str],
) -> list[str]:
    found, column = [], -1
    for cell in row:
        if cell.tag != f"{{{_MAIN}}}c":
            continue
        given = cell.get("r", "").upper()
        column = place_of(given)[1] if given and given[0].isalpha() and given[-1].isdigit() else column + 1
        if column >= MOST_COLUMNS:
            continue
        style = f' s="{cell.get("s")}"' if cell.get("s", "").isdigit() else ""
        begin = f'<c r="{cell_name(row_no, column)}"{style}'
        mark = places.get((row_no, column))
        if mark == "":
            found.append(f"{begin}/>")
            continue
        kind, value = cell.get("t", "n"), cell.findtext(f"{{{_MAIN}}}v")
        formula = "<f></f>" if cell.find(f"{{{_MAIN}}}f") is not None else ""
        text = mark if mark is not None else _text_of(cell, kind, value, strings)
        if text is not None:
            number = texts.setdefault(text, len(texts))
            found.append(f'{begin} t="s">{formula}<v>{number}</v></c>')
        elif value is None:
            found.append(f"{begin}>{formula}</c>" if formula else f"{begin}/>")
        else:
            kept = f' t="{kind}"' if kind in ("b", "e", "n", "d") else ""
            found.append(f"{begin}{kept}>{formula}<v>{escape(value)}</v></c>")
    return found


def _text_of(cell: ElementTree.Element, kind: str, value: str | None, strings: list[str]) -> str | None:
    """The text a cell shows; None for numbers, errors and empty cells."""
    if kind == "s":
        known = value is not None and value.isdigit() and int(value) < len(strings)
        return strings[int(value or 0)] if known else ""
    if kind == "inlineStr":
        return "".join(run.text or "" for run in cell.iter(f"{{{_MAIN}}}t"))
    return value if kind == "str" else None


def _plain_copy(element: ElementTree.Element) -> str:
    """An element with its attributes and children, both without prefixed names and without texts."""
    name = element.tag.removeprefix(f"{{{_MAIN}}}")
    if name[0] == "{":
        return ""
    kept = {key: value for key, value in element.attrib.items() if key[0] != "{"}
    inside = "".join(map(_plain_copy, element))
    return f"<{name}{_attributes(kept)}>{inside}</{name}>"


def _attributes(values: Mapping[str, str]) -> str:
    quoted = {'"': "&quot;"}
    return "".join(f' {name}="{escape(value, quoted)}"' for name, value in values.items())


def _shared(texts: list[str]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'{_HEAD}<sst xmlns="{_MAIN}">{items}</sst>'


def _workbook(base_1904: bool) -> str:
    base = ' date1904="1"' if base_1904 else ""
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr{base}/>'
        '<sheets><sheet name="登记表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES: Final = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_SHEET_TYPE}.sharedStrings+xml"/>'
    '<Override PartName="/xl/theme/theme1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/></Types>'
)


#: First characters by which a spreadsheet takes a text for a formula or a command.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(text: str) -> str:
    """The text with an apostrophe before a first character that could start a formula.

    Examples
    --------
    >>> safe("=1+1"), safe("F12")
    ("'=1+1", 'F12')
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text
