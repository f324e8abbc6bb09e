"""Complaints: where they go, what can be done when, and by which day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.complaints import kinds
from tongchou.domain.complaints.limits import Limits, LimitsProblem, clock_of, late, mending, read_limits
from tongchou.domain.complaints.moves import (
    OPEN,
    Mending,
    Move,
    NotPossible,
    State,
    after,
    mended,
    moves,
)
from tongchou.domain.complaints.routing import LEVELS, Place, route
from tongchou.domain.workdays import Calendar, Year

_DAYS = {"accept": 5, "answer": 30, "reply": 5, "mend": 15, "mend_at_most": 60, "appeal": 30}
USUAL = {one: {"days": days, "source": "文"} for one, days in _DAYS.items()}
LIMITS = Limits(5, 30, 5, 15, 60, 30)


@given(
    lowest=st.sampled_from(LEVELS[:3]),
    staffed=st.lists(st.booleans(), min_size=5, max_size=5),
    department=st.booleans(),
    bypass=st.booleans(),
)
def test_a_unit_never_answers_about_itself(
    lowest: str, staffed: list[bool], department: bool, bypass: bool
) -> None:
    line = [
        Place(number, level, there)
        for number, (level, there) in enumerate(zip(LEVELS, staffed, strict=True))
        if number >= LEVELS.index(lowest)
    ]
    found = route(line, department=department, bypass=bypass)
    assert found is not None
    rank = LEVELS.index(found.level)
    if found.supervised:
        assert found.level == "county" and not any(one.staffed for one in line if one.level == "prefecture")
    elif not department:
        assert rank > LEVELS.index(lowest)
    if bypass:
        assert rank >= LEVELS.index("county")
    # Going up ends: each level is above the one before.
    while not found.supervised:
        higher = route(line, department=department, bypass=bypass, above=found.level)
        if higher is None:
            break
        assert LEVELS.index(higher.level) > LEVELS.index(found.level) and not higher.supervised
        found = higher


@given(st.lists(st.sampled_from(list(Move)), max_size=12))
def test_nothing_is_answered_without_a_finding_and_a_second_step(tried: list[Move]) -> None:
    state, done = State.RECEIVED, []
    for move in tried:
        try:
            state = after(state, move)
        except NotPossible:
            assert move not in moves(state)
            continue
        done.append(move)
    if state is State.ANSWERED:
        last = len(done) - 1 - done[::-1].index(Move.APPROVE)
        assert Move.FIND in done[:last] and Move.ACCEPT in done[:last]
    assert (state in OPEN) == (state not in (State.ANSWERED, State.WITHDRAWN))


def test_a_breach_clears_after_a_report_alone() -> None:
    assert mended(mended(Mending.OWED, "report"), "confirm") is Mending.CLEARED
    assert mended(Mending.REPORTED, "reject") is Mending.OWED
    for state, act in ((Mending.OWED, "confirm"), (Mending.CLEARED, "report"), (Mending.CLEARED, "reject")):
        with pytest.raises(NotPossible):
            mended(state, act)


@pytest.mark.parametrize(
    "change",
    [
        {"accept": None}, {"accept": {"days": 0, "source": "x"}}, {"answer": {"days": True, "source": "x"}},
        {"mend": {"days": 61, "source": "x"}}, {"accept": {"days": 30, "source": "x"}},
        {"answer": {"days": 30}}, {"more": {"days": 1, "source": "x"}},
    ],
)  # fmt: skip
def test_limits_that_cannot_be_right_are_refused(change: dict[str, object]) -> None:
    assert read_limits(USUAL) == LIMITS
    with pytest.raises(LimitsProblem):
        read_limits(USUAL | change)


def test_days_are_provisional_where_the_holidays_are_not_announced() -> None:
    known = Calendar({2026: Year(frozenset({dt.date(2026, 10, 1)}), frozenset())})
    first = clock_of(LIMITS, dt.date(2026, 6, 30), known)
    assert (first.accept, first.provisional) == (dt.date(2026, 7, 7), False)
    assert clock_of(LIMITS, dt.date(2026, 12, 1), known).provisional
    assert not late(first, accepted=False, on=first.accept)
    assert late(first, accepted=True, on=first.answer + dt.timedelta(days=1))
    for days in (0, 61):
        with pytest.raises(ValueError, match="working days"):
            mending(LIMITS, dt.date(2026, 6, 30), days, known)


def test_an_enquiry_upholds_nothing() -> None:
    fits = {one for one in kinds.Finding if kinds.fits(kinds.Nature.ENQUIRY, one)}
    assert fits == {kinds.Finding.TOLD}
    assert all(kinds.fits(kinds.Nature.COMPLAINT, one) for one in kinds.Finding)
