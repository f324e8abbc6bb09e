"""The ways staff write the same thing: dates, identity numbers, names, phones. All of it can be read back.

Numbers come out as text cells; a date may be text or a real spreadsheet date.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from tongchou.synth.hukou import NO_DATE
from tongchou.synth.people import as_date
from tongchou.synth.targets import Ints

Bools = npt.NDArray[np.bool_]
Cell = str | int | dt.date | None

#: Ways to write a day, a month and a year. ``None`` is a spreadsheet date.
_DAY_STYLES = (
    "{y}-{m:02d}-{d:02d}",
    "{y}.{m}.{d}",
    "{y}/{m}/{d}",
    None,
    "{y}{m:02d}{d:02d}",
    "{y}年{m}月{d}日",
)
_MONTH_STYLES = ("{y}年{m}月", "{y}-{m:02d}", "{y}年{m:02d}月")
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
#: 140 is a prefix for machines, not for people's phones (telephone network numbering plan of the ministry).
_PHONE_PREFIX = "140"

DAY, MONTH, YEAR = 0, 1, 2


def dates(days: Ints, precision: Ints, habit: Ints, rng: np.random.Generator) -> list[Cell]:
    """Date cells; ``habit`` is the usual style of a person's village, left aside for one date in eight."""
    size = len(days)
    style = np.where(
        rng.random(size) < 0.125, rng.integers(len(_DAY_STYLES), size=size), habit % len(_DAY_STYLES)
    )
    known: dict[int, dt.date] = {int(day): as_date(day) for day in np.unique(days) if day != NO_DATE}
    cells: list[Cell] = []
    for day, how, kind in zip(days.tolist(), precision.tolist(), style.tolist(), strict=True):
        if day == NO_DATE:
            cells.append(None)
            continue
        date = known[day]
        if how == DAY:
            pattern = _DAY_STYLES[kind]
            cells.append(date if pattern is None else pattern.format(y=date.year, m=date.month, d=date.day))
        elif how == MONTH:
            cells.append(_MONTH_STYLES[kind % 3].format(y=date.year, m=date.month))
        else:
            cells.append(f"{date.year}年")
    return cells


def identity_numbers(numbers: list[str], born: Ints, rng: np.random.Generator) -> list[Cell]:
    """Identity numbers as written: old 15-digit ones, small x, full width, a leading quote, spaces."""
    lot = rng.random(len(numbers)).tolist()
    old = (rng.random(len(numbers)) < np.where(born < 1955, 0.05, 0.0)).tolist()
    small = (rng.random(len(numbers)) < 0.15).tolist()
    cells: list[Cell] = []
    for number, chance, fifteen, lower in zip(numbers, lot, old, small, strict=True):
        text = number
        if fifteen:
            text = number[:6] + number[8:17]
        elif lower:
            text = number.lower()
        if chance < 0.01:
            text = text.translate(_FULL_WIDTH)
        elif chance < 0.02:
            text = "'" + text
        elif chance < 0.03:
            text = f" {text} "
        elif chance < 0.035 and len(text) == 18:
            text = f"{text[:6]} {text[6:14]} {text[14:]}"
        cells.append(text)
    return cells


def names(written: list[str], rng: np.random.Generator) -> list[Cell]:
    """Names as written: two characters are sometimes set apart to align with three."""
    lot = rng.random(len(written)).tolist()
    return [
        f"{name[0]}{' ' if chance < 0.03 else '　'}{name[1]}" if len(name) == 2 and chance < 0.06 else name
        for name, chance in zip(written, lot, strict=True)
    ]


def phones(wanted: Bools, rng: np.random.Generator) -> list[Cell]:
    """Made-up phones, sometimes two in a cell."""
    first = rng.integers(10**7, 10**8, size=len(wanted)).tolist()
    second = rng.integers(10**7, 10**8, size=len(wanted)).tolist()
    two = (rng.random(len(wanted)) < 0.015).tolist()
    cells: list[Cell] = []
    for want, a, b, both in zip(wanted.tolist(), first, second, two, strict=True):
        text = f"{_PHONE_PREFIX}{a:08d}" + (f"/{_PHONE_PREFIX}{b:08d}" if both else "")
        cells.append(text if want else None)
    return cells
