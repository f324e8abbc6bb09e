"""``tongchou token``: access for programs."""

from __future__ import annotations

import datetime as dt

import click
from django.utils.translation import gettext as _

from tongchou.cli.common import json_option, plain_errors, show, sign_in, start_django


@click.group()
def token() -> None:
    """Access tokens for the API."""


@token.command()
@click.option("--account", required=True, help="User name of the account the token acts for.")
@click.option("--name", required=True, help="What the token is for; no names of people.")
@click.option(
    "--permission", "permissions", multiple=True, required=True,
    help="A permission the account holds, such as worklist.view; once for each.",
)  # fmt: skip
@click.option(
    "--days", default=90, show_default=True, type=click.IntRange(1, 365), help="How long it is valid."
)
@json_option
def make(account: str, name: str, permissions: tuple[str, ...], days: int, as_json: bool) -> None:
    """Make a token and print its secret, once. Asks for the account's password."""
    by = sign_in(account)
    from tongchou.core import clock
    from tongchou.core.errors import Invalid
    from tongchou.core.tokens import api as tokens

    at = clock.now()
    with plain_errors():
        try:
            made = tokens.make_token(
                name=name,
                permissions=permissions,
                expires_on=clock.date_of(at) + dt.timedelta(days=days),
                by=by,
                at=at,
            )
        except Invalid as error:
            said = [str(text) for texts in error.data["problems"].values() for text in texts]
            raise click.ClickException(" ".join(said)) from error
    show(
        {
            "token": made.token.pk,
            "secret": made.secret,
            "permissions": ", ".join(made.token.permissions),
            "valid_until": made.token.expires_on.isoformat(),
        },
        as_json=as_json,
    )


@token.command(name="list")
@click.option("--account", required=True, help="User name of the account.")
@json_option
def list_(account: str, as_json: bool) -> None:
    """The account's tokens that were not revoked, and how many unknown ones were refused today."""
    start_django()
    from tongchou.core import accounts, clock
    from tongchou.core.tokens import api as tokens

    owner = accounts.by_username(account)
    if owner is None:
        raise click.ClickException(_("There is no account %(name)s.") % {"name": account})
    lines = [
        {
            "token": one.pk,
            "name": one.name,
            "permissions": one.permissions,
            "valid_until": one.expires_on.isoformat(),
            "last_used": one.last_used_on.isoformat() if one.last_used_on else "",
        }
        for one in tokens.tokens_of(owner)
    ]
    refused = tokens.refused(on=clock.today())
    if as_json:
        show({"tokens": lines, "refused_today": refused}, as_json=True)
        return
    for line in lines:
        shown = {**line, "permissions": ", ".join(line["permissions"])}
        click.echo("  ".join(str(value) for value in shown.values() if value))
    click.echo(f"refused today: {sum(refused.values())}")


@token.command()
@click.argument("number", type=int)
@json_option
def revoke(number: int, as_json: bool) -> None:
    """End a token, by its number in the list, with its next request."""
    start_django()
    from tongchou.core import clock
    from tongchou.core.tokens import api as tokens

    with plain_errors():
        ended = tokens.revoke_token(token_id=number, by=None, at=clock.now())
    show({"token": ended.pk, "revoked": True}, as_json=as_json)
