"""Who is whose parent and spouse in a household, read from each member's relation to the head.

A register says one relation a person: the one to the head (GB/T 4761-2008). What follows from it without
doubt is derived here; where two people could be meant, nobody is linked: an unknown parent is a question,
a wrong one is a mistake that travels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tongchou.domain.dates import PartialDate

ParentKind = Literal["birth", "adoptive_or_step"]

#: GB/T 4761: 02 户主 (01 本人 is used for the head by registers that list from the holder's side).
HEAD = frozenset({"01", "02"})
SPOUSE = frozenset({"10", "11", "12"})  # 配偶 夫 妻
SONS = frozenset({"20", "21", "22", "23", "24", "25", "26", "29"})
DAUGHTERS = frozenset({"30", "31", "32", "33", "34", "35", "36", "39"})
TAKEN_SONS = frozenset({"27"})  # 养子或继子: the code does not say which
TAKEN_DAUGHTERS = frozenset({"37"})
SON_IN_LAW, DAUGHTER_IN_LAW = "28", "38"
SONS_CHILDREN = frozenset({"41", "42"})  # 孙子 孙女
DAUGHTERS_CHILDREN = frozenset({"43", "44"})  # 外孙子 外孙女
GRANDCHILDREN = frozenset({"40", "49"})
PARENTS = frozenset({"50", "51", "52"})  # 父母 父亲 母亲
TAKEN_PARENTS = frozenset({"57", "58"})  # 继父或养父 继母或养母
SPOUSES_PARENTS = frozenset({"53", "54", "55", "56"})  # 公公 婆婆 岳父 岳母
FATHERS_PARENTS = frozenset({"61", "62"})  # 祖父 祖母
MOTHERS_PARENTS = frozenset({"63", "64"})  # 外祖父 外祖母
#: Couples told by two codes that stand once each in a household.
PAIRS = (
    ("51", "52"),
    ("53", "54"),
    ("55", "56"),
    ("61", "62"),
    ("63", "64"),
    ("71", "72"),  # 兄 嫂
    ("73", "74"),  # 弟 弟媳
    ("75", "76"),  # 姐姐 姐夫
    ("77", "78"),  # 妹妹 妹夫
)
#: GB/T 2261.2: 10 never married, 30 widowed, 40 divorced: nobody's spouse now.
WITHOUT_SPOUSE = frozenset({"10", "30", "40"})
MALE, FEMALE = 1, 2


@dataclass(frozen=True, slots=True)
class Member:
    """A living member of a household as far as kinship needs to know."""

    person_id: int
    relation: str  # GB/T 4761 two-digit code
    sex: int | None = None
    birth: PartialDate | None = None
    marital: str | None = None  # GB/T 2261.2


@dataclass(frozen=True, slots=True)
class ParentLink:
    child: int
    parent: int
    kind: ParentKind


@dataclass(frozen=True, slots=True)
class Kin:
    """Links in the order of their numbers; a couple is ``(smaller, larger)``."""

    parents: tuple[ParentLink, ...] = ()
    couples: tuple[tuple[int, int], ...] = ()


def derive(members: Sequence[Member]) -> Kin:
    """The parents and couples that follow from the relations without doubt.

    A household with no head or with two tells nothing, and gives no link.

    Examples
    --------
    >>> family = [Member(1, "02", 1), Member(2, "12", 2), Member(3, "21", 1), Member(4, "42", 2)]
    >>> derive(family).couples
    ((1, 2),)
    >>> [(link.child, link.parent) for link in derive(family).parents]
    [(3, 1), (4, 3)]
    """
    heads = [m for m in members if m.relation in HEAD]
    if len(heads) != 1:
        return Kin()
    head = heads[0]
    couples = _couples(head, members)
    links = _parent_links(head, members)
    return Kin(
        parents=tuple(sorted(links, key=lambda link: (link.child, link.parent))),
        couples=tuple(sorted(couples)),
    )


def _having(members: Iterable[Member], codes: frozenset[str]) -> list[Member]:
    return [m for m in members if m.relation in codes]


def _only(members: Sequence[Member]) -> Member | None:
    return members[0] if len(members) == 1 else None


def _couples(head: Member, members: Sequence[Member]) -> list[tuple[int, int]]:
    """Pairs with exactly one candidate on either side, leaving out people who say they have no spouse."""
    candidates = [m for m in members if m.marital not in WITHOUT_SPOUSE]
    sons = SONS | TAKEN_SONS
    daughters = DAUGHTERS | TAKEN_DAUGHTERS
    sides = [
        (_having(candidates, sons), _having(candidates, frozenset({DAUGHTER_IN_LAW}))),
        (_having(candidates, daughters), _having(candidates, frozenset({SON_IN_LAW}))),
    ]
    sides += [(_having(candidates, frozenset({a})), _having(candidates, frozenset({b}))) for a, b in PAIRS]
    if head in candidates:
        sides.append(([head], _having(candidates, SPOUSE)))
    found = []
    for left, right in sides:
        one, other = _only(left), _only(right)
        if one and other and _may_be_married(one, other):
            found.append((min(one.person_id, other.person_id), max(one.person_id, other.person_id)))
    return found


def _may_be_married(one: Member, other: Member) -> bool:
    """False when both sexes are known and equal: then a code or a sex is wrong, and nobody can say which."""
    return one.sex is None or other.sex is None or one.sex != other.sex


def _parent_links(head: Member, members: Sequence[Member]) -> list[ParentLink]:
    sons = _having(members, SONS | TAKEN_SONS)
    daughters = _having(members, DAUGHTERS | TAKEN_DAUGHTERS)
    spouse = _only(_having(members, SPOUSE))
    father, mother = _only(_having(members, frozenset({"51"}))), _only(_having(members, frozenset({"52"})))
    found: list[ParentLink] = []

    def link(child: Member | None, parent: Member | None, kind: ParentKind = "birth") -> None:
        if child and parent and _may_be_parent(parent, child):
            found.append(ParentLink(child.person_id, parent.person_id, kind))

    for member in members:
        code = member.relation
        if code in SONS or code in DAUGHTERS:
            link(member, head)
        elif code in TAKEN_SONS or code in TAKEN_DAUGHTERS:
            link(member, head, "adoptive_or_step")
        elif code in SONS_CHILDREN:
            link(member, _only(sons))
        elif code in DAUGHTERS_CHILDREN:
            link(member, _only(daughters))
        elif code in GRANDCHILDREN:
            link(member, _only(sons + daughters))
        elif code in PARENTS:
            link(head, member)
        elif code in TAKEN_PARENTS:
            link(head, member, "adoptive_or_step")
        elif code in SPOUSES_PARENTS:
            link(spouse, member)
        elif code in FATHERS_PARENTS:
            link(father, member)
        elif code in MOTHERS_PARENTS:
            link(mother, member)
    return found


def _may_be_parent(parent: Member, child: Member) -> bool:
    """False when the dates both know put the parent's birth in or after the child's year."""
    return parent.birth is None or child.birth is None or parent.birth.year < child.birth.year
