"""What a case holds of people in words: sealed, bound to the case, opened for those who may read the case."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from tongchou.core import crypto

ACCOUNT: Final = "casework.account"


@dataclass(frozen=True, slots=True)
class Application:
    """Who applies, and what was said on this application.

    ``told`` are facts of the rules by name; ``statement`` that the applicant signed the programme's own
    statement. Neither is ever stored on a person (rights rule 2).
    """

    name: str = ""
    id_number: str = ""
    phone: str = ""
    relation: str = ""
    mandate: str = ""
    statement: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    situation: str = ""
    #: What the applicant wrote beside it, of an application sent by the family itself.
    note: str = ""


@dataclass(frozen=True, slots=True)
class PayTo:
    """Whose account the money goes to. ``relation`` is what the holder is to the person, as it was said.

    ``mandate`` is the paper or reason where the register shows no tie. ``tie`` is the one it shows, of
    ``registry.HOLDER_TIES`` or ``"institution"``; empty for none.
    """

    name: str
    id_number: str
    bank: str
    account: str
    relation: str
    mandate: str = ""
    tie: str = ""


def seal(application: Application, person_id: int) -> str:
    return crypto.encrypt(json.dumps(asdict(application), ensure_ascii=False), _of("application", person_id))


def unseal(sealed: str, person_id: int) -> Application:
    return Application(**json.loads(crypto.decrypt(sealed, _of("application", person_id))))


def seal_words(words: str, case_id: int) -> str:
    """Words of an officer; nothing for none."""
    return crypto.encrypt(words, _of("words", case_id)) if words else ""


def unseal_words(sealed: str, case_id: int) -> str:
    return crypto.decrypt(sealed, _of("words", case_id)) if sealed else ""


def mark_record(record: dict[str, Any]) -> str:
    """The keyed hash that names a pinned record: equal for equal ones, and telling nothing of them."""
    return crypto.blind_index(_text(record), "casework.pinned")


def seal_record(record: dict[str, Any], case_id: int) -> str:
    return crypto.encrypt(_text(record), _of("pinned", case_id))


def _text(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unseal_record(sealed: str, case_id: int) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(crypto.decrypt(sealed, _of("pinned", case_id)))
    return record


def seal_payee(payee: PayTo, case_id: int) -> tuple[str, str]:
    """The cipher of an account, and the index that finds it in other cases."""
    return (
        crypto.encrypt(json.dumps(asdict(payee), ensure_ascii=False), _of("payee", case_id)),
        crypto.blind_index(payee.account, ACCOUNT),
    )


def unseal_payee(sealed: str, case_id: int) -> PayTo:
    return PayTo(**json.loads(crypto.decrypt(sealed, _of("payee", case_id))))


def _of(what: str, number: int) -> str:
    return f"casework.{what}:{number}"
