"""What other apps may use of places."""

from tongchou.apps.places.area_file import AreaSheet, CellProblem, read_file, template_csv, template_workbook
from tongchou.apps.places.loading import Checked, LoadReport, check_areas, load_areas, load_reference
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

__all__ = [
    "Area",
    "AreaCode",
    "AreaOverlap",
    "AreaSheet",
    "CellProblem",
    "Checked",
    "CodeSystem",
    "Level",
    "LoadReport",
    "Problem",
    "ancestors",
    "area_by_code",
    "area_by_id",
    "below",
    "check_areas",
    "children",
    "counties_inside",
    "find_village",
    "load_areas",
    "load_reference",
    "normal_code",
    "path",
    "path_of",
    "paths",
    "read_file",
    "renumber",
    "template_csv",
    "template_workbook",
    "villages",
]
