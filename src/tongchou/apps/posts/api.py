"""The front door of posts."""

from tongchou.apps.posts.access import KEEP, VIEW
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
    "KEEP",
    "VIEW",
    "Department",
    "Duty",
    "Holder",
    "Post",
    "Tenure",
    "Unit",
    "departments",
    "held_by",
    "holders",
    "of_area",
    "of_department",
    "unit_of",
    "units_below",
]
