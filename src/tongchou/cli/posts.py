"""``posts``: who answers for each unit, as a list."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.common import account_option, json_option, plain_errors, show, show_rows, sign_in


@click.group()
def posts() -> None:
    """Departments, posts and who holds them."""


@posts.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@account_option
@json_option
def import_(file: Path, account: str, as_json: bool) -> None:
    """Take in a CSV list: 单位代码, 部门代码, 部门名称, 职责, 职务, 姓名, 任职日期, 账号.

    Everything that is wrong is told at once and nothing is taken in; a new holder ends the tenure of the one
    before; the same list once more changes nothing.
    """
    by = sign_in(account)
    from tongchou.apps.posts import api
    from tongchou.core import clock

    with plain_errors():
        kept = api.keep(content=file.read_bytes(), by=by, at=clock.now())
    show({"posts": kept.posts, "holders": kept.holders, "same": kept.same}, as_json=as_json)


@posts.command("list")
@click.argument("area")
@account_option
@json_option
def list_(area: str, account: str, as_json: bool) -> None:
    """List who answers today for an area, its departments and the areas right below it."""
    by = sign_in(account)
    from tongchou.apps.places import api as places
    from tongchou.apps.posts import api
    from tongchou.core import access, clock

    on = clock.today()
    with plain_errors():
        scope = access.require(by, api.VIEW, on=on)
    found = places.area_by_code(area)
    if found is None or not scope.covers(found.scope_no):
        raise click.UsageError(f"no area {area}")
    units = (api.of_area(found), *api.units_below(found, on=on))
    held = api.holders(units, on=on)
    rows = [
        {"unit": unit.key, "name": unit.name, "title": one.title, "holder": one.name, "since": one.since}
        for unit in units
        for one in held[unit.key] or ()
    ]
    show_rows(rows, as_json=as_json)
