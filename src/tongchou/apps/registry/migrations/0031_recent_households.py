from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0030_search_keys_with_scope")]

    operations = [
        migrations.CreateModel(
            name="RecentHousehold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("household_id", models.BigIntegerField()),
                ("opened_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "household_id"), name="recent_household_once"
                    )
                ],
            },
        ),
    ]
