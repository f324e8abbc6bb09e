"""Identity numbers and telephones: encrypted, findable by a blind index, shown masked."""

from __future__ import annotations

import json
from typing import Any

from tongchou.core import crypto

ID_CONTEXT = "registry.id"
PHONE_CONTEXT = "registry.phone"
CERTIFICATE_CONTEXT = "registry.certificate"
EVIDENCE_CONTEXT = "registry.evidence"


def id_index(number: str) -> str:
    """The key under which a person with this 18-character number is found."""
    return crypto.blind_index(number, ID_CONTEXT)


def phone_index(phone: str) -> str:
    return crypto.blind_index(phone, PHONE_CONTEXT)


def mask_id(number: str) -> str:
    """The area and the last character.

    The birth date is shown beside it and holds eight of the other eleven characters, the sex half of the
    ninth's choices: with the usual last four shown, nothing would be hidden. So about fifty numbers remain
    possible.

    Examples
    --------
    >>> mask_id("520599196503071125")
    '520599***********5'
    """
    return f"{number[:6]}{'*' * (len(number) - 7)}{number[-1:]}"


def mask_phone(phone: str) -> str:
    """The first three and last four digits of a long number, the last two of a short one.

    Examples
    --------
    >>> mask_phone("13800001234"), mask_phone("8221234")
    ('138****1234', '*****34')
    """
    if len(phone) >= 11:
        return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
    return f"{'*' * max(0, len(phone) - 2)}{phone[-2:]}"


def _context(context: str, person_id: int) -> str:
    """Bound to the person: a cipher copied into another person's row does not open."""
    return f"{context}:{person_id}"


def seal(payload: dict[str, Any], person_id: int) -> dict[str, Any]:
    """The payload with its plain identity numbers, telephones and private facts replaced by what may be
    stored.

    ``id`` (number and blind index) and each of ``phones`` become ``[cipher, index, mask]``; ``former_id`` and
    ``certificate`` (kind and grade) their ciphers; of ``evidence`` the kind stays and the words are sealed.
    """
    if not payload.keys() & {"id", "former_id", "phones", "certificate", "evidence"}:
        return payload
    sealed = dict(payload)
    if "id" in payload:
        number, index = payload["id"]
        sealed["id"] = [crypto.encrypt(number, _context(ID_CONTEXT, person_id)), index, mask_id(number)]
    if "former_id" in payload:
        sealed["former_id"] = crypto.encrypt(payload["former_id"], _context(ID_CONTEXT, person_id))
    if "phones" in payload:
        sealed["phones"] = [
            [crypto.encrypt(phone, _context(PHONE_CONTEXT, person_id)), phone_index(phone), mask_phone(phone)]
            for phone in payload["phones"]
        ]
    if "certificate" in payload:
        text = json.dumps(list(payload["certificate"]))
        sealed["certificate"] = crypto.encrypt(text, _context(CERTIFICATE_CONTEXT, person_id))
    if "evidence" in payload:
        kind, words = payload["evidence"]
        sealed["evidence"] = [kind, crypto.encrypt(words, _context(EVIDENCE_CONTEXT, person_id))]
    return sealed


def open_id(cipher: str, person_id: int) -> str | None:
    """The identity number behind a cipher; None for an empty one."""
    return crypto.decrypt(cipher, _context(ID_CONTEXT, person_id)) if cipher else None


def open_phone(cipher: str, person_id: int) -> str:
    return crypto.decrypt(cipher, _context(PHONE_CONTEXT, person_id))


def open_certificate(cipher: str, person_id: int) -> tuple[int, int]:
    """Kind and grade behind a cipher, for the private programmes and to see whether a list says the same."""
    category, grade = json.loads(crypto.decrypt(cipher, _context(CERTIFICATE_CONTEXT, person_id)))
    return category, grade
