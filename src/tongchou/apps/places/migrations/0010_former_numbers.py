import django.db.models.deletion
from django.db import migrations, models


def nobody_knows(apps, schema_editor):
    """Of the rows written so far nobody knows which area a number meant: only the reader of all sees them."""
    last = apps.get_model("core", "AuditEntry").objects.order_by("-id").values_list("id", flat=True).first()
    if last is None:
        return
    area_ids = apps.get_model("places", "Area").objects.values_list("pk", flat=True)
    former = apps.get_model("places", "FormerNumber")
    former.objects.bulk_create(
        [former(area_id=area_id, scope_no=None, scope_end=None, until_id=last) for area_id in area_ids],
        batch_size=200,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_audit_append_only"),
        ("places", "0002_changes_over_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope_no", models.IntegerField(null=True)),
                ("scope_end", models.IntegerField(null=True)),
                ("until_id", models.BigIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.area"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["scope_no", "until_id"], name="former_number_scope")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "until_id"), name="former_number_once_a_renumbering"
                    )
                ],
            },
        ),
        migrations.RunPython(nobody_knows, migrations.RunPython.noop, elidable=True),
    ]
