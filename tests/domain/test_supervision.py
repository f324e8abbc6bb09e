"""Laws of supervision: nobody chooses a sample, nothing closes by itself, no last day moves silently."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.sampling import Reason, by_size, systematic
from tongchou.domain.supervision import checklists, draws
from tongchou.domain.supervision.draws import Check, Fault, Finding, Kind
from tongchou.domain.supervision.rectification import (
    Notice,
    NotPossible,
    State,
    extended,
    rechecked,
    record,
    replied,
)
from tongchou.domain.workdays import Calendar

DAY = dt.date(2026, 3, 2)
SECRET = bytes(range(32))
FRAME = [f"case-{number}" for number in range(30)]
RIGHT, WRONG = Check("a", Finding.RIGHT), Check("a", Finding.WRONG, Fault.AMOUNT)
SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(1, 30), min_size=2, max_size=8)
PEOPLE = st.frozensets(st.sampled_from(["finder", "other", "third"]))
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["extend", "reply", "recheck"]),
        st.integers(-1, 6),
        st.integers(-3, 12) | st.none(),
        PEOPLE,
        st.booleans(),
        st.sampled_from(["", " ", "道路中断"]),
    ),
    max_size=25,
)


def _seed(**changed: object) -> str:
    given_ = {
        "unit": "520521100200",
        "kind": Kind.PAYMENTS,
        "number": 1,
        "closed_on": DAY,
        "drawn_on": DAY + dt.timedelta(1),
        "of_level": "village",
        "by_level": "township",
    }
    secret = changed.pop("secret", SECRET)
    return draws.seed(secret, str(changed.pop("seal", "seal")), **{**given_, **changed})  # type: ignore[arg-type]


@given(ACTS)
def test_no_path_closes_without_a_recheck_or_by_the_finder_alone(acts: list[tuple]) -> None:  # type: ignore[type-arg]
    one, day = Notice("finder", DAY, DAY + dt.timedelta(10)), DAY
    for act, step, ahead, people, mended, words in acts:
        before, on = one, day + dt.timedelta(step)
        due = None if ahead is None else on + dt.timedelta(ahead)
        try:
            if act == "extend":
                one = extended(one, due=due or on, reason=words, on=on)
            elif act == "reply":
                one = replied(one, words=words, evidence=ahead or 0, on=on)
            else:
                one = rechecked(one, by=people, mended=mended, on=on, due=due)
        except NotPossible:
            assert one == before
            continue
        day = on
        assert before.state != State.CLOSED
        assert one.repeats >= before.repeats and one.last_act == on
        assert one.rechecks[: len(before.rechecks)] == before.rechecks
        assert one.replies[: len(before.replies)] == before.replies
        if one.due != before.due and act == "extend":
            assert one.due > before.due and one.extensions[-1].reason and not before.late(on)
        elif one.due != before.due:
            assert act == "recheck" and not one.rechecks[-1].mended and one.due > on
        assert len(one.replies) - len(one.rechecks) == (one.state == State.REPLIED)
    if one.state == State.CLOSED:
        assert one.rechecks[-1].mended and one.rechecks[-1].by - {"finder"} and one.closed_on == day


@given(PEOPLE, st.booleans(), st.none() | st.integers(-3, 9))
def test_who_may_close_a_notice_that_was_replied_to(
    people: frozenset[str], mended: bool, ahead: int | None
) -> None:
    one = replied(Notice("finder", DAY, DAY + dt.timedelta(7)), words="已更正", evidence=1, on=DAY)
    due = None if ahead is None else DAY + dt.timedelta(ahead)
    fits = due is None if mended else due is not None and due > DAY
    if people and fits and not (mended and people == {"finder"}):
        after = rechecked(one, by=people, mended=mended, on=DAY, due=due)
        assert after.state == (State.CLOSED if mended else State.ISSUED)
        return
    with pytest.raises(NotPossible):
        rechecked(one, by=people, mended=mended, on=DAY, due=due)


@pytest.mark.parametrize("mended", [True, False])
def test_somebody_looks_again_and_the_finder_alone_closes_nothing(mended: bool) -> None:
    one = replied(Notice("finder", DAY, DAY + dt.timedelta(7)), words="已更正", evidence=1, on=DAY)
    due = None if mended else DAY + dt.timedelta(9)
    with pytest.raises(NotPossible, match="somebody"):
        rechecked(one, by=frozenset(), mended=mended, on=DAY, due=due)
    if mended:
        with pytest.raises(NotPossible, match="alone"):
            rechecked(one, by=frozenset({"finder"}), mended=True, on=DAY)


def test_late_goes_one_level_up_until_the_reply_which_stays_late() -> None:
    one = Notice("finder", DAY, DAY + dt.timedelta(7))
    late = one.due + dt.timedelta(1)
    assert [one.level(level, late) for level in ("village", "county", "prefecture")] == [
        "township",
        "prefecture",
        "prefecture",
    ]
    with pytest.raises(NotPossible):
        extended(one, due=late + dt.timedelta(9), reason="忘记", on=late)
    after = replied(one, words="已更正", evidence=1, on=late)
    assert after.level("county", late) == "county" and after.replies[0].late
    again = rechecked(after, by=frozenset({"finder"}), mended=False, on=late, due=late + dt.timedelta(5))
    assert (again.repeats, again.state) == (1, State.ISSUED)
    numbers = record([again, one], on=late)
    assert (numbers.issued, numbers.open_, numbers.late, numbers.repeated) == (2, 2, 1, 1)


@pytest.mark.parametrize(("words", "evidence"), [(" ", 1), ("已更正", 0)])
def test_a_reply_says_something_and_brings_evidence(words: str, evidence: int) -> None:
    with pytest.raises(NotPossible, match="evidence"):
        replied(Notice("finder", DAY, DAY + dt.timedelta(7)), words=words, evidence=evidence, on=DAY)


def test_no_act_is_entered_before_the_one_before_it() -> None:
    one = Notice("finder", DAY, DAY + dt.timedelta(7))
    one = replied(one, words="已更正", evidence=1, on=DAY + dt.timedelta(3))
    with pytest.raises(NotPossible, match="before"):
        rechecked(one, by=frozenset({"other"}), mended=True, on=DAY + dt.timedelta(2))


def test_a_notice_leaves_a_day_at_least() -> None:
    with pytest.raises(ValueError, match="after the day"):
        Notice("finder", DAY, DAY)


def test_the_seed_rests_on_all_that_is_public_and_on_nothing_chosen() -> None:
    others = [
        _seed(secret=bytes(32)),
        _seed(seal="another"),
        _seed(unit="520521100201"),
        _seed(kind=Kind.RECORDS_ENTERED),
        _seed(number=2),
    ]
    assert len({_seed(), *others}) == 6
    assert _seed() == _seed(drawn_on=DAY + dt.timedelta(40))
    for wrong in ({"seal": " "}, {"number": 0}, {"drawn_on": DAY}, {"by_level": "village"}):
        with pytest.raises(ValueError):
            _seed(**wrong)


def test_nobody_draws_until_it_suits() -> None:
    assert draws.next_number({}) == 1 and draws.next_number({1: True}) == 2
    for there in ({1: False}, {2: True}, {1: True, 3: True}):
        with pytest.raises(ValueError):
            draws.next_number(there)


@given(st.permutations(FRAME), st.integers(6, 30), st.text(max_size=5))
def test_the_same_seed_draws_the_same(frame: list[str], size: int, seed: str) -> None:
    strata = {one: str(int(one.removeprefix("case-")) % 3) for one in FRAME}
    assert draws.drawn(frame, size, seed).items == draws.drawn(FRAME, size, seed).items
    by_stratum = draws.drawn(frame, size, seed, strata=strata)
    assert by_stratum.items == draws.drawn(FRAME, size, seed, strata=strata).items
    assert len(by_stratum.items) == size
    area, in_order = ({one: strata[one] for one in given_} for given_ in (frame, FRAME))
    both = draws.in_two_stages(area, 2, 4, seed)
    assert both.items == draws.in_two_stages(in_order, 2, 4, seed).items
    assert Counter(strata[one] for one in both.items).total() == 8


@given(SIZES, st.data())
def test_chances_by_size_are_as_promised(sizes: dict[str, int], data: st.DataObject) -> None:
    """Over every start (each half unit of the cumulated sizes once) an item is hit n·x of X times."""
    size = data.draw(st.integers(1, len(sizes)))
    chance = draws.inclusion(sizes, size)
    assert sum(chance.values()) == size and all(0 < one <= 1 for one in chance.values())
    certain = by_size(sizes, size, "").certain
    rest = [one for one in sizes if one not in certain]
    total = sum(sizes[one] for one in rest)
    hits = Counter[str]()
    for number in range(total):
        hits.update(systematic(rest, sizes, size - len(certain), Fraction(2 * number + 1, 2 * total)))
    assert all(Fraction(hits[one], total) == chance[one] for one in rest)


def test_a_fault_belongs_to_what_is_wrong() -> None:
    for finding, fault in (
        (Finding.WRONG, None),
        (Finding.RIGHT, Fault.DATE),
        (Finding.NOT_FOUND, Fault.DATE),
    ):
        with pytest.raises(ValueError):
            Check("a", finding, fault)


def test_two_people_agree_or_a_third_decides() -> None:
    assert draws.settled([RIGHT], people=1) == RIGHT
    assert draws.settled([RIGHT], people=2) is None
    against = replace(WRONG, by="b")
    assert draws.settled([RIGHT, against], people=1) is None
    assert draws.settled([RIGHT, against], people=2) is None
    assert draws.settled([RIGHT, against, replace(WRONG, by="c")], people=2) == against
    with pytest.raises(ValueError):
        draws.settled([RIGHT, WRONG], people=2)


@pytest.mark.parametrize("way", ["simple", "stratified", "by_size"])
def test_accuracy_stands_within_its_interval(way: str) -> None:
    strata = {one: "abc"[number % 3] for number, one in enumerate(FRAME)}
    sample = {
        "simple": lambda: draws.drawn(FRAME, 12, "s"),
        "stratified": lambda: draws.drawn(FRAME, 12, "s", strata=strata),
        "by_size": lambda: draws.in_two_stages(strata, 2, 6, "s"),
    }[way]()
    found = dict.fromkeys(sample.items, RIGHT) | {sample.items[0]: WRONG}
    found |= {sample.items[1]: Check("a", Finding.NOT_FOUND)}
    numbers = draws.outcome(sample, found)
    assert (numbers.checked, numbers.right, numbers.not_found, numbers.errors) == (12, 10, 1, 2)
    assert numbers.faults == {Fault.AMOUNT: 1}
    estimate = draws.accuracy(sample, found)
    assert 0 <= estimate.low < estimate.value < estimate.high <= 1
    with pytest.raises(ValueError, match="settled"):
        draws.outcome(sample, dict.fromkeys(sample.items[1:], RIGHT))


def test_all_right_is_not_certain_unless_all_were_checked() -> None:
    strata = {one: "abc"[number % 3] for number, one in enumerate(FRAME)}
    for size in (12, 30):
        sample = draws.drawn(FRAME, size, "s", strata=strata)
        estimate = draws.accuracy(sample, dict.fromkeys(sample.items, RIGHT))
        assert (estimate.value, estimate.high) == (1, 1)
        assert (estimate.low == 1) == (size == 30) and estimate.low > 0.7


def test_a_commitment_binds_a_long_secret_to_its_month_and_area() -> None:
    said = {
        draws.committed(secret, by=by, month=month)
        for secret in (SECRET, bytes(32))
        for by in ("520521", "520522")
        for month in (dt.date(2026, 5, 1), dt.date(2026, 6, 1))
    }
    assert len(said) == 8
    with pytest.raises(ValueError, match="32"):
        draws.committed(b"short", by="520521", month=DAY)


@pytest.mark.parametrize("way", ["strata", "two stages"])
def test_intervals_hold_the_truth_as_often_as_they_promise(way: str) -> None:
    """400 draws of one month whose areas differ: the 95 % interval holds the true share in 93 % or more."""
    area = {f"r{number}": f"a{number % 9}" for number in range(900)}
    wrong = {one for one, where in area.items() if int(one[1:]) // 9 < 3 * int(where[1:])}
    truth = 1 - len(wrong) / len(area)
    held = 0
    for number in range(400):
        seed = f"draw {number}"
        sample = (
            draws.drawn(list(area), 90, seed, strata=area)
            if way == "strata"
            else draws.in_two_stages(area, 6, 15, seed)
        )
        found = {one: WRONG if one in wrong else RIGHT for one in sample.items}
        estimate = draws.accuracy(sample, found)
        held += estimate.low <= truth <= estimate.high
    assert held >= 372


def test_who_was_replaced_is_not_counted() -> None:
    sample = draws.drawn(FRAME, 5, "s")
    after = sample.replacing(sample.items[0], Reason.NO_ANSWER, DAY)
    numbers = draws.outcome(after, dict.fromkeys(after.items, RIGHT))
    assert (numbers.checked, numbers.right) == (5, 5)
    assert draws.accuracy(after, dict.fromkeys(after.items, RIGHT)).value == 1
    with pytest.raises(ValueError, match="settled"):
        draws.outcome(after, dict.fromkeys(sample.items, RIGHT))


def test_a_month_is_closed_by_working_days() -> None:
    assert draws.closed_on(dt.date(2026, 9, 1), 3, Calendar()).on == dt.date(2026, 10, 7)


def _list(**changed: object) -> list[dict[str, object]]:
    question = {"code": "hours", "about": "posting", "zh": "时间已张贴", "en": "Hours are posted"}
    question |= {name: value for name, value in changed.items() if name in ("about", "zh", "en")}
    whole = {
        "code": "office",
        "of": changed.get("of", "unit"),
        "title": {"zh": "办公场所", "en": "Office"},
        "source": {"zh": "本平台规定", "en": "set by the platform"},
        "questions": [question],
    }
    return [whole]


def test_a_checklist_asks_about_institutions_and_nothing_else() -> None:
    assert checklists.read_checklists(_list())["office"].questions[0].code == "hours"
    for wrong in (
        {"about": "patients"},
        {"of": "family"},
        {"zh": "抽查孕妇姓名"},
        {"en": "How many pregnancies ended here"},
        {"zh": "出生人口性别比正常"},
        {"zh": "落实结扎手术"},
        {"zh": ""},
    ):
        with pytest.raises(checklists.ListProblem):
            checklists.read_checklists(_list(**wrong))


def test_days_have_a_source_and_fit_together() -> None:
    good = {name: {"days": 10, "source": "x"} for name in ("reply", "reply_at_most", "hear", "draw")}
    assert checklists.read_days(good).draw == 10
    for wrong in (
        {**good, "reply": {"days": 11, "source": "x"}},
        {**good, "draw": {"days": 0, "source": "x"}},
        {**good, "hear": {"days": 5}},
        {**good, "other": {"days": 5, "source": "x"}},
    ):
        with pytest.raises(checklists.ListProblem):
            checklists.read_days(wrong)
