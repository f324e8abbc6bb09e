"""Pictures and documents people hand in: told by their first bytes, kept without what a camera adds."""

from __future__ import annotations

from typing import Final

_KINDS: Final = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png", b"%PDF-": "pdf"}
#: Media types of what can be handed in.
MEDIA: Final = {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}


def kind_of(content: bytes) -> str | None:
    """``jpeg``, ``png`` or ``pdf`` by the first bytes, whatever the name says; None for anything else.

    Examples
    --------
    >>> kind_of(b"%PDF-1.7"), kind_of(b"GIF89a")
    ('pdf', None)
    """
    return next((kind for magic, kind in _KINDS.items() if content.startswith(magic)), None)


def bare(content: bytes) -> bytes:
    """The same without what a camera noted in it; pictures of other kinds and documents as they are."""
    return without_metadata(content) if kind_of(content) == "jpeg" else content


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG without its comment and application segments but the first: no place, time or name of a camera.

    What cannot be read as segments is returned up to where it could (ITU T.81, annex B).

    Examples
    --------
    >>> without_metadata(bytes.fromhex("ffd8ffe100040000ffd9")).hex()
    'ffd8ffd9'
    """
    kept, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] not in (0xDA, 0xD9):
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if not (0xE1 <= jpeg[at + 1] <= 0xEF or jpeg[at + 1] == 0xFE):
            kept += jpeg[at : at + length]
        at += length
    return bytes(kept + jpeg[at:])
