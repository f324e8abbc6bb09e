"""What surrounds every page: unit, person, role, navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.core import accounts, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.models import Assignment
from tongchou.core.roles import PERMISSIONS, Role

#: (view, icon, label, permission, or what gives those of which one will do, or None)
_NAVIGATION: tuple[tuple[str, str, Promise, str | Callable[[], frozenset[str]] | None], ...] = (
    ("home", "home", _("Home"), None),
    ("search", "search", _("Find a person"), "registry.search"),
    ("worklist", "list", _("Work-list"), "worklist.view"),
    ("population", "users", _("Population"), "population.view"),
    (
        "cases",
        "check",
        _("Cases"),
        lambda: frozenset({"cases.view", "cases.hear"}),
    ),
    ("applications", "pen", _("Applications of residents"), "cases.review"),
    ("grievances", "question", _("Grievances"), "cases.view"),
    ("exchange", "turn", _("Lists for other systems"), "cases.exchange"),
    ("postings", "file", _("Public notices"), "notices.post"),
    ("progress", "bars", _("Progress of the work"), "progress.view"),
    ("money", "coin", _("Expected payments"), "money.view"),
    ("funds", "coin", _("Funds"), "funds.manage"),
    ("payments", "list", _("Payment batches"), "payments.view"),
    ("overpayments", "turn", _("Overpayments"), "payments.build"),
    ("fund-progress", "bars", _("Funds by level"), "funds.manage"),
    ("simulate", "idea", _("What if the law changed"), "policy.simulate"),
    ("recalculations", "clock", _("Past years worked out again"), "entitlements.evaluate"),
    ("intake", "upload", _("Register files"), "intake.upload"),
    ("not-listed", "question", _("Not in the register"), "intake.answer"),
    ("balance", "users", _("Population account"), "population.view"),
    ("checks", "shield", _("Check of the records"), "quality.view"),
    ("audit", "shield", _("Audit chain"), "audit.read"),
    ("lists", "file", _("Department lists"), "lists.upload"),
    ("newborns", "heart", _("Newborns to help"), "registry.correct"),
    ("corrections", "pen", pgettext_lazy("page", "Corrections"), "corrections.ask"),
    ("duplicates", "users", _("Records of one person"), "duplicates.view"),
    ("jobs", "clock", _("Jobs"), jobs.permissions),
    ("areas", "place", _("Administrative areas"), "places.change"),
    ("grants", "check", _("Roles to grant"), "accounts.grant"),
    ("lockouts", "lock", _("Lock-outs"), "accounts.secure"),
    ("accounts", "users", _("Accounts"), lambda: frozenset({"accounts.manage", "accounts.secure"})),
    ("account-import", "upload", _("Accounts from Excel"), "accounts.manage"),
    ("checklist", "check", _("Checklist"), "checklist.view"),
    ("doctor", "shield", _("System check"), "system.view"),
    ("account", "user", _("My account"), None),
    ("help", "question", _("Help"), None),
)
#: Pages that belong to an entry of the navigation.
_UNDER = {
    "household": "search",
    "search-forget": "search",
    "person-unmask": "search",
    "intake-new": "intake",
    "intake-file": "intake",
    "intake-batch": "intake",
    "intake-words": "intake",
    "intake-decide": "intake",
    "intake-undo": "intake",
    "intake-undo-decide": "intake",
    "list-new": "lists",
    "fund": "funds",
    "fund-new": "funds",
    "fund-share": "funds",
    "fund-appropriate": "funds",
    "fund-give-back": "funds",
    "fund-arrival": "funds",
    "fund-entry-take-back": "funds",
    "payment": "payments",
    "payment-new": "payments",
    "payment-decide": "payments",
    "payment-file": "payments",
    "payment-receipt": "payments",
    "payment-answer-new": "payments",
    "payment-answer": "payments",
    "payment-take-out": "payments",
    "payment-more": "payments",
    "payment-overpaid": "overpayments",
    "family-statement": "payments",
    "overpayment": "overpayments",
    "overpayment-decide": "overpayments",
    "overpayment-recover": "overpayments",
    "overpayment-waive": "overpayments",
    "list-file": "lists",
    "newborn": "newborns",
    "person": "search",
    "person-act": "search",
    "household-enter": "search",
    "correction-ask": "search",
    "entry-take-back": "search",
    "duplicate": "duplicates",
    "duplicate-decide": "duplicates",
    "correction": "corrections",
    "correction-decide": "corrections",
    "corrections-decide": "corrections",
    "case": "cases",
    "case-act": "cases",
    "case-letter": "cases",
    "exchange-new": "exchange",
    "exchange-list": "exchange",
    "exchange-answer": "exchange",
    "exchange-answer-new": "exchange",
    "application": "applications",
    "application-act": "applications",
    "grievance": "grievances",
    "grievance-new": "grievances",
    "grievance-letter": "grievances",
    "case-lateness": "cases",
    "case-officer": "cases",
    "case-named": "cases",
    "case-renew": "cases",
    "case-choose": "search",
    "case-begin": "search",
    "posting": "postings",
    "posting-new": "postings",
    "posting-prove": "postings",
    "posting-object": "postings",
    "password": "account",
    "check": "checks",
    "balance-proofs": "balance",
    "area": "areas",
    "area-plan": "areas",
    "area-change": "areas",
    "account-security": "account",
    "factor-app": "account",
    "factor-key": "account",
    "factor-codes": "account",
    "account-new": "accounts",
    "account-one": "accounts",
    "account-propose": "accounts",
    "account-password": "accounts",
    "handover": "accounts",
    "account-import-apply": "account-import",
    "tokens": "account",
    "api-reference": "account",
    "area-lists": "checklist",
    "parameters": "checklist",
    "simulate-workbook": "simulate",
    "recalculation": "recalculations",
    "recalculation-workbook": "recalculations",
}


@dataclass(frozen=True, slots=True)
class NavItem:
    url: str
    icon: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chrome:
    """The frame of a page for the account that is signed in."""

    name: str
    role: str
    unit: str
    nav: tuple[NavItem, ...]


def assignments_of(request: HttpRequest) -> list[Assignment]:
    """The roles the reader holds today, read once a request; none for a closed account."""
    if not hasattr(request, "assignments"):
        active = request.user.is_authenticated and request.user.is_active
        request.assignments = accounts.assignments(request.user, on=clock.today()) if active else []
    return request.assignments


def permissions_of(request: HttpRequest) -> frozenset[str]:
    """What the reader may do somewhere: decides which buttons a page shows, never what an act allows."""
    return frozenset().union(*(PERMISSIONS[item.role] for item in assignments_of(request)))


def of(request: HttpRequest) -> Chrome | None:
    """The frame for the signed-in account, or None before sign-in. Two queries."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    running = assignments_of(request)
    permissions = permissions_of(request)
    here = request.resolver_match.url_name if request.resolver_match else ""
    here = _UNDER.get(here, here)
    comma = "、" if (get_language() or "").startswith("zh") else ", "
    return Chrome(
        name=user.shown_name,
        role=comma.join(dict.fromkeys(str(Role(item.role).label) for item in running)),
        unit=comma.join(dict.fromkeys(places.path_of(item.area_id) for item in running)),
        nav=tuple(
            NavItem(reverse(f"console:{name}"), icon, str(label), name == here)
            for name, icon, label, permission in _NAVIGATION
            if _opens(permission, permissions)
        ),
    )


def _opens(needed: str | Callable[[], frozenset[str]] | None, held: frozenset[str]) -> bool:
    if callable(needed):
        return bool(needed() & held)
    return needed is None or needed in held
