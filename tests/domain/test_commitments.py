"""Commitments bind units: no path takes a published one back, no word of one binds a family."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.commitments import letters, promises, rollout
from tongchou.domain.commitments.letters import Fault, Item, Move, Stage, Vote
from tongchou.domain.commitments.promises import CallBack, Promise, State

DAY = dt.date(2026, 6, 30)
WORDS = {
    "measure": "天数",
    "means": "县级预算",
    "owner": "村主任",
    "proof": "发放单",
    "remedy": "当面说明并补发",
}


@given(st.lists(st.sampled_from(Move), max_size=20))
def test_a_letter_is_published_only_on_the_whole_way(path: list[Move]) -> None:
    stage, seen = Stage.DRAFT, []
    for move in path:
        if move not in letters.moves(stage):
            with pytest.raises(letters.NotPossible):
                letters.after(stage, move)
            continue
        stage = letters.after(stage, move)
        seen = [] if stage is Stage.DRAFT else [*seen, move]
    if stage is Stage.PUBLISHED:
        assert seen == [Move.HEAR, Move.ASSEMBLE, Move.ADOPT, Move.CLEAR, Move.PUBLISH]


def test_a_published_letter_stays_unless_its_words_may_not() -> None:
    assert letters.moves(Stage.PUBLISHED) == {letters.Move.ANNUL}
    assert letters.moves(Stage.WITHDRAWN) == frozenset()


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_vote_needs_more_than_half_of_more_than_half(entitled: int, present: int, in_favour: int) -> None:
    valid = Vote(entitled, present, in_favour).valid
    assert valid == (in_favour <= present <= entitled and present > entitled / 2 and in_favour > present / 2)


@pytest.mark.parametrize("field", ["promise", *WORDS])
def test_every_part_of_a_promise_is_asked_for(field: str) -> None:
    item = Item(**{"promise": "十日内发放", **WORDS, "due": DAY, field: "  "})
    assert len(letters.faults([item], on=DAY)) == 1


@pytest.mark.parametrize("field", ["promise", *WORDS])
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("按时参加孕 检", Fault.CLOSED_MATTER),
        ("无社会抚养费欠款", Fault.CLOSED_MATTER),
        ("以签订承诺书为前提", Fault.ASKS_FAMILIES),
        ("与补贴挂钩", Fault.ASKS_FAMILIES),
    ],
)
def test_no_part_of_a_promise_binds_a_family(field: str, text: str, fault: Fault) -> None:
    item = Item(**{"promise": "十日内发放", **WORDS, "due": DAY, field: text})
    assert (0, fault) in letters.faults([item], on=DAY)


def test_all_faults_come_at_once_with_the_number_of_their_promise() -> None:
    good = Item(promise="十日内发放", **WORDS, due=DAY)
    bad = Item(**{"promise": "", **WORDS, "owner": "", "due": DAY - dt.timedelta(days=1)})
    assert letters.faults([good, bad], on=DAY) == [
        (1, Fault.EMPTY),
        (1, Fault.NO_OWNER),
        (1, Fault.DUE_PASSED),
    ]
    assert set(letters.FAULTS) == set(Fault)


def act(one: Promise, name: str, on: dt.date) -> Promise:
    if name == "report":
        return promises.reported(one, on=on)
    later = on + dt.timedelta(days=30)
    if name == "found":
        return promises.found_broken(one, on=on, remedy_due=later)
    asked = {"yes": CallBack(40, 12, 11), "no": CallBack(40, 12, 3), "few": CallBack(40, 2, 2)}[name]
    return promises.answered(one, asked, on=on, remedy_due=later)


@given(st.lists(st.tuples(st.sampled_from(["report", "yes", "no", "few", "found"]), st.integers(0, 40))))
def test_a_breach_stands_until_families_confirm(path: list[tuple[str, int]]) -> None:
    one, on, broke, confirmed = Promise(DAY), DAY - dt.timedelta(days=60), False, False
    for name, days in path:
        on += dt.timedelta(days=days)
        try:
            one = act(one, name, on)
        except promises.NotPossible:
            continue
        broke |= name in ("no", "found")
        confirmed = name == "yes" or (confirmed and name == "report")
        assert (one.state is State.KEPT) == (name == "yes")
        assert (one.broken_on is not None) == broke
        assert one.on_time == (one.state is State.KEPT and not broke and (one.kept_on or on) <= DAY)
        told = promises.record([one], on=on)
        assert told.open_breaches == (broke and one.state is not State.KEPT)
        assert told.kept_on_time <= told.kept <= told.promised and told.kept_on_time <= told.fallen_due


def test_lateness_is_the_calendar_s_and_a_report_stops_it() -> None:
    owed = Promise(DAY)
    assert [owed.late(DAY + dt.timedelta(days=n)) for n in (0, 1)] == [False, True]
    assert not promises.reported(owed, on=DAY).late(DAY + dt.timedelta(days=400))
    broken = promises.found_broken(owed, on=DAY, remedy_due=DAY + dt.timedelta(days=10))
    assert [broken.late(DAY + dt.timedelta(days=n)) for n in (1, 10, 11)] == [False, False, True]


def test_too_few_answers_decide_nothing() -> None:
    told = promises.reported(Promise(DAY), on=DAY)
    with pytest.raises(promises.NotPossible, match="few"):
        promises.answered(told, CallBack(40, 9, 9), on=DAY, remedy_due=DAY)


def test_eighty_of_a_hundred_is_enough_and_less_is_not() -> None:
    assert CallBack(40, 10, 8).done and not CallBack(40, 10, 7).done
    assert not CallBack(0, 0, 0).done


@pytest.mark.parametrize("numbers", [(5, 6, 1), (5, 5, 6), (5, 5, -1)])
def test_answers_that_do_not_fit_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="call-back"):
        CallBack(*numbers)


def test_nobody_s_refusal_is_a_gap() -> None:
    """Households that declined are among those reached: there is no other number to put them in."""
    assert set(rollout.Township.__slots__) == {"code", "villages", "published", "households", "reached"}


@pytest.mark.parametrize("state", [State.OWED, State.KEPT])
def test_only_what_was_broken_is_fulfilled(state: State) -> None:
    with pytest.raises(promises.NotPossible):
        promises.fulfilled(Promise(DAY, state), reported_on=DAY)


def test_what_was_broken_once_is_never_kept_in_time() -> None:
    broken = promises.found_broken(Promise(DAY), on=DAY, remedy_due=DAY)
    for one in (broken, promises.reported(broken, on=DAY)):
        mended = promises.fulfilled(one, reported_on=DAY)
        assert mended.kept_on == DAY and not mended.on_time
        assert promises.record([mended], on=DAY).open_breaches == 0
