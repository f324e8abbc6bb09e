"""The counting of people by all their columns: the same numbers from Polars, DuckDB and PySpark."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.statistics.stock import BY, PEOPLE, added, counted

VALUES = {
    "area_code": ["520599100201", "520599100202"],
    "age": [0, 7, 120, None],
    "sex": [1, 2, None],
    "residence": ["here", "away", None],
    "hukou_kind": ["agricultural", None],
    "education": ["70", "", None],
}
SCHEMA = {name: pl.Int64 if name in {"age", "sex"} else pl.String for name in BY}
people = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in BY}), min_size=1, max_size=40
)


def table(size: int, seed: int = 1) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    chosen = {
        name: [values[at] for at in chance.integers(0, len(values), size)] for name, values in VALUES.items()
    }
    return pl.DataFrame(chosen, schema=SCHEMA)


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(*BY, pl.col(PEOPLE).cast(pl.Int64)).sort(BY, nulls_last=True)


@given(people)
def test_everybody_is_counted_once(rows: list[dict[str, object]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA)
    found = counted(frame)
    assert found[PEOPLE].sum() == len(rows)
    for line in found.iter_rows(named=True):
        assert line[PEOPLE] == sum(all(row[name] == line[name] for name in BY) for row in rows)


@given(people, st.integers(0, 40))
def test_parts_add_up(rows: list[dict[str, object]], cut: int) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA)
    parts = pl.concat([counted(frame[:cut]), counted(frame[cut:])])
    assert ordered(added(parts)).equals(ordered(counted(frame)))


def test_duckdb_counts_what_polars_counts() -> None:
    duckdb = pytest.importorskip("duckdb")
    frame = table(5000)
    with duckdb.connect() as connection:
        connection.register("people", frame.to_arrow())
        found = counted(connection.table("people")).pl()
    assert ordered(found).equals(ordered(counted(frame)))


@pytest.mark.long
@pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed (tongchou[spark])"
)
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17")
def test_spark_counts_what_polars_counts(tmp_path: Path) -> None:
    from tongchou.policies import cluster

    frame = table(20_000)
    for part in range(4):
        frame[part * 5000 : (part + 1) * 5000].write_parquet(tmp_path / f"part-{part}.parquet")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {"spark_local_dir": str(tmp_path / "scratch"), "spark_sql_shuffle_partitions": "2"}
    with cluster.session("local[2]", **settings) as spark:
        spread = spark.read.parquet(*(str(tmp_path / f"part-{part}.parquet") for part in range(4)))
        rows = [row.asDict() for row in counted(spread).collect()]
    found = pl.DataFrame(rows, schema=SCHEMA | {PEOPLE: pl.Int64})
    assert ordered(found).equals(ordered(counted(frame)))
