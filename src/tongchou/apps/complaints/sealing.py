"""What a complaint says, sealed; the contact of whoever complains; and the code that is given for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from tongchou.core import crypto

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 12


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
    """The code of one filled-in form: the same again when the very same form is sent again. Kept nowhere.

    ``token`` is random and the page's own, so that nobody works a code out who knows what was filled in.
    """
    digest = crypto.blind_index("\0".join((token, *said)), "complaints.code-of").partition(":")[2]
    number, letters = int(digest, 16), ""
    for _position in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def code_index(code: str) -> str:
    return crypto.blind_index("".join(code.split()).replace("-", "").upper(), "complaints.code")
