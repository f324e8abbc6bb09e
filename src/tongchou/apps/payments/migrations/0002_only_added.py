from django.db import migrations

from tongchou.apps.payments.closed_months import RefuseClosedMonths
from tongchou.core.guards import ForbidChanges

_ONLY_ADDED = (
    "entry",
    "appropriation",
    "arrival",
    "closing",
    "sharing",
    "frozenrow",
    "rowoutcome",
    "moretries",
    "instalment",
    "recovery",
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [*(ForbidChanges(f"payments_{name}") for name in _ONLY_ADDED), RefuseClosedMonths()]
