"""Encrypted fields, blind indexes and the key file."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tongchou.core import crypto, keys

pytestmark = pytest.mark.django_db
CONTEXT = "person.id_number"
NUMBER = "520599196503071125"
each_text = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@each_text
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_was_encrypted_comes_back(text: str) -> None:
    token = crypto.encrypt(text, CONTEXT)
    assert token.startswith("k1:") and token.isascii()
    assert crypto.decrypt(token, CONTEXT) == text


def test_no_two_tokens_are_alike_and_none_shows_the_text() -> None:
    tokens = {crypto.encrypt(NUMBER, CONTEXT) for _ in range(50)}
    assert len(tokens) == 50
    assert not any(NUMBER in token for token in tokens)


def test_a_token_moved_to_another_field_does_not_open() -> None:
    with pytest.raises(crypto.CannotDecrypt):
        crypto.decrypt(crypto.encrypt(NUMBER, CONTEXT), "person.phone")


@pytest.mark.parametrize("token", ["k1:", "k1:AAAA", "k1:not base64!", "k1:" + "A" * 60])
def test_a_damaged_token_does_not_open(token: str) -> None:
    with pytest.raises(crypto.CannotDecrypt):
        crypto.decrypt(token, CONTEXT)


@pytest.mark.parametrize("token", ["k9:AAAA", NUMBER, ""])
def test_a_token_of_an_unknown_key_is_a_loud_error(token: str) -> None:
    with pytest.raises(crypto.KeyMissing):
        crypto.decrypt(token, CONTEXT)


def test_a_new_key_writes_and_the_old_one_still_opens() -> None:
    old = crypto.encrypt(NUMBER, CONTEXT)
    assert crypto.rotate() == "k2"
    new = crypto.encrypt(NUMBER, CONTEXT)
    assert new.startswith("k2:")
    assert crypto.decrypt(old, CONTEXT) == crypto.decrypt(new, CONTEXT) == NUMBER


def test_the_blind_index_finds_equal_values_of_one_field_only() -> None:
    index = crypto.blind_index(NUMBER, CONTEXT)
    assert index == crypto.blind_index(NUMBER, CONTEXT)
    assert index.startswith("v1:") and len(index) == 3 + 32
    others = {crypto.blind_index(NUMBER, "person.phone"), crypto.blind_index(NUMBER[:-1], CONTEXT)}
    assert index not in others and len(others) == 2


def test_the_blind_index_stays_when_the_field_key_changes() -> None:
    before = crypto.blind_index(NUMBER, CONTEXT)
    crypto.rotate()
    assert crypto.blind_index(NUMBER, CONTEXT) == before
    with pytest.raises(ValueError, match="index"):
        crypto.rotate("index")


def test_context_and_value_cannot_be_shifted_into_one_another() -> None:
    assert crypto.blind_index("bc", "a") != crypto.blind_index("c", "ab")


def test_two_installations_share_nothing(settings: Any, tmp_path: Path) -> None:
    token, index = crypto.encrypt(NUMBER, CONTEXT), crypto.blind_index(NUMBER, CONTEXT)
    settings.VAR = tmp_path / "other"
    assert crypto.blind_index(NUMBER, CONTEXT) != index
    with pytest.raises(crypto.CannotDecrypt):
        crypto.decrypt(token, CONTEXT)


def test_only_the_owner_can_read_the_key_file(var_folder: Path) -> None:
    crypto.encrypt(NUMBER, CONTEXT)
    assert stat.S_IMODE((var_folder / "keys.json").stat().st_mode) == 0o600
    crypto.rotate()
    assert stat.S_IMODE((var_folder / "keys.json").stat().st_mode) == 0o600
    assert not list(var_folder.glob("keys-*")), "temporary files stay behind"


def test_a_key_file_open_to_others_is_refused(var_folder: Path) -> None:
    crypto.encrypt(NUMBER, CONTEXT)
    (var_folder / "keys.json").chmod(0o644)
    keys._read.clear()
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        crypto.encrypt(NUMBER, CONTEXT)


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"field": 1}', "short"])
def test_a_damaged_key_file_is_refused_and_never_replaced(var_folder: Path, damage: str) -> None:
    crypto.encrypt(NUMBER, CONTEXT)
    file = var_folder / "keys.json"
    if damage == "short":
        content = json.loads(file.read_text())
        content["field"]["keys"]["k1"] = "AAAA"
        damage = json.dumps(content)
    file.write_text(damage)
    with pytest.raises(ImproperlyConfigured, match="backup"):
        crypto.encrypt(NUMBER, CONTEXT)
    assert file.read_text() == damage


def test_keys_are_not_read_again_for_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    crypto.encrypt(NUMBER, CONTEXT)

    def no_reading(*_: object, **__: object) -> str:
        raise AssertionError("the key file was read")

    monkeypatch.setattr(Path, "read_text", no_reading)
    for _ in range(3):
        assert crypto.decrypt(crypto.encrypt(NUMBER, CONTEXT), CONTEXT) == NUMBER
        crypto.blind_index(NUMBER, CONTEXT)


def test_a_key_added_by_another_process_is_seen(var_folder: Path) -> None:
    crypto.encrypt(NUMBER, CONTEXT)
    kept = dict(keys._read)
    crypto.rotate()
    token = crypto.encrypt(NUMBER, CONTEXT)
    keys._read.clear()
    keys._read.update(kept)  # as a process that read the file before the rotation
    assert crypto.decrypt(token, CONTEXT) == NUMBER


def test_steady_keys_are_those_of_the_beginning_and_end_with_it(
    var_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = crypto.encrypt(NUMBER, CONTEXT).split(":")[0]
    with keys.steady():
        crypto.rotate()
        assert crypto.encrypt(NUMBER, CONTEXT).split(":")[0] == before, "many fields under one key"
    assert crypto.encrypt(NUMBER, CONTEXT).split(":")[0] != before
