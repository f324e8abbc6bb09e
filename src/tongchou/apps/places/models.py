"""Areas from the province to the villagers' group, over time."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.scope import Scope


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
