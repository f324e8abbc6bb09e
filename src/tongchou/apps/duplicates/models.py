"""Pairs of records that may be of one person, and what people decided about them.

A pair says how two records agree; it says nothing about a person, and no number of it is kept or shown.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry.api import FollowsPerson


class Band(models.TextChoices):
    SURE = "sure", _("Agrees in everything that is known")
    ASK = "ask", _("Look at both")


class State(models.TextChoices):
    OPEN = "open", _("To be decided")
    VILLAGE = "village", _("The village is asked")
    PROPOSED = "proposed", _("Waits for a second person")
    JOINED = "joined", _("One person: joined")
    APART = "apart", _("Asked to be taken apart")
    TWO = "two", _("Two people")
    GONE = "gone", _("No longer alike")


class Act(models.TextChoices):
    """What somebody did about a pair."""

    PROPOSE = "propose", _("Said that it is one person")
    APPROVE = "approve", _("Approved: joined")
    REFUSE = "refuse", _("Refused")
    WITHDRAW = "withdraw", _("Taken back")
    TWO = "two", _("Said that they are two people")
    AGAIN = "again", _("Opened again")
    ASK = "ask", _("Asked the village")
    ANSWER = "answer", _("The village answered")
    PROPOSE_APART = "propose_apart", _("Asked to take them apart")
    APPROVE_APART = "approve_apart", _("Approved: taken apart")


class Answer(models.TextChoices):
    """What the village says about two records."""

    SAME = "same", _("One person")
    TWO = "two", _("Two people")
    UNKNOWN = "unknown", _("Nobody in the village can tell")


class Refusal(models.TextChoices):
    """Why somebody refused."""

    TWO = "two", _("They are two people")
    UNCLEAR = "unclear", _("It is not clear: the family must be asked")
    OTHER_RECORD = "other_record", _("The other record, or the other number, has to stay")


class Pair(models.Model):
    """Two records, the smaller number first.

    ``evidence`` is what agrees and what does not, as ``field:level`` in the order of weight, those for before
    a semicolon and those against behind it. ``prints`` stands for the compared facts, a keyed digest each:
    equal facts have equal ones, and nothing else can be told from them. ``changed`` names the facts
    that changed since it was decided that they are two people.
    """

    a_id = models.BigIntegerField()
    b_id = models.BigIntegerField()
    band = models.CharField(max_length=4, choices=Band.choices)
    evidence = models.CharField(max_length=400)
    prints = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    changed = models.CharField(max_length=200, default="", blank=True)
    found_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default="", blank=True)
    keep_id = models.BigIntegerField(null=True)
    number_of = models.BigIntegerField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    #: Of joined records: the registry's batch, to take them apart.
    batch_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a_id", "b_id"], name="pair_once"),
            models.CheckConstraint(condition=Q(a_id__lt=F("b_id")), name="pair_ordered"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="pair_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", "apart"])
                | Q(asked_by__isnull=False, keep_id__isnull=False),
                name="pair_asked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["joined", "apart"]) | Q(batch_id__isnull=False),
                name="pair_joined_by_a_batch",
            ),
        ]
        indexes = [models.Index(fields=["state", "band"], name="pair_state")]

    @property
    def gone_id(self) -> int | None:
        """The record that goes, once it is chosen which one stays."""
        return None if self.keep_id is None else self.a_id + self.b_id - self.keep_id

    @property
    def people(self) -> tuple[int, int]:
        return self.a_id, self.b_id


class Side(FollowsPerson):
    """One record of a pair, and where it is registered; nowhere once it was joined to another."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="sides", db_index=False)
    person_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "person_id"], name="side_once")]
        indexes = [
            models.Index(fields=["registered_scope"], name="side_scope"),
            models.Index(fields=["person_id"], name="side_person"),
        ]


class Judgement(models.Model):
    """What somebody did about a pair. Only ever added; triggers say so.

    ``asked_by`` is repeated so that the database itself can tell two people apart.
    """

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="judgements")
    act = models.CharField(max_length=16, choices=Act.choices)
    answer = models.CharField(max_length=10, choices=Answer.choices, default="", blank=True)
    refusal = models.CharField(max_length=16, choices=Refusal.choices, default="", blank=True)
    keep_id = models.BigIntegerField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(act__in=["approve", "approve_apart", "refuse"])
                | Q(asked_by__isnull=False) & ~Q(by=F("asked_by")),
                name="judgement_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(act="refuse", refusal__in=Refusal.values) | ~Q(act="refuse") & Q(refusal=""),
                name="judgement_refused_for_a_reason",
            ),
        ]
