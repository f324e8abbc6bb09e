"""A folder of parts gives what one table gives, goes on where it stopped, and mixes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from tongchou import policies
from tongchou.cli import main
from tongchou.domain.policy.errors import FactsError
from tongchou.policies import parts
from tongchou.policies.parts import JOURNAL, evaluate_parts

YEAR = 2026
SCHEMA = {
    "person_id": pl.Int64,
    "birth_year": pl.Int16,
    "birth_month": pl.Int8,
    "deceased": pl.Boolean,
    "chinese_national": pl.Boolean,
}


def people(first: int, count: int) -> pl.DataFrame:
    numbers = range(first, first + count)
    return pl.DataFrame(
        {
            "person_id": list(numbers),
            "birth_year": [None if n % 5 == 0 else 2020 + n % 7 for n in numbers],
            "birth_month": [None if n % 7 == 0 else 1 + n % 12 for n in numbers],
            "deceased": [None if n % 11 == 0 else n % 13 == 0 for n in numbers],
            "chinese_national": [True] * count,
        },
        schema=SCHEMA,
    )


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    for number, count in enumerate((25, 0, 10)):
        people(100 * number, count).write_parquet(folder / f"part-{number}.parquet")
    return folder


def results(folder: Path) -> pl.DataFrame:
    files = sorted(folder.glob("*.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files]).sort("programme", "person_id")


def test_parts_give_what_one_table_gives(facts: Path, tmp_path: Path) -> None:
    out, steps = tmp_path / "new" / "out", []
    done = evaluate_parts(facts, out, policies.load(), YEAR, rows=10, report=lambda *step: steps.append(step))
    together = pl.concat([people(0, 25), people(200, 10)])
    expected = policies.evaluate_many(together, policies.load(), YEAR).sort("programme", "person_id")
    assert results(out).equals(expected)
    assert (done.persons, done.pieces, done.kept) == (35, 5, 0)
    assert steps == [(10, 35), (20, 35), (25, 35), (25, 35), (35, 35)]
    counted = expected.group_by("programme", "outcome").len()
    assert done.counts == {(code, outcome): number for code, outcome, number in counted.iter_rows()}
    assert sorted(path.name for path in out.iterdir() if path.suffix != ".parquet") == [JOURNAL]


def test_an_interrupted_run_goes_on_where_it_stopped(
    facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, written = tmp_path / "out", 0
    write = parts._write

    def stop(frame: pl.DataFrame, path: Path) -> None:
        nonlocal written
        written += 1
        if written == 3:
            raise KeyboardInterrupt
        write(frame, path)

    monkeypatch.setattr(parts, "_write", stop)
    with pytest.raises(KeyboardInterrupt):
        evaluate_parts(facts, out, policies.load(), YEAR, rows=10)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
    assert len(before) == 2
    monkeypatch.setattr(parts, "_write", write)
    done = evaluate_parts(facts, out, policies.load(), YEAR, rows=10)
    assert (done.persons, done.pieces, done.kept) == (35, 5, 2)
    assert before.items() <= {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}.items()
    fresh = tmp_path / "fresh"
    assert evaluate_parts(facts, fresh, policies.load(), YEAR, rows=10).counts == done.counts
    assert results(fresh).equals(results(out))


def test_a_file_half_written_is_no_result(
    facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_frame: pl.DataFrame, path: Path, **_options: object) -> None:
        path.write_bytes(b"PAR1")
        raise OSError("no space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", half)
    with pytest.raises(OSError, match="no space"):
        evaluate_parts(facts, tmp_path / "out", policies.load(), YEAR)
    assert list((tmp_path / "out").iterdir()) == []


def test_what_changed_is_done_again_and_what_went_goes(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    evaluate_parts(facts, out, policies.load(), YEAR, rows=10)
    people(500, 4).write_parquet(facts / "part-2.parquet")
    done = evaluate_parts(facts, out, policies.load(), YEAR, rows=10)
    assert (done.persons, done.pieces, done.kept) == (29, 5, 4)
    (facts / "part-0.parquet").unlink()
    done = evaluate_parts(facts, out, policies.load(), YEAR, rows=10)
    assert (done.persons, done.kept) == (4, 2)
    assert set(results(out)["person_id"]) == {500, 501, 502, 503}
    assert set(json.loads((out / JOURNAL).read_text(encoding="utf-8"))["pieces"]) == {
        path.name for path in out.glob("*.parquet")
    }


def test_results_of_something_else_are_never_mixed(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    evaluate_parts(facts, out, policies.load(), YEAR)
    for programmes, year in ((policies.load(), YEAR + 1), (policies.listed(), YEAR)):
        with pytest.raises(FactsError, match="other results"):
            evaluate_parts(facts, out, programmes, year)
    (out / JOURNAL).unlink()
    with pytest.raises(FactsError, match="other results"):
        evaluate_parts(facts, out, policies.load(), YEAR)
    with pytest.raises(FactsError, match="among the facts"):
        evaluate_parts(facts, facts, policies.load(), YEAR)


def test_nobody_stands_in_two_parts(facts: Path, tmp_path: Path) -> None:
    people(203, 3).write_parquet(facts / "part-3.parquet")
    with pytest.raises(FactsError, match=r"repeated 3 times in part-2\.parquet, part-3\.parquet"):
        evaluate_parts(facts, tmp_path / "out", policies.load(), YEAR)
    shuffled = pl.concat([people(300, 3), people(250, 3)])
    shuffled.write_parquet(facts / "part-3.parquet")
    people(270, 5).write_parquet(facts / "part-4.parquet")  # between, not among, the numbers of part 3
    assert evaluate_parts(facts, tmp_path / "out", policies.load(), YEAR).persons == 46
    pl.concat([people(270, 5), people(270, 1)]).write_parquet(facts / "part-4.parquet")
    with pytest.raises(FactsError, match=r"repeated 1 times in part-4\.parquet"):
        evaluate_parts(facts, tmp_path / "out", policies.load(), YEAR)


def test_a_wrong_part_is_named(facts: Path, tmp_path: Path) -> None:
    people(300, 3).with_columns(birth_month=pl.lit(13)).write_parquet(facts / "part-3.parquet")
    with pytest.raises(FactsError, match=r"part-3\.parquet: Column birth_month: in 3 rows"):
        evaluate_parts(facts, tmp_path / "out", policies.load(), YEAR)
    people(300, 3).drop("person_id").write_parquet(facts / "part-3.parquet")
    with pytest.raises(FactsError, match=r"part-3\.parquet: The column person_id is missing"):
        evaluate_parts(facts, tmp_path / "out", policies.load(), YEAR)
    (facts / "part-3.parquet").write_bytes(b"nothing")
    with pytest.raises(FactsError, match=r"part-3\.parquet is not readable Parquet"):
        evaluate_parts(facts, tmp_path / "out", policies.load(), YEAR)
    with pytest.raises(FactsError, match=r"no \.parquet file"):
        evaluate_parts(tmp_path, tmp_path / "out", policies.load(), YEAR)


def test_the_command_evaluates_a_folder(facts: Path, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        folders = ("--facts", str(facts), "--out", str(tmp_path / "out"))
        return CliRunner().invoke(main, ["evaluate", *folders, "--year", str(YEAR), "--json", *words])

    said = json.loads(run().stdout)
    assert (said["persons"], said["kept"]) == (35, 0)
    assert sum(number for name, number in said.items() if name.startswith("childcare_subsidy ")) == 35
    assert json.loads(run().stdout) == {**said, "kept": 3}
    other = run("--programme", "all")
    assert other.exit_code == 1 and "other results" in other.stderr
    alone = CliRunner().invoke(main, ["evaluate", "--engine", "spark", "--year", "2026"])
    assert alone.exit_code == 2 and "goes with a folder" in alone.output


def _crowd(folder: Path) -> Path:
    """Two parts, together just enough people to say a share; every one of them an infant."""
    folder.mkdir()
    for number in range(2):
        infants = people(1000 * number, 500).with_columns(
            birth_year=pl.lit(2025), birth_month=pl.lit(5), deceased=pl.lit(value=False)
        )
        infants.write_parquet(folder / f"part-{number}.parquet")
    return folder


def _evaluate(facts: Path, out: Path, *words: str) -> Any:
    return CliRunner().invoke(
        main, ["evaluate", "--facts", str(facts), "--out", str(out), "--year", str(YEAR), "--json", *words]
    )


def test_a_file_whose_share_is_not_plausible_stops_and_asks(tmp_path: Path) -> None:
    folder = _crowd(tmp_path / "facts")
    facts, out = tmp_path / "facts.parquet", tmp_path / "out.csv"
    together = pl.concat([pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))])
    together.write_parquet(facts)
    stopped = _evaluate(facts, out)
    assert stopped.exit_code == 1 and not out.exists()
    assert "1000.0 of 1,000 people" in stopped.stderr and "--accept childcare_subsidy" in stopped.stderr
    assert _evaluate(facts, out, "--accept", "elderly_reward").exit_code == 1
    assert _evaluate(facts, out, "--accept", "childcare_subsidy").exit_code == 0 and out.exists()
    # One less than enough says nothing.
    together.head(999).write_parquet(facts)
    assert _evaluate(facts, tmp_path / "few.csv").exit_code == 0


def test_a_folder_whose_share_is_not_plausible_stops_and_asks(tmp_path: Path) -> None:
    facts, out = _crowd(tmp_path / "facts"), tmp_path / "out"
    for _again in range(2):
        stopped = _evaluate(facts, out)
        assert stopped.exit_code == 1 and "--accept childcare_subsidy" in stopped.stderr
        assert not list(out.glob("*.parquet"))
    # Accepted, nothing is done twice; changed facts are done anew and leave nothing behind.
    assert json.loads(_evaluate(facts, out, "--accept", "childcare_subsidy").stdout)["kept"] == 2
    assert results(out).filter(pl.col("programme") == "childcare_subsidy").height == 1000
    assert _evaluate(facts, out).exit_code == 1
    people(0, 20).write_parquet(facts / "part-0.parquet")
    people(1000, 20).write_parquet(facts / "part-1.parquet")
    assert json.loads(_evaluate(facts, out).stdout)["kept"] == 0
    assert {file.name for file in out.iterdir()} == {
        "part-0-00000.parquet",
        "part-1-00000.parquet",
        JOURNAL,
    }
