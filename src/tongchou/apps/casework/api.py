"""The front door of casework."""

from tongchou.apps.casework.appeals import appeal, hear
from tongchou.apps.casework.awarding import (
    AwardLine,
    awards,
    awards_ready,
    hold_awards,
    note_tried,
    note_untried,
    payable,
    payees,
    pays,
    tried_awards,
    tried_of,
)
from tongchou.apps.casework.certifying import (
    Certifiable,
    certifiable,
    count_certifiable,
    gives_certificate,
    no_longer_given,
)
from tongchou.apps.casework.clocks import of_stage as last_day
from tongchou.apps.casework.clocks import to_begin
from tongchou.apps.casework.conflicts import declare, declared
from tongchou.apps.casework.counting import awards_approved
from tongchou.apps.casework.deciding import (
    PROOFS,
    accept,
    ask_for,
    end,
    hand_over,
    pass_on,
    refuse,
    reopen,
    resume,
    suspend,
)
from tongchou.apps.casework.exporting import MOST as MOST_EXPORTED
from tongchou.apps.casework.exporting import export_queue
from tongchou.apps.casework.external import set_external, set_external_many
from tongchou.apps.casework.families import brought, withdraw
from tongchou.apps.casework.following import Told, told
from tongchou.apps.casework.grievance_models import About, Verdict
from tongchou.apps.casework.grievances import ANSWERED_IN, Change, Closed
from tongchou.apps.casework.grievances import Line as GrievanceLine
from tongchou.apps.casework.grievances import View as GrievanceView
from tongchou.apps.casework.grievances import close as close_grievance
from tongchou.apps.casework.grievances import listed as grievances
from tongchou.apps.casework.grievances import of_case as grievances_of_case
from tongchou.apps.casework.grievances import record as record_grievance
from tongchou.apps.casework.grievances import view as grievance
from tongchou.apps.casework.jobs import KIND as RENEWAL
from tongchou.apps.casework.jobs import ask_to_renew
from tongchou.apps.casework.kinds import NO_KIND, in_force, kind_of, offered
from tongchou.apps.casework.lateness import ESCALATED, UnitLateness, by_unit, escalated, late_now
from tongchou.apps.casework.lending import (
    delegate,
    end_delegation,
    end_naming,
    name_officer,
    named_in,
    of_account,
    proposed_in,
)
from tongchou.apps.casework.listing import (
    Listed,
    Which,
    count_listed,
    externals,
    listed_cases,
    still_readable,
)
from tongchou.apps.casework.many import MOST, Left, Together, accept_many, pass_many, refuse_many
from tongchou.apps.casework.models import (
    Act,
    Applicant,
    Asked,
    Channel,
    Desk,
    Ending,
    PayeeChange,
    Refusal,
    State,
)
from tongchou.apps.casework.moving import hears
from tongchou.apps.casework.noticing import (
    Posted,
    acted,
    lists_to_post,
    notice_stage,
    pass_notices,
    still_at_notice,
    to_post,
)
from tongchou.apps.casework.noticing import Waiting as WaitingForNotice
from tongchou.apps.casework.noticing import waiting as waiting_for_notice
from tongchou.apps.casework.opening import open_case
from tongchou.apps.casework.paging import Part, Place, part
from tongchou.apps.casework.papers import LARGEST as LARGEST_COPY
from tongchou.apps.casework.papers import Kept, open_copy
from tongchou.apps.casework.papers import attach as attach_paper
from tongchou.apps.casework.papers import codes as paper_codes
from tongchou.apps.casework.papers import kept as papers_of
from tongchou.apps.casework.payee_changes import confirm_payee, refuse_payee, set_payee
from tongchou.apps.casework.payee_notes import (
    ACCOUNT_ACTS,
    ChangeLine,
    PayeeNote,
    payee_notes,
    payees_touched_since,
)
from tongchou.apps.casework.paying_to import RELATIONS, masked
from tongchou.apps.casework.paying_to import checked as check_payee
from tongchou.apps.casework.positions import above
from tongchou.apps.casework.queries import (
    COUNTED_TO,
    Filter,
    Line,
    Overview,
    Queue,
    View,
    by_number,
    desks,
    of_household,
    of_person,
    overview,
    queue,
    stands,
)
from tongchou.apps.casework.queries import open_case as view
from tongchou.apps.casework.reach import (
    APPROVE,
    DISCUSS,
    HEAR,
    NAME,
    OPEN,
    REVIEW,
    VIEW,
    is_named,
    named,
    named_anywhere,
    no_case,
)
from tongchou.apps.casework.renewing import CHUNK, Renewed, renew_chunk
from tongchou.apps.casework.sampled import public_scopes
from tongchou.apps.casework.sealing import Application, PayTo
from tongchou.apps.casework.timeline import Step
from tongchou.apps.casework.unpaid import Unpaid, to_pay, unpaid
from tongchou.apps.casework.waiting import GRIEVANCES, NEAR, Near, Waits, Work, acted_in, work_of
from tongchou.apps.casework.windows import early
from tongchou.apps.casework.year_checked import YearChecked, year_checked

