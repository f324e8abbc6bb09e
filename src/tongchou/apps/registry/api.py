"""The front door of the registry."""

from tongchou.apps.registry.access import person_ids_in, require_household
from tongchou.apps.registry.actions import (
    correct_person,
    record_conversion,
    record_death,
    record_determination,
    record_insurance,
    record_move,
    record_phones,
    unmask,
)
from tongchou.apps.registry.applying import ApplyReport, apply_register, settled_lines
from tongchou.apps.registry.births import record_birth, relation_of_child
from tongchou.apps.registry.comparing import Comparison, MissingPerson, RowComparison, compare
from tongchou.apps.registry.diff import FieldChange
from tongchou.apps.registry.extract import Extract, extract
from tongchou.apps.registry.listed.applying import ListChunk, apply_list, in_order, match_list
from tongchou.apps.registry.listed.findings import Decision, ListFinding
from tongchou.apps.registry.purposes import Purpose
from tongchou.apps.registry.queries import (
    events_after,
    history,
    last_event,
    open_household,
    open_person,
    people,
    search,
)
from tongchou.apps.registry.rebuilding import RebuildReport, StateDifference, check_state, rebuild
from tongchou.apps.registry.recording import Recorded
from tongchou.apps.registry.views import EventLine, HouseholdView, MemberView, PersonHit, Tie, Unmasked

__all__ = [
    "ApplyReport",
    "Comparison",
    "Decision",
    "EventLine",
    "Extract",
    "FieldChange",
    "HouseholdView",
    "ListChunk",
    "ListFinding",
    "MemberView",
    "MissingPerson",
    "PersonHit",
    "Purpose",
    "RebuildReport",
    "Recorded",
    "RowComparison",
    "StateDifference",
    "Tie",
    "Unmasked",
    "apply_list",
    "apply_register",
    "check_state",
    "compare",
    "correct_person",
    "events_after",
    "extract",
    "history",
    "in_order",
    "last_event",
    "match_list",
    "open_household",
    "open_person",
    "people",
    "person_ids_in",
    "rebuild",
    "record_birth",
    "record_conversion",
    "record_death",
    "record_determination",
    "record_insurance",
    "record_move",
    "record_phones",
    "relation_of_child",
    "require_household",
    "search",
    "settled_lines",
    "unmask",
]
