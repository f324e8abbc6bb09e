"""The families and officers of casework's tests, and the photograph of a notice."""

from __future__ import annotations

import struct
import zlib

import pytest

from tongchou.apps.casework.tests.conftest import apply, family, office, passed

__all__ = ["apply", "family", "office", "passed", "photo"]


@pytest.fixture
def photo() -> bytes:
    """The smallest picture there is: one white point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\x00\xff"))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")
