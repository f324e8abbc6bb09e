"""The front door of posts."""

from tongchou.apps.posts.access import KEEP, VIEW
from tongchou.apps.posts.keeping import COLUMNS, Kept, Wrong, keep
from tongchou.apps.posts.models import Department, Duty, Post, Tenure
from tongchou.apps.posts.queries import (
    Holder,
    Unit,
    departments,
    held_by,
    holders,
    of_area,
    of_department,
    unit_of,
    units_below,
)

__all__ = [
    "COLUMNS",
    "KEEP",
    "VIEW",
    "Department",
    "Duty",
    "Holder",
    "Kept",
    "Post",
    "Tenure",
    "Unit",
    "Wrong",
    "departments",
    "held_by",
    "holders",
    "keep",
    "of_area",
    "of_department",
    "unit_of",
    "units_below",
]
