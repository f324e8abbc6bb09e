from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the filling: PostgreSQL makes no index on a table whose rows the same transaction changed."""

    dependencies = [("entitlements", "0030_order_of_the_list")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                fields=["year", "programme", "registered_scope", "resident_scope"], name="claim_where"
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                fields=[
                    "evaluation",
                    "state",
                    "due",
                    "household_id",
                    "person_id",
                    "programme",
                    "registered_scope",
                    "resident_scope",
                    "id",
                ],
                name="entitlement_list",
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                fields=["evaluation", "state", "programme", "registered_scope", "resident_scope"],
                name="entitlement_counts",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "unclear", "claimed"])),
                name="entitlement_state_known",
            ),
        ),
    ]
