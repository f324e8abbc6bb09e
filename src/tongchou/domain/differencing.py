"""What a new table gives away beside those that are out already.

Two tables may each be safe and betray somebody together: the births of a township, and those of the
township without one village. Every published figure counts a set of the smallest cells there are (*atoms*: a
village, a month, an age). Whoever holds two figures, one about a part of what the other is about, knows
their difference.

Source: Hundepool and others, Statistical Disclosure Control (2012), section 5.5 (differencing).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from tongchou.domain.small_cells import FEWEST, determined

Atoms = frozenset[Hashable]
#: Figures of one subject that may be out; above it nobody can say any more what follows from them together.
MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A published count: what it is called, which atoms it counts, and how many there are."""

    name: str
    atoms: Atoms
    count: int


@dataclass(frozen=True, slots=True)
class Betrayal:
    """Two figures whose difference counts few, or a small atom that follows from all of them together.

    ``whole`` and ``part`` are names; ``part`` is empty where it takes more than two.
    """

    whole: str
    part: str
    few: int


def betrayed(out: Sequence[Figure], new: Sequence[Figure], *, fewest: int = FEWEST) -> tuple[Betrayal, ...]:
    """What new figures give away beside those that are out, each pair once, in order of names.

    A difference of nobody gives nobody away. Figures that contradict each other (the same atoms, another
    count: a restatement) tell of a change of the record; so do they when it is small.

    Parameters
    ----------
    out, new
        Figures of one subject. Those of ``out`` among themselves are not looked at again.
    fewest
        People below whom a difference tells of persons.

    Raises
    ------
    ValueError
        For a negative count, or more than ``MOST`` figures.

    Examples
    --------
    >>> town = Figure("town", frozenset("abc"), 60)
    >>> rest = Figure("town without c", frozenset("ab"), 57)
    >>> betrayed([town], [rest])
    (Betrayal(whole='town', part='town without c', few=3),)
    >>> betrayed([town], [Figure("a", frozenset("a"), 30)])
    ()
    """
    figures = [*out, *new]
    if any(one.count < 0 for one in figures):
        raise ValueError("a count below zero")
    if len(figures) > MOST:
        raise ValueError(f"more than {MOST} figures of one subject")
    fresh = {id(one) for one in new}
    by_atom: dict[Hashable, list[Figure]] = {}
    for one in figures:
        for atom in one.atoms:
            by_atom.setdefault(atom, []).append(one)
    found: dict[tuple[str, str], Betrayal] = {}
    for part in figures:
        for whole in _around(part, by_atom):
            if whole is part or (id(whole) not in fresh and id(part) not in fresh):
                continue
            few = abs(whole.count - part.count)
            if 0 < few < fewest and (len(whole.atoms) > len(part.atoms) or whole.name < part.name):
                found.setdefault((whole.name, part.name), Betrayal(whole.name, part.name, few))
    return tuple(found[names] for names in sorted(found))


def _around(part: Figure, by_atom: Mapping[Hashable, Sequence[Figure]]) -> Iterable[Figure]:
    """The figures that count everything a figure counts."""
    if not part.atoms:
        return
    rarest = min((by_atom[atom] for atom in part.atoms), key=len)
    for whole in rarest:
        if part.atoms <= whole.atoms:
            yield whole


def follows(
    figures: Sequence[Figure], counts: Mapping[Hashable, int], *, fewest: int = FEWEST
) -> Set[Hashable]:
    """The small atoms whose count follows from all figures taken together, however many it takes.

    Exact, by the rank of the equations; for tables of some thousand cells.

    Parameters
    ----------
    figures
        Everything that is out.
    counts
        The true count of each atom; those of 1 to ``fewest - 1`` are what has to stay unknown.

    Examples
    --------
    >>> table = [Figure("ab", frozenset("ab"), 13), Figure("b", frozenset("b"), 10)]
    >>> sorted(follows(table, {"a": 3, "b": 10}))
    ['a']
    """
    small = {atom for atom, count in counts.items() if 0 < count < fewest}
    unknown = {atom for one in figures for atom in one.atoms}
    sums = [(("figure", number), sorted(one.atoms, key=str)) for number, one in enumerate(figures)]
    return determined(unknown, sums) & small
