"""Accounts: made with care, locked after failures, every sign-in on record."""

from __future__ import annotations

import datetime as dt
import importlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client, RequestFactory

from tongchou.core import accounts, actions, audit
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account, Assignment, AuditEntry

AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
Audited = Callable[[], AbstractContextManager[None]]
Make = Callable[..., Account]

pytestmark = pytest.mark.django_db


def create(**changes: Any) -> Account:
    values = {
        "username": "wangfang",
        "display_name": "王芳（示例）",
        "password": "Shan-lu-18-wan",
        "by": None,
        "at": AT,
    }
    return actions.create_account(**{**values, **changes})


def sign_in(username: str, password: str) -> Account | None:
    request = RequestFactory().post("/", REMOTE_ADDR="127.0.0.1")
    return authenticate(request, username=username, password=password)  # type: ignore[return-value]


def last_row() -> AuditEntry:
    return AuditEntry.objects.latest("id")


def test_an_account_begins_without_any_role(audited: Audited) -> None:
    with audited():
        account = create()
    assert Account.objects.get(username="wangfang") == account == accounts.by_username("wangfang")
    assert not account.assignments.exists()
    assert account.check_password("Shan-lu-18-wan")
    assert (last_row().action, last_row().subject) == ("account.create", f"account:{account.pk}")


def test_passwords_are_hashed_with_argon2id(settings: Any) -> None:
    settings.PASSWORD_HASHERS = importlib.import_module("tongchou.config.settings").PASSWORD_HASHERS
    assert create().password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "Wang Fang"}, "username"),
        ({"username": "王芳"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "ab"}, "username"),
        ({"display_name": "  "}, "display_name"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "wangfang88"}, "password"),
        ({"language": "fr"}, "language"),
    ],
    ids=str,
)
def test_a_bad_account_is_refused_with_the_field(changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        create(**changes)
    assert field in caught.value.data["problems"]
    assert not Account.objects.exists() and not AuditEntry.objects.exists()


def test_all_that_is_wrong_comes_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        create(username="!", password="x", display_name="")
    assert set(caught.value.data["problems"]) == {"username", "display_name", "password"}


def test_a_name_is_given_once() -> None:
    create()
    with pytest.raises(Conflict, match=r"account\.exists"):
        create()


def test_the_database_refuses_a_second_account_of_a_name_and_an_unknown_language() -> None:
    account = create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Account(username=account.username, display_name="x", created_at=AT).save()
    for change in ({"language": "fr"}, {"username": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.update(**change)


def test_accounts_are_not_made_by_those_who_use_them(
    county_reviewer: Account, village_worker: Account
) -> None:
    for by in (village_worker, county_reviewer):
        with pytest.raises(NotAllowed):
            create(username="another", by=by)
        with pytest.raises(NotAllowed):
            actions.set_active(account=village_worker, active=False, by=by, at=AT)
        with pytest.raises(NotAllowed):
            actions.assign_role(
                account=by, role="county_reviewer", area_id=1, scope_no=1, scope_end=99, by=by, at=AT
            )
        with pytest.raises(NotAllowed):
            actions.end_assignment(assignment=Assignment.objects.first(), by=by, at=AT)  # type: ignore[arg-type]
    assert not Account.objects.filter(username="another").exists()


def test_one_sets_ones_own_password_and_nobody_elses(make_account: Make, audited: Audited) -> None:
    one, other = make_account("one"), make_account("two")
    with audited():
        actions.set_password(account=one, password="Another-one-9", by=one, at=AT)
    assert Account.objects.get(pk=one.pk).check_password("Another-one-9")
    with pytest.raises(NotAllowed):
        actions.set_password(account=other, password="Another-one-9", by=one, at=AT)
    with pytest.raises(Invalid):
        actions.set_password(account=one, password="123", by=one, at=AT)
    assert Account.objects.get(pk=one.pk).check_password("Another-one-9")
    assert "Another-one-9" not in json.dumps(list(AuditEntry.objects.values("detail", "purpose", "subject")))


def test_one_sets_ones_own_preferences(make_account: Make, audited: Audited) -> None:
    one, other = make_account("one"), make_account("two")
    with audited():
        actions.set_preferences(account=one, language="en", large_type=True, by=one, at=AT)
    one.refresh_from_db()
    assert (one.language, one.large_type) == ("en", True)
    with pytest.raises(NotAllowed):
        actions.set_preferences(account=other, language="en", large_type=True, by=one, at=AT)
    with pytest.raises(Invalid):
        actions.set_preferences(account=one, language="fr", large_type=True, by=one, at=AT)


def test_a_closed_account_cannot_sign_in(make_account: Make, password: str, audited: Audited) -> None:
    account = make_account("one")
    assert sign_in("one", password) == account
    with audited():
        actions.set_active(account=account, active=False, by=None, at=AT)
    assert sign_in("one", password) is None
    actions.set_active(account=account, active=True, by=None, at=AT)
    assert sign_in("one", password) == account


def test_roles_are_assigned_and_ended_on_record(make_account: Make, audited: Audited) -> None:
    account = make_account("one")
    span = {"area_id": 5, "scope_no": 3, "scope_end": 7}
    with audited():
        assignment = actions.assign_role(account=account, role="village_worker", by=None, at=AT, **span)
    assert last_row().detail == {"role": "village_worker", "area_id": 5, "from": "2026-06-30"}
    with pytest.raises(Conflict, match=r"role\.exists"):
        actions.assign_role(account=account, role="village_worker", by=None, at=AT, **span)
    with audited():
        ended = actions.end_assignment(assignment=assignment, by=None, at=AT + dt.timedelta(days=3))
    assert ended.valid_to == dt.date(2026, 7, 3)
    assert last_row().action == "role.end"
    with pytest.raises(Conflict, match=r"role\.ended"):
        actions.end_assignment(assignment=assignment, by=None, at=AT + dt.timedelta(days=3))
    actions.assign_role(account=account, role="village_worker", by=None, at=AT + dt.timedelta(days=4), **span)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": "emperor"}, "role.unknown"),
        ({"scope_no": 0}, "role.bad_interval"),
        ({"scope_no": 8, "scope_end": 7}, "role.bad_interval"),
    ],
    ids=str,
)
def test_an_impossible_role_is_refused(make_account: Make, change: dict[str, Any], code: str) -> None:
    values = {"role": "village_worker", "area_id": 5, "scope_no": 3, "scope_end": 7, **change}
    with pytest.raises(Invalid) as caught:
        actions.assign_role(account=make_account("one"), by=None, at=AT, **values)
    assert caught.value.code == code
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"scope_no": 9, "scope_end": 8},
        {"scope_no": 0},
        {"role": "emperor"},
        {"valid_to": dt.date(2020, 1, 1)},
    ],
    ids=str,
)
def test_the_database_refuses_an_impossible_assignment(make_account: Make, change: dict[str, Any]) -> None:
    account = make_account("one")
    actions.assign_role(
        account=account, role="village_worker", area_id=5, scope_no=3, scope_end=7, by=None, at=AT
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.update(**change)


def test_five_failures_lock_the_name_for_a_quarter_of_an_hour(make_account: Make, password: str) -> None:
    account = make_account("one")
    make_account("two")
    for _ in range(4):
        assert sign_in("one", "wrong") is None
    assert sign_in("one", password) == account, "four failures do not lock"
    AccessAttempt.objects.all().delete()
    for _ in range(5):
        assert sign_in("one", "wrong") is None
    assert sign_in("one", password) is None, "the right password does not open a locked account"
    assert sign_in("two", password) is not None, "others are not locked"
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - dt.timedelta(minutes=14))
    assert sign_in("one", password) is None
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - dt.timedelta(minutes=16))
    assert sign_in("one", password) == account


