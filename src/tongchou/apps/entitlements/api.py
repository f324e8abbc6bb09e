"""The front door of entitlements."""

from typing import TYPE_CHECKING

from tongchou.apps.entitlements.claiming import (
    claimed_on,
    early_words,
    note_claim,
    record_claim,
    take_back_claim,
    too_early,
)
from tongchou.apps.entitlements.coming import (
    coming,
    next_run,
    years_listed,
)
from tongchou.apps.entitlements.ending import (
    EndingItem,
    EndingPage,
    ending,
)
from tongchou.apps.entitlements.following import (
    Followed,
    behind,
    follow,
)
from tongchou.apps.entitlements.forecast import (
    ALL,
    CLAIMED,
    EXPECTED,
    MEASURES,
    OPEN,
    Cell,
    Forecast,
    forecast,
)
from tongchou.apps.entitlements.jobs import (
    ask_to_refresh,
    open_refresh,
)
from tongchou.apps.entitlements.listing import (
    ListKey,
    WorklistPart,
    runs,
    worklist_after,
)
from tongchou.apps.entitlements.models import (
    ClaimMistake,
    Evaluation,
    Outcome,
    Reached,
)
from tongchou.apps.entitlements.outreach import (
    Visit,
    record_outreach,
    visits,
)
from tongchou.apps.entitlements.progress import (
    Progress,
    UnitProgress,
    progress,
)
from tongchou.apps.entitlements.queries import (
    ListDate,
    PersonEntitlements,
    WorkItem,
    WorklistPage,
    counts,
    explain_person,
    household_entitlements,
    latest_run,
    list_date,
    person_entitlements,
    worklist,
)
from tongchou.apps.entitlements.recalculation_jobs import (
    FIRST_YEAR,
    MOST_LINES,
    Difference,
    Question,
    Total,
    ask_to_recalculate,
    days_of_records,
    export_people,
    people_of,
    recalculation,
    recalculations,
    records_of_now,
)
from tongchou.apps.entitlements.simulated import (
    Simulation,
    Sum,
)
from tongchou.apps.entitlements.waiting import (
    Waiting,
    waiting,
)
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.entitlements.answering import answers
    from tongchou.apps.entitlements.discretion import told_alternatives, told_missing, withheld
    from tongchou.apps.entitlements.evaluating import defaults_of, evaluate_latest, evaluate_years
    from tongchou.apps.entitlements.recalculating import Recalculated, recalculate_since
    from tongchou.apps.entitlements.simulating import (
        Ground,
        ground,
        problems,
        simulate,
        simulated_scope,
    )

#: Everybody is evaluated with Polars, and what is told of an answer takes the law.
__getattr__ = late(
    __name__,
    {
        "tongchou.apps.entitlements.answering": ("answers",),
        "tongchou.apps.entitlements.discretion": ("told_alternatives", "told_missing", "withheld"),
        "tongchou.apps.entitlements.evaluating": ("defaults_of", "evaluate_latest", "evaluate_years"),
        "tongchou.apps.entitlements.recalculating": ("Recalculated", "recalculate_since"),
        "tongchou.apps.entitlements.simulating": (
            "Ground",
            "ground",
            "problems",
            "simulate",
            "simulated_scope",
        ),
    },
)

__all__ = [
    "ALL",
    "CLAIMED",
    "EXPECTED",
    "FIRST_YEAR",
    "MEASURES",
    "MOST_LINES",
    "OPEN",
    "Cell",
    "ClaimMistake",
    "Difference",
    "EndingItem",
    "EndingPage",
    "Evaluation",
    "Followed",
    "Forecast",
    "Ground",
    "ListDate",
    "ListKey",
    "Outcome",
    "PersonEntitlements",
    "Progress",
    "Question",
    "Reached",
    "Recalculated",
    "Simulation",
    "Sum",
    "Total",
    "UnitProgress",
    "Visit",
    "Waiting",
    "WorkItem",
    "WorklistPage",
    "WorklistPart",
    "answers",
    "ask_to_recalculate",
    "ask_to_refresh",
    "behind",
    "claimed_on",
    "coming",
    "counts",
    "days_of_records",
    "defaults_of",
    "early_words",
    "ending",
    "evaluate_latest",
    "evaluate_years",
    "explain_person",
    "export_people",
    "follow",
    "forecast",
    "ground",
    "household_entitlements",
    "latest_run",
    "list_date",
    "next_run",
    "note_claim",
    "open_refresh",
    "people_of",
    "person_entitlements",
    "problems",
    "progress",
    "recalculate_since",
    "recalculation",
    "recalculations",
    "record_claim",
    "record_outreach",
    "records_of_now",
    "runs",
    "simulate",
    "simulated_scope",
    "take_back_claim",
    "told_alternatives",
    "told_missing",
    "too_early",
    "visits",
    "waiting",
    "withheld",
    "worklist",
    "worklist_after",
    "years_listed",
]
