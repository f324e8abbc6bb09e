"""The front door of the population account."""

from tongchou.apps.balance.actions import catch_up, start_over
from tongchou.apps.balance.jobs import ask_to_catch_up
from tongchou.apps.balance.queries import Mismatch, Proof, Statement, mismatches, months_of, proofs

__all__ = [
    "Mismatch",
    "Proof",
    "Statement",
    "ask_to_catch_up",
    "catch_up",
    "mismatches",
    "months_of",
    "proofs",
    "start_over",
]
