"""Approved cases in bulk, written straight into casework's tables: for kills and measurements."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongchou.apps.casework import sealing as case_sealing
from tongchou.apps.casework.models import Award, Case, KindVersion, Payee

KIND = "childcare_subsidy"
FEN = 360_000


def approved_awards(number: int, *, area: Any, by: Any, at: dt.datetime, first: int = 1) -> list[int]:
    """Numbers of new awards, each of a case of its own with an account on it."""
    version, _made = KindVersion.objects.get_or_create(
        sha256="0" * 64, defaults={"code": KIND, "text": "", "first_used_at": at}
    )
    day = at.date()
    cases = Case.objects.bulk_create(
        (
            Case(
                number=f"2026-{place:06d}", kind=KIND, version=version, person_id=place, household_id=place,
                year=2026, amount_fen=FEN, handling_area_id=area.pk, handling_scope=area.scope_no,
                channel="window", applicant="parent", sealed="x", state="approved", desk="",
                stage_code="county_approval", opened_at=at, opened_by=by, stage_since=day, stage_due=day,
                due=day, decided_at=at,
            )
            for place in range(first, first + number)
        ),
        batch_size=1000,
    )  # fmt: skip
    Payee.objects.bulk_create(
        (
            Payee(case=case, sealed=sealed, account_index=index, by=by, at=at)
            for place, case in enumerate(cases, start=first)
            for sealed, index in [case_sealing.seal_payee(payee(place), case.pk)]
        ),
        batch_size=1000,
    )
    awards = Award.objects.bulk_create(
        (
            Award(
                case=case, kind=KIND, year=2026, person_id=case.person_id, household_id=case.household_id,
                amount_fen=FEN, approved_at=at, handling_area_id=area.pk, handling_scope=area.scope_no,
            )
            for case in cases
        ),
        batch_size=1000,
    )  # fmt: skip
    return [award.pk for award in awards]


def payee(place: int) -> Any:
    """A made-up holder of an account; every seventh has a name of two characters."""
    name = "王" + "春夏秋冬梅兰竹菊"[place % 8] + ("" if place % 7 == 0 else "山水云石田林"[place % 6])
    return case_sealing.PayTo(
        name, "520599196503071125", "大方县农村信用合作联社", f"62210000{place:011d}", "parent"
    )


def bank_answer(batch: Any, *, failing: int = 20) -> bytes:
    """The answer of the rural credit union to a batch: one row of ``failing`` comes back."""
    from tongchou.apps.payments.reading import issued_rows

    lines = ["序号,姓名,账号,金额,处理结果,失败原因,交易日期"]
    for number, row in sorted(issued_rows(batch).items()):
        bad = number % failing == 0
        told = "失败,户名不符" if bad else "成功,"
        lines.append(
            f"{number},{row.name},{row.account},{row.fen // 100}.{row.fen % 100:02d},{told},2026-06-30"
        )
    return "\r\n".join(lines).encode("gbk")
