import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("a_id", models.BigIntegerField()),
                ("b_id", models.BigIntegerField()),
                (
                    "band",
                    models.CharField(
                        choices=[("sure", "Agrees in everything that is known"), ("ask", "Look at both")],
                        max_length=4,
                    ),
                ),
                ("evidence", models.CharField(max_length=400)),
                ("prints", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be decided"),
                            ("village", "The village is asked"),
                            ("proposed", "Waits for a second person"),
                            ("joined", "One person: joined"),
                            ("apart", "Asked to be taken apart"),
                            ("two", "Two people"),
                            ("gone", "No longer alike"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("changed", models.CharField(blank=True, default="", max_length=200)),
                ("found_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("same", "One person"),
                            ("two", "Two people"),
                            ("unknown", "Nobody in the village can tell"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("keep_id", models.BigIntegerField(null=True)),
                ("number_of", models.BigIntegerField(null=True)),
                ("batch_id", models.BigIntegerField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "band"], name="pair_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("a_id", "b_id"), name="pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("a_id__lt", models.F("b_id"))), name="pair_ordered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "village", "proposed", "joined", "apart", "two", "gone"])
                        ),
                        name="pair_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["proposed", "apart"]), _negated=True),
                            models.Q(("asked_by__isnull", False), ("keep_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="pair_asked_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["joined", "apart"]), _negated=True),
                            ("batch_id__isnull", False),
                            _connector="OR",
                        ),
                        name="pair_joined_by_a_batch",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("propose", "Said that it is one person"),
                            ("approve", "Approved: joined"),
                            ("refuse", "Refused"),
                            ("withdraw", "Taken back"),
                            ("two", "Said that they are two people"),
                            ("again", "Opened again"),
                            ("ask", "Asked the village"),
                            ("answer", "The village answered"),
                            ("propose_apart", "Asked to take them apart"),
                            ("approve_apart", "Approved: taken apart"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("same", "One person"),
                            ("two", "Two people"),
                            ("unknown", "Nobody in the village can tell"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("two", "They are two people"),
                            ("unclear", "It is not clear: the family must be asked"),
                            ("other_record", "The other record, or the other number, has to stay"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("keep_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="duplicates.pair",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act__in", ["approve", "approve_apart", "refuse"]), _negated=True),
                            models.Q(
                                ("asked_by__isnull", False),
                                models.Q(("by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="judgement_needs_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", "refuse"), ("refusal__in", ["two", "unclear", "other_record"])),
                            models.Q(models.Q(("act", "refuse"), _negated=True), ("refusal", "")),
                            _connector="OR",
                        ),
                        name="judgement_refused_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Side",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("registered_area_id", models.BigIntegerField(editable=False, null=True)),
                ("registered_scope", models.IntegerField(editable=False, null=True)),
                ("resident_area_id", models.BigIntegerField(editable=False, null=True)),
                ("resident_scope", models.IntegerField(editable=False, null=True)),
                ("person_id", models.BigIntegerField()),
                (
                    "pair",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sides",
                        to="duplicates.pair",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["registered_scope"], name="side_scope"),
                    models.Index(fields=["person_id"], name="side_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("pair", "person_id"), name="side_once"),
                ],
            },
        ),
    ]
