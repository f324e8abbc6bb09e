import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0050_household_arrangements"),
    ]

    operations = [
        migrations.CreateModel(
            name="MergedPerson",
            fields=[
                ("person_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("into_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["into_id"], name="merged_into")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person_id", models.F("into_id")), _negated=True),
                        name="merged_two_records",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OtherNumber",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("index", models.CharField(max_length=60)),
                ("cipher", models.TextField()),
                ("mask", models.CharField(max_length=20)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("index",), name="other_number_once")],
            },
        ),
    ]
