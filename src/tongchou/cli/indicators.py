"""``indicators``: the catalogue by which units are judged, and own files before they are put in force."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.common import json_option, show_rows

_LANGUAGE = click.Choice(["zh", "en"])


@click.group()
def indicators() -> None:
    """Indicators of units."""


@indicators.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--language", default="zh", show_default=True, type=_LANGUAGE, help="In which what is wrong is said."
)
@json_option
def check(files: tuple[Path, ...], language: str, as_json: bool) -> None:
    """Read FILES as the installation would, beside those that ship, and list every indicator with its uses.

    A file of the same name takes the place of one that ships. Everything wrong is said, a line each, with
    file, line and field: what cannot be read, and whatever would judge a unit by births, pregnancies,
    signatures, refusals or the number of complaints. Without FILES those in force are read. Needs no
    database.
    """
    from tongchou import indicators as shipped
    from tongchou.domain.accountability.problems import AccountabilityError
    from tongchou.domain.accountability.reading import read_catalogue

    texts = shipped.texts()
    for file in files:
        try:
            texts[file.name] = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            said = {"zh": "不是UTF-8编码的文本。", "en": "is no text in UTF-8."}[language]
            raise click.ClickException(f"{file.name} {said}") from error
    try:
        catalogue = read_catalogue(texts)
    except AccountabilityError as error:
        raise click.ClickException("\n".join(error.lines(language))) from error
    rows = [
        {
            "indicator": one.code,
            "title": one.title.zh if language == "zh" else one.title.en,
            "uses": " ".join(sorted(one.uses)),
            "file": f"{one.where}:{one.line}",
        }
        for one in catalogue.indicators.values()
    ]
    show_rows(rows, as_json=as_json)
