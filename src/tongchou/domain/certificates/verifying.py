"""Checking a certificate with nothing but its code, the issuer's public keys and a status list.

The page for counters does the same in a browser (``certificate_check.js``); both are tried on one set of
examples.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from tongchou.domain.certificates import claims, status
from tongchou.domain.certificates.claims import Claims


class Finding(StrEnum):
    """What a check says. Only ``GOOD`` means: serve. ``UNSURE``: genuine, but no list tells of today."""

    GOOD = "good"
    UNSURE = "unsure"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """A finding; ``claims`` only of what is genuine, ``listed_at`` when the status list was signed."""

    finding: Finding
    claims: Claims | None = None
    listed_at: dt.datetime | None = None


def check(token: str, *, keys: dict[str, Any], listed: str | None, at: dt.datetime) -> Checked:
    """Check a certificate.

    Parameters
    ----------
    token
        The text of the square.
    keys
        The public keys as a JSON Web Key Set (RFC 7517).
    listed
        The signed status list, or None.
    at
        Now.
    """
    said = opened(token.strip(), keys, claims.CERTIFICATE)
    if isinstance(said, Finding):
        return Checked(said)
    try:
        found = Claims.of_json(said)
    except ValueError:
        return Checked(Finding.UNREADABLE)
    seconds = at.timestamp()
    # Revoked goes before expired: whoever shows it has been told so.
    revoked, listed_at = _revoked(found, keys, listed, at)
    if revoked:
        return Checked(Finding.REVOKED, found, listed_at)
    if seconds > said["exp"]:
        return Checked(Finding.EXPIRED, found, listed_at)
    if seconds < said["nbf"]:
        return Checked(Finding.NOT_YET, found, listed_at)
    return Checked(Finding.UNSURE if revoked is None else Finding.GOOD, found, listed_at)


def read_list(listed: str, keys: dict[str, Any]) -> dict[str, Any]:
    """What a genuine status list says.

    Raises
    ------
    ValueError
        When it is none, damaged, or not signed by one of the keys.
    """
    said = opened(listed.strip(), keys, claims.STATUS_LIST)
    if isinstance(said, Finding):
        raise ValueError(f"no status list of these keys: {said}")
    part = said.get("status_list")
    times = all(type(said.get(key)) is int for key in ("iat", "exp"))
    if not times or not isinstance(part, dict) or part.get("bits") != 1 or type(part.get("lst")) is not str:
        raise ValueError("the status list is damaged")
    return said


def _revoked(
    found: Claims, keys: dict[str, Any], listed: str | None, at: dt.datetime
) -> tuple[bool | None, dt.datetime | None]:
    """Whether a list says it is revoked: None when none can tell (none, too old, older than it)."""
    if listed is None:
        return None, None
    try:
        said = read_list(listed, keys)
        set_ = status.is_revoked(said["status_list"]["lst"], found.position)
        listed_at = dt.datetime.fromtimestamp(said["iat"], dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None, None
    # A bit once set stays set: an old list's "revoked" holds, its "not revoked" no longer.
    if not set_ and at.timestamp() > said["exp"]:
        return None, listed_at
    return set_, listed_at


def opened(token: str, keys: dict[str, Any], kind: str) -> dict[str, Any] | Finding:
    """The claims of a genuine token of a kind, or why there are none."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, UnicodeError):
        return Finding.UNREADABLE
    if header.get("typ") != kind or header.get("alg") != "Ed25519":
        return Finding.UNREADABLE
    known = next((one for one in keys.get("keys", ()) if one.get("kid") == header.get("kid")), None)
    if known is None:
        return Finding.UNKNOWN_KEY
    try:
        opened = jws.deserialize_compact(token, OKPKey.import_key(known), algorithms=["Ed25519"])
        said = json.loads(opened.payload)
    except (JoseError, ValueError):
        return Finding.FORGED
    return said if isinstance(said, dict) else Finding.UNREADABLE
