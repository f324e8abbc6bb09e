"""Certificates: numbers that show a slip, claims that say little, and a check that is never too kind."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from tongchou.domain.certificates import claims, numbers, status
from tongchou.domain.certificates.claims import Claims
from tongchou.domain.certificates.verifying import Finding, check, read_list

KEY = OKPKey.generate_key("Ed25519")
OTHER = OKPKey.generate_key("Ed25519")
NOON = dt.datetime(2026, 11, 26, 4, tzinfo=dt.UTC)
HELD = Claims(
    "Y2026-0000123-78", "优先优惠证", "王小明", "123X", "统筹县卫生健康局",
    dt.date(2026, 11, 1), dt.date(2027, 10, 31), 7,
)  # fmt: skip


def _signed(said, kind=claims.CERTIFICATE, key=KEY, **more):
    header = {"alg": "Ed25519", "kid": key.thumbprint(), "typ": kind} | more
    return jws.serialize_compact(header, json.dumps(said).encode(), key, algorithms=["Ed25519"])


def _keys(*keys):
    return {"keys": [key.as_dict(private=False) | {"kid": key.thumbprint()} for key in keys]}


def _list(revoked=(), at=NOON, days=30, key=KEY, length=10):
    said = claims.status_json(status.pack(revoked, length), at=at, until=at + dt.timedelta(days=days))
    return _signed(said, claims.STATUS_LIST, key)


def _finding(token=None, keys=None, listed="", at=NOON):
    listed = _list() if listed == "" else listed
    return check(token or _signed(HELD.as_json()), keys=keys or _keys(KEY), listed=listed, at=at).finding


def test_a_genuine_certificate_is_good_while_it_holds():
    found = check(_signed(HELD.as_json()), keys=_keys(OTHER, KEY), listed=_list(), at=NOON)
    assert (found.finding, found.claims, found.listed_at) == (Finding.GOOD, HELD, NOON)


@pytest.mark.parametrize(
    ("day", "finding"),
    [
        (dt.datetime(2026, 10, 31, 15, 59, 59, tzinfo=dt.UTC), Finding.NOT_YET),
        (dt.datetime(2026, 10, 31, 16, tzinfo=dt.UTC), Finding.GOOD),
        (dt.datetime(2027, 10, 31, 15, 59, 59, tzinfo=dt.UTC), Finding.GOOD),
        (dt.datetime(2027, 10, 31, 16, tzinfo=dt.UTC), Finding.EXPIRED),
    ],
)
def test_it_holds_from_the_first_minute_to_the_last_in_china(day, finding):
    assert _finding(listed=_list(at=day), at=day) is finding


def test_a_revoked_one_is_refused_by_a_list_of_any_age():
    assert _finding(listed=_list([7])) is Finding.REVOKED
    assert _finding(listed=_list([7]), at=NOON + dt.timedelta(days=200)) is Finding.REVOKED
    assert _finding(listed=_list([6, 8])) is Finding.GOOD


def test_without_a_list_that_tells_of_today_nobody_is_sure():
    assert _finding(listed=None) is Finding.UNSURE
    assert _finding(listed=_list(at=NOON - dt.timedelta(days=31))) is Finding.UNSURE
    assert _finding(listed=_list(key=OTHER)) is Finding.UNSURE
    assert _finding(listed=_signed(HELD.as_json())) is Finding.UNSURE
    newer = _signed(HELD.as_json() | {"idx": status.FEWEST + 1})
    assert _finding(newer) is Finding.UNSURE


def test_a_forged_one_says_nothing_of_anybody():
    token = _signed(HELD.as_json())
    head, _body, mark = token.split(".")
    body = _signed(HELD.as_json() | {"name": "李四"}).split(".")[1]
    found = check(f"{head}.{body}.{mark}", keys=_keys(KEY), listed=_list(), at=NOON)
    assert (found.finding, found.claims) == (Finding.FORGED, None)
    assert _finding(keys=_keys(OTHER)) is Finding.UNKNOWN_KEY
    spoofed = _signed(HELD.as_json(), key=OTHER, kid=KEY.thumbprint())
    assert _finding(spoofed) is Finding.FORGED


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "1" * 4000, "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_certificate_is_unreadable(token):
    assert check(token, keys=_keys(KEY), listed=None, at=NOON).finding is Finding.UNREADABLE


def test_a_status_list_is_no_certificate_and_an_odd_claim_none_either():
    assert _finding(_list()) is Finding.UNREADABLE
    assert _finding(_signed(HELD.as_json() | {"idx": "7"})) is Finding.UNREADABLE
    assert _finding(_signed({"jti": "x"})) is Finding.UNREADABLE
    assert _finding(_signed([])) is Finding.UNREADABLE


@given(st.text(max_size=300))
def test_no_text_breaks_the_check(text):
    assert check(text, keys=_keys(KEY), listed=text, at=NOON).finding is Finding.UNREADABLE


@given(st.sets(st.integers(0, 20_000)), st.integers(0, 20_000))
def test_a_list_says_of_each_what_was_put_in(revoked, asked):
    assert status.is_revoked(status.pack(revoked, 20_001), asked) is (asked in revoked)


def test_a_list_is_refused_with_words_of_what_is_wrong():
    with pytest.raises(ValueError, match="these keys"):
        read_list(_list(key=OTHER), _keys(KEY))
    broken = {"iat": 1, "exp": 2, "status_list": {"bits": 2, "lst": ""}}
    with pytest.raises(ValueError, match="damaged"):
        read_list(_signed(broken, claims.STATUS_LIST), _keys(KEY))
    with pytest.raises(ValueError, match="outside"):
        status.pack([9], 9)


@given(st.integers(0, 9_999_999), st.integers(2020, 2099), st.integers(0, 14), st.integers(0, 9))
def test_one_digit_mistyped_shows(serial, year, place, digit):
    right = numbers.number("Y", year, serial)
    assert numbers.is_number(right)
    wrong = right[: place + 1] + str(digit) + right[place + 2 :]
    if wrong != right:
        assert not numbers.is_number(wrong)


def test_claims_hold_no_more_than_is_needed():
    assert set(HELD.as_json()) == {"jti", "kind", "name", "id4", "iss", "nbf", "exp", "idx"}
    assert Claims.of_json(HELD.as_json()) == HELD
