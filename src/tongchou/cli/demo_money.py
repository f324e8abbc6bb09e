"""Money of the demo county: a fund with this year's appropriations, and a batch that waits for review."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

_PROGRAMME: Final = "childcare_subsidy"
#: Fen appropriated and arrived, by whose money it is; the document says that all of it is made up.
_GIVEN: Final = (("central", 570_000_000, 570_000_000), ("county", 30_000_000, 12_000_000))
_VOUCHERS: Final = {"central": "中央资金入账单1号（虚构）", "county": "县级资金入账单1号（虚构）"}
_DOCUMENT: Final = "演示文件（虚构）"
#: Who bears how much in the demo, in hundredths of a percent: an assumption, no figure of any place.
_PARTS: Final = {"central": 9500, "county": 500}


def begin(accounts: dict[str, Any], at: dt.datetime) -> int:
    """Open the fund, record what arrived, build and freeze a batch of the approved cases; its number.

    Again, everything is there already; 0 when no case is approved yet.
    """
    from tongchou.apps.payments import api as payments
    from tongchou.core import accounts as people
    from tongchou.core import clock
    from tongchou.core.errors import Conflict

    clerk = accounts["xiancai"]
    act = {"by": clerk, "at": at}
    today = clock.date_of(at)
    first = today.replace(month=1, day=1)
    area = people.assignments(clerk, today)[0].area_id
    fund = payments.open_fund(
        area_id=area,
        year=today.year,
        line="childcare",
        title="育儿补贴专项资金",
        programmes=[_PROGRAMME],
        **act,
    )
    payments.set_sharing(
        area_id=area, programme=_PROGRAMME, valid_from=first, parts=_PARTS, document=_DOCUMENT, **act
    )
    known = {one.appropriation.source for one in payments.appropriations(fund, today)}
    for source, promised, arrived in _GIVEN:
        if source in known:
            continue
        given = payments.appropriate(
            fund_id=fund.pk,
            source=source,
            fen=promised,
            document=_DOCUMENT,
            appropriated_on=first,
            due_on=min(today, first + dt.timedelta(days=89)),
            **act,
        )
        payments.record_arrival(
            appropriation_id=given.pk, fen=arrived, arrived_on=today, voucher=_VOUCHERS[source], **act
        )
    try:
        batch = payments.build_batch(fund_id=fund.pk, programme=_PROGRAMME, template="rural_credit", **act)
    except Conflict:
        return 0
    return payments.freeze_batch(batch_id=batch.pk, **act).pk
