from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [ForbidChanges("core_auditentry")]
