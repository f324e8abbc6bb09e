from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0036_lists_taken_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="registerfile",
            name="left_open",
            field=models.IntegerField(default=0),
        ),
    ]
