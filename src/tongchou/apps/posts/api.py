"""The front door of posts."""

from tongchou.apps.posts.access import KEEP, VIEW
from tongchou.apps.posts.changing import (
    add_department,
    add_post,
    appoint,
    correct,
    end_department,
    rename_department,
)
from tongchou.apps.posts.keeping import COLUMNS, Kept, Wrong, keep
from tongchou.apps.posts.models import Department, Duty, Post, Tenure
from tongchou.apps.posts.queries import (
    Holder,
    Unit,
    department_codes,
    departments,
    held_by,
    holders,
    holders_of,
    key_of,
    of_area,
    of_department,
    posts_of,
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
    "department_codes",
    "departments",
    "end_department",
    "held_by",
    "holders",
    "holders_of",
    "keep",
    "key_of",
    "of_area",
    "of_department",
    "posts_of",
    "rename_department",
    "unit_of",
    "units_below",
    "without_contact",
]