__all__ = [
    "ACCOUNT_ACTS",
    "ANSWERED_IN",
    "APPROVE",
    "CHUNK",
    "COUNTED_TO",
    "DISCUSS",
    "ESCALATED",
    "GRIEVANCES",
    "HEAR",
    "LARGEST_COPY",
    "MOST",
    "MOST_EXPORTED",
    "NAME",
    "NEAR",
    "NO_KIND",
    "OPEN",
    "PROOFS",
    "RELATIONS",
    "RENEWAL",
    "REVIEW",
    "VIEW",
    "About",
    "Act",
    "Applicant",
    "Application",
    "Asked",
    "AwardLine",
    "Certifiable",
    "Change",
    "ChangeLine",
    "Channel",
    "Closed",
    "Desk",
    "Ending",
    "Filter",
    "GrievanceLine",
    "GrievanceView",
    "Kept",
    "Left",
    "Line",
    "Listed",
    "Near",
    "Overview",
    "Part",
    "PayTo",
    "PayeeChange",
    "PayeeNote",
    "Place",
    "Posted",
    "Queue",
    "Refusal",
    "Renewed",
    "State",
    "Step",
    "Together",
    "Told",
    "UnitLateness",
    "Unpaid",
    "Verdict",
    "View",
    "WaitingForNotice",
    "Waits",
    "Which",
    "Work",
    "YearChecked",
    "above",
    "accept",
    "accept_many",
    "acted",
    "acted_in",
    "appeal",
    "ask_for",
    "ask_to_renew",
    "attach_paper",
    "awards",
    "awards_approved",
    "awards_ready",
    "brought",
    "by_number",
    "by_unit",
    "certifiable",
    "check_payee",
    "close_grievance",
    "confirm_payee",
    "count_certifiable",
    "count_listed",
    "declare",
    "declared",
    "delegate",
    "desks",
    "early",
    "end",
    "end_delegation",
    "end_naming",
    "escalated",
    "export_queue",
    "externals",
    "gives_certificate",
    "grievance",
    "grievances",
    "grievances_of_case",
    "hand_over",
    "hear",
    "hears",
    "hold_awards",
    "in_force",
    "is_named",
    "kind_of",
    "last_day",
    "late_now",
    "listed_cases",
    "lists_to_post",
    "masked",
    "name_officer",
    "named",
    "named_anywhere",
    "named_in",
    "no_case",
    "no_longer_given",
    "note_tried",
    "note_untried",
    "notice_stage",
    "of_account",
    "of_household",
    "of_person",
    "offered",
    "open_case",
    "open_copy",
    "overview",
    "paper_codes",
    "papers_of",
    "part",
    "pass_many",
    "pass_notices",
    "pass_on",
    "payable",
    "payee_notes",
    "payees",
    "payees_touched_since",
    "pays",
    "proposed_in",
    "public_scopes",
    "queue",
    "record_grievance",
    "refuse",
    "refuse_many",
    "refuse_payee",
    "renew_chunk",
    "reopen",
    "resume",
    "set_external",
    "set_external_many",
    "set_payee",
    "stands",
    "still_at_notice",
    "still_readable",
    "suspend",
    "to_begin",
    "to_pay",
    "to_post",
    "told",
    "tried_awards",
    "tried_of",
    "unpaid",
    "view",
    "waiting_for_notice",
    "withdraw",
    "work_of",
    "year_checked",
]
