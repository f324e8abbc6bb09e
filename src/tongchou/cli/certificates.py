"""``certificate``: checking with and without a network, public keys, the status list, a new key."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import account_options, json_option, plain_errors, sign_in, start_django

_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.group()
def certificate() -> None:
    """Certificates: check them, and hand out what checking needs."""


@certificate.command()
@click.argument("codes", nargs=-1)
@click.option("--file", type=_FILE, help="Read the codes from a file, one a line.")
@click.option(
    "--keys", "key_file", type=_FILE, help="Public keys (keys.json). Without it, this installation's."
)
@click.option("--status", "status_file", type=_FILE, help="Signed status list (status.jwt).")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="Check as of a day instead of now.")
@json_option
def verify(
    codes: tuple[str, ...],
    file: Path | None,
    key_file: Path | None,
    status_file: Path | None,
    at: dt.datetime | None,
    as_json: bool,
) -> None:
    """Check certificates by the text of their squares.

    With --keys and --status neither a network nor a database is needed. Ends with 0 when every certificate
    is valid, with 1 otherwise.
    """
    from tongchou.domain.certificates import verifying

    given = [*codes, *_read(file, codes)]
    if not given:
        raise click.UsageError("give the text of a square, --file, or pipe texts in")
    moment = at.replace(hour=4, tzinfo=dt.UTC) if at else dt.datetime.now(dt.UTC)
    keys, listed = _trusted(key_file, status_file)
    good = True
    for code in given:
        found = verifying.check(code, keys=keys, listed=listed, at=moment)
        good &= found.finding is verifying.Finding.GOOD
        _tell(found, as_json)
    if not good:
        sys.exit(1)


@certificate.command("keys")
def keys_() -> None:
    """Print the public keys as a JSON Web Key Set."""
    start_django()
    from tongchou.core import signing

    click.echo(json.dumps(signing.public_keys(), indent=1))


@certificate.command()
@account_options
def rotate(account: str, purpose: str) -> None:
    """Sign certificates and status lists with a new key from now on.

    What older keys signed is still verified: they stay in the installation and among the public keys. Hand
    the public keys and the page for use without a network out anew afterwards.
    """
    by = sign_in(account)
    from tongchou.apps.certificates import api as certificates
    from tongchou.core import clock

    with plain_errors():
        made = certificates.rotate_key(purpose=purpose, by=by, at=clock.now())
    click.echo(made)


@certificate.command()
@click.option("--now", is_flag=True, help="Sign a new list first.")
def status(now: bool) -> None:
    """Print the newest signed status list."""
    start_django()
    from tongchou.apps.certificates import api as certificates
    from tongchou.core import clock

    found = certificates.sign_now(at=clock.now()) if now else certificates.newest()
    if found is None:
        raise click.ClickException("there is no status list yet: no certificate has been issued")
    click.echo(found.token)


def _read(file: Path | None, codes: tuple[str, ...]) -> list[str]:
    if file is not None:
        text = file.read_text(encoding="utf-8")
    elif not codes and not sys.stdin.isatty():
        text = sys.stdin.read()
    else:
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]


def _trusted(key_file: Path | None, status_file: Path | None) -> tuple[dict[str, Any], str | None]:
    """The public keys and the status list: from files, else those of this installation."""
    listed = status_file.read_text(encoding="utf-8").strip() if status_file else None
    if key_file is not None:
        try:
            keys = json.loads(key_file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise click.ClickException(f"{key_file} holds no keys: get it anew from the office") from error
        if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
            raise click.ClickException(f"{key_file} holds no keys: get it anew from the office")
        return keys, listed
    start_django()
    from tongchou.apps.certificates import api as certificates
    from tongchou.core import signing

    if listed is None:
        newest = certificates.newest()
        listed = newest.token if newest else None
    return signing.public_keys(), listed


def _tell(found: Any, as_json: bool) -> None:
    said = found.claims
    if as_json:
        row: dict[str, Any] = {"finding": str(found.finding)}
        if said is not None:
            row |= said.as_json()
        if found.listed_at is not None:
            row["listed_at"] = found.listed_at.isoformat()
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    line = str(found.finding).replace("_", " ").upper()
    if said is not None:
        days = f"{said.first_day} – {said.last_day}"
        line = "  ".join((line, said.number, said.kind, said.name, f"…{said.id_end}", days, said.issuer))
    click.echo(line)
