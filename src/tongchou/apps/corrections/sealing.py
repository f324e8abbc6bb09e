"""What a request says, sealed: values, words and document are opened for those who may read the request."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tongchou.core import crypto


@dataclass(frozen=True, slots=True)
class Said:
    """Old and new values by field (full numbers), the words of the reason, number or date of the document."""

    old: dict[str, str]
    new: dict[str, str]
    words: str
    evidence: str


def seal(said: Said, person_id: int) -> str:
    """Bound to the person: what was asked for somebody does not open for somebody else."""
    return crypto.encrypt(json.dumps([said.old, said.new, said.words, said.evidence]), _context(person_id))


def unseal(sealed: str, person_id: int) -> Said:
    return Said(*json.loads(crypto.decrypt(sealed, _context(person_id))))


def mark(text: str) -> str:
    """Stands for what a reader saw, in a form: equal for equal texts, and telling nothing of them."""
    return crypto.blind_index(text, "corrections.seen")


def _context(person_id: int) -> str:
    return f"corrections.said:{person_id}"
