"""``doctor``, ``backup``, ``restore``, ``setup`` and what a first run needs without a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from tongchou.cli.common import json_option, no_area, plain_errors, say, show, start_django

LANGUAGES = {"zh": "zh-hans", "en": "en"}
#: How a level is marked at the start of a line, and its colour on a terminal.
MARKS = {"ok": ("✓", "green"), "note": ("·", "cyan"), "warning": ("!", "yellow"), "error": ("✗", "red")}


def mark(level: str) -> str:
    """How a level stands at the start of a line; without its colour where that goes into a file."""
    sign, colour = MARKS[level]
    return click.style(sign, fg=colour, bold=True if level == "error" else None)


@click.command()
@click.option("--full", is_flag=True, help="Also read the whole audit chain and fold the registry anew.")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="zh", show_default=True)
@json_option
def doctor(full: bool, language: str, as_json: bool) -> None:
    """Check the installation: what is right, what is wrong, exactly what to do. Exit 1 on errors."""
    start_django()
    from django.utils import translation

    from tongchou.apps.upkeep import api as upkeep
    from tongchou.core import clock

    with translation.override(LANGUAGES[language]):
        answers = upkeep.examine(at=clock.now(), full=full)
        worst = upkeep.worst(answers)
        if as_json:
            checks = [answer.as_dict() for answer in answers]
            show({"level": str(worst), "checks": checks}, as_json=True)
        else:
            for answer in answers:
                click.echo(f"{mark(answer.finding.level)} {answer.question}: {answer.finding.text}")
                if answer.finding.remedy:
                    click.echo(f"    → {answer.finding.remedy}")
    if worst == upkeep.Level.ERROR:
        raise SystemExit(1)


def passphrase(*, twice: bool) -> str:
    """From ``TONGCHOU_BACKUP_PASSPHRASE`` or a hidden prompt.

    Raises
    ------
    click.ClickException
        When there is neither.
    """
    given = os.environ.get("TONGCHOU_BACKUP_PASSPHRASE", "")
    if given:
        return given
    if not sys.stdin.isatty():
        raise click.ClickException("no passphrase: set TONGCHOU_BACKUP_PASSPHRASE or run this in a terminal")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write one encrypted FILE with all of the installation: database, keys, signed head, snapshots.

    The passphrase comes from TONGCHOU_BACKUP_PASSPHRASE or a prompt. Without it the file is worthless:
    keep it apart from the file.
    """
    start_django()
    from tongchou.apps.upkeep import api as upkeep
    from tongchou.core import clock

    secret = passphrase(twice=True)
    with plain_errors():
        made = upkeep.make_backup(file=file.absolute(), passphrase=secret, at=clock.now())
    show(made.as_dict(), as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
def restore(file: Path, as_json: bool) -> None:
    """Bring a backup back into an empty installation and prove it: audit chain, registry. Exit 1 if not."""
    start_django()
    from tongchou.apps.upkeep import api as upkeep
    from tongchou.core import clock

    secret = passphrase(twice=False)
    with plain_errors():
        back = upkeep.bring_back(file=file.absolute(), passphrase=secret, at=clock.now())
    show(back.as_dict(), as_json=as_json)
    if not back.ok:
        raise SystemExit(1)


@click.command()
@click.option("--areas", type=click.Choice(["reference", "none"]), default="reference", show_default=True,
              help="Load the packaged list of areas (贵州毕节), or none: the own list comes "
                  "later.")  # fmt: skip
@click.option(
    "--address", default="http://127.0.0.1:8000", show_default=True, help="Where the pages will be."
)
@click.option("--finish", is_flag=True, help="End a set-up whose unit and first accounts are there.")
@json_option
def setup(areas: str, address: str, finish: bool, as_json: bool) -> None:
    """Make or upgrade the database; while nobody has an account, print a link for the first run.

    The link is good once and for an hour. Run this again for another one.
    """
    start_django()
    from django.core.management import call_command

    from tongchou.apps.local import api as local
    from tongchou.apps.places import api as places
    from tongchou.core import clock, keys

    call_command("migrate", interactive=False, verbosity=0)
    keys.check()
    at = clock.now()
    result: dict[str, Any] = {"database": "ready"}
    if areas == "reference":
        result["areas"] = places.load_reference(by=None, at=at)
    with plain_errors():
        if finish:
            local.finish(at=at)
            result["setup"] = "finished"
        elif local.is_wanted():
            result["link"] = f"{address.rstrip('/')}/setup?token={local.issue_token(at=at)}"
    show(result, as_json=as_json)
    if "link" in result and not as_json:
        say("\n首次设置：启动服务（tongchou serve）后，1小时内在浏览器中打开上面的链接，只能使用一次。")
        say("First run: start tongchou serve, then open the link above within an hour; it works once.")


@click.command()
@click.argument("code")
@json_option
def unit(code: str, as_json: bool) -> None:
    """Name the county or prefecture this installation is for."""
    start_django()
    from tongchou.apps.local import api as local
    from tongchou.apps.places import api as places
    from tongchou.core import clock

    with plain_errors():
        found = places.area_by_code(code)
        if found is None:
            raise no_area(code)
        area = local.choose_unit(area_id=found.pk, at=clock.now())
    show({"unit": area.name, "code": area.code}, as_json=as_json)


@click.group()
def parameters() -> None:
    """What the county sets itself: months of payment, days of review and notice, the office for questions."""


@parameters.command("list")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="zh", show_default=True)
@json_option
def list_parameters(language: str, as_json: bool) -> None:
    """Every parameter with its value, its document and the day it counts from."""
    start_django()
    from django.utils import translation

    from tongchou.apps.local import api as local

    area = _unit()
    with translation.override(LANGUAGES[language]):
        lines = {
            one.parameter.name: {
                "label": one.parameter.full_label,
                "value": one.shown or _("not yet known"),
                "source": one.source,
                "from": one.row.effective_from.isoformat() if one.row else "",
                "needed": one.parameter.needed,
            }
            for one in local.known(area, on=None)
        }
    if as_json:
        show(lines, as_json=True)
        return
    for name, line in lines.items():
        detail = f"  ({line['source']}, {line['from']})" if line["source"] else ""
        click.echo(f"{name:<44} {line['label']}: {line['value']}{detail}")


