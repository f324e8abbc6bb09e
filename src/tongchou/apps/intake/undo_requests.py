"""Requests to take back what was stored: one asks, another decides, and the database holds them to it."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UndoReason(models.TextChoices):
    """Why something is to be taken back: a closed list, so that it can stand in the audit chain."""

    OTHER_VILLAGE = "other_village", _("It belongs to another village")
    OTHER_COUNTY = "other_county", _("It belongs to another county")
    OTHER_FILE = "other_file", _("The wrong file was chosen")
    OUTDATED = "outdated", _("It is an older list")
    WRONG = "wrong", _("Too much in it is wrong")


_ALIKE: Final = (UndoReason.OTHER_FILE, UndoReason.OUTDATED, UndoReason.WRONG)
#: The reasons that fit the register of a village, and the list of a county.
OF_REGISTERS: Final = (UndoReason.OTHER_VILLAGE, *_ALIKE)
OF_LISTS: Final = (UndoReason.OTHER_COUNTY, *_ALIKE)


def choices(reasons: tuple[UndoReason, ...]) -> list[tuple[str, Any]]:
    """Reasons for a field or a form."""
    return [(reason.value, reason.label) for reason in reasons]


def source(sha256: str, attempt: int) -> str:
    """The name under which the registry keeps what an upload recorded, the first time or once more.

    Examples
    --------
    >>> source("ab12", 1), source("ab12", 2)
    ('ab12', 'ab12#2')
    """
    return sha256 if attempt == 1 else f"{sha256}#{attempt}"


class UndoState(models.TextChoices):
    """What became of a request to take a file back."""

    WAITING = "waiting", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", pgettext_lazy("a request", "Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class UndoRequest(models.Model):
    """A request to take back everything a ``file`` recorded, and who decided about it: never who asked.

    Who derives from it adds the ``file`` and its ``reason``.
    """

    state = models.CharField(max_length=10, choices=UndoState.choices, default=UndoState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


def constraints(name: str, reasons: tuple[UndoReason, ...]) -> list[models.BaseConstraint]:
    """One request at a time, a reason of the list, and two people; ``name`` begins their names."""
    return [
        models.UniqueConstraint(
            fields=["file"],
            condition=Q(state__in=[UndoState.WAITING, UndoState.APPROVED]),
            name=f"{name}_once",
        ),
        models.CheckConstraint(
            condition=Q(reason__in=[reason.value for reason in reasons]), name=f"{name}_reason"
        ),
        models.CheckConstraint(
            condition=Q(state=UndoState.WAITING, decided_by=None, decided_at=None)
            | Q(state=UndoState.WITHDRAWN, decided_by=F("asked_by"), decided_at__isnull=False)
            | Q(state__in=[UndoState.APPROVED, UndoState.REFUSED], decided_at__isnull=False)
            & ~Q(decided_by=F("asked_by"))
            & Q(decided_by__isnull=False),
            name=f"{name}_needs_two_people",
        ),
    ]
