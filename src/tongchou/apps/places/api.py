"""What other apps may use of places."""

from tongchou.apps.places.former import names_at, over_time
from tongchou.apps.places.loading import LoadReport, load_areas, load_reference
from tongchou.apps.places.models import Area, AreaCode, AreaOverlap, CodeSystem, Level
from tongchou.apps.places.numbering import renumber
from tongchou.apps.places.queries import (
    ancestors,
    area_by_code,
    area_by_id,
    below,
    children,
    counties_inside,
    find_village,
    normal_code,
    path,
    path_of,
    paths,
    villages,
)
from tongchou.apps.places.rows import Problem
from tongchou.apps.places.units import REST, Unit, covers_all, unit_case, units

__all__ = [
    "REST",
    "Area",
    "AreaCode",
    "AreaOverlap",
    "CodeSystem",
    "Level",
    "LoadReport",
    "Problem",
    "Unit",
    "ancestors",
    "area_by_code",
    "area_by_id",
    "below",
    "children",
    "counties_inside",
    "covers_all",
    "find_village",
    "load_areas",
    "load_reference",
    "names_at",
    "normal_code",
    "over_time",
    "path",
    "path_of",
    "paths",
    "renumber",
    "unit_case",
    "units",
    "villages",
]
