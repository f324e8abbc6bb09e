"""The status list: one bit a certificate, packed as the IETF's Token Status List says (section 4).

Bit ``i % 8`` of byte ``i // 8``, the least significant first; the bytes compressed (zlib), base64url.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from typing import Final

#: Bits a list has at least, so that its length tells nothing of how few certificates there are.
FEWEST: Final = 8192
#: What a list is unpacked to at most: a damaged or hostile one does not fill the memory.
_MOST_BYTES: Final = 4 * 1024 * 1024


def pack(revoked: Iterable[int], length: int) -> str:
    """The bits of a list of ``length`` certificates of which some are revoked.

    Examples
    --------
    >>> is_revoked(pack([3], 10), 3), is_revoked(pack([3], 10), 4)
    (True, False)

    Raises
    ------
    ValueError
        For a position outside.
    """
    bits = bytearray(-(-max(length, FEWEST) // 8))
    for position in revoked:
        if not 0 <= position < length:
            raise ValueError(f"position {position} outside a list of {length}")
        bits[position // 8] |= 1 << position % 8
    return base64.urlsafe_b64encode(zlib.compress(bytes(bits), 9)).rstrip(b"=").decode()


def is_revoked(packed: str, position: int) -> bool:
    """Whether a position is set.

    Raises
    ------
    ValueError
        When the list is damaged or has no such position: a certificate newer than the list.
    """
    try:
        squeezed = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        bits = zlib.decompressobj().decompress(squeezed, _MOST_BYTES)
    except zlib.error as error:
        raise ValueError("the list is damaged") from error
    if not 0 <= position < len(bits) * 8:
        raise ValueError("the list has no such position")
    return bool(bits[position // 8] >> position % 8 & 1)
