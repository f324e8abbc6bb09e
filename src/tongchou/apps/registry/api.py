"""The front door of the registry."""

from typing import TYPE_CHECKING

from tongchou.apps.registry.access import (
    is_dead,
    living_ids_in,
    person_ids_in,
    require_household,
    year_of_death,
    years_of_death,
)
from tongchou.apps.registry.account_holders import (
    TIES as HOLDER_TIES,
)
from tongchou.apps.registry.account_holders import (
    Holder,
    cared_for_by_office,
    holder_of,
)
from tongchou.apps.registry.actions import (
    record_conversion,
    record_death,
    record_determination,
    record_insurance,
    record_move,
    record_phones,
    unmask,
)
from tongchou.apps.registry.adopting import (
    record_adoption,
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
from tongchou.apps.registry.certificates import (
    end_certificate,
    record_certificate,
)
from tongchou.apps.registry.comparing import (
    ABOUT_FACTS,
    OF_ONE,
    REASONS,
    Comparison,
    MissingPerson,
    RowComparison,
    compare,
)
from tongchou.apps.registry.correcting import (
    FIELDS as IDENTITY_FIELDS,
)
from tongchou.apps.registry.correcting import (
    Identity,
    check_values,
    correct_identity,
    identities_of,
    identity_of,
)
from tongchou.apps.registry.couples import (
    Spouse,
    record_divorce,
    record_marriage,
    spouses,
)
from tongchou.apps.registry.custody import (
    BASES as CUSTODY_BASES,
)
from tongchou.apps.registry.custody import (
    OF_AGE,
    CustodyView,
    LodgingView,
    children_alone,
    guardians,
    lodgers,
    lodgings,
    record_custody,
    record_lodging,
)
from tongchou.apps.registry.diff import (
    FieldChange,
)
from tongchou.apps.registry.doors import (
    Door,
    count_by_village,
    doors,
    doors_of,
    every_door,
    names_in,
    open_households,
    village_of_open,
)
from tongchou.apps.registry.entering import (
    child_start,
    enter_person,
)
from tongchou.apps.registry.entries import (
    Entry,
    Preview,
    StateChange,
    open_entry,
    without,
)
from tongchou.apps.registry.evidence import (
    LONGEST as LONGEST_EVIDENCE,
)
from tongchou.apps.registry.evidence import (
    Evidence,
)
from tongchou.apps.registry.evidence import (
    check as check_evidence,
)
from tongchou.apps.registry.family import (
    FamilyView,
    Kinsman,
    family,
)
from tongchou.apps.registry.filed import (
    Hindrance,
    Standing,
    hindrances,
    standing,
)
from tongchou.apps.registry.filed import (
    take_back as take_back_file,
)
from tongchou.apps.registry.followers import (
    FollowsPerson,
    follow,
    whereabouts,
)
from tongchou.apps.registry.households import (
    LONGEST_NUMBER as LONGEST_HOUSEHOLD_NUMBER,
)
from tongchou.apps.registry.households import (
    change_head,
    merge_households,
    next_number,
    propose_relations,
    split_household,
)
from tongchou.apps.registry.identifiers import id_index, mask_id, mask_phone
from tongchou.apps.registry.listed.applying import (
    ListChunk,
    apply_list,
    in_order,
    match_list,
)
from tongchou.apps.registry.listed.births import births_registered
from tongchou.apps.registry.listed.findings import (
    Decision,
    ListFinding,
)
from tongchou.apps.registry.merging import (
    merge,
    merge_obstacles,
    take_apart,
)
from tongchou.apps.registry.models import (
    EventKind,
)
from tongchou.apps.registry.moving import (
    move_registration,
)
from tongchou.apps.registry.naming import (
    checked as check_name,
)
from tongchou.apps.registry.near_kin import (
    near_kin,
)
from tongchou.apps.registry.of_cell import (
    LEVELS as CELL_LEVELS,
)
from tongchou.apps.registry.of_cell import (
    Cell,
    CellList,
    people_of_cell,
)
from tongchou.apps.registry.own_family import (
    in_own_family,
    own_family,
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
    household_by_number,
    last_event,
    open_household,
    open_person,
    people,
    person_record,
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
    holders_of,
    obstacles,
    reverse,
)
from tongchou.apps.registry.searching import (
    holds_few,
    search,
)
from tongchou.apps.registry.touched import (
    Touched,
    begun_between,
    last_entry,
    touched_after,
)
from tongchou.apps.registry.units import (
    living_by_unit,
)
from tongchou.apps.registry.views import (
    EventLine,
    HouseholdView,
    MemberView,
    PersonHit,
    PersonRecord,
    SpellView,
    Tie,
    Unmasked,
)
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.registry.extract import Extract, extract, one_moment
    from tongchou.apps.registry.likeness import likeness
    from tongchou.apps.registry.lives import Lives, read_lives

#: Reading everybody at once takes Polars.
__getattr__ = late(
    __name__,
    {
        "tongchou.apps.registry.extract": ("Extract", "extract", "one_moment"),
        "tongchou.apps.registry.likeness": ("likeness",),
        "tongchou.apps.registry.lives": ("Lives", "read_lives"),
    },
)

__all__ = [
    "ABOUT_FACTS",
    "CELL_LEVELS",
    "CHUNK",
    "CUSTODY_BASES",
    "HOLDER_TIES",
    "IDENTITY_FIELDS",
    "LONGEST_EVIDENCE",
    "LONGEST_HOUSEHOLD_NUMBER",
    "MOST_RECENT",
    "OF_AGE",
    "OF_ONE",
    "REASONS",
    "RECENT_DAYS",
    "ApplyReport",
    "Cell",
    "CellList",
    "Comparison",
    "CustodyView",
    "Decision",
    "Door",
    "Entry",
    "EventKind",
    "EventLine",
    "Evidence",
    "Extract",
    "FamilyView",
    "FieldChange",
    "FollowsPerson",
    "Hindrance",
    "Holder",
    "HouseholdView",
    "Identity",
    "Kinsman",
    "ListChunk",
    "ListFinding",
    "Lives",
    "LodgingView",
    "MemberView",
    "MissingPerson",
    "Obstacle",
    "PersonHit",
    "PersonRecord",
    "Preview",
    "Purpose",
    "RebuildReport",
    "Recent",
    "Recorded",
    "RowComparison",
    "SpellView",
    "Spouse",
    "Standing",
    "StateChange",
    "StateDifference",
    "Tie",
    "Touched",
    "Unmasked",
    "apply_list",
    "apply_register",
    "begun_between",
    "binding",
    "births_registered",
    "bound_people",
    "cared_for_by_office",
    "change_head",
    "check_evidence",
    "check_name",
    "check_state",
    "check_values",
    "child_start",
    "children_alone",
    "compare",
    "correct_identity",
    "count_by_village",
    "doors",
    "doors_of",
    "end_certificate",
    "enter_person",
    "event_times",
    "events_after",
    "every_door",
    "extract",
    "family",
    "follow",
    "forget_recent",
    "guardians",
    "hindrances",
    "history",
    "holder_of",
    "holders_of",
    "holds_few",
    "household_by_number",
    "id_index",
    "identities_of",
    "identity_of",
    "in_order",
    "in_own_family",
    "is_dead",
    "last_entry",
    "last_event",
    "likeness",
    "living_by_unit",
    "living_by_village",
    "living_ids_in",
    "lodgers",
    "lodgings",
    "mask_id",
    "mask_phone",
    "match_list",
    "merge",
    "merge_households",
    "merge_obstacles",
    "move_registration",
    "names_in",
    "near_kin",
    "next_number",
    "note_opened",
    "obstacles",
    "one_moment",
    "open_entry",
    "open_household",
    "open_households",
    "open_person",
    "own_family",
    "people",
    "people_of_cell",
    "person_ids_in",
    "person_record",
    "population_events",
    "population_events_of",
    "propose_relations",
    "read_lives",
    "rebuild",
    "recent",
    "record_adoption",
    "record_birth",
    "record_certificate",
    "record_conversion",
    "record_custody",
    "record_death",
    "record_determination",
    "record_divorce",
    "record_insurance",
    "record_lodging",
    "record_marriage",
    "record_move",
    "record_phones",
    "relation_of_child",
    "require_household",
    "reverse",
    "search",
    "settled_lines",
    "split_household",
    "spouses",
    "stand_still",
    "standing",
    "take_apart",
    "take_back_file",
    "touched_after",
    "unmask",
    "village_of_open",
    "whereabouts",
    "without",
    "year_of_death",
    "years_of_death",
]
