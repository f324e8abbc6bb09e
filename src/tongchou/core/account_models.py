"""What belongs to an account beside its roles: proposals, second factors, sessions, imports, hand-overs."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.models import Account
from tongchou.core.roles import Role


class ProposalStatus(models.TextChoices):
    """A proposal waits for the security administrator; the other three are final."""

    WAITING = "waiting", _("Waiting")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Refusal(models.TextChoices):
    """Why a role is refused. A closed list: no words about people end up in it."""

    PERSON = "person", _("The person is not known there")
    ROLE = "role", _("Another role would do")
    AREA = "area", _("The area is not theirs")
    NEED = "need", _("It is not needed any more")


class RoleProposal(models.Model):
    """A role the system administrator asks the security administrator to grant.

    The database refuses a decision by who proposed it or by who gets the role.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="proposals")
    role = models.CharField(max_length=30)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    scope_end = models.IntegerField()
    valid_from = models.DateField()
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.WAITING)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=10, choices=Refusal.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="proposal_role_known"),
            models.CheckConstraint(
                condition=Q(status__in=ProposalStatus.values), name="proposal_status_known"
            ),
            models.CheckConstraint(
                condition=Q(scope_no__gte=1, scope_no__lte=F("scope_end")), name="proposal_scope_ordered"
            ),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.WAITING, decided_by=None, decided_at=None)
                | (~Q(status=ProposalStatus.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[ProposalStatus.WAITING, ProposalStatus.WITHDRAWN])
                | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("account"))),
                name="proposal_maker_is_not_approver",
            ),
            models.CheckConstraint(condition=~Q(proposed_by=F("account")), name="proposal_not_for_oneself"),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.REFUSED, refusal__in=Refusal.values)
                | (~Q(status=ProposalStatus.REFUSED) & Q(refusal="")),
                name="proposal_refused_with_reason",
            ),
            models.UniqueConstraint(
                fields=["account", "role", "area_id"],
                condition=Q(status=ProposalStatus.WAITING),
                name="proposal_waits_once",
            ),
        ]
        indexes = [models.Index(fields=["status", "scope_no"], name="proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.status}"


class FactorKind(models.TextChoices):
    TOTP = "totp", _("Authenticator app")
    KEY = "key", _("Security key")


class Factor(models.Model):
    """A second factor of an account. ``secret`` is encrypted with the installation's keys.

    For an app it holds the shared secret, for a key the public credential. ``last_step`` is the time step of
    the last code used: an older or equal one never opens again. ``host`` is the name a key was made for.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=4, choices=FactorKind.choices)
    name = models.CharField(max_length=40)
    secret = models.TextField()
    handle = models.CharField(max_length=64, blank=True)
    host = models.CharField(max_length=253, blank=True)
    last_step = models.BigIntegerField(default=0)
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FactorKind.values), name="factor_kind_known"),
            models.UniqueConstraint(
                fields=["handle"], condition=~Q(handle=""), name="factor_key_belongs_to_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind}"


class RecoveryCode(models.Model):
    """A code for the day the other factors are lost: a keyed hash of it, until it is used."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    mac = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "mac"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}"


class FactorReset(models.Model):
    """A keeper's lost second factor: one person asks, another one does it, and neither is the keeper."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(done_at=None), name="factor_reset_waits_once"
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("account")) & ~Q(done_by=F("account")) & ~Q(done_by=F("asked_by")),
                name="factor_reset_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}"


class SessionManager(BaseSessionManager["Session"]):
    """Sessions by key; expired ones go with the next sign-in."""


class Session(AbstractBaseSession):
    """A signed-in browser: whose, since when, last seen, and what kind of device. No address is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    since = models.DateTimeField(null=True)
    last_seen = models.DateTimeField(null=True)
    device = models.CharField(max_length=60, blank=True)

    objects = SessionManager()

    class Meta:
        pass

    @classmethod
    def get_session_store_class(cls) -> type:
        return import_module(settings.SESSION_ENGINE).SessionStore


class AccountImport(models.Model):
    """A workbook of accounts: its hash, and until it is confirmed its encrypted lines."""

    sha256 = models.CharField(max_length=64, unique=True)
    uploaded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    lines = models.TextField(blank=True)
    accounts = models.IntegerField()
    proposals = models.IntegerField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(lines=""), name="account_import_forgets_its_lines"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
