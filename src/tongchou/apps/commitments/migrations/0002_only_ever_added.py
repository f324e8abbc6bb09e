from django.db import migrations

from tongchou.core.guards import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial")]

    operations = [ForbidChanges("commitments_step"), ForbidChanges("commitments_delivery")]
