"""What is signed here opens with the public keys alone, also after the key was changed."""

import datetime as dt

import pytest

from tongchou.core import keys, signing
from tongchou.domain.certificates.claims import CERTIFICATE, Claims
from tongchou.domain.certificates.verifying import Finding, check

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 26, 4, tzinfo=dt.UTC)
HELD = Claims(
    "Y2026-0000123-78",
    "优先优惠证",
    "王小明",
    "123X",
    "统筹县",
    dt.date(2026, 11, 1),
    dt.date(2027, 10, 31),
    7,
)


def test_a_signed_certificate_opens_with_the_public_keys_alone() -> None:
    found = check(signing.sign(HELD.as_json(), CERTIFICATE), keys=signing.public_keys(), listed=None, at=NOON)
    assert (found.finding, found.claims) == (Finding.UNSURE, HELD)


def test_keys_of_before_still_open_and_the_newest_stands_first() -> None:
    before = signing.sign(HELD.as_json(), CERTIFICATE)
    first = signing.public_keys()["keys"][0]["kid"]
    assert keys.rotate("certificate") == "c2"
    public = signing.public_keys()["keys"]
    assert len(public) == 2 and public[0]["kid"] != first and public[1]["kid"] == first
    assert check(before, keys={"keys": public}, listed=None, at=NOON).claims == HELD


def test_no_private_half_is_told() -> None:
    signing.sign(HELD.as_json(), CERTIFICATE)
    assert all(set(key) == {"kty", "crv", "x", "kid", "alg", "use"} for key in signing.public_keys()["keys"])
