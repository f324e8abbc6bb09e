"""Cubes are kept whole, found by their areas, and refused when a file was touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tongchou.apps.statistics import api, files
from tongchou.apps.statistics.models import Built
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.scope import Scope
from tongchou.domain.statistics.cube import Basis, people

Make = Callable[..., Built]


def test_what_is_read_is_what_was_kept(make_cubes: Make, county: Any) -> None:
    built = make_cubes(months=24)
    for basis in Basis:
        cube = api.months(built, basis)
        assert cube.basis == basis
        assert cube.stock.shape == (2, 24, 22, 2)
        assert cube.boundaries == built.boundaries
        assert cube.areas == tuple(api.areas_of(built)["code"])
        assert not cube.stock.flags.writeable
        assert api.months(built, basis) is cube
    stock = api.stock(built)
    assert stock["people"].sum() == cube.stock[:, -1].sum()
    assert stock.columns == list(files.STOCK)
    assert api.marital(built).columns == list(files.MARITAL)
    assert set(api.areas_of(built)["county_code"]) == {county.county.code}


def test_the_same_numbers_have_the_same_digest(make_cubes: Make) -> None:
    built = make_cubes(months=12)
    same = _cubes(built)
    assert files.write(same, "again")[1] == built.sha256
    other = replace(same, stock=same.stock.with_columns(people=pl.col("people") + 1))
    assert files.write(other, "other")[1] != built.sha256


def _cubes(built: Built) -> files.Cubes:
    return files.Cubes(
        {basis: api.months(built, basis) for basis in Basis},
        api.stock(built),
        api.marital(built),
        api.areas_of(built),
    )


@pytest.mark.parametrize("file", ["stock.parquet", "registered/deaths.npy", "resident/about.json"])
def test_a_file_that_was_touched_is_refused(make_cubes: Make, var_folder: Path, file: str) -> None:
    built = make_cubes(months=12)
    api.months(built, Basis.RESIDENT)
    touched = var_folder / built.path / file
    content = touched.read_bytes()
    touched.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    for read in (lambda: api.months(built, Basis.RESIDENT), lambda: api.areas_of(built)):
        with pytest.raises(Conflict, match="damaged"):
            read()
    touched.unlink()
    with pytest.raises(Conflict, match="damaged"):
        api.stock(built)


def test_of_another_version_they_are_refused(make_cubes: Make) -> None:
    built = make_cubes(months=12)
    built.version = 99
    with pytest.raises(Conflict, match="version"):
        api.months(built, Basis.REGISTERED)


def test_they_are_found_by_day_and_areas(make_cubes: Make, county: Any) -> None:
    assert api.latest() is None
    built = make_cubes(months=12)
    inside = Scope.of_area(county.village)
    assert api.latest() == api.latest(scope=inside) == api.latest(scope=Scope.of_area(county.county)) == built
    assert api.latest(scope=Scope.nothing()) is None
    assert api.latest(scope=Scope(((0, 10**6),))) is None
    assert api.latest(on=built.as_of - dt.timedelta(days=1)) is None
    assert api.taken(scope=Scope.of_area(county.county)) == [built]
    assert api.taken(scope=inside) == []
    assert api.taken(scope=Scope.of_area(county.county), before=built.pk) == []


def test_on_the_tree_of_a_day_before_they_are_not_the_latest(make_cubes: Make) -> None:
    built = make_cubes(months=12)
    Built.objects.filter(pk=built.pk).update(boundaries=built.as_of - dt.timedelta(days=400))
    assert api.latest() is None


def test_keeping_leaves_a_row_and_no_drafts(make_cubes: Make, var_folder: Path) -> None:
    built = make_cubes(months=12)
    assert [place.name for place in (var_folder / "cubes").iterdir()] == [Path(built.path).name]
    assert (var_folder / built.path).stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in (var_folder / built.path).rglob("*.npy"))


def test_files_without_their_row_are_removed(
    make_cubes: Make, var_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.core import audit

    def broken(**_values: Any) -> None:
        if _values["action"] == "statistics.build":
            raise RuntimeError("no audit")
        return kept(**_values)

    kept = audit.append
    monkeypatch.setattr(audit, "append", broken)
    with pytest.raises(RuntimeError):
        make_cubes(months=12)
    assert not Built.objects.exists()
    assert list((var_folder / "cubes").iterdir()) == []


def test_who_does_not_build_is_refused(
    make_cubes: Make, county: Any, village_worker: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    built = make_cubes(months=12)
    for account in (village_worker, township_officer):
        with pytest.raises(NotAllowed):
            api.build(by=account, at=frozen_clock, snapshot=built.snapshot)
        with pytest.raises(NotAllowed):
            api.ask_to_build(by=account, at=frozen_clock)


def test_who_builds_in_a_township_does_not_build_the_county(
    make_cubes: Make, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    built = make_cubes(months=12)
    of_township = make_account("sunli", "statistician", county.township)
    with pytest.raises(NotAllowed, match="outside"):
        api.build(by=of_township, at=frozen_clock, snapshot=built.snapshot)


def test_opening_a_county_costs_milliseconds(make_cubes: Make, var_folder: Path) -> None:
    """Without reading what nobody looks at: mapped, not loaded."""
    built = make_cubes(months=60)
    cube = api.months(built, Basis.REGISTERED)
    assert isinstance(cube.stock, np.memmap)
    assert people(cube).shape == (2, 60)
