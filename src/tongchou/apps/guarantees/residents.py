"""People of villages from the newest figures of population, by the base each county has chosen."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable

from tongchou.apps.guarantees.models import Base, People
from tongchou.apps.places import api as places
from tongchou.apps.statistics import api as statistics
from tongchou.core.scope import Scope


def of_villages(counties: Iterable[places.Area], *, on: dt.date) -> dict[str, int]:
    """People of each village of some counties, by its code; a village without figures is not named.

    Figures up to the day, of the newest built tables that hold the county.
    """
    several = list(counties)
    bases = chosen(several, on=on)
    found: dict[str, int] = {}
    for county in several:
        built = statistics.latest(scope=Scope.of_area(county), on=on)
        if built is not None:
            found |= _counted(built.pk, bases[county.pk] == People.RESIDENT)
    return found


def chosen(counties: Iterable[places.Area], *, on: dt.date) -> dict[int, str]:
    """The base of each county on a day: registered people where none was chosen. One query."""
    found = {one.pk: str(People.REGISTERED) for one in counties}
    rows = Base.objects.filter(area_id__in=list(found), since__lte=on).order_by("since")
    return found | dict(rows.values_list("area_id", "people"))


# Figures that are built never change; a page must not add them up again for each reader.
@functools.lru_cache(maxsize=32)
def _counted(built_id: int, residents: bool) -> dict[str, int]:
    import polars as pl

    table = statistics.stock(statistics.Built.objects.get(pk=built_id))
    every = table.select("area_code").unique()
    if residents:
        # Whether somebody lives here may be unknown: such people are counted where they are registered.
        table = table.filter(pl.col("residence").is_null() | (pl.col("residence") != "away"))
    summed = every.join(table.group_by("area_code").agg(pl.col("people").sum()), on="area_code", how="left")
    return {str(code): int(people or 0) for code, people in summed.iter_rows()}
