"""Documents and vouchers of entries in one table; those known so far are taken over.

Of money given back the document was not kept before, so those entries have none.
"""

import django.db.models.deletion
from django.db import migrations, models

from tongchou.core.guards import ForbidChanges


def _taken_over(table: str, column: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        "INSERT INTO payments_sourcedocument (entry_id, number, compared, another) "  # noqa: S608
        f"SELECT entry_id, {column}, UPPER(REPLACE({column}, ' ', '')), '' FROM {table} "
        f"WHERE REPLACE({column}, ' ', '') <> ''",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_changed_accounts")]

    operations = [
        migrations.CreateModel(
            name="SourceDocument",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="paper",
                        serialize=False,
                        to="payments.entry",
                    ),
                ),
                ("number", models.CharField(max_length=120)),
                ("compared", models.CharField(max_length=120)),
                (
                    "another",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("several", "One document or voucher holds several amounts"),
                            ("numbered", "Two documents bear the same number: another bank, office or year"),
                            ("instead", "It replaces an entry that is wrong and will be reversed"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.entry",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["compared"], name="source_document_number")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("compared", ""), _negated=True),
                        name="source_document_has_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("another", ""), ("same_as", None)),
                            models.Q(
                                ("another__in", ["several", "numbered", "instead"]),
                                ("same_as__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="source_document_again_for_a_reason",
                    ),
                ],
            },
        ),
        _taken_over("payments_appropriation", "document"),
        _taken_over("payments_arrival", "voucher"),
        _taken_over("payments_recovery", "voucher"),
        ForbidChanges("payments_sourcedocument"),
    ]
