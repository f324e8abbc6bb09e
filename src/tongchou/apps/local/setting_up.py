"""The first run of a real installation: a token from the terminal, then unit, first accounts, the end.

There is nobody yet who could sign in, so the terminal of the machine vouches: it prints a token that is good
once and for an hour, and opens the set-up in one browser for a working day. Both are kept as hashes only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.local.models import AreaDraft, Setup
from tongchou.apps.places import api as places
from tongchou.core import accounts, actions, audit
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.roles import Role

TOKEN_LIFE = dt.timedelta(hours=1)
PASS_LIFE = dt.timedelta(hours=8)
#: Who must be there before anybody works: three keepers, three different people, and the first reviewer.
FIRST_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, Role.COUNTY_REVIEWER)
#: Owner of the draft list of areas while nobody has an account.
SETUP_OWNER = "setup"


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Somebody to get one of the first accounts."""

    role: str
    username: str
    display_name: str
    area_id: int | None = None  # the unit when left out


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """An account that was made; the password is shown once and kept nowhere."""

    role: str
    username: str
    display_name: str
    area: str
    password: str


def open_setup() -> Setup | None:
    """The set-up that goes on; None when it is finished, or was never needed."""
    return Setup.objects.select_related("unit").filter(finished_at=None, begun_at__isnull=False).first()


def is_wanted() -> bool:
    """True while nobody has an account, or a set-up was begun and not finished."""
    return open_setup() is not None or not Account.objects.exists()


@transaction.atomic
def issue_token(*, at: dt.datetime) -> str:
    """A new token for the set-up; an earlier one is void.

    Raises
    ------
    Conflict
        ``setup.closed`` when there are accounts and no set-up is open.
    """
    if not is_wanted():
        raise _closed()
    row = Setup.objects.select_for_update().get_or_create(id=1)[0]
    token = secrets.token_urlsafe(24)
    row.begun_at = row.begun_at or at
    row.finished_at = None
    row.token_hash, row.token_until = _hash(token), at + TOKEN_LIFE
    row.save()
    audit.append(by=None, action="setup.token", subject="installation", at=at)
    return token


@transaction.atomic
def enter(*, token: str, at: dt.datetime) -> str:
    """Give the token, get the pass of this browser. The token is then used up.

    Raises
    ------
    NotAllowed
        ``setup.token`` when it is wrong, used or too old.
    """
    row = Setup.objects.select_for_update().filter(finished_at=None).first()
    good = (
        row is not None
        and row.token_until is not None
        and row.token_until > at
        and hmac.compare_digest(row.token_hash, _hash(token.strip()))
    )
    if not good or row is None:
        raise NotAllowed(
            "setup.token",
            _("This link was used already, is more than an hour old, or is incomplete. Run: tongchou setup"),
        )
    secret = secrets.token_urlsafe(24)
    row.token_hash, row.token_until = "", None
    row.pass_hash, row.pass_until = _hash(secret), at + PASS_LIFE
    row.save()
    audit.append(by=None, action="setup.enter", subject="installation", at=at)
    return secret


def entered(secret: str, *, at: dt.datetime) -> Setup | None:
    """The open set-up when the pass of a browser belongs to it, else None."""
    row = open_setup()
    if row is None or not secret or row.pass_until is None or row.pass_until <= at:
        return None
    return row if hmac.compare_digest(row.pass_hash, _hash(secret)) else None


@transaction.atomic
def choose_unit(*, area_id: int, at: dt.datetime) -> places.Area:
    """Name the county or prefecture this installation is for; naming it again changes nothing.

    Raises
    ------
    NotFound
        ``setup.unit`` when it is no present county or prefecture.
    Conflict
        ``setup.unit_has_accounts`` when accounts were made for another one.
    """
    area = places.Area.objects.filter(
        pk=area_id, level__in=[places.Level.COUNTY, places.Level.PREFECTURE], valid_to=None
    ).first()
    if area is None:
        raise NotFound("setup.unit", _("Choose a county or a prefecture from the list."))
    row = Setup.objects.select_for_update().get_or_create(id=1)[0]
    if row.unit_id == area.pk:
        return area
    if row.unit_id is not None and first_accounts():
        raise Conflict(
            "setup.unit_has_accounts",
            _("The first accounts belong to another unit. It cannot be changed here."),
        )
    row.unit = area
    row.save(update_fields=["unit"])
    detail = {"area_id": area.pk, "code": area.code}
    audit.append(
        by=None, action="setup.unit", subject="installation", scope_no=area.scope_no, detail=detail, at=at
    )
    return area


def first_accounts() -> dict[str, list[Account]]:
    """Who holds the first roles today, by role; roles nobody holds are left out."""
    held: dict[str, list[Account]] = {}
    found = Account.objects.filter(
        is_active=True, assignments__role__in=FIRST_ROLES, assignments__valid_to=None
    ).values_list("pk", "assignments__role")
    people = Account.objects.in_bulk({number for number, _role in found})
    for number, role in sorted(found):
        if people[number] not in held.setdefault(role, []):
            held[role].append(people[number])
    return held


