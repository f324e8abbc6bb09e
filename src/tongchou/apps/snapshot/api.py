"""The front door of snapshots."""

from typing import TYPE_CHECKING

from tongchou.apps.snapshot.listing import (
    areas_of,
    days,
    held,
    last_with,
    latest,
    taken,
)
from tongchou.apps.snapshot.models import (
    Snapshot,
)
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.snapshot.actions import take_snapshot
    from tongchou.apps.snapshot.ages import AgeGroup, AgeSex
    from tongchou.apps.snapshot.facts import SCHEMA, SENSITIVE_FROM_AGE, build_facts
    from tongchou.apps.snapshot.files import digest
    from tongchou.apps.snapshot.history import History
    from tongchou.apps.snapshot.quality import Unknown
    from tongchou.apps.snapshot.queries import (
        age_sex,
        read,
        read_columns,
        read_history,
        unknown_facts,
    )

#: What is in a snapshot is read with Polars; which there are is not.
__getattr__ = late(
    __name__,
    {
        "tongchou.apps.snapshot.actions": ("take_snapshot",),
        "tongchou.apps.snapshot.ages": ("AgeGroup", "AgeSex"),
        "tongchou.apps.snapshot.facts": ("SCHEMA", "SENSITIVE_FROM_AGE", "build_facts"),
        "tongchou.apps.snapshot.files": ("digest",),
        "tongchou.apps.snapshot.history": ("History",),
        "tongchou.apps.snapshot.quality": ("Unknown",),
        "tongchou.apps.snapshot.queries": (
            "age_sex",
            "read",
            "read_columns",
            "read_history",
            "unknown_facts",
        ),
    },
)

__all__ = [
    "SCHEMA",
    "SENSITIVE_FROM_AGE",
    "AgeGroup",
    "AgeSex",
    "History",
    "Snapshot",
    "Unknown",
    "age_sex",
    "areas_of",
    "build_facts",
    "days",
    "digest",
    "held",
    "last_with",
    "latest",
    "read",
    "read_columns",
    "read_history",
    "take_snapshot",
    "taken",
    "unknown_facts",
]
