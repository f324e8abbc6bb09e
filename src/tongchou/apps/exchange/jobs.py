"""What the worker of an installation does for the exchange by itself."""

from __future__ import annotations

import datetime as dt

from tongchou.core.jobs import api as jobs


@jobs.chore
def forget_files(at: dt.datetime) -> None:
    """Files whose days are over are emptied on their day, whether or not somebody makes another list."""
    from tongchou.apps.exchange import exporting  # brings the writer of workbooks along

    exporting.forget(at=at)
