"""The laws of tries: what casework is told of them, and how often what came back is paid again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from tongchou.apps.payments import awards
from tongchou.apps.payments.models import LIVE, Fund, FundUse, PaymentRow, RowState
from tongchou.apps.payments.reissuing import USUAL
from tongchou.core.scope import Scope

#: Rows that were a try to pay.
_TRIED: Final = (*LIVE, RowState.RETURNED)


def told(funds: list[Fund]) -> Iterator[str | None]:
    """An award is said to be tried where a row tries to pay it, and only there.

    One that is not said to be is put into a batch again; one that is said to be and is not waits for ever.
    """
    rows = PaymentRow.objects.filter(batch__fund__in=funds, state__in=_TRIED).order_by("award_id")
    numbers = list(rows.values_list("award_id", flat=True).distinct())
    for start in range(0, len(numbers), 1000):
        part = numbers[start : start + 1000]
        said = awards.source().tried_of(part)
        for award in part:
            yield None if award in said else f"award {award}: a row tries to pay it, and it is not said so"
    kinds: dict[tuple[int, int], set[str]] = defaultdict(set)
    by_fund = {fund.pk: fund for fund in funds}
    for fund, programme in FundUse.objects.filter(fund__in=funds).values_list("fund", "programme"):
        area = by_fund[fund].area
        kinds[area.scope_no, area.scope_end].add(programme)
    for interval, programmes in sorted(kinds.items()):
        said_all = awards.source().tried_awards(scope=Scope((interval,)), kinds=programmes)
        for start in range(0, len(said_all), 1000):
            part = said_all[start : start + 1000]
            there = PaymentRow.objects.filter(award_id__in=part, state__in=_TRIED)
            known = set(there.values_list("award_id", flat=True))
            for award in part:
                yield None if award in known else f"award {award}: said to be tried, and no row pays it"


def again(funds: list[Fund]) -> Iterator[str | None]:
    """What came back is paid again once, and once more only where a second person allowed it.

    A try is numbered after the one that came back before it, of the same award; a third one needs the word of
    somebody who did not build the batch.
    """
    rows = PaymentRow.objects.filter(batch__fund__in=funds, state__in=_TRIED, issue_no__gt=1).order_by("pk")
    told_of = rows.values(
        "no", "award_id", "issue_no", "batch__name", "earlier_id", "earlier__award_id", "earlier__issue_no",
        "earlier__state", "allowed__row_id", "allowed__built_by_id", "allowed__allowed_by_id",
    )  # fmt: skip
    for row in told_of.iterator(chunk_size=2000):
        wrong = _wrong_try(row)
        yield f"batch {row['batch__name']} row {row['no']}: {wrong}" if wrong else None


def _wrong_try(row: dict[str, Any]) -> str:
    before = (row["earlier__award_id"], row["earlier__issue_no"], row["earlier__state"])
    if before != (row["award_id"], row["issue_no"] - 1, RowState.RETURNED):
        return f"try {row['issue_no']} follows no try of the same award that came back"
    if row["issue_no"] <= USUAL:
        return ""
    if row["allowed__row_id"] != row["earlier_id"]:
        return f"try {row['issue_no']} was not allowed"
    if row["allowed__built_by_id"] == row["allowed__allowed_by_id"]:
        return f"try {row['issue_no']} was allowed by who built the batch"
    return ""
