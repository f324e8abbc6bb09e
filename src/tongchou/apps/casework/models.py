"""Cases and what was decided in them. Decisions, pinned reasons and accounts are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.registry.api import FollowsPerson
from tongchou.domain.casework import steps

_UNFINISHED = sorted(state.value for state in steps.UNFINISHED)
_STANDING = sorted(state.value for state in steps.STANDING)


class State(models.TextChoices):
    APPLIED = "applied", pgettext_lazy("case", "Applied")
    RUNNING = "running", pgettext_lazy("case", "In progress")
    WAITING = "waiting", pgettext_lazy("case", "Waiting for the family")
    SUSPENDED = "suspended", pgettext_lazy("case", "Suspended")
    APPROVED = "approved", pgettext_lazy("case", "Approved")
    REFUSED = "refused", pgettext_lazy("case", "Refused")
    APPEALED = "appealed", pgettext_lazy("case", "Under review on appeal")
    WITHDRAWN = "withdrawn", pgettext_lazy("case", "Withdrawn")
    ENDED = "ended", pgettext_lazy("case", "Ended")


class Act(models.TextChoices):
    OPEN = "open", pgettext_lazy("act on a case", "Application recorded")
    ACCEPT = "accept", pgettext_lazy("act on a case", "Accepted")
    ASK = "ask", pgettext_lazy("act on a case", "Asked the family for something")
    BROUGHT = "brought", pgettext_lazy("act on a case", "The family brought it")
    PASS = "pass", pgettext_lazy("act on a case", "Passed")
    REFUSE = "refuse", pgettext_lazy("act on a case", "Refused")
    SUSPEND = "suspend", pgettext_lazy("act on a case", "Suspended")
    RESUME = "resume", pgettext_lazy("act on a case", "Taken up again")
    WITHDRAW = "withdraw", pgettext_lazy("act on a case", "Withdrawn by the family")
    REOPEN = "reopen", pgettext_lazy("act on a case", "Opened again by the office")
    APPEAL = "appeal", pgettext_lazy("act on a case", "Appeal")
    UPHOLD = "uphold", pgettext_lazy("act on a case", "Decision upheld on appeal")
    OVERTURN = "overturn", pgettext_lazy("act on a case", "Approved on appeal")
    SEND_BACK = "send_back", pgettext_lazy("act on a case", "Sent back on appeal")
    END = "end", pgettext_lazy("act on a case", "Ended")
    TRANSFER = "transfer", pgettext_lazy("act on a case", "Handed over to another place")


class Desk(models.TextChoices):
    """Whose turn it is: kept beside the case so that a queue is one walk along one index."""

    VILLAGE = "village", pgettext_lazy("desk", "Village")
    TOWNSHIP = "township", pgettext_lazy("desk", "Township")
    COUNTY = "county", pgettext_lazy("desk", "County")
    PREFECTURE = "prefecture", pgettext_lazy("desk", "Prefecture")
    NOTICE = "notice", pgettext_lazy("desk", "Public notice")
    FAMILY = "family", pgettext_lazy("desk", "Family")
    NOBODY = "", pgettext_lazy("desk", "Nobody")


class Channel(models.TextChoices):
    WINDOW = "window", _("At the window")
    HOME = "home", _("At home, with the village worker")
    PAPER = "paper", _("On paper")
    PORTAL = "portal", _("Online, by the family")


class Applicant(models.TextChoices):
    """Who applies. A proxy acts for somebody who is away and shows a mandate."""

    SELF = "self", _("The person")
    PARENT = "parent", _("A parent")
    GUARDIAN = "guardian", _("A guardian")
    INSTITUTION = "institution", _("A child-welfare institution")
    PROXY = "proxy", _("A proxy with a mandate")


class Refusal(models.TextChoices):
    """Why a case is refused: generic, as the clauses stand in the pinned reasons alone (rights rule 2)."""

    CONDITIONS = "conditions", _("A condition of the programme is not met")
    INFORMATION = "information", _("What is needed to decide is missing")
    ALREADY = "already", _("It is already paid elsewhere for the same time")
    NOT_HERE = "not_here", _("Another place is responsible; it is named in the letter")
    DIED = "died", _("The person has died before the right began")
    LATE = "late", _("The last day to apply for the year had passed")


class Asked(models.TextChoices):
    """What a family can be asked for; never anything about births, marriages or contraception."""

    PHOTO = "photo", _("A legible copy of the document")
    ACCOUNT = "account", _("A bank account in the name of the applicant or the child")
    IDENTITY = "identity", _("A document that shows who applies")
    GUARDIANSHIP = "guardianship", _("A document that shows who cares for the child")
    MANDATE = "mandate", _("The mandate of the proxy")
    RESIDENCE = "residence", _("Where the person is registered or lives")
    STATEMENT = "statement", _("The applicant's signed application form")
    SITUATION = "situation", _("A description of the family's situation (hardship aid)")


class Ending(models.TextChoices):
    DIED = "died", _("The person has died")
    MOVED = "moved", _("Registered elsewhere; handed over to the new place")
    NO_LONGER = "no_longer", _("No longer meets a condition")
    OWN_WISH = "own_wish", _("The family wishes so")
    IN_ERROR = "in_error", _("Approved in error by the office")


class KindVersion(models.Model):
    """The text of a kind of case as it stood when a case was begun under it. Only ever added."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    code = models.CharField(max_length=60)
    text = models.TextField()
    first_used_at = models.DateTimeField()


