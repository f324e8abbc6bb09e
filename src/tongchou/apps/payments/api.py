"""The front door of payments."""

from tongchou.apps.payments.awards import (
    instead,
)
from tongchou.apps.payments.bank_files import (
    BankFile,
    bank_file,
)
from tongchou.apps.payments.closing import (
    close_month,
)
from tongchou.apps.payments.freezing import (
    left_out,
)
from tongchou.apps.payments.funds import (
    appropriate,
    give_back,
    open_fund,
    record_arrival,
    take_back,
)
from tongchou.apps.payments.jobs import (
    build_batch,
    freeze_batch,
    record_answer,
    running,
)
from tongchou.apps.payments.levels import (
    Progress,
    SourceLine,
    UnitLine,
    progress,
)
from tongchou.apps.payments.models import (
    AnswerFile,
    AnswerProblem,
    AnswerState,
    Appropriation,
    Arrival,
    Balance,
    Batch,
    BatchState,
    Closing,
    Entry,
    Fund,
    Overpaid,
    Overpayment,
    OverpaymentState,
    PaymentRow,
    Reversal,
    RowState,
    Sharing,
    Source,
    Try,
    Waiver,
    WaiverState,
    Why,
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
from tongchou.apps.payments.reading import (
    stage_answer,
)
from tongchou.apps.payments.reconciling import (
    answer_of,
    discard_answer,
)
from tongchou.apps.payments.recovery import (
    ask_overpayment,
    ask_waiver,
    decide_overpayment,
    decide_waiver,
    open_of,
    record_recovery,
    take_back_recovery,
)
from tongchou.apps.payments.reissuing import (
    allow_more,
    spent,
)
from tongchou.apps.payments.reviewing import (
    Refusal,
    approve,
    drop,
    seen_of,
    send_back,
    take_out,
)
from tongchou.apps.payments.sharing import (
    in_force as sharing_in_force,
)
from tongchou.apps.payments.sharing import (
    recorded as sharings,
)
from tongchou.apps.payments.sharing import (
    set_sharing,
)
from tongchou.apps.payments.templates import (
    templates,
)
from tongchou.apps.payments.verifying import (
    Law,
    verify,
)
from tongchou.apps.payments.words import (
    problem_words,
)

__all__ = [
    "BUILD",
    "MANAGE",
    "REVIEW",
    "VIEW",
    "AnswerFile",
    "AnswerProblem",
    "AnswerState",
    "Appropriation",
    "Arrival",
    "Balance",
    "BankFile",
    "Batch",
    "BatchState",
    "Closing",
    "Entry",
    "Fund",
    "Law",
    "Overpaid",
    "Overpayment",
    "OverpaymentState",
    "PaymentRow",
    "Progress",
    "Refusal",
    "Reversal",
    "RowState",
    "Sharing",
    "Source",
    "SourceLine",
    "Try",
    "UnitLine",
    "Waiver",
    "WaiverState",
    "Why",
    "allow_more",
    "answer_of",
    "appropriate",
    "approve",
    "ask_overpayment",
    "ask_waiver",
    "bank_file",
    "build_batch",
    "close_month",
    "decide_overpayment",
    "decide_waiver",
    "discard_answer",
    "drop",
    "freeze_batch",
    "give_back",
    "instead",
    "left_out",
    "open_fund",
    "open_of",
    "payable",
    "problem_words",
    "progress",
    "record_answer",
    "record_arrival",
    "record_recovery",
    "running",
    "seen_of",
    "send_back",
    "set_sharing",
    "sharing_in_force",
    "sharings",
    "spent",
    "stage_answer",
    "take_back",
    "take_back_recovery",
    "take_out",
    "templates",
    "title",
    "verify",
]
