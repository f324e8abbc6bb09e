"""What corrected law and corrected records change for years that have passed: read, told, never acted on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou import policies
from tongchou.apps.entitlements.models import Claim
from tongchou.apps.places import api as places
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.policy.recalculation import recalculate, totals

PERMISSION = "entitlements.evaluate"


@dataclass(frozen=True, slots=True)
class Recalculated:
    """The differences and the snapshots compared; ``rows`` has the columns of the domain and ``claimed``."""

    then: snapshots.Snapshot
    now: snapshots.Snapshot
    rows: pl.DataFrame

    @property
    def then_as_of(self) -> dt.date:
        return self.then.as_of

    @property
    def now_as_of(self) -> dt.date:
        return self.now.as_of

    def totals(self) -> pl.DataFrame:
        """People and fen by programme, year and kind, of those who claimed; what is open has no sum."""
        return totals(self.rows.filter(pl.col("claimed")))


def recalculate_since(
    *, since: dt.date, years: Collection[int], by: Account, at: dt.datetime, purpose: str
) -> Recalculated:
    """Compare what was answered on a day with what would be answered now, for some years.

    The facts are those of the newest snapshot up to ``since`` and of the newest one, of the people registered
    in the account's areas; the law is that known on ``since`` and that of today. Programmes nobody is looked
    through for are not in it, so none of the private ones. Nothing is stored but the audit row.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    Invalid
        Without a purpose.
    Conflict
        When there is no snapshot of then.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    if not purpose.strip():
        raise Invalid("entitlements.purpose", _("Say what the recalculation is for."))
    then, now = compared(since, clock.date_of(at))
    rows = differences(then, now, since, years, reach)
    with transaction.atomic():
        audit.append(
            by=by,
            action="entitlements.recalculate",
            subject=f"snapshot:{then.pk}",
            purpose=purpose,
            detail={
                "since": since.isoformat(),
                "years": sorted(years),
                "now": now.sha256,
                "rows": rows.height,
            },
            at=at,
        )
    return Recalculated(then, now, rows)


def compared(since: dt.date, today: dt.date) -> tuple[snapshots.Snapshot, snapshots.Snapshot]:
    """The snapshots of then and now.

    Raises
    ------
    Conflict
        ``entitlements.no_then``: none of that day or before.
    """
    then, now = snapshots.latest(on=since), snapshots.latest(on=today)
    if then is None or now is None:
        raise Conflict(
            "entitlements.no_then", _("There is no snapshot of that day or before to compare with.")
        )
    return then, now


def differences(
    then: snapshots.Snapshot, now: snapshots.Snapshot, since: dt.date, years: Collection[int], reach: Scope
) -> pl.DataFrame:
    """The differences of the people registered in some areas now, each with ``claimed`` and ``area_code``."""
    laws = policies.laws()
    law_then = policies.known_on(since)
    after = within(snapshots.read(now), reach)
    before = snapshots.read(then)
    if after.height:
        before = before.join(after.select("person_id"), on="person_id", how="semi")
    found = recalculate(before, after, law_then.asked, laws.asked, years)
    return (
        found.join(_claims(years), on=["person_id", "programme", "year"], how="left")
        .with_columns(pl.col("claimed").fill_null(value=False))
        .join(after.select("person_id", pl.col("area_code").cast(pl.String)), on="person_id", how="left")
    )


def within(facts: pl.DataFrame, reach: Scope) -> pl.DataFrame:
    """The rows of people registered in some areas. One query."""
    codes = list(places.Area.objects.within(reach).values_list("code", flat=True))
    return facts.filter(pl.col("area_code").cast(pl.String).is_in(codes))


def _claims(years: Collection[int]) -> pl.DataFrame:
    """Whose claim stands, by person, programme and year. One query."""
    standing = Claim.objects.standing().filter(year__in=list(years))
    schema = {"person_id": pl.Int64, "programme": pl.String, "year": pl.Int64}
    claims = pl.DataFrame(
        list(standing.values_list("person_id", "programme", "year")), schema=schema, orient="row"
    )
    return claims.with_columns(claimed=pl.lit(value=True))
