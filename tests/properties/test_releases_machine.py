"""Whatever statisticians and reviewers do with tables, in whatever order, some things stay true.

- A release stands where its steps say, followed one by one.
- Nobody seals what they computed or checked.
- Of a table, period and county at most one version is in progress and one published, and no more were ever
  out than its budget.
- What was sealed stays byte for byte, and everybody can verify it; what was never sealed is given to nobody.
- The same counts give the same bytes.
- The audit chain holds.

Acts are drawn without regard to whether they make sense; a refusal in words leaves everything as it was.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tongchou.apps.releases import api as releases
from tongchou.apps.releases.models import Release, Step
from tongchou.apps.releases.tests.conftest import Desk, desk
from tongchou.core import audit, signing
from tongchou.core.errors import AppError
from tongchou.domain.releases import lifecycle
from tongchou.domain.releases.lifecycle import Act, State
from tongchou.domain.releases.proof import Verdict, verify

__all__ = ["desk"]

WHO = st.integers(0, 2)
WHICH = st.integers(0, 5)
TABLE = st.sampled_from(["migration", "population_by_township"])
REASON = st.sampled_from(["", "补登"])
#: Whether a release is published, or given up once it is sealed.
ENDS = st.sampled_from([True, True, True, False])


class ReleasesMachine(RuleBasedStateMachine):
    """Two tables, three accounts, and every act there is."""

    ground: ClassVar[dict[str, Any]] = {}
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self._open = transaction.atomic()
        self._open.__enter__()
        #: Digests of what was sealed, and of what came of the same inputs.
        self.sealed: dict[int, tuple[str, str]] = {}
        self.made: dict[str, str] = {}
        self.whole_way("migration", 0, 1, True)

    def teardown(self) -> None:
        try:
            assert audit.verify().ok
        finally:
            transaction.set_rollback(True)
            self._open.__exit__(None, None, None)

    def do(self, act: Callable[..., Any], who: int, **values: Any) -> Any:
        """An act, unless it is refused; then nothing has been written."""
        before = Step.objects.count()
        try:
            with transaction.atomic():
                return act(by=self.ground["people"][who], at=self.ground["at"], **values)
        except AppError as error:
            self.reached.add(error.code)
            assert Step.objects.count() == before
            return None

    def one(self, which: int) -> Release:
        rows = list(Release.objects.order_by("pk"))
        return rows[which % len(rows)] if rows else Release(pk=0)

    @rule(who=WHO, table=TABLE)
    def define(self, who: int, table: str) -> None:
        self.begin(who, table)

    def begin(self, who: int, table: str) -> None:
        period = "2025" if table == "migration" else "2026-06"
        self.do(releases.define, who, code=table, period=period, area_id=self.ground["county"])

    def compute(self, who: int, one: Release) -> None:
        made = self.do(releases.compute, who, release_id=one.pk)
        if made is not None:
            key = json.dumps([made.code, made.period, made.inputs, made.version], sort_keys=True)
            assert self.made.setdefault(key, made.content_sha256) == made.content_sha256

    @rule(who=WHO, which=WHICH, act=st.sampled_from(["compute", "check", "publish"]))
    def go_on(self, who: int, which: int, act: str) -> None:
        one = self.one(which)
        if act == "compute":
            self.compute(who, one)
        else:
            self.do({"check": releases.check, "publish": releases.publish}[act], who, release_id=one.pk)

    @rule(who=WHO, which=WHICH, fresh=st.booleans())
    def seal(self, who: int, which: int, fresh: bool) -> None:
        one = self.one(which)
        content = one.content_sha256 if fresh else "0" * 64
        self.do(releases.seal, who, release_id=one.pk, content_sha256=content, licence="cc0-1.0")

    @rule(who=WHO, which=WHICH, reason=REASON, act=st.sampled_from(["restate", "withdraw", "drop"]))
    def begin_or_end(self, who: int, which: int, reason: str, act: str) -> None:
        acts = {"restate": releases.restate, "withdraw": releases.withdraw, "drop": releases.drop}
        self.do(acts[act], who, release_id=self.one(which).pk, reason=reason)

    @rule(table=TABLE, maker=st.sampled_from([0, 2]), sealer=st.sampled_from([1, 1, 2]), end=ENDS)
    def go_the_whole_way(self, table: str, maker: int, sealer: int, end: bool) -> None:
        """What chance alone seldom does: a first version or a restatement, up to its end."""
        self.whole_way(table, maker, sealer, end)

    def whole_way(self, table: str, maker: int, sealer: int, end: bool) -> None:
        out = Release.objects.filter(code=table, state="published").first()
        if out is not None:
            self.do(releases.restate, maker, release_id=out.pk, reason="补登")
        self.begin(maker, table)
        for one in Release.objects.filter(code=table, state__in=lifecycle.OPEN):
            self.compute(maker, one)
            self.do(releases.check, maker, release_id=one.pk)
            one.refresh_from_db()
            content = one.content_sha256
            self.do(releases.seal, sealer, release_id=one.pk, content_sha256=content, licence="cc0-1.0")
            if end:
                self.do(releases.publish, sealer, release_id=one.pk)
            else:
                self.do(releases.drop, maker, release_id=one.pk, reason="选错了")

    @rule(table=TABLE)
    def take_back(self, table: str) -> None:
        for one in Release.objects.filter(code=table, state="published"):
            self.do(releases.withdraw, 1, release_id=one.pk, reason="口径有误")

    @invariant()
    def stands_where_its_steps_say(self) -> None:
        for one in Release.objects.prefetch_related("steps"):
            state = State.DRAFT
            for step in sorted(one.steps.all(), key=lambda each: each.pk)[1:]:
                after = lifecycle.after(state, Act(step.act))
                assert after is not None, (one, step.act)
                state = after
            assert one.state == state
            self.reached.add(one.state)

    @invariant()
    def nobody_seals_the_own(self) -> None:
        for one in Release.objects.exclude(sealed_by=None):
            assert one.sealed_by_id not in (one.computed_by_id, one.checked_by_id)

    @invariant()
    def one_in_progress_one_published_and_the_budget(self) -> None:
        states = Counter[tuple[str, str]]()
        for one in Release.objects.all():
            states[(one.code, "open" if one.state in lifecycle.OPEN else one.state)] += 1
            states[(one.code, "out")] += one.state in lifecycle.OUT
        assert all(number <= 1 for (_code, state), number in states.items() if state in ("open", "published"))
        assert all(number <= 3 for (_code, state), number in states.items() if state == "out")

    @invariant()
    def what_was_sealed_stays_and_can_be_verified(self) -> None:
        for one in Release.objects.all():
            if not one.signature:
                with contextlib.suppress(AppError):
                    releases.file_of(one, "json")
                    pytest.fail("given out before it was sealed")
                continue
            assert self.sealed.setdefault(one.pk, (one.content_sha256, one.signature)) == (
                one.content_sha256,
                one.signature,
            )
            if one.state == State.PUBLISHED:
                found = verify("a.json", releases.file_of(one, "json"), keys=signing.public_keys())
                assert found.verdict is Verdict.GENUINE


def run(desk: Desk, third: Any, **how: Any) -> None:
    ReleasesMachine.ground = {
        "people": [desk.maker, desk.sealer, third],
        "county": desk.county.pk,
        "at": desk.at,
    }
    ReleasesMachine.reached = set()
    run_state_machine_as_test(
        ReleasesMachine,
        settings=settings(
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.filter_too_much,
                HealthCheck.data_too_large,
            ],
            **how,
        ),
    )


@pytest.fixture
def third(make_account: Any, county: Any, desk: Desk) -> Any:
    """Somebody who may both compute and seal: only the rule of two people keeps them apart."""
    from tongchou.core import actions

    account = make_account("both", "county_reviewer", county.county)
    actions.assign_role(
        account=account,
        role="statistician",
        area_id=county.county.pk,
        scope_no=county.county.scope_no,
        scope_end=county.county.scope_end,
        by=None,
        at=desk.at,
    )
    return account


def test_releases_stay_lawful(desk: Desk, third: Any) -> None:
    """The same histories each time, not made shorter when one fails: ``long`` does that."""
    how = {"max_examples": 8, "stateful_step_count": 20, "derandomize": True, "phases": [Phase.generate]}
    run(desk, third, **how)
    assert {"published", "superseded", "withdrawn", "dropped", "releases.maker"} <= ReleasesMachine.reached


@pytest.mark.long
def test_many_releases_stay_lawful(desk: Desk, third: Any) -> None:
    run(desk, third, max_examples=100, stateful_step_count=60, print_blob=True)
