"""The front door of guarantees."""

from typing import TYPE_CHECKING

from tongchou.apps.guarantees.access import ACCEPT, KEEP, LEVELS, SEND, VIEW
from tongchou.apps.guarantees.feed import month_counts
from tongchou.apps.guarantees.files import COLUMNS, CellProblem, Taken, take
from tongchou.apps.guarantees.finding import Line, Report, Summary, Why, lines_of, report
from tongchou.apps.guarantees.models import (
    AMOUNTS,
    Base,
    Decision,
    Kind,
    Marked,
    People,
    Training,
    Worker,
    YearReturn,
)
from tongchou.apps.guarantees.queries import (
    LISTS,
    marked,
    may_decide,
    open_return,
    returns,
    trainings,
    workers,
)
from tongchou.apps.guarantees.returning import Figures, as_figures, decide, latest, send
from tongchou.apps.guarantees.staffing import confirm, count_by, engage, leave, mark, train, unmark
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.guarantees.heads import Head, heads_of

#: It reads cubes, which takes NumPy and Polars.
__getattr__ = late(__name__, {"tongchou.apps.guarantees.heads": ("Head", "heads_of")})

__all__ = [
    "ACCEPT",
    "AMOUNTS",
    "COLUMNS",
    "KEEP",
    "LEVELS",
    "LISTS",
    "SEND",
    "VIEW",
    "Base",
    "CellProblem",
    "Decision",
    "Figures",
    "Head",
    "Kind",
    "Line",
    "Marked",
    "People",
    "Report",
    "Summary",
    "Taken",
    "Training",
    "Why",
    "Worker",
    "YearReturn",
    "as_figures",
    "confirm",
    "count_by",
    "decide",
    "engage",
    "heads_of",
    "latest",
    "leave",
    "lines_of",
    "mark",
    "marked",
    "may_decide",
    "month_counts",
    "open_return",
    "report",
    "returns",
    "send",
    "take",
    "train",
    "trainings",
    "unmark",
    "workers",
]
