"""Public tables in the reader's words: lists, figures, findings, what changed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tongchou import statistics_tables
from tongchou.apps.places import api as places
from tongchou.apps.releases import api as releases
from tongchou.domain.policy.words import Text
from tongchou.domain.releases import labels
from tongchou.domain.releases.cells import TOTAL, Cell
from tongchou.domain.releases.table import CLOSED, CONCEPTS, MISSING, Change, Observation, Table
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip

#: Rows shown on a page; the files hold all.
MOST = 400
#: How a closed cell and one without a figure are shown.
MARK, GAP = "※", "…"
ENDINGS = (
    ("csv", "CSV"),
    ("xlsx", "Excel"),
    ("json", "JSON-stat 2.0"),
    ("sdmx.csv", "SDMX-CSV 2.0"),
    ("parquet", "Parquet"),
    ("metadata.json", "JSON"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A release in a list."""

    url: str
    title: str
    period: str
    area: str
    version: int
    chip: Chip
    when: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of figures: its labels, then what stands in the columns."""

    heads: tuple[str, ...]
    figures: tuple[str, ...]
    area: bool  # the first line of an area


@dataclass(frozen=True, slots=True)
class Grid:
    """Figures with areas downwards and the last dimension across."""

    heads: tuple[str, ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: int
    closed: bool
    missing: bool
    wide: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in words."""

    text: str
    chip: Chip


def title_of(code: str, language: str) -> str:
    said = statistics_tables.by_code(code)
    return said.title.of(language) if said else code


def state_chip(state: str) -> Chip:
    label = str(releases.State(state).label)
    icon, tone = {
        "published": ("check", "good"),
        "sealed": ("lock", "info"),
        "withdrawn": ("cross", "bad"),
        "dropped": ("cross", ""),
        "superseded": ("turn", ""),
    }.get(state, ("clock", "warn"))
    return Chip(label, icon, tone)


def row(one: releases.Release, *, language: str, names: Mapping[int, str], public: bool = False) -> Row:
    if public:
        url = public_url(one)
    else:
        url = reverse("console:release", args=[one.pk])
    when = one.published_at or one.made_at
    return Row(
        url=url,
        title=_title(one, language),
        period=labels.period_label(one.period).of(language),
        area=names.get(one.area_id, ""),
        version=one.version,
        chip=state_chip(one.state),
        when=formatters.moment(when),
    )


def _title(one: releases.Release, language: str) -> str:
    said = one.about.get("title")
    return str(said[language]) if isinstance(said, dict) else title_of(one.code, language)


def public_url(one: releases.Release, version: int | None = None) -> str:
    address = reverse("console:open-data-table", args=[one.code, one.period])
    area = one.about.get("area", "")
    parts = [f"area={area}"] if area else []
    if version is not None:
        parts.append(f"version={version}")
    return f"{address}?{'&'.join(parts)}" if parts else address


def names_of(rows: Sequence[releases.Release]) -> dict[int, str]:
    """The area of each release in words."""
    return places.paths({one.area_id for one in rows})


def grid(table: Table, dimensions: Mapping[str, Any], *, language: str, most: int | None = MOST) -> Grid:
    """Figures as a table people read."""
    said = _labels(dimensions, language)
    names = list(table.dimensions)
    codes = {
        name: list(dict.fromkeys(cell[place] for cell in table.cells))
        for place, name in enumerate(names, start=1)
    }
    across = names[-1]
    down = [name for name in names[:-1] if name != "measure" or len(codes[name]) > 1]
    single = {name: codes[name][0] for name in names[:-1] if name not in down}
    columns = codes[across]
    lines = []
    for area in table.names:
        for place, combination in enumerate(itertools.product(*(codes[name] for name in down))):
            chosen = dict(zip(down, combination, strict=True)) | single
            cells = [_cell(area, names, chosen | {across: column}) for column in columns]
            heads = (table.names[area], *(said(name, chosen[name]) for name in down))
            shown = tuple(figure(table.cells[cell], language) for cell in cells)
            lines.append(Line(heads, shown, place == 0))
    values = list(table.cells.values())
    return Grid(
        heads=(labels.TITLES["area"].of(language), *(labels.TITLES[name].of(language) for name in down)),
        columns=tuple(said(across, column) for column in columns),
        lines=tuple(lines if most is None else lines[:most]),
        total=len(lines),
        closed=any(one.status == CLOSED for one in values),
        missing=any(one.status == MISSING for one in values),
        wide=len(columns) > 8,
    )


def _cell(area: str, names: Sequence[str], chosen: Mapping[str, str]) -> Cell:
    return (area, *(chosen[name] for name in names))


def _labels(dimensions: Mapping[str, Any], language: str) -> Callable[[str, str], str]:
    def said(name: str, code: str) -> str:
        given = dimensions.get(CONCEPTS[name], {}).get("codes", {}).get(code)
        if isinstance(given, dict):
            return str(given[language])
        return labels.label(name, code).of(language)

    return said


def figure(one: Observation, language: str) -> str:
    if one.status == CLOSED:
        return MARK
    if one.status == MISSING or not one.value:
        return GAP
    value = one.value if "." in one.value else formatters.number(int(one.value))
    if one.lower and one.upper:
        return (
            f"{value}（{one.lower}—{one.upper}）"
            if language == "zh"
            else f"{value} ({one.lower}–{one.upper})"
        )
    return value


