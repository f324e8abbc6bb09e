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
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.policy.recalculation import recalculate, totals


@dataclass(frozen=True, slots=True)
class Recalculated:
    """The differences and the days compared; ``rows`` has the columns of the domain and ``claimed``."""

    then_as_of: dt.date
    now_as_of: dt.date
    rows: pl.DataFrame

    def totals(self) -> pl.DataFrame:
        """People and fen by programme, year and kind, of those who claimed; what is open has no sum."""
        return totals(self.rows.filter(pl.col("claimed")))


def recalculate_since(
    *, since: dt.date, years: Collection[int], by: Account, at: dt.datetime, purpose: str
) -> Recalculated:
    """Compare what was answered on a day with what would be answered now, for some years.

    The facts are those of the newest snapshot up to ``since`` and of the newest one; the law is that known on
    ``since`` and that of today. Nothing is stored but the audit row.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    Invalid
        Without a purpose.
    Conflict
        When there is no snapshot of then.
    """
    access.require(by, "entitlements.evaluate")
    if not purpose.strip():
        raise Invalid("entitlements.purpose", _("Say what the recalculation is for."))
    then, now = snapshots.latest(on=since), snapshots.latest(on=clock.date_of(at))
    if then is None or now is None:
        raise Conflict(
            "entitlements.no_then", _("There is no snapshot of that day or before to compare with.")
        )
    laws = policies.laws()
    law_then = policies.Laws(laws.overlays, known=since)
    found = recalculate(snapshots.read(then), snapshots.read(now), law_then.asked, laws.asked, years)
    rows = found.join(_claims(years), on=["person_id", "programme", "year"], how="left").with_columns(
        pl.col("claimed").fill_null(value=False)
    )
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
    return Recalculated(then.as_of, now.as_of, rows)


def _claims(years: Collection[int]) -> pl.DataFrame:
    """Whose claim stands, by person, programme and year. One query."""
    standing = Claim.objects.standing().filter(year__in=list(years))
    schema = {"person_id": pl.Int64, "programme": pl.String, "year": pl.Int64}
    claims = pl.DataFrame(
        list(standing.values_list("person_id", "programme", "year")), schema=schema, orient="row"
    )
    return claims.with_columns(claimed=pl.lit(value=True))
