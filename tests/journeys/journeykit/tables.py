"""A county whose population is counted, from made-up numbers: what public tables are made of."""

from __future__ import annotations

from dataclasses import replace


def count(*, seed: int) -> None:
    """Cubes of two years for all villages of the county, kept by its reviewer."""
    import polars as pl

    from tongchou.apps.places import api as places
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.apps.statistics import actions, counting, files
    from tongchou.core import accounts, clock
    from tongchou.domain.statistics.cube import Basis
    from tongchou.synth.months import made_months, made_tables

    at, by = clock.now(), accounts.by_username("reviewer")
    snapshot = snapshots.take_snapshot(by=by, at=at, as_of=at.date(), purpose="browser journey")
    county = places.area_by_code("520521")
    villages = places.below(county, places.Level.VILLAGE)
    cube = made_months(villages=len(villages), months=26, people=1500, last=f"{at:%Y-%m}", seed=seed)
    cube = replace(cube, areas=tuple(one.code for one in villages), boundaries=at.date())
    towns = {one.pk: one for one in places.below(county, places.Level.TOWNSHIP)}
    stock, marital = made_tables(cube, township=towns[villages[0].parent_id].code)
    areas = pl.DataFrame(
        [
            {
                "code": one.code,
                "name": one.name,
                "township_code": towns[one.parent_id].code,
                "township_name": towns[one.parent_id].name,
                "county_code": county.code,
                "county_name": county.name,
            }
            for one in villages
        ]
    )
    cubes = files.Cubes({basis: replace(cube, basis=basis) for basis in Basis}, stock, marital, areas)
    counted = counting.Counted(cubes, chosen=0, unplaced=0)
    actions.keep(counted, by=by, at=at, snapshot=snapshot, boundaries=at.date())
