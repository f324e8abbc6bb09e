from django.db import migrations

from tongchou.core.append_only import allow_changes, forbid_changes


def forbid(apps, schema_editor):
    forbid_changes(schema_editor.connection, "duplicates_judgement")


def allow(apps, schema_editor):
    allow_changes(schema_editor.connection, "duplicates_judgement")


class Migration(migrations.Migration):
    dependencies = [("duplicates", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]
