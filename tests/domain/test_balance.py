"""The population account: the sums are where people are, and late news stays in its own month."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.balance import Happening, Standing, Term, What, post, statement

MAY = dt.date(2026, 5, 20)


@st.composite
def lives(draw: st.DrawFn) -> list[Happening]:
    """Events of a few people in any order that can be: entered or born first, then moves and deaths."""
    found: list[Happening] = []
    seen: set[int] = set()
    day = dt.date(2026, 1, 1)
    for event in range(1, draw(st.integers(1, 25)) + 1):
        day += dt.timedelta(days=draw(st.integers(0, 20)))
        person = draw(st.integers(1, 5))
        if person not in seen:
            what, village = draw(st.sampled_from([What.ENTERED, What.BORN])), draw(st.integers(1, 3))
        else:
            what = draw(st.sampled_from([What.MOVED, What.DIED]))
            village = draw(st.integers(1, 3)) if what is What.MOVED else None
        seen.add(person)
        found.append(Happening(event, person, what, village, day))
    return found


@given(lives())
def test_the_sums_are_where_the_living_are(events: list[Happening]) -> None:
    standing: dict[int, Standing] = {}
    postings = post(events, standing)
    sums: Counter[int] = Counter()
    for posting in postings:
        sums[posting.village] += posting.number
    people = Counter(where.village for where in standing.values() if where.counted)
    assert {village: number for village, number in sums.items() if number} == dict(people)


@given(lives(), st.integers(0, 25))
def test_in_two_steps_as_in_one(events: list[Happening], cut: int) -> None:
    whole: dict[int, Standing] = {}
    steps: dict[int, Standing] = {}
    assert post(events, whole) == post(events[:cut], steps) + post(events[cut:], steps)
    assert whole == steps


@given(lives())
def test_what_leaves_one_village_arrives_in_another(events: list[Happening]) -> None:
    by_event: Counter[int] = Counter()
    for posting in post(events, {}):
        if posting.term in (Term.IN, Term.OUT):
            by_event[posting.event] += posting.number
    assert all(total == 0 for total in by_event.values())


def test_a_dead_person_who_is_moved_is_counted_nowhere() -> None:
    events = [
        Happening(1, 1, What.ENTERED, 1, MAY),
        Happening(2, 1, What.DIED, None, MAY),
        Happening(3, 1, What.MOVED, 2, MAY),
        Happening(4, 1, What.DIED, None, MAY, "2026-05-02"),
    ]
    assert [(p.event, p.term) for p in post(events, {})] == [(1, Term.ENTRIES), (2, Term.DEATHS)]


@pytest.mark.parametrize(
    ("occurred", "late"),
    [
        ("2026-05-02", False),
        ("2026-04-30", True),
        ("2026", False),
        ("2025", True),
        ("2026-04", True),
        ("", False),
    ],
)
def test_what_became_known_late_says_so(occurred: str, late: bool) -> None:
    (posting,) = post([Happening(1, 1, What.BORN, 1, MAY, occurred)], {})
    assert (posting.month, posting.late) == (dt.date(2026, 5, 1), late)


def test_nobody_moves_who_was_never_entered() -> None:
    with pytest.raises(ValueError, match="event 7"):
        post([Happening(7, 1, What.DIED, None, MAY)], {})


def test_each_month_opens_with_what_the_last_one_closed_with() -> None:
    lines = statement(
        [
            (dt.date(2026, 7, 1), "out", -3),
            (dt.date(2026, 5, 1), "entries", 10),
            (dt.date(2026, 7, 1), "in", 1),
            (dt.date(2026, 7, 1), "deaths", -1),
        ]
    )
    assert [(line.opening, line.closing) for line in lines] == [(0, 10), (10, 7)]
    assert (lines[1].left, lines[1].arrived, lines[1].deaths) == (3, 1, 1)
