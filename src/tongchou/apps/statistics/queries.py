"""Reading cubes. Whose areas may be shown is asked by who shows them: a cube holds whole counties."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
from django.utils.translation import gettext_lazy as _

from tongchou.apps.statistics import files
from tongchou.apps.statistics.models import VERSION, Built
from tongchou.core import folders
from tongchou.core.errors import Conflict
from tongchou.domain.statistics.cube import Basis, MonthCube

#: Sets of cubes a process keeps open; mapped files cost addresses, not memory.
_KEPT = 8


def months(built: Built, basis: Basis) -> MonthCube:
    """What happened in each village month by month. The arrays are mapped from files and cannot be written.

    The files are verified once a process, and again when one was written to.

    Raises
    ------
    Conflict
        When a file is gone or was changed, or the cubes are of another version.
    """
    return _months(built.path, _verified(built), Basis(basis))


def stock(built: Built) -> pl.DataFrame:
    """Living registered people at the end of the last month, by all that is counted of them together.

    Columns ``area_code`` (village), ``age`` (full years), ``sex``, ``residence`` (``here``, ``away``: whether
    they live in the county of their registration), ``hukou_kind``, ``education`` and ``people``; null is
    unknown. One row a combination that somebody has. Marital status is not among them: see ``marital``.

    Raises
    ------
    Conflict
        As ``months``.
    """
    return _table(built.path, _verified(built), "stock")


def marital(built: Built) -> pl.DataFrame:
    """Living registered people of 15 and over by township, five-year age group, sex and marital status.

    Columns ``township_code``, ``age`` (first of the group; 85 and over open), ``sex``, ``marital`` (first
    digit of GB/T 2261.2; null: unknown) and ``people``. Never smaller areas, single ages or other columns
    beside it: the registry gives it out as these counts alone.

    Raises
    ------
    Conflict
        As ``months``.
    """
    return _table(built.path, _verified(built), "marital")


def birth_orders(built: Built) -> pl.DataFrame:
    """Births by township, year, sex, the mother's age group and order; empty where they were not counted yet.

    Columns as ``files.BIRTH_ORDERS``. The registry gives them out as these counts alone, and they are shown
    of counties and above alone.

    Raises
    ------
    Conflict
        As ``months``.
    """
    return _table(built.path, _verified(built), "birth_orders")


def children_born(built: Built) -> pl.DataFrame:
    """Women by township and age with the children on record as theirs; empty where they were not counted yet.

    Columns as ``files.CHILDREN_BORN``: shown as means of counties and above alone.

    Raises
    ------
    Conflict
        As ``months``.
    """
    return _table(built.path, _verified(built), "children_born")


def dates(built: Built) -> pl.DataFrame:
    """Dates of birth and of death by township, month and day; empty where they were not counted yet.

    Columns as ``files.DATES``.

    Raises
    ------
    Conflict
        As ``months``.
    """
    return _table(built.path, _verified(built), "dates")


def areas_of(built: Built) -> pl.DataFrame:
    """The villages of the cubes in the order of the tree of their day, with the areas they lie in.

    Columns ``code``, ``name``, ``township_code``, ``township_name``, ``county_code``, ``county_name``, all as
    of ``built.boundaries``. The rows stand as ``MonthCube.areas``.

    Raises
    ------
    Conflict
        As ``months``.
    """
    return _table(built.path, _verified(built), "areas")


def _verified(built: Built) -> folders.State:
    """The state of the files, which hold what was built.

    Raises
    ------
    Conflict
        When they do not.
    """
    if built.version != VERSION:
        raise Conflict("statistics.version", _("These cubes are of another version. Build them anew."))
    try:
        state = folders.state(built.path)
        intact = _intact(built.path, built.sha256, state)
    except OSError:
        intact = False
    if not intact:
        raise Conflict(
            "statistics.damaged", _("The files of these cubes are missing or were changed. Build them anew.")
        )
    return state


# ``state`` is part of what is remembered: a file that was written to is looked at again.
@lru_cache(maxsize=_KEPT)
def _intact(path: str, sha256: str, state: folders.State) -> bool:
    return folders.intact(path, sha256)


@lru_cache(maxsize=2 * _KEPT)
def _months(path: str, state: folders.State, basis: Basis) -> MonthCube:
    return files.read_months(path, basis)


@lru_cache(maxsize=5 * _KEPT)
def _table(path: str, state: folders.State, name: str) -> pl.DataFrame:
    return files.read_table(path, name)
