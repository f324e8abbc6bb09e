from django.db import migrations

from tongchou.core.guards import CheckInSets

PERSON, HOUSEHOLD, AREA = "registry_person", "registry_household", "places_area"


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0030_area_initials"),
        ("registry", "0060_source_with_attempt"),
    ]

    operations = [
        CheckInSets("household", village_id=AREA, area_id=AREA),
        CheckInSets("person", registered_area_id=AREA, resident_area_id=AREA),
        CheckInSets("phone", person_id=PERSON),
        CheckInSets("membership", person_id=PERSON, household_id=HOUSEHOLD),
        CheckInSets("residence", person_id=PERSON, area_id=AREA),
        CheckInSets("status", person_id=PERSON),
        CheckInSets("familystatement", person_id=PERSON),
        CheckInSets("kinship", child_id=PERSON, parent_id=PERSON),
        CheckInSets("couple", a_id=PERSON, b_id=PERSON),
    ]
