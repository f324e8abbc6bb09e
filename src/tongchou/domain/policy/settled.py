"""Overlap rules over a table of results: which of the entitlements of a person are paid beside each other.

The rules of a programme are asked one by one; an entitlement stays one. What is paid of it is worked out
afterwards, person by person, for the few who are entitled to several programmes of a group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from tongchou.domain.policy.outcomes import GRANTED
from tongchou.domain.policy.overlaps import Overlap, holding, settle

#: The columns :func:`settled` adds.
PAID = {"paid_fen": pl.Int64, "instead": pl.String}


def concerned(overlaps: Sequence[Overlap], programmes: Collection[str], year: int) -> tuple[Overlap, ...]:
    """The groups of which two programmes or more were asked for, and one is paid."""
    return tuple(
        one
        for one in holding(overlaps, year)
        if one.way != "additive" and len(set(one.programmes) & set(programmes)) > 1
    )


def settled(results: pl.DataFrame, overlaps: Sequence[Overlap]) -> pl.DataFrame:
    """Results with what is paid of each entitlement.

    Parameters
    ----------
    results
        Columns of ``batch.OUTPUT``, of one year.
    overlaps
        The groups that hold in the year, as of :func:`concerned`.

    Returns
    -------
    polars.DataFrame
        The same rows in the same order with :data:`PAID`: ``paid_fen`` is the amount, 0 where ``instead``
        (empty otherwise) names the programme paid in its place, null where nothing is decided or granted.
    """
    named = {code for one in overlaps for code in one.programmes}
    gives = pl.col("outcome").is_in(list(GRANTED)) & (pl.col("amount_fen") > 0)
    several = (
        results.lazy()
        .filter(gives & pl.col("programme").is_in(list(named)))
        .select("person_id", "programme", "amount_fen")
        .filter(pl.len().over("person_id") > 1)
        .collect()
    )
    schema = {"person_id": pl.Int64, "programme": pl.String, "instead": pl.String}
    lost = pl.DataFrame(list(_lost(several, overlaps)), schema=schema, orient="row")
    joined = results.join(lost, on=["person_id", "programme"], how="left", maintain_order="left")
    granted = pl.when(pl.col("outcome").is_in(list(GRANTED)))
    return joined.with_columns(
        paid_fen=granted.then(pl.when(pl.col("instead").is_null()).then("amount_fen").otherwise(0)),
        instead=pl.col("instead").fill_null(""),
    ).select(*results.columns, *PAID)


def _lost(several: pl.DataFrame, overlaps: Sequence[Overlap]) -> Iterator[tuple[int, str, str]]:
    """Person, programme and what is paid instead, of every entitlement that is not."""
    amounts: dict[int, dict[str, int]] = {}
    for person, programme, fen in several.iter_rows():
        amounts.setdefault(person, {})[programme] = fen
    for person, of_one in amounts.items():
        for paid in settle(of_one, overlaps):
            if paid.overlap is not None:
                yield person, paid.programme, paid.instead


__all__ = ["PAID", "concerned", "settled"]
