"""Security keys and passkeys (WebAuthn) as a second factor, through Yubico's fido2.

A key is made for one host name and opens on that name only; browsers offer it on https:// and on
http://localhost. Source: W3C Web Authentication Level 2, § 7.1 and § 7.2.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from tongchou.core import crypto, factors
from tongchou.core.account_models import Factor, FactorKind
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account


def trusted(origin: str, host: str) -> bool:
    """Whether a page of this origin may use keys of a host.

    It is the host over https (whatever stands in front), the machine itself over http, or an origin that the
    settings trust for forms and whose host lies below the key's.

    Examples
    --------
    >>> trusted("https://pop.example.cn", "pop.example.cn"), trusted("http://localhost:8000", "localhost")
    (True, True)
    >>> trusted("http://pop.example.cn", "pop.example.cn"), trusted("https://evil.cn", "pop.example.cn")
    (False, False)
    """
    parts = urlsplit(origin)
    name = parts.hostname or ""
    if parts.scheme == "http":
        return name == host == "localhost"
    if parts.scheme != "https":
        return False
    return name == host or (origin in settings.CSRF_TRUSTED_ORIGINS and name.endswith(f".{host}"))


def begin_adding(account: Account, host: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is asked (``navigator.credentials.create``), and the state to keep meanwhile."""
    options, state = _server(host).register_begin(
        PublicKeyCredentialUserEntity(
            id=hashlib.sha256(f"account:{account.pk}".encode()).digest(),
            name=account.username,
            display_name=account.username,
        ),
        credentials=_known(account, host),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return dict(options)["publicKey"], state


@transaction.atomic
def add(
    *, account: Account, answer: dict[str, Any], state: dict[str, Any], host: str, name: str, at: dt.datetime
) -> list[str]:
    """Enrol a key with what the browser answered; gives the recovery codes when it is the first factor.

    Raises
    ------
    Invalid
        ``factor.bad_key`` when the answer is not a fresh one of this page.
    Conflict
        ``factor.known_key`` when the key is enrolled already.
    """
    try:
        data = _server(host).register_complete(state, answer)
    except (ValueError, KeyError, TypeError) as error:
        raise bad_key() from error
    credential = data.credential_data
    if credential is None:
        raise bad_key()
    Account.objects.select_for_update().get(pk=account.pk)
    handle = _handle(credential.credential_id)
    if Factor.objects.filter(handle=handle).exists():
        raise Conflict("factor.known_key", _("This key is enrolled already."))
    return factors.add(
        account=account,
        at=at,
        factor=Factor(
            account=account,
            kind=FactorKind.KEY,
            name=name.strip()[:40],
            secret=crypto.encrypt(base64.b64encode(credential).decode("ascii"), factors.CONTEXT),
            handle=handle,
            host=host,
            sign_count=data.counter,
            created_at=at,
        ),
    )


def begin_using(account: Account, host: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What the browser is asked (``navigator.credentials.get``), and the state; None without a key here."""
    known = _known(account, host)
    if not known:
        return None
    options, state = _server(host).authenticate_begin(
        known, user_verification=UserVerificationRequirement.DISCOURAGED
    )
    return dict(options)["publicKey"], state


def use(
    *, account: Account, answer: dict[str, Any], state: dict[str, Any], host: str, at: dt.datetime
) -> bool:
    """True when a key of the account signed this challenge on this host.

    A counter that did not move on since the last use tells of a copied key: it opens nothing.
    """
    try:
        used = _server(host).authenticate_complete(state, _known(account, host), answer)
        counter = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (ValueError, KeyError, TypeError):
        return False
    factor = Factor.objects.get(handle=_handle(used.credential_id))
    if (counter or factor.sign_count) and counter <= factor.sign_count:
        return False
    moved = Factor.objects.filter(pk=factor.pk, sign_count=factor.sign_count)
    return bool(moved.update(sign_count=counter, used_at=at))


def bad_key() -> Invalid:
    return Invalid("factor.bad_key", _("The key was not accepted. Please try again."))


def _server(host: str) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(name=factors.ISSUER, id=host)
    return Fido2Server(entity, verify_origin=lambda origin: trusted(origin, host))


def _known(account: Account, host: str) -> list[AttestedCredentialData]:
    kept = Factor.objects.filter(account=account, kind=FactorKind.KEY, host=host)
    secrets = (crypto.decrypt(factor.secret, factors.CONTEXT) for factor in kept)
    return [AttestedCredentialData(base64.b64decode(secret)) for secret in secrets]


def _handle(credential_id: bytes) -> str:
    """SHA-256 of a credential's identifier, which may be up to 1,023 bytes long."""
    return hashlib.sha256(credential_id).hexdigest()
