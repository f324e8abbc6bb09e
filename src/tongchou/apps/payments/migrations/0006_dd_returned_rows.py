from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_shares_move_with_their_area")]

    operations = [
        migrations.AddIndex(
            model_name="paymentrow",
            index=models.Index(
                condition=models.Q(("state", "returned")), fields=["case_id"], name="row_returned"
            ),
        )
    ]
