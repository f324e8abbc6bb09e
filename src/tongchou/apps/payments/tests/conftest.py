"""Two finance clerks of 大方县, a fund with money in it, and awards that stand in for casework."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import awards
from tongchou.apps.payments.models import Batch, PaymentRow
from tongchou.core.scope import Scope

PROGRAMME = "childcare_subsidy"


@dataclass(frozen=True)
class Payee:
    name: str
    id_number: str
    bank: str
    account: str
    relation: str = "self"


@dataclass(frozen=True)
class Award:
    award_id: int
    case_id: int
    case_number: str
    kind: str
    year: int
    person_id: int
    household_id: int | None
    amount_fen: int


@dataclass
class Awards:
    """Approved awards and their payees, kept in memory; those in ``void`` no longer stand.

    ``notes`` and ``touched`` say what casework tells of changed accounts.
    """

    listed: dict[int, Award] = field(default_factory=dict)
    accounts: dict[int, Payee] = field(default_factory=dict)
    void: set[int] = field(default_factory=set)
    tried: set[int] = field(default_factory=set)
    notes: dict[int, Any] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)

    def awards_ready(self, *, scope: Scope, kinds: Collection[str], after_id: int, limit: int) -> list[Award]:
        found = [one for pk, one in sorted(self.listed.items()) if pk > after_id and pk not in self.void]
        return [one for one in found if one.kind in kinds][:limit]

    def awards(self, numbers: Collection[int]) -> dict[int, Award]:
        return {pk: self.listed[pk] for pk in numbers if pk in self.listed and pk not in self.void}

    def payable(self, numbers: Collection[int]) -> set[int]:
        return set(self.awards(numbers))

    def hold_awards(self, numbers: Collection[int]) -> set[int]:
        return self.payable(numbers)

    def note_tried(self, numbers: Collection[int]) -> None:
        self.tried |= set(numbers)

    def note_untried(self, numbers: Collection[int]) -> None:
        self.tried -= set(numbers)

    def tried_awards(self, *, scope: Scope, kinds: Collection[str]) -> list[int]:
        return [pk for pk in sorted(self.tried) if pk in self.awards([pk]) and self.listed[pk].kind in kinds]

    def tried_of(self, numbers: Collection[int]) -> set[int]:
        return self.tried & set(numbers)

    def payee_notes(self, numbers: Collection[int]) -> dict[int, Any]:
        return {pk: self.notes[pk] for pk in numbers if pk in self.notes}

    def payees_touched_since(self, at: dt.datetime) -> set[int]:
        return self.touched

    def payees(self, numbers: Collection[int]) -> dict[int, Payee]:
        return {pk: self.accounts[pk] for pk in numbers if pk in self.accounts}

    def add(
        self, number: int, fen: int = 360000, *, kind: str = PROGRAMME, household: int = 0, **payee: str
    ) -> Award:
        home = household or number
        made = Award(number, 1000 + number, f"2026-{number:06d}", kind, 2026, number, home, fen)
        self.listed[number] = made
        self.accounts[number] = Payee(
            **{
                "name": f"赵大{'山水云石田林'[number % 6]}",
                "id_number": "520599196503071125",
                "bank": "大方县农村信用合作联社",
                "account": f"62210000000{number:08d}",
            }
            | payee
        )
        return made


@pytest.fixture
def casework() -> Iterator[Awards]:
    """Six approved awards of the childcare subsidy, 3,600 yuan each."""
    standing = Awards()
    for number in range(1, 7):
        standing.add(number)
    with awards.instead(standing):
        yield standing


@pytest.fixture
def clerk(make_account: Callable[..., Any], county: Any) -> Any:
    """宋玉, finance clerk of 大方县."""
    return make_account("songyu", "county_finance", county.county, "宋玉（示例）")


@pytest.fixture
def second(make_account: Callable[..., Any], county: Any) -> Any:
    """何勇, the other finance clerk of 大方县."""
    return make_account("heyong", "county_finance", county.county, "何勇（示例）")


@pytest.fixture
def act(clerk: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    """``by`` and ``at`` of the first clerk's acts."""
    return {"by": clerk, "at": frozen_clock}