@pytest.mark.parametrize("spelling", [" one", "one ", "ONE", "ｏｎｅ", "one\u200b"])
def test_another_spelling_of_a_name_opens_nothing(make_account: Make, password: str, spelling: str) -> None:
    """Otherwise each spelling would have five tries of its own."""
    make_account("one")
    assert sign_in(spelling, password) is None
    assert sign_in("one", password) is not None


def test_the_lock_out_keeps_no_free_text(make_account: Make, settings: Any, password: str) -> None:
    settings.AXES_USERNAME_CALLABLE = "tongchou.core.sign_ins.lockout_name"
    make_account("one")
    typed = "S3cret-typed-in-the-wrong-box"
    for _ in range(5):
        sign_in("one", "wrong")
        sign_in(typed, "x")
    kept = list(AccessAttempt.objects.values())
    assert {row["failures_since_start"] for row in kept} == {5} and len(kept) == 2
    assert typed not in repr(kept) and "one" in {row["username"] for row in kept}
    assert sign_in("one", password) is None, "still locked"


def test_refused_sign_ins_are_on_record_without_what_was_typed(make_account: Make) -> None:
    account = make_account("one")
    before = last_row().pk
    sign_in("one", "S3cret-typed")
    sign_in("S3cret-typed-in-the-wrong-box", "x")
    sign_in("520599196503071125", "x")
    sign_in("", "x")
    rows = list(AuditEntry.objects.filter(pk__gt=before).order_by("pk"))
    assert [row.action for row in rows] == ["account.sign_in_refused"] * 4
    assert [row.subject for row in rows] == [f"account:{account.pk}"] + ["account:unknown"] * 3
    everything = json.dumps([[row.purpose, row.detail, row.subject] for row in rows])
    assert "S3cret" not in everything and "520599196503071125" not in everything
    assert audit.verify().ok


def test_a_locked_account_is_recorded_as_locked(make_account: Make) -> None:
    make_account("one")
    for _ in range(6):
        sign_in("one", "wrong")
    locked = [row.detail["locked"] for row in AuditEntry.objects.filter(action="account.sign_in_refused")]
    assert len(locked) == 6 and locked[0] is False and locked[-1] is True


def test_signing_in_and_out_is_on_record(make_account: Make, client: Client) -> None:
    account = make_account("one")
    client.force_login(account)
    client.logout()
    rows = AuditEntry.objects.order_by("-pk")[:2]
    assert [(row.action, row.actor_id) for row in rows] == [
        ("account.sign_out", account.pk),
        ("account.sign_in", account.pk),
    ]


def test_names_come_in_one_query(make_account: Make, django_assert_num_queries: Any) -> None:
    one, two = make_account("one", display_name="甲"), make_account("two", display_name="乙")
    with django_assert_num_queries(1):
        assert accounts.names([one.pk, two.pk, None, 99_999]) == {one.pk: "甲", two.pk: "乙"}
    with django_assert_num_queries(0):
        assert accounts.names([None]) == {}
