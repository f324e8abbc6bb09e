"""Writers on SQLite that look again every few milliseconds.

SQLite's own waiting sleeps ever longer, up to a tenth of a second, and the writers stand in no line: beside
long work that writes chunk after chunk, somebody's small act may miss one gap after the other. Looking again
often costs next to nothing and lets it in at the first gap. Measured in ``bench/RESULTS.md``.
"""

from __future__ import annotations

import sqlite3
import time

from django.db.backends.sqlite3 import base

#: Seconds between two looks.
LOOK = 0.002


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite, with our own waiting at the beginning of a transaction."""

    def _start_transaction_under_autocommit(self) -> None:
        """Take the write lock, waiting as long as ``timeout`` says.

        Raises
        ------
        django.db.OperationalError
            "database is locked", when another writer keeps it for longer.
        """
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        until = time.monotonic() + patience
        # About the connection, not of the program: counted nowhere, like Django's own at connecting.
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._begun(last=time.monotonic() >= until):
                time.sleep(LOOK)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(1000 * patience)}")

    def _begun(self, *, last: bool) -> bool:
        """Try once. The last try, and one that fails for another reason, are Django's, and so its errors."""
        if not last:
            try:
                self.connection.execute(f"BEGIN {self.transaction_mode or ''}")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    return False
            else:
                return True
        super()._start_transaction_under_autocommit()
        return True
