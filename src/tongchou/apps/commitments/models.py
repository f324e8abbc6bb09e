"""Letters of commitment, the promises in them, what residents said, and who was handed one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """Where a letter stands; the steps are those of ``domain.commitments.letters``."""

    DRAFT = "draft", pgettext_lazy("commitment", "Draft")
    COMMENTS = "comments", pgettext_lazy("commitment", "Residents comment")
    ASSEMBLY = "assembly", pgettext_lazy("commitment", "Before the assembly")
    LEGALITY = "legality", pgettext_lazy("commitment", "Legality review")
    CLEARED = "cleared", pgettext_lazy("commitment", "Ready to be signed")
    PUBLISHED = "published", pgettext_lazy("commitment", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("commitment", "Withdrawn")


class State(models.TextChoices):
    """What is known of a promise."""

    OWED = "owed", pgettext_lazy("promise", "Owed")
    REPORTED = "reported", pgettext_lazy("promise", "Reported, families are asked")
    KEPT = "kept", pgettext_lazy("promise", "Kept, confirmed by call-back or seen by the level above")
    BROKEN = "broken", pgettext_lazy("promise", "Broken, remedy owed")


class How(models.TextChoices):
    """How a household came by its letter. Whoever would rather not have it was offered it."""

    HANDED = "handed", _("Handed over")
    OFFERED = "offered", _("Offered; would rather not have it")


class Letter(models.Model):
    """A letter of one unit: an area's own government, or a department of it. Published, it stays as it is."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    #: As it was called when the letter was drafted.
    area_name = models.CharField(max_length=200)
    #: The department that promises; empty for the village committee or the government itself.
    department = models.CharField(max_length=60, default="", blank=True)
    #: Its row in the list of posts: by its code it is judged. Null for the area's own government.
    department_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=80)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    comments_until = models.DateField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Who answers for it, with the post, as it stands under the letter.
    signed_by = models.CharField(max_length=80, default="", blank=True)
    #: Whether that person held a post of the unit by the list of posts; null before this was looked at.
    signer_registered = models.BooleanField(null=True)
    published_at = models.DateTimeField(null=True)
    #: SHA-256 of what was published; the printed letter and the public page name it.
    sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="letter_has_title"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="letter_stage_known"),
            models.CheckConstraint(
                condition=Q(stage="published", published_at__isnull=False, sha256__length=64)
                & ~Q(signed_by="")
                | ~Q(stage="published") & Q(published_at=None, sha256=""),
                name="letter_published_is_signed",
            ),
            models.UniqueConstraint(
                fields=["area_id", "department"],
                condition=~Q(stage__in=["published", "withdrawn"]),
                name="letter_one_in_the_making",
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "stage", "-id"], name="letter_where")]

    def __str__(self) -> str:
        return f"{self.area_name} {self.department} {self.title}".strip()


class Promise(models.Model):
    """One promise of a letter. Its words stay once the letter is no draft; then only its state changes."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="promises")
    position = models.PositiveSmallIntegerField()
    promise = models.CharField(max_length=300)
    measure = models.CharField(max_length=300)
    means = models.CharField(max_length=300)
    owner = models.CharField(max_length=80)
    proof = models.CharField(max_length=300)
    remedy = models.CharField(max_length=300)
    due = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    reported_on = models.DateField(null=True)
    broken_on = models.DateField(null=True)
    remedy_due = models.DateField(null=True)
    kept_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "position"], name="promise_once_a_place"),
            models.CheckConstraint(
                condition=Q(state="owed", reported_on=None, broken_on=None, kept_on=None)
                | Q(state="reported", reported_on__isnull=False, kept_on=None)
                | Q(state="kept", kept_on__isnull=False)
                | Q(state="broken", broken_on__isnull=False, remedy_due__isnull=False, kept_on=None),
                name="promise_days_of_state",
            ),
            models.CheckConstraint(
                condition=Q(remedy_due=None) | Q(remedy_due__gte=F("broken_on")), name="promise_remedy_after"
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="promise_due")]


class Step(models.Model):
    """What was done with a letter or one of its promises. Only ever added."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="steps")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="steps", null=True)
    #: A move of the letter, or ``report``, ``draw``, ``answer``, ``broken``, ``upheld``, ``mended`` of a
    #: promise.
    act = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    said = models.CharField(max_length=500, default="", blank=True)
    #: Numbers that belong to it: a vote, or how many families were asked.
    numbers = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["letter", "id"], name="commitment_steps")]


class Said(models.TextChoices):
    """What came of calling one household; as ``domain.commitments.call_back.Outcome``."""

    DONE = "done", pgettext_lazy("call-back", "Says that it was done")
    NOT_DONE = "not_done", pgettext_lazy("call-back", "Says that it was not done")
    NOT_CONCERNED = "not_concerned", pgettext_lazy("call-back", "It does not concern the household")
    NOT_REACHED = "not_reached", pgettext_lazy("call-back", "Not reached, or would rather not answer")


