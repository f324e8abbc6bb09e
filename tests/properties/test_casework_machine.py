"""Whatever officers and families do, in whatever order and on whatever day, some things stay true of cases.

- A case stands where its decisions say, followed one by one.
- Nobody takes two positions in one case, and nobody acts about the own family.
- What is approved went through every stage of an office, each by another officer; only what is approved is
  awarded, once, with the amount of the case.
- A person has one case of a kind and year that stands.
- What is private never hangs; what hangs goes on by time alone.
- The audit chain holds.

Acts are drawn without regard to whether they make sense; a refusal in words leaves everything as it was.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tongchou.apps.casework import api as casework
from tongchou.apps.casework import kinds, moving
from tongchou.apps.casework.models import Award, Case, Decision
from tongchou.apps.casework.tests.conftest import YEAR, apply, family, office
from tongchou.apps.notices import api as notices
from tongchou.apps.notices.models import Entry, Notice, Objection
from tongchou.core import audit, clock
from tongchou.core.errors import AppError
from tongchou.domain.casework import steps
from tongchou.domain.casework.steps import Act, Standing, State

__all__ = ["apply", "family", "office"]

NUMBER = st.integers(0, 12)
NAME = st.sampled_from(["陈老根", "陈勇", "陈小苗", "林树"])
KIND = st.sampled_from(["childcare_subsidy", "elderly_reward", "hardship_aid", "bereaved_assistance"])
#: Cases that stand at the beginning of each history.
STARTED = (
    ("陈小苗", "childcare_subsidy"),
    ("陈勇", "childcare_subsidy"),
    ("林树", "hardship_aid"),
    ("陈老根", "elderly_reward"),
)
DESKS = ["village", "township", "county", "prefecture"]
DECIDING = ("pass", "refuse", "uphold", "overturn", "send_back")
WORDS = st.sampled_from(["", "请核对"])
GIVEN = casework.Application(name="陈勇", relation="parent", statement=True, situation="房屋受灾")


class CaseworkMachine(RuleBasedStateMachine):
    """Four people, six officers, and every act there is."""

    #: ``people``: numbers by name; ``officers``; ``area``: the village; ``at``: the moment it begins.
    ground: ClassVar[dict[str, Any]] = {}
    #: States that any case has been in: a machine that reaches few says little.
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self._open = transaction.atomic()
        self._open.__enter__()
        self.at: dt.datetime = self.ground["at"]
        for name, kind in STARTED:
            self.begin(name, kind, 0, YEAR)

    def teardown(self) -> None:
        try:
            assert audit.verify().ok
        finally:
            transaction.set_rollback(True)
            self._open.__exit__(None, None, None)

    def do(self, act: Callable[..., Any], who: int, **values: Any) -> None:
        """An act, unless it is refused; then nothing has been written."""
        officers = self.ground["officers"]
        before = Decision.objects.count()
        with clock.frozen(self.at):
            try:
                act(by=officers[who % len(officers)], at=self.at, **values)
            except AppError:
                assert Decision.objects.count() == before

    def case(self, number: int) -> int:
        keys = list(Case.objects.order_by("pk").values_list("pk", flat=True))
        return int(keys[number % len(keys)]) if keys else 0

    def seen(self, case: int, who: int) -> str:
        officers = self.ground["officers"]
        with clock.frozen(self.at):
            try:
                return casework.view(case, by=officers[who % len(officers)], at=self.at).seen
            except AppError:
                return ""

    @rule(name=NAME, kind=KIND, who=NUMBER, year=st.sampled_from([YEAR, YEAR - 1]))
    def begin(self, name: str, kind: str, who: int, year: int) -> None:
        self.do(
            casework.open_case, who, person_id=self.ground["people"][name], kind=kind, year=year,
            channel="home", applicant="parent", application=GIVEN,
        )  # fmt: skip

    @rule(number=NUMBER, who=NUMBER)
    def accept(self, number: int, who: int) -> None:
        self.do(casework.accept, who, case_id=self.case(number))

    @rule(number=NUMBER, who=NUMBER, amount=st.sampled_from([None, 100_000, 500_000]))
    def pass_on(self, number: int, who: int, amount: int | None) -> None:
        case = self.case(number)
        self.do(
            casework.pass_on, who, case_id=case, seen=self.seen(case, who), amount_fen=amount,
            proof="home_visit",
        )  # fmt: skip

    @rule(number=st.integers(0, 3), who=NUMBER, steps_taken=st.integers(1, 6))
    def hurry(self, number: int, who: int, steps_taken: int) -> None:
        self.go_on(number, who, steps_taken)

    @rule(number=NUMBER, who=NUMBER, steps_taken=st.integers(1, 6))
    def go_on(self, number: int, who: int, steps_taken: int) -> None:
        """The next steps of a case, each by the first who may take it: so that histories get far."""
        case = self.case(number)
        officers = self.ground["officers"]
        for step in range(steps_taken):
            for turn in range(len(officers)):
                if self.step(case, officers[(who + step + turn) % len(officers)]):
                    break

    def step(self, case: int, by: Any) -> bool:
        with clock.frozen(self.at), contextlib.suppress(AppError):
            given = {"case_id": case, "by": by, "at": self.at}
            seen = casework.view(case, by=by, at=self.at)
            if "accept" in seen.acts:
                casework.accept(**given)
            elif "resume" in seen.acts:
                casework.resume(**given)
            elif "appeal" in seen.acts:
                casework.appeal(words="请复核", **given)
            elif "uphold" in seen.acts:
                # What can be approved is: the others go back to be decided anew.
                verdict = "overturn" if "overturn" in seen.acts else "send_back"
                casework.hear(verdict=verdict, seen=seen.seen, words="已复核", **given)
            elif "refuse" in seen.acts and seen.answer is not None and seen.answer.outcome == "not_entitled":
                casework.refuse(reason="conditions", seen=seen.seen, **given)
            else:
                amount = None if seen.kind.programme else 400_000
                casework.pass_on(seen=seen.seen, amount_fen=amount, proof="death_records", **given)
            return True
        return False

    @rule(numbers=st.lists(NUMBER, min_size=1, max_size=4), who=NUMBER)
    def pass_together(self, numbers: list[int], who: int) -> None:
        officers = self.ground["officers"]
        with clock.frozen(self.at):
            casework.pass_many(
                numbers=[self.case(one) for one in numbers], by=officers[who % len(officers)], at=self.at
            )

    @rule(number=NUMBER, who=NUMBER, reason=st.sampled_from(casework.Refusal.values), words=WORDS)
    def refuse(self, number: int, who: int, reason: str, words: str) -> None:
        case = self.case(number)
        seen = self.seen(case, who)
        self.do(casework.refuse, who, case_id=case, reason=reason, seen=seen, words=words)

    @rule(number=NUMBER, who=NUMBER)
    def ask(self, number: int, who: int) -> None:
        self.do(casework.ask_for, who, case_id=self.case(number), asked=["account"])

    @rule(number=NUMBER, who=NUMBER, given=st.sampled_from([[], ["account"], ["statement"]]), words=WORDS)
    def brought(self, number: int, who: int, given: list[str], words: str) -> None:
        self.do(casework.brought, who, case_id=self.case(number), given=given, words=words)

    @rule(number=NUMBER, who=NUMBER, act=st.sampled_from(["withdraw", "resume"]))
    def plain(self, number: int, who: int, act: str) -> None:
        self.do(getattr(casework, act), who, case_id=self.case(number))

    @rule(number=NUMBER, who=NUMBER, act=st.sampled_from(["suspend", "reopen", "appeal"]), words=WORDS)
    def with_words(self, number: int, who: int, act: str, words: str) -> None:
        self.do(getattr(casework, act), who, case_id=self.case(number), words=words)

    @rule(number=NUMBER, who=NUMBER, verdict=st.sampled_from(["uphold", "overturn", "send_back"]))
    def hear(self, number: int, who: int, verdict: str) -> None:
        case = self.case(number)
        seen = self.seen(case, who)
        self.do(casework.hear, who, case_id=case, verdict=verdict, seen=seen, words="已复核")

    @rule(number=NUMBER, who=NUMBER)
    def end(self, number: int, who: int) -> None:
        self.do(casework.end, who, case_id=self.case(number), ending="own_wish")

    @rule(number=NUMBER, who=NUMBER, other=st.booleans())
    def hand_over(self, number: int, who: int, other: bool) -> None:
        area = self.ground["other_area" if other else "area"]
        self.do(casework.hand_over, who, case_id=self.case(number), area_id=area)

    @rule(who=NUMBER, stage=st.sampled_from(["village_notice", "township_notice"]))
    def post(self, who: int, stage: str) -> None:
        area = self.ground["area" if stage == "village_notice" else "township"]
        given = {"kind": "elderly_reward", "year": YEAR, "stage_code": stage, "place": "公开栏"}
        self.do(notices.post, who, area_id=area, **given)

    @rule(position=st.integers(1, 3), ground=st.sampled_from(notices.Ground.values))
    def object_to(self, position: int, ground: str) -> None:
        notice = Notice.objects.order_by("-pk").first()
        if notice is not None:
            given = {"ground": ground, "words": "请核对", "contact": ""}
            with clock.frozen(self.at), contextlib.suppress(AppError):
                notices.object_to(notice_id=notice.pk, position=position, by=None, at=self.at, **given)

    @rule(who=NUMBER, verdict=st.sampled_from(notices.Verdict.values))
    def look_into(self, who: int, verdict: str) -> None:
        waits = Objection.objects.filter(verdict="").order_by("pk").first()
        if waits is not None:
            self.do(notices.decide, who, objection_id=waits.pk, verdict=verdict, answer="已核实")

    @rule(days=st.integers(1, 15))
    def time_passes(self, days: int) -> None:
        self.at += dt.timedelta(days=days)
        with clock.frozen(self.at):
            while notices.end_one(at=self.at):
                pass

    @invariant()
    def noted(self) -> None:
        self.reached.update(Decision.objects.values_list("act", flat=True))
        self.reached.update(Case.objects.values_list("state", flat=True))

    @invariant()
    def a_case_stands_where_its_decisions_say(self) -> None:
        for case, kind, decisions in told():
            stages = kind.stages_for(case.amount_fen, renewal=False)
            standing = Standing()
            for one in decisions:
                if one.act == Act.OPEN.value:
                    continue
                # A large sum named by the first stage brings a stage with it: what follows is the same.
                standing = steps.after(standing, Act(one.act), stages)
            assert standing == moving.standing_of(case)
            natural = moving.desk(moving.opened(case, kind), standing)
            if natural in DESKS:  # or above it, where nobody of the office is left
                assert case.desk in DESKS[DESKS.index(natural) :]
                assert case.desk != "prefecture" or case.state == State.APPEALED
            else:
                assert case.desk == natural

    @invariant()
    def nobody_acts_twice_nor_about_the_own_family(self) -> None:
        for case, kind, decisions in told():
            counted = [one for one in decisions if one.counted]
            for column in ("officer_id", "on_behalf_id"):
                assert max(Counter(getattr(one, column) for one in counted).values()) == 1
            took_in = [pair(one) for one in decisions if one.act in ("open", "accept")]
            before_approval = {stage.code for stage in kind.stages if stage.kind != "approval"}
            for one in decisions:  # who took it in decides nothing of it, and reviews what two are to know
                reviews = one.act in ("pass", "refuse") and one.stage_code in before_approval
                if one.act in DECIDING and not (case.private and reviews):
                    assert not any(pair(one) & some for some in took_in)
            for number, one in enumerate(decisions):
                if one.act in steps.HEARING:
                    before = [each for each in decisions[:number] if each.act in steps.PARTS]
                    assert not any(pair(each) & pair(one) for each in before)
            if case.person_id in self.ground["own"]:
                assert all(one.officer != self.ground["kin"] for one in decisions if one.act != "open")

    @invariant()
    def what_is_approved_was_seen_by_every_office_and_is_awarded_once(self) -> None:
        awards = {award.case_id: award for award in Award.objects.all()}
        for case, kind, decisions in told():
            live = case.pk in awards and awards[case.pk].void_at is None
            assert live == (case.state == State.APPROVED)
            if not live:
                continue
            assert awards[case.pk].amount_fen == case.amount_fen
            passed = {one.stage_code for one in decisions if one.act in ("pass", "overturn")}
            assert passed == {stage.code for stage in kind.stages_for(case.amount_fen)}

    @invariant()
    def one_case_a_year_stands(self) -> None:
        standing = Case.objects.filter(state__in=[state.value for state in steps.STANDING])
        keys = Counter(standing.values_list("person_id", "kind", "year"))
        assert not keys or max(keys.values()) == 1

    @invariant()
    def what_is_private_never_hangs(self) -> None:
        private = Case.objects.filter(private=True).values("pk")
        assert not Entry.objects.filter(case_id__in=private).exists()


def pair(one: Decision) -> set[int]:
    """Whoever acted, and for whom."""
    return {number for number in (one.officer_id, one.on_behalf_id) if number is not None}


def told() -> Iterator[tuple[Case, Any, list[Decision]]]:
    cases = list(Case.objects.order_by("pk"))
    versions = kinds.versions({case.version_id for case in cases})
    decisions: dict[int, list[Decision]] = {}
    for one in Decision.objects.order_by("pk").select_related("officer"):
        decisions.setdefault(one.case_id, []).append(one)
    for case in cases:
        yield case, versions[case.version_id], decisions[case.pk]


def run(office: Any, family: dict[str, int], county: Any, at: dt.datetime, **how: Any) -> None:
    casework.name_officer(account=office.township, area_id=county.township.pk, by=office.county, at=at)
    casework.name_officer(account=office.county, area_id=county.county.pk, by=office.county_two, at=at)
    # The second officer of the township is kin of 陈老根 and of everybody in his household.
    casework.declare(numbers=["520599196003121237"], by=office.township_two, at=at)
    CaseworkMachine.ground = {
        "people": family,
        "officers": list(vars(office).values()),
        "area": county.village.pk,
        "other_area": county.other_village.pk,
        "township": county.township.pk,
        "at": at,
        "own": {family[name] for name in ("陈老根", "陈勇", "陈小苗")},
        "kin": office.township_two,
    }
    CaseworkMachine.reached = set()
    run_state_machine_as_test(CaseworkMachine, settings=histories(**how))


def histories(**how: Any) -> settings:
    return settings(
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        **how,
    )


def test_cases_stay_lawful(office: Any, family: dict[str, int], county: Any, frozen_clock: Any) -> None:
    """The same histories each time, not made shorter when one fails: ``long`` does that."""
    how = {"max_examples": 12, "stateful_step_count": 40, "derandomize": True, "phases": [Phase.generate]}
    run(office, family, county, frozen_clock, **how)
    assert {"approved", "refuse", "appeal", "waiting", "withdrawn"} <= CaseworkMachine.reached


@pytest.mark.long
def test_many_cases_stay_lawful(office: Any, family: dict[str, int], county: Any, frozen_clock: Any) -> None:
    run(office, family, county, frozen_clock, max_examples=200, stateful_step_count=80, print_blob=True)
    assert CaseworkMachine.reached >= {one.value for one in (*State, *Act)}
