from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [ForbidChanges("releases_step")]
