"""The front door of accountability."""

from tongchou.apps.accountability.access import CLOSE, JUDGES, LEVELS, MAKE, VIEW
from tongchou.apps.accountability.closing import Standing, close, restate, standing, told_counts
from tongchou.apps.accountability.computing import COMPOSITE, before, span
from tongchou.apps.accountability.models import Closing, Counted, Issue, Reply, Restated, State
from tongchou.apps.accountability.publishing import (
    LONGEST_REPLY,
    REPLY_DAYS,
    discard,
    make,
    publish,
    reply,
)
from tongchou.apps.accountability.queries import Line, View, listed, open_public, published, view

__all__ = [
    "CLOSE",
    "COMPOSITE",
    "JUDGES",
    "LEVELS",
    "LONGEST_REPLY",
    "MAKE",
    "REPLY_DAYS",
    "VIEW",
    "Closing",
    "Counted",
    "Issue",
    "Line",
    "Reply",
    "Restated",
    "Standing",
    "State",
    "View",
    "before",
    "close",
    "discard",
    "listed",
    "make",
    "open_public",
    "publish",
    "published",
    "reply",
    "restate",
    "span",
    "standing",
    "told_counts",
    "view",
]
