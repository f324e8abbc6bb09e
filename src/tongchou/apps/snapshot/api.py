"""The front door of snapshots."""

from tongchou.apps.snapshot.actions import (
    take_snapshot,
)
from tongchou.apps.snapshot.ages import (
    AgeGroup,
    AgeSex,
)
from tongchou.apps.snapshot.facts import (
    SCHEMA,
    SENSITIVE_FROM_AGE,
    build_facts,
)
from tongchou.apps.snapshot.files import (
    digest,
)
from tongchou.apps.snapshot.listing import (
    taken,
)
from tongchou.apps.snapshot.models import (
    Snapshot,
)
from tongchou.apps.snapshot.quality import (
    Unknown,
)
from tongchou.apps.snapshot.queries import (
    age_sex,
    held,
    last_with,
    latest,
    read,
    unknown_facts,
)

__all__ = [
    "SCHEMA",
    "SENSITIVE_FROM_AGE",
    "AgeGroup",
    "AgeSex",
    "Snapshot",
    "Unknown",
    "age_sex",
    "build_facts",
    "digest",
    "held",
    "last_with",
    "latest",
    "read",
    "take_snapshot",
    "taken",
    "unknown_facts",
]
