"""With whom people live, and who answers for a child: spells folded from events like every other state.

A spell keeps its start, and its end is the next spell's start: an arrangement that has ended is a spell
that names nobody. So no two of one person can overlap.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry.fields import Spelled, date_shaped


class Lodging(models.Model):
    """Since when a person lives in another household than the one of registration; null: no more."""

    pk = models.CompositePrimaryKey("person_id", "start")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    start = Spelled()
    household = models.ForeignKey(
        "registry.Household", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        constraints = [date_shaped("lodging")]
        indexes = [models.Index(fields=["household"], name="lodging_household")]


class Custody(models.Model):
    """Since when who is the guardian of a child; without a basis: nobody any more.

    At most two guardians at a time. Where an office is the guardian, none is named.
    """

    class Basis(models.TextChoices):
        LAW = "law", _("by law, as kin (Civil Code, article 27)")
        WILL = "will", _("named in the will of a parent (article 29)")
        AGREEMENT = "agreement", _("agreed among those entitled (article 30)")
        APPOINTED = (
            "appointed",
            _("appointed by the committee, civil affairs or a court (article 31)"),
        )
        OFFICE = "office", _("the civil affairs office or the committee itself (article 32)")

    pk = models.CompositePrimaryKey("person_id", "start")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    start = Spelled()
    guardian = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", null=True)
    second = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", null=True)
    basis = models.CharField(max_length=10, choices=Basis.choices, default="", blank=True)

    class Meta:
        constraints = [
            date_shaped("custody"),
            models.CheckConstraint(
                condition=Q(guardian=None, second=None, basis__in=["", "office"])
                | Q(guardian__isnull=False, basis__in=["law", "will", "agreement", "appointed"]),
                name="custody_names_whom_it_says",
            ),
        ]
