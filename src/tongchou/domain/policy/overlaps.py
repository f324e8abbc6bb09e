"""Several programmes for one person in one year: which of them are paid, declared as data and told in words.

.. code-block:: yaml

    - code: one_special_assistance
      how: higher
      programmes: [bereaved_assistance, disabled_child_assistance]
      words: {zh: …, en: …}
      reference: {zh: …, en: …}

``higher``: of the programmes of a group that give money, the one that gives most is paid (of equal ones the
one that stands first). ``first``: the first of them that gives anything is paid, whatever the amounts. What
stands in no group is paid beside everything else; an entitlement that is not paid stays an entitlement and
says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import yaml

from tongchou.domain.policy.parameters import Reader, composed
from tongchou.domain.policy.words import Text

Way = Literal["higher", "first"]
WAYS: Final[tuple[Way, ...]] = ("higher", "first")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Programmes of which one person is paid one."""

    code: str
    way: Way
    programmes: tuple[str, ...]
    words: Text
    reference: Text


@dataclass(frozen=True, slots=True)
class Paid:
    """What of an entitlement is paid: all of it.

    Or nothing because of ``overlap`` in favour of ``instead``.
    """

    programme: str
    amount_fen: int
    overlap: Overlap | None = None
    instead: str = ""


def settle(amounts: Mapping[str, int], overlaps: Sequence[Overlap]) -> tuple[Paid, ...]:
    """What one person is paid of the amounts (fen) they are entitled to in a year, in the order given.

    A programme in several groups is paid only if each group pays it.

    Examples
    --------
    >>> words = Text("就高", "the higher")
    >>> both = Overlap("one", "higher", ("a", "b"), words, words)
    >>> [(paid.programme, paid.amount_fen) for paid in settle({"a": 500, "b": 700, "c": 20}, [both])]
    [('a', 0), ('b', 700), ('c', 20)]
    """
    instead: dict[str, tuple[Overlap, str]] = {}
    for overlap in overlaps:
        given = [code for code in overlap.programmes if amounts.get(code, 0) > 0 and code not in instead]
        if len(given) < 2:
            continue
        chosen = given[0] if overlap.way == "first" else max(given, key=lambda code: amounts[code])
        instead |= {code: (overlap, chosen) for code in given if code != chosen}
    return tuple(
        Paid(code, 0, *instead[code]) if code in instead else Paid(code, amount)
        for code, amount in amounts.items()
    )


def read_overlaps(text: str, source: str, known: Collection[str]) -> tuple[Overlap, ...]:
    """The groups of a YAML text.

    Raises
    ------
    LoadError
        With file and line: an unknown programme or way, fewer than two programmes, one named twice.
    """
    reader = Reader(source)
    root = composed(text, source)
    if not isinstance(root, yaml.SequenceNode):
        raise reader.refuse(root, "a list of groups is expected here")
    found: list[Overlap] = []
    for node in root.value:
        parts = reader.mapping(node, ("code", "how", "programmes", "words", "reference"))
        said = reader.single(parts["how"], f"one of {', '.join(WAYS)}")
        way = next((one for one in WAYS if one == said), None)
        if way is None:
            raise reader.refuse(parts["how"], f"{said!r} is not one of {', '.join(WAYS)}")
        code = reader.single(parts["code"], "a code")
        if code in {one.code for one in found}:
            raise reader.refuse(parts["code"], f"{code} is given twice")
        programmes = _programmes(reader, parts["programmes"], known)
        found.append(
            Overlap(code, way, programmes, reader.text(parts["words"]), reader.text(parts["reference"]))
        )
    return tuple(found)


def _programmes(reader: Reader, node: yaml.Node, known: Collection[str]) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or len(node.value) < 2:
        raise reader.refuse(node, "two programmes or more are needed")
    codes = tuple(reader.single(item, "a programme") for item in node.value)
    for item, code in zip(node.value, codes, strict=True):
        if code not in known:
            raise reader.refuse(item, f"unknown programme {code}; known: {', '.join(sorted(known))}")
    if len(set(codes)) != len(codes):
        raise reader.refuse(node, "a programme stands twice in a group")
    return codes


__all__ = ["WAYS", "Overlap", "Paid", "read_overlaps", "settle"]
