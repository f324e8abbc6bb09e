"""What other apps may use of places."""

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
    line_to,
    normal_code,
    path,
    path_of,
    paths,
    suggest,
    tops,
    villages,
)
from tongchou.apps.places.rows import Problem

__all__ = [
    "Area",
    "AreaCode",
    "AreaOverlap",
    "CodeSystem",
    "Level",
    "LoadReport",
    "Problem",
    "ancestors",
    "area_by_code",
    "area_by_id",
    "below",
    "children",
    "counties_inside",
    "find_village",
    "line_to",
    "load_areas",
    "load_reference",
    "normal_code",
    "path",
    "path_of",
    "paths",
    "renumber",
    "suggest",
    "tops",
    "villages",
]
