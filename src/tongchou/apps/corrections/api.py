"""The front door of corrections."""

from tongchou.apps.corrections.actions import (
    LONGEST,
    approve,
    ask_correction,
    ask_reversal,
    refuse,
    show_numbers,
    withdraw,
)
from tongchou.apps.corrections.asking import (
    CHUNK,
    ask_many,
)
from tongchou.apps.corrections.deciding import (
    MOST,
    Left,
    Offer,
    Together,
    approve_many,
    offers,
    refuse_many,
)
from tongchou.apps.corrections.models import (
    Kind,
    Outcome,
    Reason,
    Refusal,
)
from tongchou.apps.corrections.queries import (
    WAITING,
    Decided,
    Line,
    View,
    decided_of_person,
    lines,
    of_person,
    open_correction,
    outcome_label,
    requests,
    states,
    waiting,
)
from tongchou.apps.corrections.reach import (
    ASK,
    DECIDE,
    no_correction,
)

__all__ = [
    "ASK",
    "CHUNK",
    "DECIDE",
    "LONGEST",
    "MOST",
    "WAITING",
    "Decided",
    "Kind",
    "Left",
    "Line",
    "Offer",
    "Outcome",
    "Reason",
    "Refusal",
    "Together",
    "View",
    "approve",
    "approve_many",
    "ask_correction",
    "ask_many",
    "ask_reversal",
    "decided_of_person",
    "lines",
    "no_correction",
    "of_person",
    "offers",
    "open_correction",
    "outcome_label",
    "refuse",
    "refuse_many",
    "requests",
    "show_numbers",
    "states",
    "waiting",
    "withdraw",
]
