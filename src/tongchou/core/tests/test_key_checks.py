"""Keys that do not belong to the database are found before anything is read or written with them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from tongchou.core import crypto, key_checks, keys
from tongchou.core.errors import AppError
from tongchou.core.models import KeyCheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(django_capture_on_commit_callbacks: Any) -> dict[str, str]:
    """The checks of an installation whose first keys have been used."""
    with django_capture_on_commit_callbacks(execute=True):
        keys.keyring()
    return dict(KeyCheck.objects.values_list("name", "value"))


def test_first_use_leaves_a_check_of_each_key(known: dict[str, str]) -> None:
    assert set(known) == {"k1", "v1", "a1", "c1"}
    assert all(len(value) == 64 for value in known.values()) and len(set(known.values())) == 4


def test_a_check_tells_nothing_of_its_key(known: dict[str, str], var_folder: Path) -> None:
    written = (var_folder / "keys.json").read_text()
    for name, key in keys.keyring().by_name().items():
        assert key.hex() != known[name] and known[name] not in written


def test_lost_keys_are_not_replaced(known: dict[str, str], var_folder: Path) -> None:
    (var_folder / "keys.json").unlink()
    for act in (keys.keyring, keys.check, lambda: crypto.blind_index("x", "y")):
        with pytest.raises(keys.KeysLost, match=r"restore keys\.json from its backup \(a1, c1, k1, v1\)"):
            act()
    assert not (var_folder / "keys.json").exists()


def test_keys_of_another_installation_are_refused(known: dict[str, str], var_folder: Path) -> None:
    ours = (var_folder / "keys.json").read_text()
    KeyCheck.objects.all().delete()
    (var_folder / "keys.json").unlink()
    keys.keyring()
    KeyCheck.objects.bulk_create([KeyCheck(name=name, value=value) for name, value in known.items()])
    with pytest.raises(keys.KeysLost, match="do not belong to this database"):
        keys.check()
    keys._read.clear()  # as a process that starts
    with pytest.raises(keys.KeysLost):
        crypto.encrypt("x", "y")
    (var_folder / "keys.json").write_text(ours)
    assert crypto.decrypt(crypto.encrypt("x", "y"), "y") == "x"


def test_an_old_backup_without_the_newest_key_is_refused(
    known: dict[str, str], var_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    backup = (var_folder / "keys.json").read_text()
    with django_capture_on_commit_callbacks(execute=True):
        crypto.rotate()
        keys.keyring()
    assert KeyCheck.objects.filter(name="k2").exists()
    (var_folder / "keys.json").write_text(backup)
    with pytest.raises(keys.KeysLost) as caught:
        keys.keyring()
    assert caught.value.data["names"] == ["k2"]


def test_of_two_installations_on_one_database_one_is_refused(known: dict[str, str]) -> None:
    with pytest.raises(keys.KeysLost):
        key_checks._note({"k1": b"x" * 32})


def test_the_error_is_for_people_and_for_the_start(known: dict[str, str], var_folder: Path) -> None:
    (var_folder / "keys.json").unlink()
    with pytest.raises(AppError) as caught:
        keys.keyring()
    assert isinstance(caught.value, ImproperlyConfigured)
    assert (caught.value.status, caught.value.code) == (500, "keys.lost")


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_does_not_leave_its_keys_unknown_for_ever(var_folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        keys.keyring()
        _ = 1 // 0
    assert not KeyCheck.objects.exists()
    keys.check()
    assert KeyCheck.objects.count() == 4


def test_keys_in_memory_cost_no_query_and_no_time(known: dict[str, str]) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        started = time.perf_counter()
        for _ in range(1000):
            keys.keyring()
        took = time.perf_counter() - started
    assert len(asked) == 0
    assert took < 0.05, f"{took * 1000:.1f} µs a call"


def test_the_file_as_it_is_kept(known: dict[str, str], var_folder: Path) -> None:
    content = json.loads((var_folder / "keys.json").read_text())
    assert {family: content[family]["current"] for family in content} == {
        "field": "k1", "index": "v1", "audit": "a1", "certificate": "c1",
    }  # fmt: skip


def test_a_file_of_before_a_family_gets_its_first_key(known: dict[str, str], var_folder: Path) -> None:
    file = var_folder / "keys.json"
    KeyCheck.objects.filter(name="c1").delete()
    content = json.loads(file.read_text())
    del content["certificate"]
    file.write_text(json.dumps(content))
    ring = keys.keyring()
    assert len(ring.certificate.key("c1")) == keys.KEY_BYTES
    assert {
        name: family for name, family in json.loads(file.read_text()).items() if name in content
    } == content
    assert keys.keyring() is ring


def test_an_older_backup_without_a_family_the_database_knows_is_refused(
    known: dict[str, str], var_folder: Path
) -> None:
    file = var_folder / "keys.json"
    content = json.loads(file.read_text())
    del content["certificate"]
    file.write_text(json.dumps(content))
    with pytest.raises(keys.KeysLost, match=r"\(c1\)"):
        keys.keyring()
    assert json.loads(file.read_text()) == content
