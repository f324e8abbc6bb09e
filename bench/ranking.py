"""Figures and rankings of a prefecture: nine units, 250 townships, 3,700 villages, twelve months of counts.

    python bench/ranking.py

Made-up counts of every indicator that is scored. Processor time is on one thread; the limits are of a
bulletin from stored counts (60 s with its PDF, of which figures may take a third) and of a ranking page
(300 ms).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded

import numpy as np

from tongchou import indicators
from tongchou.domain.accountability.awards import awards, comparison_level, improvement
from tongchou.domain.accountability.composite import lifts, rank_composite
from tongchou.domain.accountability.definitions import Use
from tongchou.domain.accountability.figures import Counts, evaluate
from tongchou.domain.accountability.periods import period
from tongchou.domain.accountability.sealing import seal
from tongchou.domain.funnel import of_shares
from tongchou.domain.ranking import pool_small, rank_figure
from tongchou.domain.statistics.cube import month_range

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--villages", type=int, default=3_700)
parser.add_argument("--townships", type=int, default=250)
#: Seconds of the processor: our own limits.
BULLETIN, PAGE = 20.0, 0.3


def made(villages: int, months: int) -> dict[str, Any]:
    """Counts by village and month: wholes of some tens, parts of nine in ten."""
    draw = np.random.default_rng(1)
    catalogue = indicators.load()
    values: dict[str, Any] = {}
    for code, count in catalogue.counts.items():
        if not count.over:
            values[code] = draw.poisson(40, (villages, months)).astype(float)
    for code, count in catalogue.counts.items():
        if count.over and count.over in values:
            values[code] = draw.binomial(values[count.over].astype(int), 0.9).astype(float)
    for code, count in catalogue.counts.items():
        if code not in values:
            values[code] = draw.binomial(values[count.over].astype(int), 0.9).astype(float)
    return values


def timed(name: str, act: Callable[[], Any], turns: int = 3) -> tuple[Any, float]:
    """What it gives and the processor seconds, the quickest of some turns."""
    best, result = float("inf"), None
    for _turn in range(turns):
        before = time.process_time()
        result = act()
        best = min(best, time.process_time() - before)
    print(f"| {name} | {best:.3f} |", flush=True)
    return result, best


def main() -> None:
    given = parser.parse_args()
    catalogue = indicators.load()
    villages = [f"v{number:05d}" for number in range(given.villages)]
    townships: dict[str, list[str]] = {}
    counties: dict[str, list[str]] = {}
    for at, one in enumerate(villages):
        township = at * given.townships // given.villages
        townships.setdefault(f"t{township:03d}", []).append(one)
        counties.setdefault(f"c{township * 9 // given.townships}", []).append(one)
    counts = Counts(tuple(villages), month_range("2025-01", "2026-12"), made(len(villages), 24))
    scored = [one.code for one in catalogue.used(Use.SCORED)]
    year, before = period("2026"), period("2025")
    single = {one: [one] for one in villages}
    composite = catalogue.composites["county_year"]
    load = subprocess.run(["uptime"], capture_output=True, text=True, check=True).stdout.strip()
    print("## Figures and rankings\n")
    print(
        f"{len(counties)} units, {len(townships)} townships, {len(villages)} villages, 24 months, "
        f"{len(scored)} indicators; one thread; `{load}`.\n"
    )
    print("| Step | processor s |\n|---|---:|")
    total = 0.0
    for name, units in (("units", counties), ("townships", townships), ("villages", single)):
        figures, spent = timed(
            f"all indicators of {name}, one year",
            lambda units=units: evaluate(catalogue, scored, counts, units, year),
        )
        total += spent
        if name == "villages":
            break
        level = comparison_level(len(units))
        first, spent = timed(
            f"the same of {name} of the year before",
            lambda units=units, level=level: evaluate(catalogue, scored, counts, units, before, level=level),
        )
        now = evaluate(catalogue, scored, counts, units, year, level=level)
        total += spent
        codes = list(units)
        (made_, ranking), spent = timed(
            f"composite of {name}, ranked",
            lambda codes=codes, f=figures: rank_composite(catalogue, composite, f, codes),
        )
        total += spent
        if name == "units":
            page = spent
        _found, spent = timed(
            f"flags, lifts and improvement of {name}",
            lambda codes=codes, f=figures, m=made_, r=ranking, a=first, b=now: (
                awards(r),
                [lifts(catalogue, composite, f, m, code) for code in codes],
                [improvement(codes, a[code], b[code], "higher") for code in scored],
            ),
        )
        total += spent
    one = figures["paid_on_time"]
    parents = [f"t{at * given.townships // given.villages:03d}" for at in range(len(villages))]
    groups = np.unique(parents, return_inverse=True)[1]
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("small villages pooled by township", lambda: pool_small(villages, one.over, one.under, parents)),
        ("funnel of all villages", lambda: of_shares(one.over, one.under)),
        (
            "all villages ranked, leaning on their township",
            lambda: rank_figure(
                villages,
                one.value,
                one.over,
                one.under,
                chance="share",
                groups=groups,
                by="leaning",
                draws=1000,
            ),
        ),
        ("seal of all counts and definitions", lambda: seal(counts=counts, texts=indicators.texts())),
    ]
    for name, act in steps:
        total += timed(name, act)[1]
    print(f"| **all** | **{total:.3f}** ({total / BULLETIN:.2f} of {BULLETIN:g} s) |")
    print(
        f"\nRanking of the nine units: {page * 1000:.0f} ms of the processor "
        f"({page / PAGE:.2f} of {PAGE:g} s)."
    )


if __name__ == "__main__":
    main()
