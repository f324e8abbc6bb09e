"""The front door of quality."""

from tongchou.apps.quality.actions import run_checks
from tongchou.apps.quality.jobs import ask_to_run
from tongchou.apps.quality.models import Run
from tongchou.apps.quality.queries import Line, Named, NamedPage, Overview, latest_run, named, overview

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
