"""Encrypted fields and blind indexes.

A token is ``k1:`` and base64 of a random 96-bit nonce and the AES-256-GCM ciphertext with its tag; the
context (what the field is, e.g. ``"person.id_number"``) is authenticated with it, so that a token moved to
another field does not open. A blind index is ``v1:`` and the first 16 bytes of an HMAC-SHA256 in hex: equal
values of one context have equal indexes, and nothing else can be told from it without the key.

Source: NIST SP 800-38D (GCM, 96-bit nonces; with random ones at most 2³² messages a key, hence ``rotate``);
RFC 2104 and FIPS 180-4 (HMAC-SHA256).
"""

from __future__ import annotations

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import AppError
from tongchou.core.keys import KeyMissing, keyring, rotate

__all__ = ["CannotDecrypt", "KeyMissing", "blind_index", "decrypt", "encrypt", "rotate"]

_NONCE = 12
_TAG = 16
_INDEX = 16


class CannotDecrypt(AppError):  # noqa: N818
    """A token is damaged, belongs to another field, or was written with another installation's key."""

    status = 500

    def __init__(self, reason: str) -> None:
        message = _(
            "What is stored here cannot be opened with the keys of this installation. "
            "Please tell the system administrator: keys.json may have to be restored from its backup."
        )
        super().__init__("keys.cannot_decrypt", message)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


def encrypt(text: str, context: str) -> str:
    """A token that ``decrypt`` opens in the same context; a new one at each call."""
    ring = keyring()
    nonce = os.urandom(_NONCE)
    sealed = ring.cipher(ring.field.current).encrypt(nonce, text.encode(), context.encode())
    return f"{ring.field.current}:{base64.b64encode(nonce + sealed).decode('ascii')}"


def decrypt(token: str, context: str) -> str:
    """The text of a token.

    Raises
    ------
    KeyMissing
        When ``keys.json`` does not hold the key named in the token.
    CannotDecrypt
        When the token is damaged, of another context, or of a key of the same name elsewhere.
    """
    name, _, body = token.partition(":")
    cipher = keyring().cipher(name)
    try:
        sealed = base64.b64decode(body, validate=True)
        if len(sealed) < _NONCE + _TAG:
            raise CannotDecrypt("the token is too short")
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt(f"a token of {context!r} does not open with key {name!r}") from error


def blind_index(value: str, context: str) -> str:
    """The searchable stand-in for a value; the caller brings the value into its one written form first."""
    family = keyring().index
    mac = hmac.digest(family.keys[family.current], f"{context}\0{value}".encode(), "sha256")
    return f"{family.current}:{mac[:_INDEX].hex()}"
