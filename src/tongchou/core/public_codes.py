"""Codes given on public pages: letters nobody mistakes for each other, kept as keyed hashes alone."""

from __future__ import annotations

import secrets
from typing import Final

from tongchou.core import crypto

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 12


def drawn() -> str:
    """A code at random."""
    return "".join(secrets.choice(LETTERS) for _position in range(LENGTH))


def of_form(purpose: str, token: str, *said: str) -> str:
    """The code of one filled-in form: the same again when the very same form is sent again. Kept nowhere.

    ``token`` is random and the page's own, so that nobody works a code out who knows what was filled in.
    """
    digest = crypto.blind_index("\0".join((token, *said)), purpose).partition(":")[2]
    number, letters = int(digest, 16), ""
    for _position in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return letters


def index(purpose: str, code: str) -> str:
    """By what a code is found, however it was spaced, hyphenated or cased."""
    return crypto.blind_index("".join(code.split()).replace("-", "").upper(), purpose)
