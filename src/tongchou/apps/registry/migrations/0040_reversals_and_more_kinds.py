from django.db import migrations, models

from tongchou.core.guards import AllowChanges, ForbidChanges

KINDS = [
    ("household_enrolled", "Household entered"),
    ("household_corrected", "Household corrected"),
    ("person_enrolled", "Person entered"),
    ("membership_recorded", "Household or relation recorded"),
    ("identity_corrected", "Identity corrected"),
    ("particulars_recorded", "Particulars recorded"),
    ("hukou_recorded", "Household registration status recorded"),
    ("insurance_recorded", "Urban insurance recorded"),
    ("registration_recorded", "Registered residence recorded"),
    ("residence_recorded", "Residence recorded"),
    ("contact_recorded", "Telephone recorded"),
    ("family_statement_recorded", "Family statement recorded"),
    ("kin_recorded", "Kin recorded"),
    ("death_recorded", "Death recorded"),
    ("couple_begun", "Marriage recorded"),
    ("couple_ended", "End of a marriage recorded"),
    ("certificate_recorded", "Private entry recorded"),
    ("event_reversed", "Entry taken back"),
    ("person_merged", "Two records of one person brought together"),
    ("other_number_recorded", "Another identity number recorded"),
    ("custody_recorded", "Guardian recorded"),
    ("household_closed", "Household closed"),
    ("lodging_recorded", "Living in another household recorded"),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0031_recent_households")]

    operations = [
        # SQLite rebuilds the table of events, which takes its triggers along.
        AllowChanges("registry_event"),
        migrations.RemoveConstraint(model_name="event", name="event_kind_known"),
        migrations.AlterField(
            model_name="event", name="kind", field=models.CharField(choices=KINDS, max_length=40)
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _label in KINDS])), name="event_kind_known"
            ),
        ),
        ForbidChanges("registry_event"),
    ]
