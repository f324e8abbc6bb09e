"""Sheets to print as PDF: every character is looked for in the fonts first, then typst sets the page."""

from tongchou.core.printing.fonts import CannotPrint, undrawable
from tongchou.core.printing.setting import pdf

__all__ = ["CannotPrint", "pdf", "undrawable"]
