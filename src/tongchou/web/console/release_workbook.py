"""A public table as a workbook: the figures people read, with definitions and hash above and below."""

from __future__ import annotations

from tongchou.apps.releases import api as releases
from tongchou.domain.releases import labels
from tongchou.web.console.presenters import releases as present
from tongchou.web.console.table_workbook import Cell, table_workbook


def release_workbook(one: releases.Release, *, language: str) -> bytes:
    """The bytes of an .xlsx; closed cells carry their mark, and its meaning stands below."""
    dimensions = releases.labels_of(one)
    grid = present.grid(releases.figures(one), dimensions, language=language, most=None)
    facts = present.facts(one, language=language)
    notes = []
    if grid.closed:
        notes.append(f"{present.MARK} {labels.STATUS['Q'].of(language)}")
    if grid.missing:
        notes.append(f"{present.GAP} {labels.STATUS['O'].of(language)}")
    notes.append(f"SHA-256 {one.content_sha256}")
    return table_workbook(
        sheet=one.period,
        title=present.title_of(one.code, language),
        about=[
            (labels.TITLES["period"].of(language), labels.period_label(one.period).of(language)),
            *facts,
        ],
        heads=[*grid.heads, *grid.columns],
        rows=([*line.heads, *(_cell(text) for text in line.figures)] for line in grid.lines),
        notes=notes,
    )


def _cell(text: str) -> Cell:
    """A whole number as one; everything else, intervals and marks too, as text."""
    plain = text.replace(",", "").replace("\u202f", "").replace(" ", "")
    return int(plain) if plain.isdigit() else text
