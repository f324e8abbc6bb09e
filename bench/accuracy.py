"""How right the methods are on the censuses of China: single ages, completeness, small areas, fertility.

The tables (National Bureau of Statistics, by way of public repositories; each file's first line names its
source) are not part of the program: ``--data`` or ``TONGCHOU_CENSUS`` names the folder that holds them.
Peers' figures stand beside ours where they were measured on these censuses.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import (
    deaths_completeness,
    fertility,
    graduation,
    graduation_own,
    graduation_pclm,
    heaping,
    intervals,
    life_table,
    sex_ratio,
    small_areas,
)
from tongchou.domain.demography.age_sex import age_sex_accuracy

Floats = npt.NDArray[np.float64]
Rows = list[dict[str, str]]

FIVES = np.arange(0, 90, 5)  # the last open
SEXES = ("male", "female")
#: Mean absolute percentage error of ages 0 to 84 that peers reach on these censuses (DemoTools 01.13.87,
#: ungroup 1.4.4).
PEERS = {"mono": 5.6, "beers": 5.7, "sprague": 5.7, "beers_modified": 5.9, "pclm": 6.5, "uniform": 9.5}
#: Period total fertility of the 2010 census, as its tables have it.
TFR_2010 = {"all": 1.08, "city": 0.82, "town": 1.03, "rural": 1.32}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--data", type=Path, default=os.environ.get("TONGCHOU_CENSUS"))
parser.add_argument("--draws", type=int, default=20, help="Samples drawn of each county.")


def read(folder: Path, name: str, **where: str) -> Rows:
    """The rows of a table in which the named columns hold these words."""
    text = (folder / f"{name}.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    found = [row for row in rows if all(row[key] == value for key, value in where.items())]
    if not found:
        raise SystemExit(f"{name}: no row with {where}")
    return found


def by_age(rows: Rows, column: str) -> Floats:
    """Numbers in the order of their ages."""
    return np.array([float(row[column]) for row in sorted(rows, key=lambda row: int(row["age"]))])


def missed(found: Floats, true: Floats) -> float:
    """Mean absolute percentage error of the ages 0 to 84."""
    return 100 * float(np.abs(found[:85] / true[:85] - 1).mean())


def uniform(people: Floats) -> Floats:
    return np.append(np.repeat(people[:-1] / 5, 5), people[-1])


def single_ages(folder: Path) -> None:
    print("### Single ages from five-year groups, censuses of 2000 and 2010\n")
    print("Mean absolute percentage error of ages 0 to 84; peers on these censuses.\n")
    methods: dict[str, Callable[[Floats], Floats]] = {
        "uniform": uniform,
        "sprague": lambda n: graduation.graduated(n, FIVES, "sprague"),
        "beers": lambda n: graduation.graduated(n, FIVES, "beers"),
        "beers_modified": lambda n: graduation.graduated(n, FIVES, "beers_modified"),
        "mono": lambda n: graduation.graduated(n, FIVES, "mono"),
        "pclm": lambda n: graduation_pclm.pclm(n, FIVES),
    }
    columns = [(year, where, sex) for year in ("2000", "2010") for where in TFR_2010 for sex in SEXES]
    lived = {
        one: by_age(
            read(folder, "cn_census_exposure_deaths_age1_2000_2010",
                 census_year=one[0], residence=one[1], sex=one[2]),
            "mean_population",
        )
        for one in columns
    }  # fmt: skip
    titles = [f"{year} {where}" for year in ("2000", "2010") for where in TFR_2010]
    print("| Method | peer | " + " | ".join(titles) + " |")
    print("|---|---:|" + "---:|" * len(titles))
    groups = {one: np.add.reduceat(numbers, FIVES) for one, numbers in lived.items()}
    for name, method in methods.items():
        found = [
            np.mean([missed(method(groups[(year, where, sex)]), lived[(year, where, sex)]) for sex in SEXES])
            for year in ("2000", "2010")
            for where in TFR_2010
        ]
        print(f"| {name} | {PEERS[name]:.1f} | " + " | ".join(f"{one:.1f}" for one in found) + " |")
    own = []
    for where in TFR_2010:
        errors = []
        for sex in SEXES:
            before, true = lived[("2000", where, sex)], lived[("2010", where, sex)]
            # Who is under ten was not yet born in 2000: nothing is known of them.
            pattern = np.concatenate([np.full(10, before[0]), before[:75]])
            found_ages = graduation_own.by_own_ages(groups[("2010", where, sex)], FIVES, pattern)
            errors.append(missed(found_ages, true))
        own.append(np.mean(errors))
    print("| own ages of 2000, ten years on | none | – | – | – | – | "
          + " | ".join(f"**{one:.1f}**" for one in own) + " |\n")  # fmt: skip


def preference(folder: Path) -> None:
    print("### Preference for ages, and evenness of ages and sexes\n")
    print(
        "Single ages are published for the country by residence, so Whipple and Myers are of these; of "
        "provinces there are groups of five years, so the United Nations' index stands for them.\n"
    )
    print("| Census | Residence | Whipple m | f | Myers m | f | by chance |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for year in ("2000", "2010"):
        for where in TFR_2010:
            ages = [
                by_age(read(folder, "cn_census_exposure_deaths_age1_2000_2010",
                            census_year=year, residence=where, sex=sex), "mean_population")
                for sex in SEXES
            ]  # fmt: skip
            whipple = [float(heaping.whipple(one)) for one in ages]
            myers = [heaping.myers(one) for one in ages]
            print(
                f"| {year} | {where} | {whipple[0]:.3f} | {whipple[1]:.3f} | {float(myers[0].index):.2f} "
                f"| {float(myers[1].index):.2f} | {float(myers[0].by_chance):.3f} |"
            )
    print("\n| Census | Index of the 31 provinces: least | middle | most | country |")
    print("|---|---:|---:|---:|---:|")
    for year in ("2000", "2010"):
        people, codes = provinces(folder, "pop", year, "population")
        index = age_sex_accuracy(people[:, 0], people[:, 1]).index
        land = codes.index("0")
        others = np.delete(index, land)
        print(
            f"| {year} | {others.min():.1f} | {np.median(others):.1f} | {others.max():.1f} "
            f"| {index[land]:.1f} |"
        )
    print()


def provinces(folder: Path, what: str, year: str, column: str) -> tuple[Floats, list[str]]:
    """(provinces, 2, groups) of five-year groups, 85 and over open; men, women. Code 0 is the country."""
    rows = read(folder, f"cn_census_{what}_prov_age5_sex_res_2000_2010", census_year=year, residence="all")
    codes = sorted({row["province_code"] for row in rows}, key=int)
    found = np.zeros((len(codes), 2, FIVES.size))
    place = {code: at for at, code in enumerate(codes)}
    for row in rows:
        if row["sex"] in SEXES:
            group = min(int(row["age"]) // 5, FIVES.size - 1)
            found[place[row["province_code"]], SEXES.index(row["sex"]), group] += float(row[column])
    return found, codes


def completeness(folder: Path) -> None:
    print("### Completeness between the censuses of 2000 and 2010\n")
    (first, codes), (second, _codes) = (
        provinces(folder, "pop", year, "population") for year in ("2000", "2010")
    )
    deaths = np.mean([provinces(folder, "deaths", year, "deaths")[0] for year in ("2000", "2010")], axis=0)
    land = codes.index("0")
    print("Children counted in 2000, and the same cohorts in 2010 (above 1: missed as children).\n")
    print("| Age in 2000 | men | women |")
    print("|---|---:|---:|")
    for group in range(4):
        ratio = second[land, :, group + 2] / first[land, :, group]
        print(f"| {5 * group} to {5 * group + 4} | {ratio[0]:.3f} | {ratio[1]:.3f} |")
    print("\nDeaths of the twelve months before both censuses, mean of the two, against what the counts say. "
          "The spread is the message: migration between provinces looks like missing deaths, so it is of the "
          "country that the figures can be read.\n")  # fmt: skip
    print("| Sex | growth balance | first census to second | extinct generations | in turn |"
          " provinces, growth balance: lower quarter, middle, upper quarter |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---|")
    for at, sex in enumerate(SEXES):
        one, two, died = first[:, at], second[:, at], deaths[:, at]
        # Without single provinces' open groups the country's remaining life stands for all.
        table = life_table.life_table(died[land], np.sqrt(one[land] * two[land]), FIVES, sex=sex)
        rest = float(table.expectation[-1])
        balance = deaths_completeness.growth_balance(one, two, died, FIVES, 10)
        alone = deaths_completeness.extinct_generations(one, two, died, FIVES, 10, open_expectation=rest)
        turn = deaths_completeness.extinct_generations(
            one, two, died, FIVES, 10, open_expectation=rest, coverage=balance.coverage
        )
        quarters = np.nanquantile(np.delete(balance.completeness, land), [0.25, 0.5, 0.75])
        print(
            f"| {sex} | {balance.completeness[land]:.2f} | {balance.coverage[land]:.3f} "
            f"| {alone.completeness[land]:.2f} | {turn.completeness[land]:.2f} "
            f"| {', '.join(f'{one:.2f}' for one in quarters)} |"
        )
    print()


def small(folder: Path, draws: int) -> None:
    print("### Small areas: death rates of the counties of 2010 from samples as small as villages\n")
    rows = [
        row for row in read(folder, "cn_census_county_age5_sex_2010")
        if row["cdr_per_1000"] and float(row["cdr_per_1000"]) > 0
    ]  # fmt: skip
    true = np.array([float(row["cdr_per_1000"]) for row in rows]) / 1000
    province = np.array([int(row["code"][:2]) for row in rows])
    prefecture = np.array([int(row["code"][:4]) for row in rows])
    print(
        f"{true.size:,} counties; {draws} samples of each are drawn from its own rate, and each is asked "
        "what the rate of its county is. Error: root of the mean square, per thousand. Held: share of 95 % "
        "intervals that hold the truth.\n"
    )
    print("| People a sample | own rate | held | province's rate | leaning on the province | held "
          "| leaning on the prefecture | held |")  # fmt: skip
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    chance = np.random.default_rng(2010)

    def error(found: Floats) -> float:
        return 1000 * float(np.sqrt(np.nanmean((found - true) ** 2)))

    def held(low: Floats, high: Floats) -> float:
        return 100 * float(((low <= true) & (true <= high)).mean())

    for size in (300, 1_500, 10_000, 100_000):
        died = chance.poisson(size * true, (draws, true.size)).astype(float)
        lived = np.full_like(died, float(size))
        low, high = intervals.rate(died, lived)
        of_province = np.empty_like(died)
        for one in np.unique(province):
            inside = province == one
            of_province[:, inside] = died[:, inside].sum(axis=1, keepdims=True) / lived[:, inside].sum(
                axis=1, keepdims=True
            )
        wide = small_areas.gamma_poisson(died, lived, groups=province)
        near = small_areas.gamma_poisson(died, lived, groups=prefecture)
        print(
            f"| {size:,} | {error(died / size):.2f} | {held(low, high):.1f} % | {error(of_province):.2f} "
            f"| {error(wide.value):.2f} | {held(wide.low, wide.high):.1f} % "
            f"| {error(near.value):.2f} | {held(near.low, near.high):.1f} % |"
        )
    print()


def births(folder: Path) -> None:
    print("### Total fertility and the sex ratio at birth, census of 2010\n")
    print("Births of the long form, a tenth of the country, in the twelve months before. Ages 15 to 49.\n")
    print("| Residence | total fertility | 95 % | published | mean age | boys per 100 girls | 95 % |")
    print("|---|---:|---|---:|---:|---:|---|")
    for where, published in TFR_2010.items():
        rows = [row for row in read(folder, "cn_census_births_mother_age1_res_2010", residence=where)
                if 15 <= int(row["age"]) <= 49]  # fmt: skip
        born = by_age(rows, "births")
        lived = by_age(
            read(folder, "cn_census_exposure_deaths_age1_2000_2010",
                 census_year="2010", residence=where, sex="female"), "mean_population",
        )[15:50] / 10  # fmt: skip
        total = fertility.total_fertility(born, lived)
        age = fertility.mean_age_at_birth(born / lived, np.arange(15, 50))
        sums = read(folder, "cn_census_births_sex_order_prov_res_2010",
                    residence=where, province_code="0", birth_order="all")[0]  # fmt: skip
        boys = sex_ratio.sex_ratio(float(sums["male_births"]), float(sums["female_births"]))
        print(
            f"| {where} | {float(total.value):.3f} | {float(total.low):.3f} – {float(total.high):.3f} "
            f"| {published:.2f} | {float(age):.2f} | {float(boys.value):.2f} "
            f"| {float(boys.low):.2f} – {float(boys.high):.2f} |"
        )
    print()


def main() -> None:
    arguments = parser.parse_args()
    print("## Accuracy on the censuses of China\n")
    if arguments.data is None:
        print("Not measured: name the folder of the census tables with `--data` or `TONGCHOU_CENSUS`.\n")
        return
    folder = Path(arguments.data)
    single_ages(folder)
    preference(folder)
    completeness(folder)
    small(folder, arguments.draws)
    births(folder)


if __name__ == "__main__":
    main()