@transaction.atomic
def make_first_accounts(*, people: Sequence[FirstPerson], at: dt.datetime) -> list[FirstAccount]:
    """Make the first accounts, all or none.

    Raises
    ------
    Conflict
        ``setup.no_unit`` before the unit is named.
    Invalid
        ``setup.people`` with ``problems`` by ``"role.field"``: everything wrong at once.
    """
    row = Setup.objects.select_related("unit").filter(unit__isnull=False).first()
    if row is None or row.unit is None:
        raise Conflict("setup.no_unit", _("Name the unit first."))
    there = first_accounts()
    problems: dict[str, Any] = {
        f"{person.role}.username": _("There is an account with this role already.")
        for person in people
        if person.role in there
    }
    problems |= _repeated(people)
    made: list[FirstAccount] = []
    for person in people:
        area = _area_of(person, row.unit)
        if area is None:
            problems[f"{person.role}.area"] = _("Choose a county of this unit.")
            continue
        if person.role in there:
            continue
        try:
            with transaction.atomic():
                made.append(_make(person, area, at))
        except AppError as error:
            problems = _of_fields(person.role, error) | problems
    if problems:
        raise Invalid(
            "setup.people", _("Please check what you entered. No account was made."), problems=problems
        )
    return made


def _repeated(people: Sequence[FirstPerson]) -> dict[str, Any]:
    """Separation of duties begins here: each of the first accounts is another person's."""
    problems: dict[str, Any] = {}
    for field, message in (
        ("username", _("Each account needs a user name of its own.")),
        (
            "display_name",
            _(
                "This name stands twice, and nobody may watch over themselves. For two people of the same "
                "name add what tells them apart, such as their office: 王伟（信息科）."
            ),
        ),
    ):
        seen: set[str] = set()
        for person in people:
            value = "".join(getattr(person, field).split())
            if value and value in seen:
                problems[f"{person.role}.{field}"] = message
            seen.add(value)
    for person in people:
        if not person.display_name.strip():
            problems[f"{person.role}.display_name"] = _("Write the person's name.")
        if not person.username.strip():
            problems[f"{person.role}.username"] = _("Write the user name.")
    return problems


def _area_of(person: FirstPerson, unit: places.Area) -> places.Area | None:
    if person.area_id is None:
        return unit
    area = places.Area.objects.filter(pk=person.area_id, valid_to=None).first()
    inside = area is not None and unit.scope_no <= area.scope_no <= unit.scope_end
    return area if inside else None


def _make(person: FirstPerson, area: places.Area, at: dt.datetime) -> FirstAccount:
    password = accounts.first_password()
    account = actions.create_account(
        username=person.username.strip(),
        display_name=person.display_name.strip(),
        password=password,
        must_change_password=True,
        by=None,
        at=at,
    )
    actions.assign_role(
        account=account,
        role=person.role,
        area_id=area.pk,
        scope_no=area.scope_no,
        scope_end=area.scope_end,
        by=None,
        at=at,
    )
    return FirstAccount(person.role, account.username, account.display_name, area.name, password)


def _of_fields(role: str, error: AppError) -> dict[str, Any]:
    listed: Mapping[str, Sequence[str]] = error.data.get("problems", {})
    fields = {name: " ".join(str(text) for text in texts) for name, texts in listed.items()}
    return {f"{role}.{name}": text for name, text in fields.items()} or {f"{role}.username": error.message}


def new_first_password(*, role: str, at: dt.datetime) -> list[FirstAccount]:
    """New first passwords for the holders of a role who have not chosen their own yet.

    Raises
    ------
    NotFound
        ``setup.nobody`` when there is none.
    """
    waiting = [account for account in first_accounts().get(role, []) if account.must_change_password]
    if not waiting:
        raise NotFound("setup.nobody", _("Nobody with this role waits for a first password."))
    made = []
    for account in waiting:
        password = accounts.first_password()
        actions.set_password(account=account, password=password, by=None, at=at, must_change_password=True)
        made.append(FirstAccount(role, account.username, account.display_name, "", password))
    return made


def parameters_seen(*, at: dt.datetime) -> None:
    """Note that somebody has gone past the page of local parameters."""
    Setup.objects.filter(parameters_seen_at=None).update(parameters_seen_at=at)


@transaction.atomic
def finish(*, at: dt.datetime) -> None:
    """Close the set-up for good: from now on only accounts act.

    Raises
    ------
    Conflict
        ``setup.incomplete`` while the unit or one of the first accounts is missing.
    """
    row = Setup.objects.select_for_update().first()
    if row is None or row.unit_id is None or set(FIRST_ROLES) - set(first_accounts()):
        raise Conflict(
            "setup.incomplete", _("The unit and the first accounts are needed before the set-up can end.")
        )
    if row.finished_at is not None:
        return
    row.token_hash = row.pass_hash = ""
    row.token_until = row.pass_until = None
    row.finished_at = at
    row.save()
    AreaDraft.objects.filter(owner=SETUP_OWNER).delete()
    audit.append(by=None, action="setup.finish", subject="installation", at=at)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _closed() -> Conflict:
    return Conflict(
        "setup.closed", _("This installation is set up. Accounts are made by the system administrator.")
    )


__all__ = [
    "FIRST_ROLES",
    "SETUP_OWNER",
    "FirstAccount",
    "FirstPerson",
    "choose_unit",
    "enter",
    "entered",
    "finish",
    "first_accounts",
    "is_wanted",
    "issue_token",
    "make_first_accounts",
    "new_first_password",
    "open_setup",
    "parameters_seen",
]
