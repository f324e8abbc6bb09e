"""The front door of notices."""

from tongchou.apps.notices.models import Entry, Ground, Notice, Objection, Proof, Verdict
from tongchou.apps.notices.objecting import (
    DECIDE,
    LONGEST,
    Followed,
    Said,
    decide,
    followed,
    object_to,
    open_objections,
    said,
)
from tongchou.apps.notices.passing import end_one, hung_out
from tongchou.apps.notices.posting import POST, mine, picture, post, prove
from tongchou.apps.notices.queries import (
    NoticeLine,
    entries,
    hanging,
    line_of,
    notices,
    one,
    open_public,
    part,
    waiting,
)

__all__ = [
    "DECIDE",
    "LONGEST",
    "POST",
    "Entry",
    "Followed",
    "Ground",
    "Notice",
    "NoticeLine",
    "Objection",
    "Proof",
    "Said",
    "Verdict",
    "decide",
    "end_one",
    "entries",
    "followed",
    "hanging",
    "hung_out",
    "line_of",
    "mine",
    "notices",
    "object_to",
    "one",
    "open_objections",
    "open_public",
    "part",
    "picture",
    "post",
    "prove",
    "said",
    "waiting",
]
