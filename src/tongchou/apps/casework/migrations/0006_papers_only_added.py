from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_papers")]

    operations = [ForbidChanges("casework_paper")]
