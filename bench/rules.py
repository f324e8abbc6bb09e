"""The rules engine against its peers, then alone on many people, on a cluster, and on one family.

Prints Markdown, or JSON with ``--json``. Four programmes (childcare subsidy, elderly reward, bereaved
assistance, the transition as an output of its own) are computed by each contestant for the same complete
facts, since OpenFisca and NumPy know no unknown ones, and compared row by row. Inputs are set before the
clock starts for every party; the check of the table, which only ours has, is a row of its own. Contestants
take turns, and the best turn of each counts; processor time stands beside the seconds, since others may use
the machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from rules_by_hand import KINDS, PROGRAMMES, TRANSITION, YEAR, as_arrays, by_numpy, by_polars
from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy.batch import amounts_together, evaluate_many
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.validate import CheckedFacts, checked
from tongchou.domain.policy.words import Text
from tongchou.policies.law import national
from tongchou.policies.national.sources import REWARD_RULES
from tongchou.policies.national.transition import rural_in_year

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
OURS, CHECK = "ours", "(check of the table, once)"
MONTHLY, CLOSED, HAND = "OpenFisca, its monthly idiom", "OpenFisca, closed form", "Polars by hand"
#: How many times as fast as each ours has to be.
LIMITS = {MONTHLY: 12.0, CLOSED: 3.0, HAND: 0.8}
MILLION_SECONDS, TEN_SECONDS, TEN_GB, FAMILY_MS = 5.0, 60.0, 2.0, 1.0


def people(count: int, unknown: float, seed: int, first: int = 0) -> pl.DataFrame:
    """Made-up people of every age; ``unknown`` is the share of each fact that is not known."""
    draw = np.random.default_rng(seed)
    years = lambda low, high: draw.integers(low, high, count)  # noqa: E731
    flag = lambda share: draw.random(count) < share  # noqa: E731
    columns: dict[str, Any] = {
        "birth_year": years(1930, YEAR + 1),
        "birth_month": years(1, 13),
        "sex": years(1, 3),
        "deceased": flag(0.02),
        "death_year": years(2020, YEAR + 1),
        "chinese_national": flag(0.99),
    }
    for prefix in ("", "spouse_"):
        columns[f"{prefix}hukou_kind"] = np.array(KINDS)[draw.choice(3, count, p=(0.3, 0.2, 0.5))]
        columns[f"{prefix}determined_rural"] = flag(0.6)
        columns[f"{prefix}converted"] = flag(0.3)
        columns[f"{prefix}converted_year"] = years(2012, YEAR + 1)
        columns[f"{prefix}urban_pension"] = flag(0.6)
        columns[f"{prefix}urban_pension_year"] = years(2012, YEAR + 1)
        columns[f"{prefix}urban_medical"] = flag(0.7)
        columns[f"{prefix}urban_medical_year"] = years(2012, YEAR + 1)
    columns["has_spouse"] = flag(0.7)
    columns["living_sons"], columns["living_daughters"] = years(0, 3), years(0, 3)
    columns["children_ever"] = columns["living_sons"] + columns["living_daughters"] + years(0, 2)
    columns["spouse_birth_year"] = years(1930, 2005)
    columns["only_child_birth_year"] = years(1975, 2016)
    for fact in schema.FACTS:
        if fact.name not in columns and fact.name not in ("person_id", "household_id", "area_code"):
            columns[fact.name] = _any_value(draw, fact, count)
    frame = pl.DataFrame({"person_id": np.arange(first, first + count), **columns})
    if not unknown:
        return frame
    hidden = {name: pl.Series(draw.random(count) < unknown) for name in columns}
    return frame.with_columns(
        pl.when(~pl.lit(hidden[name])).then(pl.col(name)).alias(name) for name in columns
    )


def _any_value(draw: np.random.Generator, fact: schema.Fact, count: int) -> np.ndarray:
    if fact.kind == "bool":
        return draw.random(count) < 0.5
    if fact.values:
        return np.array(fact.values)[draw.integers(0, len(fact.values), count)]
    assert fact.least is not None and fact.most is not None
    return draw.integers(fact.least, fact.most + 1, count)


def transition() -> Programme:
    """Whether rural rules apply, as a programme without an amount."""
    from tongchou.domain.policy.tree import Const

    return Programme(
        code=TRANSITION,
        title=Text("过渡期", "Transition"),
        kind="open",
        benefit="service",
        version="1",
        first_year=2004,
        citations=(REWARD_RULES,),
        conditions=(rural_in_year("", "rural", Text("本人", "the person"), REWARD_RULES),),
        amount=Const(0),
        parameters={"transition_years": national()["elderly_reward"]["transition_years"]},
    )


def four() -> list[Programme]:
    known = {programme.code: programme for programme in (*policies.build().programmes, transition())}
    return [known[code] for code in PROGRAMMES]


def everything() -> list[Programme]:
    """All twelve, those that wait for an amount with one made up."""
    from tests.policy.everything import LAW

    return list(LAW.programmes)


# ── turns ──


def turns(
    contestants: dict[str, Callable[[], Callable[[], Any]]], repeat: int
) -> dict[str, tuple[float, float]]:
    """Seconds and processor seconds of the best turn of each; what is prepared is not counted."""
    best: dict[str, tuple[float, float]] = {}
    for _turn in range(repeat):
        for name, prepare in contestants.items():
            run = prepare()
            started, used = time.perf_counter(), time.process_time()
            run()
            spent = (time.perf_counter() - started, time.process_time() - used)
            old = best.get(name, spent)
            best[name] = (min(old[0], spent[0]), min(old[1], spent[1]))
    return best


def table(frame: pl.DataFrame) -> CheckedFacts:
    return checked(nw.from_native(frame).lazy())


def ours(facts: CheckedFacts, programmes: list[Programme]) -> pl.DataFrame:
    return amounts_together(facts, programmes, YEAR)


def as_results(found: pl.DataFrame) -> list[np.ndarray]:
    money = [found[f"amount_fen:{code}"].fill_null(0).to_numpy() for code in PROGRAMMES[:-1]]
    return [*money, (found[f"outcome:{TRANSITION}"] == 0).to_numpy()]


def against_peers(count: int, seed: int, repeat: int, *, openfisca: bool) -> dict[str, Any]:
    frame, programmes = people(count, 0.0, seed), four()
    facts, arrays = table(frame), as_arrays(frame)
    contestants: dict[str, Callable[[], Callable[[], Any]]] = {
        OURS: lambda: lambda: ours(facts, programmes),
        HAND: lambda: lambda: by_polars(frame),
        "NumPy, closed form": lambda: lambda: by_numpy(arrays),
    }
    others = {"NumPy": by_numpy(arrays), HAND: as_results(by_polars(frame))}
    if openfisca:
        import openfisca_peer

        for name, monthly in ((MONTHLY, True), (CLOSED, False)):
            others[name] = openfisca_peer.results(arrays, YEAR, monthly=monthly)
            contestants[name] = lambda m=monthly: openfisca_peer.prepared(arrays, YEAR, monthly=m)
    mine = as_results(ours(facts, programmes))
    for name, given in others.items():
        for code, one, other in zip(PROGRAMMES, mine, given, strict=True):
            assert np.array_equal(one, other), f"{name}, {code}: {(one != other).sum()} rows differ"
    partly = people(min(count, 200_000), 0.2, seed)
    hand, own = by_polars(partly), ours(table(partly), programmes)
    unlike = {
        name: int((own[name].cast(pl.Int64).ne_missing(hand[name].cast(pl.Int64))).sum())
        for name in hand.columns
        if name.startswith("outcome:")
    }
    contestants[CHECK] = lambda: lambda: table(frame)
    return {
        "people": count,
        "spent": turns(contestants, repeat),
        "granted": [int((one != 0).sum()) for one in mine],
        "unlike_by_hand_with_unknown": unlike,
    }


# ── alone: a million, ten millions, one family, a cluster ──


def million(count: int, seed: int, repeat: int) -> dict[str, Any]:
    programmes, found = everything(), {}
    for name, unknown in (("all facts known", 0.0), ("a fifth of all facts unknown", 0.2)):
        frame = people(count, unknown, seed)
        spent = turns({"all": lambda f=frame: lambda: evaluate_many(f, programmes, YEAR)}, repeat)
        found[name] = spent["all"]
    return {"people": count, "programmes": len(programmes), "spent": found}


def write_parts(folder: Path, count: int, parts: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    size = count // parts
    for number in range(parts):
        frame = people(size, 0.2, seed + number, first=number * size)
        frame.write_parquet(folder / f"part-{number:03d}.parquet")


def alone(mode: str, *words: str) -> dict[str, Any]:
    """A measurement in a process of its own, so that its memory is its own."""
    run = subprocess.run(
        [sys.executable, __file__, "--alone", mode, *words], capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise SystemExit(f"{mode} failed:\n{run.stderr[-3000:]}")
    return dict(json.loads(run.stdout.strip().splitlines()[-1]))


def peak() -> int:
    """The most memory this process ever held, in KiB; ``getrusage`` would count its parent's at the start."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def in_parts(facts: str, out: str) -> dict[str, Any]:
    from tongchou.policies.parts import evaluate_parts

    started, used = time.perf_counter(), time.process_time()
    done = evaluate_parts(Path(facts), Path(out), everything(), YEAR)
    return {
        "people": done.persons,
        "rows": sum(done.counts.values()),
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - used,
        "gb": peak() * 1024 / 1e9,
    }


