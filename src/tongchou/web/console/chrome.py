"""What surrounds every page: unit, person, role, navigation."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
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

#: A page of the menu: (view, icon, label, permission, or what gives those of which one will do, or None)
_Entry = tuple[str, str, Promise, str | Callable[[], frozenset[str]] | None]

_FIRST: tuple[_Entry, ...] = (("home", "home", _("Home"), None),)
_LAST: tuple[_Entry, ...] = (
    ("account", "user", _("My account"), None),
    ("help", "question", _("Help"), None),
)
#: (name, icon, heading, its pages), in the order of the menu.
_GROUPS: tuple[tuple[str, str, Promise, tuple[_Entry, ...]], ...] = (
    (
        "cases",
        "check",
        pgettext_lazy("menu", "Cases"),
        (
            ("worklist", "list", _("Work-list"), "worklist.view"),
            ("cases", "check", _("Cases"), lambda: frozenset({"cases.view", "cases.hear"})),
            ("applications", "pen", _("Applications of residents"), "cases.review"),
            ("grievances", "question", _("Grievances"), "cases.view"),
            ("postings", "file", _("Public notices"), "notices.post"),
            ("certificates", "file", _("Certificates"), "certificates.print"),
            ("commitments", "heart", _("Commitments"), "commitments.view"),
            ("exchange", "turn", _("Lists for other systems"), "cases.exchange"),
        ),
    ),
    (
        "people",
        "users",
        pgettext_lazy("menu", "People and registers"),
        (
            ("search", "search", _("Find a person"), "registry.search"),
            ("intake", "upload", _("Register files"), "intake.upload"),
            ("not-listed", "question", _("Not in the register"), "intake.answer"),
            ("lists", "file", _("Department lists"), "lists.upload"),
            ("newborns", "heart", _("Newborns to help"), "registry.correct"),
            ("corrections", "pen", pgettext_lazy("page", "Corrections"), "corrections.ask"),
            ("duplicates", "users", _("Records of one person"), "duplicates.view"),
            ("checks", "shield", _("Check of the records"), "quality.view"),
            ("posts", "users", _("Posts and holders"), "posts.view"),
        ),
    ),
    (
        "money",
        "coin",
        pgettext_lazy("menu", "Money"),
        (
            ("money", "coin", _("Expected payments"), "money.view"),
            ("funds", "coin", _("Funds"), "funds.manage"),
            ("payments", "list", _("Payment batches"), "payments.view"),
            ("overpayments", "turn", _("Overpayments"), "payments.build"),
            ("fund-progress", "bars", _("Funds by level"), "funds.manage"),
        ),
    ),
    (
        "figures",
        "bars",
        pgettext_lazy("menu", "Figures"),
        (
            ("population", "users", _("Population"), "population.view"),
            ("statistics", "bars", _("Population statistics"), "population.view"),
            ("balance", "users", _("Population account"), "population.view"),
            ("bulletin", "file", _("Bulletins and yearbooks"), "population.view"),
            ("releases", "file", _("Public tables"), "releases.view"),
            ("progress", "bars", _("Progress of the work"), "progress.view"),
            ("simulate", "idea", _("What if the law changed"), "policy.simulate"),
            ("recalculations", "clock", _("Past years worked out again"), "entitlements.evaluate"),
        ),
    ),
    (
        "duties",
        "shield",
        pgettext_lazy("menu", "Responsibility"),
        (
            ("complaints", "question", _("Complaints about units"), "complaints.handle"),
            ("complaint-asked", "pen", _("Asked of my unit"), "complaints.reply"),
            (
                "supervision",
                "eye",
                _("Supervision"),
                lambda: frozenset({"supervision.inspect", "supervision.reply"}),
            ),
            ("plans", "list", _("Meetings and tasks"), "plans.view"),
            ("targets", "check", _("Targets and agreements"), "targets.view"),
            ("unit-bulletins", "bars", _("Bulletins of units"), "bulletins.view"),
            ("month-close", "lock", _("Close of the month"), "bulletins.view"),
            ("qualified-villages", "check", _("Qualified villages"), "bulletins.view"),
            ("unit-consequences", "bars", _("Consequences"), "bulletins.make"),
            ("unit-alerts", "eye", _("Figures to ask about"), "bulletins.alerts"),
            ("guarantees", "coin", _("Guarantees of money and staff"), "guarantees.view"),
        ),
    ),
    (
        "keeping",
        "shield",
        pgettext_lazy("menu", "Administration"),
        (
            ("audit", "shield", _("Audit chain"), "audit.read"),
            # Letters for households show how far they are on their own page: a village has no other jobs.
            ("jobs", "clock", _("Jobs"), lambda: jobs.permissions() - {"commitments.draft"}),
            ("areas", "place", _("Administrative areas"), "places.change"),
            ("statistics-outlines", "place", _("Outlines of areas"), "places.draw"),
            ("grants", "check", _("Roles to grant"), "accounts.grant"),
            ("lockouts", "lock", _("Lock-outs"), "accounts.secure"),
            ("accounts", "users", _("Accounts"), lambda: frozenset({"accounts.manage", "accounts.secure"})),
            ("account-import", "upload", _("Accounts from Excel"), "accounts.manage"),
            ("holidays", "clock", _("Holidays"), "holidays.set"),
            ("checklist", "check", _("Checklist"), "checklist.view"),
            ("doctor", "shield", _("System check"), "system.view"),
        ),
    ),
)
#: Up to so many pages stand in one list; up to so many in groups that are all open.
_FLAT, _OPEN = 12, 17
#: What is open where no group is the current one: the work of the day.
_USUAL = "cases"
#: Lines of the menu above which they stand closer.
_TIGHT = 13
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
    "payments-to-pay": "payments",
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
    "certificate": "certificates",
    "plan-stages": "plans",
    "plan-stages-act": "plans",
    "plan-pilots": "plans",
    "plan-groups": "plans",
    "plan-group-new": "plans",
    "plan-group": "plans",
    "plan-assemblies": "plans",
    "plan-briefing": "plans",
    "plan-meeting-new": "plans",
    "plan-meeting": "plans",
    "plan-task": "plans",
    "plan-task-act": "plans",
    "commitment": "commitments",
    "taking-part": "commitments",
    "commitment-new": "commitments",
    "commitment-write": "commitments",
    "commitment-calls": "commitments",
    "commitment-reach": "commitments",
    "commitment-act": "commitments",
    "complaint": "complaints",
    "complaint-new": "complaints",
    "complaint-act": "complaints",
    "complaint-reply": "complaint-asked",
    "breach-mended": "complaint-asked",
    "supervision-draw-new": "supervision",
    "supervision-draw": "supervision",
    "supervision-draw-act": "supervision",
    "supervision-item": "supervision",
    "supervision-units": "supervision",
    "supervision-inspections": "supervision",
    "supervision-inspection-new": "supervision",
    "supervision-inspection": "supervision",
    "rectifications": "supervision",
    "rectification": "supervision",
    "rectification-act": "supervision",
    "own-rectifications": "supervision",
    "own-rectification": "supervision",
    "own-rectification-act": "supervision",
    "unit-bulletin": "unit-bulletins",
    "unit-settlement": "unit-bulletins",
    "unit-bulletin-make": "unit-bulletins",
    "unit-bulletin-act": "unit-bulletins",
    "month-close-act": "month-close",
    "unit-file": "unit-consequences",
    "unit-consequence-propose": "unit-consequences",
    "unit-consequence-decide": "unit-consequences",
    "unit-alert-look": "unit-alerts",
    "unit-alert-end": "unit-alerts",
    "post": "posts",
    "post-new": "posts",
    "post-act": "posts",
    "target": "targets",
    "target-break-down": "targets",
    "target-decide": "targets",
    "target-upload": "targets",
    "agreements": "targets",
    "agreement": "targets",
    "agreement-new": "targets",
    "agreement-act": "targets",
    "post-hand-overs": "targets",
    "post-hand-over": "targets",
    "post-hand-over-act": "targets",
    "guarantee-returns": "guarantees",
    "guarantee-staff": "guarantees",
    "guarantee-return": "guarantees",
    "guarantee-return-new": "guarantees",
    "guarantee-upload": "guarantees",
    "certificate-print": "certificates",
    "certificate-replace": "certificates",
    "certificate-revoke": "certificates",
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
    "release": "releases",
    "balance-proofs": "balance",
    "statistics-pyramid": "statistics",
    "statistics-trends": "statistics",
    "statistics-map": "statistics",
    "statistics-lexis": "statistics",
    "statistics-people": "statistics",
    "statistics-births": "statistics",
    "statistics-quality": "statistics",
    "methods": "bulletin",
    "yearbooks": "bulletin",
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
    "recalculation-people": "recalculations",
}


@dataclass(frozen=True, slots=True)
class NavItem:
    url: str
    icon: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Pages of the menu under a heading; without one they stand by themselves."""

    items: tuple[NavItem, ...]
    heading: str = ""
    icon: str = ""
    open: bool = True
    current: bool = False


