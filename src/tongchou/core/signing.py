"""Signing what others check without asking: JSON Web Signatures with the installation's Ed25519 keys.

RFC 7515 (compact form), RFC 8037 and RFC 9864 (Ed25519). A key is named by its thumbprint (RFC 7638), so
that names of different counties never meet.
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from tongchou.core.keys import keyring


def sign(claims: dict[str, Any], kind: str) -> str:
    """A compact token of some claims; ``kind`` stands in its header as ``typ``."""
    family = keyring().certificate
    key = _key(family.key(family.current))
    header = {"alg": "Ed25519", "typ": kind, "kid": key.thumbprint()}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key, algorithms=["Ed25519"])


def current() -> str:
    """The thumbprint of the key that signs now."""
    family = keyring().certificate
    return _key(family.key(family.current)).thumbprint()


def public_keys() -> dict[str, Any]:
    """The public halves of all keys that ever signed here, the newest first, as a JSON Web Key Set."""
    family = keyring().certificate
    newest = sorted(family.keys, key=lambda name: (name == family.current, int(name[1:])), reverse=True)
    keys = [_key(family.key(name)) for name in newest]
    return {
        "keys": [
            key.as_dict(private=False) | {"kid": key.thumbprint(), "alg": "Ed25519", "use": "sig"}
            for key in keys
        ]
    }


@lru_cache(maxsize=16)
def _key(seed: bytes) -> OKPKey:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _text(public), "d": _text(seed)})


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