def on_spark(facts: str, out: str, cores: str) -> dict[str, Any]:
    """The second of two evaluations of one session: the first compiles."""
    from tongchou.policies import cluster

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with cluster.session(f"local[{cores}]", spark_sql_shuffle_partitions=cores) as spark:
        for _turn in range(2):
            shutil.rmtree(out, ignore_errors=True)
            started = time.perf_counter()
            done = cluster.evaluate_parts(spark, Path(facts), Path(out), everything(), YEAR)
            seconds = time.perf_counter() - started
    return {"people": done.persons, "cores": int(cores), "seconds": seconds}


def scaling(count: int, seed: int) -> dict[str, Any] | None:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        return None
    with tempfile.TemporaryDirectory(prefix="tongchou-bench-") as scratch:
        facts = Path(scratch) / "facts"
        write_parts(facts, count, 4, seed)
        runs = [alone("spark", str(facts), f"{scratch}/out{cores}", str(cores)) for cores in (1, 2)]
        alone("parts", str(facts), f"{scratch}/local")
        keys = ["programme", "person_id"]
        expected = pl.read_parquet(f"{scratch}/local/*.parquet").sort(keys)
        equal = all(
            pl.read_parquet(f"{scratch}/out{n}/*.parquet").sort(keys).equals(expected) for n in (1, 2)
        )
    assert equal, "Spark and Polars differ"
    return {"runs": runs, "efficiency": runs[0]["seconds"] / runs[1]["seconds"] / 2}


