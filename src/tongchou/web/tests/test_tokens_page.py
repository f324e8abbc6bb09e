"""The page of tokens: shown once, made with the password alone, and nobody else's to revoke."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tongchou.core.roles import PERMISSIONS
from tongchou.core.tokens import api as tokens
from tongchou.web.api import reference
from tongchou.web.console.presenters.tokens import PERMISSIONS as LABELS

PAGE = "/account/tokens"


@pytest.fixture
def worker(client: Client, village_worker: Any) -> Client:
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make(client: Client, secret: str, **changed: Any) -> Any:
    sent = {"name": "exchange", "days": "90", "permissions": ["worklist.view"], "password": secret}
    return client.post(PAGE, sent | changed)


def test_a_token_is_shown_once_and_works(worker: Client, password: str) -> None:
    answer = make(worker, password)
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    secret = re.search(r"tongchou_[\w-]{43}", answer.content.decode())[0]
    assert secret not in worker.get(PAGE).content.decode()
    token = tokens.ApiToken.objects.get()
    assert token.permissions == ["worklist.view"] and token.expires_on == dt.date(2026, 9, 28)
    program = Client(headers={"authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/worklist").status_code == 200
    worker.post(f"{PAGE}/{token.pk}/revoke")
    assert program.get("/api/v1/worklist").status_code == 401
    assert "exchange" not in worker.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"password": "wrong-password-9"},
        {"password": ""},
        {"name": ""},
        {"permissions": []},
        {"permissions": ["intake.apply"]},
        {"days": "9999"},
    ],
)
def test_what_does_not_fit_makes_nothing(worker: Client, password: str, changed: dict[str, Any]) -> None:
    answer = make(worker, password, **changed)
    assert answer.status_code == 422 and "notice bad" in answer.content.decode()
    assert not tokens.ApiToken.objects.exists()


def test_a_second_click_is_told_so(worker: Client, password: str) -> None:
    make(worker, password)
    assert make(worker, password).status_code == 422
    assert tokens.ApiToken.objects.count() == 1


def test_guessing_the_password_locks_as_at_the_sign_in(worker: Client, password: str) -> None:
    for _ in range(5):
        make(worker, "wrong-password-9")
    make(worker, password)
    assert not tokens.ApiToken.objects.exists()


def test_nobody_revokes_a_token_of_others(
    worker: Client, password: str, township_officer: Any, client: Client
) -> None:
    make(worker, password)
    token = tokens.ApiToken.objects.get()
    other = Client()
    other.force_login(township_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert other.post(f"{PAGE}/{token.pk}/revoke").status_code == 404
    assert tokens.ApiToken.objects.get().revoked_at is None


def test_a_keeper_is_offered_nothing(client: Client, make_account: Any, county: Any, password: str) -> None:
    client.force_login(
        make_account("keeper", "security_admin", county.county),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert 'name="permissions"' not in client.get(PAGE).content.decode()
    assert make(client, password, permissions=["registry.open"]).status_code == 422


def test_every_permission_of_the_api_has_words(db: None) -> None:
    asked = reference.permissions()
    assert asked == set(LABELS)
    assert asked <= frozenset().union(*PERMISSIONS.values())


def test_the_reference_lists_every_route(worker: Client) -> None:
    page = worker.get("/account/api").content.decode()
    assert all(f"{one.method} {one.path}" in page for one in reference.routes())
    for code, label in LABELS.items():  # called as on the page where tokens are made
        assert code in page and escape(str(label)) in page
    assert '<script src="http' not in page and "cdn" not in page.lower()
