"""Who may do what: the one table from roles to permissions.

Three keepers are kept apart from everybody who works with families, and from each other (GB/T 22239-2019,
8.1: separated system, security and audit administration): one makes accounts, another gives them roles, the
third reads what both did. None of the three reads about people.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an account is in an area. A role reaches its area and everything below it."""

    VILLAGE_WORKER = "village_worker", _("Village worker")
    TOWNSHIP_OFFICER = "township_officer", _("Township officer")
    COUNTY_REVIEWER = "county_reviewer", _("County reviewer")
    COUNTY_FINANCE = "county_finance", _("County finance clerk")
    PREFECTURE_SUPERVISOR = "prefecture_supervisor", _("Prefecture supervisor")
    STATISTICIAN = "statistician", _("Statistician")
    DEPARTMENT_READER = "department_reader", _("Department reader")
    AUDITOR = "auditor", _("Auditor")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


_VILLAGE = frozenset(
    {
        "registry.search",
        "registry.open",
        "registry.unmask",
        "worklist.view",
        "worklist.claim",
        "population.view",
        "quality.view",
        # Sums of the own villages, closed where they are of few families; no people.
        "progress.view",
        "corrections.ask",
        "duplicates.view",
        "intake.answer",
        "cases.view",
        "cases.open",
        "cases.discuss",
        "notices.post",
        "commitments.view",
        "commitments.draft",
        "posts.view",
        "plans.view",
        "plans.report",
        "guarantees.view",
        "targets.view",
        "agreements.sign",
        "bulletins.view",
        "bulletins.close",
        # The unit's own side: questions of the level above and what it has to mend. No village worker takes
        # a complaint down: village-assisted log-ins open none.
        "complaints.reply",
        "supervision.reply",
    }
)
_TOWNSHIP = _VILLAGE | {
    "registry.correct",
    "corrections.decide",
    "duplicates.decide",
    "intake.upload",
    "intake.apply",
    "cases.review",
    "certificates.print",
    "commitments.review",
    # From here on: village-assisted log-ins open no consents.
    "commitments.take_part",
    "posts.keep",
    "plans.make",
    "guarantees.send",
    "guarantees.accept",
    "guarantees.keep",
    "targets.set",
    "bulletins.make",
    "complaints.record",
    "complaints.handle",
    "supervision.inspect",
}
_COUNTY = _TOWNSHIP | {
    "places.load",
    "places.change",
    "lists.upload",
    "lists.apply",
    "registry.bulk_export",
    "registry.rebuild",
    "snapshot.take",
    "statistics.build",
    "yearbook.make",
    "entitlements.evaluate",
    "quality.run",
    "duplicates.find",
    "audit.verify",
    "money.view",
    "local.set",
    "checklist.view",
    "policy.simulate",
    "payments.view",
    "cases.approve",
    "cases.exchange",
    "cases.name",
    "certificates.issue",
    "releases.view",
    "releases.seal",
    "bulletins.alerts",
}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.VILLAGE_WORKER: _VILLAGE,
    Role.TOWNSHIP_OFFICER: _TOWNSHIP,
    Role.COUNTY_REVIEWER: _COUNTY,
    # Sums, and of people the payee's name and the masked account in payment batches. Whoever builds a batch
    # does not review it: that takes another account of the same role.
    Role.COUNTY_FINANCE: frozenset(
        {
            "money.view",
            "policy.simulate",
            "funds.manage",
            "payments.build",
            "payments.review",
            "payments.view",
        }
    ),
    # Progress of units, never of people; but for an appeal that came up to it.
    Role.PREFECTURE_SUPERVISOR: frozenset(
        {"progress.view", "population.view", "money.view", "quality.view", "policy.simulate", "cases.hear"}
        | {"commitments.view", "commitments.review", "releases.view", "posts.view", "posts.keep"}
        | {"plans.view", "plans.make"}
        | {"guarantees.view", "guarantees.send", "guarantees.accept", "guarantees.keep"}
        | {"targets.view", "targets.set", "agreements.sign"}
        | {"bulletins.view", "bulletins.close", "bulletins.make", "bulletins.alerts"}
        | {"complaints.record", "complaints.handle", "complaints.supervise"}
        | {"supervision.inspect"}
    ),
    Role.STATISTICIAN: frozenset(
        {
            "population.view",
            "progress.view",
            "quality.view",
            "policy.simulate",
            "statistics.build",
            "places.draw",
            "releases.view",
            "releases.compute",
            "yearbook.make",
        }
    ),
    # What became of the lists a department delivers, in counts, and the programmes in force.
    Role.DEPARTMENT_READER: frozenset({"lists.view"}),
    Role.AUDITOR: frozenset({"audit.read", "audit.verify"}),
    Role.SECURITY_ADMIN: frozenset({"accounts.grant", "accounts.secure"}),
    Role.SYSTEM_ADMIN: frozenset(
        {
            "accounts.manage",
            "system.view",
            "places.load",
            "places.change",
            "places.draw",
            "checklist.view",
            "holidays.set",
            "certificates.rotate",
        }
    ),
}

#: Roles of which an account holds one alone, and nothing beside it.
KEEPERS = frozenset({Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN})

#: What an account is that holds no keeper's role.
BUSINESS = "business"
#: What an account can be. It never changes once the account has held a role.
KINDS = (BUSINESS, *sorted(KEEPERS))

#: Who takes people's data out of a county in bulk, or decides for all of it.
_WIDE = frozenset(
    {
        "registry.bulk_export",
        "entitlements.evaluate",
        "snapshot.take",
        "lists.apply",
        "payments.build",
        "cases.exchange",
    }
)
#: Roles that sign in with a second factor under the usual rule (``TONGCHOU_SECOND_FACTOR=keepers``).
GUARDED = KEEPERS | {role for role, held in PERMISSIONS.items() if held & _WIDE}

#: Every permission there is. Asking for another one is a mistake in the program.
KNOWN = frozenset().union(*PERMISSIONS.values())


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


#: The levels a role of the front line is meant for. A wider one is no mistake: a small township may have
#: one worker for all its villages. Whoever grants it is told.
USUAL_LEVELS: dict[str, frozenset[str]] = {
    Role.VILLAGE_WORKER: frozenset({"village", "group"}),
    Role.TOWNSHIP_OFFICER: frozenset({"township", "village", "group"}),
}


def reaches_wider(role: str, level: str) -> bool:
    """Whether a role in an area of that level reaches more than it is meant for.

    Examples
    --------
    >>> reaches_wider("village_worker", "township"), reaches_wider("county_reviewer", "county")
    (True, False)
    """
    return role in USUAL_LEVELS and level not in USUAL_LEVELS[role]


def kind_of(role: str) -> str:
    """The kind of account a role belongs to: a keeper's own, or that of everybody else.

    Examples
    --------
    >>> kind_of("auditor"), kind_of("village_worker")
    ('auditor', 'business')
    """
    return str(role) if role in KEEPERS else BUSINESS


def label(role: str) -> str:
    """The role's name in the reader's language."""
    return str(Role(role).label)
