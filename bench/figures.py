"""All indicators of 3,700 villages over 60 months, at once and table by table; and the figures of a page.

Limits: all indicators of all steps and levels, ``LIMIT`` processor seconds; the figures of a page, 95 in a
hundred, ``PAGE_LIMIT``.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tongchou.domain.statistics.changes import news_of
from tongchou.domain.statistics.compute import all_series, series
from tongchou.domain.statistics.cube import MonthCube
from tongchou.domain.statistics.profiles import age_rates, pyramid
from tongchou.domain.statistics.quality import quality
from tongchou.domain.statistics.series import Step
from tongchou.synth.months import made_months

LIMIT = 20.0  # processor seconds
PAGE_LIMIT = 0.3  # seconds
TOWNSHIP = 15  # villages
#: What a page of an area shows.
PAGE = ("population", "cbr", "cdr", "natural_increase", "share_65_plus", "tfr", "life_expectancy_0", "srb",
        "net_migration_rate", "old_dependency", "median_age", "deaths_recorded_next_month")  # fmt: skip

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--people", type=int, default=1_000_000)
parser.add_argument("--villages", type=int, default=3_700)
parser.add_argument("--months", type=int, default=60)


def timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    result = act()
    return result, time.perf_counter() - clock, time.process_time() - processor


def groups_of(cube: MonthCube, size: int, code: str) -> MonthCube:
    starts = range(0, len(cube.areas), size)
    members = [np.arange(start, min(start + size, len(cube.areas))) for start in starts]
    return cube.grouped(members, [code.format(at) for at in range(len(members))])


def batch(cube: MonthCube) -> None:
    size = f"{len(cube.areas):,} villages, {cube.months.size} months"
    print(f"### Every indicator, {size}, with intervals\n")
    print("| Areas | Step | indicators | s | processor s |")
    print("|---|---|---:|---:|---:|")
    rows = [("villages", cube)]
    spent = 0.0
    for name, size_, code in (("townships", TOWNSHIP, "52{:04d}101"), ("counties", 300, "52{:04d}")):
        grouped, clock, own = timed(lambda s=size_, c=code: groups_of(cube, s, c))  # type: ignore[misc]
        print(f"| {len(grouped.areas)} {name} | sums | – | {clock:.2f} | {own:.2f} |")
        spent += own
        rows.append((name, grouped))
    for name, one in rows:
        for step in Step:
            found, clock, own = timed(lambda o=one, s=step: all_series(o, s))  # type: ignore[misc]
            print(f"| {len(one.areas):,} {name} | {step} | {len(found)} | {clock:.2f} | {own:.2f} |")
            spent += own
    print(f"| all | | | | **{spent:.2f}** ({spent / LIMIT:.2f} of {LIMIT:.0f} s) |")
    townships = rows[1][1]
    year = Step.ROLLING_YEAR
    of_township = np.arange(len(cube.areas)) // TOWNSHIP
    print("\n| Beside them | s | processor s |")
    print("|---|---:|---:|")
    for title, act in (
        ("death rate of villages leaning on their township, 49 rolling years",
         lambda: series(cube, "cdr", step=year, shrink_groups=of_township)),
        ("sex ratio at birth of townships leaning on each other, 49 rolling years",
         lambda: series(townships, "srb", step=year, shrink_groups=np.arange(len(townships.areas)) // 20)),
        ("what is news in the death rate of villages by month",
         lambda: news_of(series(cube, "cdr", step=Step.MONTH))),
        ("births by mother's age of townships, 49 rolling years",
         lambda: age_rates(townships, "fertility", step=year)),
        ("pyramids of villages", lambda: pyramid(cube, cube.months[-1])),
        ("scorecard of townships", lambda: quality(townships)),
    ):  # fmt: skip
        _found, clock, own = timed(act)
        print(f"| {title} | {clock:.2f} | {own:.2f} |")
    print()


def loop(cube: MonthCube) -> None:
    """The same month rates, village by village: what a table a village costs."""
    some = min(len(cube.areas), 60)
    codes = ("cbr", "cdr", "share_65_plus", "median_age")
    _all, _clock, together = timed(lambda: [series(cube, code, step=Step.MONTH) for code in codes])

    def each() -> None:
        for village in range(some):
            one = cube.only([village])
            for code in codes:
                series(one, code, step=Step.MONTH)

    _none, _clock, apart = timed(each)
    whole = apart / some * len(cube.areas)
    print("### Table by table\n")
    print(f"Four indicators by month: {together:.2f} processor s for all villages at once, "
          f"{whole:.1f} village by village (× {whole / together:.0f}).\n")  # fmt: skip


def page(cube: MonthCube) -> None:
    """A page of one township: its own figures of twelve indicators, with news, and a pyramid."""
    townships = groups_of(cube, TOWNSHIP, "52{:04d}101")
    county = groups_of(cube, 300, "52{:04d}")
    times = []
    for at in range(min(60, len(townships.areas))):

        def shown(at: int = at) -> None:
            own, above = townships.only([at]), county.only([0])
            for code in PAGE:
                news_of(series(above if code == "srb" else own, code, step=Step.ROLLING_YEAR))
            pyramid(own, own.months[-1])

        times.append(timed(shown)[1])
    late = float(np.quantile(times, 0.95))
    print("### A page of a township\n")
    print(f"{len(PAGE)} indicators over 49 rolling years with news, and a pyramid: middle "
          f"{1000 * float(np.median(times)):.0f} ms, 95 in a hundred {1000 * late:.0f} ms "
          f"({late / PAGE_LIMIT:.2f} of {1000 * PAGE_LIMIT:.0f} ms).\n")  # fmt: skip


def main() -> None:
    arguments = parser.parse_args()
    print("## Figures: all indicators of all villages\n")
    print(f"Load average {os.getloadavg()[0]:.2f} at the start.\n")
    cube = made_months(
        villages=arguments.villages,
        months=arguments.months,
        people=max(arguments.people // arguments.villages, 1),
    )
    batch(cube)
    loop(cube)
    page(cube)
    print(f"Most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n")


if __name__ == "__main__":
    main()
