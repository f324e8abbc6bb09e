"""The reference page of what a county sets itself, written from the catalogue."""

from __future__ import annotations

from django.utils import translation

from tongchou.apps.local import catalogue

HEAD = """# What a county sets itself
Entered on the page 本县自定事项, in the first set-up, or with `tongchou parameters set NAME VALUE`;
each with the document that sets it and the day it counts from. What is not entered is not yet known:
nothing has a default. A county's value goes before its prefecture's. Amounts are not here: the State and
the province set them.

| Name | What it is | In English | Needed | Limit |
|---|---|---|---|---|
"""


def local_markdown() -> str:
    """The page, in both languages whatever the reader's is."""
    rows = []
    for one in catalogue.PARAMETERS:
        with translation.override("zh-hans"):
            chinese = f"{one.full_label}：{one.hint}"
        with translation.override("en"):
            english = f"{one.full_label}: {one.hint}"
        rows.append(
            f"| `{one.name}` | {chinese} | {english} | {'yes' if one.needed else 'no'} | {one.limit or '—'} |"
        )
    return HEAD + "\n".join(rows) + "\n"
