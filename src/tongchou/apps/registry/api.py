"""The front door of the registry."""

from tongchou.apps.registry.access import (
    person_ids_in,
    require_household,
)
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
from tongchou.apps.registry.applying import (
    CHUNK,
    ApplyReport,
    apply_register,
    settled_lines,
)
from tongchou.apps.registry.births import (
    record_birth,
    relation_of_child,
)
from tongchou.apps.registry.bulk import (
    stand_still,
)
from tongchou.apps.registry.comparing import (
    Comparison,
    MissingPerson,
    RowComparison,
    compare,
)
from tongchou.apps.registry.diff import (
    FieldChange,
)
from tongchou.apps.registry.extract import (
    Extract,
    extract,
)
from tongchou.apps.registry.followers import (
    FollowsPerson,
    follow,
    whereabouts,
)
from tongchou.apps.registry.identifiers import mask_phone
from tongchou.apps.registry.listed.applying import (
    ListChunk,
    apply_list,
    in_order,
    match_list,
)
from tongchou.apps.registry.listed.findings import (
    Decision,
    ListFinding,
)
from tongchou.apps.registry.moving import (
    move_registration,
)
from tongchou.apps.registry.population import (
    event_times,
    living_by_village,
    population_events,
    population_events_of,
)
from tongchou.apps.registry.purposes import (
    Purpose,
)
from tongchou.apps.registry.queries import (
    events_after,
    history,
    last_event,
    open_household,
    open_person,
    people,
)
from tongchou.apps.registry.rebuilding import (
    RebuildReport,
    StateDifference,
    check_state,
    rebuild,
)
from tongchou.apps.registry.recent import (
    DAYS as RECENT_DAYS,
)
from tongchou.apps.registry.recent import (
    MOST as MOST_RECENT,
)
from tongchou.apps.registry.recent import (
    Recent,
    forget_recent,
    note_opened,
    recent,
)
from tongchou.apps.registry.recording import (
    Recorded,
)
from tongchou.apps.registry.reversing import (
    Obstacle,
    binding,
    bound_people,
    obstacles,
    reverse,
)
from tongchou.apps.registry.searching import (
    holds_few,
    search,
)
from tongchou.apps.registry.units import (
    living_by_unit,
)
from tongchou.apps.registry.views import (
    EventLine,
    HouseholdView,
    MemberView,
    PersonHit,
    Tie,
    Unmasked,
)

__all__ = [
    "CHUNK",
    "MOST_RECENT",
    "RECENT_DAYS",
    "ApplyReport",
    "Comparison",
    "Decision",
    "EventLine",
    "Extract",
    "FieldChange",
    "FollowsPerson",
    "HouseholdView",
    "ListChunk",
    "ListFinding",
    "MemberView",
    "MissingPerson",
    "Obstacle",
    "PersonHit",
    "Purpose",
    "RebuildReport",
    "Recent",
    "Recorded",
    "RowComparison",
    "StateDifference",
    "Tie",
    "Unmasked",
    "apply_list",
    "apply_register",
    "binding",
    "bound_people",
    "check_state",
    "compare",
    "correct_person",
    "event_times",
    "events_after",
    "extract",
    "follow",
    "forget_recent",
    "history",
    "holds_few",
    "in_order",
    "last_event",
    "living_by_unit",
    "living_by_village",
    "mask_phone",
    "match_list",
    "move_registration",
    "note_opened",
    "obstacles",
    "open_household",
    "open_person",
    "people",
    "person_ids_in",
    "population_events",
    "population_events_of",
    "rebuild",
    "recent",
    "record_birth",
    "record_conversion",
    "record_death",
    "record_determination",
    "record_insurance",
    "record_move",
    "record_phones",
    "relation_of_child",
    "require_household",
    "reverse",
    "search",
    "settled_lines",
    "stand_still",
    "unmask",
    "whereabouts",
]