class Calls(models.Model):
    """The calls about one report of a promise: drawn by lot once, confirmed by a second person."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="calls")
    #: Which report of the promise, from 1.
    round = models.PositiveSmallIntegerField()
    #: The secret of the draw, sealed; ``committed`` binds it and is shown from the report on.
    sealed = models.TextField()
    committed = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    seed = models.CharField(max_length=64, default="", blank=True)
    households = models.PositiveIntegerField(null=True)
    #: How many must answer, by the rule from ``households``.
    size = models.PositiveIntegerField(null=True)
    #: SHA-256 of the list drawn from.
    frame_sha256 = models.CharField(max_length=64, default="", blank=True)
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "round"], name="calls_once_a_report"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, drawn_by=None, seed="", households=None, size=None)
                | Q(drawn_at__isnull=False, drawn_by__isnull=False, seed__length=64, size__gte=1)
                & Q(size__lte=F("households")),
                name="calls_drawn_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, drawn_at__isnull=False)
                & ~Q(confirmed_by=F("drawn_by")),
                name="calls_confirmed_by_another",
            ),
        ]


class Call(models.Model):
    """One household to be called, by its position in the draw. Once all is confirmed it is not named here."""

    calls = models.ForeignKey(Calls, on_delete=models.CASCADE, related_name="each")
    position = models.PositiveIntegerField()
    household_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=13, choices=Said.choices, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calls", "position"], name="call_once_a_position"),
            models.UniqueConstraint(fields=["calls", "household_id"], name="call_once_a_household"),
            models.CheckConstraint(
                condition=Q(outcome="", by=None, at=None)
                | Q(outcome__in=Said.values, by__isnull=False, at__isnull=False),
                name="call_outcome_has_recorder",
            ),
        ]


class Comment(models.Model):
    """What a resident said about a draft. No name is asked for; words alone are kept."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="comments")
    said = models.CharField(max_length=500)
    at = models.DateTimeField()
    #: What the unit made of it.
    answer = models.CharField(max_length=500, default="", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(said=""), name="comment_says_something")]


class Delivery(models.Model):
    """That a household was handed the signed letter, or offered it. A duty of the unit, done or not done."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="deliveries")
    household_id = models.BigIntegerField()
    how = models.CharField(max_length=7, choices=How.choices)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "household_id"], name="delivery_once_a_household"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="delivery_how_known"),
        ]


class Bundle(models.Model):
    """Letters for the households of a village in one PDF, sealed since names stand in it; kept some days."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="bundles")
    job_id = models.BigIntegerField()
    village_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    village_name = models.CharField(max_length=60)
    #: Of a village with very many households there are several, from 1.
    part = models.PositiveSmallIntegerField()
    households = models.PositiveIntegerField()
    #: Of these, without a name since no font draws it: their number alone stands on the letter.
    unnamed = models.PositiveIntegerField()
    sealed = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job_id", "village_id", "part"], name="bundle_once"),
            models.CheckConstraint(
                condition=Q(households__gte=1, unnamed__lte=F("households")), name="bundle_of_households"
            ),
        ]
        indexes = [
            models.Index(fields=["letter", "scope_no"], name="bundle_of_letter"),
            models.Index(fields=["made_at"], name="bundle_age"),
        ]


class Wish(models.TextChoices):
    """Services a household may wish to hear of: a closed list, none of it about bodies or births."""

    WORK = "work", pgettext_lazy("wish", "Work and training")
    SCHOOL = "school", pgettext_lazy("wish", "Schooling")
    INSURANCE = "insurance", pgettext_lazy("wish", "Medical and pension insurance")
    ELDERS = "elders", pgettext_lazy("wish", "Care of old people")
    NURSERY = "nursery", pgettext_lazy("wish", "Nursery places")
    FARMING = "farming", pgettext_lazy("wish", "Help with production")
    LAW = "law", pgettext_lazy("wish", "Legal aid")


class Contact(models.TextChoices):
    """How a household would like to be told of benefits."""

    CALL = "call", pgettext_lazy("contact", "By telephone")
    MESSAGE = "message", pgettext_lazy("contact", "By message")
    VISIT = "visit", pgettext_lazy("contact", "By a visit")
    NOTICE = "notice", pgettext_lazy("contact", "On the notice board alone")


class Participation(models.Model):
    """That a household takes part, of its own will. Nothing that decides about families reads this table."""

    household_id = models.BigIntegerField(unique=True)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    contact = models.CharField(max_length=7, choices=Contact.choices)
    #: Agrees that departments are told of it where a benefit of its own asks for that.
    shares = models.BooleanField()
    wishes = models.JSONField(default=list)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__in=Contact.values), name="participation_contact_known"
            )
        ]
        indexes = [models.Index(fields=["scope_no"], name="participation_where")]


class Revoked(models.Model):
    """How many households of a village ended their part in a year: all that stays of it."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_id", "year"], name="revoked_once_a_year")]
