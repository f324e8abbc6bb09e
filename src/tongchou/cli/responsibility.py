"""``targets`` and ``agreements``: targets of units as lists and workbooks, agreements as printed sheets."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.common import (
    account_option,
    csv_option,
    json_option,
    plain_errors,
    say,
    show_rows,
    sign_in,
)

_MOST = click.IntRange(1, 100_000)


@click.group()
def targets() -> None:
    """Targets of units."""


@targets.command("list")
@click.option("--period", default="", help="2026, 2026-H1 or 2026-Q2; all when left out.")
@click.option("--most", default=1000, show_default=True, type=_MOST, help="Lines at most.")
@account_option
@csv_option
@json_option
def list_(period: str, most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List targets with the value in force, in the unit of the indicator (a share is 0 to 1)."""
    by = sign_in(account)
    from tongchou.apps.responsibility import api
    from tongchou.core import clock

    with plain_errors():
        found = list(api.targets(by=by, on=clock.today(), period=period)[:most])
    rows = [
        {
            "target": one.pk,
            "unit": one.unit,
            "name": one.unit_name,
            "indicator": one.indicator,
            "period": one.period,
            "value": None if one.value is None else api.plain(one.value),
            "weight": None if one.weight is None else api.plain(one.weight),
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@targets.command("check")
@click.argument("area")
@click.option("--period", required=True, help="2026, 2026-H1 or 2026-Q2.")
@account_option
@json_option
def check(area: str, period: str, account: str, as_json: bool) -> None:
    """Say for each indicator what the units right below an area make of its target, and by how much not."""
    by = sign_in(account)
    from django.utils.translation import get_language

    from tongchou.apps.places import api as places
    from tongchou.apps.responsibility import api
    from tongchou.core import clock

    language = (get_language() or "zh").split("-")[0]
    found = places.area_by_code(area)
    if found is None:
        raise click.UsageError(f"no area {area}")
    with plain_errors():
        view = api.view(found.pk, period, by=by, on=clock.today())
    rows = []
    for line in view.lines:
        broken = line.compared.broken
        said = [broken.check.text] if broken.check is not None else list(broken.why)
        rows.append(
            {
                "indicator": line.indicator.code,
                "agrees": broken.agrees,
                "checked": broken.check is not None,
                "says": " ".join(one.of(language) for one in said),
                "missing": " ".join(broken.missing),
                "waiting": line.waits,
            }
        )
    show_rows(rows, as_json=as_json)


@targets.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@account_option
def import_(file: Path, account: str) -> None:
    """Set the targets of a workbook: all of them or none, every mistake named with its cell."""
    by = sign_in(account)
    from tongchou.apps.responsibility import api
    from tongchou.core import clock
    from tongchou.core.errors import Invalid

    with plain_errors():
        try:
            made = api.take(content=file.read_bytes(), by=by, at=clock.now())
        except Invalid as error:
            for one in error.data.get("cells", ()):
                say(f"{one.cell}\t{one.value}\t{one.fix}")
            raise
    say(
        f"first {made.first}, revised {made.revised}, there already {made.same}; a second person accepts them"
    )


@click.group()
def agreements() -> None:
    """Responsibility agreements between a unit and the level above it."""


@agreements.command("list")
@click.option("--most", default=1000, show_default=True, type=_MOST, help="Lines at most.")
@account_option
@csv_option
@json_option
def list_agreements(most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List agreements with their stage and seal, the newest first."""
    by = sign_in(account)
    from tongchou.apps.responsibility import api
    from tongchou.core import clock

    names = ("unit", "unit_name", "above", "period", "stage", "above_signed", "unit_signed", "sha256")
    with plain_errors():
        found = list(api.agreements(by=by, on=clock.today()).defer("content")[:most])
    rows = [{"agreement": one.pk, **{name: getattr(one, name) for name in names}} for one in found]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@agreements.command("pdf")
@click.argument("agreement", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@account_option
def pdf(agreement: int, file: Path, account: str) -> None:
    """Write the printed sheet of a signed agreement; the same bytes each time."""
    by = sign_in(account)
    from tongchou.apps.responsibility import api
    from tongchou.core import clock
    from tongchou.web.sheets.agreements import agreement_pdf

    with plain_errors():
        view = api.agreement_view(agreement, by=by, on=clock.today())
    if not view.agreement.sha256:
        raise click.ClickException("A draft is not printed: the level above signs it first.")
    file.write_bytes(agreement_pdf(view.agreement))
