from django.db import migrations

from tongchou.core.append_only import allow_changes, forbid_changes


def forbid(apps, schema_editor):
    forbid_changes(schema_editor.connection, "corrections_decision")


def allow(apps, schema_editor):
    allow_changes(schema_editor.connection, "corrections_decision")


class Migration(migrations.Migration):
    dependencies = [("corrections", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]
