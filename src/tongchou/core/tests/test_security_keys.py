"""Security keys: bound to host, origin and challenge; a copy is noticed. Played by a key made of software."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tongchou.core import factors, security_keys
from tongchou.core.account_models import Factor
from tongchou.core.errors import AppError, Conflict, Invalid
from tongchou.core.models import Account

AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
HOST = "pop.example.cn"
ORIGIN = f"https://{HOST}"
PRESENT, ATTESTED = 0x01, 0x40

pytestmark = pytest.mark.django_db


class SoftKey:
    """A key and the browser it is plugged into, at a page of some origin."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.number = os.urandom(32)
        self.counter = 0

    def create(self, options: dict[str, Any], origin: str = ORIGIN, flags: int = PRESENT) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.number, public)
        data = self._data(options["rp"]["id"], flags | ATTESTED, credential)
        attestation = AttestationObject.create("none", data, {})
        client = self._client("webauthn.create", options, origin)
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def get(self, options: dict[str, Any], origin: str = ORIGIN) -> dict[str, Any]:
        self.counter += 1
        data = self._data(options["rpId"], PRESENT, b"")
        client = self._client("webauthn.get", options, origin)
        signature = self.private.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, host: str, flags: int, credential: bytes) -> AuthenticatorData:
        return AuthenticatorData.create(
            hashlib.sha256(host.encode()).digest(), flags, self.counter, credential
        )

    def _client(self, kind: str, options: dict[str, Any], origin: str) -> CollectedClientData:
        return CollectedClientData.create(kind, options["challenge"], origin)

    def _answer(self, response: dict[str, bytes]) -> dict[str, Any]:
        number = websafe_encode(self.number)
        return {
            "id": number,
            "rawId": number,
            "type": "public-key",
            "response": {name: websafe_encode(value) for name, value in response.items()},
            "clientExtensionResults": {},
        }


@pytest.fixture
def account(make_account: Callable[..., Account]) -> Account:
    return make_account("one")


def enrol(account: Account, key: SoftKey, host: str = HOST, **more: Any) -> list[str]:
    options, state = security_keys.begin_adding(account, host)
    answer = key.create(options, **more)
    return security_keys.add(account=account, answer=answer, state=state, host=host, name="蓝", at=AT)


def use(account: Account, key: SoftKey, host: str = HOST, **more: Any) -> bool:
    asked = security_keys.begin_using(account, host)
    assert asked is not None
    options, state = asked
    answer = key.get(options, **more)
    return security_keys.use(account=account, answer=answer, state=state, host=host, at=AT)


def test_a_key_opens_the_account_it_was_made_for(
    account: Account, make_account: Callable[..., Account]
) -> None:
    key = SoftKey()
    assert len(enrol(account, key)) == factors.RECOVERY_CODES
    assert use(account, key) and use(account, key)
    assert not use(account, SoftKey())
    other = make_account("two")
    enrol(other, SoftKey())
    assert not use(other, key)
    with pytest.raises(Conflict, match=r"factor\.known_key"):
        enrol(other, key)


@pytest.mark.parametrize(
    "origin", ["http://pop.example.cn", "https://pop.example.cn.evil.cn", "https://example.cn", "null", ""]
)
def test_another_page_cannot_use_the_key(account: Account, origin: str) -> None:
    with pytest.raises(Invalid, match=r"factor\.bad_key"):
        enrol(account, SoftKey(), origin=origin)
    key = SoftKey()
    enrol(account, key)
    assert not use(account, key, origin=origin)


def test_a_page_below_the_host_is_trusted_when_the_settings_say_so(account: Account, settings: Any) -> None:
    key = SoftKey()
    enrol(account, key)
    assert not use(account, key, origin=f"https://jump.{HOST}")
    settings.CSRF_TRUSTED_ORIGINS = [f"https://jump.{HOST}"]
    assert use(account, key, origin=f"https://jump.{HOST}")


def test_the_machine_itself_needs_no_https(account: Account) -> None:
    key = SoftKey()
    enrol(account, key, host="localhost", origin="http://localhost:8000")
    assert use(account, key, host="localhost", origin="http://localhost:8000")
    assert security_keys.begin_using(account, HOST) is None, "a key is bound to its host"


def test_an_old_answer_opens_nothing(account: Account) -> None:
    key = SoftKey()
    enrol(account, key)
    options, state = security_keys.begin_using(account, HOST) or ({}, {})
    answer = key.get(options)
    values = {"account": account, "answer": answer, "host": HOST, "at": AT}
    assert security_keys.use(state=state, **values)
    assert not security_keys.use(state=state, **values), "its counter was used"
    _options, fresh = security_keys.begin_using(account, HOST) or ({}, {})
    assert not security_keys.use(state=fresh, **values), "another challenge"


def test_a_copied_key_is_noticed_by_its_counter(account: Account) -> None:
    key = SoftKey()
    enrol(account, key)
    assert use(account, key) and use(account, key)
    key.counter = 0  # what a copy taken after the first use would send
    assert not use(account, key)
    assert Factor.objects.get().sign_count == 2


def test_nobody_present_enrols_nothing(account: Account) -> None:
    with pytest.raises(Invalid):
        enrol(account, SoftKey(), flags=0)
    with pytest.raises(AppError):
        security_keys.add(account=account, answer={}, state={}, host=HOST, name="x", at=AT)
    assert not Factor.objects.exists()


def test_what_is_kept_of_a_key_is_encrypted(account: Account) -> None:
    key = SoftKey()
    enrol(account, key)
    kept = Factor.objects.get()
    assert kept.secret.startswith("k1:") and key.number.hex() not in repr(kept.__dict__)
    assert kept.handle == hashlib.sha256(key.number).hexdigest()
