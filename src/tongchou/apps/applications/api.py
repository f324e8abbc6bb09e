"""The front door of applications."""

from tongchou.apps.applications.checking import LONGEST_NOTE, LONGEST_SITUATION
from tongchou.apps.applications.deciding import answer, open_from, pass_on, settle
from tongchou.apps.applications.following import LONGEST_WISH, Followed, bring, followed, withdraw
from tongchou.apps.applications.keeping import KEPT_ANSWERED, KEPT_OPENED, forget
from tongchou.apps.applications.kinds import of_public_code, offered, public_code
from tongchou.apps.applications.models import Act, Missing, State, Why, Wish
from tongchou.apps.applications.queries import (
    Candidate,
    Line,
    Lines,
    Sent,
    View,
    WishLine,
    escalated,
    listed,
    unseen,
    view,
    waiting,
    wishes,
)
from tongchou.apps.applications.receiving import MOST_AT_ONCE, Receipt, check, new_token, send
from tongchou.apps.applications.sealing import Particulars

__all__ = [
    "KEPT_ANSWERED",
    "KEPT_OPENED",
    "LONGEST_NOTE",
    "LONGEST_SITUATION",
    "LONGEST_WISH",
    "MOST_AT_ONCE",
    "Act",
    "Candidate",
    "Followed",
    "Line",
    "Lines",
    "Missing",
    "Particulars",
    "Receipt",
    "Sent",
    "State",
    "View",
    "Why",
    "Wish",
    "WishLine",
    "answer",
    "bring",
    "check",
    "escalated",
    "followed",
    "forget",
    "listed",
    "new_token",
    "of_public_code",
    "offered",
    "open_from",
    "pass_on",
    "public_code",
    "send",
    "settle",
    "unseen",
    "view",
    "waiting",
    "wishes",
    "withdraw",
]
