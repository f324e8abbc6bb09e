"""Demography of many areas at once, beside a loop over the areas and the figures of the peers.

    python bench/demography.py --people 1000000 --villages 3700

Made-up spells of five years; every table of the loop is worked out by itself with the same functions of one
area, or by plain Python, on some areas, and scaled. Peers were measured once on a machine of this kind (their
versions stand beside them); they are not run here. All is run on one thread, and limits and ratios are of
processor time, which says the same when other work runs beside.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded

import numpy as np

from tongchou.domain.demography import (
    exposure,
    fertility,
    graduation,
    graduation_pclm,
    life_table,
    life_table_intervals,
    rates,
    sex_ratio,
    small_areas,
    structure,
)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--people", type=int, default=1_000_000)
parser.add_argument("--villages", type=int, default=3_700)
parser.add_argument("--tables", type=int, default=10_000)
#: Microseconds a life table, and seconds for all indicators of a million people: our own limits.
TABLE_LIMIT, INDICATORS_LIMIT = 10.0, 20.0
FIVES = np.array([0, 1, *range(5, 86, 5)])


def best(act: Callable[[], Any], turns: int = 5) -> tuple[float, float]:
    """Seconds by the clock and of the processor, the quickest of some turns."""
    found = []
    for _turn in range(turns):
        clock, processor = time.perf_counter(), time.process_time()
        act()
        found.append((time.perf_counter() - clock, time.process_time() - processor))
    return min(one for one, _two in found), min(two for _one, two in found)


def plain_table(deaths: list[float], people: list[float], ages: list[int]) -> list[float]:
    """e of every age as a textbook says it, in plain Python: what a loop over areas without arrays costs."""
    survivors, lived = [1.0], []
    for at, (died, years) in enumerate(zip(deaths, people, strict=True)):
        m = died / years
        if at == len(ages) - 1:
            lived.append(survivors[-1] / m)
            break
        n = ages[at + 1] - ages[at]
        a = 0.1 if at == 0 else n / 2
        q = min(n * m / (1 + (n - a) * m), 1.0)
        survivors.append(survivors[-1] * (1 - q))
        lived.append(n * survivors[-1] + a * survivors[-2] * q)
    left, result = 0.0, []
    for years, alive in zip(reversed(lived), reversed(survivors), strict=True):
        left += years
        result.append(left / alive)
    return result[::-1]


def tables(number: int, draw: np.random.Generator) -> None:
    print(f"### Life tables, {number:,} at once\n")
    print("| Kind | µs a table, ours | processor | loop of single calls | plain Python | peers (µs) |")
    print("|---|---:|---:|---:|---:|---|")
    peers = "DemoTools 01.13.87: 21,000 to 47,000; MortCast (C): 1,000"
    for name, ages in (("single ages to 100", np.arange(101)), ("abridged to 85", FIVES)):
        m = np.exp(-9.4 + 0.088 * ages) + 0.0005
        people = draw.uniform(50, 900, (number, ages.size))
        deaths = draw.poisson(people * m) + (ages == ages[-1])
        clock, processor = best(lambda p=people, d=deaths, x=ages: life_table.life_table(d, p, x))  # type: ignore[misc]
        some = min(number, 300)
        _clock, alone = best(
            lambda p=people, d=deaths, x=ages, s=some: [
                life_table.life_table(d[i], p[i], x) for i in range(s)
            ],
            2,  # type: ignore[misc]
        )
        rows = [(d.tolist(), p.tolist()) for d, p in zip(deaths[:some], people[:some], strict=True)]
        listed = ages.tolist()
        _clock, text = best(lambda r=rows, x=listed: [plain_table(d, p, x) for d, p in r], 2)  # type: ignore[misc]
        ours, loop, python = processor / number * 1e6, alone / some * 1e6, text / some * 1e6
        print(
            f"| {name} | {clock / number * 1e6:.2f} | {ours:.2f} | {loop:.0f} (× {loop / ours:.0f}) "
            f"| {python:.0f} (× {python / ours:.0f}) | {peers} |"
        )
        if ours >= TABLE_LIMIT:
            print(f"\n**Slower than {TABLE_LIMIT} µs.**")
    drawn = number // 100
    deaths, people = deaths[:drawn], people[:drawn]
    _clock, own = best(lambda: life_table_intervals.drawn(deaths, people, FIVES, draws=1000), 1)
    print(f"\nIntervals by 1,000 draws: {own / drawn * 1e3:.2f} processor ms an area.\n")


def single_ages(draw: np.random.Generator) -> None:
    print("### Single ages from groups, 3,700 areas at once (PCLM: 200)\n")
    print("| Method | processor µs an area, ours | loop of single calls | peer (DemoTools, µs) |")
    print("|---|---:|---:|---|")
    ages = np.arange(0, 86, 5)
    people = draw.uniform(50, 400, (3_700, ages.size)) * np.linspace(3, 0.3, ages.size)
    for name, act, number, peer in (
        ("Sprague", lambda p: graduation.graduated(p, ages, "sprague"), 3_700, 17_000),
        ("Beers", lambda p: graduation.graduated(p, ages, "beers"), 3_700, 17_000),
        ("monotone spline", lambda p: graduation.graduated(p, ages, "mono"), 3_700, 2_000),
        ("PCLM, λ by AIC", lambda p: graduation_pclm.pclm(p, ages), 200, 300_000),
    ):
        _clock, own = best(lambda a=act, n=number: a(people[:n]), 2)  # type: ignore[misc]
        some = min(100, number)
        _clock, loop = best(lambda a=act, s=some: [a(people[i]) for i in range(s)], 1)  # type: ignore[misc]
        ours, single = own / number * 1e6, loop / some * 1e6
        beside = f"{single:,.0f} (× {single / ours:.0f}) | {peer:,} (× {peer / ours:,.0f})"
        print(f"| {name} | {ours:,.1f} | {beside} |")
    print()


def indicators(people: int, villages: int, draw: np.random.Generator) -> None:
    """Everything a monthly bulletin asks of every village, from spells and events."""
    print(f"### All indicators, {people:,} people, {villages:,} villages, 60 months\n")
    first, last = np.datetime64("2021-01-01"), np.datetime64("2026-01-01")
    born = last - draw.integers(0, 90 * 365, people)
    start = np.maximum(born, np.datetime64("2015-01-01"))
    end = np.where(
        draw.uniform(size=people) < 0.1, first + draw.integers(0, 1826, people), np.datetime64("NaT")
    )
    end = np.where(end < start, np.datetime64("NaT"), end)
    area, sex = draw.integers(0, villages, people), draw.integers(0, 2, people)
    died = np.flatnonzero(~np.isnat(end))
    mothers = draw.choice(np.flatnonzero((sex == 1) & (born < np.datetime64("1998-01-01"))), people // 20)
    birth_days = first + draw.integers(0, 1826, mothers.size)
    boys = draw.binomial(1, 0.515, mothers.size)
    spent: dict[str, tuple[float, float]] = {}

    def step(name: str, act: Callable[[], Any]) -> Any:
        clock, processor = time.perf_counter(), time.process_time()
        result = act()
        spent[name] = time.perf_counter() - clock, time.process_time() - processor
        return result

    span = {"areas": villages, "since": str(first), "until": str(last)}
    women = sex == 1
    both = step("person-years by village, month, age group", lambda: exposure.person_years(
        born, start, end, area, step="month", ages=FIVES, **span))  # fmt: skip
    deaths = step("deaths likewise", lambda: exposure.count_events(
        born[died], end[died], area[died], step="month", ages=FIVES, **span))  # fmt: skip
    lived_women = step("person-years of women by year and age", lambda: exposure.person_years(
        born[women], start[women], end[women], area[women], ages=FIVES, **span))  # fmt: skip
    births = step("births by month, and by age of mother", lambda: (
        exposure.count_events(born[mothers], birth_days, area[mothers], step="month", ages=[0], **span),
        exposure.count_events(born[mothers], birth_days, area[mothers], ages=FIVES, **span),
    ))  # fmt: skip
    step("CBR, CDR, NIR of every village and month, with intervals", lambda: (
        rates.crude_rate(births[0].total[..., None], both.total[..., None]),
        rates.crude_rate(deaths.total[..., None], both.total[..., None]),
        rates.natural_increase(births[0].total[..., None], deaths.total[..., None], both.total[..., None]),
    ))  # fmt: skip
    fertile = slice(4, 11)
    county = births[1].by_age[..., fertile].sum(axis=0) / lived_women.by_age[..., fertile].sum(axis=0)
    step("TFR of every village and year, with intervals", lambda: fertility.total_fertility(
        births[1].by_age[..., fertile], lived_women.by_age[..., fertile], widths=5, instead=county
    ))  # fmt: skip
    by_year = both.by_age.reshape(villages, 5, 12, FIVES.size).sum(axis=2)
    deaths_by_year = deaths.by_age.reshape(villages, 5, 12, FIVES.size).sum(axis=2)
    groups = np.arange(villages) // 15
    of_all = (by_year.sum(axis=1).T, deaths_by_year.sum(axis=1).T)
    drawn = step("death rates of every age drawn to the township", lambda: small_areas.gamma_poisson(
        of_all[1], of_all[0], groups=groups))  # fmt: skip
    step("life table of every village", lambda: life_table.from_rates(drawn.value.T, FIVES))
    girls = 1 - boys
    step("sex ratio at birth, drawn to the township", lambda: sex_ratio.pooled_sex_ratio(
        np.bincount(area[mothers], boys, villages), np.bincount(area[mothers], girls, villages), groups=groups
    ))  # fmt: skip
    step("make-up and median age of every village and month", lambda: (
        structure.structure(both.by_age, FIVES), structure.age_at(both.by_age, FIVES)))  # fmt: skip
    print("| Step | s | processor s |")
    print("|---|---:|---:|")
    for name, (seconds, own) in spent.items():
        print(f"| {name} | {seconds:.2f} | {own:.2f} |")
    total, own = (sum(one[at] for one in spent.values()) for at in (0, 1))
    share = f"{own / INDICATORS_LIMIT:.2f} of {INDICATORS_LIMIT:.0f} s"
    print(f"| **all** | {total:.2f} | **{own:.2f}** ({share}) |")
    some = min(villages, 20)
    processor = time.process_time()
    for village in range(some):
        mine = area == village
        exposure.person_years(
            born[mine], start[mine], end[mine], np.zeros(mine.sum()), areas=1, since=str(first),
            until=str(last), step="month", ages=FIVES,
        )  # fmt: skip
    loop = (time.process_time() - processor) / some * villages
    name = "person-years by village, month, age group"
    print(f"\nThe first step village by village: {loop:.0f} processor s (× {loop / spent[name][1]:.0f}).")
    print(f"Most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n")


def main() -> None:
    arguments = parser.parse_args()
    draw = np.random.default_rng(5)
    print("## Demography: many areas at once\n")
    tables(arguments.tables, draw)
    single_ages(draw)
    indicators(arguments.people, arguments.villages, draw)


if __name__ == "__main__":
    main()
