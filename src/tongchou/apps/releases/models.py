"""Releases of public tables, and each step of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.domain.releases import lifecycle

_OPEN = [str(one) for one in lifecycle.OPEN]
_SEALED = ["sealed", "published", "superseded", "withdrawn"]


class State(models.TextChoices):
    """Where a release stands; see ``domain.releases.lifecycle``."""

    DRAFT = "draft", pgettext_lazy("release", "Begun")
    COMPUTED = "computed", pgettext_lazy("release", "Computed")
    CHECKED = "checked", pgettext_lazy("release", "Checked")
    SEALED = "sealed", pgettext_lazy("release", "Sealed")
    PUBLISHED = "published", pgettext_lazy("release", "Published")
    SUPERSEDED = "superseded", pgettext_lazy("release", "Replaced by a restatement")
    WITHDRAWN = "withdrawn", pgettext_lazy("release", "Withdrawn")
    DROPPED = "dropped", pgettext_lazy("release", "Not pursued")


class Licence(models.TextChoices):
    """Under what everybody may use the figures; the county chooses when it seals."""

    CC_BY = "cc-by-4.0", _("Free use with the source named (CC BY 4.0)")
    CC0 = "cc0-1.0", _("Free use without conditions (CC0 1.0)")
    OFFICE = "office", _("Free use with the source named, by the rules of the office")


class Release(models.Model):
    """One version of a table for one period and county.

    The figures lie in files named by their digest: ``content_sha256`` is of what is published,
    ``hidden_sha256`` of the true counts, which stay inside.
    """

    code = models.CharField(max_length=60)
    period = models.CharField(max_length=7)  # "2026" or "2026-06"
    version = models.PositiveSmallIntegerField()
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    scope_end = models.IntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    #: The one whose figures it states anew, and why.
    predecessor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="restated_by")
    reason = models.CharField(max_length=300, default="", blank=True)
    #: What it was made of: digests of cube, snapshot and definition, days, version of the program.
    inputs = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, default="", blank=True)
    hidden_sha256 = models.CharField(max_length=64, default="", blank=True)
    findings = models.JSONField(default=list)
    licence = models.CharField(max_length=12, choices=Licence.choices, default="", blank=True)
    #: What stands beside the figures, fixed when it is sealed, and the signature over both.
    about = models.JSONField(default=dict)
    signature = models.TextField(default="", blank=True)
    made_at = models.DateTimeField()
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_id", "code", "period", "version"],
                condition=~Q(state="dropped"),
                name="release_version_once",
            ),
            models.UniqueConstraint(
                fields=["area_id", "code", "period"],
                condition=Q(state__in=_OPEN),
                name="release_one_in_progress",
            ),
            models.UniqueConstraint(
                fields=["area_id", "code", "period"],
                condition=Q(state="published"),
                name="release_one_published",
            ),
            # The maker is never the sealer (Statistics Law, Art. 29: figures are checked and signed for).
            models.CheckConstraint(
                condition=Q(sealed_by=None)
                | (~Q(sealed_by=F("computed_by")) & ~Q(sealed_by=F("checked_by"))),
                name="release_sealed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_SEALED)
                | (Q(sealed_by__isnull=False) & ~Q(signature="") & Q(content_sha256__length=64)),
                name="release_sealed_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(version=1, predecessor=None)
                | (Q(version__gt=1) & Q(predecessor__isnull=False) & ~Q(reason="")),
                name="release_restated_with_reason",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="release_state_known"),
        ]
        indexes = [
            models.Index(fields=["scope_no", "-id"], name="release_where"),
            models.Index(fields=["state", "code", "period"], name="release_public"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period} v{self.version}"

    @property
    def name(self) -> str:
        return str(self)


class Step(models.Model):
    """What somebody did with a release. Only ever added."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, default="", blank=True)
    content_sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=[str(one) for one in lifecycle.Act]), name="release_step_known"
            ),
            models.CheckConstraint(
                condition=~Q(act__in=["withdraw", "drop"]) | ~Q(note=""), name="release_ended_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.act}"
