"""``snapshot``, ``evaluate`` and ``explain``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from tongchou.cli import evaluating
from tongchou.cli.common import (
    account_options,
    json_option,
    plain_errors,
    progress,
    say,
    show,
    sign_in,
)

year_option = click.option("--year", required=True, type=click.IntRange(2004, 2100), help="Year to evaluate.")

known_option = click.option(
    "--known",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With --facts: the law as it was (or will be) known on this day; as known today when left out.",
)
programme_option = click.option(
    "--programme",
    multiple=True,
    help="With --facts: code of a programme, or all; may be given again. Without it those that are listed.",
)


@click.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Date of the facts; today when left out.")
@account_options
@json_option
def snapshot(as_of: dt.datetime | None, account: str, purpose: str, as_json: bool) -> None:
    """Take a dated snapshot of the registry's facts."""
    by = sign_in(account)
    from tongchou.apps.snapshot import api
    from tongchou.core import clock

    with plain_errors(), progress("Snapshot", quiet=as_json) as report:
        taken = api.take_snapshot(
            by=by,
            at=clock.now(),
            as_of=as_of.date() if as_of else clock.today(),
            purpose=purpose,
            progress=report,
        )
    show(
        {"snapshot": taken.pk, "rows": taken.rows, "as_of": taken.as_of, "sha256": taken.sha256},
        as_json=as_json,
    )


@click.command()
@click.option(
    "--facts",
    type=click.Path(path_type=Path),
    help="CSV or Parquet with the columns of the facts reference, or a folder of Parquet parts.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the results of --facts go: .csv or .parquet, a folder for the results of a folder.",
)
@click.option(
    "--engine",
    type=click.Choice(["polars", "spark"]),
    default="polars",
    show_default=True,
    help="With a folder of --facts: what runs the rules (spark needs tongchou[spark] and Java).",
)
@click.option("--master", default="local[*]", show_default=True, help="With --engine spark: the cluster.")
@click.option("--account", help="Without --facts: the account that evaluates the registry's latest snapshot.")
@click.option("--purpose", help="Without --facts: why; written to the audit chain.")
@click.option(
    "--accept",
    multiple=True,
    help="Code of a programme whose share of entitled people may leave its plausible band; more than once.",
)
@programme_option
@known_option
@year_option
@json_option
def evaluate(
    facts: Path | None,
    out: Path | None,
    engine: str,
    master: str,
    account: str | None,
    purpose: str | None,
    programme: tuple[str, ...],
    known: dt.datetime | None,
    accept: tuple[str, ...],
    year: int,
    as_json: bool,
) -> None:
    """Evaluate every programme for a file or folder of facts (no database needed) or for the registry.

    A folder is done part by part, results in parts as well; a run that was interrupted goes on where it
    stopped. What rests on defaults nobody in the area has set is told, with the number of answers. Where of
    several programmes asked for one is paid, the results say how much is paid and what instead.
    """
    if engine != "polars" and (facts is None or not facts.is_dir()):
        raise click.UsageError("--engine goes with a folder of --facts")
    if facts is not None:
        if out is None:
            raise click.UsageError("--facts needs --out")
        chosen = _chosen(programme, known)
        if facts.is_dir():
            if not _laws(known).nested:
                raise click.ClickException(
                    "the counties here set amounts of their own: evaluate one file, or one county with its "
                    "overlays at a time"
                )
            with progress("Evaluation", quiet=as_json) as report:
                run = evaluating.of_folder(
                    facts, out, year, chosen, accept, report,
                    laws=_laws(known), engine=engine, master=master,
                )  # fmt: skip
        else:
            run = evaluating.of_file(facts, out, year, _laws(known), lambda law: _of(law, programme), accept)
        evaluating.tell(run, as_json=as_json)
        return
    if programme or known:
        raise click.UsageError(
            "--programme and --known go with --facts; the registry is evaluated by today's law"
        )
    if not account or not purpose:
        raise click.UsageError("give --facts and --out, or --account and --purpose to evaluate the registry")
    by = sign_in(account)
    from tongchou.apps.entitlements import api
    from tongchou.core import clock

    with plain_errors(), progress("Evaluation", quiet=as_json) as report:
        run = api.evaluate_latest(
            year=year, by=by, at=clock.now(), purpose=purpose, progress=report, accept=accept
        )
    if api.latest_run(year - 1) is None:
        say(f"The list also holds what {year - 1} still gives: run it with --year {year - 1} as well.")
    evaluating.tell_defaults(defaults := api.defaults_of(run))
    show(
        {
            "evaluation": run.pk,
            "year": run.year,
            "persons": run.persons,
            "sha256": run.results_sha256,
            **({"defaults": [one.as_dict() for one in defaults]} if as_json else {}),
        },
        as_json=as_json,
    )


def _chosen(codes: tuple[str, ...], day: dt.datetime | None) -> list[Any]:
    """The programmes of these codes as known on a day; without codes those that are listed."""

    laws = _laws(day)
    law = laws.here
    there = {one.code: one for one in laws.programmes()}
    if "all" in codes:
        return list(there.values())
    for code in codes:
        if code not in there:
            raise click.UsageError(f"no programme {code}; there are {', '.join(there)}")
    return [there[code] for code in codes] if codes else law.listed


def _laws(day: dt.datetime | None) -> Any:
    """The laws here, as known on a day."""
    from tongchou import policies

    return policies.known_on(day.date()) if day else policies.laws()


def _of(law: Any, codes: tuple[str, ...]) -> list[Any]:
    """The programmes asked for, as the law of a place has them."""
    if not codes:
        return list(law.listed)
    return [one for one in law.programmes if "all" in codes or one.code in codes]


@click.command()
@click.option("--facts", type=click.Path(path_type=Path), help="CSV or Parquet of facts; needs no database.")
@click.option("--person", required=True, type=click.IntRange(0), help="Number of the person.")
@click.option("--account", help="Without --facts: the account that asks.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@programme_option
@known_option
@year_option
@json_option
def explain(
    facts: Path | None,
    person: int,
    account: str | None,
    language: str,
    programme: tuple[str, ...],
    known: dt.datetime | None,
    year: int,
    as_json: bool,
) -> None:
    """Say clause by clause what a person is entitled to and why."""
    if facts is not None:
        _chosen(programme, known)
        explanations = _explain_from_file(facts, person, year, programme, known)
    elif programme or known:
        raise click.UsageError("--programme and --known go with --facts; the registry answers by today's law")
    elif account:
        by = sign_in(account)
        from tongchou.apps.entitlements import api
        from tongchou.core import clock

        with plain_errors():
            explanations = api.explain_person(person_id=person, year=year, by=by, at=clock.now())
    else:
        raise click.UsageError("give --facts, or --account to ask the registry")
    if as_json:
        click.echo(json.dumps([item.as_dict(language) for item in explanations], ensure_ascii=False))
        return
    for item in explanations:
        for line in item.lines(language):
            click.echo(line)
        click.echo("")
    from tongchou.domain.policy.explanation import unpaid

    for line in unpaid(explanations, language):
        click.echo(line)


def _explain_from_file(
    facts: Path, person: int, year: int, codes: tuple[str, ...], day: dt.datetime | None
) -> list[Any]:
    import polars as pl

    from tongchou.policies.files import FactsError, read_facts

    try:
        rows = read_facts(facts).filter(pl.col("person_id") == person).to_dicts()
    except (FactsError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if not rows:
        raise click.ClickException(f"no person {person} in {facts}")
    law = _laws(day).of(rows[0].get("area_code"))
    return [programme.evaluate_one(rows[0], year) for programme in _of(law, codes)]
