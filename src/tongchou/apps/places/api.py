"""What other apps may use of places."""

from tongchou.apps.places.changing import (
    Holding,
    Preview,
    apply_change,
    changes,
    hindrances,
    open_change,
    plan_change,
    preview,
    undo_change,
    withdraw_change,
)
from tongchou.apps.places.finding import (
    find_areas,
    top_areas,
)
from tongchou.apps.places.former import (
    names_at,
    over_time,
)
from tongchou.apps.places.loading import (
    LoadReport,
    load_areas,
    load_reference,
)
from tongchou.apps.places.models import (
    Area,
    AreaChange,
    AreaCode,
    AreaOverlap,
    ChangeKind,
    ChangeStatus,
    CodeSystem,
    Level,
)
from tongchou.apps.places.numbering import (
    renumber,
)
from tongchou.apps.places.plans import (
    Part,
    Plan,
)
from tongchou.apps.places.queries import (
    ancestors,
    area_by_code,
    area_by_id,
    below,
    children,
    counties_inside,
    find_village,
    line_to,
    normal_code,
    path,
    path_of,
    paths,
    suggest,
    tops,
    villages,
)
from tongchou.apps.places.rows import (
    Problem,
)
from tongchou.apps.places.timeline import (
    apportioned,
    carried,
    names_on,
    parents_on,
    today_of,
)
from tongchou.apps.places.units import (
    REST,
    Unit,
    covers_all,
    unit_case,
    units,
)

__all__ = [
    "REST",
    "Area",
    "AreaChange",
    "AreaCode",
    "AreaOverlap",
    "ChangeKind",
    "ChangeStatus",
    "CodeSystem",
    "Holding",
    "Level",
    "LoadReport",
    "Part",
    "Plan",
    "Preview",
    "Problem",
    "Unit",
    "ancestors",
    "apply_change",
    "apportioned",
    "area_by_code",
    "area_by_id",
    "below",
    "carried",
    "changes",
    "children",
    "counties_inside",
    "covers_all",
    "find_areas",
    "find_village",
    "hindrances",
    "line_to",
    "load_areas",
    "load_reference",
    "names_at",
    "names_on",
    "normal_code",
    "open_change",
    "over_time",
    "parents_on",
    "path",
    "path_of",
    "paths",
    "plan_change",
    "preview",
    "renumber",
    "suggest",
    "today_of",
    "top_areas",
    "tops",
    "undo_change",
    "unit_case",
    "units",
    "villages",
    "withdraw_change",
]
