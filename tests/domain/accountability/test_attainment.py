"""Met, missed, or not distinguishable: what a figure with its interval says of a target."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.accountability.attainment import Verdict, all_met, verdict

UNIT = st.floats(0, 1)


@given(UNIT, UNIT, UNIT, UNIT)
def test_met_and_missed_never_hold_together_and_follow_the_interval(
    target: float, one: float, two: float, three: float
) -> None:
    low, value, high = sorted((one, two, three))
    said = verdict(target, value, low, high, direction="higher")
    assert (said is Verdict.MET) == (low >= target)
    assert (said is Verdict.MISSED) == (high < target)
    mirrored = verdict(-target, -value, -high, -low, direction="lower")
    assert mirrored is said


@given(UNIT, UNIT)
def test_a_higher_target_is_never_met_more_easily(first: float, second: float) -> None:
    order = [Verdict.MET, Verdict.OPEN, Verdict.MISSED]
    easy, hard = sorted((first, second))
    found = [order.index(verdict(one, 0.6, 0.5, 0.7, direction="higher")) for one in (easy, hard)]
    assert found[0] <= found[1]


def test_ends_of_a_share_and_figures_that_are_not_known() -> None:
    assert verdict(1.0, 1.0, 0.9, 1.0, direction="higher", share=True) is Verdict.MET
    assert verdict(1.0, 1.0, 0.9, 1.0, direction="higher") is Verdict.OPEN
    assert verdict(0.0, 0.0, 0.0, 0.2, direction="lower", share=True) is Verdict.MET
    assert verdict(0.9, None, None, None, direction="higher") is Verdict.UNKNOWN
    assert verdict(3.0, 3.0, None, None, direction="lower") is Verdict.MET
    assert verdict(None, 1.0, 1.0, 1.0, direction="higher") is Verdict.NONE
    assert all_met([Verdict.MET, Verdict.MISSED, Verdict.OPEN]) is False
    assert all_met([Verdict.MET, Verdict.UNKNOWN]) is None
