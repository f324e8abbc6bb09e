"""``--account`` on the command line: the password, and a code when the account has a second factor."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from django.utils import translation

from tongchou.cli import main
from tongchou.core import clock, factors
from tongchou.core.models import Account, AuditEntry

pytestmark = pytest.mark.django_db

ENOUGH = 5  # failures that lock a user name


def changes(password: str, code: str = "") -> Any:
    given = {"TONGCHOU_PASSWORD": password, "TONGCHOU_CODE": code}
    return CliRunner().invoke(main, ["places", "changes", "--account", "zhoumin", "--json"], env=given)


@pytest.fixture
def app(county_reviewer: Any, frozen_clock: dt.datetime) -> tuple[pyotp.TOTP, list[str]]:
    """The app of the county reviewer, enrolled two minutes ago, and the recovery codes."""
    secret, then = factors.new_secret(), clock.now() - dt.timedelta(minutes=2)
    code = pyotp.TOTP(secret).at(then)
    codes = factors.add_app(account=county_reviewer, secret=secret, code=code, name="手机", at=then)
    return pyotp.TOTP(secret), codes


def make(role: str, area: str, name: str = "xinren") -> Any:
    words = ["account", "create", name, "--name", "新人（示例）", "--role", role, "--area", area]
    return CliRunner().invoke(main, words)


def test_what_is_wrong_with_a_new_account_is_said(county: Any) -> None:
    wrong = make("wrong", "520521")
    assert wrong.exit_code == 1 and "wrong" in wrong.output
    assert "village_worker  村级工作人员" in wrong.output and "auditor" in wrong.output
    with translation.override("en"):
        assert "No area has the code 999999." in make("village_worker", "999999").output
    assert "用户名：" in make("village_worker", "520521", name="X").output
    assert not Account.objects.filter(username__in=["xinren", "X"]).exists()


def test_without_a_second_factor_the_password_is_enough(county_reviewer: Any, password: str) -> None:
    assert changes(password).exit_code == 0


def test_the_password_alone_is_not_enough(app: Any, password: str) -> None:
    done = changes(password)
    assert done.exit_code == 1 and "TONGCHOU_CODE" in done.output


def test_a_code_opens_once(app: Any, password: str) -> None:
    code = app[0].at(clock.now())
    assert changes(password, code).exit_code == 0
    assert changes(password, code).exit_code == 1, "a replay"


def test_a_recovery_code_opens_once(app: Any, password: str) -> None:
    assert changes(password, app[1][0]).exit_code == 0
    assert changes(password, app[1][0]).exit_code == 1


def test_wrong_codes_lock_the_account(app: Any, password: str) -> None:
    for _try in range(ENOUGH):
        assert changes(password, "000000").exit_code == 1
    assert AuditEntry.objects.filter(action="account.sign_in_refused").count() >= ENOUGH
    assert changes(password, app[0].at(clock.now())).exit_code == 1, "locked, the right code notwithstanding"
