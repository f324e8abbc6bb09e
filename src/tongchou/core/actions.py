"""Acts on accounts: by the system administrator, or on the command line (``by=None``); by oneself on the own.

Roles are given on the command line alone; an account proposes and grants them (``core.grants``).
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, account_reach, area_facts, audit, clock
from tongchou.core.account_models import Factor, Session
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account, Assignment
from tongchou.core.roles import BUSINESS, KEEPERS, Role, kind_of


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
    encoded: str | None = None,
) -> Account:
    """Make an account without any role.

    Parameters
    ----------
    encoded
        The hash of ``password``, when it was made beforehand: hashing many takes its time by design, and no
        other write should wait for it.

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
        made_by=by,
    )
    problems: dict[str, list[str]] = {}
    try:
        account.clean_fields(exclude=["password", "made_by"])
    except ValidationError as error:
        problems |= error.message_dict
    problems |= _password_problems(password, account)
    if problems:
        raise Invalid("account.invalid", _("The account cannot be made like this."), problems=problems)
    if encoded is None:
        account.set_password(password)
    else:
        account.password = encoded
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
    keep_session: str | None = None,
) -> None:
    """Give an account a new password; all its sessions end but the one named.

    The system administrator does it for others. Another keeper's only when that keeper has a second factor:
    otherwise one person could take the place of the one who is to watch.

    Raises
    ------
    NotAllowed
        When someone else tries, or ``account.keeper_without_factor``.
    Invalid
        ``account.invalid`` with ``problems`` when the password is too weak.
    """
    if by is not None and by.pk != account.pk:
        account_reach.require(by, "accounts.manage", account, at)
        if account.kind != BUSINESS and not Factor.objects.filter(account=account).exists():
            raise NotAllowed(
                "account.keeper_without_factor",
                _("This keeper has no second factor yet. Have the password set on the command line."),
            )
    problems = _password_problems(password, account)
    if problems:
        raise Invalid("account.invalid", _("Choose a stronger password."), problems=problems)
    account.set_password(password)
    account.must_change_password = must_change_password
    account.save(update_fields=["password", "must_change_password"])
    Session.objects.filter(account=account).exclude(session_key=keep_session).delete()
    audit.append(by=by, action="account.password", subject=f"account:{account.pk}", at=at)