class Counter(models.Model):
    """The last number given in a year; locked while numbers are taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Case(FollowsPerson):
    """An application of one person for one year under one kind of case.

    ``handling_area_id`` is the area that handles it and stays when the person moves; it changes by a
    transfer. ``sealed`` holds who applies. The state says again what the decisions say.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=60)
    version = models.ForeignKey(KindVersion, on_delete=models.PROTECT, related_name="+")
    private = models.BooleanField(default=False)
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    year = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField(null=True)
    handling_area_id = models.BigIntegerField()
    handling_scope = models.IntegerField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    applicant = models.CharField(max_length=12, choices=Applicant.choices)
    sealed = models.TextField()
    external = models.CharField(max_length=60, default="", blank=True)
    #: The case of the year before that this one goes on from.
    previous = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLIED)
    stage = models.PositiveSmallIntegerField(default=0)
    stage_code = models.CharField(max_length=40)
    accepted = models.BooleanField(default=False)
    appeals = models.PositiveSmallIntegerField(default=0)
    desk = models.CharField(max_length=10, choices=Desk.choices, default=Desk.NOBODY, blank=True)

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_on = models.DateField(null=True)
    stage_since = models.DateField()
    stage_due = models.DateField()
    due = models.DateField()
    #: Whether the two last days rest on a year whose holidays are not announced.
    provisional = models.BooleanField(default=False)
    due_provisional = models.BooleanField(default=False)
    #: From where and by how many working days the two were counted; null where these do not decide.
    stage_from = models.DateField(null=True)
    stage_days = models.SmallIntegerField(null=True)
    due_from = models.DateField(null=True)
    due_days = models.SmallIntegerField(null=True)
    #: Working days the stage and the whole case had left when the clock was stopped; null while it runs.
    left_stage = models.SmallIntegerField(null=True)
    left_whole = models.SmallIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "kind", "year"],
                condition=Q(state__in=_STANDING),
                name="case_once_a_year",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="case_channel_known"),
            models.CheckConstraint(condition=Q(applicant__in=Applicant.values), name="case_applicant_known"),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="case_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "refused", "ended", "appealed"], decided_at__isnull=False)
                | ~Q(state__in=["approved", "refused", "ended", "appealed"]),
                name="case_decided_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_UNFINISHED) & ~Q(desk="") | ~Q(state__in=_UNFINISHED) & Q(desk=""),
                name="case_desk_while_unfinished",
            ),
        ]
        indexes = [
            # The order of a queue, then all that narrows it: neither a page nor a count reads the rows.
            models.Index(
                fields=["desk", "stage_due", "id", "handling_scope", "kind", "state", "private"],
                name="case_queue",
            ),
            models.Index(fields=["kind", "year", "state", "id", "handling_scope"], name="case_yearly"),
            models.Index(fields=["person_id"], name="case_person"),
            models.Index(
                fields=["state", "-decided_at", "-id", "handling_scope", "kind", "private"],
                name="case_decided",
            ),
            models.Index(fields=["household_id"], name="case_household"),
        ]


