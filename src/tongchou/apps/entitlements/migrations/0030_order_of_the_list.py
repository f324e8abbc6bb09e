import datetime

from django.db import migrations, models

_PLACE = "registered_area_id, registered_scope, resident_area_id, resident_scope"


def fill(apps, schema_editor):
    """What the new columns would hold had they been there when the rows were written."""
    for table in ("entitlements_claim", "entitlements_entitlement"):
        schema_editor.execute(
            f"UPDATE {table} SET ({_PLACE}) = (SELECT {_PLACE} FROM registry_person p WHERE p.id = {table}.person_id)"  # noqa: S608
        )
    schema_editor.execute(
        "UPDATE entitlements_entitlement SET due = COALESCE(claim_by, due), state = CASE "
        "WHEN outcome = 'needs_information' THEN 'unclear' WHEN EXISTS (SELECT 1 FROM entitlements_claim c "
        "JOIN entitlements_evaluation v ON v.year = c.year WHERE v.id = entitlements_entitlement.evaluation_id "
        "AND c.person_id = entitlements_entitlement.person_id "
        "AND c.programme = entitlements_entitlement.programme AND c.withdrawn_at IS NULL) THEN 'claimed' ELSE 'open' END"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("entitlements", "0002_claims_taken_back"),
        ("registry", "0031_recent_households"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="entitlement",
            name="entitlement_worklist",
        ),
        migrations.AddField(
            model_name="claim",
            name="registered_area_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="claim",
            name="registered_scope",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="claim",
            name="resident_area_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="claim",
            name="resident_scope",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="due",
            field=models.DateField(default=datetime.date(9999, 12, 31)),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="registered_area_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="registered_scope",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="resident_area_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="resident_scope",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Not yet claimed"),
                    ("unclear", "Needs information"),
                    ("claimed", "Claimed"),
                ],
                default="open",
                max_length=8,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
