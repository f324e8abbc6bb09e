"""The front door of quality."""

from typing import TYPE_CHECKING

from tongchou.apps.quality.jobs import ask_to_run
from tongchou.apps.quality.models import Run
from tongchou.apps.quality.queries import Line, Named, NamedPage, Overview, latest_run, named, overview
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.quality.actions import run_checks

#: The checks are asked with Polars; what they found is not.
__getattr__ = late(__name__, {"tongchou.apps.quality.actions": ("run_checks",)})

__all__ = [
    "Line",
    "Named",
    "NamedPage",
    "Overview",
    "Run",
    "ask_to_run",
    "latest_run",
    "named",
    "overview",
    "run_checks",
]
