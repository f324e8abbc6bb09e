"""The front door of entitlements."""

from tongchou.apps.entitlements.actions import evaluate_latest, record_claim
from tongchou.apps.entitlements.models import Outcome
from tongchou.apps.entitlements.queries import (
    PersonEntitlements,
    WorkItem,
    WorklistPage,
    counts,
    explain_person,
    household_entitlements,
    latest_run,
    worklist,
)

__all__ = [
    "Outcome",
    "PersonEntitlements",
    "WorkItem",
    "WorklistPage",
    "counts",
    "evaluate_latest",
    "explain_person",
    "household_entitlements",
    "latest_run",
    "record_claim",
    "worklist",
]
