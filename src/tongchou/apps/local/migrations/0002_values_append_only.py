from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("local", "0001_initial")]

    operations = [ForbidChanges("local_localvalue")]
