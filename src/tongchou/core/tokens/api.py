"""Tokens, for the layers above: ``from tongchou.core.tokens import api as tokens``."""

from __future__ import annotations

from tongchou.core.tokens.actions import LONGEST, MOST, PREFIX, Made, make_token, revoke_token
from tongchou.core.tokens.checking import A_MINUTE, TokenRefused, TooManyRequests, account_of
from tongchou.core.tokens.models import ApiToken, KeptAnswer
from tongchou.core.tokens.once import begin, forget, keep
from tongchou.core.tokens.queries import own_permissions, refused, tokens_of

__all__ = [
    "A_MINUTE",
    "LONGEST",
    "MOST",
    "PREFIX",
    "ApiToken",
    "KeptAnswer",
    "Made",
    "TokenRefused",
    "TooManyRequests",
    "account_of",
    "begin",
    "forget",
    "keep",
    "make_token",
    "own_permissions",
    "refused",
    "revoke_token",
    "tokens_of",
]
