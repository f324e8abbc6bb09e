"""A populated installation of each release, brought to the present on both engines: nothing is lost.

``tools/make-upgrade-fixture`` makes the folders beside this file; docs/how-to/release.md says when.
"""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

HERE = Path(__file__).parent
RELEASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "rows.json.gz").exists())
#: Rows a statement writes at once.
CHUNK = 500


@dataclass(frozen=True)
class Upgraded:
    """An installation that was one of a release until a moment ago."""

    expected: dict[str, Any]
    at: dt.datetime

    def account(self, role: str) -> Any:
        from tongchou.core import accounts

        return accounts.by_username(self.expected["accounts"][role])

    def browser(self, role: str) -> Client:
        client = Client()
        client.force_login(self.account(role), backend="django.contrib.auth.backends.ModelBackend")
        return client


def test_there_is_a_release_to_upgrade_from() -> None:
    assert RELEASES, "no fixture: see docs/how-to/release.md"


class Databases:
    """Databases in place of the one of the tests: empty ones, and copies of one that was set aside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[str] = []
        self._aside: dict[str, str] = {}

    @contextmanager
    def open(self, release: str) -> Iterator[tuple[Any, bool]]:
        """A database of its own, and whether it is a copy of what was set aside of this release."""
        usual = connections["default"]
        like = self._aside.get(release)
        own = copy.deepcopy(connections.settings["default"])
        own["NAME"] = self._make(usual, like)
        connections.settings["default"], before = own, connections.settings["default"]
        connections["default"] = connections.create_connection("default")
        try:
            yield connections["default"], like is not None
        finally:
            connections["default"].close()
            connections["default"], connections.settings["default"] = usual, before

    def set_aside(self, release: str) -> None:
        """Later ones of this release begin as copies of the one that is open."""
        there = connections["default"]
        name = str(there.settings_dict["NAME"])
        there.close()
        if there.vendor == "sqlite":
            name = shutil.copy(name, self._folder / f"{release}.aside")
        self._aside[release] = str(name)
        if there.vendor == "postgresql":
            there.settings_dict["NAME"] = self._make(self._usual, str(name))

    def _make(self, usual: Any, like: str | None) -> str:
        self._usual = usual
        name = f"upgrade_{uuid.uuid4().hex[:12]}"
        if usual.vendor == "postgresql":
            with usual.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {like}" if like else ""))
            self._made.append(name)
            return name
        file = self._folder / f"{name}.sqlite3"
        if like:
            shutil.copy(like, file)
        return str(file)

    def drop(self) -> None:
        for name in self._made:
            with connections["default"].cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def databases(
    django_db_blocker: Any, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    with django_db_blocker.unblock():
        made = Databases(tmp_path_factory.mktemp("upgrade"))
        yield made
        made.drop()


def migrate_to(connection: Any, wanted: set[tuple[str, str]] | None) -> Any:
    """Apply exactly these migrations, or all; returns the models as they then are."""
    executor = MigrationExecutor(connection)
    nodes = set(executor.loader.graph.nodes)
    if wanted is None:
        targets = executor.loader.graph.leaf_nodes()
    else:
        assert wanted <= nodes, f"released migrations are never taken away: {sorted(wanted - nodes)}"
        # The last of each app among those wanted: no other wanted one of the app needs it.
        graph = executor.loader.graph
        targets = [
            node
            for node in sorted(wanted)
            if not any(
                child.key[0] == node[0] and child.key in wanted for child in graph.node_map[node].children
            )
        ]
    state = executor.migrate(targets)
    if wanted is not None:
        assert set(MigrationExecutor(connection).loader.applied_migrations) == wanted
    return state.apps


def load(connection: Any, apps: Any, tables: dict[str, Any]) -> None:
    """The rows of a release into its tables, by the columns its own models have."""
    with transaction.atomic(), connection.constraint_checks_disabled():
        for name, table in tables.items():
            model = apps.get_model(name)
            fields = {field.attname: field for field in model._meta.concrete_fields}
            assert set(table["columns"]) == set(fields), name
            made = [
                model(
                    **{
                        column: fields[column].to_python(value)
                        for column, value in zip(table["columns"], row, strict=True)
                    }
                )
                for row in table["rows"]
            ]
            model._base_manager.bulk_create(made, batch_size=CHUNK)
    with connection.cursor() as cursor:
        models = [apps.get_model(name) for name in tables]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@pytest.fixture(params=RELEASES)
def upgraded(request: Any, databases: Databases, var_folder: Path) -> Iterator[Upgraded]:
    from tongchou.core import clock

    folder = HERE / request.param
    shutil.copytree(folder / "files", var_folder, dirs_exist_ok=True)
    (var_folder / "keys.json").chmod(0o600)
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    at = dt.datetime.fromisoformat(expected["moment"]) + dt.timedelta(hours=2)
    with databases.open(request.param) as (database, done):
        if not done:
            upgrade(database, folder)
            databases.set_aside(request.param)
        with clock.frozen(at):
            yield Upgraded(expected, at)


def upgrade(database: Any, folder: Path) -> None:
    """The release's tables with its rows, and from there to the present."""
    from tongchou.core.append_only import guarded_tables

    released = {tuple(entry) for entry in json.loads((folder / "migrations.json").read_text("utf-8"))}
    tables = json.loads(gzip.decompress((folder / "rows.json.gz").read_bytes()))
    load(database, migrate_to(database, released), tables)
    guarded = guarded_tables(database)
    for table in guarded:
        with pytest.raises(DatabaseError), transaction.atomic(), database.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    migrate_to(database, None)
    assert set(guarded) <= set(guarded_tables(database)), "a migration lost the guards of a table"


