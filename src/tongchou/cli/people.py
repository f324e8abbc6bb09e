"""``tongchou account``: the people who sign in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from tongchou.cli.common import json_option, no_area, plain_errors, show, start_django

if TYPE_CHECKING:
    from tongchou.apps.places.api import Area
    from tongchou.core.models import Account

_ROLES = "A role, such as village_worker, county_reviewer, system_admin or security_admin."


@click.group()
def account() -> None:
    """Accounts and their roles. On the command line the installation itself acts, without a second person."""


@account.command()
@click.argument("username")
@click.option("--name", "display_name", required=True, help="Name shown on pages.")
@click.option("--role", required=True, help=_ROLES)
@click.option("--area", required=True, help="Code of the area the role covers.")
@json_option
def create(username: str, display_name: str, role: str, area: str, as_json: bool) -> None:
    """Create an account with one role; prints a first password that must be changed."""
    start_django()
    from django.db import transaction

    from tongchou.core import accounts, actions, clock

    password = accounts.first_password()
    _known_role(role)
    with plain_errors(), transaction.atomic():
        place = _area(area)
        person = actions.create_account(
            username=username,
            display_name=display_name,
            password=password,
            must_change_password=True,
            by=None,
            at=clock.now(),
        )
        _give(person, role, place)
    show({"username": username, "password": password, "role": role, "area": place.name}, as_json=as_json)


@account.command("list")
@click.option("--role", default="", help="Only accounts with this role.")
@click.option("--closed", is_flag=True, help="Only closed accounts.")
@json_option
def list_accounts(role: str, closed: bool, as_json: bool) -> None:
    """List accounts with their running roles, one a line."""
    start_django()
    from tongchou.apps.places import api as places
    from tongchou.core import account_queries, clock
    from tongchou.core.scope import Scope

    state = "closed" if closed else ""
    found = account_queries.accounts_of(Scope.everything(), on=clock.today(), state=state, role=role)
    listed = list(found)
    names = places.paths({held.area_id for one in listed for held in one.running})
    for one in listed:
        held = [{"role": held.role, "area": names.get(held.area_id, "")} for held in one.running]
        row = {
            "username": one.username,
            "name": one.display_name,
            "active": one.is_active,
            "second_factor": one.has_factor,
            "roles": held if as_json else "; ".join(f"{role['role']} {role['area']}" for role in held),
        }
        if as_json:
            show(row, as_json=True)
        else:
            words = (row["username"], row["name"], "" if one.is_active else "closed", row["roles"])
            click.echo("\t".join(str(word) for word in words))


@account.command()
@click.argument("username")
def close(username: str) -> None:
    """Close an account; its sessions end."""
    start_django()
    from tongchou.core import actions, clock

    with plain_errors():
        actions.set_active(account=_account(username), active=False, by=None, at=clock.now())
    click.echo(f"{username} is closed")


@account.command()
@click.argument("username")
@click.option("--role", required=True, help=_ROLES)
@click.option("--area", required=True, help="Code of the area the role covers.")
def grant(username: str, role: str, area: str) -> None:
    """Give an account a role at once."""
    start_django()
    _known_role(role)
    with plain_errors():
        place = _area(area)
        _give(_account(username), role, place)
    click.echo(f"{username}: {role}, {place.name}")


@account.command("hand-over")
@click.argument("username")
@click.option("--to", "successor", required=True, help="User name of the account that takes over.")
@click.option("--on", "day", default=None, type=click.DateTime(["%Y-%m-%d"]), help="First day; else today.")
@click.option("--close", "closes", is_flag=True, help="Close the account as well.")
@json_option
def hand_over(username: str, successor: str, day: dt.datetime | None, closes: bool, as_json: bool) -> None:
    """Hand all roles and open work of an account to another one. Twice changes nothing."""
    start_django()
    from tongchou.core import clock
    from tongchou.core import hand_over as acts

    with plain_errors():
        done = acts.hand_over(
            account=_account(username),
            successor=_account(successor),
            on=day.date() if day else clock.today(),
            close=closes,
            by=None,
            at=clock.now(),
        )
    left = {f"left_{name}": number for name, number in done.left.items()}
    result = {"ended": done.ended, "given": done.given, "closed": done.closed} | done.moved | left
    show(result, as_json=as_json)


@account.command("reset-factor")
@click.argument("username")
def reset_factor(username: str) -> None:
    """Take away the second factors of an account that lost them; a new one can then be set up."""
    start_django()
    from tongchou.core import clock, factors

    with plain_errors():
        done = factors.reset(account=_account(username), by=None, at=clock.now())
    click.echo(f"{username}: {'reset' if done else 'had none'}")


@account.command("reset-password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Give an account a new first password, printed once."""
    start_django()
    from tongchou.core import accounts, actions, clock

    password = accounts.first_password()
    with plain_errors():
        actions.set_password(
            account=_account(username), password=password, must_change_password=True, by=None, at=clock.now()
        )
    show({"username": username, "password": password}, as_json=False)


def _account(username: str) -> Account:
    from tongchou.core import accounts

    found = accounts.by_username(username)
    if found is None:
        raise click.ClickException(_("There is no account %(name)s.") % {"name": username})
    return found


def _known_role(role: str) -> None:
    """Says which roles there are when this is none."""
    from tongchou.core.roles import Role

    if role in Role.values:
        return
    known = "\n".join(f"  {value}  {label}" for value, label in Role.choices)
    text = _("There is no role %(role)s. The roles are:") % {"role": role}
    raise click.ClickException(f"{text}\n{known}")


def _area(code: str) -> Area:
    from tongchou.apps.places import api as places

    place = places.area_by_code(code)
    if place is None:
        raise no_area(code)
    return place


def _give(person: Account, role: str, place: Area) -> None:
    from tongchou.core import actions, clock

    actions.assign_role(
        account=person,
        role=role,
        area_id=place.pk,
        scope_no=place.scope_no,
        scope_end=place.scope_end,
        by=None,
        at=clock.now(),
    )
