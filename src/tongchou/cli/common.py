"""What the commands share: starting Django, progress, JSON output, acting as an account."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tongchou.core.errors import AppError
    from tongchou.core.models import Account

#: Called with (done, total) by long work.
Report = Callable[[int, int], None]

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")


def start_django() -> None:
    """Set Django up once; a bad setting ends the command with its names, not with a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
    import django
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    if apps.ready:
        return
    from tongchou.config import private

    private.umask()
    gc.disable()  # what is loaded stays: a look for garbage among it costs a tenth of the start
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error
    finally:
        gc.enable()
    private.close_database_files()


def check_keys() -> None:
    """End the command when the keys do not belong to the database; one that is out of reach is waited for.

    Raises
    ------
    KeysLost
        See ``core.keys.check``.
    """
    from django.db import OperationalError, connection

    from tongchou.core import keys

    try:
        keys.check()
    except OperationalError as error:
        if "no such table" in str(error):
            raise
    finally:
        connection.close()  # processes forked from this one must not share it


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Report]:
    """A bar on a terminal, one line with the time taken elsewhere, nothing when JSON is wanted."""
    started = time.monotonic()
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        if not quiet:
            say(f"{title}: {time.monotonic() - started:.1f} s")
        return
    from rich.console import Console  # loaded for the bar alone
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False),
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def say(message: object) -> None:
    """A line for people: to standard error like the bars, so that results can be piped."""
    click.echo(message, err=True)


def show(result: dict[str, Any], *, as_json: bool) -> None:
    """Print a result: JSON on one line, or one ``name: value`` a line."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
        return
    for name, value in result.items():
        click.echo(f"{name}: {value}")


def show_rows(rows: list[dict[str, Any]], *, as_json: bool = False, as_csv: bool = False) -> None:
    """Print lines that have the same names: a JSON list, CSV, or a table as wide as it has to be."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    if not rows:
        return
    if as_csv:
        import csv

        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if value in (None, False) else str(value) for value in row.values()))
    width = None if sys.stdout.isatty() else 200  # what is piped is not squeezed into a window
    Console(highlight=False, markup=False, width=width).print(table)


#: ``--account`` of a command that needs no purpose.
account_option = click.option("--account", required=True, help="User name of the account that acts.")


def account_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--account`` and ``--purpose``: reading the registry in bulk is a named person's act."""
    command = click.option(
        "--purpose", required=True, help="Why the data are read; written to the audit chain."
    )(command)
    return account_option(command)


def sign_in(username: str) -> Account:
    """The account after checking its password (``TONGCHOU_PASSWORD`` or a hidden prompt) and, when it has a
    second factor, a code of its app or a recovery code (``TONGCHOU_CODE`` or a prompt).

    Raises
    ------
    click.ClickException
        When the name, the password or the code is wrong, or the account is locked out.
    """
    start_django()
    from django.contrib.auth import authenticate
    from django.http import HttpRequest

    password = os.environ.get("TONGCHOU_PASSWORD") or (
        click.prompt("Password", hide_input=True, err=True) if sys.stdin.isatty() else ""
    )
    if not password:
        raise click.ClickException(_("No password: set TONGCHOU_PASSWORD, or run this in a terminal."))
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    account = authenticate(request, username=username, password=password)
    if account is None:
        raise click.ClickException(
            _("The user name or the password is wrong, or the account is locked for now.")
        )
    _second_factor(account, request)  # type: ignore[arg-type]
    return account  # type: ignore[return-value]


def _second_factor(account: Account, request: HttpRequest) -> None:
    """Ask for a code when the account has a second factor; a wrong one counts towards the lock-out.

    A security key answers to a browser alone: its owner gives a recovery code here, or sets up an app.
    """
    from tongchou.core import clock, factors, sign_ins

    if not factors.has_any(account):
        return
    code = os.environ.get("TONGCHOU_CODE") or (
        click.prompt("Code of the app, or a recovery code", hide_input=True, err=True)
        if sys.stdin.isatty()
        else ""
    )
    if not code:
        raise click.ClickException(
            _("This account has a second factor: set TONGCHOU_CODE, or run this in a terminal.")
        )
    if sign_ins.is_locked(account, request) or not factors.use_code(
        account=account, code=code, at=clock.now()
    ):
        sign_ins.refuse(account, request)
        raise click.ClickException(
            _("The code is wrong or was used before, or the account is locked for now.")
        )


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors meant for people into one line, with every wrong field, and exit status 1."""
    from django.core.exceptions import ImproperlyConfigured

    from tongchou.core.errors import AppError

    try:
        yield
    except ImproperlyConfigured:
        raise  # the installation's fault, not the act's: said as at any other start
    except AppError as error:
        raise click.ClickException(" ".join([str(error.message), *_wrong_fields(error)])) from error


def _wrong_fields(error: AppError) -> list[str]:
    """What is wrong with each field, where an error says it."""
    problems = error.data.get("problems")
    if not isinstance(problems, Mapping):
        return []
    labels = {
        "username": _("User name"),
        "display_name": _("Name"),
        "password": _("Password"),
        "language": _("Language"),
    }
    mark = pgettext("between a label and its message", ": ")
    return [
        f"{labels.get(str(name), name)}{mark}{' '.join(str(text) for text in texts)}"
        for name, texts in problems.items()
        if not isinstance(texts, str)
    ]


def no_area(code: str) -> click.ClickException:
    """For a code that no area has, in the language of the installation."""
    return click.ClickException(_("No area has the code %(code)s.") % {"code": code})
