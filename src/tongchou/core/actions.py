"""Acts on accounts, made on the command line (``by=None``); one's own password and preferences excepted."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account, Assignment
from tongchou.core.roles import Role


@transaction.atomic
def create_account(
    *,
    username: str,
    display_name: str,
    password: str,
    by: Account | None,
    at: dt.datetime,
    language: str = "zh-hans",
    must_change_password: bool = False,
) -> Account:
    """Make an account without any role.

    Raises
    ------
    Invalid
        ``account.invalid`` with ``problems`` by field: a bad name, a weak password, an unknown language.
    Conflict
        ``account.exists`` when the user name is taken.
    """
    _may_manage(by, at)
    if Account.objects.filter(username=username).exists():
        raise Conflict("account.exists", _("This user name is taken. Choose another one."))
    account = Account(
        username=username,
        display_name=display_name.strip(),
        language=language,
        must_change_password=must_change_password,
        created_at=at,
    )
    problems: dict[str, list[str]] = {}
    try:
        account.clean_fields(exclude=["password"])
    except ValidationError as error:
        problems |= error.message_dict
    problems |= _password_problems(password, account)
    if problems:
        raise Invalid("account.invalid", _("The account cannot be made like this."), problems=problems)
    account.set_password(password)
    account.save(force_insert=True)
    audit.append(by=by, action="account.create", subject=f"account:{account.pk}", at=at)
    return account


@transaction.atomic
def set_password(
    *,
    account: Account,
    password: str,
    by: Account | None,
    at: dt.datetime,
    must_change_password: bool = False,
) -> None:
    """Give an account a new password: its owner, or the installation.

    Raises
    ------
    NotAllowed
        When someone else tries.
    Invalid
        ``account.invalid`` with ``problems`` when the password is too weak.
    """
    if by is None or by.pk != account.pk:
        _may_manage(by, at)
    problems = _password_problems(password, account)
    if problems:
        raise Invalid("account.invalid", _("Choose a stronger password."), problems=problems)
    account.set_password(password)
    account.must_change_password = must_change_password
    account.save(update_fields=["password", "must_change_password"])
    audit.append(by=by, action="account.password", subject=f"account:{account.pk}", at=at)


@transaction.atomic
def set_active(*, account: Account, active: bool, by: Account | None, at: dt.datetime) -> None:
    """Close an account, or open it again. A closed account is signed out with its next click."""
    _may_manage(by, at)
    account.is_active = active
    account.save(update_fields=["is_active"])
    action = "account.open" if active else "account.close"
    audit.append(by=by, action=action, subject=f"account:{account.pk}", at=at)


@transaction.atomic
def set_preferences(
    *, account: Account, language: str, large_type: bool, by: Account, at: dt.datetime
) -> None:
    """Set the language and the type size of one's own pages.

    Raises
    ------
    Invalid
        ``account.invalid`` for an unknown language.
    """
    if by.pk != account.pk:
        _may_manage(by, at)
    if language not in {code for code, _name in Account._meta.get_field("language").choices or ()}:
        raise Invalid("account.invalid", _("Choose one of the languages offered."))
    account.language = language
    account.large_type = large_type
    account.save(update_fields=["language", "large_type"])
    detail = {"language": language, "large_type": large_type}
    audit.append(by=by, action="account.preferences", subject=f"account:{account.pk}", at=at, detail=detail)


@transaction.atomic
def assign_role(
    *,
    account: Account,
    role: str,
    area_id: int,
    scope_no: int,
    scope_end: int,
    by: Account | None,
    at: dt.datetime,
    valid_from: dt.date | None = None,
) -> Assignment:
    """Give an account a role in an area, from a day on (the day of the act when left out).

    Raises
    ------
    Invalid
        ``role.unknown`` or ``role.bad_interval``.
    Conflict
        ``role.exists`` when the account already has this role in this area.
    """
    _may_manage(by, at)
    if role not in Role.values:
        raise Invalid("role.unknown", _("There is no such role."), known=list(Role.values))
    if not 1 <= scope_no <= scope_end:
        raise Invalid(
            "role.bad_interval", _("The area has no place in the tree of areas yet. Load the areas again.")
        )
    assignment = Assignment(
        account=account,
        role=role,
        area_id=area_id,
        scope_no=scope_no,
        scope_end=scope_end,
        valid_from=valid_from or clock.date_of(at),
    )
    try:
        with transaction.atomic():
            assignment.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("role.exists", _("The account already has this role in this area.")) from error
    audit.append(
        by=by,
        action="role.assign",
        subject=f"account:{account.pk}",
        at=at,
        scope_no=scope_no,
        detail={"role": role, "area_id": area_id, "from": assignment.valid_from.isoformat()},
    )
    return assignment


@transaction.atomic
def end_assignment(*, assignment: Assignment, by: Account | None, at: dt.datetime) -> Assignment:
    """End a role at once: access is gone with the next request.

    An assignment that would have begun later never begins.

    Raises
    ------
    Conflict
        ``role.ended`` when it has ended before.
    """
    _may_manage(by, at)
    current = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if current.valid_to is not None:
        raise Conflict("role.ended", _("This role has ended already."))
    current.valid_to = max(clock.date_of(at), current.valid_from)
    current.save(update_fields=["valid_to"])
    audit.append(
        by=by,
        action="role.end",
        subject=f"account:{current.account_id}",
        at=at,
        scope_no=current.scope_no,
        detail={"role": current.role, "area_id": current.area_id},
    )
    return current


@transaction.atomic
def record_sign_in(*, account: Account, at: dt.datetime) -> None:
    """Note that an account signed in."""
    audit.append(by=account, action="account.sign_in", subject=f"account:{account.pk}", at=at)


@transaction.atomic
def record_sign_out(*, account: Account, at: dt.datetime) -> None:
    """Note that an account signed out."""
    audit.append(by=account, action="account.sign_out", subject=f"account:{account.pk}", at=at)


@transaction.atomic
def record_refused_sign_in(*, username: str, locked: bool, at: dt.datetime) -> None:
    """Note that signing in was refused.

    A name that belongs to no account is not written down: people type passwords and ID numbers there.
    """
    account = Account.objects.filter(username=username).only("pk").first() if username else None
    audit.append(
        by=None,
        action="account.sign_in_refused",
        subject=f"account:{account.pk}" if account else "account:unknown",
        at=at,
        detail={"locked": locked},
    )


def _may_manage(by: Account | None, at: dt.datetime) -> None:
    if by is None:
        return
    if not access.may(by, "accounts.manage", on=clock.date_of(at)):
        raise NotAllowed(
            "access.denied",
            _("Accounts are made by the system administrator. Please ask there."),
            permission="accounts.manage",
        )


def _password_problems(password: str, account: Account) -> dict[str, list[str]]:
    try:
        validate_password(password, account)
    except ValidationError as error:
        return {"password": list(error.messages)}
    return {}
