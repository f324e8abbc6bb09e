"""Checking a released file with nothing but the file, its metadata and the issuer's public keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tongchou.domain.certificates.verifying import Finding, opened
from tongchou.domain.releases.exports import read_back
from tongchou.domain.releases.table import UnreadableError

#: What the header of the signature says it signs.
RELEASE: Final = "tc-release+jwt"


class Verdict(StrEnum):
    """Only ``GENUINE`` means: these are the figures that were sealed."""

    GENUINE = "genuine"
    CHANGED = "changed"  # the figures are not those that were signed
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Verified:
    """A verdict, and what the signature says of a genuine one."""

    verdict: Verdict
    says: dict[str, Any]
    why: str = ""


def digest_of(about: Mapping[str, Any]) -> str:
    """SHA-256 of what stands beside a table, without its proof: titles and labels are signed too."""
    words = {name: value for name, value in about.items() if name != "proof"}
    return hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verify(
    name: str, content: bytes, *, keys: dict[str, Any], beside: dict[str, Any] | None = None
) -> Verified:
    """Check a file that was downloaded.

    Parameters
    ----------
    name
        Its name: the ending says the format.
    keys
        The public keys as a JSON Web Key Set (RFC 7517).
    beside
        The file of metadata, which a CSV or SDMX-CSV needs.
    """
    try:
        table, about = read_back(name, content, beside=beside)
        token = str(about["proof"]["signature"])
    except UnreadableError as error:
        return Verified(Verdict.UNREADABLE, {}, str(error))
    except (KeyError, TypeError):
        return Verified(Verdict.UNREADABLE, {}, "it carries no signature")
    said = opened(token, keys, RELEASE)
    if isinstance(said, Finding):
        known = {Finding.FORGED: Verdict.FORGED, Finding.UNKNOWN_KEY: Verdict.UNKNOWN_KEY}
        return Verified(known.get(said, Verdict.UNREADABLE), {}, "the signature is no good")
    same = (
        said.get("about") == digest_of(about)
        and said.get("code") == table.code
        and said.get("period") == table.period
        and said.get("content") == table.digest()
    )
    return Verified(Verdict.GENUINE if same else Verdict.CHANGED, said)
