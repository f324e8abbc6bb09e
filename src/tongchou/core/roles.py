"""Who may do what: the one table from roles to permissions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an account is in an area. A role reaches its area and everything below it."""

    VILLAGE_WORKER = "village_worker", _("Village worker")
    TOWNSHIP_OFFICER = "township_officer", _("Township officer")
    COUNTY_REVIEWER = "county_reviewer", _("County reviewer")


_VILLAGE = frozenset(
    {
        "registry.search",
        "registry.open",
        "registry.unmask",
        "worklist.view",
        "worklist.claim",
    }
)
_TOWNSHIP = _VILLAGE | {
    "registry.correct",
    "intake.upload",
    "intake.apply",
}
_COUNTY = _TOWNSHIP | {
    "places.load",
    "registry.bulk_export",
    "registry.rebuild",
    "snapshot.take",
    "entitlements.evaluate",
    "audit.verify",
}

#: Accounts are made and given roles on the command line of the installation, so no role manages accounts.
PERMISSIONS: dict[str, frozenset[str]] = {
    Role.VILLAGE_WORKER: _VILLAGE,
    Role.TOWNSHIP_OFFICER: _TOWNSHIP,
    Role.COUNTY_REVIEWER: _COUNTY,
}

#: Every permission there is. Asking for another one is a mistake in the program.
KNOWN = frozenset().union(*PERMISSIONS.values()) | {"accounts.manage"}


def roles_with(permission: str) -> frozenset[str]:
    """The roles that hold a permission.

    Raises
    ------
    ValueError
        When no such permission exists: a misspelt one must not pass as "nobody may".
    """
    if permission not in KNOWN:
        raise ValueError(f"unknown permission: {permission}")
    return frozenset(role for role, held in PERMISSIONS.items() if permission in held)


def label(role: str) -> str:
    """The role's name in the reader's language."""
    return str(Role(role).label)
