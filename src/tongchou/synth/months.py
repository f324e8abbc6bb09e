"""Made-up cubes of months: plausible people of made-up villages, for tests and measurements."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from tongchou.domain.demography.left_out import LeftOut, Why
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, MOTHER_STARTS, Basis, Counts, MonthCube


def made_months(
    *, villages: int = 12, months: int = 60, people: int = 270, last: str = "2026-06", seed: int = 1
) -> MonthCube:
    """A cube of villages of about so many people each, up to and including a month.

    Codes are those of the unassigned range: townships of ten villages. The same seed gives the same cube.

    Examples
    --------
    >>> cube = made_months(villages=3, months=2)
    >>> cube.areas, cube.stock.shape
    (('520599100201', '520599100202', '520599100203'), (3, 2, 22, 2))
    """
    chance = np.random.default_rng(seed)
    starts = np.array(AGE_STARTS)
    widths = np.diff(np.append(starts, 105))
    survive = np.exp(-np.cumsum(0.00012 * np.exp(0.085 * starts) * widths))
    shares = widths * survive * np.where(starts >= 20, 1.0, 0.9)
    shares = shares / shares.sum() / 2
    size = chance.gamma(12, people / 12, (villages, 1, 1, 1))
    drawn = chance.poisson(np.broadcast_to(size * shares[None, None, :, None], (villages, 1, starts.size, 2)))
    trend = 1 - 0.0004 * np.arange(months)[::-1]
    stock = np.rint(drawn * trend[None, :, None, None]).astype(np.float64)
    person_years = stock / 12
    death_rate = 0.0003 * np.exp(0.085 * starts) + np.where(starts == 0, 0.006, 0)
    deaths = chance.poisson(person_years * np.minimum(death_rate, 0.6)[None, None, :, None]).astype(float)
    women = np.stack([person_years[:, :, list(AGE_STARTS).index(one), 1] for one in MOTHER_STARTS], axis=-1)
    fertility = np.array([0.008, 0.07, 0.11, 0.06, 0.025, 0.006, 0.0005])
    mothers = np.zeros((villages, months, len(MOTHER_STARTS) + 1))
    mothers[..., :-1] = chance.poisson(women * fertility)
    total = mothers.sum(axis=-1)
    boys = chance.binomial(total.astype(int), 0.52).astype(float)
    delay = np.array([0.6, 0.2, 0.08, 0.04, 0.02, 0.02, 0.01, 0.01, 0.005, 0.005, 0.004, 0.003, 0.003])

    def delayed(events: Counts) -> Counts:
        return np.asarray(chance.multinomial(events.astype(int), delay / delay.sum()), dtype=float)

    end = np.datetime64(last, "M")
    codes = tuple(f"520599{100 + number // 10:03d}{201 + number % 10:03d}" for number in range(villages))
    moves = chance.poisson(size[:, :, 0, 0] * 0.002, (2, villages, months)).astype(float)
    assert delay.size == DELAYS
    return MonthCube(
        basis=Basis.REGISTERED,
        boundaries=dt.date(2026, 6, 30),
        areas=codes,
        months=np.arange(end - months + 1, end + 1),
        stock=stock,
        person_years=person_years,
        deaths=deaths,
        births=np.stack([boys, total - boys], axis=-1),
        mothers=mothers,
        arrivals=moves[0],
        departures=moves[1],
        births_delay=delayed(total),
        deaths_delay=delayed(deaths.sum(axis=(-2, -1))),
        unknown=chance.binomial(2, 0.2, (villages, months)).astype(float),
        reported=np.ones((villages, months), dtype=bool),
        left_out=LeftOut({Why.UNKNOWN_BIRTH: chance.binomial(2, 0.2, villages)}),
    )


def made_tables(cube: MonthCube, *, township: str, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables that go with the last month of a made-up cube: people by all that is counted of them, and by
    marital status.

    Ages are spread over the groups, and the rest follows age as it does in a county where many work away.
    Columns are those of ``stock`` and ``marital`` of the statistics.
    """
    chance = np.random.default_rng(seed)
    widths = np.diff(np.append(np.array(AGE_STARTS), 101))
    area, group, sex = (axis.ravel() for axis in np.indices(cube.stock[:, -1].shape))
    people = cube.stock[:, -1].ravel().astype(int)
    area, group, sex = (np.repeat(axis, people) for axis in (area, group, sex))
    age = np.array(AGE_STARTS)[group] + (chance.random(group.size) * widths[group]).astype(int)
    away = chance.random(age.size) < np.where((age >= 16) & (age < 50), 0.4, 0.05)
    chosen = np.clip(chance.integers(1, 5, age.size), 0, age // 6)
    frame = pl.DataFrame(
        {
            "area_code": np.array(cube.areas)[area],
            "age": age,
            "sex": sex + 1,
            "residence": np.where(away, "away", "here"),
            "hukou_kind": np.where(chance.random(age.size) < 0.85, "agricultural", "non_agricultural"),
            "education": np.array(["90", "80", "70", "60", "20"])[chosen],
            "marital": np.where(age < 22, "1", np.where((age > 75) & (sex == 1), "3", "2")),
        },
        schema_overrides={"age": pl.Int16, "sex": pl.Int8},
    )
    counted = pl.len().cast(pl.Float64).alias("people")
    by = ("area_code", "age", "sex", "residence", "hukou_kind", "education")
    stock = frame.group_by(by).agg(counted).sort(by)
    married = (
        frame.filter(pl.col("age") >= 15)
        .group_by(
            pl.lit(township).alias("township_code"),
            (pl.col("age") // 5 * 5).clip(upper_bound=85),
            "sex",
            "marital",
        )
        .agg(counted)
        .sort("township_code", "age", "sex", "marital")
    )
    return stock, married
