"""Areas from the province to the villagers' group, over time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.scope import Scope
from tongchou.domain.succession import WHOLE


class Level(models.TextChoices):
    """The six levels, from the widest to the narrowest."""

    PROVINCE = "province", _("Province")
    PREFECTURE = "prefecture", _("Prefecture")
    COUNTY = "county", _("County")
    TOWNSHIP = "township", _("Township")
    VILLAGE = "village", _("Village")
    GROUP = "group", _("Villagers' group")


class CodeSystem(models.TextChoices):
    """Who gives a code out: GB/T 2260 (6 digits), the statistics (9 or 12 digits), or the place itself."""

    GB = "gb", "GB/T 2260"
    STAT = "stat", _("Statistical code")
    LOCAL = "local", _("Local code")


class AreaQuerySet(models.QuerySet["Area"]):
    def valid(self, on: dt.date) -> AreaQuerySet:
        """Areas that exist on a day; the day an area ends no longer belongs to it."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)

    def within(self, scope: Scope) -> AreaQuerySet:
        """Areas a scope reaches."""
        return self.filter(scope.q("scope_no"))


class Area(models.Model):
    """A place in the tree of areas.

    ``scope_no`` to ``scope_end`` is the closed interval of depth-first numbers of the area and all below it.
    ``local`` units have no national code of their own; their townships keep the prefix of the county
    they were taken from, so a prefix never decides who sees what.
    """

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    #: First letters of the name's pinyin, by which it is found too.
    initials = models.CharField(max_length=60, default="", editable=False)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    local = models.BooleanField(_("local unit"), default=False)
    scope_no = models.IntegerField(default=0)
    scope_end = models.IntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    #: Where an ended area's people belong today; its numbers lie inside the numbers of this one.
    succeeded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="took_over")

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="area_code_unique_now"),
            models.UniqueConstraint(fields=["code", "valid_from"], name="area_code_unique_from"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="area_level_known"),
            models.CheckConstraint(
                condition=Q(level=Level.PROVINCE, parent=None)
                | (~Q(level=Level.PROVINCE) & Q(parent__isnull=False)),
                name="area_only_province_has_no_parent",
            ),
            models.CheckConstraint(condition=Q(scope_no__lte=F("scope_end")), name="area_scope_ordered"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="area_dates_ordered"
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="area_has_code_and_name"),
            models.CheckConstraint(
                condition=Q(succeeded_by=None) | Q(valid_to__isnull=False) & ~Q(succeeded_by=F("id")),
                name="area_only_ended_is_succeeded",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no"], name="area_scope"),
            models.Index(fields=["level", "scope_no"], name="area_level_scope"),
        ]

    def __str__(self) -> str:
        return self.name


class AreaCode(models.Model):
    """A code an area has or had, with its name at that time."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40)
    system = models.CharField(max_length=5, choices=CodeSystem.choices)
    name = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="area_code_once_from"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="area_code_one_holder"),
            models.CheckConstraint(condition=Q(system__in=CodeSystem.values), name="area_code_system_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="area_code_dates_ordered"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class AreaOverlap(models.Model):
    """A local unit lies wholly or partly inside a county: the county's figures include that part."""

    unit = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="overlaps")
    county = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="overlapped_by")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "county"], name="area_overlap_once"),
            models.CheckConstraint(condition=~Q(unit=F("county")), name="area_overlap_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.county_id}"


class AreaParent(models.Model):
    """Under which area an area stood, from a day until another; the open one is today's."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="stood_under")
    parent = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "valid_from"], name="area_parent_once_from"),
            models.UniqueConstraint(
                fields=["area"], condition=Q(valid_to=None), name="area_parent_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="area_parent_dates_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} under {self.parent_id}"


class Outline(models.Model):
    """The shape of an area on a map, as somebody loaded it last: rings of longitude and latitude, no more."""

    area = models.OneToOneField(Area, on_delete=models.CASCADE, related_name="outline", primary_key=True)
    shape = models.JSONField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"outline of {self.area_id}"


class ChangeKind(models.TextChoices):
    """What can happen to areas."""

    RENAME = "rename", _("New name or code")
    TRANSFER = "transfer", _("Move under another area")
    MERGE = "merge", _("Merge")
    SPLIT = "split", _("Split")


class ChangeStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    APPLIED = "applied", _("In force")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNDONE = "undone", _("Undone")


class AreaChange(models.Model):
    """A change of areas: planned by one person, put in force by another, with the document that orders it.

    ``plan`` holds area numbers, names and shares as they were planned; ``before`` what is needed to undo it.
    """

    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    effective_on = models.DateField()
    document = models.CharField(max_length=200)
    scope_no = models.IntegerField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan: models.JSONField[dict[str, Any]] = models.JSONField()
    before: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=ChangeStatus.choices, default=ChangeStatus.PLANNED)
    planned_by = models.BigIntegerField(null=True)
    planned_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="area_change_kind"),
            models.CheckConstraint(condition=Q(status__in=ChangeStatus.values), name="area_change_status"),
            models.CheckConstraint(condition=~Q(document=""), name="area_change_has_document"),
            models.CheckConstraint(
                condition=Q(planned_by=None)
                | Q(decided_by=None)
                | ~Q(status__in=["applied", "undone"])
                | ~Q(planned_by=F("decided_by")),
                name="area_change_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status=ChangeStatus.PLANNED, decided_at=None)
                | ~Q(status=ChangeStatus.PLANNED) & Q(decided_at__isnull=False),
                name="area_change_decided",
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "-id"], name="area_change_scope")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.status}"


class AreaSuccession(models.Model):
    """By a change in force, a share (millionths) of the predecessor's people belongs to the successor."""

    change = models.ForeignKey(AreaChange, on_delete=models.CASCADE, related_name="successions")
    predecessor = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    share = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "predecessor", "successor"], name="area_succession_once"
            ),
            models.CheckConstraint(condition=Q(share__range=(1, WHOLE)), name="area_succession_share"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} to {self.successor_id}"


class FormerNumber(models.Model):
    """The scope numbers an area had up to a renumbering.

    The audit chain keeps the number of an area as of the day of the act and is never rewritten, so that this
    alone says which area an older row means. ``until_id`` is the last row of the chain they were valid for.
    Without numbers: the area did not exist, or nobody knows what they were.
    """

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    scope_no = models.IntegerField(null=True)
    scope_end = models.IntegerField(null=True)
    until_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "until_id"], name="former_number_once_a_renumbering"),
        ]
        indexes = [models.Index(fields=["scope_no", "until_id"], name="former_number_scope")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.scope_no} until {self.until_id}"
