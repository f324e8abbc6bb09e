"""``stats indicators``, ``show``, ``pyramid``, ``quality``, ``births-on-lists``, ``save``: of areas."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import csv_option, json_option, no_area, plain_errors, say, show_rows, sign_in
from tongchou.cli.common import show as show_one
from tongchou.cli.statistics import stats

_account = click.option("--account", required=True, help="User name of the account that reads.")
_basis = click.option(
    "--basis",
    type=click.Choice(["registered", "resident"]),
    default="registered",
    show_default=True,
    help="People where they are registered, or where they live.",
)
_level = click.option(
    "--level", type=click.Choice(["village", "township", "county"]), default="county", show_default=True
)
_area = click.option("--area", "codes", multiple=True, help="Code of an area; may be given again.")


@stats.command()
@json_option
@csv_option
def indicators(as_json: bool, as_csv: bool) -> None:
    """The indicators with their unit, formula and source."""
    from tongchou.domain.statistics.indicators import INDICATORS, UNIT_WORDS

    rows = [
        {
            "code": one.code,
            "name": one.name,
            "unit": UNIT_WORDS[one.unit],
            "steps": " ".join(step for step in _steps() if step in one.steps),
            "lowest": one.lowest,
            "formula": one.formula,
        }
        | ({"source": one.source} if as_json or as_csv else {})
        for one in INDICATORS.values()
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@stats.command()
@click.argument("code")
@_account
@_level
@_area
@_basis
@click.option(
    "--step",
    type=click.Choice(["month", "quarter", "year", "rolling_year"]),
    default="year",
    show_default=True,
    help="What a period is; a rolling year ends with any month.",
)
@click.option("--leaning", is_flag=True, help="Let small areas lean on the larger one they lie in.")
@click.option("--last", type=click.IntRange(1, 600), help="The latest so many periods; all when left out.")
@json_option
@csv_option
def show(
    code: str,
    account: str,
    level: str,
    codes: tuple[str, ...],
    basis: str,
    step: str,
    leaning: bool,
    last: int | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """An indicator of areas over time, with intervals: CODE is one of those that `stats indicators` lists.

    Why a value is unknown stands beside it, and below what was left out of the areas.
    """
    by = sign_in(account)
    from tongchou.apps.statistics import api
    from tongchou.domain.demography.left_out import EXPLAINED
    from tongchou.domain.statistics.cube import Basis
    from tongchou.domain.statistics.series import Step

    with plain_errors():
        built, reach = _counted(by)
        found = api.figure_series(
            built,
            code,
            basis=Basis(basis),
            areas=_areas(codes) or level,
            step=Step(step),
            scope=reach,
            leaning=leaning,
        )
    figure = found.figure
    first = 0 if last is None else max(found.periods.size - last, 0)
    rows = [
        {
            "area": area,
            "period": str(found.periods[period]),
            "value": _number(figure.value[at, period]),
            "low": _number(figure.low[at, period]),
            "high": _number(figure.high[at, period]),
            "over": _number(found.over[at, period]),
            "under": _number(found.under[at, period]),
            "unknown": found.reason(at, period),
        }
        for at, area in enumerate(found.areas)
        for period in range(first, found.periods.size)
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)
    if not found.periods.size:
        say("No whole period of this kind lies within the months that were counted.")
    for why, number in sorted(figure.left_out.totals().items()):
        say(f"left out: {number} × {EXPLAINED[why]}")


@stats.command()
@click.argument("area")
@_account
@_basis
@click.option("--month", help="Such as 2026-06; the last one when left out.")
@json_option
@csv_option
def pyramid(area: str, account: str, basis: str, month: str | None, as_json: bool, as_csv: bool) -> None:
    """People of the area with the code AREA by age and sex at the end of a month."""
    by = sign_in(account)
    from tongchou.apps.statistics import api
    from tongchou.domain.statistics.cube import Basis

    with plain_errors():
        built, reach = _counted(by)
        found = api.pyramid_of(built, _areas((area,)), basis=Basis(basis), scope=reach, month=month)
    rows = [
        {"from": first, "men": _number(men), "women": _number(women)}
        for first, men, women in zip(found.ages, found.men[0], found.women[0], strict=True)
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)
    say(f"unknown age or sex: {_number(found.unknown[0])}")


@stats.command()
@_account
@click.option("--level", type=click.Choice(["township", "county"]), default="county", show_default=True)
@_area
@_basis
@json_option
@csv_option
def quality(
    account: str, level: str, codes: tuple[str, ...], basis: str, as_json: bool, as_csv: bool
) -> None:
    """How good the records of areas are: ages, what is unknown, and how late events are recorded."""
    by = sign_in(account)
    from tongchou.apps.statistics import api
    from tongchou.domain.statistics.cube import Basis

    with plain_errors():
        built, reach = _counted(by)
        card = api.quality_of(built, _areas(codes) or level, basis=Basis(basis), scope=reach)
    rows = []
    for at, area in enumerate(card.areas):
        row: dict[str, Any] = {"area": area, "month": str(card.month)}
        if card.ages is not None:
            row["whipple"] = _number(card.ages.whipple[at])
            row["myers"] = _number(card.ages.myers[at])
            row["myers_by_chance"] = _number(card.ages.myers_by_chance[at])
        row["accuracy"] = _number(card.accuracy.index[at])
        row["unknown_percent"] = _number(100 * card.unknown[at])
        for name, late in (("births", card.births), ("deaths", card.deaths)):
            row[f"{name}_recorded"] = _number(late.recorded[at, -1])
            row[f"{name}_expected"] = _number(late.expected.value[at, -1])
        rows.append(row)
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@stats.command("births-on-lists")
@_account
@click.option("--area", "code", help="Code of a county or a larger area; all of the account's when left out.")
@json_option
@csv_option
def births_on_lists(account: str, code: str | None, as_json: bool, as_csv: bool) -> None:
    """How many births hospital's list, register and clinics' lists together say there were.

    Numbers of whole counties alone. Two lists give the least there can be; three let them depend on each
    other.
    """
    by = sign_in(account)
    from tongchou.apps.places import api as places
    from tongchou.apps.statistics import api
    from tongchou.core.scope import Scope
    from tongchou.domain.statistics import listed_births

    with plain_errors():
        built, reach = _counted(by)
        if code is not None:
            area = places.area_by_code(_areas((code,))[0])
            if area is None:
                raise no_area(code)
            reach = reach.meets(Scope.of_area(area))
        years = api.births_on_lists(built, api.villages_in(built, reach), scope=reach)
    rows = [
        {
            "year": one.year,
            "lists": " ".join(listed_births.LISTS[place] for place in found.lists),
            "births": _number(found.births.value),
            "births_low": _number(found.births.low),
            "births_high": _number(found.births.high),
            "registered_percent": _number(100 * found.share.value),
            "registered_low": _number(100 * found.share.low),
            "registered_high": _number(100 * found.share.high),
            "models_low": _number(found.models[0]),
            "models_high": _number(found.models[1]),
            "registered": int(listed_births.on_each(one.cells)[listed_births.REGISTER]),
            "outside": one.outside,
            "counted": str(one.counted),
        }
        for one in years
        for found in one.estimates
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)
    if not rows:
        say(
            "No year can be told: it takes the hospital's births, or the first vaccinations, of all twelve "
            f"months, of every county, and {listed_births.FEWEST} births at least."
        )


@stats.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@_account
@click.option("--level", type=click.Choice(["township", "county"]), default="township", show_default=True)
@_basis
@json_option
def save(file: Path, account: str, level: str, basis: str, as_json: bool) -> None:
    """Save the counts of whole townships or counties by month in FILE (.npz), for a notebook.

    See docs/how-to/statistics-in-a-notebook.md.
    """
    by = sign_in(account)
    import numpy as np

    from tongchou.apps.statistics import api
    from tongchou.domain.statistics.cube import Basis
    from tongchou.domain.statistics.tabular import arrays_of

    with plain_errors():
        built, reach = _counted(by)
        cube = api.cube_of(built, level, basis=Basis(basis), scope=reach)
    with file.open("wb") as stream:
        np.savez_compressed(stream, **arrays_of(cube))
    show_one(
        {"file": file, "areas": len(cube.areas), "months": cube.months.size, "sha256": built.sha256},
        as_json=as_json,
    )


def _steps() -> tuple[str, ...]:
    from tongchou.domain.statistics.series import Step

    return tuple(Step)


def _areas(codes: tuple[str, ...]) -> list[str]:
    """Codes as the figures write them, whatever length they were typed in."""
    from tongchou.apps.places import api as places

    return [places.normal_code(code) for code in codes]


def _counted(by: Any) -> tuple[Any, Any]:
    """The newest counts of all the account's areas, and these areas."""
    from django.utils.translation import gettext_lazy as _

    from tongchou.apps.statistics import api
    from tongchou.core import access
    from tongchou.core.errors import Conflict

    reach = access.require(by, "population.view")
    built = api.latest(scope=reach)
    if built is None:
        raise Conflict("statistics.not_yet", _("Nobody has counted the months of these areas yet."))
    return built, reach


def _number(value: float) -> float | None:
    """A number for people and programs alike; nothing where it is unknown."""
    return None if math.isnan(value) else round(float(value), 4)
