"""Snapshots: private files that are what they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from tongchou.apps.registry.extract import one_moment
from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.snapshot import files
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

TODAY = dt.date(2026, 6, 30)


@pytest.fixture
def take(apply: Callable[..., Any], county_reviewer: Any, frozen_clock: Any) -> Callable[..., Any]:
    def act(**fields: Any) -> Any:
        values = {"by": county_reviewer, "at": frozen_clock, "as_of": TODAY, "purpose": "年度评估"}
        return snapshots.take_snapshot(**(values | fields))

    apply()
    return act


def test_a_snapshot_is_read_as_it_was_taken(take: Callable[..., Any], audited: Any) -> None:
    with audited():
        taken = take()
    facts = snapshots.read(taken)
    assert facts.equals(snapshots.build_facts(as_of=TODAY))
    assert (taken.rows, taken.as_of, taken.purpose) == (10, TODAY, "年度评估")
    entry = AuditEntry.objects.get(action="snapshot.take")
    assert (entry.detail["sha256"], entry.purpose) == (taken.sha256, "年度评估")
    assert snapshots.latest() == taken


def test_the_file_is_private_and_no_other_is_left(take: Callable[..., Any], var_folder: Path) -> None:
    taken = take()
    assert (var_folder / taken.path).stat().st_mode & 0o777 == 0o600
    names = {path.name for path in (var_folder / "snapshots").iterdir()}
    assert names == {Path(taken.path).name, Path(taken.history_path).name}
    assert (var_folder / taken.history_path).stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (var_folder / taken.history_path).iterdir()} == {0o600}


def test_equal_facts_have_equal_digests(take: Callable[..., Any]) -> None:
    one, two = take(), take(at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
    assert one.sha256 == two.sha256
    assert one.path != two.path


def test_the_digest_is_of_the_content_alone(take: Callable[..., Any], tmp_path: Path) -> None:
    facts = snapshots.read(take())
    expected = files.digest(facts)
    assert files.digest(facts.sample(fraction=1.0, shuffle=True, seed=1)) == expected
    assert files.digest(facts.select(sorted(facts.columns))) == expected
    facts.write_parquet(tmp_path / "other.parquet", compression="uncompressed", row_group_size=2)
    assert files.digest(pl.read_parquet(tmp_path / "other.parquet")) == expected
    for name in facts.columns[1:]:
        changed = facts.with_columns(pl.lit(None).cast(facts.schema[name]).alias(name))
        same = facts[name].null_count() == facts.height
        assert (files.digest(changed) == expected) == same, name


def test_unknown_and_empty_differ(take: Callable[..., Any]) -> None:
    facts = snapshots.read(take())
    unknown = facts.with_columns(area_code=pl.lit(None).cast(pl.String))
    empty = facts.with_columns(area_code=pl.lit(""))
    assert files.digest(unknown) != files.digest(empty)


def test_a_changed_or_lost_file_is_refused(take: Callable[..., Any], var_folder: Path) -> None:
    taken = take()
    path = var_folder / taken.path
    facts = pl.read_parquet(path)
    facts.with_columns(sex=pl.lit(1).cast(pl.Int64)).write_parquet(path)
    with pytest.raises(Conflict, match="damaged"):
        snapshots.read(taken)
    path.write_bytes(b"not a table")
    with pytest.raises(Conflict, match="damaged"):
        snapshots.read(taken)
    path.unlink()
    with pytest.raises(Conflict, match="damaged"):
        snapshots.read(taken)


def test_another_version_is_refused(take: Callable[..., Any]) -> None:
    taken = take()
    taken.schema_version += 1
    with pytest.raises(Conflict, match="version"):
        snapshots.read(taken)


def test_a_failed_snapshot_leaves_no_file(
    take: Callable[..., Any], var_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.core import audit

    def fail(**_fields: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(audit, "append", fail)
    with pytest.raises(OSError, match="no room"):
        take()
    assert list((var_folder / "snapshots").iterdir()) == []
    assert snapshots.latest() is None


def test_only_who_may_and_says_why(
    take: Callable[..., Any], village_worker: Any, township_officer: Any
) -> None:
    for account in (village_worker, township_officer):
        with pytest.raises(NotAllowed):
            take(by=account)
    with pytest.raises(Invalid):
        take(purpose="  ")
    assert snapshots.latest() is None


def test_a_day_that_has_not_come_has_no_snapshot(take: Callable[..., Any]) -> None:
    with pytest.raises(Invalid, match="future"):
        take(as_of=TODAY + dt.timedelta(days=1))
    assert not snapshots.Snapshot.objects.exists()


def test_the_latest_has_the_newest_facts_whenever_it_was_taken(take: Callable[..., Any], county: Any) -> None:
    now = take()
    before = take(as_of=dt.date(2025, 6, 30))
    assert snapshots.latest() == snapshots.latest(scope=Scope.of_area(county.village)) == now
    assert snapshots.latest(on=dt.date(2026, 6, 29)) == before
    again = take()
    assert snapshots.latest() == again
    snapshots.Snapshot.objects.filter(pk=again.pk).update(as_of=dt.date(2027, 1, 1))
    assert snapshots.latest() == now, "of a future day, as earlier versions took them"
    assert snapshots.latest(on=dt.date(2025, 1, 1)) is None


def test_latest_of_a_scope_holds_all_its_people(
    take: Callable[..., Any], make_account: Any, county: Any
) -> None:
    whole = take()
    small = take(by=make_account("small", "county_reviewer", county.other_village))
    assert small.rows == 0
    assert snapshots.latest() == small
    assert snapshots.latest(scope=Scope.of_area(county.village)) == whole
    assert snapshots.latest(scope=Scope.of_area(county.other_village)) == small
    assert snapshots.latest(scope=Scope.nothing()) is None


def test_the_database_asks_for_purpose_and_digest(take: Callable[..., Any]) -> None:
    taken = take()
    for column in ("purpose", "sha256"):
        with pytest.raises(IntegrityError), transaction.atomic():
            snapshots.Snapshot.objects.filter(pk=taken.pk).update(**{column: ""})


@pytest.mark.django_db(transaction=True)
def test_the_read_of_one_moment_ends_and_says_the_same(
    take: Callable[..., Any], county_reviewer: Any
) -> None:
    """Outside a test's own transaction the extract opens a read of its own, and closes it."""
    outside = take()
    assert not connection.in_atomic_block
    with transaction.atomic():
        inside = take(at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
    assert outside.sha256 == inside.sha256
    with pytest.raises(ZeroDivisionError), one_moment():
        _ = 1 // 0
    with transaction.atomic():  # would fail inside a transaction left open
        assert snapshots.latest() == inside