@pytest.fixture
def check(second: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    """``by`` and ``at`` of the second clerk's acts."""
    return {"by": second, "at": frozen_clock}


@pytest.fixture
def fund(county: Any, act: dict[str, Any]) -> Any:
    """The fund of the childcare subsidy of 2026, without money."""
    return payments.open_fund(
        area_id=county.county.pk,
        year=2026,
        line="childcare",
        title="育儿补贴资金",
        programmes=[PROGRAMME],
        **act,
    )


@pytest.fixture
def money(fund: Any, act: dict[str, Any]) -> Callable[..., Any]:
    """``money(fen)``: that much appropriated by the county and arrived, each time by another document."""
    given = 0

    def give(fen: int, source: str = "county") -> Any:
        nonlocal given
        given += 1
        appropriation = payments.appropriate(
            fund_id=fund.pk,
            source=source,
            fen=fen,
            document=f"大财社〔2026〕{given}号",
            appropriated_on=dt.date(2026, 3, 2),
            due_on=dt.date(2026, 3, 31),
            **act,
        )
        payments.record_arrival(
            appropriation_id=appropriation.pk,
            fen=fen,
            arrived_on=dt.date(2026, 4, 10),
            voucher=f"V{given}",
            **act,
        )
        return appropriation

    return give


@pytest.fixture
def build(fund: Any, casework: Awards, act: dict[str, Any]) -> Callable[..., Batch]:
    """``build()``: a batch of all approved awards, as CSV of the rural credit union."""

    def make(**more: Any) -> Batch:
        given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
        return payments.build_batch(**given | act | more)

    return make


@pytest.fixture
def approved(
    build: Callable[..., Batch], money: Callable[..., Any], act: dict[str, Any], check: dict[str, Any]
) -> Callable[..., Batch]:
    """``approved()``: a batch that was frozen by the one and reviewed by the other clerk."""

    def make(fen: int = 5_000_000, **more: Any) -> Batch:
        if fen:
            money(fen)
        batch = payments.freeze_batch(batch_id=build(**more).pk, **act)
        return payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)

    return make


@pytest.fixture
def issued(approved: Callable[..., Batch], act: dict[str, Any]) -> Callable[..., Batch]:
    """``issued()``: a batch the bank has."""

    def make(**more: Any) -> Batch:
        batch = approved(**more)
        payments.bank_file(batch_id=batch.pk, **act)
        return Batch.objects.get(pk=batch.pk)

    return make


def answer(batch: Batch, results: dict[int, str], *, day: str = "2026-06-30", **change: str) -> bytes:
    """A return file of the rural credit union: by row number ``""`` for paid, else the bank's reason.

    ``change`` overwrites a column of every row.
    """
    from tongchou.apps.payments.reading import issued_rows

    sent = issued_rows(batch)
    lines = ["序号,姓名,账号,金额,处理结果,失败原因,交易日期"]
    for number, reason in results.items():
        row = sent[number]
        cells = {
            "seq": str(number),
            "name": row.name,
            "account": row.account,
            "yuan": f"{row.fen / 100:.2f}",
            "status": "失败" if reason else "成功",
            "reason": reason,
            "day": day,
        }
        lines.append(",".join((cells | change).values()))
    return "\r\n".join(lines).encode("gbk")


@pytest.fixture
def answered(act: dict[str, Any]) -> Callable[..., Any]:
    """``answered(batch, {1: "", 2: "户名不符"})``: the recorded return file."""

    def take(batch: Batch, results: dict[int, str], *, came_back: bool = False, **more: str) -> Any:
        file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, results, **more), **act)
        return payments.record_answer(file_id=file.pk, came_back=came_back, **act)

    return take


def states(batch: Batch) -> dict[int, str]:
    """Where each row of a batch stands, by number."""
    return dict(PaymentRow.objects.filter(batch=batch).order_by("no").values_list("no", "state"))


def sound() -> list[str]:
    """The laws of money that are broken; empty when all hold."""
    return [
        f"{law.code}: {'; '.join(law.where)}"
        for law in payments.verify(scope=Scope.everything())
        if not law.holds
    ]
