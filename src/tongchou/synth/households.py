"""Households of a synthetic county: who stands on which register page, who heads it, how each is related."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.synth.kin import NEVER, NOBODY, Bools, Kin
from tongchou.synth.people import MALE, People, day_number
from tongchou.synth.targets import Ints

#: GB/T 4761-2008 relations used in the registers: code → label.
RELATIONS = {
    "02": "户主", "10": "配偶", "20": "子", "30": "女", "38": "儿媳", "28": "女婿",
    "41": "孙子", "42": "孙女", "43": "外孙子", "44": "外孙女",
    "51": "父亲", "52": "母亲", "53": "公公", "54": "婆婆", "55": "岳父", "56": "岳母",
    "71": "兄", "73": "弟", "75": "姐姐", "77": "妹妹", "80": "其他",
}  # fmt: skip

ADULT, CHILD, GRANDCHILD, WARD = 0, 1, 2, 3
#: Order of the relations on a register page.
_PAGE_ORDER = tuple(dict.fromkeys(["02", "10", "51", "52", "53", "54", "55", "56", "20", *RELATIONS]))

#: Births and adoptions after this day never count in the legacy elderly reward.
LEGACY_END = day_number(dt.date(2015, 12, 31))


@dataclass(slots=True)
class Households:
    """``number`` of each person's household; ``relation`` to its head; ``order`` lists people page by page.

    ``role`` and ``blood`` say how a person stands in the paternal line of the page (names follow it).
    """

    number: Ints
    relation: npt.NDArray[np.str_]
    order: Ints
    role: Ints
    blood: Bools
    count: int


@dataclass(slots=True)
class Children:
    """What people of 59 and over would declare of their children up to 2015-12-31 (-1: not asked)."""

    sons: Ints
    daughters: Ints
    ever: Ints


def households_of(people: People, kin: Kin, rng: np.random.Generator) -> Households:
    """Every person on exactly one page, with one head a page and a relation that fits the tie."""
    units = kin.units
    at = np.maximum.reduce([kin.own, kin.child_of, kin.grandchild_of, kin.ward_of])
    placed = [kin.own != NOBODY, kin.child_of != NOBODY, kin.grandchild_of != NOBODY]
    role = np.select(placed, [ADULT, CHILD, GRANDCHILD], WARD)
    root, depth = np.arange(len(units.man)), np.zeros(len(units.man), dtype=np.int64)
    for _ in range(2):
        higher = units.parent[root] != NOBODY
        depth += higher
        root = np.where(higher, units.parent[root], root)
    roots, page_of_unit = np.unique(root, return_inverse=True)
    number = page_of_unit[at]
    head_unit = _head_units(people, kin, page_of_unit, depth, len(roots), rng)
    head = _heads(people, kin, head_unit, rng)
    person_depth = depth[at] - depth[head_unit][number]
    blood = (role != ADULT) | (units.parent[at] == NOBODY) | (units.blood[at] == np.arange(len(people)))
    relation = _relations(people, kin, head, head_unit, number, person_depth, role, rng)
    rank = {code: place for place, code in enumerate(_PAGE_ORDER)}
    page_rank = np.array([rank[code] for code in relation.tolist()])
    # A married son and his wife stand together: she is sorted by his place.
    page_rank = np.where(relation == "38", rank["20"], np.where(relation == "28", rank["30"], page_rank))
    unmarried = (role == CHILD) & (person_depth == 0)
    in_law = np.isin(relation, ("28", "38"))
    order = np.lexsort((people.birth, in_law, page_rank, unmarried, number))
    order = order[np.lexsort((_blocks(relation[order], unmarried[order], page_rank[order]), number[order]))]
    return Households(number, relation, order, role, blood, len(roots))


def _blocks(relation: npt.NDArray[np.str_], unmarried: Bools, page_rank: Ints) -> Ints:
    """Blocks of a page: head, spouse, parents, a married child with spouse, unmarried children, the rest."""
    married_child = np.isin(relation, ("20", "30", "28", "38")) & ~unmarried
    parents = np.isin(relation, ("51", "52", "53", "54", "55", "56"))
    blocks = np.select(
        [relation == "02", relation == "10", parents, married_child, unmarried],
        [0, 1, 2, 3, 4],
        5,
    )
    return np.asarray(blocks, dtype=np.int64)


def _head_units(
    people: People, kin: Kin, page_of_unit: Ints, depth: Ints, pages: int, rng: np.random.Generator
) -> Ints:
    """The unit that heads each page: the middle one of three; of two the elder one while it is not old."""
    deepest = np.zeros(pages, dtype=np.int64)
    np.maximum.at(deepest, page_of_unit, depth)
    anchor_age = (people.today - kin.units.anchor) / 365.25
    elder_age = np.zeros(pages)
    elder_age[page_of_unit[depth == 0]] = anchor_age[depth == 0]
    elder_heads = rng.random(pages) < np.interp(elder_age, (55, 62, 72, 85), (0.85, 0.6, 0.25, 0.05))
    wanted = np.where(deepest == 2, 1, np.where(deepest == 1, np.where(elder_heads, 0, 1), 0))
    chosen = np.flatnonzero(depth == wanted[page_of_unit])
    head_unit = np.zeros(pages, dtype=np.int64)
    head_unit[page_of_unit[chosen]] = chosen
    return head_unit


def _heads(people: People, kin: Kin, head_unit: Ints, rng: np.random.Generator) -> Ints:
    """The head of each page: mostly the man; an in-law only where the blood child has no siblings there."""
    units = kin.units
    man, woman, blood = units.man[head_unit], units.woman[head_unit], units.blood[head_unit]
    head = np.where((man == NOBODY) | ((woman != NOBODY) & (rng.random(len(man)) < 0.06)), woman, man)
    siblings = np.zeros(len(units.man), dtype=bool)
    siblings[kin.child_of[kin.child_of != NOBODY]] = True
    parent = units.parent[head_unit]
    in_law_may = (parent != NOBODY) & ~siblings[parent] & (rng.random(len(man)) < 0.1)
    other = np.where(blood == man, woman, man)
    return np.where(blood == NOBODY, head, np.where(in_law_may & (other != NOBODY), other, blood))


def _relations(
    people: People, kin: Kin, head: Ints, head_unit: Ints, number: Ints, distance: Ints, role: Ints,
    rng: np.random.Generator,
) -> npt.NDArray[np.str_]:  # fmt: skip
    """GB/T 4761 codes; ``distance`` is 0 in the head's unit, -1 in the parents', 1 in a married child's."""
    units, who = kin.units, np.arange(len(people))
    male = people.sex == MALE
    my_head = head[number]
    head_is_blood = (units.blood[head_unit] == head)[number] | (units.parent[head_unit] == NOBODY)[number]
    head_male = male[my_head]
    older = people.birth < people.birth[my_head]
    own = np.where(kin.own == NOBODY, 0, kin.own)
    in_law = (units.parent[own] != NOBODY) & (units.blood[own] != who)
    line = np.where(role == ADULT, own, np.where(kin.child_of == NOBODY, 0, kin.child_of))
    through_son = male[np.where(units.blood[line] == NOBODY, 0, units.blood[line])]
    maternal = rng.random(len(people)) < 0.3
    adult, child = role == ADULT, role == CHILD

    def by_sex(man: str, woman: str) -> npt.NDArray[np.str_]:
        return np.where(male, man, woman)

    return np.select(
        [
            who == my_head,
            adult & (distance == 0),
            child & (distance == 0),
            (role == GRANDCHILD) & maternal,
            role == GRANDCHILD,
            role == WARD,
            adult & (distance == -1) & head_is_blood,
            adult & (distance == -1) & head_male,
            adult & (distance == -1),
            child & (distance == -1) & older,
            child & (distance == -1),
            adult & in_law,
            adult,
            child & through_son,
        ],
        [
            np.full(len(people), "02"), np.full(len(people), "10"), by_sex("20", "30"), by_sex("43", "44"),
            by_sex("41", "42"), np.full(len(people), "80"), by_sex("51", "52"), by_sex("55", "56"),
            by_sex("53", "54"), by_sex("71", "75"), by_sex("73", "77"), by_sex("28", "38"),
            by_sex("20", "30"), by_sex("41", "42"),
        ],
        by_sex("43", "44"),
    )  # fmt: skip


