"""Laws of a fund's book: every entry sums to zero, no account is below zero, nothing appears or is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain import lateness, ledger, shares
from tongchou.domain.ledger import Account, BelowZero, Entry, Kind

FEN = st.integers(1, 10**12)
SOURCES = ("central", "county", "donation")
PROGRAMMES = ("childcare_subsidy", "elderly_reward")
MOVES = st.builds(
    lambda kind, fen, source, programme: ledger.entry(kind, fen, source=source, programme=programme),
    st.sampled_from(Kind),
    st.integers(1, 50),
    st.sampled_from(SOURCES),
    st.sampled_from(PROGRAMMES),
)


@given(MOVES)
def test_every_entry_sums_to_zero(one: Entry) -> None:
    assert sum(fen for _place, fen in one.lines) == 0
    assert {place[0] for place, _fen in one.lines} == set(ledger.MOVES[one.kind])


@given(st.lists(MOVES, max_size=60))
def test_a_book_kept_by_entries_is_never_below_zero_and_balances(moves: list[Entry]) -> None:
    balances: dict[ledger.Place, int] = {}
    made: list[Entry] = []
    for one in moves:
        try:
            balances = ledger.applied(balances, one)
        except BelowZero as refused:
            short = balances.get(refused.place, 0)
            assert 0 < refused.missing == one.fen - short
            continue
        made.append(one)
        assert ledger.broken(balances) == []
    assert {place: fen for place, fen in ledger.summed(made).items() if fen} == {
        place: fen for place, fen in balances.items() if fen
    }
    everywhere = sum(ledger.total(balances, one) for one in Account if one is not Account.APPROPRIATED)
    assert everywhere == ledger.total(balances, Account.APPROPRIATED)


@given(st.sampled_from(sorted(ledger.REVERSIBLE)), FEN)
def test_a_counter_entry_undoes_an_entry_and_no_more(kind: Kind, fen: int) -> None:
    one = ledger.entry(kind, fen, source="county", programme="elderly_reward")
    assert not any(ledger.summed([one, ledger.counter(one)]).values())
    with pytest.raises(ValueError, match="anew"):
        ledger.counter(ledger.counter(one))


@pytest.mark.parametrize("kind", sorted(set(Kind) - ledger.REVERSIBLE))
def test_what_follows_from_an_act_has_no_counter_entry(kind: Kind) -> None:
    with pytest.raises(ValueError, match="not taken back"):
        ledger.counter(ledger.entry(kind, 1, source="county", programme="elderly_reward"))


@pytest.mark.parametrize("fen", [0, -1, 1.5, True])
def test_amounts_are_positive_whole_fen(fen: int) -> None:
    with pytest.raises(ValueError, match="positive number"):
        ledger.entry(Kind.ARRIVAL, fen, source="county")


def test_an_entry_names_its_two_accounts() -> None:
    with pytest.raises(ValueError, match="does not move money"):
        Entry(Kind.ARRIVAL, 1, (Account.PAID, "elderly_reward"), (Account.FREE, ""))
    with pytest.raises(ValueError, match="whose"):
        ledger.entry(Kind.PAYMENT, 1)


def test_a_book_that_was_not_kept_by_entries_is_noticed() -> None:
    wrong = {(Account.FREE, ""): -5, (Account.DUE, "county"): 6}
    assert ledger.broken(wrong) == ["free  is -5 fen", "debits and credits differ by 1 fen"]


@given(st.dates(dt.date(2004, 1, 1), dt.date(2100, 1, 1)), st.none() | st.dates(dt.date(2004, 1, 1)))
def test_an_entry_is_booked_in_no_closed_month(day: dt.date, closed: dt.date | None) -> None:
    if closed is not None:
        closed = ledger.month_of(min(closed, dt.date(2100, 1, 1)))
    month = ledger.booked_in(day, closed)
    assert month.day == 1 and month >= ledger.month_of(day)
    if closed is not None:
        assert month > closed
        assert month == ledger.month_of(day) or month == ledger.next_month(closed)


PARTS = st.lists(st.integers(0, shares.WHOLE), min_size=3, max_size=3).map(
    lambda cuts: dict(
        zip(
            shares.LEVELS,
            (
                after - before
                for before, after in zip([0, *sorted(cuts)], [*sorted(cuts), 10_000], strict=True)
            ),
            strict=True,
        )
    )
)


@given(st.integers(0, 10**13), PARTS)
def test_shares_add_up_to_the_fen_and_are_near_the_exact_ones(fen: int, parts: dict[str, int]) -> None:
    found = shares.split(fen, parts)
    assert sum(found.values()) == fen
    for level, share in found.items():
        assert abs(share * shares.WHOLE - fen * parts[level]) < shares.WHOLE
        assert share >= 0 and (parts[level] or not share)


def test_the_county_bears_the_odd_fen() -> None:
    halves = {"central": 2500, "province": 2500, "prefecture": 2500, "county": 2500}
    assert [shares.split(n, halves)["county"] for n in (1, 2, 3, 4, 5)] == [1, 1, 1, 1, 2]
    assert shares.split(2, halves) == {"central": 0, "province": 0, "prefecture": 1, "county": 1}


@pytest.mark.parametrize(
    "parts",
    [{"central": 9999}, {"central": 10_001, "county": -1}, {"town": 10_000}, {"central": 10_000.0}],
)
def test_what_is_no_sharing_is_refused(parts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"level|part"):
        shares.split(100, parts)


DAY = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@given(
    st.lists(st.tuples(DAY, st.integers(1, 100)), max_size=5),
    st.integers(0, 100),
    DAY,
    DAY,
)
def test_lateness_is_what_a_day_by_day_count_says(
    arrivals: list[tuple[dt.date, int]], missing: int, due: dt.date, on: dt.date
) -> None:
    amount = sum(fen for _day, fen in arrivals) + missing
    found = lateness.punctuality(amount, due, arrivals, on)
    # The oracle: walk the days from the due day on and look what is missing each evening.
    days, there_at_due = 0, sum(fen for day, fen in arrivals if day <= min(due, on))
    walked = due
    while walked < on and sum(fen for day, fen in arrivals if day <= walked) < amount:
        walked += dt.timedelta(days=1)
        days += 1
    assert found.days == days
    assert found.arrived == sum(fen for day, fen in arrivals if day <= on)
    assert found.late == (amount - there_at_due if on > due else 0)
    assert lateness.together([found, found]).appropriated == 2 * amount
