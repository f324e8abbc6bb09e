"""``tongchou account``: the people who sign in."""

from __future__ import annotations

import secrets

import click

from tongchou.cli.common import json_option, plain_errors, show, start_django


@click.group()
def account() -> None:
    """Accounts and their roles."""


@account.command()
@click.argument("username")
@click.option("--name", "display_name", required=True, help="Name shown on pages.")
@click.option("--role", required=True, help="village_worker, township_officer or county_reviewer.")
@click.option("--area", required=True, help="Code of the area the role covers.")
@json_option
def create(username: str, display_name: str, role: str, area: str, as_json: bool) -> None:
    """Create an account with one role; prints a first password that must be changed."""
    start_django()
    from tongchou.apps.places import api as places
    from tongchou.core import actions, clock

    password = secrets.token_urlsafe(9)
    with plain_errors():
        at = clock.now()
        place = places.area_by_code(area)
        if place is None:
            raise click.ClickException(f"no area has the code {area}")
        person = actions.create_account(
            username=username,
            display_name=display_name,
            password=password,
            must_change_password=True,
            by=None,
            at=at,
        )
        actions.assign_role(
            account=person,
            role=role,
            area_id=place.pk,
            scope_no=place.scope_no,
            scope_end=place.scope_end,
            by=None,
            at=at,
        )
    show({"username": username, "password": password, "role": role, "area": place.name}, as_json=as_json)
