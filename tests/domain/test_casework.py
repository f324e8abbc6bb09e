"""Laws of kinds of case and of the steps between application and decision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.casework import kinds, steps
from tongchou.domain.casework.steps import Act, NotPossible, Standing, State
from tongchou.domain.policy.errors import LoadError
from tongchou.policies.case_kinds import case_kinds

TEXT = """
code: example
class: {cls}
title: {{zh: 例, en: Example}}
{neutral}source: {{zh: 例, en: example}}
objection: {{zh: 例, en: example}}
stages:
{stages}
within: 20
answer: 10
"""
REVIEW = "  - {code: review, kind: review, level: township, title: {zh: 审, en: review}}"
APPROVAL = "  - {code: approval, kind: approval, level: county, title: {zh: 批, en: approval}}"
NOTICE = "  - {code: notice, kind: notice, level: village, days: 10, title: {zh: 示, en: notice}}"
NEUTRAL = "neutral: {zh: 甲, en: A}\n"


def text(*stages: str, cls: str = "open", neutral: str = "") -> str:
    return TEXT.format(cls=cls, neutral=neutral, stages="\n".join(stages))


def test_a_kind_is_read() -> None:
    kind = kinds.read_kind(text(REVIEW, NOTICE, APPROVAL), "example.yaml")
    assert [stage.code for stage in kind.stages] == ["review", "notice", "approval"]
    assert kind.posted
    assert kind.public_title.zh == "例"


@pytest.mark.parametrize(
    ("stages", "cls", "neutral", "why"),
    [
        ((REVIEW,), "open", "", "the last stage is an approval"),
        ((APPROVAL, REVIEW), "open", "", "the last stage is an approval"),
        (
            (APPROVAL, REVIEW, APPROVAL.replace("code: approval", "code: again")),
            "open",
            "",
            "approvals alone",
        ),
        ((APPROVAL,), "open", "", "two officers"),
        ((NOTICE, REVIEW, APPROVAL), "open", "", "somebody looks at a case before"),
        ((REVIEW, NOTICE.replace("days: 10, ", ""), APPROVAL), "open", "", "a number of days"),
        ((REVIEW, NOTICE, APPROVAL), "private", NEUTRAL, "neither discussed nor posted"),
        ((REVIEW, APPROVAL), "private", "", "neutral name"),
        ((REVIEW, APPROVAL, REVIEW), "open", "", "given twice"),
        ((REVIEW, APPROVAL), "secret", "", "is not one of"),
    ],
)
def test_an_unlawful_kind_is_refused(stages: tuple[str, ...], cls: str, neutral: str, why: str) -> None:
    with pytest.raises(LoadError, match=why):
        kinds.read_kind(text(*stages, cls=cls, neutral=neutral), "example.yaml")


def test_a_second_approval_only_for_large_sums_is_not_a_second_officer() -> None:
    large = APPROVAL.replace("code: approval", "code: second, from_fen: 100000")
    with pytest.raises(LoadError, match="two officers"):
        kinds.read_kind(text(APPROVAL, large), "example.yaml")
    kind = kinds.read_kind(text(REVIEW, APPROVAL, large), "example.yaml")
    assert len(kind.stages_for(99_999)) == 2
    assert len(kind.stages_for(100_000)) == 3


def test_what_is_private_is_never_shown() -> None:
    for kind in case_kinds().values():
        if kind.kind == "private":
            assert not kind.posted, kind.code
            assert kind.neutral is not None, kind.code
            assert kind.public_title != kind.title, kind.code


def test_the_childcare_subsidy_is_not_posted_and_takes_thirty_working_days() -> None:
    kind = case_kinds()["childcare_subsidy"]
    assert not kind.posted
    assert kind.within == 30


KINDS = sorted(case_kinds().values(), key=lambda kind: kind.code)
WALKS = st.lists(st.sampled_from(sorted(Act)), max_size=40)


@given(kind=st.sampled_from(KINDS), acts=WALKS, renewal=st.booleans())
def test_no_walk_skips_an_officer(kind: kinds.CaseKind, acts: list[Act], renewal: bool) -> None:
    """Whatever is tried, what is approved went through every deciding stage after the last new beginning, or
    was approved on appeal after all but the last had been passed."""
    stages = kind.stages_for(None, renewal=renewal and bool(kind.renewal))
    standing, passed = Standing(), set[int]()
    for act in acts:
        if act not in steps.possible(standing, stages):
            with pytest.raises(NotPossible):
                steps.after(standing, act, stages)
            continue
        if act == Act.PASS:
            passed.add(standing.stage)
        new = steps.after(standing, act, stages)
        if act == Act.TRANSFER:
            passed = set()
        elif new.stage < standing.stage:
            passed = {number for number in passed if number < new.stage}
        if act == Act.OVERTURN:
            passed.add(standing.stage)
        standing = new
        assert 0 <= standing.stage < len(stages)
        if standing.state == State.APPROVED:
            assert passed == set(range(len(stages)))


@given(kind=st.sampled_from(KINDS), acts=WALKS)
def test_a_family_can_always_withdraw_or_appeal(kind: kinds.CaseKind, acts: list[Act]) -> None:
    stages = kind.stages_for(None)
    standing = Standing()
    for act in acts:
        if act in steps.possible(standing, stages):
            standing = steps.after(standing, act, stages)
    can = steps.possible(standing, stages)
    if standing.state in steps.UNFINISHED:
        assert Act.WITHDRAW in can
    if standing.state == State.REFUSED and standing.appeals < steps.APPEALS:
        assert Act.APPEAL in can


def test_a_village_refuses_nobody() -> None:
    stages = case_kinds()["elderly_reward"].stages
    can = steps.possible(Standing(State.RUNNING, 0, True), stages)
    assert Act.REFUSE not in can
    assert Act.PASS in can


def test_an_appeal_against_a_township_cannot_approve_alone() -> None:
    stages = case_kinds()["childcare_subsidy"].stages
    can = steps.possible(Standing(State.APPEALED, 0, True, 1), stages)
    assert Act.OVERTURN not in can
    assert {Act.UPHOLD, Act.SEND_BACK} <= can


def test_nothing_hangs_twice_because_an_office_erred() -> None:
    stages = case_kinds()["elderly_reward"].stages
    again = steps.after(Standing(State.REFUSED, 4, True), Act.REOPEN, stages)
    assert stages[again.stage].code == "township_review"


@pytest.mark.parametrize("act", sorted(steps.COUNTED))
def test_whoever_took_a_case_in_reviews_private_ones_alone(act: Act) -> None:
    """Two named officers are to know of a private case; whatever else is done in it bars as everywhere."""
    barred, of_two = steps.barred_by(act), steps.barred_by(act, by_two=True)
    freed = steps.INTAKE if act in (Act.PASS, Act.REFUSE) else frozenset()
    assert of_two == barred - freed
    assert not freed or barred >= freed
