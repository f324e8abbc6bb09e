from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("corrections", "0001_initial")]

    operations = [ForbidChanges("corrections_decision")]
