"""Definitions, formulas and sources of what is told: one list for the methods page, bulletins and yearbooks."""

from __future__ import annotations

from tongchou.domain.statistics.content import Content
from tongchou.web.console.presenters.publication import Definitions


def definitions(content: Content) -> Definitions:
    return Definitions(())
