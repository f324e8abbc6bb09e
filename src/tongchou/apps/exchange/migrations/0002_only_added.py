from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [ForbidChanges("exchange_exportrow")]
