from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        ForbidChanges("casework_kindversion"),
        ForbidChanges("casework_pinned"),
        ForbidChanges("casework_decision"),
        ForbidChanges("casework_payee"),
    ]
