"""Parents and couples of households whose members were entered or changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongchou.apps.registry.models import Couple, Kinship
from tongchou.domain.kinship import Member, derive


@dataclass(slots=True)
class KinChange:
    """What changes for one person: a couple is written at its smaller number."""

    parents: list[list[Any]] = field(default_factory=list)  # [parent, kind]
    not_parents: list[int] = field(default_factory=list)
    spouses: list[list[Any]] = field(default_factory=list)  # [spouse, start]
    not_spouses: list[list[Any]] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """The parts that say something."""
        parts = {name: getattr(self, name) for name in ("parents", "not_parents", "spouses", "not_spouses")}
        return {name: value for name, value in parts.items() if value}


def changes(
    households: Collection[list[Member]], *, doubtful: Collection[int], stored: Collection[int]
) -> dict[int, KinChange]:
    """New links and links that no longer follow, by the person they are written at. At most two queries.

    Parameters
    ----------
    households
        The members of each household as they will stand.
    doubtful
        People whose relation, sex or birth was corrected: a link between two members that touches one of them
        goes when it does not follow any more. Other links stay; a household that became ambiguous proves
        nothing against them.
    stored
        People who were in the registry before and may have links.
    """
    known = _Links.of(stored)
    result: dict[int, KinChange] = {}

    def of(person: int) -> KinChange:
        return result.setdefault(person, KinChange())

    for members in households:
        ids = {member.person_id for member in members}
        kin = derive(members)
        derived = {(link.child, link.parent): link.kind for link in kin.parents}
        for pair, kind in derived.items():
            # 养子或继子: where it is known which, the code that leaves it open says nothing new.
            if not _says(known.parents.get(pair), kind):
                of(pair[0]).parents.append([pair[1], kind])
        for child, parent in known.parents:
            if {child, parent} <= ids and (child, parent) not in derived and {child, parent} & set(doubtful):
                of(child).not_parents.append(parent)
        couples = set(kin.couples)
        gone = {
            pair
            for pair in known.couples
            if set(pair) <= ids and pair not in couples and set(pair) & set(doubtful)
        }
        for a, b in sorted(gone):
            of(a).not_spouses.append([b, known.couples[a, b]])
        taken = {person for pair in known.couples if pair not in gone for person in pair}
        for a, b in kin.couples:
            # Relations carry no date: they do not bring back a couple whose end was recorded.
            if not taken & {a, b} and (a, b) not in known.ended:
                of(a).spouses.append([b, ""])
    return result


def _says(known: str | None, kind: str) -> bool:
    """True when the stored kind of a link says what the derived one does."""
    precise = (Kinship.Kind.ADOPTIVE, Kinship.Kind.STEP)
    return known == kind or (kind == Kinship.Kind.ADOPTIVE_OR_STEP and known in precise)


@dataclass(frozen=True, slots=True)
class _Links:
    parents: Mapping[tuple[int, int], str]  # (child, parent): kind
    couples: Mapping[tuple[int, int], str]  # (a, b): start, of couples that have not ended
    ended: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, people: Collection[int]) -> _Links:
        if not people:
            return cls({}, {})
        parents = Kinship.objects.filter(child__in=people).order_by("child_id", "parent_id")
        couples = Couple.objects.order_by("a_id", "b_id", "start")
        either = couples.filter(a__in=people) | couples.filter(b__in=people)
        rows = list(either.values_list("a_id", "b_id", "start", "ended"))
        return cls(
            {
                (child, parent): kind
                for child, parent, kind in parents.values_list("child_id", "parent_id", "kind")
            },
            {(a, b): start for a, b, start, ended in rows if ended is None},
            frozenset((a, b) for a, b, _start, ended in rows if ended is not None),
        )
