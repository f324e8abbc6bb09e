"""Everyone truly entitled whose facts are in the files is found; nobody is found wrongly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from tests.truth.line import Line, prepare, reviewer, walk

ON = dt.date(2026, 11, 23)
GRANTED = ("entitled", "entitled_subject_to_statement")


def judge(line: Line) -> None:
    entitled = line.joined.filter(pl.col("outcome").is_in(GRANTED))
    in_files = entitled.filter(pl.col("facts_in_files").str.to_lowercase() == "true")
    found = in_files.filter(pl.col("found") == pl.col("outcome"))
    assert in_files.height > 50, "the sample is too small to judge"
    share = found.height / in_files.height
    print(f"{in_files.height} truly entitled with facts in the files, {share:.4%} found")
    assert share >= 0.995, in_files.filter(pl.col("found") != pl.col("outcome")).head(10)
    wrong_amount = found.filter(pl.col("amount_fen").cast(pl.Int64) != pl.col("found_fen"))
    assert wrong_amount.is_empty(), wrong_amount.head(10)
    wrongly = line.joined.filter(pl.col("found").is_in(GRANTED) & ~pl.col("outcome").is_in(GRANTED))
    assert wrongly.is_empty(), wrongly.head(10)


@pytest.mark.django_db(transaction=True)
def test_the_truly_entitled_are_found(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "county", registered=3_000, seed=40_961, on=ON)
    line = walk(folder, by=reviewer(), on=ON)
    assert line.outcome["refused"] == 0, line.outcome["problems"][:5]
    judge(line)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_truly_entitled_are_found_in_a_whole_county(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "county", registered=60_000, seed=77_003, on=ON)
    line = walk(folder, by=reviewer(), on=ON)
    assert line.outcome["refused"] == 0, line.outcome["problems"][:5]
    judge(line)
