from django.db import migrations


def compare_anew(apps, schema_editor):
    """What waits was compared when a register could still change a name or a birth date by itself."""
    files = apps.get_model("intake", "RegisterFile").objects.filter(status__in=["staged", "applying"])
    files.update(compared_up_to=-1)


class Migration(migrations.Migration):
    dependencies = [("intake", "0032_questions")]

    operations = [migrations.RunPython(compare_anew, migrations.RunPython.noop)]
