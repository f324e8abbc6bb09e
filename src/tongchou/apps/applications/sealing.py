"""What an application says of people: sealed, and the codes that are given for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from tongchou.core import crypto, public_codes


@dataclass(frozen=True, slots=True)
class Particulars:
    """What was filled in.

    ``name``, ``id_number`` are of the person it is for; ``by_name``, ``by_number`` of who applies for
    somebody else, for an institution its unified social credit code. ``told``, ``statement`` are of this one
    application (rights rule 2). ``account`` holds the fields of ``casework.PayTo``, or nothing.
    """

    name: str
    id_number: str
    phone: str
    applicant: str
    by_name: str = ""
    by_number: str = ""
    mandate: str = ""
    statement: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    situation: str = ""
    note: str = ""
    account: dict[str, str] = field(default_factory=dict)


def text_of(said: Particulars) -> str:
    return json.dumps(asdict(said), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal(said: Particulars, application_id: int) -> str:
    return crypto.encrypt(text_of(said), f"applications.sending:{application_id}")


def unseal(sealed: str, application_id: int) -> Particulars:
    return Particulars(**json.loads(crypto.decrypt(sealed, f"applications.sending:{application_id}")))


def seal_words(words: str, application_id: int) -> str:
    """Words to or from the applicant; nothing for none."""
    return crypto.encrypt(words, f"applications.words:{application_id}") if words else ""


def unseal_words(sealed: str, application_id: int) -> str:
    return crypto.decrypt(sealed, f"applications.words:{application_id}") if sealed else ""


def code_for(token: str, kind: str, year: int, area_id: int, said: Particulars) -> str:
    """The code of one filled-in form; see ``public_codes.of_form``."""
    return public_codes.of_form("applications.code-of", token, kind, str(year), str(area_id), text_of(said))


def code_index(code: str) -> str:
    return public_codes.index("applications.code", code)