@parameters.command("set")
@click.argument("name")
@click.argument("value")
@click.option(
    "--source", default="", help="The document that sets it, with its number; the office's facts need none."
)
@click.option(
    "--from", "effective_from", default="", help="Day it counts from, like 2026-01-01; the office's: today."
)
@json_option
def set_parameter(name: str, value: str, source: str, effective_from: str, as_json: bool) -> None:
    """Record a value; an empty VALUE takes it back."""
    start_django()
    from tongchou.apps.local import api as local
    from tongchou.core import clock
    from tongchou.core.errors import Invalid

    area = _unit()
    entry = local.Entry(value, source, effective_from)
    try:
        changed = local.set_values(area=area, entries={name: entry}, by=None, at=clock.now())
    except Invalid as error:
        raise click.ClickException(
            "; ".join(str(text) for text in error.data["problems"].values())
        ) from error
    show({"changed": changed}, as_json=as_json)


@click.command()
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="zh", show_default=True)
@json_option
def checklist(language: str, as_json: bool) -> None:
    """What still has to be done before everything works, and where."""
    start_django()
    from django.utils import translation

    from tongchou.apps.upkeep import api as upkeep
    from tongchou.core import clock
    from tongchou.core.scope import Scope

    with translation.override(LANGUAGES[language]):
        lines = upkeep.items(reach=Scope.everything(), at=clock.now())
    if as_json:
        shown = [one.as_dict() for one in lines]
        show({"open": sum(not one.done for one in lines), "items": shown}, as_json=True)
        return
    for one in lines:
        names = ("、" if language == "zh" else ", ").join(one.names)
        click.echo(f"{mark('ok' if one.done else 'warning')} {one.title}: {one.text} {names}".rstrip())
        if one.remedy:
            click.echo(f"    → {one.remedy}")


def _unit() -> Any:
    from tongchou.apps.local import api as local

    found = local.unit()
    if found is None:
        raise click.ClickException(_("This installation has no unit yet: run `tongchou unit CODE` first."))
    return found
