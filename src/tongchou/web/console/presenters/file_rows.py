"""The people behind the figures of a register file: staged lines, and people it lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tongchou.apps.intake import api as intake
from tongchou.web.console.parts import Pages


@dataclass(frozen=True, slots=True)
class MissingLine:
    """Somebody of the village whom the register does not list."""

    name: str
    id_masked: str
    url: str


@dataclass(frozen=True, slots=True)
class RowList:
    """The people of one figure of the difference; ``open`` when the reader has turned its pages."""

    kind: str
    label: str
    number: int
    pages: Pages
    open: bool = False
    rows: list[intake.PreviewRow] = field(default_factory=list)
    missing: list[MissingLine] = field(default_factory=list)


def people(kind: str, file: intake.RegisterFile, asked: dict[str, Any]) -> dict[str, list[Any]]:
    """Who is behind a figure of the difference: staged lines, or people whom the register lacks."""
    if kind != "missing":
        return {"rows": intake.preview(file.pk, status=kind, **asked)}
    return {
        "missing": [
            MissingLine(
                hit.name,
                hit.id_masked,
                reverse("console:household", args=[hit.household_id]) if hit.household_id else "",
            )
            for hit in intake.missing_people(file.pk, **asked)
        ]
    }
