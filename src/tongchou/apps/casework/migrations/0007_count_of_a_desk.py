"""Counting what lies on a desk, on PostgreSQL alone.

There the count of a few areas reads this index and no more. On SQLite the same index draws the list of a desk
away from ``case_queue`` and has it sorted, which takes longer than the count ever did.
"""

from typing import Any

from django.db import migrations

_NAME = "case_desk_count"


def add(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {_NAME} ON casework_case (desk, handling_scope) WHERE NOT private"
        )


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {_NAME}")


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_papers_only_added")]

    operations = [migrations.RunPython(add, drop)]
