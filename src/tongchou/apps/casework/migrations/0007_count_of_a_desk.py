"""Counting what lies on a desk, on PostgreSQL alone.

There the count of a few areas reads this index and no more. On SQLite the same index draws the list of a desk
away from ``case_queue`` and has it sorted, which takes longer than the count ever did.
"""

from django.db import migrations

from tongchou.core.guards import IndexOnPostgres


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_papers_only_added")]

    operations = [
        IndexOnPostgres("case_desk_count", "casework_case (desk, handling_scope) WHERE NOT private"),
    ]
