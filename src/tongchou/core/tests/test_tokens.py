"""Tokens: shown once, bound to the roles of the day, counted, refused without a word about why elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.core import access, actions, clock, scope
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account, Assignment, AuditEntry
from tongchou.core.tokens import api as tokens
from tongchou.core.tokens import checking, once
from tongchou.core.tokens.actions import MOST
from tongchou.core.tokens.models import KeptAnswer

TODAY = dt.date(2026, 6, 30)
ALL = ("registry.open", "registry.search")


@pytest.fixture
def make(village_worker: Account, frozen_clock: dt.datetime) -> Callable[..., tokens.Made]:
    def act(**changed: Any) -> tokens.Made:
        values = {
            "name": "exchange",
            "permissions": ALL,
            "expires_on": TODAY + dt.timedelta(days=30),
            "by": village_worker,
            "at": frozen_clock,
        }
        return tokens.make_token(**(values | changed))

    return act


def test_the_secret_is_kept_nowhere(make: Any, audited: Any) -> None:
    with audited():
        made = make()
    stored = " ".join(str(value) for value in tokens.ApiToken.objects.values_list().get())
    assert made.secret not in stored and made.secret[-12:] not in stored
    row = AuditEntry.objects.get(action="token.make")
    assert made.secret not in str(row.detail) and row.detail["permissions"] == list(ALL)


def test_it_speaks_for_its_owner_and_no_further(make: Any, frozen_clock: dt.datetime, county: Any) -> None:
    account = tokens.account_of(make(permissions=["registry.open"]).secret, at=frozen_clock)
    assert account.username == "wangfang"
    assert access.may(account, "registry.open", scope_no=county.village.scope_no)
    assert not access.may(account, "registry.open", scope_no=county.other_village.scope_no)
    assert not access.may(account, "registry.search")
    assert scope.of(account, TODAY).covers(county.village.scope_no)


def test_a_token_without_permissions_left_reaches_nothing(
    village_worker: Account, county: Any, frozen_clock: dt.datetime
) -> None:
    village_worker.narrowed = frozenset({"no.longer.known"})
    assert scope.of(village_worker, TODAY).is_empty


def test_losing_the_role_ends_it_at_once(make: Any, frozen_clock: dt.datetime) -> None:
    secret = make().secret
    actions.end_assignment(assignment=Assignment.objects.get(), by=None, at=frozen_clock)
    account = tokens.account_of(secret, at=frozen_clock)
    with pytest.raises(NotAllowed):
        access.require(account, "registry.open")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["intake.apply"]}, "permissions"),
        ({"expires_on": TODAY - dt.timedelta(days=1)}, "expires_on"),
        ({"expires_on": TODAY + dt.timedelta(days=366)}, "expires_on"),
    ],
)
def test_what_does_not_fit_is_named(make: Any, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        make(**changed)
    assert list(caught.value.data["problems"]) == [field]


def test_everything_wrong_is_told_at_once(make: Any) -> None:
    with pytest.raises(Invalid) as caught:
        make(name="", permissions=[], expires_on=TODAY - dt.timedelta(days=1))
    assert len(caught.value.data["problems"]) == 3


def test_a_keeper_s_token_holds_the_keeper_s_permissions_alone(
    make: Any, make_account: Any, county: Any
) -> None:
    auditor = make_account("auditor", "auditor", county.county)
    with pytest.raises(Invalid):
        make(by=auditor, permissions=["registry.open"])
    assert make(by=auditor, permissions=["audit.read"]).token.permissions == ["audit.read"]


def test_a_token_makes_and_ends_no_tokens(make: Any, frozen_clock: dt.datetime) -> None:
    made = make()
    account = tokens.account_of(made.secret, at=frozen_clock)
    with pytest.raises(NotAllowed):
        make(by=account, name="another")
    with pytest.raises(NotAllowed):
        tokens.revoke_token(token_id=made.token.pk, by=account, at=frozen_clock)


def test_a_second_click_makes_no_second_token(make: Any) -> None:
    make()
    with pytest.raises(Conflict) as caught:
        make()
    assert caught.value.code == "token.name_taken"
    assert tokens.ApiToken.objects.count() == 1


def test_there_is_room_for_some(make: Any, frozen_clock: dt.datetime) -> None:
    for number in range(MOST):
        made = make(name=str(number))
    with pytest.raises(Conflict) as caught:
        make(name="one more")
    assert caught.value.code == "token.too_many"
    tokens.revoke_token(token_id=made.token.pk, by=None, at=frozen_clock)
    make(name="one more")


def test_only_the_owner_revokes(
    make: Any, township_officer: Account, village_worker: Account, frozen_clock: dt.datetime, audited: Any
) -> None:
    made = make()
    with pytest.raises(NotFound):
        tokens.revoke_token(token_id=made.token.pk, by=township_officer, at=frozen_clock)
    with audited():
        tokens.revoke_token(token_id=made.token.pk, by=village_worker, at=frozen_clock)
    rows = AuditEntry.objects.count()
    tokens.revoke_token(token_id=made.token.pk, by=village_worker, at=frozen_clock)
    assert AuditEntry.objects.count() == rows
    assert refusal(made.secret, frozen_clock) == "token.revoked"
    make()  # the name is free again


def refusal(secret: str, at: dt.datetime) -> str:
    with pytest.raises(AppError) as caught:
        tokens.account_of(secret, at=at)
    return caught.value.code


def test_it_ends_with_its_last_day(make: Any) -> None:
    secret = make(expires_on=TODAY).secret
    last = dt.datetime(2026, 6, 30, 23, 59, tzinfo=clock.SHANGHAI)
    assert tokens.account_of(secret, at=last).narrowed == frozenset(ALL)
    assert refusal(secret, last + dt.timedelta(minutes=2)) == "token.expired"


def test_it_ends_with_its_account(make: Any, village_worker: Account, frozen_clock: dt.datetime) -> None:
    secret = make().secret
    actions.set_active(account=village_worker, active=False, by=None, at=frozen_clock)
    assert refusal(secret, frozen_clock) == "token.account_closed"


def test_it_waits_for_a_first_password(make: Any, village_worker: Account, frozen_clock: dt.datetime) -> None:
    secret = make().secret
    Account.objects.filter(pk=village_worker.pk).update(must_change_password=True)
    assert refusal(secret, frozen_clock) == "token.password_first"


def test_refused_tokens_are_counted_and_some_are_recorded(db: None, frozen_clock: dt.datetime) -> None:
    for number in range(12):
        assert refusal(f"tongchou_{number}", frozen_clock) == "token.unknown"
    assert refusal("x" * 5000, frozen_clock) == "token.unknown"
    assert tokens.refused(on=TODAY) == {"unknown": 13}
    rows = AuditEntry.objects.filter(action="token.refused").order_by("id")
    assert [row.detail["today"] for row in rows] == [1, 10]
    assert all(row.subject == "token:unknown" for row in rows)


def test_requests_of_a_minute_are_counted(
    make: Any, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "A_MINUTE", 3)
    secret, at = make().secret, frozen_clock + dt.timedelta(seconds=20)
    for _ in range(3):
        tokens.account_of(secret, at=at)
    with pytest.raises(tokens.TooManyRequests) as caught:
        tokens.account_of(secret, at=at)
    assert caught.value.data["seconds"] == 40
    later = at + dt.timedelta(seconds=40)
    assert tokens.account_of(secret, at=later).pk
    token = tokens.ApiToken.objects.get()
    assert (token.minute_count, token.last_used_on) == (1, TODAY)


def test_a_live_name_is_there_once(make: Any) -> None:
    token = make().token
    token.pk, token.digest = None, "v1:other"
    with pytest.raises(IntegrityError), transaction.atomic():
        token.save(force_insert=True)


def test_a_token_needs_a_name_and_a_digest(make: Any) -> None:
    token = make().token
    for field in ("name", "digest"):
        with pytest.raises(IntegrityError), transaction.atomic():
            tokens.ApiToken.objects.filter(pk=token.pk).update(**{field: ""})


KEY, PARTS = "a-key-of-mine", ("POST", "/api/v1/claims", "{}")


def test_the_second_try_gets_the_first_answer(village_worker: Account, frozen_clock: dt.datetime) -> None:
    kept = tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=frozen_clock)
    assert kept.status is None
    with pytest.raises(Conflict):
        tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=frozen_clock)
    tokens.keep(kept, status=200, body={"person_id": 4})
    again = tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=frozen_clock)
    assert (again.status, again.body) == (200, {"person_id": 4})
    assert KEY not in str(KeptAnswer.objects.values().get())


def test_a_key_belongs_to_one_request_and_one_account(
    village_worker: Account, township_officer: Account, frozen_clock: dt.datetime
) -> None:
    tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=frozen_clock)
    with pytest.raises(Invalid):
        tokens.begin(by=village_worker, key=KEY, parts=("POST", "/elsewhere"), at=frozen_clock)
    assert tokens.begin(by=township_officer, key=KEY, parts=PARTS, at=frozen_clock).status is None


def test_a_dead_first_try_is_taken_over(village_worker: Account, frozen_clock: dt.datetime) -> None:
    tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=frozen_clock)
    later = frozen_clock + once.PATIENCE
    assert tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=later).status is None
    with pytest.raises(Conflict):
        tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=later)


def test_a_refused_try_frees_the_key(village_worker: Account, frozen_clock: dt.datetime) -> None:
    kept = tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=frozen_clock)
    tokens.forget(kept)
    assert tokens.begin(by=village_worker, key=KEY, parts=("other",), at=frozen_clock).status is None


def test_answers_are_kept_for_a_day(village_worker: Account, frozen_clock: dt.datetime) -> None:
    kept = tokens.begin(by=village_worker, key=KEY, parts=PARTS, at=frozen_clock)
    tokens.keep(kept, status=200, body={})
    later = frozen_clock + once.KEPT + dt.timedelta(minutes=1)
    assert tokens.begin(by=village_worker, key=KEY, parts=("other",), at=later).status is None
    assert KeptAnswer.objects.count() == 1