def cell_words(cell: Sequence[str], table: Table, dimensions: Mapping[str, Any], language: str) -> str:
    """Which figure a cell is: 云岭镇, 死亡, 3月."""
    said = _labels(dimensions, language)
    parts = [table.names.get(cell[0], cell[0])]
    for name, code in zip(table.dimensions, cell[1:], strict=False):
        if code != TOTAL:
            parts.append(said(name, code))
    return ("，" if language == "zh" else ", ").join(parts)


def changes(
    found: Sequence[Change], table: Table, dimensions: Mapping[str, Any], *, language: str
) -> list[tuple[str, str, str]]:
    """Each changed cell: which, what it was, what it is."""
    return [
        (
            cell_words(one.cell, table, dimensions, language),
            figure(one.before, language) if one.before else GAP,
            figure(one.after, language) if one.after else GAP,
        )
        for one in found
    ]


def findings(
    one: releases.Release, table: Table, dimensions: Mapping[str, Any], *, language: str
) -> list[Found]:
    """What was found about a table, what refuses it first."""
    made = []
    for each in sorted(one.findings, key=lambda said: not said["refuses"]):
        number = int(each["number"])
        words = {
            "cell": cell_words(each["cell"], table, dimensions, language) if each["cell"] else "",
            "table": _table_words(str(each["table"]), language),
            "number": formatters.number(number),
        }
        text = _sentence(str(each["kind"]), number, words)
        chip = (
            Chip(_("Forbids sealing"), "cross", "bad")
            if each["refuses"]
            else Chip(_("To be looked at"), "info", "info")
        )
        made.append(Found(text, chip))
    return made


def _sentence(kind: str, number: int, words: dict[str, str]) -> str:
    if kind == "difference":
        return _("%(cell)s: beside “%(table)s”, the difference tells of %(number)s people.") % words
    if kind == "follows":
        return _("%(cell)s: the number that is closed follows from all that is published.") % words
    if kind == "narrow":
        text = ngettext(
            "%(cell)s: all that is published leaves %(number)s possible value.",
            "%(cell)s: all that is published leaves no more than %(number)s possible values.",
            number,
        )
        return text % words
    if kind == "budget":
        return _("All %(number)s versions of this table and period are used up.") % words
    if kind == "restated":
        text = ngettext(
            "%(cell)s: the version before differs by %(number)s; everybody can see that few records changed.",
            "%(cell)s: the version before differs by %(number)s; everybody can see that few records changed.",
            number,
        )
        return text % words
    if kind == "incomplete":
        text = ngettext(
            "%(number)s month of a village has no report yet.",
            "%(number)s months of villages have no report yet.",
            number,
        )
        return text % words
    if kind == "left_out":
        text = ngettext(
            "%(number)s record could not be counted, and is in no figure.",
            "%(number)s records could not be counted, and are in no figure.",
            number,
        )
        return text % words
    if kind == "margin":
        return _("A total of rounded parts lies %(number)s from the true number.") % words
    text = ngettext("%(number)s cell is not shown.", "%(number)s cells are not shown.", number)
    return text % words


def _table_words(name: str, language: str) -> str:
    code, _space, rest = name.partition(" ")
    return f"{title_of(code, language)} {rest}" if rest else name


def facts(one: releases.Release, *, language: str) -> list[tuple[str, str]]:
    """What a table is: definitions, source, method, days."""
    said = statistics_tables.by_code(one.code)
    about = one.about

    def words(name: str, fallback: Text | None) -> str:
        given = about.get(name)
        if isinstance(given, dict) and language in given:
            return str(given[language])
        return fallback.of(language) if fallback else ""

    shown = [
        (_("What it counts"), words("note", said.note if said else None)),
        (_("Whose population"), words("basis", labels.BASES[str(said.basis)] if said else None)),
        (_("Unit of the figures"), words("unit", said.unit if said else None)),
        (_("Source"), words("source", said.source if said else None)),
        (_("How people are protected"), words("method", labels.method(said) if said else None)),
        (_("Records as of"), formatters.day(one.inputs.get("as_of", ""))),
        (_("Areas as of"), formatters.day(one.inputs.get("boundaries", ""))),
    ]
    if about.get("publisher"):
        shown.append((_("Published by"), str(about["publisher"])))
    if one.licence:
        shown.append((pgettext("release", "Licence"), words("licence", None)))
    return [(label, value) for label, value in shown if value]


def step_words() -> dict[str, str]:
    return {
        "define": _("Begun"),
        "compute": _("Computed"),
        "check": _("Checked"),
        "seal": _("Sealed"),
        "publish": _("Published"),
        "supersede": _("Replaced by a restatement"),
        "withdraw": _("Withdrawn"),
        "drop": _("Not pursued"),
    }


def steps(one: releases.Release) -> list[tuple[str, str, str, str]]:
    """What was done: act, by whom, when, with which words."""
    words = step_words()
    return [
        (words[each.act], each.by.shown_name, formatters.moment(each.at), each.note)
        for each in releases.steps_of(one)
    ]


def ended_words(one: releases.Release) -> str:
    """Why a release was withdrawn; empty for one that was not."""
    if one.state != releases.State.WITHDRAWN:
        return ""
    return next((each.note for each in reversed(releases.steps_of(one)) if each.act == "withdraw"), "")


def tabs(chosen: str) -> list[tuple[str, str, bool]]:
    return [
        ("", _("All"), chosen == ""),
        *(
            (state, str(releases.State(state).label), chosen == state)
            for state in ("draft", "computed", "checked", "sealed", "published", "withdrawn")
        ),
    ]
