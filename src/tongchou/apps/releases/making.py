"""Beginning a release, computing it and checking it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou import __version__, statistics_tables
from tongchou.apps.places import api as places
from tongchou.apps.releases import content, counting, files, reach
from tongchou.apps.releases.models import Release, Step
from tongchou.apps.statistics import api as statistics
from tongchou.core import access, audit, clock, crypto
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.releases import crossing, lifecycle
from tongchou.domain.releases.cells import TOTAL
from tongchou.domain.releases.crossing import Finding
from tongchou.domain.releases.definition import Method, TableDefinition
from tongchou.domain.releases.lifecycle import Act
from tongchou.domain.releases.protection import Shown, protected, rates_closed

Progress = Callable[[int, int], None]
#: Longest reason or note.
LONGEST = 300


@transaction.atomic
def define(*, code: str, period: str, area_id: int, by: Account, at: dt.datetime) -> Release:
    """Begin a release of a table for a period and a county. The one in progress when there is one.

    Raises
    ------
    NotAllowed
        When the account does not work on tables of all of the county.
    Invalid
        ``releases.unknown`` for a table that is not defined; ``releases.county`` for an area that is none.
    Conflict
        ``releases.there`` when the period is published: it can be restated.
    """
    areas = access.require(by, reach.COMPUTE, on=clock.date_of(at))
    definition(code)
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.level != places.Level.COUNTY:
        raise Invalid("releases.county", _("Choose a county that is wholly yours."))
    if not areas.covers_interval(area.scope_no, area.scope_end):
        raise Invalid("releases.county", _("Choose a county that is wholly yours."))
    rows = Release.objects.filter(area_id=area.pk, code=code, period=period)
    open_one = rows.filter(state__in=lifecycle.OPEN).first()
    if open_one is not None:
        return open_one
    if rows.filter(state__in=lifecycle.OUT).exists():
        message = _("This table of this period is out already. State it anew instead.")
        raise Conflict("releases.there", message)
    one = begin(
        code=code,
        period=period,
        version=1,
        area_id=area.pk,
        scope_no=area.scope_no,
        scope_end=area.scope_end,
        made_at=at,
    )
    step(one, Act.DEFINE, by=by, at=at)
    audit.append(
        by=by,
        action="releases.define",
        subject=f"release:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"table": code, "period": period, "version": one.version},
    )
    return one


def begin(**values: Any) -> Release:
    """A new row, unless somebody else has begun the same in this moment."""
    try:
        with transaction.atomic():
            return Release.objects.create(**values)
    except IntegrityError as error:
        raise Conflict("releases.there", _("This table has moved on: look at it again.")) from error


def definition(code: str) -> TableDefinition:
    """The definition of a table.

    Raises
    ------
    Invalid
        ``releases.unknown``.
    """
    found = statistics_tables.by_code(code)
    if found is None:
        raise Invalid("releases.unknown", _("There is no such table."))
    return found


def compute(*, release_id: int, by: Account, at: dt.datetime, progress: Progress | None = None) -> Release:
    """Compute the figures of a release from the newest counts, and protect them.

    The same counts and definition give the same bytes. What was computed before is replaced.

    Raises
    ------
    NotFound, NotAllowed
        When the account does not work on this table.
    Conflict
        ``releases.state`` once it is sealed; ``releases.no_counts`` without counts.
    Invalid
        ``releases.period`` when the counts do not hold the whole period.
    """
    one = reach.mine(release_id, by=by, at=at, permission=reach.COMPUTE)
    reach.after(one, Act.COMPUTE)
    said = definition(one.code)
    on = clock.date_of(at)
    built = statistics.latest(scope=Scope(((one.scope_no, one.scope_end),)), on=on)
    if built is None:
        raise Conflict("releases.no_counts", _("Count the population first; there is nothing to publish."))
    county = places.area_by_id(one.area_id, within=Scope.everything())
    assert county is not None
    report = progress or (lambda _done, _total: None)
    report(0, 3)
    made = counting.counted(said, one.period, built, county=county.code)
    report(1, 3)
    shown = _shown(one, made)
    report(2, 3)
    content_sha = files.keep(content.public_table(made, shown, period=one.period).canonical())
    hidden_sha = files.keep_json(content.hidden(made, shown))
    inputs = {
        "cubes": built.sha256,
        "snapshot": built.snapshot.sha256,
        "as_of": built.as_of.isoformat(),
        "boundaries": built.boundaries.isoformat(),
        "definition": statistics_tables.digest(said),
        "program": __version__,
    }
    with transaction.atomic():
        one = reach.mine(release_id, by=by, at=at, permission=reach.COMPUTE, lock=True)
        one.state = reach.after(one, Act.COMPUTE)
        one.content_sha256, one.hidden_sha256, one.inputs = content_sha, hidden_sha, inputs
        one.computed_by, one.checked_by, one.findings = by, None, []
        one.save()
        step(one, Act.COMPUTE, by=by, at=at)
        audit.append(
            by=by,
            action="releases.compute",
            subject=f"release:{one.pk}",
            scope_no=one.scope_no,
            at=at,
            detail={"content": content_sha, "cubes": built.sha256},
        )
    report(3, 3)
    return one


def _shown(one: Release, made: counting.Counted) -> Shown:
    if made.values:
        closed = rates_closed(made.layout, made.counts, made.among)
        return {cell: None if cell in closed else count for cell, count in made.counts.items()}
    before = content.released(one.predecessor).shown if one.predecessor_id else None
    key = crypto.blind_index(f"{one.area_id}:{one.code}:{one.period}", "releases.rounding")
    return protected(made.layout, made.counts, key=key, before=before)


def check(*, release_id: int, by: Account, at: dt.datetime, progress: Progress | None = None) -> Release:
    """Look at a computed table beside all that are out, and keep what is found.

    Raises
    ------
    NotFound, NotAllowed
        When the account does not work on this table.
    Conflict
        ``releases.state`` when it is not computed, or sealed already.
    """
    one = reach.mine(release_id, by=by, at=at, permission=reach.COMPUTE)
    reach.after(one, Act.CHECK)
    found = [asdict(each) | {"refuses": each.refuses} for each in findings(one, progress=progress)]
    with transaction.atomic():
        again = reach.mine(release_id, by=by, at=at, permission=reach.COMPUTE, lock=True)
        again.state = reach.after(again, Act.CHECK)
        if again.content_sha256 != one.content_sha256:
            raise Conflict("releases.state", _("This table has moved on: look at it again."))
        again.findings, again.checked_by = found, by
        again.save()
        step(again, Act.CHECK, by=by, at=at)
        audit.append(
            by=by,
            action="releases.check",
            subject=f"release:{again.pk}",
            scope_no=again.scope_no,
            at=at,
            detail={"content": again.content_sha256, "findings": len(found), "refused": refused(again)},
        )
    return again


def refused(one: Release) -> bool:
    """Whether something was found that forbids sealing."""
    return any(each["refuses"] for each in one.findings)


def findings(one: Release, *, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Everything there is to say about a computed table."""
    rows = Release.objects.filter(state__in=lifecycle.OUT).exclude(pk=one.pk).order_by("pk")
    out = [each for each in rows if each.scope_no <= one.scope_end and one.scope_no <= each.scope_end]
    new = content.released(one)
    versions = sum(
        each.area_id == one.area_id and each.code == one.code and each.period == one.period for each in out
    )
    kept: dict[str, Any] = files.read_json(one.hidden_sha256)
    found = [
        *crossing.budget(definition(one.code).versions, out=versions),
        *crossing.given_away(new, [content.released(each) for each in out], progress=progress),
    ]
    if kept["missing"]:
        found.append(Finding("incomplete", number=kept["missing"]))
    if kept["left_out"]:
        found.append(Finding("left_out", number=kept["left_out"]))
    if new.layout.definition.control.method is Method.ROUNDING:
        far = max((abs((new.shown[cell] or 0) - count) for cell, count in new.counts.items()), default=0)
        if far >= new.layout.definition.control.base:
            found.append(Finding("margin", number=far))
    closed = sum(value is None for value in new.shown.values())
    if closed:
        found.append(Finding("closed", cell=(TOTAL,), number=closed))
    return tuple(found)


def step(one: Release, act: Act, *, by: Account, at: dt.datetime, note: str = "") -> Step:
    return Step.objects.create(
        release=one, act=str(act), by=by, at=at, note=note, content_sha256=one.content_sha256
    )
