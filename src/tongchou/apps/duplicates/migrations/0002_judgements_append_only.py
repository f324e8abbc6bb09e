from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("duplicates", "0001_initial")]

    operations = [ForbidChanges("duplicates_judgement")]
