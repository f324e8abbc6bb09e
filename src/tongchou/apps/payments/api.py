"""The front door of payments."""

from tongchou.apps.payments.closing import (
    close_month,
)
from tongchou.apps.payments.funds import (
    appropriate,
    give_back,
    open_fund,
    record_arrival,
    take_back,
)
from tongchou.apps.payments.levels import (
    Progress,
    progress,
)
from tongchou.apps.payments.models import (
    Appropriation,
    Arrival,
    Balance,
    Batch,
    BatchState,
    Entry,
    Fund,
    Reversal,
    RowState,
    Sharing,
    Source,
)
from tongchou.apps.payments.naming import (
    payable,
    title,
)
from tongchou.apps.payments.reach import (
    BUILD,
    MANAGE,
    REVIEW,
    VIEW,
)
from tongchou.apps.payments.sharing import (
    set_sharing,
)

__all__ = [
    "BUILD",
    "MANAGE",
    "REVIEW",
    "VIEW",
    "Appropriation",
    "Arrival",
    "Balance",
    "Batch",
    "BatchState",
    "Entry",
    "Fund",
    "Progress",
    "Reversal",
    "RowState",
    "Sharing",
    "Source",
    "appropriate",
    "close_month",
    "give_back",
    "open_fund",
    "payable",
    "progress",
    "record_arrival",
    "set_sharing",
    "take_back",
    "title",
]
