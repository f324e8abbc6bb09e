"""Two records of one person: which record was joined to which, and the identity numbers beside the first.

Both tables are derived from events, as all state is.
"""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps
from django.db import models
from django.db.models import F, Q

from tongchou.core.rows import among


class MergedPerson(models.Model):
    """A record that turned out to be of the same person as another one, which goes on.

    No foreign keys: the record that goes has no row, and the other may be joined to a third in its turn.
    """

    person_id = models.BigIntegerField(primary_key=True)
    into_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person_id=F("into_id")), name="merged_two_records")
        ]
        indexes = [models.Index(fields=["into_id"], name="merged_into")]


class OtherNumber(models.Model):
    """Another valid identity number of a person, who is found by it as by the first."""

    pk = models.CompositePrimaryKey("person_id", "index")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    index = models.CharField(max_length=60)
    cipher = models.TextField()
    mask = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index"], name="other_number_once")]


def holders(indexes: Collection[str]) -> dict[str, int]:
    """Whom numbers belong to, by blind index: the first number of a person or another one. One query."""
    if not indexes:
        return {}
    other = OtherNumber.objects.filter(among("index", indexes, "varchar")).values_list("index", "person_id")
    people = apps.get_model("registry", "Person")._default_manager
    first = people.filter(among("id_index", indexes, "varchar")).values_list("id_index", "pk")
    return dict(first.union(other))
