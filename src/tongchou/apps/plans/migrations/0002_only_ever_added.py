from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [ForbidChanges("plans_step")]
