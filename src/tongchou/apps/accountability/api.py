"""The front door of accountability."""

from tongchou.apps.accountability.access import CLOSE, JUDGES, LEVELS, MAKE, VIEW
from tongchou.apps.accountability.alerts import ALERTS, AlertLine, alerts, end_alert, find_alerts
from tongchou.apps.accountability.both_bases import OnBoth, on_both_bases
from tongchou.apps.accountability.closing import (
    Standing,
    close,
    confirm_restated,
    restate,
    standing,
    told_counts,
    waiting_restated,
)
from tongchou.apps.accountability.comparing import Compared, Side, compared
from tongchou.apps.accountability.computing import COMPOSITE, before, span
from tongchou.apps.accountability.judged import Alert, Decided, Outcome, Proposed, ProvenCase
from tongchou.apps.accountability.models import Closing, Counted, Issue, Reply, Restated, State
from tongchou.apps.accountability.proposing import (
    ProposedLine,
    decide,
    performance_file,
    propose,
    proposed,
    record_case,
)
from tongchou.apps.accountability.publishing import (
    LONGEST_REPLY,
    REPLY_DAYS,
    discard,
    make,
    publish,
    reply,
)
from tongchou.apps.accountability.qualifying import STAGES, Qualified, qualified
from tongchou.apps.accountability.queries import (
    Line,
    View,
    holding,
    listed,
    open_public,
    published,
    published_cells,
    view,
)
from tongchou.apps.accountability.sealed import SealedMonth, sealed_month
from tongchou.apps.accountability.settling import Settled, Settlement, settlement

__all__ = [
    "ALERTS",
    "CLOSE",
    "COMPOSITE",
    "JUDGES",
    "LEVELS",
    "LONGEST_REPLY",
    "MAKE",
    "REPLY_DAYS",
    "STAGES",
    "VIEW",
    "Alert",
    "AlertLine",
    "Closing",
    "Compared",
    "Counted",
    "Decided",
    "Issue",
    "Line",
    "OnBoth",
    "Outcome",
    "Proposed",
    "ProposedLine",
    "ProvenCase",
    "Qualified",
    "Reply",
    "Restated",
    "SealedMonth",
    "Settled",
    "Settlement",
    "Side",
    "Standing",
    "State",
    "View",
    "alerts",
    "before",
    "close",
    "compared",
    "confirm_restated",
    "decide",
    "discard",
    "end_alert",
    "find_alerts",
    "holding",
    "listed",
    "make",
    "on_both_bases",
    "open_public",
    "performance_file",
    "propose",
    "proposed",
    "publish",
    "published",
    "published_cells",
    "qualified",
    "record_case",
    "reply",
    "restate",
    "sealed_month",
    "settlement",
    "span",
    "standing",
    "told_counts",
    "view",
    "waiting_restated",
]
