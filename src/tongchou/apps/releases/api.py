"""The front door of releases."""

from typing import TYPE_CHECKING

from tongchou.apps.releases.jobs import ask_to_compute
from tongchou.apps.releases.models import Licence, Release, State, Step
from tongchou.apps.releases.reach import COMPUTE, SEAL, VIEW
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.releases.making import LONGEST, check, compute, define, refused
    from tongchou.apps.releases.queries import (
        Offer,
        about_of,
        catalogue,
        changed,
        figures,
        file_name,
        file_of,
        hidden_of,
        labels_of,
        offers,
        public,
        release,
        releases,
        steps_of,
        versions_left,
        versions_of,
    )
    from tongchou.apps.releases.sealing import LICENCES, drop, publish, restate, seal, withdraw

#: Figures are counted with NumPy and Polars; the kinds of work are known without.
__getattr__ = late(
    __name__,
    {
        "tongchou.apps.releases.making": ("LONGEST", "check", "compute", "define", "refused"),
        "tongchou.apps.releases.queries": (
            "Offer",
            "about_of",
            "catalogue",
            "changed",
            "figures",
            "file_name",
            "file_of",
            "hidden_of",
            "labels_of",
            "offers",
            "public",
            "release",
            "releases",
            "steps_of",
            "versions_left",
            "versions_of",
        ),
        "tongchou.apps.releases.sealing": ("LICENCES", "drop", "publish", "restate", "seal", "withdraw"),
    },
)

__all__ = [
    "COMPUTE",
    "LICENCES",
    "LONGEST",
    "SEAL",
    "VIEW",
    "Licence",
    "Offer",
    "Release",
    "State",
    "Step",
    "about_of",
    "ask_to_compute",
    "catalogue",
    "changed",
    "check",
    "compute",
    "define",
    "drop",
    "figures",
    "file_name",
    "file_of",
    "hidden_of",
    "labels_of",
    "offers",
    "public",
    "publish",
    "refused",
    "release",
    "releases",
    "restate",
    "seal",
    "steps_of",
    "versions_left",
    "versions_of",
    "withdraw",
]
