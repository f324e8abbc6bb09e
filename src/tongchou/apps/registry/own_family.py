"""Whom an officer does not decide about: the officer's own family, as far as the registry knows it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from tongchou.apps.registry.models import Couple, Kinship, Membership, Person

#: Ties by which somebody is parent or child of somebody.
_LINEAL = (Kinship.Kind.BIRTH, Kinship.Kind.ADOPTIVE)
#: A query of one column, numbers of people.
_People = QuerySet[Any, Any]


def own_family(number_indexes: Collection[str]) -> frozenset[int]:
    """People with these blind indexes of identity numbers, and their near relatives. One query.

    Near relatives are spouses, former ones included, parents, children, brothers and sisters, and whoever
    belongs to the same household (行政许可法, article 33; 公务员回避规定: spouse, direct line, three degrees
    collaterally, near relations by marriage). It serves to keep officers from deciding about them, and is
    shown to nobody.
    """
    if not number_indexes:
        return frozenset()
    first, *others = _near(number_indexes)
    return frozenset(one for (one,) in first.union(*others))


def in_own_family(field: str, number_indexes: QuerySet[Any, Any]) -> Q:
    """The condition that ``field``, the number of a person, is one of ``own_family``. It asks no query.

    ``number_indexes`` is a query of one column.
    """
    found = Q(pk__in=[])
    for people in _near(number_indexes):
        found |= Q(**{f"{field}__in": people})
    return found


def _near(number_indexes: Collection[str] | QuerySet[Any, Any]) -> list[_People]:
    themselves: _People = Person.objects.filter(id_index__in=number_indexes).values_list("pk")
    parents, spouses = _parents(themselves), _spouses(themselves)
    return [
        themselves,
        parents,
        *spouses,
        *(_children(one) for one in (themselves, parents, *spouses)),
        *(_parents(one) for one in spouses),
        _households(themselves),
    ]


def _parents(people: _People) -> _People:
    return Kinship.objects.filter(kind__in=_LINEAL, child__in=people).values_list("parent_id")


def _children(people: _People) -> _People:
    return Kinship.objects.filter(kind__in=_LINEAL, parent__in=people).values_list("child_id")


def _spouses(people: _People) -> list[_People]:
    return [
        Couple.objects.filter(**{f"{one}__in": people}).values_list(f"{other}_id")
        for one, other in (("a", "b"), ("b", "a"))
    ]


def _households(people: _People) -> _People:
    theirs = Membership.objects.filter(person__in=people).values("household")
    return Membership.objects.filter(household__in=theirs).values_list("person_id")
