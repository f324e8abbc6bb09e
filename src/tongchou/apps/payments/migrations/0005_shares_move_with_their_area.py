"""The number of its area may change in a row of shares: it moves when areas are numbered anew."""

from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_source_documents")]

    operations = [ForbidChanges("payments_sharing", but=("scope_no",))]
