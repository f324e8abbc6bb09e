"""The front door of certificates."""

from tongchou.apps.certificates.issuing import MOST, WHY, Issued, Left, issue, replace
from tongchou.apps.certificates.listing import newest, sign_now
from tongchou.apps.certificates.models import Certificate, Form, Reason, StatusList, Why
from tongchou.apps.certificates.printing import Sheet, print_some
from tongchou.apps.certificates.queries import (
    STATES,
    Line,
    View,
    Waiting,
    checked,
    found,
    is_number,
    lines_of,
    of_cases,
    view,
    waiting,
)
from tongchou.apps.certificates.reach import ISSUE, PRINT
from tongchou.apps.certificates.revoking import SAID, follow_cases, revoke
from tongchou.apps.certificates.rotating import rotate_key
from tongchou.domain.certificates.claims import Claims

__all__ = [
    "ISSUE",
    "MOST",
    "PRINT",
    "SAID",
    "STATES",
    "WHY",
    "Certificate",
    "Claims",
    "Form",
    "Issued",
    "Left",
    "Line",
    "Reason",
    "Sheet",
    "StatusList",
    "View",
    "Waiting",
    "Why",
    "checked",
    "follow_cases",
    "found",
    "is_number",
    "issue",
    "lines_of",
    "newest",
    "of_cases",
    "print_some",
    "replace",
    "revoke",
    "rotate_key",
    "sign_now",
    "view",
    "waiting",
]
