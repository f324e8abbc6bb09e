"""What each member of a household is to a new head, as far as recorded ties say it (GB/T 4761-2008).

Nothing is guessed: where the ties do not say it, or a sex or an age is missing that the code needs, the
answer is left to whoever knows the family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tongchou.domain.dates import PartialDate
from tongchou.domain.kinship import DAUGHTER_IN_LAW, FEMALE, MALE, SON_IN_LAW

HEAD_CODE = "02"
#: Codes by sex: of the tie itself, and of who is married to one so related.
_SPOUSE = {MALE: "11", FEMALE: "12"}
_CHILD = {MALE: "20", FEMALE: "30"}
_TAKEN_CHILD = {MALE: "27", FEMALE: "37"}
_CHILD_IN_LAW = {MALE: SON_IN_LAW, FEMALE: DAUGHTER_IN_LAW}
_PARENT = {MALE: "51", FEMALE: "52"}
_TAKEN_PARENT = {MALE: "57", FEMALE: "58"}
_SONS_CHILD = {MALE: "41", FEMALE: "42"}
_DAUGHTERS_CHILD = {MALE: "43", FEMALE: "44"}
_GRANDCHILD_IN_LAW = {FEMALE: "45", MALE: "46"}
_FATHERS_PARENT = {MALE: "61", FEMALE: "62"}
_MOTHERS_PARENT = {MALE: "63", FEMALE: "64"}
_HUSBANDS_PARENT = {MALE: "53", FEMALE: "54"}
_WIFES_PARENT = {MALE: "55", FEMALE: "56"}
_ELDER = {MALE: "71", FEMALE: "75"}
_YOUNGER = {MALE: "73", FEMALE: "77"}
#: Who is married to an elder or younger brother or sister.
_MARRIED_TO = {"71": {FEMALE: "72"}, "73": {FEMALE: "74"}, "75": {MALE: "76"}, "77": {MALE: "78"}}
BIRTH = "birth"


@dataclass(frozen=True, slots=True)
class Relative:
    """A person as far as a relation needs to know."""

    person_id: int
    sex: int | None = None
    birth: PartialDate | None = None


@dataclass(slots=True)
class Ties:
    """Recorded links: ``(child, parent): kind`` as the registry keeps them, and couples either way round."""

    parents: Mapping[tuple[int, int], str] = field(default_factory=dict)
    couples: Collection[tuple[int, int]] = ()


def toward(head: Relative, others: Iterable[Relative], ties: Ties) -> dict[int, str]:
    """The relation of each of the others to the head; who is not in the answer must be asked about.

    Examples
    --------
    >>> mother, son, his_wife = Relative(1, 2), Relative(2, 1), Relative(3, 2)
    >>> toward(son, [mother, his_wife], Ties({(2, 1): "birth"}, [(2, 3)]))
    {1: '52', 3: '12'}
    """
    by_number = {one.person_id: one for one in others if one.person_id != head.person_id}
    family = _Family.of([head, *by_number.values()], ties)
    found = {person: family.code(one) for person, one in by_number.items()}
    by_blood = dict(found)
    for person, code in by_blood.items():
        if not code:
            found[person] = _by_marriage(by_number[person], by_blood, family)
    return {person: code for person, code in found.items() if code}


@dataclass(slots=True)
class _Family:
    head: Relative
    parents_of: dict[int, dict[int, str]]
    children_of: dict[int, dict[int, str]]
    spouses_of: dict[int, set[int]]
    sex_of: dict[int, int | None]

    @classmethod
    def of(cls, people: list[Relative], ties: Ties) -> _Family:
        """``people`` begin with the head."""
        parents: dict[int, dict[int, str]] = defaultdict(dict)
        children: dict[int, dict[int, str]] = defaultdict(dict)
        spouses: dict[int, set[int]] = defaultdict(set)
        for (child, parent), kind in ties.parents.items():
            parents[child][parent] = kind
            children[parent][child] = kind
        for one, other in ties.couples:
            spouses[one].add(other)
            spouses[other].add(one)
        return cls(people[0], parents, children, spouses, {one.person_id: one.sex for one in people})

    def code(self, one: Relative) -> str:
        """The code that follows from the ties by blood, adoption or the head's own marriage; "" for none."""
        person, head, sex = one.person_id, self.head.person_id, one.sex
        if sex is None:
            return ""
        if person in self.spouses_of[head]:
            return _SPOUSE[sex]
        if (kind := self.children_of[head].get(person)) is not None:
            return (_CHILD if kind == BIRTH else _TAKEN_CHILD)[sex]
        if (kind := self.parents_of[head].get(person)) is not None:
            return (_PARENT if kind == BIRTH else _TAKEN_PARENT)[sex]
        for between in self.parents_of[person]:
            if between in self.children_of[head]:
                return _of(self.sex_of.get(between), _SONS_CHILD, _DAUGHTERS_CHILD, sex)
        for between in self.parents_of[head]:
            if person in self.parents_of[between]:
                return _of(self.sex_of.get(between), _FATHERS_PARENT, _MOTHERS_PARENT, sex)
        for spouse in self.spouses_of[head]:
            if person in self.parents_of[spouse]:
                return _of(self.head.sex, _WIFES_PARENT, _HUSBANDS_PARENT, sex)
        if set(self.parents_of[head]) & set(self.parents_of[person]):
            return self._sibling(one)
        return ""

    def _sibling(self, one: Relative) -> str:
        mine, other = self.head.birth, one.birth
        if one.sex is None or mine is None or other is None or mine.agrees_with(other):
            return ""
        return (_ELDER if str(other) < str(mine) else _YOUNGER)[one.sex]


def _of(between: int | None, by_man: Mapping[int, str], by_woman: Mapping[int, str], sex: int) -> str:
    """The code by the sex of the person in between; "" when that is not known."""
    return "" if between is None else (by_man if between == MALE else by_woman)[sex]


def _by_marriage(one: Relative, found: Mapping[int, str], family: _Family) -> str:
    """What somebody is who is married to a child, grandchild, brother or sister of the head."""
    if one.sex is None:
        return ""
    for spouse in sorted(family.spouses_of[one.person_id]):
        code = found.get(spouse, "")
        if code in _CHILD.values() or code in _TAKEN_CHILD.values():
            return _CHILD_IN_LAW[one.sex]
        if code in _SONS_CHILD.values() or code in _DAUGHTERS_CHILD.values():
            return _GRANDCHILD_IN_LAW[one.sex]
        if code in _MARRIED_TO:
            return _MARRIED_TO[code].get(one.sex, "")
    return ""
