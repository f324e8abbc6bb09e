import django.db.models.deletion
from django.db import migrations, models

import tongchou.apps.registry.fields


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0030_area_initials"),
        ("registry", "0041_count_the_living"),
    ]

    operations = [
        migrations.CreateModel(
            name="Custody",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "start", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", tongchou.apps.registry.fields.Spelled(blank=True, default="", max_length=10)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("law", "by law, as kin (Civil Code, article 27)"),
                            ("will", "named in the will of a parent (article 29)"),
                            ("agreement", "agreed among those entitled (article 30)"),
                            (
                                "appointed",
                                "appointed by the committee, civil affairs or a court (article 31)",
                            ),
                            ("office", "the civil affairs office or the committee itself (article 32)"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start__length__in", (0, 4, 7, 10))), name="custody_start_shape"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis__in", ["", "office"]), ("guardian", None), ("second", None)),
                            models.Q(
                                ("basis__in", ["law", "will", "agreement", "appointed"]),
                                ("guardian__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="custody_names_whom_it_says",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lodging",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "start", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", tongchou.apps.registry.fields.Spelled(blank=True, default="", max_length=10)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["household"], name="lodging_household"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start__length__in", (0, 4, 7, 10))), name="lodging_start_shape"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="household",
            name="closed",
            field=tongchou.apps.registry.fields.Spelled(blank=True, default=None, max_length=10, null=True),
        ),
        migrations.AddField(
            model_name="household",
            name="joined",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed", None), ("joined", None)),
                    models.Q(("closed__isnull", False), ("closed__length__in", (0, 4, 7, 10))),
                    _connector="OR",
                ),
                name="household_closed_shape",
            ),
        ),
    ]
