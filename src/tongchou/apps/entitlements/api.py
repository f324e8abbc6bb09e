"""The front door of entitlements."""

from tongchou.apps.entitlements.actions import evaluate_latest, evaluate_years, record_claim
from tongchou.apps.entitlements.forecast import (
    ALL,
    CLAIMED,
    EXPECTED,
    MEASURES,
    OPEN,
    Cell,
    Forecast,
    forecast,
)
from tongchou.apps.entitlements.jobs import ask_to_refresh, open_refresh
from tongchou.apps.entitlements.models import Evaluation, Outcome
from tongchou.apps.entitlements.progress import Progress, UnitProgress, progress
from tongchou.apps.entitlements.queries import (
    ListDate,
    PersonEntitlements,
    WorkItem,
    WorklistPage,
    counts,
    explain_person,
    household_entitlements,
    latest_run,
    list_date,
    worklist,
)
from tongchou.apps.entitlements.waiting import Waiting, waiting

__all__ = [
    "ALL",
    "CLAIMED",
    "EXPECTED",
    "MEASURES",
    "OPEN",
    "Cell",
    "Evaluation",
    "Forecast",
    "ListDate",
    "Outcome",
    "PersonEntitlements",
    "Progress",
    "UnitProgress",
    "Waiting",
    "WorkItem",
    "WorklistPage",
    "ask_to_refresh",
    "counts",
    "evaluate_latest",
    "evaluate_years",
    "explain_person",
    "forecast",
    "household_entitlements",
    "latest_run",
    "list_date",
    "open_refresh",
    "progress",
    "record_claim",
    "waiting",
    "worklist",
]