@transaction.atomic
def set_active(*, account: Account, active: bool, by: Account | None, at: dt.datetime) -> None:
    """Close an account, or open it again. All sessions of a closed account end. Twice changes nothing.

    Raises
    ------
    NotAllowed, NotFound
        As ``account_reach.require``; nobody closes the own account.
    """
    account_reach.require(by, "accounts.manage", account, at)
    if not Account.objects.filter(pk=account.pk, is_active=not active).update(is_active=active):
        return
    account.is_active = active
    if not active:
        Session.objects.filter(account=account).delete()
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

    Only the installation itself does this at once; accounts propose and grant (``core.grants``).

    Raises
    ------
    NotAllowed
        ``role.needs_two`` for any account.
    Invalid
        ``role.unknown``, ``role.bad_interval`` or ``role.keeper_area``.
    Conflict
        ``role.exists`` when the account already has this role in this area; ``role.kept_apart`` when it is
        a keeper's and the account has held another role, or the other way round.
    """
    if by is not None:
        raise NotAllowed(
            "role.needs_two",
            _("One person proposes a role and another one grants it. Propose it instead."),
        )
    check_role(role=role, area_id=area_id, scope_no=scope_no, scope_end=scope_end)
    assignment = give_role(
        account=account,
        role=role,
        area_id=area_id,
        scope_no=scope_no,
        scope_end=scope_end,
        valid_from=valid_from or clock.date_of(at),
    )
    audit.append(
        by=by,
        action="role.assign",
        subject=f"account:{account.pk}",
        at=at,
        scope_no=scope_no,
        detail={"role": role, "area_id": area_id, "from": assignment.valid_from.isoformat()},
    )
    return assignment


def check_role(*, role: str, area_id: int, scope_no: int, scope_end: int) -> None:
    """Refuse what is no role, no area, or an area too small for a keeper.

    Raises
    ------
    Invalid
        ``role.unknown``, ``role.bad_interval`` or ``role.keeper_area``.
    """
    if role not in Role.values:
        raise Invalid("role.unknown", _("There is no such role."), known=list(Role.values))
    if not 1 <= scope_no <= scope_end:
        raise Invalid(
            "role.bad_interval", _("The area has no place in the tree of areas yet. Load the areas again.")
        )
    if role in KEEPERS and area_facts.level_of(area_id) not in area_facts.KEEPER_LEVELS:
        raise Invalid(
            "role.keeper_area",
            _("Administrators and auditors serve a county or more. Choose the county."),
        )


def give_role(
    *, account: Account, role: str, area_id: int, scope_no: int, scope_end: int, valid_from: dt.date
) -> Assignment:
    """Write an assignment, inside the transaction of the act that is entitled to; the audit row is its own.

    An account that never held a role becomes of the role's kind; afterwards its kind stays.

    Raises
    ------
    Conflict
        ``role.exists`` or ``role.kept_apart``.
    """
    current = Account.objects.select_for_update().get(pk=account.pk)
    kind = kind_of(role)
    if current.kind != kind:
        if current.assignments.exists():
            raise kept_apart()
        Account.objects.filter(pk=account.pk).update(kind=kind)
    account.kind = kind
    assignment = Assignment(
        account=account,
        role=role,
        area_id=area_id,
        scope_no=scope_no,
        scope_end=scope_end,
        valid_from=valid_from,
    )
    try:
        with transaction.atomic():
            assignment.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("role.exists", _("The account already has this role in this area.")) from error
    return assignment


def kept_apart() -> Conflict:
    return Conflict(
        "role.kept_apart",
        _(
            "System administrator, security administrator and auditor are kept apart: an account that is one "
            "of them holds no other role. Make an account of its own."
        ),
    )


@transaction.atomic
def end_assignment(*, assignment: Assignment, by: Account | None, at: dt.datetime) -> Assignment:
    """End a role at once: access is gone with the next request.

    An assignment that would have begun later never begins; one that was to end later ends today. The system
    administrator and the security administrator may do it where they hold the whole area: taking access away
    needs no second person.

    Raises
    ------
    NotAllowed
        Without the permission there, or on the own role.
    Conflict
        ``role.ended`` when it has ended before.
    """
    current = Assignment.objects.select_for_update().get(pk=assignment.pk)
    require_end(by, current, at)
    if current.valid_to is not None and current.valid_to <= clock.date_of(at):
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
def record_sign_in(*, account: Account, at: dt.datetime, factor: str = "") -> None:
    """Note that an account signed in, and with which second factor."""
    detail = {"factor": factor} if factor else {}
    audit.append(by=account, action="account.sign_in", subject=f"account:{account.pk}", at=at, detail=detail)


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


def require_end(by: Account | None, assignment: Assignment, at: dt.datetime) -> None:
    """Stop whoever may not end this role; see ``end_assignment``."""
    if by is None:
        return
    if by.pk == assignment.account_id:
        raise NotAllowed("account.own", _("Nobody does this to the own account. Ask a second person."))
    on = clock.date_of(at)
    permission = "accounts.grant" if access.may(by, "accounts.grant", on=on) else "accounts.manage"
    reach = access.require(by, permission, scope_no=assignment.scope_no, on=on)
    if not reach.covers_interval(assignment.scope_no, assignment.scope_end):
        raise NotAllowed("access.outside", _("This lies outside the areas assigned to you."))


def _password_problems(password: str, account: Account) -> dict[str, list[str]]:
    try:
        validate_password(password, account)
    except ValidationError as error:
        return {"password": list(error.messages)}
    return {}
