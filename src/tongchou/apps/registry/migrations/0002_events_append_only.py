from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [ForbidChanges("registry_event")]
