"""What is known of a payee when a batch is frozen: sealed, and marked with a keyed hash."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from tongchou.core import crypto

_MARK: Final = "payments.row"


@dataclass(frozen=True, slots=True)
class Facts:
    """Whom and what a row pays. ``relation`` is what the account's holder is to the person."""

    award_id: int
    case_number: str
    person_id: int
    programme: str
    year: int
    fen: int
    issue_no: int
    name: str
    id_number: str
    bank: str
    account: str
    relation: str


def seal(facts: Facts, row_id: int) -> tuple[str, str]:
    """The cipher, bound to the row, and the mark over all facts."""
    text = _text(facts)
    return crypto.encrypt(text, f"payments.payee:{row_id}"), crypto.blind_index(text, _MARK)


def unseal(sealed: str, row_id: int) -> Facts:
    return Facts(**json.loads(crypto.decrypt(sealed, f"payments.payee:{row_id}")))


def is_marked(facts: Facts, mark: str) -> bool:
    """Whether these are the facts that were frozen."""
    return crypto.blind_index(_text(facts), _MARK) == mark


def _text(facts: Facts) -> str:
    return json.dumps(asdict(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal_words(words: str, what: str, number: int) -> str:
    """Words of a bank or an officer; nothing for none."""
    return crypto.encrypt(words, f"payments.{what}:{number}") if words else ""


def unseal_words(sealed: str, what: str, number: int) -> str:
    return crypto.decrypt(sealed, f"payments.{what}:{number}") if sealed else ""