def one_family(count: int, seed: int) -> dict[str, float]:
    """Milliseconds for all programmes for one family, and those with the tree of reasons told in Chinese."""
    rows, programmes = people(count, 0.2, seed).to_dicts(), everything()
    for row in rows[:50]:
        [programme.evaluate_one(row, YEAR).lines("zh") for programme in programmes]
    spent: dict[str, list[float]] = {"result": [], "tree": [], "sentences": []}
    for row in rows:
        started = time.perf_counter()
        results = [programme.evaluate_one(row, YEAR) for programme in programmes]
        answered = time.perf_counter()
        for result in results:
            _reasons = result.conditions, result.amount
        built = time.perf_counter()
        for result in results:
            result.lines("zh")
        ended = time.perf_counter()
        for name, moment in (("result", answered), ("tree", built), ("sentences", ended)):
            spent[name].append((moment - started) * 1000)
    return {name: statistics.median(values) for name, values in spent.items()}


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    count, seed, repeat = arguments.people, arguments.seed, arguments.repeat
    openfisca = bool(importlib.util.find_spec("openfisca_core")) and not arguments.without_openfisca
    found: dict[str, Any] = {
        "peers": against_peers(count, seed, repeat, openfisca=openfisca),
        "million": million(count, seed, repeat),
        "family_ms": one_family(arguments.persons, seed),
    }
    if arguments.many:
        with tempfile.TemporaryDirectory(prefix="tongchou-bench-") as scratch:
            write_parts(Path(scratch) / "facts", arguments.many, 20, seed)
            found["parts"] = alone("parts", f"{scratch}/facts", f"{scratch}/out")
    found["spark"] = scaling(arguments.spark, seed) if arguments.spark else None
    return found


