"""Many accounts from one workbook: kept until they are confirmed, made in one act, passwords kept nowhere."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, accounts, actions, audit, clock, crypto, grants
from tongchou.core.account_models import AccountImport
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.models import Account

_CONTEXT = "account_import.lines"
#: Lines of a workbook: each password takes a tenth of a second to hash, and somebody waits for the answer.
MOST = 200


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A checked line: one role of one account. Several lines of a user name make one account."""

    username: str
    display_name: str
    role: str
    area_id: int
    scope_no: int
    scope_end: int
    valid_from: str = ""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that was made, with the password that is shown once."""

    account: Account
    password: str
    lines: tuple[ImportLine, ...]


def known(sha256: str) -> AccountImport | None:
    """The import of a file with this hash that was carried out, or None."""
    return AccountImport.objects.filter(sha256=sha256, applied_at__isnull=False).first()


@transaction.atomic
def stage(*, sha256: str, lines: Sequence[ImportLine], by: Account, at: dt.datetime) -> AccountImport:
    """Keep the checked lines, encrypted, until they are confirmed; the same file again takes their place.

    Raises
    ------
    NotAllowed
        Without ``accounts.manage``.
    Conflict
        ``accounts.known_file`` when this file was carried out before.
    """
    access.require(by, "accounts.manage", on=clock.date_of(at))
    if known(sha256) is not None:
        raise _known_file()
    AccountImport.objects.filter(uploaded_by=by, applied_at=None).delete()
    AccountImport.objects.filter(sha256=sha256).delete()
    staged = AccountImport.objects.create(
        sha256=sha256,
        uploaded_by=by,
        uploaded_at=at,
        lines=crypto.encrypt(json.dumps([asdict(line) for line in lines], ensure_ascii=False), _CONTEXT),
        accounts=len({line.username for line in lines}),
        proposals=len(lines),
    )
    audit.append(
        by=by,
        action="accounts.stage",
        subject=f"account_import:{staged.pk}",
        at=at,
        detail={"accounts": staged.accounts, "proposals": staged.proposals, "sha256": sha256},
    )
    return staged


def apply(*, import_id: int, by: Account, at: dt.datetime) -> list[NewAccount]:
    """Make the accounts and propose their roles, all or none. Their passwords are in the answer alone.

    Raises
    ------
    NotFound
        ``accounts.no_import`` for another person's file, or one that was replaced.
    Conflict
        ``accounts.known_file`` when it was carried out; whatever ``create_account`` and ``propose_role`` find
        changed since the file was checked.
    """
    staged = AccountImport.objects.filter(pk=import_id, uploaded_by=by).first()
    if staged is None:
        raise NotFound("accounts.no_import", _("This file is not waiting any more. Please upload it again."))
    if staged.applied_at is not None:
        raise _known_file()
    lines = [ImportLine(**line) for line in json.loads(crypto.decrypt(staged.lines, _CONTEXT))]
    by_name: dict[str, list[ImportLine]] = {}
    for line in lines:
        by_name.setdefault(line.username, []).append(line)
    # Hashed before the transaction: no other write waits for it.
    passwords = {name: accounts.first_password() for name in by_name}
    encoded = {name: make_password(password) for name, password in passwords.items()}
    with transaction.atomic():
        current = AccountImport.objects.select_for_update().filter(pk=import_id, applied_at=None).first()
        if current is None:
            raise _known_file()
        made = [
            NewAccount(
                _make(name, rows, passwords[name], encoded[name], by, at), passwords[name], tuple(rows)
            )
            for name, rows in by_name.items()
        ]
        current.applied_at, current.lines = at, ""
        current.save(update_fields=["applied_at", "lines"])
        audit.append(
            by=by,
            action="accounts.import",
            subject=f"account_import:{current.pk}",
            at=at,
            detail={"accounts": len(made), "proposals": len(lines), "sha256": current.sha256},
        )
    return made


def _make(
    name: str, lines: Iterable[ImportLine], password: str, encoded: str, by: Account, at: dt.datetime
) -> Account:
    rows = list(lines)
    account = actions.create_account(
        username=name,
        display_name=rows[0].display_name,
        password=password,
        encoded=encoded,
        must_change_password=True,
        by=by,
        at=at,
    )
    for line in rows:
        grants.propose_role(
            account=account,
            role=line.role,
            area_id=line.area_id,
            scope_no=line.scope_no,
            scope_end=line.scope_end,
            valid_from=dt.date.fromisoformat(line.valid_from) if line.valid_from else None,
            by=by,
            at=at,
        )
    return account


def _known_file() -> Conflict:
    return Conflict(
        "accounts.known_file", _("The accounts of this file were made before. Nothing was done twice.")
    )
