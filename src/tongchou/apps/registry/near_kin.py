"""Who cannot be somebody's spouse by law: kin in direct line, brothers and sisters (民法典, article 1048)."""

from __future__ import annotations

from tongchou.apps.registry.models import Kinship

#: Ties the law knows between parent and child; a step-parent's other children are no kin by blood.
_LINEAL = (Kinship.Kind.BIRTH, Kinship.Kind.ADOPTIVE)


def near_kin(person_id: int) -> set[int]:
    """Parents, children, brothers and sisters by birth, as far as the registry knows them. Two queries.

    It serves marriages and the choice of people alone; nobody's registration depends on it.
    """
    links = list(Kinship.objects.filter(kind__in=_LINEAL, child=person_id).values_list("parent_id", "kind"))
    parents = {pk for pk, _kind in links}
    by_birth = {pk for pk, kind in links if kind == Kinship.Kind.BIRTH}
    below = Kinship.objects.filter(kind__in=_LINEAL, parent__in={person_id, *by_birth})
    children = {
        child
        for child, parent, kind in below.values_list("child_id", "parent_id", "kind")
        if parent == person_id or kind == Kinship.Kind.BIRTH
    }
    return (parents | children) - {person_id}
