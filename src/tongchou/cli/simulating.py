"""``policies simulate``: another amount or age, and what would follow, over a file or the registry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.common import json_option, plain_errors, progress, sign_in

if TYPE_CHECKING:
    from tongchou.apps.entitlements.api import Simulation
    from tongchou.policies.law import Law
    from tongchou.policies.reforms import Change, Reform

BY = {"area": "area_code", "age": "age_group", "sex": "sex"}
_HEADS = ("now", "then", "difference", "gain", "lose", "needs information")


@click.command()
@click.option(
    "--set",
    "settings",
    multiple=True,
    required=True,
    metavar="PROGRAMME.PARAMETER=VALUE",
    help="A new value, money in yuan; may be given again. An unknown name tells what there is.",
)
@click.option("--year", required=True, type=click.IntRange(2004, 2100), help="Year to look at.")
@click.option(
    "--from-year", type=click.IntRange(2004, 2100), help="First year of the new values; --year when left out."
)
@click.option("--facts", type=click.Path(path_type=Path), help="CSV or Parquet of facts; needs no database.")
@click.option(
    "--by",
    type=click.Choice(sorted(BY)),
    multiple=True,
    help="With --facts: sums by this; may be given again.",
)
@click.option("--account", help="Without --facts: the account that asks, for its own areas.")
@click.option("--purpose", help="Without --facts: what for; written to the audit chain.")
@click.option(
    "--villages",
    is_flag=True,
    help="Without --facts: who gains and who loses in the areas below each unit, down to villages.",
)
@json_option
def simulate(
    settings: tuple[str, ...],
    year: int,
    from_year: int | None,
    facts: Path | None,
    by: tuple[str, ...],
    account: str | None,
    purpose: str | None,
    villages: bool,
    as_json: bool,
) -> None:
    """Say what changed parameters would cost, and how many people would gain or lose.

    Nothing is stored. Over the registry the sums are those of the page: by unit, figures of few families
    closed; of villages there are gains and losses. Over a file they are whatever is in it: mind small
    figures before passing them on.
    """
    start = from_year or year
    if facts is not None and villages:
        raise click.UsageError("--villages goes with the registry; a file is summed with --by area")
    if facts is not None:
        rows = _over_file(facts, settings, start, year, [BY[one] for one in by])
    elif by:
        raise click.UsageError("--by goes with --facts; the registry is summed by unit")
    elif account and purpose:
        rows = _over_registry(settings, start, year, account, purpose, villages=villages, quiet=as_json)
    else:
        raise click.UsageError("give --facts, or --account and --purpose to simulate over the registry")
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for line in _table(rows):
        click.echo(line)


def _changes(settings: Sequence[str], year: int, law: Law) -> list[Change]:
    from tongchou.policies import reforms

    offered = {
        f"{offer.programme.code}.{one.name}": one for offer in reforms.offers(law) for one in offer.parameters
    }
    changes = []
    for setting in settings:
        name, given, text = setting.partition("=")
        if name not in offered or not given:
            raise click.UsageError(f"--set {setting}: there are {', '.join(f'{one}=…' for one in offered)}")
        value = reforms.read_value(text, offered[name].unit)
        if value == "too_large":
            raise click.UsageError(f"--set {setting}: {text} {_unit(offered[name].unit)} is too much")
        if not isinstance(value, int):
            raise click.UsageError(
                f"--set {setting}: {text!r} is no value in {_unit(offered[name].unit)}"
                + ("; write 4800 or 4800.50" if offered[name].unit.startswith("fen") else "")
            )
        programme, _dot, parameter = name.partition(".")
        changes.append(reforms.Change(programme, parameter, value, year))
    return changes


def _unit(unit: str) -> str:
    return "yuan" if unit.startswith("fen") else unit


def _reform(changes: list[Change], law: Law) -> Reform:
    from tongchou.policies import reforms

    try:
        return reforms.reform(changes, law)
    except reforms.Wrong as error:
        raise click.ClickException(str(error)) from error


def _over_file(
    facts: Path, settings: Sequence[str], start: int, year: int, by: list[str]
) -> list[dict[str, Any]]:
    from tongchou import policies
    from tongchou.domain.policy import simulation
    from tongchou.policies import reforms
    from tongchou.policies.files import FactsError, read_facts

    try:
        table = read_facts(facts)
        codes = table["area_code"].drop_nulls().unique() if "area_code" in table.columns else ()
        law = policies.laws().over(map(str, codes))
        changes = _changes(settings, start, law)
        made = _reform(changes, law)
        touched = reforms.compared(table, changes, year, law)
    except (FactsError, OSError) as error:
        raise click.ClickException(str(error)) from error
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for programme in made.now:
        if not by:
            found[(programme.code,)] = {"programme": programme.code}
    for figure in simulation.MADE_OF:
        for row in simulation.sums(touched, figure, *by).iter_rows(named=True):
            key = tuple(row[name] for name in ("programme", *by))
            line = found.setdefault(key, {name: row[name] for name in ("programme", *by)})
            line[figure] = {"people": row["people"], "fen": _fen(figure, row)}
    return [_whole(line) for _key, line in sorted(found.items(), key=lambda one: str(one[0]))]


def _fen(figure: str, row: dict[str, int]) -> int:
    if figure in {"open_now", "open_then"}:
        return row[f"{figure}_fen"]
    now, then = row["now_fen"], row["then_fen"]
    return {"entitled_now": now, "entitled_then": then, "lose": now - then}.get(figure, then - now)


def _whole(line: dict[str, Any]) -> dict[str, Any]:
    """The line with every figure, and the difference if nobody (and if everybody) who is open is entitled."""
    nobody = {"people": 0, "fen": 0}
    line.pop("touched", None)
    for figure in ("entitled_now", "entitled_then", "gain", "lose", "open_now", "open_then"):
        line[figure] = line.pop(figure, nobody)
    sure = line["entitled_then"]["fen"] - line["entitled_now"]["fen"]
    all_of_them = sure + line["open_then"]["fen"] - line["open_now"]["fen"]
    return line | {"difference_fen": sure, "difference_if_all_entitled_fen": all_of_them}


def _over_registry(
    settings: Sequence[str], start: int, year: int, account: str, purpose: str, *, villages: bool, quiet: bool
) -> list[dict[str, Any]]:
    by = sign_in(account)
    from tongchou import policies
    from tongchou.apps.entitlements import api
    from tongchou.apps.places import api as places
    from tongchou.core import clock
    from tongchou.core.scope import Scope

    with plain_errors():
        ground = api.ground(scope=api.simulated_scope(by=by, at=clock.now()), on=clock.today())
    changes = _changes(settings, start, policies.laws().here if ground is None else ground.law)
    with plain_errors(), progress("Simulation", quiet=quiet):
        found = api.simulate(
            scope=Scope.everything(), changes=changes, year=year, by=by, at=clock.now(), purpose=purpose
        )
    rows = []
    for one in found:
        names = {unit.area_id: unit.name for unit in one.units} | {places.REST: "-", "all": "all"}
        for unit in (*one.lines, "all"):
            line: dict[str, Any] = {"programme": one.now.code, "unit": names[unit]}
            for figure in ("entitled_now", "entitled_then", "gain", "lose", "open_now", "open_then"):
                cell = one.shown(figure, unit)
                line[figure] = None if cell is None else {"people": cell.people, "fen": cell.fen}
            rows.append(line | {"difference_fen": one.difference(unit)})
        if villages:
            rows += _villages(one, names)
    return rows


def _villages(found: Simulation, names: dict[Any, str]) -> Iterator[dict[str, Any]]:
    """Lines of gains and losses below the units, each under its name from the unit down."""
    for unit in found.lines:
        path = [names[unit]]
        for depth, part in found.walk(unit):
            path = [*path[:depth], part.name or "-"]
            line: dict[str, Any] = {"programme": found.now.code, "unit": "/".join(path)}
            for figure in ("gain", "lose"):
                cell = found.shown(figure, part.number)
                line[figure] = None if cell is None else {"people": cell.people, "fen": cell.fen}
            yield line


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """The rows as lines of aligned columns: people / yuan; * where closed."""
    figures = ("entitled_now", "entitled_then", None, "gain", "lose", "open_then")
    keys = [name for name in ("programme", "unit", *BY.values()) if rows and name in rows[0]]
    lines = [[*keys, *_HEADS]]
    for row in rows:
        told = [_told(row, one) for one in figures]
        lines.append([*("-" if row[name] is None else str(row[name]) for name in keys), *told])
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _told(row: dict[str, Any], figure: str | None) -> str:
    """A column of a line, empty where lines of its kind have none."""
    if (figure or "difference_fen") not in row:
        return ""
    return _difference(row) if figure is None else _figure(row[figure])


def _figure(cell: dict[str, int] | None) -> str:
    return "*" if cell is None else f"{cell['people']:,} / {cell['fen'] / 100:,.2f}"


def _difference(row: dict[str, Any]) -> str:
    return "*" if row["difference_fen"] is None else f"{row['difference_fen'] / 100:+,.2f}"
