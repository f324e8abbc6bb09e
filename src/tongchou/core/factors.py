"""Second factors: codes of an app (TOTP), security keys (WebAuthn, ``core.security_keys``), recovery codes.

Source: RFC 6238 (TOTP, SHA-1, 6 digits, 30 s), through pyotp. One step before and after is taken, for clocks
that are a little off; a step that was used, and any before it, never opens again.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, account_reach, audit, clock, crypto
from tongchou.core.account_models import Factor, FactorKind, FactorReset, RecoveryCode, Session
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.core.roles import BUSINESS, GUARDED

if TYPE_CHECKING:
    from tongchou.core.models import Assignment

CONTEXT = "factor.secret"
STEP = 30  # seconds
#: Steps a clock may be off.
DRIFT = 1
MOST = 8
RECOVERY_CODES = 10
#: Without the letters and digits that are mistaken for one another: 31^12 ≈ 2^59.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
ISSUER = "统筹 Tongchou"


def required(held: Iterable[Assignment]) -> bool:
    """True when somebody with these running roles signs in with a second factor (``SECOND_FACTOR``)."""
    if settings.SECOND_FACTOR == "optional":
        return False
    return settings.SECOND_FACTOR == "all" or any(item.role in GUARDED for item in held)


def of(account: Account) -> list[Factor]:
    """The factors of an account, the oldest first."""
    return list(Factor.objects.filter(account=account).order_by("pk"))


def has_any(account: Account) -> bool:
    return Factor.objects.filter(account=account).exists()


def codes_left(account: Account) -> int:
    return RecoveryCode.objects.filter(account=account).count()


def new_secret() -> str:
    """A fresh shared secret for an app, 160 bits in base 32; nothing is stored yet."""
    return pyotp.random_base32()


def address(account: Account, secret: str) -> str:
    """The ``otpauth:`` address an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=ISSUER)


@transaction.atomic
def add_app(*, account: Account, secret: str, code: str, name: str, at: dt.datetime) -> list[str]:
    """Enrol an app after a code of it was typed; gives the recovery codes when it is the first factor.

    Raises
    ------
    Invalid
        ``factor.wrong_code``.
    Conflict
        ``factor.too_many``.
    """
    _lock(account)
    step = _step_of(secret, code, at, after=0)
    if step is None:
        raise Invalid(
            "factor.wrong_code",
            _("This code is not right. Type the one the app shows now, and check the time of the telephone."),
        )
    return add(
        account=account,
        at=at,
        factor=Factor(
            account=account,
            kind=FactorKind.TOTP,
            name=name.strip()[:40],
            secret=crypto.encrypt(secret, CONTEXT),
            last_step=step,
            created_at=at,
        ),
    )


def add(*, account: Account, factor: Factor, at: dt.datetime) -> list[str]:
    """Store a proven factor inside the caller's transaction, with recovery codes when it is the first.

    Raises
    ------
    Conflict
        ``factor.too_many``.
    """
    if Factor.objects.filter(account=account).count() >= MOST:
        raise Conflict("factor.too_many", _("Remove one of the factors first."))
    first = not has_any(account)
    factor.save(force_insert=True)
    codes = _fresh_codes(account) if first else []
    _record("factor.add", account, account, at, kind=factor.kind)
    return codes


@transaction.atomic
def renew_codes(*, account: Account, at: dt.datetime) -> list[str]:
    """New recovery codes; the old ones are void. They are shown now and kept as keyed hashes.

    Raises
    ------
    Conflict
        ``factor.none`` without any factor they could stand in for.
    """
    _lock(account)
    if not has_any(account):
        raise Conflict("factor.none", _("Set up an app or a key first."))
    codes = _fresh_codes(account)
    _record("factor.codes", account, account, at)
    return codes


@transaction.atomic
def remove(*, account: Account, factor_id: int, needed: bool, at: dt.datetime) -> None:
    """Take away one of one's own factors; one that is gone already changes nothing.

    Raises
    ------
    Conflict
        ``factor.needed`` when it is the last one and the roles ask for one.
    """
    _lock(account)
    factor = Factor.objects.filter(account=account, pk=factor_id).first()
    if factor is None:
        return
    if needed and Factor.objects.filter(account=account).count() == 1:
        raise Conflict("factor.needed", _("Your role needs a second factor. Set up another one first."))
    kind = factor.kind
    factor.delete()
    if not has_any(account):
        RecoveryCode.objects.filter(account=account).delete()
    _record("factor.remove", account, account, at, kind=kind)


