"""Sessions in the database that know whose they are (``SESSION_ENGINE``)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

#: Names inside a session: moments in seconds since 1970, and the kind of device.
SINCE, SEEN, FRESH, DEVICE = "since", "seen", "fresh", "device"


class SessionStore(DatabaseStore):
    """Copies what the list of sessions shows into columns."""

    @classmethod
    def get_model_class(cls) -> Any:
        from tongchou.core.account_models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.account_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.since, row.last_seen = _moment(data.get(SINCE)), _moment(data.get(SEEN))
        row.device = str(data.get(DEVICE, ""))[:60]
        return row


def _moment(seconds: float | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)
