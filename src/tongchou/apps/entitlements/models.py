"""What people are entitled to: the result of one evaluation, and the claims families made."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import api as registry


class Outcome(models.TextChoices):
    ENTITLED = "entitled", _("Entitled")
    SUBJECT_TO_STATEMENT = (
        "entitled_subject_to_statement",
        _("Entitled, subject to the applicant's statement"),
    )
    NOT_ENTITLED = "not_entitled", _("Not entitled")
    NEEDS_INFORMATION = "needs_information", _("Needs information")


class State(models.TextChoices):
    """What has still to be done about a result."""

    OPEN = "open", _("Not yet claimed")
    UNCLEAR = "unclear", _("Needs information")
    CLAIMED = "claimed", _("Claimed")


#: Stands for "no fixed day" where results are put in order: after every day.
NO_DAY = dt.date(9999, 12, 31)
#: Outcomes a family can claim on.
CLAIMABLE = (Outcome.ENTITLED, Outcome.SUBJECT_TO_STATEMENT)


class Evaluation(models.Model):
    """One run of the rules over one snapshot. Re-running it on the same inputs gives the same digest."""

    snapshot_id = models.BigIntegerField()
    snapshot_sha256 = models.CharField(max_length=64)
    policies_sha256 = models.CharField(max_length=64)
    results_sha256 = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    persons = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField()
    current = models.BooleanField(default=False)
    #: The list follows the registry: up to this entry and this day it says what a new evaluation would say.
    #: Null where the snapshot did not note its newest entry; such a list stays as it was made.
    followed_to = models.BigIntegerField(null=True)
    followed_day = models.DateField(null=True)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=Q(current=True), name="evaluation_one_current_a_year"
            )
        ]


class Entitlement(registry.FollowsPerson):
    """A result that someone has to act on: entitled, or one fact short. Refusals are never listed here.

    A person who is not entitled leaves no row; the reasons are computed when a page asks for them. ``state``
    and ``due`` say again what the outcome, the claims and ``claim_by`` say, so that a list of many is one
    walk along one index.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="entitlements")
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    programme = models.CharField(max_length=60)
    outcome = models.CharField(max_length=40, choices=Outcome.choices)
    amount_fen = models.BigIntegerField(null=True)
    missing = models.CharField(max_length=400, default="")
    claim_by = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    due = models.DateField(default=NO_DAY)
    #: When it came onto the list, if that was after the list was made.
    found_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "person_id", "programme"],
                name="entitlement_once_a_person_and_programme",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NOT_ENTITLED), name="entitlement_lists_no_refusal"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="entitlement_state_known"),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="entitlement_amount_positive"
            ),
        ]
        indexes = [
            # The order of the list, then all that narrows it: neither a page nor a count reads the rows.
            models.Index(
                fields=[
                    "evaluation",
                    "state",
                    "due",
                    "household_id",
                    "person_id",
                    "programme",
                    "registered_scope",
                    "resident_scope",
                    "id",
                ],
                name="entitlement_list",
            ),
            models.Index(
                fields=["evaluation", "state", "programme", "registered_scope", "resident_scope"],
                name="entitlement_counts",
            ),
            models.Index(fields=["person_id"], name="entitlement_person"),
        ]


class ClaimMistake(models.TextChoices):
    """Why a recorded claim is taken back. A closed list about the record; the family is never asked why."""

    WRONG_PERSON = "wrong_person", _("Recorded for the wrong person")
    NOT_HANDED_IN = "not_handed_in", _("The application has not been handed in yet")
    WRONG_PROGRAMME = "wrong_programme", _("Recorded for the wrong programme or year")


class ClaimQuerySet(models.QuerySet["Claim"]):
    def standing(self) -> ClaimQuerySet:
        """Claims that have not been taken back."""
        return self.filter(withdrawn_at=None)


class Claim(registry.FollowsPerson):
    """A family handed in its application for one programme and year (on paper or elsewhere).

    One recorded by mistake stays as a row that says so, and the family is back on the list.
    """

    person_id = models.BigIntegerField()
    programme = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    mistake = models.CharField(max_length=20, choices=ClaimMistake.choices, default="", blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "programme", "year"],
                condition=Q(withdrawn_at=None),
                name="claim_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, mistake="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, mistake__in=ClaimMistake.values),
                name="claim_withdrawn_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["year", "programme", "registered_scope", "resident_scope"], name="claim_where"
            ),
        ]


class Reached(models.TextChoices):
    """How a visit to a family on the list ended.

    Whoever does not want to apply has been told: there is no word for a decline, so nobody can list or count
    it (rights rule 5).
    """

    TOLD = "told", _("Told")
    NOT_FOUND = "not_found", _("Not found at home")


class Outreach(registry.FollowsPerson):
    """The last visit about a benefit of a year by one worker. It changes no entitlement, queue or amount."""

    person_id = models.BigIntegerField()
    programme = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    reached = models.CharField(max_length=12, choices=Reached.choices)
    at = models.DateTimeField()
    by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "programme", "year", "by"], name="outreach_once_a_worker"
            ),
            models.CheckConstraint(condition=Q(reached__in=Reached.values), name="outreach_reached_known"),
        ]
        indexes = [models.Index(fields=["year", "programme", "registered_scope"], name="outreach_where")]
