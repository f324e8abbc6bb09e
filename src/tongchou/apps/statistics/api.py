"""The front door of statistics."""

from typing import TYPE_CHECKING

from tongchou.apps.statistics.jobs import ask_to_build
from tongchou.apps.statistics.listing import NO_SNAPSHOT, held, latest, taken, trees
from tongchou.apps.statistics.models import Built
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.statistics.actions import build
    from tongchou.apps.statistics.births_on_lists import ListedYear, births_on_lists
    from tongchou.apps.statistics.figures import (
        Compositions,
        age_rates_of,
        cohorts_of,
        composition_of,
        cube_of,
        figure_series,
        indicator,
        lexis_of,
        pyramid_of,
        quality_of,
    )
    from tongchou.apps.statistics.files import Cubes
    from tongchou.apps.statistics.grouping import (
        Group,
        birth_orders_of,
        date_digits_of,
        groups,
        lowest_whole,
        of_groups,
        pf_of,
        stock_of,
        villages_in,
    )
    from tongchou.apps.statistics.queries import (
        areas_of,
        birth_orders,
        children_born,
        dates,
        marital,
        months,
        stock,
    )
    from tongchou.apps.statistics.reach import Place, places_of

#: What is in a cube is read with NumPy and Polars; which there are is not.
__getattr__ = late(
    __name__,
    {
        "tongchou.apps.statistics.actions": ("build",),
        "tongchou.apps.statistics.births_on_lists": ("ListedYear", "births_on_lists"),
        "tongchou.apps.statistics.figures": (
            "Compositions",
            "age_rates_of",
            "cohorts_of",
            "composition_of",
            "cube_of",
            "figure_series",
            "indicator",
            "lexis_of",
            "pyramid_of",
            "quality_of",
        ),
        "tongchou.apps.statistics.files": ("Cubes",),
        "tongchou.apps.statistics.grouping": (
            "Group",
            "birth_orders_of",
            "date_digits_of",
            "groups",
            "lowest_whole",
            "of_groups",
            "pf_of",
            "stock_of",
            "villages_in",
        ),
        "tongchou.apps.statistics.queries": (
            "areas_of",
            "birth_orders",
            "children_born",
            "dates",
            "marital",
            "months",
            "stock",
        ),
        "tongchou.apps.statistics.reach": ("Place", "places_of"),
    },
)

__all__ = [
    "NO_SNAPSHOT",
    "Built",
    "Compositions",
    "Cubes",
    "Group",
    "ListedYear",
    "Place",
    "age_rates_of",
    "areas_of",
    "ask_to_build",
    "birth_orders",
    "birth_orders_of",
    "births_on_lists",
    "build",
    "children_born",
    "cohorts_of",
    "composition_of",
    "cube_of",
    "date_digits_of",
    "dates",
    "figure_series",
    "groups",
    "held",
    "indicator",
    "latest",
    "lexis_of",
    "lowest_whole",
    "marital",
    "months",
    "of_groups",
    "pf_of",
    "places_of",
    "pyramid_of",
    "quality_of",
    "stock",
    "stock_of",
    "taken",
    "trees",
    "villages_in",
]
