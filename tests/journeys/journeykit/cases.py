"""Cases, a notice, a grievance, a list for a system, and money in the installation of every page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from journeykit import walking
from tongchou.core import clock


def begin() -> None:
    """One of each thing the pages of cases and money show, made through the real path."""
    from tongchou.core import accounts

    walking.more_people()
    walking.declare("worker")
    who = {name: accounts.by_username(name) for name, *_rest in walking.people()}
    at = clock.now()
    child, other = _children(who, at)
    _notice(who, at)
    _grievance(who, other, at)
    _exchange(who, child, at)
    _money(who, at)


def _apply(item: Any, by: Any, at: dt.datetime) -> int:
    from tongchou.apps.casework import api as casework

    young = item.programme == "childcare_subsidy"
    made = casework.open_case(
        person_id=item.person_id, kind=item.programme, year=item.year, channel="home",
        applicant="parent" if young else "self",
        application=casework.Application(name="罗小燕" if young else "", statement=not young), by=by, at=at,
    )  # fmt: skip
    holder = _holder(item, young=young)
    if holder is not None:
        payee = casework.PayTo(
            holder.name, holder.id_number, "县农商银行青山支行", f"6217{made.pk:015d}",
            "parent" if young else "self",
        )  # fmt: skip
        casework.set_payee(case_id=made.pk, payee=payee, by=by, at=at)
    return made.pk


def _holder(item: Any, *, young: bool) -> Any:
    """The person, or for a child somebody grown up of its house; None where the register has no number."""
    from tongchou.apps.registry import api as registry
    from tongchou.core.scope import Scope

    people = [item.person_id]
    if young:
        house = registry.open_household(item.household_id, scope=Scope.everything())
        people = [one.person_id for one in house.members if one.person_id != item.person_id]
    known = registry.identities_of(people, scope=Scope.everything()).values()
    return next((one for one in known if one.id_number and not one.deceased), None)


def _listed(who: dict[str, Any], programme: str, at: dt.datetime) -> list[Any]:
    from tongchou.apps.casework import api as casework
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.core import scope

    on = clock.date_of(at)
    areas = scope.of(who["worker"], on, permission=casework.OPEN)
    return list(entitlements.worklist(scope=areas, year=on.year, programme=programme, size=20).items)


def _children(who: dict[str, Any], at: dt.datetime) -> tuple[int, int]:
    """An approved subsidy, and one at the township."""
    from tongchou.apps.casework import api as casework

    first, second = (_apply(one, who["worker"], at) for one in _listed(who, "childcare_subsidy", at)[:2])
    casework.accept_many(numbers=[first, second], by=who["officer"], at=at)
    casework.pass_many(numbers=[first], by=who["officer-two"], at=at)
    casework.pass_many(numbers=[first], by=who["colleague"], at=at)
    return first, second


def _notice(who: dict[str, Any], at: dt.datetime) -> None:
    """A list that hangs with an objection to its first entry, and somebody who waits for the next."""
    from tongchou.apps.casework import api as casework
    from tongchou.apps.notices import api as notices
    from tongchou.core import accounts

    cases = [_apply(one, who["worker"], at) for one in _listed(who, "elderly_reward", at)]
    casework.accept_many(numbers=cases, by=who["officer"], at=at)
    village = accounts.assignments(who["worker"], clock.date_of(at))[0].area_id
    casework.pass_many(numbers=cases[:1], by=who["officer-two"], at=at)
    notice = notices.post(
        area_id=village, kind="elderly_reward", year=clock.date_of(at).year, stage_code="village_notice",
        place="村务公开栏", by=who["worker"], at=at,
    )  # fmt: skip
    notices.object_to(
        notice_id=notice.pk, position=1, ground="residence", words="听说已迁到外地。", contact="", by=None,
        at=at,
    )  # fmt: skip
    casework.pass_many(numbers=cases[1:], by=who["officer-two"], at=at)


def _grievance(who: dict[str, Any], case: int, at: dt.datetime) -> None:
    from tongchou.apps.casework import api as casework

    casework.record_grievance(case_id=case, about="slow", words="申请很久没有答复。", by=who["worker"], at=at)


def _exchange(who: dict[str, Any], case: int, at: dt.datetime) -> None:
    """A list with an answer that does not fit."""
    import csv
    import io

    from tongchou.apps.exchange import api as exchange
    from tongchou.core import accounts

    by = who["reviewer"]
    area = accounts.assignments(by, clock.date_of(at))[0].area_id
    asked = exchange.Asked(template="one_card", year=clock.date_of(at).year, area_id=area)
    one = exchange.export(asked, purpose="报县财政一卡通", by=by, at=at)
    answer = exchange.template_of("one_card").answer
    columns = {column.field: column.title for column in answer.columns}
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns.values())
    table.writerow({**dict.fromkeys(columns, ""), "case_number": "2026-999999", "result": "不认识"}.values())
    exchange.stage(export_id=one.pk, content=text.getvalue().encode(), by=by, at=at)


def _money(who: dict[str, Any], at: dt.datetime) -> None:
    """A fund, a batch that is settled with one payment, and an overpayment that waits."""
    from tongchou.apps.payments import api as payments
    from tongchou.core import accounts

    act, check = {"by": who["finance"], "at": at}, {"by": who["finance-two"], "at": at}
    today = clock.date_of(at)
    area = accounts.assignments(who["finance"], today)[0].area_id
    fund = payments.open_fund(
        area_id=area, year=today.year, line="childcare", title="育儿补贴专项资金",
        programmes=["childcare_subsidy"], **act,
    )  # fmt: skip
    payments.set_sharing(
        area_id=area, programme="childcare_subsidy", valid_from=today.replace(month=1, day=1),
        parts={"central": 9500, "county": 500}, document="示例文件", **act,
    )  # fmt: skip
    given = payments.appropriate(
        fund_id=fund.pk, source="county", fen=1_000_001, document="示例文件", appropriated_on=today,
        due_on=today, **act,
    )  # fmt: skip
    payments.record_arrival(appropriation_id=given.pk, fen=800_001, arrived_on=today, voucher="示例-1", **act)
    batch = payments.build_batch(
        fund_id=fund.pk, programme="childcare_subsidy", template="rural_credit", **act
    )
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    file = payments.bank_file(batch_id=batch.pk, **act)
    row = file.content.decode("gbk").splitlines()[1].split(",")
    lines = [
        "序号,姓名,账号,金额,处理结果,失败原因,交易日期",
        f"{row[0]},{row[1]},{row[4].strip()},{row[5]},成功,,{today}",
    ]
    answer = payments.stage_answer(batch_id=batch.pk, content="\r\n".join(lines).encode("gbk"), **act)
    payments.record_answer(file_id=answer.pk, came_back=False, **act)
    payments.ask_overpayment(
        batch_id=batch.pk,
        row_no=1,
        fen=30_001,
        reason="wrong_amount",
        words="",
        plan=[(today, 30_001)],
        **act,
    )
