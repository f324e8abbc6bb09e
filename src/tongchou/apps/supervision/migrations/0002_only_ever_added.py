from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]

    operations = [
        ForbidChanges("supervision_secret"),
        ForbidChanges("supervision_check"),
        ForbidChanges("supervision_step"),
        ForbidChanges("supervision_evidence"),
    ]
