"""``tongchou token``: the same acts on the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from tongchou.cli import main
from tongchou.core.tokens import api as tokens


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["token", *words])


@pytest.fixture
def signed_in(village_worker: Any, password: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    return village_worker.username


def make(account: str, *more: str) -> Result:
    return run("make", "--account", account, "--name", "exchange", "--permission", "worklist.view", *more)


def test_a_token_is_made_listed_and_revoked(signed_in: str) -> None:
    made = json.loads(make(signed_in, "--days", "7", "--json").stdout)
    assert made["valid_until"] == "2026-07-07"
    program = Client(headers={"authorization": f"Bearer {made['secret']}"})
    assert program.get("/api/v1/worklist").status_code == 200
    listed = run("list", "--account", signed_in)
    assert "exchange" in listed.stdout and made["secret"] not in listed.stdout
    whole = json.loads(run("list", "--account", signed_in, "--json").stdout)
    assert whole["tokens"][0]["permissions"] == ["worklist.view"] and whole["refused_today"] == {}
    assert run("revoke", str(made["token"])).exit_code == 0
    assert program.get("/api/v1/worklist").status_code == 401
    assert "refused today: 1" in run("list", "--account", signed_in).stdout


def test_the_password_is_needed(signed_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", "wrong-password-9")
    assert make(signed_in).exit_code == 1
    assert not tokens.ApiToken.objects.exists()


def test_what_the_account_lacks_is_refused_in_words(signed_in: str) -> None:
    refused = make(signed_in, "--permission", "intake.apply")
    assert refused.exit_code == 1 and "您本人角色" in refused.output


def test_unknown_names_and_numbers(db: None) -> None:
    assert run("list", "--account", "nobody").exit_code == 1
    assert run("revoke", "99").exit_code == 1
