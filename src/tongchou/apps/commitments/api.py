"""The front door of commitments."""

from typing import TYPE_CHECKING

from tongchou.apps.commitments.access import DRAFT, REVIEW, VIEW
from tongchou.apps.commitments.bundling import (
    KIND,
    Ready,
    Work,
    ask_to_print,
    bundles,
    fetch_bundle,
    households_of,
    keep_bundle,
    printing,
    work,
)
from tongchou.apps.commitments.counting import confirmed_in
from tongchou.apps.commitments.delivering import deliver
from tongchou.apps.commitments.drafting import MOST, begin, write
from tongchou.apps.commitments.hearing import comment, reply
from tongchou.apps.commitments.keeping import answer, as_domain, find_broken, mended, report, upheld
from tongchou.apps.commitments.models import Comment, Contact, How, Letter, Promise, Stage, State, Step, Wish
from tongchou.apps.commitments.moving import (
    MOST_DAYS,
    annul,
    assemble,
    content,
    decide,
    hear,
    publish,
    redate,
    review,
    withdraw,
)
from tongchou.apps.commitments.queries import (
    LISTS,
    Line,
    View,
    commenting,
    due_in,
    due_soon,
    found,
    lines_of,
    open_breaches,
    open_public,
    overdue,
    owed_by,
    promise_of,
    published,
    reached_in,
    record_of,
    to_reach,
    view,
)
from tongchou.apps.commitments.taking_part import (
    TAKE_PART,
    Part,
    Village,
    end_part,
    part_of,
    participation,
    take_part,
)
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.apps.commitments.spreading import Spread, spread

#: The plan's tables bring NumPy along, which a worker that starts does without.
__getattr__ = late(__name__, {"tongchou.apps.commitments.spreading": ("Spread", "spread")})

__all__ = [
    "DRAFT",
    "KIND",
    "LISTS",
    "MOST",
    "MOST_DAYS",
    "REVIEW",
    "TAKE_PART",
    "VIEW",
    "Comment",
    "Contact",
    "How",
    "Letter",
    "Line",
    "Part",
    "Promise",
    "Ready",
    "Spread",
    "Stage",
    "State",
    "Step",
    "View",
    "Village",
    "Wish",
    "Work",
    "annul",
    "answer",
    "as_domain",
    "ask_to_print",
    "assemble",
    "begin",
    "bundles",
    "comment",
    "commenting",
    "confirmed_in",
    "content",
    "decide",
    "deliver",
    "due_in",
    "due_soon",
    "end_part",
    "fetch_bundle",
    "find_broken",
    "found",
    "hear",
    "households_of",
    "keep_bundle",
    "lines_of",
    "mended",
    "open_breaches",
    "open_public",
    "overdue",
    "owed_by",
    "part_of",
    "participation",
    "printing",
    "promise_of",
    "publish",
    "published",
    "reached_in",
    "record_of",
    "redate",
    "reply",
    "report",
    "review",
    "spread",
    "take_part",
    "to_reach",
    "upheld",
    "view",
    "withdraw",
    "work",
    "write",
]
