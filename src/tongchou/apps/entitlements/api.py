"""The front door of entitlements."""

from tongchou.apps.entitlements.actions import (
    evaluate_latest,
    evaluate_years,
    record_claim,
    take_back_claim,
)
from tongchou.apps.entitlements.discretion import told_missing, withheld
from tongchou.apps.entitlements.jobs import ask_to_refresh, open_refresh
from tongchou.apps.entitlements.listing import ListKey, WorklistPart, runs, worklist_after
from tongchou.apps.entitlements.models import ClaimMistake, Outcome
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
    person_entitlements,
    worklist,
)

__all__ = [
    "ClaimMistake",
    "ListDate",
    "ListKey",
    "Outcome",
    "PersonEntitlements",
    "WorkItem",
    "WorklistPage",
    "WorklistPart",
    "ask_to_refresh",
    "counts",
    "evaluate_latest",
    "evaluate_years",
    "explain_person",
    "household_entitlements",
    "latest_run",
    "list_date",
    "open_refresh",
    "person_entitlements",
    "record_claim",
    "runs",
    "take_back_claim",
    "told_missing",
    "withheld",
    "worklist",
    "worklist_after",
]
