"""``policies recalculate``: what corrected law and corrected facts change for years that have passed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import json_option, plain_errors, show, sign_in

_YEAR = click.IntRange(2004, 2100)


@click.command()
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day of the answers of then.")
@click.option("--year", "years", required=True, multiple=True, type=_YEAR, help="May be given again.")
@click.option("--facts-then", type=click.Path(path_type=Path), help="Facts of then; needs no database.")
@click.option("--facts-now", type=click.Path(path_type=Path), help="Facts of now, with --facts-then.")
@click.option("--out", type=click.Path(path_type=Path), help="A file for the differences (.csv or .parquet).")
@click.option("--account", help="Without files: the account that compares the registry's snapshots.")
@click.option("--purpose", help="Without files: why; written to the audit chain.")
@json_option
def recalculate(
    since: dt.datetime,
    years: tuple[int, ...],
    facts_then: Path | None,
    facts_now: Path | None,
    out: Path | None,
    account: str | None,
    purpose: str | None,
    as_json: bool,
) -> None:
    """Arrears and overpayments as proposals, by person, programme and year; nothing is changed or paid.

    Arrears are what families should have had. An overpayment is told to the office that decides; nothing is
    recovered by this program.
    """
    if facts_then is not None and facts_now is not None:
        rows, totals = _of_files(facts_then, facts_now, since.date(), years)
    elif account and purpose and facts_then is None and facts_now is None:
        rows, totals = _of_registry(account, purpose, since.date(), years)
    else:
        raise click.UsageError("give --facts-then and --facts-now, or --account and --purpose")
    if out is not None:
        from tongchou.policies.files import FactsError, write_results

        try:
            write_results(rows, out)
        except (FactsError, OSError) as error:
            raise click.ClickException(str(error)) from error
    told = {
        f"{programme} {year} {kind}": f"{people} people, {(fen or 0) / 100:.2f} yuan"
        for programme, year, kind, people, fen in totals.iter_rows()
    }
    show({"since": since.date(), "differences": rows.height, **told}, as_json=as_json)


def _of_files(then: Path, now: Path, since: dt.date, years: tuple[int, ...]) -> tuple[Any, Any]:
    from tongchou import policies as law
    from tongchou.domain.policy.recalculation import recalculate as compare
    from tongchou.domain.policy.recalculation import totals
    from tongchou.policies.files import FactsError, read_facts

    try:
        laws = law.laws()
        before = law.known_on(since)
        rows = compare(read_facts(then), read_facts(now), before.every, laws.every, years)
    except (FactsError, OSError) as error:
        raise click.ClickException(str(error)) from error
    return rows, totals(rows)


def _of_registry(account: str, purpose: str, since: dt.date, years: tuple[int, ...]) -> tuple[Any, Any]:
    by = sign_in(account)
    from tongchou.apps.entitlements import api
    from tongchou.core import clock

    with plain_errors():
        found = api.recalculate_since(since=since, years=years, by=by, at=clock.now(), purpose=purpose)
    return found.rows, found.totals()