def use_code(*, account: Account, code: str, at: dt.datetime) -> str | None:
    """``"totp"`` or ``"recovery"`` when the code opens, and it never opens again; else None."""
    text = "".join(code.split()).lower().replace("-", "")
    if text.isascii() and text.isdigit() and len(text) == 6:
        return "totp" if _use_app(account, text, at) else None
    return "recovery" if _use_recovery(account, text, at) else None


def _use_app(account: Account, code: str, at: dt.datetime) -> bool:
    for factor in Factor.objects.filter(account=account, kind=FactorKind.TOTP):
        step = _step_of(crypto.decrypt(factor.secret, CONTEXT), code, at, after=factor.last_step)
        if step is not None:
            # Two requests with one code: the row is moved on once.
            moved = Factor.objects.filter(pk=factor.pk, last_step__lt=step)
            return bool(moved.update(last_step=step, used_at=at))
    return False


@transaction.atomic
def _use_recovery(account: Account, code: str, at: dt.datetime) -> bool:
    gone, _kinds = RecoveryCode.objects.filter(account=account, mac=_mac(account, code)).delete()
    if gone:
        _record("factor.recovery_used", account, account, at, left=codes_left(account))
    return bool(gone)


@transaction.atomic
def ask_reset(*, account: Account, by: Account, at: dt.datetime) -> None:
    """Ask a second person to take away a keeper's lost factors; asking twice changes nothing.

    Raises
    ------
    NotAllowed, NotFound
        As ``account_reach.require`` for ``accounts.manage`` or ``accounts.secure``.
    Conflict
        ``factor.none``.
    """
    secure = access.may(by, "accounts.secure", on=clock.date_of(at))
    account_reach.require(by, "accounts.secure" if secure else "accounts.manage", account, at)
    _lock(account)
    if not has_any(account):
        raise Conflict("factor.none", _("This account has no second factor."))
    if FactorReset.objects.filter(account=account, done_at=None).exists():
        return
    FactorReset.objects.create(account=account, asked_by=by, asked_at=at)
    _record("factor.reset_ask", account, by, at)


@transaction.atomic
def reset(*, account: Account, by: Account | None, at: dt.datetime) -> bool:
    """Take away all factors of an account that lost them; its sessions end. False when it has none.

    Raises
    ------
    NotAllowed, NotFound
        As ``account_reach.require`` for ``accounts.secure``; ``factor.needs_two`` for a keeper's factors
        nobody else has asked to reset.
    """
    account_reach.require(by, "accounts.secure", account, at)
    _lock(account)
    if not has_any(account):
        return False
    asked = FactorReset.objects.filter(account=account, done_at=None).first()
    if by is not None and account.kind != BUSINESS and (asked is None or asked.asked_by_id == by.pk):
        raise NotAllowed(
            "factor.needs_two",
            _("The factors of an administrator or auditor are reset by two people: another one has to ask."),
        )
    if asked is not None:
        asked.done_at = at
        asked.done_by = by if by is not None and by.pk != asked.asked_by_id else None
        asked.save(update_fields=["done_at", "done_by"])
    Factor.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    Session.objects.filter(account=account).delete()
    _record("factor.reset", account, by, at)
    return True


def _step_of(secret: str, code: str, at: dt.datetime, *, after: int) -> int | None:
    """The time step a code belongs to, when it is near now and later than ``after``."""
    now = int(at.timestamp()) // STEP
    generator = pyotp.TOTP(secret, interval=STEP)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and secrets.compare_digest(generator.generate_otp(step), code.strip()):
            return step
    return None


def _fresh_codes(account: Account) -> list[str]:
    codes = ["".join(secrets.choice(_LETTERS) for _place in range(12)) for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, mac=_mac(account, code)) for code in codes)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def _mac(account: Account, code: str) -> str:
    return crypto.blind_index(code, f"recovery:{account.pk}")


def _lock(account: Account) -> None:
    Account.objects.select_for_update().get(pk=account.pk)


def _record(action: str, account: Account, by: Account | None, at: dt.datetime, **detail: Any) -> None:
    audit.append(by=by, action=action, subject=f"account:{account.pk}", at=at, detail=detail)
