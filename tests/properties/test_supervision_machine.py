"""Whatever the unit and the level above do with a notice, in whatever order, some things stay true.

- It is closed by a re-check of a reply alone, by somebody who neither found it nor replied.
- Every reply has evidence; a late one stays late; a last day moves later only.
- What was done is never changed or taken away, and the tables say what the domain says.
- Nobody of the unit ever does what the level above does, nor the other way round.
- The audit chain holds.

Acts are drawn without regard to whether they make sense; a refusal in words leaves everything as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision.models import Evidence, Notice, Step
from tongchou.apps.supervision.tests.conftest import JPEG, TODAY, drawn, finished, notice, site
from tongchou.core import audit
from tongchou.core.errors import AppError
from tongchou.domain.supervision import rectification as way

__all__ = ["drawn", "finished", "notice", "site"]
WHO = st.sampled_from(["officer", "second", "reviewer", "worker", "neighbour"])
WORDS = st.sampled_from(["已更正", "", "隔壁那家超生"])
FILES = st.sampled_from([[JPEG], [], [b"GIF89a"]])
UNIT = {"worker"}


class NoticeMachine(RuleBasedStateMachine):
    """One notice, five people, and days that go by."""

    ground: ClassVar[dict[str, Any]] = {}
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self._open = transaction.atomic()
        self._open.__enter__()
        self.at = TODAY
        self.number = self.ground["notice"]().pk
        self.due = self.one().due

    def teardown(self) -> None:
        try:
            assert audit.verify().ok
        finally:
            transaction.set_rollback(True)
            self._open.__exit__(None, None, None)

    def one(self) -> Notice:
        return Notice.objects.get(pk=self.number)

    def kept(self) -> list[tuple[Any, ...]]:
        rows = Step.objects.filter(notice=self.number).order_by("pk")
        return list(rows.values_list("act", "by_id", "on", "sealed", "new_due", "late"))

    def do(self, act: Callable[..., Any], who: str, **values: Any) -> bool:
        """An act, unless it is refused; then nothing has been written."""
        before = self.kept()
        try:
            with transaction.atomic():
                act(notice_id=self.number, by=self.ground["people"][who], at=self.at, **values)
        except AppError as error:
            self.reached.add(error.code)
            assert self.kept() == before
            return False
        self.reached.add(act.__name__)
        assert self.kept()[: len(before)] == before
        return True

    @rule(days=st.integers(1, 30))
    def days_pass(self, days: int) -> None:
        self.at += dt.timedelta(days=days)
        while supervision.escalate_one(at=self.at):
            self.reached.add("escalate")

    @rule(who=WHO, words=WORDS, files=FILES)
    def reply(self, who: str, words: str, files: list[bytes]) -> None:
        late = self.one().due < self.at.date()
        if self.do(supervision.reply, who, words=words, files=files):
            assert who in UNIT and words == "已更正" and files == [JPEG]
            step = Step.objects.filter(notice=self.number, act="reply").latest("pk")
            assert step.late == late and Evidence.objects.filter(step=step).count() == 1

    @rule(who=WHO, mended=st.booleans(), words=WORDS, days=st.none() | st.integers(0, 61))
    def recheck(self, who: str, mended: bool, words: str, days: int | None) -> None:
        before = self.one().state
        if self.do(supervision.recheck, who, mended=mended, words=words, reply_days=days):
            assert who not in UNIT | {"neighbour"} and before == "replied"
            assert not mended or who != "officer"
            self.due = self.one().due

    @rule(who=WHO, ahead=st.integers(-5, 60), words=WORDS)
    def move_the_day(self, who: str, ahead: int, words: str) -> None:
        self.extend(who, ahead, words)

    def extend(self, who: str, ahead: int, words: str) -> None:
        new = self.one().due + dt.timedelta(days=ahead)
        if self.do(supervision.extend, who, due=new, words=words):
            assert who not in UNIT | {"neighbour"} and ahead > 0 and self.due >= self.at.date()
            self.due = new

    @rule()
    def go_the_whole_way(self) -> None:
        """What chance alone seldom does: a day moved, a reply, the finder refused, another closes it."""
        self.extend("officer", 3, "已更正")
        self.do(supervision.reply, "worker", words="已更正", files=[JPEG])
        self.do(supervision.recheck, "officer", mended=True, words="看过")
        self.do(supervision.recheck, "second", mended=True, words="看过")

    @invariant()
    def the_tables_say_what_the_domain_says(self) -> None:
        one, steps = self.one(), list(Step.objects.filter(notice=self.number).order_by("pk"))
        assert one.due == self.due
        replies = sum(step.act == "reply" for step in steps)
        looked = [step for step in steps if step.act in ("close", "again")]
        assert replies - len(looked) == (one.state == "replied")
        if one.state == "closed":
            people = self.ground["people"]
            assert looked[-1].act == "close" and looked[-1].by_id != people["officer"].pk
            assert looked[-1].by_id != people["worker"].pk
            assert way.record([supervision.notice_view(
                self.number, by=people["second"], on=self.at.date()
            ).way], on=self.at.date()).closed == 1  # fmt: skip


def run(notice: Any, site: Any, neighbour: Any, **how: Any) -> None:
    people = {name: getattr(site, name) for name in ("officer", "second", "reviewer", "worker")}
    NoticeMachine.ground = {"notice": notice, "people": people | {"neighbour": neighbour}}
    NoticeMachine.reached = set()
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    run_state_machine_as_test(
        NoticeMachine, settings=settings(deadline=None, suppress_health_check=checks, **how)
    )


@pytest.fixture
def neighbour(make_account: Any, site: Any) -> Any:
    return make_account("linju", "village_worker", site.other)


@pytest.mark.django_db
def test_a_notice_stays_lawful(notice: Any, site: Any, neighbour: Any) -> None:
    """The same histories each time, not made shorter when one fails: ``long`` does that."""
    how = {"max_examples": 6, "stateful_step_count": 20, "derandomize": True, "phases": [Phase.generate]}
    run(notice, site, neighbour, **how)
    acts = {"reply", "recheck", "extend", "escalate", "supervision.maker", "supervision.not_possible"}
    assert acts <= NoticeMachine.reached


@pytest.mark.django_db
@pytest.mark.long
def test_many_notices_stay_lawful(notice: Any, site: Any, neighbour: Any) -> None:
    run(notice, site, neighbour, max_examples=150, stateful_step_count=60, print_blob=True)