def markdown(found: dict[str, Any]) -> str:
    peers, count = found["peers"], found["peers"]["people"]
    lines = [f"## Rules: four programmes in one run, {count:,} people, year {YEAR}", ""]
    lines.append(
        "Childcare subsidy, elderly reward, bereaved assistance, and the transition as an output of its own; "
        "all facts known; all equal row by row. × says how many times as fast ours is."
    )
    head = "| | seconds | processor s | M persons/s | × seconds | × processor | limit |"
    lines += ["", head, "|---|---|---|---|---|---|---|"]
    own = peers["spent"][OURS]
    for name, (seconds, used) in peers["spent"].items():
        limit = f"≥ {LIMITS[name]:g}" if name in LIMITS else ""
        lines.append(
            f"| {name} | {seconds:.4f} | {used:.4f} | {count / seconds / 1e6:.1f} | {seconds / own[0]:.2f} | "
            f"{used / own[1]:.2f} | {limit} |"
        )
    many = found["million"]
    lines += ["", f"| All {many['programmes']} programmes with reasons | measured | limit |", "|---|---|---|"]
    for name, (seconds, used) in many["spent"].items():
        lines.append(
            f"| {many['people']:,} people, {name} | {seconds:.2f} s (processor {used:.2f} s) | "
            f"{MILLION_SECONDS:g} s |"
        )
    if parts := found.get("parts"):
        name = f"{parts['people']:,} people in parts, a fifth unknown, {parts['rows']:,} rows written"
        lines.append(
            f"| {name} | {parts['seconds']:.1f} s (processor {parts['processor']:.1f} s), "
            f"{parts['gb']:.2f} GB | {TEN_SECONDS:g} s, {TEN_GB:g} GB |"
        )
    family = found["family_ms"]
    lines.append(f"| one family, results (median) | {family['result']:.3f} ms | |")
    lines.append(
        f"| one family, results with the tree of reasons | {family['tree']:.3f} ms | {FAMILY_MS:g} ms |"
    )
    lines.append(f"| the same, told in Chinese sentences | {family['sentences']:.3f} ms | |")
    if spark := found["spark"]:
        for run in spark["runs"]:
            lines.append(
                f"| Spark, {run['cores']} core(s), {run['people']:,} people | {run['seconds']:.1f} s | |"
            )
        lines.append(f"| Spark: efficiency of the second core | {spark['efficiency']:.2f} | |")
    else:
        lines.append("| Spark | not measured: PySpark is not installed | |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--many", type=int, default=10_000_000, help="people evaluated in parts; 0 for none")
    parser.add_argument("--spark", type=int, default=1_000_000, help="people on Spark; 0 for none")
    parser.add_argument("--persons", type=int, default=1_000, help="people asked one by one")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-openfisca", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--alone", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        mode, *words = arguments.alone
        print(json.dumps({"parts": in_parts, "spark": on_spark}[mode](*words)))
        return
    found = measure(arguments)
    print(json.dumps(found, indent=2) if arguments.json else markdown(found))


if __name__ == "__main__":
    main()
