"""``stats bulletin`` and ``stats yearbook``: what is told of an area's month or year, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.common import json_option, no_area, plain_errors, progress, show, sign_in

if TYPE_CHECKING:
    from tongchou.web.console.presenters.publication import Publication

EDITIONS = ("public", "internal")
BASES = ("registered", "resident")


def _options(command: Any) -> Any:
    """What both commands ask."""
    for option in reversed(
        (
            click.option("--account", required=True, help="User name of the account that acts."),
            click.option("--area", "code", required=True, help="Code of a township or a wider area."),
            click.option(
                "--out",
                required=True,
                type=click.Path(path_type=Path, dir_okay=False),
                help="File to write: .pdf, .xlsx, or .json for what is told without words.",
            ),
            click.option("--edition", type=click.Choice(EDITIONS), default="public", show_default=True),
            click.option("--basis", type=click.Choice(BASES), default="registered", show_default=True),
            click.option("--language", type=click.Choice(("zh", "en")), default="zh", show_default=True),
            json_option,
        )
    ):
        command = option(command)
    return command


@click.command()
@click.option("--month", required=True, metavar="YYYY-MM", help="Month the bulletin is of.")
@_options
def bulletin(
    month: str,
    account: str,
    code: str,
    out: Path,
    edition: str,
    basis: str,
    language: str,
    as_json: bool,
) -> None:
    """Write the monthly bulletin of an area. Nothing is stored."""
    by = sign_in(account)
    from tongchou.apps.yearbook import api
    from tongchou.core import access
    from tongchou.core.errors import Conflict
    from tongchou.domain.statistics.content import Edition
    from tongchou.domain.statistics.cube import Basis
    from tongchou.web.console.presenters.bulletin import publication
    from tongchou.web.sheets.publications import bulletin_pdf

    with plain_errors(), progress("Bulletin", quiet=as_json):
        reach = access.require(by, api.READ)
        found = api.source(_area(code), scope=reach, basis=Basis(basis))
        if found is None:
            raise Conflict("yearbook.no_counts", api.NO_COUNTS)
        content = api.bulletin(found, month=month, edition=Edition(edition))
        _write(out, content, publication, bulletin_pdf, found.as_of, language)
    show({"file": str(out), "inputs": content.inputs, "sha256": content.sha256}, as_json=as_json)


@click.command()
@click.option("--year", required=True, type=int, help="Year the yearbook is of.")
@_options
def yearbook(
    year: int,
    account: str,
    code: str,
    out: Path,
    edition: str,
    basis: str,
    language: str,
    as_json: bool,
) -> None:
    """Make the yearbook of an area, or find the one made of the same counts, and write it."""
    by = sign_in(account)
    from tongchou.apps.yearbook import api
    from tongchou.core import access, clock
    from tongchou.domain.statistics.content import Edition
    from tongchou.domain.statistics.cube import Basis
    from tongchou.domain.statistics.yearbook import CHAPTERS
    from tongchou.web.console.presenters.yearbook import publication
    from tongchou.web.sheets.publications import yearbook_pdf

    with plain_errors(), progress("Yearbook", quiet=as_json) as report:
        made = api.make(
            area_id=_area(code).pk,
            year=year,
            edition=Edition(edition),
            basis=Basis(basis),
            by=by,
            at=clock.now(),
            step=lambda chapter: report(CHAPTERS.index(chapter), len(CHAPTERS)),
        )
        volume, content = api.volume(made.pk, scope=access.require(by, api.READ))
        _write(out, content, publication, yearbook_pdf, volume.built.as_of, language)
    show(
        {"yearbook": volume.pk, "file": str(out), "inputs": content.inputs, "sha256": content.sha256},
        as_json=as_json,
    )


def _area(code: str) -> Any:
    from tongchou.apps.places import api as places

    area = places.area_by_code(code)
    if area is None:
        raise no_area(code)
    return area


def _write(out: Path, content: Any, words: Any, pdf: Any, day: Any, language: str) -> None:
    """The file, in the form its name asks for."""
    from django.utils import translation

    from tongchou.web.console import formatters
    from tongchou.web.console.publication_workbook import publication_workbook
    from tongchou.web.console.views.bulletin import moment

    if out.suffix not in {".pdf", ".xlsx", ".json"}:
        raise click.BadParameter("end the name in .pdf, .xlsx or .json", param_hint="--out")
    if out.suffix == ".json":
        out.write_text(content.as_json(), encoding="utf-8")
        return
    with translation.override("zh-hans" if language == "zh" else "en"):
        said: Publication = words(content, made=formatters.day(day))
        make = publication_workbook if out.suffix == ".xlsx" else pdf
        out.write_bytes(make(said, at=moment(day)))
