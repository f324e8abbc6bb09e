"""What a complaint says, sealed; the contact of whoever complains; and the code that is given for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from tongchou.core import crypto, public_codes


@dataclass(frozen=True, slots=True)
class Who:
    """How whoever complains is reached; empty where nothing was given."""

    name: str = ""
    phone: str = ""


def seal(words: str, what: str, number: int) -> str:
    """Words of one thing (``words``, ``step``, ``question``, ``answer``) of a complaint; nothing for none."""
    return crypto.encrypt(words, f"complaints.{what}:{number}") if words else ""


def unseal(sealed: str, what: str, number: int) -> str:
    return crypto.decrypt(sealed, f"complaints.{what}:{number}") if sealed else ""


def seal_who(who: Who, number: int) -> str:
    return seal(json.dumps(asdict(who), ensure_ascii=False, sort_keys=True), "contact", number)


def unseal_who(sealed: str, number: int) -> Who:
    return Who(**json.loads(unseal(sealed, "contact", number)))


def code_for(token: str, *said: str) -> str:
    """The code of one filled-in form; see ``public_codes.of_form``."""
    return public_codes.of_form("complaints.code-of", token, *said)


def code_index(code: str) -> str:
    return public_codes.index("complaints.code", code)
