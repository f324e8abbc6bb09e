"""The key of a backup under its passphrase.

Scrypt (RFC 7914) with fixed costs makes a key of the passphrase, AES-256-GCM seals the content's key with it.
The age format has a passphrase of its own, but chooses its cost by the speed of the machine and refuses to
open what a faster one has sealed: a backup must open on the oldest machine of the county.
"""

from __future__ import annotations

import base64
import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

#: 128 MiB and about half a second for each guess.
COST, BLOCK, PARALLEL = 2**17, 8, 1
_USE = b"tongchou backup key 1"


class WrongPassphrase(ValueError):  # noqa: N818 - named after what it says
    """The key does not open with it."""


def seal(key: bytes, passphrase: str) -> bytes:
    """The key under the passphrase, as JSON."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_derive(passphrase, salt, COST, BLOCK, PARALLEL)).encrypt(nonce, key, _USE)
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    content = {name: base64.b64encode(value).decode("ascii") for name, value in parts.items()}
    return json.dumps({"kdf": "scrypt", "n": COST, "r": BLOCK, "p": PARALLEL, **content}, indent=1).encode()


def unseal(sealed: bytes, passphrase: str) -> bytes:
    """The key again.

    Raises
    ------
    WrongPassphrase
        When the passphrase is another one.
    ValueError, KeyError, TypeError
        When the text was not written by ``seal``.
    """
    content = json.loads(sealed)
    salt, nonce, body = (base64.b64decode(content[name]) for name in ("salt", "nonce", "sealed"))
    costs = (int(content["n"]), int(content["r"]), int(content["p"]))
    if content["kdf"] != "scrypt" or costs > (2**20, 16, 4):
        raise ValueError("unknown key derivation")
    try:
        return AESGCM(_derive(passphrase, salt, *costs)).decrypt(nonce, body, _USE)
    except InvalidTag:
        raise WrongPassphrase from None


def _derive(passphrase: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=block, p=parallel).derive(passphrase.encode())
