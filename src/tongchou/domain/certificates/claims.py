"""What a certificate says of itself, signed: as little as a counter needs to serve its holder.

The code in the square is a JSON Web Signature (RFC 7515, compact, Ed25519 by RFC 8037), so that any
library can read it. It holds the holder's name and the last four characters of the identity number, to be
compared with the card; never a ground, a child, a birth, an amount (rights rules 2 and 3).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

#: ``typ`` of the two signed things, so that one is never taken for the other.
CERTIFICATE, STATUS_LIST = "tc-cert+jwt", "statuslist+jwt"
#: Days are those of China (RFC 7519 wants seconds): all of the last day counts.
_CHINA: Final = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Claims:
    """``issuer`` is the office's name as it was on the day; ``position`` that in the status list."""

    number: str
    kind: str
    name: str
    id_end: str
    issuer: str
    first_day: dt.date
    last_day: dt.date
    position: int

    def as_json(self) -> dict[str, Any]:
        """The claims of a token, by their registered names where there are such."""
        return {
            "jti": self.number,
            "kind": self.kind,
            "name": self.name,
            "id4": self.id_end,
            "iss": self.issuer,
            "nbf": _seconds(self.first_day),
            "exp": _seconds(self.last_day + dt.timedelta(days=1)) - 1,
            "idx": self.position,
        }

    @classmethod
    def of_json(cls, said: dict[str, Any]) -> Claims:
        """The claims of a token.

        Raises
        ------
        ValueError
            When one is missing or of another kind.
        """
        words = [said.get(key) for key in ("jti", "kind", "name", "id4", "iss")]
        seconds = [said.get(key) for key in ("nbf", "exp", "idx")]
        if not all(type(one) is str for one in words) or not all(type(one) is int for one in seconds):
            raise ValueError("a claim is missing or of another kind")
        number, kind, name, id_end, issuer = map(str, words)
        try:
            first, last = (dt.datetime.fromtimestamp(said[key], _CHINA).date() for key in ("nbf", "exp"))
        except (OverflowError, OSError) as error:
            raise ValueError("no such day") from error
        return cls(number, kind, name, id_end, issuer, first, last, int(said["idx"]))


def status_json(packed: str, *, at: dt.datetime, until: dt.datetime) -> dict[str, Any]:
    """The claims of a signed status list (IETF Token Status List, section 5.1)."""
    return {
        "iat": int(at.timestamp()),
        "exp": int(until.timestamp()),
        "status_list": {"bits": 1, "lst": packed},
    }


def _seconds(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), _CHINA).timestamp())
