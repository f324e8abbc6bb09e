"""Holidays, for the layers above: ``from tongchou.core.holidays import api as holidays``."""

from tongchou.core.holidays.actions import AHEAD, Preview, Saved, preview, save, text_of
from tongchou.core.holidays.jobs import KIND, SET
from tongchou.core.holidays.queries import Known, moved, years
from tongchou.core.holidays.resting import Rest, label, register

__all__ = [
    "AHEAD",
    "KIND",
    "SET",
    "Known",
    "Preview",
    "Rest",
    "Saved",
    "label",
    "moved",
    "preview",
    "register",
    "save",
    "text_of",
    "years",
]
