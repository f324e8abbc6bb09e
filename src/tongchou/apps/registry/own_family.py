"""Whom an officer does not decide about: the officer's own family, as far as the registry knows it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from tongchou.apps.registry.models import Couple, Kinship, Membership, Person

#: Ties by which somebody is parent or child of somebody.
_LINEAL = (Kinship.Kind.BIRTH, Kinship.Kind.ADOPTIVE)


def own_family(number_indexes: Collection[str]) -> frozenset[int]:
    """People with these blind indexes of identity numbers, and their near relatives. Seven queries.

    Near relatives are spouses, former ones included, parents, children, brothers and sisters, and whoever
    belongs to the same household (行政许可法, article 33; 公务员回避规定: spouse, direct line, three degrees
    collaterally, near relations by marriage). It serves to keep officers from deciding about them, and is
    shown to nobody.
    """
    if not number_indexes:
        return frozenset()
    themselves = set(Person.objects.filter(id_index__in=number_indexes).values_list("pk", flat=True))
    if not themselves:
        return frozenset()
    parents = _parents(themselves)
    spouses = _spouses(themselves)
    found = (
        themselves
        | parents
        | spouses
        | _children(themselves | parents | spouses)
        | _parents(spouses)
        | _households(themselves)
    )
    return frozenset(found)


def _parents(people: Collection[int]) -> set[int]:
    links = Kinship.objects.filter(kind__in=_LINEAL, child__in=people)
    return set(links.values_list("parent_id", flat=True))


def _children(people: Collection[int]) -> set[int]:
    links = Kinship.objects.filter(kind__in=_LINEAL, parent__in=people)
    return set(links.values_list("child_id", flat=True))


def _spouses(people: Collection[int]) -> set[int]:
    couples = Couple.objects.filter(Q(a__in=people) | Q(b__in=people)).values_list("a_id", "b_id")
    return {one for couple in couples for one in couple}


def _households(people: Collection[int]) -> set[int]:
    theirs = Membership.objects.filter(person__in=people).values("household")
    return set(Membership.objects.filter(household__in=theirs).values_list("person_id", flat=True))
