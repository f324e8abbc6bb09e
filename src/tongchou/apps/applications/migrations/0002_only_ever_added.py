from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [ForbidChanges("applications_step")]
