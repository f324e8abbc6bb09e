"""The front door of posts."""

from tongchou.apps.posts.access import KEEP, VIEW
from tongchou.apps.posts.changing import (
    add_department,
    add_post,
    appoint,
    correct,
    end_department,
    end_tenure,
    rename_department,
    set_phone,
)
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
    phones,
    unit_of,
    units_below,
    without_contact,
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
    "add_department",
    "add_post",
    "appoint",
    "correct",
    "departments",
    "end_department",
    "end_tenure",
    "held_by",
    "holders",
    "keep",
    "of_area",
    "of_department",
    "phones",
    "rename_department",
    "set_phone",
    "unit_of",
    "units_below",
    "without_contact",
]
