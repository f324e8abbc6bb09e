"""The front door of payments."""

from tongchou.apps.payments.awards import (
    instead,
)
from tongchou.apps.payments.bank_files import (
    BankFile,
    bank_file,
)
from tongchou.apps.payments.batch_models import (
    TAKEN_OUT,
    Changed,
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
    Given,
    Progress,
    SourceLine,
    UnitLine,
    given,
    progress,
)
from tongchou.apps.payments.models import (
    Another,
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
    private,
    title,
)
from tongchou.apps.payments.overpaid_queries import (
    OverpaymentView,
    overpayment_list,
    overpayment_view,
)
from tongchou.apps.payments.public_sums import LEAST, PaidSum, arrived_sums, paid_sums
from tongchou.apps.payments.queries import (
    AppropriationLine,
    BatchView,
    FundLine,
    Month,
    RowLine,
    answer_problems,
    answer_view,
    appropriation_of,
    appropriations,
    batch_list,
    batch_view,
    batches_that_wait,
    came_back,
    entries,
    entry_of,
    fund_lines,
    held_by_account,
    month_of,
    months,
    not_with_bank,
    row_lines,
    row_list,
    rows_of_case,
    sees_people,
    uses_of,
    waiting_counts,
    with_bank_since,
)
from tongchou.apps.payments.reach import (
    BUILD,
    MANAGE,
    REVIEW,
    VIEW,
    require_batch,
)
from tongchou.apps.payments.reach import (
    fund_of as open_fund_of,
)
from tongchou.apps.payments.reading import (
    stage_answer,
)
from tongchou.apps.payments.reconciling import (
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
    paid,
    spent,
)
from tongchou.apps.payments.reviewing import (
    Refusal,
    approve,
    drop,
    seen_of,
    send_back,
    take_out,
    take_out_not_due,
)
from tongchou.apps.payments.row_deaths import (
    Death,
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
from tongchou.apps.payments.statement import (
    Statement,
    StatementLine,
    statement,
)
from tongchou.apps.payments.templates import (
    TemplateError,
    templates,
)
from tongchou.apps.payments.to_pay import (
    ToPay,
    to_pay,
    waiting_cases,
)
from tongchou.apps.payments.verifying import (
    Law,
    verify,
)
from tongchou.apps.payments.words import (
    MENDING as RETURN_MENDING,
)
from tongchou.apps.payments.words import (
    REASONS as RETURN_REASONS,
)
from tongchou.apps.payments.words import (
    problem_words,
)

__all__ = [
    "BUILD",
    "LEAST",
    "MANAGE",
    "RETURN_MENDING",
    "RETURN_REASONS",
    "REVIEW",
    "TAKEN_OUT",
    "VIEW",
    "Another",
    "AnswerFile",
    "AnswerProblem",
    "AnswerState",
    "Appropriation",
    "AppropriationLine",
    "Arrival",
    "Balance",
    "BankFile",
    "Batch",
    "BatchState",
    "BatchView",
    "Changed",
    "Closing",
    "Death",
    "Entry",
    "Fund",
    "FundLine",
    "Given",
    "Law",
    "Month",
    "Overpaid",
    "Overpayment",
    "OverpaymentState",
    "OverpaymentView",
    "PaidSum",
    "PaymentRow",
    "Progress",
    "Refusal",
    "Reversal",
    "RowLine",
    "RowState",
    "Sharing",
    "Source",
    "SourceLine",
    "Statement",
    "StatementLine",
    "TemplateError",
    "ToPay",
    "Try",
    "UnitLine",
    "Waiver",
    "WaiverState",
    "Why",
    "allow_more",
    "answer_problems",
    "answer_view",
    "appropriate",
    "appropriation_of",
    "appropriations",
    "approve",
    "arrived_sums",
    "ask_overpayment",
    "ask_waiver",
    "bank_file",
    "batch_list",
    "batch_view",
    "batches_that_wait",
    "build_batch",
    "came_back",
    "close_month",
    "decide_overpayment",
    "decide_waiver",
    "discard_answer",
    "drop",
    "entries",
    "entry_of",
    "freeze_batch",
    "fund_lines",
    "give_back",
    "given",
    "held_by_account",
    "instead",
    "left_out",
    "month_of",
    "months",
    "not_with_bank",
    "open_fund",
    "open_fund_of",
    "open_of",
    "overpayment_list",
    "overpayment_view",
    "paid",
    "paid_sums",
    "payable",
    "private",
    "problem_words",
    "progress",
    "record_answer",
    "record_arrival",
    "record_recovery",
    "require_batch",
    "row_lines",
    "row_list",
    "rows_of_case",
    "running",
    "seen_of",
    "sees_people",
    "send_back",
    "set_sharing",
    "sharing_in_force",
    "sharings",
    "spent",
    "stage_answer",
    "statement",
    "take_back",
    "take_back_recovery",
    "take_out",
    "take_out_not_due",
    "templates",
    "title",
    "to_pay",
    "uses_of",
    "verify",
    "waiting_cases",
    "waiting_counts",
    "with_bank_since",
]
