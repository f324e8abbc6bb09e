from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [ForbidChanges("certificates_print"), ForbidChanges("certificates_statuslist")]
