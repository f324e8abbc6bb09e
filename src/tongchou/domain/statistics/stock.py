"""People by all that is counted of them, written once for Polars, DuckDB and PySpark by way of Narwhals.

A table of people has one row a person; what comes back has one row a combination somebody has. Parts of a
table are counted by themselves and added up, so that ten million people need no more memory than a part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import narwhals as nw

#: What people are counted by.
BY: Final = ("area_code", "age", "sex", "residence", "hukou_kind", "education")
PEOPLE: Final = "people"


def counted(table: Any, by: Sequence[str] = BY) -> Any:
    """Numbers of people by the combinations of some columns; ``null`` is a value of its own.

    Parameters
    ----------
    table
        One row a person: a Polars or PySpark data frame, or a DuckDB relation.
    by
        The columns; others are passed over.

    Returns
    -------
    Any
        The kind of table that was given, with ``people``, in no particular order.

    Examples
    --------
    >>> import polars as pl
    >>> people = pl.DataFrame({"sex": [1, 2, 2, None], "name": ["a", "b", "c", "d"]})
    >>> counted(people, ["sex"]).sort("sex", nulls_last=True).rows()
    [(1, 1), (2, 2), (None, 1)]
    """
    frame = nw.from_native(table)
    # A column without nulls: every engine counts its rows, whatever the others hold.
    ones = frame.select(*by).with_columns(nw.lit(1).alias(PEOPLE))
    return ones.group_by(*by).agg(nw.col(PEOPLE).sum()).to_native()


def added(tables: Any, by: Sequence[str] = BY) -> Any:
    """Counts of several parts as one: the combinations of all, with the sums of their people."""
    frame = nw.from_native(tables)
    return frame.group_by(*by).agg(nw.col(PEOPLE).sum()).to_native()
