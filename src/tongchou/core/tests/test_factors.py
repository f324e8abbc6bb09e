"""Second factors: encrypted, used once, counted towards the lock-out, reset by a second person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pyotp
import pytest
from django.db import IntegrityError, connection, transaction

from tongchou.core import actions, clock, factors
from tongchou.core.account_models import Factor, FactorReset, RecoveryCode
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account, AuditEntry

Make = Callable[..., Account]
AT = dt.datetime(2026, 6, 30, 1, 0, 10, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(minutes=2)

pytestmark = pytest.mark.django_db


def enrol(account: Account, at: dt.datetime = AT) -> tuple[str, list[str]]:
    secret = factors.new_secret()
    code = pyotp.TOTP(secret).at(at)
    return secret, factors.add_app(account=account, secret=secret, code=code, name="手机", at=at)


def test_the_secret_is_encrypted_and_the_code_that_enrolled_opens_nothing(
    make_account: Make, audited: Any
) -> None:
    one = make_account("one")
    secret = factors.new_secret()
    with audited():
        factors.add_app(account=one, secret=secret, code=pyotp.TOTP(secret).at(AT), name="手机", at=AT)
    kept = json.dumps(list(Factor.objects.values("secret", "name", "handle")))
    assert secret not in kept and Factor.objects.get().secret.startswith("k1:")
    assert factors.use_code(account=one, code=pyotp.TOTP(secret).at(AT), at=AT) is None


def test_a_code_opens_once_and_no_older_one_after_it(make_account: Make) -> None:
    one = make_account("one")
    secret, _codes = enrol(one)
    now, before = pyotp.TOTP(secret).at(LATER), pyotp.TOTP(secret).at(LATER, counter_offset=-1)
    assert factors.use_code(account=one, code=f" {now[:3]} {now[3:]} ", at=LATER) == "totp"
    assert factors.use_code(account=one, code=now, at=LATER) is None, "a replay"
    assert factors.use_code(account=one, code=before, at=LATER) is None, "one from before the last used"
    after = pyotp.TOTP(secret).at(LATER, counter_offset=1)
    assert factors.use_code(account=one, code=after, at=LATER) == "totp", "a clock half a minute ahead"
    far = LATER + dt.timedelta(minutes=5)
    for steps in (-2, 2):
        assert (
            factors.use_code(account=one, code=pyotp.TOTP(secret).at(far, counter_offset=steps), at=far)
            is None
        )


def test_another_accounts_code_opens_nothing(make_account: Make) -> None:
    one, two = make_account("one"), make_account("two")
    secret, codes = enrol(one)
    enrol(two)
    assert factors.use_code(account=two, code=pyotp.TOTP(secret).at(LATER), at=LATER) is None
    assert factors.use_code(account=two, code=codes[0], at=LATER) is None


def test_recovery_codes_are_hashed_and_used_once(make_account: Make, audited: Any) -> None:
    one = make_account("one")
    _secret, codes = enrol(one)
    assert len(set(codes)) == factors.RECOVERY_CODES == factors.codes_left(one)
    kept = json.dumps(list(RecoveryCode.objects.values("mac")))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    with audited():
        assert factors.use_code(account=one, code=codes[3].upper(), at=LATER) == "recovery"
    assert factors.use_code(account=one, code=codes[3], at=LATER) is None
    assert factors.codes_left(one) == factors.RECOVERY_CODES - 1
    fresh = factors.renew_codes(account=one, at=LATER)
    assert factors.use_code(account=one, code=codes[0], at=LATER) is None
    assert factors.use_code(account=one, code=fresh[0], at=LATER) == "recovery"
    everything = json.dumps(list(AuditEntry.objects.values("detail", "purpose", "subject")))
    assert not any(code in everything for code in (*codes, *fresh))


def test_a_wrong_code_enrols_nothing(make_account: Make) -> None:
    one, secret = make_account("one"), factors.new_secret()
    right = pyotp.TOTP(secret).at(AT)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    with pytest.raises(Invalid, match=r"factor\.wrong_code"):
        factors.add_app(account=one, secret=secret, code=wrong, name="", at=AT)
    assert not Factor.objects.exists() and not RecoveryCode.objects.exists()


def test_the_last_factor_stays_where_roles_need_one(make_account: Make) -> None:
    one = make_account("one")
    enrol(one)
    factor = Factor.objects.get()
    with pytest.raises(Conflict, match=r"factor\.needed"):
        factors.remove(account=one, factor_id=factor.pk, needed=True, at=LATER)
    factors.remove(account=make_account("two"), factor_id=factor.pk, needed=False, at=LATER)
    assert Factor.objects.exists(), "another person's factor stays"
    factors.remove(account=one, factor_id=factor.pk, needed=False, at=LATER)
    assert not Factor.objects.exists() and not RecoveryCode.objects.exists()


@pytest.mark.parametrize(
    ("rule", "role", "needed"),
    [
        ("keepers", "auditor", True),
        ("keepers", "system_admin", True),
        ("keepers", "county_reviewer", True),
        ("keepers", "township_officer", False),
        ("keepers", "statistician", False),
        ("all", "village_worker", True),
        ("optional", "system_admin", False),
    ],
)
def test_who_needs_a_second_factor(
    make_account: Make, county: Any, settings: Any, rule: str, role: str, needed: bool
) -> None:
    settings.SECOND_FACTOR = rule
    one = make_account("one", role, county.county)
    assert factors.required(one.assignments.all()) is needed


def test_a_business_accounts_factor_is_reset_by_the_security_administrator(
    make_account: Make, county: Any, audited: Any
) -> None:
    worker = make_account("worker", "village_worker", county.village)
    security = make_account("security", "security_admin", county.county)
    system = make_account("system", "system_admin", county.county)
    enrol(worker)
    for by in (worker, system):
        with pytest.raises(NotAllowed):
            factors.reset(account=worker, by=by, at=LATER)
    with audited():
        assert factors.reset(account=worker, by=security, at=LATER)
    assert not factors.has_any(worker) and not factors.codes_left(worker)
    assert factors.reset(account=worker, by=security, at=LATER) is False


def test_a_keepers_factor_is_reset_by_two_others(make_account: Make, county: Any, audited: Any) -> None:
    one = make_account("one", "security_admin", county.county)
    two = make_account("two", "security_admin", county.county)
    system = make_account("system", "system_admin", county.county)
    enrol(one)
    for call in (factors.ask_reset, factors.reset):
        with pytest.raises(NotAllowed, match=r"account\.own"):
            call(account=one, by=one, at=LATER)
    with pytest.raises(NotAllowed, match=r"factor\.needs_two"):
        factors.reset(account=one, by=two, at=LATER)
    factors.ask_reset(account=one, by=two, at=LATER)
    with pytest.raises(NotAllowed, match=r"factor\.needs_two"):
        factors.reset(account=one, by=two, at=LATER)
    FactorReset.objects.all().delete()
    with audited():
        factors.ask_reset(account=one, by=system, at=LATER)
    with pytest.raises(NotAllowed):
        factors.reset(account=one, by=system, at=LATER)
    for change in ({"done_by": system}, {"done_by": one}, {"asked_by": one}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FactorReset.objects.update(**change)
    with audited():
        assert factors.reset(account=one, by=two, at=LATER)
    assert not factors.has_any(one)


def test_the_installation_itself_resets_what_nobody_else_can(make_account: Make, county: Any) -> None:
    one = make_account("one", "security_admin", county.county)
    enrol(one)
    assert factors.reset(account=one, by=None, at=LATER)
    with pytest.raises(NotAllowed, match=r"account\.keeper_without_factor"):
        actions.set_password(
            account=one, password="Another-one-9", at=clock.now(),
            by=make_account("system", "system_admin", county.county),
        )  # fmt: skip


def test_two_requests_with_one_code_open_once(database_of_its_own: Any) -> None:
    """Two processes read the same last step; the row is moved on by one of them alone."""
    one = actions.create_account(username="one", display_name="one", password="Another-one-9", by=None, at=AT)
    secret, _codes = enrol(one)
    code, together = pyotp.TOTP(secret).at(LATER), Barrier(4)
    opened: list[str | None] = []

    def use() -> None:
        try:
            together.wait()
            opened.append(factors.use_code(account=one, code=code, at=LATER))
        finally:
            connection.close()

    threads = [Thread(target=use) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(opened, key=str) == [None, None, None, "totp"]
