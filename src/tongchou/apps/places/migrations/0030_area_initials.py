from django.db import migrations, models

from tongchou.domain.names import place_initials

_BATCH = 500


def fill(apps, schema_editor):
    Area = apps.get_model("places", "Area")
    areas = list(Area.objects.only("id", "name"))
    for area in areas:
        area.initials = place_initials(area.name)
    Area.objects.bulk_update(areas, ["initials"], batch_size=_BATCH)


class Migration(migrations.Migration):
    dependencies = [("places", "0010_former_numbers")]

    operations = [
        migrations.AddField(
            model_name="area",
            name="initials",
            field=models.CharField(default="", editable=False, max_length=60),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
