"""What happens by itself: certificates follow their cases, and the status list is signed anew every day."""

from __future__ import annotations

import datetime as dt

from tongchou.apps.certificates import listing, revoking
from tongchou.core.jobs import api as jobs


@jobs.follower
def follow(at: dt.datetime) -> bool:
    """End what no longer rests on a case, sign what is due; whether there was anything to do."""
    if revoking.follow_cases(at=at):
        return True
    if listing.due(at):
        listing.sign_now(at=at)
        return True
    return False
