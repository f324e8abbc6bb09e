"""Several programmes for one person in one year: which of them are paid, declared as data and told in words.

.. code-block:: yaml

    - code: one_special_assistance
      how: higher
      programmes: [bereaved_assistance, disabled_child_assistance]
      words: {zh: …, en: …}
      reference: {zh: …, en: …}

``higher`` (就高): of the programmes of a group that give money, the one that gives most is paid (of equal
ones the one that stands first). ``first`` (择一): the first of them that gives anything is paid, whatever the
amounts. ``additive`` (叠加): each is paid beside the others, and no narrower level may say otherwise. What
stands in no group is paid beside everything else; an entitlement that is not paid stays an entitlement and
says why.

An area's overlay may declare groups of its own, with the first day they hold (``from``, the first of a year)
and, if wanted, ``until`` and ``known_from``. What keeps money from families has limits, checked when loading
(:func:`combined`).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import yaml

from tongchou.domain.policy.dated import Level
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.parameters import Reader, composed
from tongchou.domain.policy.words import Text

Way = Literal["higher", "first", "additive"]
WAYS: Final[tuple[Way, ...]] = ("higher", "first", "additive")
#: The level below the State that may declare that of several programmes one is paid. The law leaves
#: what is kept for families of the family-planning period to State and province
#: (人口与计划生育法 第三十一条).
RESTRICTS: Final[Level] = "province"
_NEEDED = ("code", "how", "programmes", "words", "reference")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Programmes of which one person is paid one, or (``additive``) each.

    ``start`` and ``until`` are the first and last day it holds, always where they are ``None``;
    ``known_from`` as of a value. ``level`` says who declared it, ``place`` the file and line.
    """

    code: str
    way: Way
    programmes: tuple[str, ...]
    words: Text
    reference: Text
    start: dt.date | None = None
    until: dt.date | None = None
    known_from: dt.date | None = None
    level: Level = "national"
    place: str = field(default="", repr=False, compare=False)

    @property
    def known(self) -> dt.date:
        """The first day on which it was known, as far as the files say."""
        return self.known_from or self.start or dt.date.min

    def told_on(self, day: dt.date) -> bool:
        """Whether it is part of the law as known on a day that is today or still to come."""
        return self.known_from is None or self.known_from <= day

    def holds_in(self, year: int) -> bool:
        """Whether it holds in a year: all of it, for it begins and ends with one."""
        begun = self.start is None or self.start <= dt.date(year, 1, 1)
        return begun and (self.until is None or self.until >= dt.date(year, 12, 31))

    def told(self, language: str) -> str:
        """The rule and its source in a sentence."""
        words, reference = self.words.of(language), self.reference.of(language)
        return f"{words}（{reference}）" if language.startswith("zh") else f"{words} ({reference})"

    def pairs(self) -> Iterator[frozenset[str]]:
        """Each two programmes of the group."""
        return (frozenset(pair) for pair in itertools.combinations(self.programmes, 2))


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

    Whoever is not paid a programme is paid one that stands before it in a group: nothing is lost in favour of
    something that is not paid either.

    Examples
    --------
    >>> words = Text("就高", "the higher")
    >>> both = Overlap("one", "higher", ("a", "b"), words, words)
    >>> [(paid.programme, paid.amount_fen) for paid in settle({"a": 500, "b": 700, "c": 20}, [both])]
    [('a', 0), ('b', 700), ('c', 20)]
    """
    groups = [one for one in overlaps if one.way != "additive"]
    left = [code for code, amount in amounts.items() if amount > 0]
    instead: dict[str, tuple[Overlap, str]] = {}

    def before(one: str, other: str) -> Overlap | None:
        """The group in which one is paid before the other."""
        return next((group for group in groups if _first(group, one, other, amounts) == one), None)

    while left:
        # Groups of different kinds may go round in a circle; the largest amount then goes first.
        free = (one for one in left if not any(before(other, one) for other in left if other != one))
        chosen = next(free, None) or max(left, key=lambda one: amounts[one])
        left.remove(chosen)
        for one in list(left):
            group = before(chosen, one) or before(one, chosen)
            if group is not None:
                instead[one] = (group, chosen)
                left.remove(one)
    return tuple(
        Paid(code, 0, *instead[code]) if code in instead else Paid(code, amount)
        for code, amount in amounts.items()
    )


def _first(group: Overlap, one: str, other: str, amounts: Mapping[str, int]) -> str:
    """Which of two is paid before the other in a group; none where they do not both stand in it."""
    if one not in group.programmes or other not in group.programmes:
        return ""
    in_order = sorted((one, other), key=group.programmes.index)
    return in_order[0] if group.way == "first" else max(in_order, key=lambda code: amounts[code])


def holding(overlaps: Sequence[Overlap], year: int) -> tuple[Overlap, ...]:
    """The groups that hold in a year."""
    return tuple(one for one in overlaps if one.holds_in(year))


def combined(
    national: Sequence[Overlap], local: Sequence[Overlap], restrictable: Collection[str]
) -> tuple[Overlap, ...]:
    """The groups of an area: the State's with those of its overlays.

    A group under which one of several is paid keeps money from families. So the State and the province alone
    may declare one; it names none but the programmes of ``restrictable``; it holds from no day before it is
    known; and it stands against nothing that a wider level pays beside each other or in another way. That
    programmes are paid beside each other, any level may say where nobody above says otherwise.

    Raises
    ------
    LoadError
        With file and line of the overlay's group.
    """
    found = list(national)
    for one in local:
        if one.way != "additive":
            _refuse_beyond(one, restrictable)
        for other in found:
            if other.code == one.code:
                raise LoadError(f"the group {one.code} is declared above already", one.place)
            if other.way != one.way and (pair := _shared(one, other)):
                source = other.reference.en
                raise LoadError(
                    f"{one.code} says {one.way} of {' and '.join(sorted(pair))}, for which {other.code} "
                    f"({other.level}, {source}) says {other.way}",
                    one.place,
                )
        found.append(one)
    return tuple(found)


def _refuse_beyond(one: Overlap, restrictable: Collection[str]) -> None:
    if one.level != RESTRICTS:
        raise LoadError(
            f"a {one.level} may not keep one of several programmes from being paid (may: {RESTRICTS}); "
            "additive is open to every level",
            one.place,
        )
    if free := [code for code in one.programmes if code not in restrictable]:
        raise LoadError(
            f"the State gives {', '.join(free)} beside everything else; no level may put it into a group "
            f"of which one is paid. Such a group may name {', '.join(sorted(restrictable))}",
            one.place,
        )
    if one.known_from is not None and one.start is not None and one.known_from > one.start:
        raise LoadError(
            f"known from {one.known_from}, but held from {one.start}: what keeps money from families does "
            "not hold backwards; let it begin with the year after it becomes known",
            one.place,
        )


def _shared(one: Overlap, other: Overlap) -> frozenset[str] | None:
    """Two programmes that stand in both groups while both hold."""
    apart = (one.until is not None and other.start is not None and one.until < other.start) or (
        other.until is not None and one.start is not None and other.until < one.start
    )
    theirs = set(other.pairs())
    return None if apart else next((pair for pair in one.pairs() if pair in theirs), None)


def read_overlaps(text: str, source: str, known: Collection[str]) -> tuple[Overlap, ...]:
    """The State's groups in a YAML text.

    Raises
    ------
    LoadError
        With file and line: an unknown programme or way, fewer than two programmes, one named twice.
    """
    return groups_of(Reader(source), composed(text, source), known, "national")


def groups_of(reader: Reader, root: yaml.Node, known: Collection[str], level: Level) -> tuple[Overlap, ...]:
    """The groups of a level; below the State each names the first day it holds.

    Raises
    ------
    LoadError
        As :func:`read_overlaps`, and a day on which no year begins or ends.
    """
    if not isinstance(root, yaml.SequenceNode):
        raise reader.refuse(root, "a list of groups is expected here")
    found: list[Overlap] = []
    needed, optional = (_NEEDED, ()) if level == "national" else ((*_NEEDED, "from"), ("until", "known_from"))
    for node in root.value:
        parts = reader.mapping(node, needed, optional)
        said = reader.single(parts["how"], f"one of {', '.join(WAYS)}")
        way = next((one for one in WAYS if one == said), None)
        if way is None:
            raise reader.refuse(parts["how"], f"{said!r} is not one of {', '.join(WAYS)}")
        code = reader.single(parts["code"], "a code")
        if not code or code in {one.code for one in found}:
            raise reader.refuse(parts["code"], f"{code} is given twice" if code else "a code is needed")
        start, until, known_from = (
            reader.date(parts[name]) if name in parts else None for name in ("from", "until", "known_from")
        )
        if start is not None and (start.month, start.day) != (1, 1):
            raise reader.refuse(parts["from"], "a group holds for whole years; let it begin on 1 January")
        if until is not None and (until.month, until.day) != (12, 31):
            raise reader.refuse(parts["until"], "a group holds for whole years; let it end on 31 December")
        if until is not None and start is not None and until < start:
            raise reader.refuse(parts["until"], f"until {until} lies before from {start}")
        found.append(
            Overlap(
                code=code,
                way=way,
                programmes=_programmes(reader, parts["programmes"], known),
                words=reader.text(parts["words"]),
                reference=reader.text(parts["reference"]),
                start=start,
                until=until,
                known_from=known_from,
                level=level,
                place=reader.place(node),
            )
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


__all__ = [
    "RESTRICTS",
    "WAYS",
    "Overlap",
    "Paid",
    "combined",
    "groups_of",
    "holding",
    "read_overlaps",
    "settle",
]
