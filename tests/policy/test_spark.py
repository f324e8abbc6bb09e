"""Spark says what Polars says: the same rows and reasons, on one machine and on workers of their own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.policy.everything import LAW
from tests.policy.families import families, table

from tongchou.domain.policy.batch import OUTPUT, evaluate_many
from tongchou.domain.policy.errors import FactsError

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed (tongchou[spark])"
    ),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17"),
]
PROGRAMMES = list(LAW.programmes)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from tongchou.policies import cluster

    # Spark would look for this machine's name; nothing here leaves it.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    scratch = str(tmp_path_factory.mktemp("spark"))
    with cluster.session("local[2]", spark_local_dir=scratch, spark_sql_shuffle_partitions="2") as session:
        yield session


def folder_of(frame: pl.DataFrame, folder: Path, parts: int = 3) -> Path:
    folder.mkdir(parents=True)
    size = -(-frame.height // parts)
    for number in range(parts):
        frame.slice(number * size, size).write_parquet(folder / f"part-{number}.parquet")
    return folder


def results(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(sorted(folder.glob("*.parquet"))).sort("programme", "person_id")


@pytest.mark.parametrize(("year", "unknown"), [(2026, 0.2), (2025, 0.5), (2003, 0.3), (2026, 0.0)])
def test_spark_gives_what_polars_gives(spark: Any, tmp_path: Path, year: int, unknown: float) -> None:
    from tongchou.policies import cluster

    frame = table(families(year, 400, year, unknown))
    facts, out = folder_of(frame, tmp_path / "facts"), tmp_path / "out"
    done = cluster.evaluate_parts(spark, facts, out, PROGRAMMES, year)
    expected = evaluate_many(frame, PROGRAMMES, year).sort("programme", "person_id")
    found = results(out)
    assert dict(found.schema) == OUTPUT
    assert found.equals(expected)
    assert done.persons == frame.height
    counted = expected.group_by("programme", "outcome").len()
    assert done.counts == {(code, outcome): number for code, outcome, number in counted.iter_rows()}
    with pytest.raises(FactsError, match="holds results already"):
        cluster.evaluate_parts(spark, facts, out, PROGRAMMES, year)


def test_absent_columns_are_unknown_and_wrong_facts_refused(spark: Any, tmp_path: Path) -> None:
    from tongchou.policies import cluster

    frame = table(families(7, 100, 2026, 0.3)).drop("household_id", "hukou_kind", "living_sons", "death_year")
    facts = folder_of(frame, tmp_path / "facts")
    cluster.evaluate_parts(spark, facts, tmp_path / "out", PROGRAMMES, 2026)
    expected = evaluate_many(frame, PROGRAMMES, 2026).sort("programme", "person_id")
    assert results(tmp_path / "out").equals(expected)
    wrong = pl.concat([frame, frame.head(2).with_columns(birth_month=pl.lit(13, pl.Int64))])
    with pytest.raises(FactsError) as caught:
        cluster.evaluate_parts(
            spark, folder_of(wrong, tmp_path / "wrong"), tmp_path / "none", PROGRAMMES, 2026
        )
    told = caught.value.lines("en")
    assert any("birth_month: in 2 rows" in line for line in told)
    assert any("person_id is repeated 2 times" in line for line in told)
    assert not (tmp_path / "none").exists()


def test_workers_of_their_own_give_the_same(tmp_path: Path) -> None:
    """Two executors, each a process, that share nothing with the driver but the folder."""
    frame = table(families(11, 200, 2026, 0.3))
    facts = folder_of(frame, tmp_path / "facts")
    ran = subprocess.run(
        [
            sys.executable, "-m", "tongchou", "evaluate", "--facts", facts, "--out", tmp_path / "out",
            "--year", "2026", "--programme", "all",
            "--engine", "spark", "--master", "local-cluster[2,1,1024]",
        ],
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert f"persons: {frame.height}" in ran.stdout
    from tongchou import policies

    expected = evaluate_many(frame, policies.load(), 2026).sort("programme", "person_id")
    assert results(tmp_path / "out").equals(expected)
