"""What PostgreSQL knows of its tables, brought up to date after a long write.

Its own background work does that within minutes, where it is switched on; until then the first pages after a
large file read whole tables. SQLite chooses its ways without such figures.
"""

from __future__ import annotations

from django.db import connection

#: A table is looked at anew when this share of its rows, and at least so many rows, are new.
SHARE, ROWS = 0.2, 500
_CHANGED = """
SELECT s.relname FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
WHERE s.schemaname = current_schema() AND s.relname LIKE %s
AND s.n_mod_since_analyze > %s + %s * GREATEST(c.reltuples, 0)
"""


def refresh(label: str) -> list[str]:
    """Let the planner look at an app's tables that have changed much; gives their names. None on SQLite.

    Call it after the last transaction of a long write; within one it does nothing. The tables are also
    cleared of dead rows and marked as visible, so that an index alone answers what it holds.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [f"{label}\\_%", ROWS, SHARE])
        tables = sorted(name for (name,) in cursor.fetchall())
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(table)}")
    return tables
