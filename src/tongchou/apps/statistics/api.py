"""The front door of statistics."""

from typing import TYPE_CHECKING

from tongchou.apps.statistics.jobs import ask_to_build
from tongchou.apps.statistics.listing import held, latest, taken, trees
from tongchou.apps.statistics.models import Built
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.statistics.actions import build
    from tongchou.apps.statistics.files import Cubes
    from tongchou.apps.statistics.grouping import Group, groups, lowest_whole, of_groups, stock_of
    from tongchou.apps.statistics.queries import areas_of, marital, months, stock

#: What is in a cube is read with NumPy and Polars; which there are is not.
__getattr__ = late(
    __name__,
    {
        "tongchou.apps.statistics.actions": ("build",),
        "tongchou.apps.statistics.files": ("Cubes",),
        "tongchou.apps.statistics.grouping": ("Group", "groups", "lowest_whole", "of_groups", "stock_of"),
        "tongchou.apps.statistics.queries": ("areas_of", "marital", "months", "stock"),
    },
)

__all__ = [
    "Built",
    "Cubes",
    "Group",
    "areas_of",
    "ask_to_build",
    "build",
    "groups",
    "held",
    "latest",
    "lowest_whole",
    "marital",
    "months",
    "of_groups",
    "stock",
    "stock_of",
    "taken",
    "trees",
]
