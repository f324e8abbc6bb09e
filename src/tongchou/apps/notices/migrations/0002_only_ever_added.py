from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [ForbidChanges("notices_entry"), ForbidChanges("notices_proof")]
