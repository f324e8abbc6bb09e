"""Fetches what an engine computed; the only place that knows how each engine hands over rows."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl


def fetch(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    """The rows of a lazy table as a Polars table."""
    if frame.implementation is nw.Implementation.POLARS:
        collected = frame.collect().to_native()
        assert isinstance(collected, pl.DataFrame)
        return collected
    if frame.implementation is nw.Implementation.DUCKDB:
        # DuckDB's own way to Polars needs pyarrow, which nothing else here does.
        relation = frame.to_native()
        types = frame.collect_schema()
        return pl.DataFrame(
            relation.fetchall(), schema={n: _polars(k) for n, k in types.items()}, orient="row"
        )
    return pl.DataFrame(frame.collect(backend="polars").to_native())


def _polars(kind: nw.dtypes.DType) -> type[pl.DataType]:
    if kind == nw.Boolean:
        return pl.Boolean
    return pl.String if kind == nw.String else pl.Int64