def test_everything_is_still_there(upgraded: Upgraded) -> None:
    from django.apps import apps

    from tongchou.apps.registry import api as registry
    from tongchou.core import audit

    fewer = {
        name: (number, found)
        for name, number in upgraded.expected["rows"].items()
        if (found := apps.get_model(name)._base_manager.count()) < number
    }
    assert fewer == {}
    report = audit.verify()
    assert report.ok, report.lines()
    assert report.checked >= upgraded.expected["rows"]["core.auditentry"]
    state = registry.check_state()
    assert state.ok, state.as_dict()


def test_families_have_what_they_had(upgraded: Upgraded) -> None:
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.registry import api as registry
    from tongchou.core import scope as scopes

    reach = scopes.of(upgraded.account("county_reviewer"), on=upgraded.at.date())
    year = upgraded.at.year
    for known in upgraded.expected["households"]:
        found = registry.open_household(known["household"], scope=reach)
        assert found.place == known["place"]
        members = [
            [m.person_id, m.name, m.relation, m.sex, str(m.birth), m.id_masked, m.phone_masked, m.hukou_kind]
            for m in found.members
        ]
        assert members == known["members"]
        assert sorted([tie.kind, tie.one, tie.other] for tie in found.ties) == known["ties"]
        results = {
            (person.person_id, one.programme): [one.outcome, one.amount_fen, one.programme in person.claimed]
            for person in entitlements.household_entitlements(known["household"], scope=reach, year=year)
            for one in person.results
        }
        # A programme that came later is no change; one that gives something else is.
        for person_id, programme, *told in known["results"]:
            assert results[person_id, programme] == told, (known["household"], person_id, programme)
    counts = entitlements.counts(scope=reach, year=year)
    for programme, numbers in upgraded.expected["counts"].items():
        assert {name: counts[programme][name] for name in numbers} == numbers
    for text, people in upgraded.expected["search"].items():
        assert sorted(hit.person_id for hit in registry.search(text, scope=reach)) == people


@pytest.mark.parametrize("role", ["county_reviewer", "township_officer", "village_worker"])
def test_pages_open_and_show_the_same(upgraded: Upgraded, role: str) -> None:
    client = upgraded.browser(role)
    for address in ("/", "/worklist", "/search", "/account", "/population"):
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} as {role}: {answer.status_code}"
    if role == "village_worker":
        return
    staged = upgraded.expected["staged_file"]
    assert client.get("/intake").status_code == 200
    assert client.get("/jobs").status_code == 200
    assert client.get(f"/intake/{staged}").status_code == 200
    for known in upgraded.expected["households"]:
        page = client.get(f"/households/{known['household']}").content.decode()
        for _person, name, _relation, _sex, _birth, id_masked, phone_masked, _hukou in known["members"]:
            assert name in page and id_masked in page and phone_masked in page


def test_a_file_that_waited_can_be_stored(upgraded: Upgraded) -> None:
    from tongchou.apps.intake import api as intake
    from tongchou.apps.registry import api as registry
    from tongchou.core import audit

    people = upgraded.expected["rows"]["registry.person"]
    done = intake.apply_file(
        file_id=upgraded.expected["staged_file"],
        by=upgraded.account("township_officer"),
        at=upgraded.at,
        accept_partial=True,
    )
    assert done.changed and done.people > 0
    from django.apps import apps

    assert apps.get_model("registry.person")._base_manager.count() > people
    assert registry.check_state().ok and audit.verify().ok


def test_a_number_can_be_opened_and_a_new_list_made(upgraded: Upgraded) -> None:
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.registry import api as registry
    from tongchou.apps.snapshot import api as snapshots

    reviewer = upgraded.account("county_reviewer")
    person = upgraded.expected["households"][0]["members"][0]
    shown = registry.unmask(person_id=person[0], by=reviewer, purpose="verify_identity", at=upgraded.at)
    assert shown.id_number.startswith("520599") and shown.id_number[-1] == person[5][-1]
    snapshots.take_snapshot(by=reviewer, at=upgraded.at, as_of=upgraded.at.date(), purpose="upgrade")
    run = entitlements.evaluate_latest(year=upgraded.at.year, by=reviewer, at=upgraded.at, purpose="upgrade")
    assert run.persons == upgraded.expected["rows"]["registry.person"]
