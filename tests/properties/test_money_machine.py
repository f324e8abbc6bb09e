"""Whatever finance clerks and the bank do, in whatever order, money balances and nobody is paid twice.

The bank of this test keeps its own books: a batch counts once however often its file is carried there, and it
pays to accounts. Its books and ours have to agree about every award; ours have to keep every law. People die
at any time, this year or before, and the year becomes known later or never: no new file pays for a year after
the death that was recorded when it was made.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import awards, posting
from tongchou.apps.payments.models import (
    AnswerFile,
    Appropriation,
    Batch,
    Entry,
    Fund,
    Overpayment,
    PaymentRow,
    RowState,
)
from tongchou.apps.payments.tests.conftest import PROGRAMME, Awards
from tongchou.apps.registry.models import Person
from tongchou.core import audit, clock
from tongchou.core.errors import AppError
from tongchou.core.scope import Scope
from tongchou.domain import ledger
from tongchou.domain.ledger import Account

NUMBER = st.integers(0, 20)
FEN = st.sampled_from([1, 36_000, 360_000, 720_000, 1_800_000])
WHO = st.booleans()
#: Days before today: mostly today, now and then of an earlier month, or of a year before the fund's.
AGO = st.sampled_from([0, 0, 0, 20, 50, 100, 200, 600])
REASONS = st.sampled_from(["户名不符", "账号不存在", "未激活", "限额", "系统忙"])
DIRT = st.sampled_from(["", "", "", "amount", "account", "twice", "future", "unknown"])
OTHER = "elderly_reward"


class Bank:
    """What the bank has done: by batch its rows, by row what it did, and what each award has received."""

    def __init__(self) -> None:
        self.batches: dict[str, dict[int, list[str]]] = {}
        self.done: dict[tuple[str, int], str] = {}
        self.received: dict[str, int] = defaultdict(int)

    def carry(self, name: str, content: bytes) -> None:
        """A file is handed in; a batch it has already is not taken again."""
        lines = [line.split(",") for line in content.decode("gbk").splitlines()[1:]]
        self.batches.setdefault(name, {int(cells[0]): cells for cells in lines})

    def decide(self, name: str, seq: int, reason: str) -> str:
        """Pay a row or send it back, once and for all."""
        return self.done.setdefault((name, seq), reason)

    def line(self, name: str, seq: int, reason: str) -> list[str]:
        cells = self.batches[name][seq]
        status = "失败" if reason else "成功"
        return [str(seq), cells[1], cells[4].strip(), cells[5], status, reason, "2026-06-30"]


#: What can be done: name of the method, how often it is drawn, and what its arguments are drawn from.
ACTS: dict[str, tuple[int, dict[str, Any]]] = {}


def does(weight: int, **given: Any) -> Callable[[Any], Any]:
    """Note a method as something that can be done.

    Rules of the machine itself are drawn with some of them left out, so few histories would reach the bank.
    """

    def note(method: Any) -> Any:
        ACTS[method.__name__] = (weight, given)
        return method

    return note


class MoneyMachine(RuleBasedStateMachine):
    """One county, one fund of two programmes, eight awards, two clerks."""

    #: ``one``, ``two``: accounts; ``area``: the county.
    ground: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        super().__init__()
        self._open = transaction.atomic()
        self._open.__enter__()
        self.casework, self.bank = Awards(), Bank()
        self._instead = awards.instead(self.casework)
        self._instead.__enter__()
        self.now = self.ground["at"]
        self._clock = clock.frozen(self.now)
        self._clock.__enter__()
        for number in range(1, 9):
            self.casework.add(number, kind=PROGRAMME if number < 6 else OTHER)
            Person.objects.create(
                pk=number, name=f"某{number}", name_key=f"某{number}",
                registered_area=self.ground["area"], registered_scope=self.ground["area"].scope_no,
            )  # fmt: skip
        self.documents = 0
        self.fund = payments.open_fund(
            area_id=self.ground["area"].pk, year=2026, line="childcare", title="资金",
            programmes=[PROGRAMME, OTHER], **self.act(False),
        )  # fmt: skip
        payments.set_sharing(
            area_id=self.ground["area"].pk, programme="", valid_from=dt.date(2026, 1, 1), document="文件",
            parts={"central": 6667, "province": 1111, "prefecture": 1111, "county": 1111}, **self.act(False),
        )  # fmt: skip

    def teardown(self) -> None:
        try:
            assert audit.verify().ok
        finally:
            self._clock.__exit__(None, None, None)
            self._instead.__exit__(None, None, None)
            transaction.set_rollback(True)
            self._open.__exit__(None, None, None)

    def act(self, second: bool) -> dict[str, Any]:
        return {"by": self.ground["two" if second else "one"], "at": self.now}

    def attempt(self, act: Callable[..., Any], *, second: bool = False, **given: Any) -> Any:
        """An act, sent twice as a browser may; refused, it has written nothing."""
        before = Entry.objects.count()
        try:
            with transaction.atomic():
                found = act(**given, **self.act(second))
        except AppError:
            assert Entry.objects.count() == before
            return None
        after = Entry.objects.count()
        try:
            with transaction.atomic():
                act(**given, **self.act(second))
        except AppError:
            pass
        assert Entry.objects.count() == after, f"{act.__name__} counted twice"
        return found

    @staticmethod
    def one_of(rows: Any, number: int) -> Any:
        listed = list(rows.order_by("pk"))
        return listed[number % len(listed)] if listed else None

    def batch(self, number: int, *states: str) -> Any:
        """Mostly one that stands there; now and then any other."""
        rows = Batch.objects.all()
        return self.one_of(rows.filter(state__in=states) if number % 5 else rows, number)

    @initialize(fen=st.sampled_from([0, 1_800_000, 5_000_000]))
    def money(self, fen: int) -> None:
        if fen:
            self.appropriate(fen, "central", 0, 30, False)
            self.arrive(0, fen, 0, 0, False)

    @rule(data=st.data())
    def something(self, data: Any) -> None:
        name = data.draw(
            st.sampled_from([name for name, (weight, _given) in ACTS.items() for _ in range(weight)])
        )
        getattr(self, name)(**{key: data.draw(values) for key, values in ACTS[name][1].items()})

    @does(5, steps=st.integers(1, 5), again=st.booleans(), programme=st.sampled_from([PROGRAMME, OTHER]),
          reasons=st.lists(REASONS | st.just(""), min_size=6, max_size=6))  # fmt: skip
    def go_on(self, steps: int, again: bool, programme: str, reasons: list[str]) -> None:
        """What offices usually do: a batch takes its next steps, each by who may take it."""
        for _step in range(steps):
            one = Batch.objects.filter(
                state__in=["draft", "frozen", "approved", "issued"], programme=programme
            ).first()
            if one is None:
                self.build(programme, again, False)
            elif one.state == "draft":
                self.attempt(payments.freeze_batch, batch_id=one.pk)
            elif one.state == "frozen":
                self.attempt(payments.approve, second=True, batch_id=one.pk, seen=payments.seen_of(one))
            elif one.state == "approved" or one.name not in self.bank.batches:
                file = self.made(one)
                if file is not None:
                    self.bank.carry(one.name, file.content)
                elif self.attempt(payments.take_out_not_due, batch_id=one.pk) is None:
                    self.attempt(payments.drop, batch_id=one.pk)
            else:
                rows = sorted(self.bank.batches[one.name])
                self.answer_of(one.name, list(zip(rows, reasons, strict=False)), "", True, True, False)

    def made(self, batch: Batch, who: bool = False) -> Any:
        """The bank file, or none; a new one pays for no year after a death."""
        file = self.attempt(payments.bank_file, second=who, batch_id=batch.pk)
        if file is not None and file.new:
            years = dict(Person.objects.exclude(death_year=None).values_list("pk", "death_year"))
            sent = {int(line.split(",")[0]) for line in file.content.decode("gbk").splitlines()[1:]}
            rows = PaymentRow.objects.filter(batch=batch, no__in=sent).values_list("person_id", "year")
            assert len(rows) == len(sent)
            late = [person for person, year in rows if year > years.get(person, year)]
            assert not late, f"paid for a year after the death of {late}"
        return file

    @does(2, award=st.integers(1, 8), year=st.sampled_from([None, 2024, 2025, 2025, 2026]))
    def die(self, award: int, year: int | None) -> None:
        """A death is recorded; one whose year is known already stays."""
        Person.objects.filter(pk=award, death_year=None).update(deceased=True, death_year=year)

    @does(1, award=st.integers(1, 8))
    def taken_back(self, award: int) -> None:
        """The death was recorded by mistake."""
        Person.objects.filter(pk=award).update(deceased=False, death_year=None)

    @does(1, which=NUMBER)
    def take_out_not_due(self, which: int) -> None:
        if one := self.batch(which, "frozen", "approved"):
            self.attempt(payments.take_out_not_due, batch_id=one.pk)

    def day(self, ago: int) -> dt.date:
        return self.now.date() - dt.timedelta(days=ago)

    @does(2, fen=FEN, source=st.sampled_from(["central", "county", "donation"]), ago=AGO,
          due=st.sampled_from([-30, 0, 30, 30]), who=WHO)  # fmt: skip
    def appropriate(self, fen: int, source: str, ago: int, due: int, who: bool) -> None:
        self.documents += 1
        self.attempt(
            payments.appropriate, second=who, fund_id=self.fund.pk, source=source, fen=fen,
            document=f"文{self.documents}", appropriated_on=self.day(ago), due_on=self.day(ago - due),
        )  # fmt: skip

    @does(3, which=NUMBER, fen=FEN, ago=AGO, number=st.integers(0, 6), who=WHO)
    def arrive(self, which: int, fen: int, ago: int, number: int, who: bool) -> None:
        """Now and then with a number that stands already."""
        if one := self.one_of(Appropriation.objects, which):
            self.documents += 1
            self.attempt(
                payments.record_arrival, second=who, appropriation_id=one.pk, fen=fen,
                arrived_on=self.day(ago), voucher=f"凭{number or self.documents}",
            )  # fmt: skip

    @does(2, which=NUMBER, who=WHO)
    def take_back(self, which: int, who: bool) -> None:
        if one := self.one_of(Entry.objects.filter(kind__in=ledger.REVERSIBLE), which):
            paid_back = one.kind == "recovery"
            act = payments.take_back_recovery if paid_back else payments.take_back
            self.attempt(act, second=who, entry_id=one.pk, reason="mistyped")

    @does(1, fen=FEN, ago=AGO)
    def give_back(self, fen: int, ago: int) -> None:
        self.documents += 1
        self.attempt(
            payments.give_back, fund_id=self.fund.pk, fen=fen, day=self.day(ago),
            document=f"缴{self.documents}",
        )  # fmt: skip

    @does(1, month=st.integers(3, 8))
    def close(self, month: int) -> None:
        self.attempt(payments.close_month, fund_id=self.fund.pk, month=dt.date(2026, month, 1))

    @does(2)
    def close_the_first_open_month(self) -> None:
        """Whatever was written down, the months that are over can be closed in order."""
        self.fund.refresh_from_db()
        found = Entry.objects.filter(fund=self.fund)
        if self.fund.closed_to:
            found = found.filter(month__gt=self.fund.closed_to)
        month = found.order_by("month").values_list("month", flat=True).first()
        if month is not None and ledger.next_month(month) <= self.now.date():
            payments.close_month(fund_id=self.fund.pk, month=month, **self.act(False))

    @does(1, days=st.integers(1, 40))
    def time_goes_by(self, days: int) -> None:
        if self.now < self.ground["at"] + dt.timedelta(days=100):
            self.now += dt.timedelta(days=days)
            self._clock.__exit__(None, None, None)
            self._clock = clock.frozen(self.now)
            self._clock.__enter__()

    @does(1, award=st.integers(1, 8))
    def void(self, award: int) -> None:
        if award not in payments.spent([award]):  # casework asks first
            self.casework.void.add(award)

    @does(1, award=st.integers(1, 8))
    def stand_again(self, award: int) -> None:
        self.casework.void.discard(award)

    @does(1, award=st.integers(1, 8), account=st.integers(100, 199))
    def correct_account(self, award: int, account: int) -> None:
        kind = self.casework.listed[award].kind
        self.casework.add(award, kind=kind, account=f"62220000000{account:08d}")

    @does(1, programme=st.sampled_from([PROGRAMME, PROGRAMME, OTHER]), again=WHO, who=WHO)
    def build(self, programme: str, again: bool, who: bool) -> None:
        self.attempt(
            payments.build_batch, second=who, fund_id=self.fund.pk, programme=programme,
            template="rural_credit", attempt="again" if again else "first",
        )  # fmt: skip

    @does(1, which=NUMBER, who=WHO)
    def freeze(self, which: int, who: bool) -> None:
        if one := self.batch(which, "draft"):
            self.attempt(payments.freeze_batch, second=who, batch_id=one.pk)

    @does(1, which=NUMBER, who=WHO)
    def approve(self, which: int, who: bool) -> None:
        if one := self.batch(which, "frozen"):
            made = self.attempt(payments.approve, second=who, batch_id=one.pk, seen=payments.seen_of(one))
            me = self.act(who)["by"].pk
            assert made is None or me not in (made.built_by_id, made.frozen_by_id)

    @does(1, which=NUMBER, who=WHO)
    def send_back(self, which: int, who: bool) -> None:
        if one := self.batch(which, "frozen"):
            self.attempt(payments.send_back, second=who, batch_id=one.pk, refusal="later")

    @does(1, which=NUMBER, who=WHO)
    def drop(self, which: int, who: bool) -> None:
        if one := self.batch(which, "draft", "frozen", "approved"):
            self.attempt(payments.drop, second=who, batch_id=one.pk)

    @does(1, which=NUMBER, row=st.integers(1, 6))
    def take_out(self, which: int, row: int) -> None:
        if one := self.batch(which, "frozen", "approved"):
            self.attempt(payments.take_out, batch_id=one.pk, row_no=row, why="family_asks")

    @does(1, which=NUMBER, who=WHO, carried=st.booleans())
    def bank_file(self, which: int, who: bool, carried: bool) -> None:
        """A file may be made and never reach the bank."""
        if one := self.batch(which, "approved", "issued"):
            file = self.made(one, who)
            if file is not None and carried:
                self.bank.carry(one.name, file.content)

    @does(1, which=NUMBER, rows=st.lists(st.tuples(st.integers(1, 6), REASONS | st.just("")), max_size=6),
          dirt=DIRT, record=st.booleans(), came_back=st.booleans(), who=WHO)  # fmt: skip
    def answer(
        self, which: int, rows: list[tuple[int, str]], dirt: str, record: bool, came_back: bool, who: bool
    ) -> None:
        """The bank decides about rows and says so, with a mistake or without."""
        names = sorted(self.bank.batches)
        if names:
            self.answer_of(names[which % len(names)], rows, dirt, record, came_back, who)

    def answer_of(
        self, name: str, rows: list[tuple[int, str]], dirt: str, record: bool, came_back: bool, who: bool
    ) -> None:
        lines = [
            self.bank.line(name, seq, self.bank.decide(name, seq, reason))
            for seq, reason in dict(rows).items()
            if seq in self.bank.batches[name]
        ]
        if not lines:
            return
        self.spoil(lines, dirt)
        text = "\n".join(",".join(one) for one in [HEADING, *lines])
        self.take(name, text, record, came_back, who)

    @does(1, which=NUMBER, seq=st.integers(1, 6), came_back=st.booleans())
    def bounce(self, which: int, seq: int, came_back: bool) -> None:
        """A payment the bank made and told of comes back to it later."""
        names = sorted(self.bank.batches)
        if not names:
            return
        name = names[which % len(names)]
        known = PaymentRow.objects.filter(batch__name=name, no=seq, state=RowState.PAID).first()
        bound = known is not None and Overpayment.objects.filter(row=known).exclude(state="refused").exists()
        if self.bank.done.get((name, seq)) == "" and known is not None and not bound:
            if came_back:
                self.bank.done[name, seq] = "已销户"
            line = self.bank.line(name, seq, "已销户")
            self.take(name, "\n".join(",".join(one) for one in [HEADING, line]), True, came_back, False)

    @staticmethod
    def spoil(lines: list[list[str]], dirt: str) -> None:
        first = lines[0]
        if dirt == "amount":
            first[3] = "1.00"
        elif dirt == "account":
            first[2] = "6229999999999999999"
        elif dirt == "twice":
            lines.append(list(first))
        elif dirt == "future":
            first[6] = "2027-01-01"
        elif dirt == "unknown":
            first[0] = "99"

    def take(self, name: str, text: str, record: bool, came_back: bool, who: bool) -> None:
        batch = Batch.objects.get(name=name)
        file = self.attempt(payments.stage_answer, second=who, batch_id=batch.pk, content=text.encode("gbk"))
        if file is not None and record:
            self.attempt(payments.record_answer, second=who, file_id=file.pk, came_back=came_back)

    @does(1, which=NUMBER, came_back=st.just(False), who=WHO)
    def record_later(self, which: int, came_back: bool, who: bool) -> None:
        if one := self.one_of(AnswerFile.objects.filter(state="staged"), which):
            self.attempt(payments.record_answer, second=who, file_id=one.pk, came_back=came_back)

    @does(1, which=NUMBER)
    def allow_more(self, which: int) -> None:
        if row := self.one_of(PaymentRow.objects.filter(state=RowState.RETURNED), which):
            for who in (False, True):
                self.attempt(
                    payments.allow_more, second=who, batch_id=row.batch_id, row_no=row.no, words="再试"
                )

    @does(1, which=NUMBER, fen=st.sampled_from([1, 60_000, 360_000]), approve=st.booleans())
    def overpayment(self, which: int, fen: int, approve: bool) -> None:
        if row := self.one_of(PaymentRow.objects.filter(state=RowState.PAID), which):
            one = self.attempt(
                payments.ask_overpayment, batch_id=row.batch_id, row_no=row.no, fen=fen,
                reason="wrong_amount", words="", plan=[(dt.date(2026, 12, 31), fen)],
            )  # fmt: skip
            if one is not None:
                self.attempt(payments.decide_overpayment, second=True, number=one.pk, approve=approve)

    @does(1, which=NUMBER, fen=st.sampled_from([1, 60_000, 360_000]), ago=AGO, waive=st.booleans())
    def recover(self, which: int, fen: int, ago: int, waive: bool) -> None:
        if one := self.one_of(Overpayment.objects.filter(state="running"), which):
            if waive:
                self.attempt(payments.ask_waiver, number=one.pk, fen=fen, words="困难")
                self.attempt(payments.decide_waiver, second=True, number=one.pk, approve=True)
                return
            self.documents += 1
            self.attempt(
                payments.record_recovery, number=one.pk, fen=fen, received_on=self.day(ago),
                voucher=f"收{self.documents}",
            )  # fmt: skip

    @invariant()
    def every_law_of_money_holds(self) -> None:
        broken = [law for law in payments.verify(scope=Scope.everything()) if not law.holds]
        # An approval may be taken back after the money has come back; what is paid has one.
        assert not broken, [(law.code, law.where) for law in broken]

    @invariant()
    def the_bank_has_paid_nobody_twice(self) -> None:
        """By its own books: rows of batches it has and did not send back, by award."""
        received: dict[int, int] = defaultdict(int)
        rows = PaymentRow.objects.filter(batch__name__in=list(self.bank.batches))
        award_of = {
            (name, no): award for name, no, award in rows.values_list("batch__name", "no", "award_id")
        }
        for (name, seq), reason in self.bank.done.items():
            received[award_of[name, seq]] += not reason
        assert max(received.values(), default=0) <= 1, dict(received)

    @invariant()
    def what_we_say_was_paid_the_bank_has_paid(self) -> None:
        for name, no in PaymentRow.objects.filter(state=RowState.PAID).values_list("batch__name", "no"):
            assert self.bank.done.get((name, no)) == "", (name, no)

    @invariant()
    def no_more_has_arrived_than_was_appropriated_on_any_day(self) -> None:
        """By the entries that stand, counted by hand: by day, and by source at the end of each month."""
        standing = Entry.objects.filter(reverses=None, reversed_by=None)
        for one in Appropriation.objects.filter(entry__reversed_by=None).select_related("entry"):
            came = standing.filter(arrival__appropriation=one)
            assert sum(came.values_list("fen", flat=True)) <= one.entry.fen
            assert all(day >= one.entry.day for day in came.values_list("day", flat=True))
        assert not standing.filter(kind="arrival", day__lt=dt.date(2026, 1, 1)).exists()

    @invariant()
    def the_fund_is_worth_what_came_in(self) -> None:
        held = posting.balances(Fund.objects.get(pk=self.fund.pk))
        came = Entry.objects.filter(kind="arrival", reverses=None, reversed_by=None)
        inside = sum(
            ledger.total(held, one) for one in Account if one not in (Account.APPROPRIATED, Account.DUE)
        )
        assert inside == sum(came.values_list("fen", flat=True))


HEADING = ["序号", "姓名", "账号", "金额", "处理结果", "失败原因", "交易日期"]


@pytest.fixture
def ground(county: Any, make_account: Any, frozen_clock: dt.datetime) -> Iterator[dict[str, Any]]:
    one, two = (make_account(name, "county_finance", county.county) for name in ("songyu", "heyong"))
    MoneyMachine.ground = {"one": one, "two": two, "area": county.county, "at": frozen_clock}
    yield MoneyMachine.ground
    MoneyMachine.ground = {}


def histories(number: int, length: int, **more: Any) -> settings:
    return settings(
        max_examples=number,
        stateful_step_count=length,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        **more,
    )


def test_a_few_histories(ground: dict[str, Any]) -> None:
    """The same ones each time, and not made shorter when one fails: that takes minutes, ``long`` does it."""
    quick = histories(12, 30, derandomize=True, phases=[Phase.generate])
    run_state_machine_as_test(MoneyMachine, settings=quick)


@pytest.mark.long
def test_many_histories(ground: dict[str, Any]) -> None:
    run_state_machine_as_test(MoneyMachine, settings=histories(300, 80, print_blob=True))