@dataclass(frozen=True, slots=True)
class Chrome:
    """The frame of a page for the account that is signed in."""

    name: str
    role: str
    unit: str
    nav: tuple[NavGroup, ...]

    @property
    def tight(self) -> bool:
        """Whether more can be open than stands on a screen of 768 lines; the same on every page."""
        headed = [one for one in self.nav if one.heading]
        plain = sum(len(one.items) for one in self.nav if not one.heading)
        folds = sum(one.open for one in headed) < len(headed)
        opened = [len(one.items) for one in headed]
        return plain + len(headed) + (max(opened) if folds else sum(opened)) > _TIGHT


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
        nav=menu(here, permissions),
    )


def menu(here: str, permissions: frozenset[str]) -> tuple[NavGroup, ...]:
    """The pages somebody with these permissions may open, in groups when they are many.

    A short menu is one list. One that is longer than a screen shows the group of the current page open, or
    where no group is current the daily work. A group of one page gives it to the end of the menu.
    """
    return _menu(here, permissions, get_language() or "")


# Every page has one: few people differ in what they may open, and the addresses stay.
@functools.lru_cache(maxsize=1024)
def _menu(here: str, permissions: frozenset[str], _language: str) -> tuple[NavGroup, ...]:
    def items(entries: Iterable[_Entry]) -> tuple[NavItem, ...]:
        return tuple(
            NavItem(reverse(f"console:{name}"), icon, str(label), name == here)
            for name, icon, label, permission in entries
            if _opens(permission, permissions)
        )

    groups = [(name, icon, heading, items(entries)) for name, icon, heading, entries in _GROUPS]
    first, last = items(_FIRST), items(_LAST)
    total = len(first) + len(last) + sum(len(found) for *_head, found in groups)
    if total <= _FLAT:
        return (NavGroup((*first, *(one for *_head, found in groups for one in found), *last)),)
    alone = tuple(one for *_head, found in groups if len(found) == 1 for one in found)
    shown = [group for group in groups if len(group[3]) > 1]
    current = next((name for name, *_head, found in shown if any(one.current for one in found)), "")
    return (
        NavGroup(first),
        *(
            NavGroup(
                found, str(heading), icon, total <= _OPEN or name == (current or _USUAL), name == current
            )
            for name, icon, heading, found in shown
        ),
        NavGroup((*alone, *last)),
    )


def _opens(needed: str | Callable[[], frozenset[str]] | None, held: frozenset[str]) -> bool:
    if callable(needed):
        return bool(needed() & held)
    return needed is None or needed in held
