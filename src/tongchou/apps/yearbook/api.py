"""The front door of bulletins and yearbooks."""

from typing import TYPE_CHECKING

from tongchou.apps.yearbook.jobs import ask_to_make, open_jobs
from tongchou.apps.yearbook.models import Volume
from tongchou.apps.yearbook.reach import MAKE, NO_COUNTS, READ
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.yearbook.actions import make
    from tongchou.apps.yearbook.queries import Source, bulletin, source, volume, volumes

#: What is told needs NumPy and Polars; which jobs and yearbooks there are does not.
__getattr__ = late(
    __name__,
    {
        "tongchou.apps.yearbook.actions": ("make",),
        "tongchou.apps.yearbook.queries": ("Source", "bulletin", "source", "volume", "volumes"),
    },
)

__all__ = [
    "MAKE",
    "NO_COUNTS",
    "READ",
    "Source",
    "Volume",
    "ask_to_make",
    "bulletin",
    "make",
    "open_jobs",
    "source",
    "volume",
    "volumes",
]
