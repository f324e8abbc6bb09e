"""``places changes``, ``places plan`` and ``places decide``: areas that change, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import account_option, json_option, plain_errors, show, sign_in
from tongchou.cli.registers import places


@places.command()
@account_option
@json_option
def changes(account: str, as_json: bool) -> None:
    """List the changes of areas in the account's areas, the newest first."""
    by = sign_in(account)
    from tongchou.apps.places import api
    from tongchou.core import access

    with plain_errors():
        found = api.changes(scope=access.require(by, "places.change"))
    rows = [
        {
            "change": one.pk,
            "kind": one.kind,
            "area": one.area.name,
            "on": one.effective_on,
            "state": one.status,
        }
        for one in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))


@places.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@account_option
@json_option
def plan(file: Path, account: str, as_json: bool) -> None:
    """Plan a change of areas written in FILE (YAML: kind, takes_effect, document and what the kind needs).

    Areas are named by their codes. See docs/how-to/change-areas.md for an example of each kind.
    """
    by = sign_in(account)
    import datetime as dt

    import yaml

    from tongchou.apps.places import api
    from tongchou.core import clock
    from tongchou.core.errors import Invalid

    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        day = (
            written["takes_effect"]
            if isinstance(written["takes_effect"], dt.date)
            else dt.date.fromisoformat(written["takes_effect"])
        )
        made = _plan(written)
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise click.ClickException(f"{file.name} cannot be read: {error}") from error
    try:
        change = api.plan_change(
            plan=made, effective_on=day, document=str(written.get("document", "")), by=by, at=clock.now()
        )
    except Invalid as error:
        for name, texts in error.data["problems"].items():
            for text in texts:
                click.echo(f"{name}: {text}")
        raise click.ClickException(str(error.message)) from error
    show({"change": change.pk, "state": change.status}, as_json=as_json)


def _plan(written: dict[str, Any]) -> Any:
    from tongchou.apps.places import api
    from tongchou.domain.succession import WHOLE

    def number(code: object) -> int:
        area = api.area_by_code(str(code))
        if area is None:
            raise ValueError(f"no area has the code {code}")
        return area.pk

    def share(percent: object) -> int:
        return round(float(str(percent)) * WHOLE / 100)

    areas = [number(code) for code in written["areas"]] if "areas" in written else [number(written["area"])]
    parts = tuple(
        api.Part(
            str(part["name"]),
            str(part["code"]),
            share(part["share"]),
            tuple(number(code) for code in part.get("below", ())),
        )
        for part in written.get("parts", ())
    )
    return api.Plan(
        api.ChangeKind(written["kind"]),
        areas[0],
        others=tuple(areas[1:]),
        target=number(written["into"]) if "into" in written else None,
        name=str(written.get("name", "")),
        code=str(written.get("code", "")),
        parts=parts,
        kept=share(written.get("kept", 0)),
    )


@places.command()
@click.argument("change", type=click.IntRange(1))
@click.argument("act", type=click.Choice(["apply", "withdraw", "undo"]))
@account_option
@json_option
def decide(change: int, act: str, account: str, as_json: bool) -> None:
    """Put a planned change in force (somebody else than its planner), take it back, or undo it."""
    by = sign_in(account)
    from tongchou.apps.places import api
    from tongchou.core import clock

    acts = {"apply": api.apply_change, "withdraw": api.withdraw_change, "undo": api.undo_change}
    with plain_errors():
        done = acts[act](change_id=change, by=by, at=clock.now())
    show({"change": done.pk, "state": done.status}, as_json=as_json)
