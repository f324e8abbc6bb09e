"""Reading releases: those of the reader's areas, and what is public for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou import statistics_tables
from tongchou.apps.places import api as places
from tongchou.apps.releases import content, counting, files, reach
from tongchou.apps.releases.models import Release, State, Step
from tongchou.apps.statistics import api as statistics
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.domain.releases import exports, labels, lifecycle
from tongchou.domain.releases.definition import TableDefinition
from tongchou.domain.releases.table import About, Change, Table, changes

#: What the public sees of a table: what was out once.
PUBLIC = (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)


def releases(*, scope: Scope, state: str = "", code: str = "") -> QuerySet[Release]:
    """The releases all of whose areas a scope holds, the newest first."""
    found = Release.objects.filter(pk__in=reach.within(scope)).order_by("-pk")
    if state:
        found = found.filter(state=state)
    return found.filter(code=code) if code else found


def release(release_id: int, *, scope: Scope) -> Release:
    """A release all of whose areas a scope holds.

    Raises
    ------
    NotFound
        No such one there.
    """
    one = Release.objects.filter(pk=release_id).first()
    if one is None or not scope.covers_interval(one.scope_no, one.scope_end):
        raise reach.none()
    return one


def steps_of(one: Release) -> list[Step]:
    """What was done with a release, the oldest first."""
    return list(one.steps.select_related("by").order_by("pk"))


def versions_of(one: Release) -> list[Release]:
    """All versions of the same table, period and county that were not given up, the newest first."""
    rows = Release.objects.filter(area_id=one.area_id, code=one.code, period=one.period)
    return list(rows.exclude(state=State.DROPPED).order_by("-version"))


def changed(one: Release) -> tuple[Change, ...]:
    """What a restatement shows otherwise than the version before, cell by cell; nothing of a first one."""
    if one.predecessor is None or not one.content_sha256:
        return ()
    return changes(content.table_of(one.predecessor), content.table_of(one))


@dataclass(frozen=True, slots=True)
class Offer:
    """A table that can be begun, and the periods the newest counts hold whole."""

    definition: TableDefinition
    periods: tuple[str, ...]


def offers(*, scope: Scope) -> tuple[list[Offer], list[places.Area]]:
    """Tables that can be begun, and the counties a scope holds wholly."""
    counties = [one for one in places.counties() if scope.covers_interval(one.scope_no, one.scope_end)]
    built = statistics.latest(scope=Scope.of_area(counties[0])) if counties else None
    if built is None:
        return [], counties
    made = []
    for each in statistics_tables.load():
        months = statistics.months(built, each.basis).months
        periods = counting.periods_of(each.step, months)
        if set(each.by) - counting.IN_CUBE:
            periods = [one for one in periods if one == str(months[-1])[: len(one)]]
        made.append(Offer(each, tuple(periods[:12])))
    return made, counties


def public(code: str, period: str, *, version: int | None = None, area: str = "") -> Release:
    """A release that is out, or was; the newest version without a number.

    Raises
    ------
    NotFound
        Nothing of this name was ever published.
    """
    rows = Release.objects.filter(code=code, period=period, state__in=PUBLIC).order_by("-version", "pk")
    if version is not None:
        rows = rows.filter(version=version)
    found = [one for one in rows if not area or one.about.get("area") == area]
    if not found:
        raise NotFound("releases.none", _("No such table has been published."))
    return found[0]


def catalogue() -> list[Release]:
    """The newest version of everything that is out, by table, then period, the newest period first."""
    rows = list(Release.objects.filter(state__in=PUBLIC).order_by("code", "area_id", "-period", "-version"))
    seen: set[tuple[str, int, str]] = set()
    newest = []
    for one in rows:
        key = (one.code, one.area_id, one.period)
        if key not in seen:
            seen.add(key)
            newest.append(one)
    return newest


def about_of(one: Release) -> About:
    """What stands beside the figures of a sealed release, with its proof."""
    words = {name: value for name, value in one.about.items() if name != "dimensions"}
    proof = {
        "sha256": one.content_sha256,
        "signature": one.signature,
        "inputs": one.inputs,
    }
    return About(words=words, labels=one.about.get("dimensions", {}), proof=proof)


def file_of(one: Release, ending: str) -> bytes:
    """A sealed release in one of ``exports.MEDIA``, or its metadata (``metadata.json``).

    Raises
    ------
    NotFound
        For another ending, and for what is withdrawn: its figures are no longer given out.
    Conflict
        When its file is gone or was changed.
    """
    if not one.signature or one.state == State.WITHDRAWN:
        raise reach.none()
    about = about_of(one)
    if ending == "metadata.json":
        return exports.as_metadata(about)
    table = content.table_of(one)
    if ending == "csv":
        return exports.as_csv(table)
    if ending == "sdmx.csv":
        return exports.as_sdmx(table, agency=str(one.about["agency"]), version=one.version)
    if ending == "json":
        return exports.as_jsonstat(table, about)
    if ending == "parquet":
        return exports.as_parquet(table, about)
    raise reach.none()


def file_name(one: Release, ending: str) -> str:
    """``births_and_deaths-2025-v1.csv``."""
    return f"{one.code}-{one.period}-v{one.version}.{ending}"


def figures(one: Release) -> Table:
    """The figures of a computed release, as they are published."""
    return content.table_of(one)


def labels_of(one: Release) -> dict[str, Any]:
    """Titles and labels of a computed release, sealed or not."""
    return one.about.get("dimensions") or labels.of_layout(content.released(one).layout)


def hidden_of(one: Release) -> dict[str, int]:
    """How many cells a computed release has, and how many of them are closed."""
    kept = files.read_json(one.hidden_sha256)["counts"]
    return {"cells": len(kept), "closed": sum(value is None for _cell, _count, value in kept)}


def versions_left(one: Release) -> int:
    """How many versions of a table and period may still be published; none of a table that is not defined."""
    out = sum(each.state in lifecycle.OUT for each in versions_of(one))
    said = statistics_tables.by_code(one.code)
    return max(said.versions - out, 0) if said else 0
