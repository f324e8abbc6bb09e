"""Identity numbers: published examples, laws, and what is never repaired."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain import identity

AREAS = st.sampled_from(["520599", "522422", "522401", "110105"])
BIRTHS = st.dates(dt.date(1901, 1, 1), dt.date(2026, 12, 31))
SEQUENCES = st.integers(1, 999)
NUMBERS = st.builds(identity.compose, AREAS, BIRTHS, SEQUENCES)


@pytest.mark.parametrize(
    "number",
    # The two examples of GB 11643-1999, then made-up people of the unassigned area.
    [
        "11010519491231002X",
        "440524188001010014",
        "520599196503071125",
        "520599202501150039",
        "520599198808084567",
    ],
)
def test_published_numbers_hold(number: str) -> None:
    assert identity.check_character(number[:17]) == number[17]
    assert identity.parse(number).number == number


@given(AREAS, BIRTHS, SEQUENCES)
def test_what_is_composed_is_read_back(area: str, birth: dt.date, sequence: int) -> None:
    reading = identity.parse(identity.compose(area, birth, sequence))
    assert reading.problems == ()
    assert str(reading.birth) == birth.isoformat()
    assert reading.sex == (1 if sequence % 2 else 2)
    assert reading.original is None


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_seen(number: str, place: int, other: str) -> None:
    wrong = number[:place] + other + number[place + 1 :]
    reading = identity.parse(wrong)
    assert (reading.number is None) == (wrong != number)


@given(NUMBERS, st.integers(0, 16))
def test_two_swapped_neighbours_are_always_seen(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (identity.parse(swapped).number is None) == (swapped != number)


@given(st.builds(identity.compose, AREAS, st.dates(dt.date(1901, 1, 1), dt.date(1999, 12, 31)), SEQUENCES))
def test_fifteen_digits_are_upgraded_and_kept(number: str) -> None:
    fifteen = number[:6] + number[8:17]
    reading = identity.parse(fifteen)
    assert (reading.number, reading.original) == (number, fifteen)
    assert identity.parse(float(fifteen)).number == number  # fifteen digits survive in a number cell


@given(NUMBERS)
def test_a_number_cell_is_never_repaired(number: str) -> None:
    digits = number.replace("X", "0")
    for cell in (float(digits), int(digits), f"{float(digits):.5E}"):
        reading = identity.parse(cell)
        assert reading.number is None
        assert reading.problems == ("id_digits_lost",)


@given(st.text(max_size=30))
def test_any_text_gives_a_reading(text: str) -> None:
    reading = identity.parse(text)
    assert reading.number is None or identity.check_character(reading.number[:17]) == reading.number[17]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("5.20599E+17", "id_digits_lost"),
        ("520599196503071000", "id_digits_lost"),
        ("52059919650307112", "id_length"),
        ("52059919650307112A", "id_character"),
        ("520599196503071126", "id_check_failed"),
        (identity.compose("520599", dt.date(1965, 3, 7), 112)[:10] + "023011", "id_length"),
        ("52059919650230112" + identity.check_character("52059919650230112"), "id_birth_impossible"),
        ("无", "id_character"),
        (True, "id_character"),
        (float("nan"), "id_character"),
    ],
)
def test_problems_have_their_code(cell: object, problem: str) -> None:
    assert identity.parse(cell).problems == (problem,)


@pytest.mark.parametrize(
    "cell", ["５２０５９９１９６５０３０７１１２５", "'520599196503071125", " 520599 19650307 1125 "]
)
def test_ornament_is_put_aside(cell: str) -> None:
    reading = identity.parse(cell)
    assert (reading.number, reading.original) == ("520599196503071125", cell)


def test_a_letter_is_a_digit_only_when_the_check_character_agrees() -> None:
    assert identity.parse("52O599196503071125").problems == ("id_letter_as_digit",)
    assert identity.parse("52O599196503071125").number == "520599196503071125"
    assert identity.parse("52O599196503071126").problems == ("id_check_failed",)


@pytest.mark.parametrize("cell", [None, "", "   "])
def test_silence_is_silence(cell: object) -> None:
    assert identity.parse(cell) == identity.IdReading()


@given(NUMBERS)
def test_the_mask_hides_what_a_birth_date_beside_it_does_not_tell(number: str) -> None:
    shown = identity.mask(number)
    assert len(shown) == 18
    assert number[6:17] not in shown and set(shown[6:17]) == {"*"}
