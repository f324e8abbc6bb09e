"""The population account: postings derived from events, and how far they have been read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongchou.domain.balance import SIGNS, Term


class Entry(models.Model):
    """One posting: 1 or −1 person of a village in the month an event was recorded.

    Derived from events alone: emptied and read again from the first one, the same rows come out.
    """

    event_id = models.BigIntegerField()
    village = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    scope_no = models.IntegerField()
    month = models.DateField()
    term = models.CharField(max_length=8)
    number = models.SmallIntegerField()
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "village"], name="balance_event_once_a_village"),
            models.CheckConstraint(
                condition=Q(term__in=[term for term, sign in SIGNS.items() if sign == 1], number=1)
                | Q(term__in=[term for term, sign in SIGNS.items() if sign == -1], number=-1)
                | Q(term=Term.ENTRIES, number=-1),  # an entry that was a mistake counts back
                name="balance_sign_of_term",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="balance_month_begins"),
        ]
        indexes = [models.Index(fields=["scope_no", "month", "term"], name="balance_sums")]

    def __str__(self) -> str:
        return f"{self.event_id} {Term(self.term)} {self.number:+d}"


class Position(models.Model):
    """The last event that has been posted; its row is the lock of whoever posts."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    event_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="balance_one_position")]

    def __str__(self) -> str:
        return f"up to {self.event_id}"
