"""Cubes and series as plain arrays and columns: for files, notebooks and data frames of any kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import LeftOut, Why
from tongchou.domain.statistics.cube import Basis, MonthCube
from tongchou.domain.statistics.series import Series

_PLAIN: Final = {"basis", "boundaries", "areas", "left_out"}
_ARRAYS: Final = tuple(one.name for one in fields(MonthCube) if one.name not in _PLAIN)
_LEFT_OUT: Final = "left_out."


def arrays_of(cube: MonthCube) -> dict[str, npt.NDArray[Any]]:
    """A cube as named arrays: ``np.savez_compressed(path, **arrays_of(cube))`` keeps it in one file."""
    return (
        {"basis": np.array(cube.basis.value), "boundaries": np.array(cube.boundaries.isoformat())}
        | {"areas": np.array(cube.areas)}
        | {name: np.asarray(getattr(cube, name)) for name in _ARRAYS}
        | {f"{_LEFT_OUT}{why.value}": number for why, number in cube.left_out.counts.items()}
    )


def cube_from(arrays: Mapping[str, npt.NDArray[Any]]) -> MonthCube:
    """The cube of named arrays: ``cube_from(np.load(path))``.

    Parameters
    ----------
    arrays
        As ``arrays_of`` gives them.

    Raises
    ------
    KeyError
        When an array is missing.
    ValueError
        When arrays do not fit each other, or name what there is not.

    Examples
    --------
    >>> from tongchou.synth.months import made_months
    >>> cube = made_months(villages=2, months=3)
    >>> cube_from(arrays_of(cube)).areas == cube.areas
    True
    """
    return MonthCube(
        basis=Basis(str(arrays["basis"])),
        boundaries=dt.date.fromisoformat(str(arrays["boundaries"])),
        areas=tuple(str(code) for code in arrays["areas"]),
        left_out=LeftOut(
            {
                Why(name.removeprefix(_LEFT_OUT)): np.asarray(arrays[name])
                for name in arrays
                if name.startswith(_LEFT_OUT)
            }
        ),
        **{name: np.asarray(arrays[name]) for name in _ARRAYS},
    )


def columns_of(series: Series) -> dict[str, list[Any]]:
    """A series as columns of equal length, one row an area and period: for a data frame of any kind.

    Returns
    -------
    dict
        ``area``, ``period`` (its last month, as text), ``value``, ``low``, ``high``, ``over``, ``under`` and
        ``unknown`` (why a value is unknown). What is unknown is None.

    Examples
    --------
    >>> from tongchou.domain.statistics.compute import series
    >>> from tongchou.domain.statistics.series import Step
    >>> from tongchou.synth.months import made_months
    >>> columns = columns_of(series(made_months(villages=1, months=2), "deaths", step=Step.MONTH))
    >>> columns["period"], columns["value"]
    (['2026-05', '2026-06'], [0.0, 0.0])
    """
    areas, periods = series.figure.value.shape

    def column(values: npt.NDArray[Any]) -> list[float | None]:
        return [None if np.isnan(one) else float(one) for one in values.ravel()]

    return {
        "area": [area for area in series.areas for _period in range(periods)],
        "period": [str(month) for month in series.periods] * areas,
        "value": column(series.figure.value),
        "low": column(series.figure.low),
        "high": column(series.figure.high),
        "over": column(series.over),
        "under": column(series.under),
        "unknown": [
            None if (why := series.reason(area, period)) is None else why.value
            for area in range(areas)
            for period in range(periods)
        ],
    }