def children_of(people: People, kin: Kin, year: int, rng: np.random.Generator) -> Children:
    """Living sons and daughters and children ever, for people who are 59 or older in ``year``.

    Children on the page are counted; others live elsewhere or have died. Families with one child, two
    daughters, none left or none ever are drawn where the page allows it.
    """
    units = kin.units
    size = len(units.man)
    sons, daughters = _on_the_page(people, kin, size)
    grandchild = np.zeros(size, dtype=bool)
    grandchild[kin.grandchild_of[kin.grandchild_of != NOBODY]] = True
    here = sons + daughters
    lot = rng.random(size)
    one = (lot < 0.12) & (here <= 1)
    two_girls = (lot >= 0.12) & (lot < 0.21) & (sons == 0) & (daughters <= 2)
    all_died = (lot >= 0.21) & (lot < 0.24) & (here == 0)
    none_ever = (lot >= 0.24) & (lot < 0.28) & (here == 0) & ~grandchild
    girl = rng.random(size) < 0.45
    many_sons, many_daughters = sons + rng.poisson(1.0, size), daughters + rng.poisson(1.3, size)
    lost = rng.poisson(0.12, size)
    childless = all_died | none_ever
    kinds = [one, two_girls, childless]
    living_sons = np.select(kinds, [np.where(here == 1, sons, ~girl), 0, 0], many_sons)
    living_daughters = np.select(kinds, [np.where(here == 1, daughters, girl), 2, 0], many_daughters)
    dead = np.select([all_died, none_ever], [1 + lost, 0], lost)
    adult = kin.own != NOBODY
    own = np.where(adult, kin.own, 0)
    asked = year - people.birth_year >= 59
    married = adult & (kin.marital != NEVER)
    result = []
    for value in (living_sons, living_daughters, living_sons + living_daughters + dead):
        result.append(np.where(asked, np.where(married, value[own], 0), -1))
    # A child of an earlier marriage is one parent's alone.
    earlier = asked & married & (rng.random(len(people)) < 0.015)
    result[1] = result[1] + earlier
    result[2] = result[2] + earlier
    return Children(*result)


def _on_the_page(people: People, kin: Kin, size: int) -> tuple[Ints, Ints]:
    """Sons and daughters born up to 2015 on the page of each unit."""
    joined = np.flatnonzero(kin.units.parent != NOBODY)
    child = np.concatenate([np.flatnonzero(kin.child_of != NOBODY), kin.units.blood[joined]])
    parent = np.concatenate([kin.child_of[kin.child_of != NOBODY], kin.units.parent[joined]])
    counted = people.birth[child] <= LEGACY_END
    male = people.sex[child] == MALE
    return (
        np.bincount(parent[counted & male], minlength=size),
        np.bincount(parent[counted & ~male], minlength=size),
    )
