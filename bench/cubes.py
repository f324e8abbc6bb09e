"""The cube of months of many people, beside plain pandas: seconds, memory, and what a dashboard waits for.

    python bench/cubes.py

Made-up people over five years, in arrays, chunk by chunk as a snapshot is read: no registry. Pandas does what
an analyst would write: for each month the people who live, their ages, a group-by; it counts stocks and whole
days lived, on fewer months, and is scaled to sixty. Both are checked against each other. Each run has a
process of its own, so that the memory is its own; limits are of processor time, which says the same when
other work runs beside.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded

import numpy as np

from tongchou.domain.statistics.counting import Counting, People, Spells
from tongchou.domain.statistics.cube import AGE_STARTS, month_range

MONTHS = month_range("2021-11", "2026-10")
CHUNK = 1_000_000
#: Our own limits for ten million people, and for the numbers of a county's dashboard at the 95th percentile.
SECONDS, GIGABYTES, DASHBOARD_MS = 60.0, 3.0, 300.0
#: Months pandas counts; one costs as much as the other.
SOME = 6


def chunks(people: int, villages: int) -> Iterator[tuple[People, Spells]]:
    chance = np.random.default_rng(1)
    for start in range(0, people, CHUNK):
        size = min(CHUNK, people - start)
        born = np.datetime64("2026-10-31") - chance.integers(0, 95 * 365, size)
        last = np.maximum(born, np.datetime64("2021-11-01"))
        died = last + (chance.random(size) * 1826).astype(int)
        died = np.where(chance.random(size) < 0.035, died, np.datetime64("NaT", "D"))
        moves = chance.random(size) < 0.15
        person = np.repeat(np.arange(size), 1 + moves)
        first = np.append(True, person[1:] != person[:-1])
        since = np.datetime64("2019-01-01") + chance.integers(0, 2860, person.size)
        month = np.full(size, np.datetime64("2026-10"), dtype="datetime64[M]")
        yield (
            People(born, died, chance.integers(0, 2, size), chance.integers(0, 8, size), month, month,
                   np.zeros(size, dtype=bool)),
            Spells(person, chance.integers(0, villages, person.size),
                   np.where(first, np.datetime64("NaT", "D"), since)),
        )  # fmt: skip


def ours(people: int, villages: int) -> dict[str, Any]:
    """Two cubes would be counted one after the other; this is one."""
    counting, clock, processor = Counting(villages, MONTHS), 0.0, 0.0
    for some, spells in chunks(people, villages):
        clock, processor = clock - time.perf_counter(), processor - time.process_time()
        counting.add(some, spells)
        clock, processor = clock + time.perf_counter(), processor + time.process_time()
    clock, processor = clock - time.perf_counter(), processor - time.process_time()
    stock, lived = counting.stock(), counting.person_years()
    clock, processor = clock + time.perf_counter(), processor + time.process_time()
    return {
        "clock": clock, "processor": processor, "memory": peak(),
        "stock": float(stock[:, -1].sum()), "lived": float(lived[:, -1].sum()),
    }  # fmt: skip


def pandas(people: int, villages: int) -> dict[str, Any]:
    """Sixty times a filter and a group-by; the spells of everybody in one frame, as it is usually done."""
    import pandas as pd

    clock, processor, stocks, lived = 0.0, 0.0, 0.0, 0.0
    frames = []
    for at, (some, spells) in enumerate(chunks(people, villages)):
        start = np.fmax(spells.start, some.born[spells.person])
        end = some.died[spells.person]
        same = np.flatnonzero(spells.person[1:] == spells.person[:-1])
        end[same] = np.fmin(start[same + 1], end[same])
        frames.append(
            pd.DataFrame(
                {
                    "person": spells.person + at * CHUNK, "village": spells.place,
                    "sex": some.sex[spells.person], "born": some.born[spells.person].astype("datetime64[s]"),
                    "start": start.astype("datetime64[s]"), "end": end.astype("datetime64[s]"),
                }
            )
        )  # fmt: skip
    table = pd.concat(frames, ignore_index=True)
    del frames
    groups = np.append(AGE_STARTS, 200)
    clock, processor = clock - time.perf_counter(), processor - time.process_time()
    for month in MONTHS[-SOME:]:
        begin, stop = (pd.Timestamp(str(one.astype("datetime64[D]"))) for one in (month, month + 1))
        here = table[(table["start"] < stop) & (table["end"].isna() | (table["end"] > begin))].copy()
        day = stop - pd.Timedelta(days=1)
        birthday = (here["born"].dt.month * 100 + here["born"].dt.day) > day.month * 100 + day.day
        here["age"] = pd.cut((day.year - here["born"].dt.year - birthday), groups, right=False, labels=False)
        here["days"] = (here["end"].fillna(stop).clip(upper=stop) - here["start"].clip(lower=begin)).dt.days
        here["there"] = here["end"].isna() | (here["end"] >= stop)
        sums = here.groupby(["village", "age", "sex"])[["there", "days"]].sum()
        stocks, lived = float(sums["there"].sum()), float(sums["days"].sum())
    clock, processor = clock + time.perf_counter(), processor + time.process_time()
    scale = MONTHS.size / SOME
    return {
        "clock": clock * scale, "processor": processor * scale, "memory": peak(),
        "stock": stocks, "lived": lived / 365,
    }  # fmt: skip


def dashboard(villages: int) -> dict[str, Any]:
    """A county's numbers from a stored cube: 60 months of stock, births, deaths and rates, 200 times."""
    counting = Counting(villages, MONTHS)
    for some, spells in chunks(1_000_000, villages):
        counting.add(some, spells)
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (
            ("stock", counting.stock()), ("person_years", counting.person_years()),
            ("deaths", counting.deaths), ("births", counting.births),
        ):  # fmt: skip
            np.save(Path(folder) / f"{name}.npy", values)
        times = []
        for turn in range(200):
            began = time.perf_counter()
            cube = {path.stem: np.load(path, mmap_mode="r") for path in Path(folder).glob("*.npy")}
            some = np.arange(turn % 10, villages, max(1, villages // 270))
            sums = {name: values[some].sum(axis=0) for name, values in cube.items()}
            _ = sums["deaths"].sum(axis=(1, 2)) / sums["person_years"].sum(axis=(1, 2))
            times.append((time.perf_counter() - began) * 1000)
    return {"median": float(np.median(times)), "p95": float(np.percentile(times, 95))}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # GB


def alone(what: str, people: int, villages: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--only", what, "--people", str(people), "--villages", str(villages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    load = subprocess.run(["uptime"], capture_output=True, text=True, check=False).stdout.strip()
    print(f"## Cubes of {MONTHS.size} months, {len(AGE_STARTS)} age groups, both sexes\n\n{load}\n")
    print("|people|villages|what|s by the clock|s of the processor|GB at most|")
    print("|---:|---:|---|---:|---:|---:|")
    for people, villages, plain in ((1_000_000, 270, True), (10_000_000, 3_700, False)):
        found = {"ours": alone("ours", people, villages)}
        if plain:
            found["pandas"] = alone("pandas", people, villages)
        for what, one in found.items():
            if "failed" in one:
                print(f"|{people:,}|{villages:,}|{what}|failed: {one['failed']}|||")
                continue
            print(
                f"|{people:,}|{villages:,}|{what}|{one['clock']:.1f}|{one['processor']:.1f}|{one['memory']:.2f}|"
            )
        if plain and "failed" not in found["pandas"]:
            mine, theirs = found["ours"], found["pandas"]
            assert mine["stock"] == theirs["stock"] and abs(mine["lived"] / theirs["lived"] - 1) < 1e-9
            ratio = theirs["processor"] / mine["processor"]
            print(
                f"\nPlain pandas takes {ratio:.0f} times as long ({SOME} months, scaled to {MONTHS.size}).\n"
            )
            print("|people|villages|what|s by the clock|s of the processor|GB at most|")
            print("|---:|---:|---|---:|---:|---:|")
    large = found["ours"]
    told = alone("dashboard", 0, 3_700)
    print(f"\nSums of 270 villages of 3,700 over 60 months, from files: median {told['median']:.1f} ms, "
          f"95th percentile {told['p95']:.1f} ms (limit {DASHBOARD_MS:.0f}).")  # fmt: skip
    print(
        f"Ten million people: {large['processor']:.1f} s of {SECONDS:.0f}, "
        f"{large['memory']:.2f} GB of {GIGABYTES:.0f}.\n"
    )
    if large["processor"] > SECONDS or large["memory"] > GIGABYTES or told["p95"] > DASHBOARD_MS:
        sys.exit("over the limit")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("ours", "pandas", "dashboard"))
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--villages", type=int, default=270)
    wanted = parser.parse_args()
    if wanted.only == "dashboard":
        print(json.dumps(dashboard(wanted.villages)))
    elif wanted.only:
        print(json.dumps((ours if wanted.only == "ours" else pandas)(wanted.people, wanted.villages)))
    else:
        main()
