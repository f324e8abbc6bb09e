"""The front door of commitments."""

from tongchou.apps.commitments.access import DRAFT, REVIEW, VIEW
from tongchou.apps.commitments.counting import confirmed_in
from tongchou.apps.commitments.delivering import deliver
from tongchou.apps.commitments.drafting import MOST, begin, write
from tongchou.apps.commitments.hearing import comment, reply
from tongchou.apps.commitments.keeping import answer, as_domain, find_broken, report
from tongchou.apps.commitments.models import Comment, How, Letter, Promise, Stage, State, Step
from tongchou.apps.commitments.moving import (
    MOST_DAYS,
    assemble,
    content,
    decide,
    hear,
    publish,
    review,
    withdraw,
)
from tongchou.apps.commitments.queries import (
    LISTS,
    Line,
    Spread,
    View,
    commenting,
    found,
    lines_of,
    open_public,
    owed_by,
    promise_of,
    published,
    record_of,
    spread,
    to_reach,
    view,
)

__all__ = [
    "DRAFT",
    "LISTS",
    "MOST",
    "MOST_DAYS",
    "REVIEW",
    "VIEW",
    "Comment",
    "How",
    "Letter",
    "Line",
    "Promise",
    "Spread",
    "Stage",
    "State",
    "Step",
    "View",
    "answer",
    "as_domain",
    "assemble",
    "begin",
    "comment",
    "commenting",
    "confirmed_in",
    "content",
    "decide",
    "deliver",
    "find_broken",
    "found",
    "hear",
    "lines_of",
    "open_public",
    "owed_by",
    "promise_of",
    "publish",
    "published",
    "record_of",
    "reply",
    "report",
    "review",
    "spread",
    "to_reach",
    "view",
    "withdraw",
    "write",
]
