"""One text of bytes for one set of inputs, and its SHA-256: the same figures are sealed alike everywhere.

Every value becomes its kind, its length and its content, so that two different inputs never give the same
bytes. Mappings and sets are in the order of the bytes of their keys; floats are written exactly; arrays carry
their shape.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Seal:
    """SHA-256 of all inputs together, and of each by its name."""

    sha256: str
    parts: Mapping[str, str]

    def differs(self, other: Seal) -> tuple[str, ...]:
        """Names of the inputs in which two seals differ, those of one alone included."""
        every = {**self.parts, **other.parts}
        return tuple(sorted(name for name in every if self.parts.get(name) != other.parts.get(name)))


def seal(**inputs: object) -> Seal:
    """The seal of some inputs by name: counts, definitions, weights, seeds, versions of rules and libraries.

    Raises
    ------
    TypeError
        For a value that has no canonical bytes.

    Examples
    --------
    >>> one, two = seal(counts={"a": 1}, rules="1"), seal(rules="2", counts={"a": 1})
    >>> one.differs(two), seal(counts={"a": 1}, rules="1") == one
    (('rules',), True)
    """
    parts = {name: hashlib.sha256(canonical(value)).hexdigest() for name, value in sorted(inputs.items())}
    return Seal(hashlib.sha256(canonical(parts)).hexdigest(), parts)


def canonical(value: object) -> bytes:
    """The bytes of a value.

    Raises
    ------
    TypeError
        For a kind of value without canonical bytes.

    Examples
    --------
    >>> canonical({"b": 1, "a": None}) == canonical({"a": None, "b": 1})
    True
    >>> canonical(1) == canonical(1.0), canonical(["ab"]) == canonical(["a", "b"])
    (False, False)
    """
    kind, content = _content(value)
    return f"{kind}{len(content)}:".encode() + content


def _content(value: Any) -> tuple[str, bytes]:
    if isinstance(value, Enum):
        return "e", canonical([type(value).__name__, value.name])
    simple = _simple(value)
    if simple is not None:
        return simple
    if isinstance(value, np.ndarray):
        return "a", canonical([list(value.shape), value.dtype.kind]) + _array(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return "c", canonical(type(value).__name__) + canonical(parts)
    if isinstance(value, Mapping):
        pairs = sorted((canonical(key), canonical(one)) for key, one in value.items())
        return "m", b"".join(key + one for key, one in pairs)
    if isinstance(value, AbstractSet):
        return "u", b"".join(sorted(canonical(one) for one in value))
    if isinstance(value, list | tuple):
        return "l", b"".join(canonical(one) for one in value)
    raise TypeError(f"{type(value).__name__} has no canonical bytes")


def _simple(value: Any) -> tuple[str, bytes] | None:
    if value is None:
        return "n", b""
    if isinstance(value, bool | np.bool_):
        return "b", b"1" if value else b"0"
    if isinstance(value, int | np.integer):
        return "i", str(int(value)).encode()
    if isinstance(value, float | np.floating):
        return "f", _float(float(value))
    if isinstance(value, str):
        return "s", value.encode()
    if isinstance(value, bytes):
        return "y", value
    if isinstance(value, Fraction):
        return "q", str(value).encode()
    if isinstance(value, dt.date | np.datetime64):
        return "d", (str(value) if isinstance(value, np.datetime64) else value.isoformat()).encode()
    return None


def _float(value: float) -> bytes:
    if value != value:  # every nan is the same unknown
        return b"nan"
    return (value + 0.0).hex().encode()  # −0 is 0


def _array(value: np.ndarray[Any, Any]) -> bytes:
    if value.dtype.kind == "f":
        exact = value.astype("<f8") + 0.0
        return np.where(np.isnan(exact), np.nan, exact).astype("<f8").tobytes()
    if value.dtype.kind in "iu":
        return value.astype("<i8").tobytes()
    if value.dtype.kind == "b":
        return value.astype("u1").tobytes()
    if value.dtype.kind == "M":
        return canonical([str(one) for one in value.ravel()])
    return canonical(value.ravel().tolist())
