"""People of a synthetic county before they have names: sex and date of birth, as the target table asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.synth.targets import Ints

#: Days since 1970-01-01, numpy's own count.
Days = npt.NDArray[np.int64]
MALE, FEMALE = 1, 2
DAYS_A_YEAR = 365.25


@dataclass(slots=True)
class People:
    """One array element a person. ``birth`` and ``today`` count days since 1970-01-01."""

    sex: npt.NDArray[np.int8]  # GB/T 2261.1
    age: Ints  # completed years today
    birth: Days
    today: int

    def __len__(self) -> int:
        return len(self.sex)

    @property
    def years(self) -> npt.NDArray[np.float64]:
        """Exact age in years."""
        return np.asarray((self.today - self.birth) / DAYS_A_YEAR)

    @property
    def birth_year(self) -> Ints:
        return years_of(self.birth)


def day_number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def as_date(number: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(number))


def years_of(days: Days) -> Ints:
    """Calendar years of day numbers."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def last_birthday(on: dt.date, age: int) -> dt.date:
    """The latest date of birth of someone who is ``age`` on ``on`` (29 February counts from 28 February)."""
    year = on.year - age
    try:
        return on.replace(year=year)
    except ValueError:
        return on.replace(year=year, day=28)


def draw(counts: Ints, *, on: dt.date, rng: np.random.Generator) -> People:
    """People by ``counts`` [sex, single age] on ``on``, in random order; births are uniform within an age."""
    shape = counts.shape
    repeats = counts.ravel()
    sex = np.repeat(np.repeat(np.array([MALE, FEMALE], dtype=np.int8), shape[1]), repeats)
    age = np.repeat(np.tile(np.arange(shape[1]), 2), repeats)
    latest = np.array([day_number(last_birthday(on, x)) for x in range(shape[1] + 1)])
    span = latest[:-1] - latest[1:]
    birth = latest[age] - np.floor(rng.random(len(age)) * span[age]).astype(np.int64)
    order = rng.permutation(len(age))
    return People(sex[order], age[order], birth[order], day_number(on))