class Pinned(models.Model):
    """The facts and reasons a case rests on, sealed, named by a keyed hash. Only ever added."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pinned")
    mark = models.CharField(max_length=64)
    sealed = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "mark"], name="pinned_once")]


class Decision(models.Model):
    """One act on a case. Only ever added; triggers say so.

    ``officer`` is empty for what time does (a notice that has hung). ``on_behalf`` is the officer whose
    delegation was used, else the officer. ``counted`` acts are those in which an officer takes a position:
    the database lets nobody take two in one case, for himself or for somebody else.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=10, choices=Act.choices)
    stage_code = models.CharField(max_length=40)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    on_behalf = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    counted = models.BooleanField()
    at = models.DateTimeField()
    reasons = models.CharField(max_length=120, default="", blank=True)
    #: Words of an officer, sealed; they stand on the case's own page alone.
    sealed = models.TextField(default="", blank=True)
    mark = models.CharField(max_length=64, default="", blank=True)
    #: Whether the stage was left in time; null where no clock ran.
    in_time = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "officer"], condition=Q(counted=True), name="decision_maker_never_approver"
            ),
            models.UniqueConstraint(
                fields=["case", "on_behalf"], condition=Q(counted=True), name="decision_not_for_another_twice"
            ),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="decision_act_known"),
            models.CheckConstraint(
                condition=Q(officer__isnull=False, on_behalf__isnull=False)
                | Q(officer=None, on_behalf=None, counted=False),
                name="decision_counted_has_an_officer",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="decision_case"),
            models.Index(fields=["at"], condition=~Q(in_time=None), name="decision_lateness"),
        ]


class Award(models.Model):
    """What an approved case gives: made with the approval, once. Only ``void_at``, where, and the two marks
    of whoever pays are set later.

    ``has_payee``: an account is on the case. ``tried``: a payment of it is on its way, arrived or came back.
    Both are kept beside it so that what waits for its first payment is counted along one index.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="award")
    kind = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    amount_fen = models.BigIntegerField()
    approved_at = models.DateTimeField()
    handling_area_id = models.BigIntegerField()
    handling_scope = models.IntegerField()
    void_at = models.DateTimeField(null=True)
    has_payee = models.BooleanField(default=False)
    tried = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="award_amount_positive"),
        ]
        indexes = [
            models.Index(
                fields=["kind", "handling_scope", "has_payee", "amount_fen", "approved_at"],
                condition=Q(void_at=None, tried=False),
                name="award_unpaid",
            ),
            models.Index(fields=["kind", "id"], condition=Q(void_at=None), name="award_ready"),
            models.Index(fields=["person_id"], name="award_person"),
        ]


class Delegation(models.Model):
    """An officer lets another act for him, between two days. Ended early by ``ended_on``."""

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    ended_on = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_to_somebody_else"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="delegation_days_in_order"
            ),
        ]
        indexes = [models.Index(fields=["taker", "last_day"], name="delegation_taker")]


class NamedOfficer(models.Model):
    """Who is named for the private programmes in an area: nobody else sees or decides their cases there."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    scope_end = models.IntegerField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "area_id"], condition=Q(ended_at=None), name="named_once"
            ),
        ]


class NamingProposal(models.Model):
    """Somebody who took an officer's roles over and is proposed to be named in his stead."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    scope_end = models.IntegerField()
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "area_id"], condition=Q(settled_at=None), name="naming_proposed_once"
            ),
            models.CheckConstraint(
                condition=~Q(account=F("instead_of")), name="naming_proposed_for_somebody_else"
            ),
        ]


class OwnFamily(models.Model):
    """People an officer does not decide about: the officer and whom he named, found by their numbers.

    ``sealed`` holds the identity number, ``number_index`` finds it in the register.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField()
    number_index = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "number_index"], name="own_family_once"),
        ]


from tongchou.apps.casework.grievance_models import About, Grievance, Verdict  # noqa: E402, F401
from tongchou.apps.casework.paper_models import Paper  # noqa: E402, F401
from tongchou.apps.casework.payee_models import Payee, PayeeChange  # noqa: E402, F401
