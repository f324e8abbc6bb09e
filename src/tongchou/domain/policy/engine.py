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


def different(frame: nw.LazyFrame[Any], name: str) -> int:
    """How many different values a whole-number column has, null included."""
    if frame.implementation is nw.Implementation.POLARS:
        # Numbers mostly come in order, and then a look at neighbours is enough.
        column = fetch(frame.select(nw.col(name))).to_series()
        if column.null_count() == 0 and (column.diff() > 0).all():
            return len(column)
        return column.n_unique()
    return int(fetch(frame.select(nw.col(name).n_unique().alias("n"))).item())


def _polars(kind: nw.dtypes.DType) -> type[pl.DataType]:
    if kind == nw.Boolean:
        return pl.Boolean
    return pl.String if kind == nw.String else pl.Int64
