"""Adoption as a single act: who the parents of a child are from then on.

An adoption is valid by its registration with the civil affairs office (民法典, article 1105), which has
looked at everything the law asks. Here nothing of it is asked again: neither the children, the marriage nor
the health of anybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, evidence, known
from tongchou.apps.registry.acting import Act, nothing_new
from tongchou.apps.registry.lines import iso
from tongchou.apps.registry.models import Couple, EventKind, Kinship
from tongchou.apps.registry.recording import Recorded
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.dates import PartialDate


@transaction.atomic
def record_adoption(
    *,
    person_id: int,
    adopter_ids: Sequence[int],
    since: PartialDate | None,
    evidence_kind: str,
    evidence_words: str,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Record who adopted a person. The household stays: moving the registration is an act of its own.

    By law the ties to the parents by birth end with an adoption (民法典, article 1111), except to a parent
    whose spouse adopts the child (article 1103); the events keep what was.

    Parameters
    ----------
    person_id
        The child.
    adopter_ids
        One or two people in the areas of the account.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not these people.
    Invalid
        When the day lies in the future, an adopter is not older than the child, or the document is missing.
    Conflict
        When it is recorded already.
    """
    act = Act(person_id, by, at)
    act.not_later(since, "day")
    adopters = list(dict.fromkeys(adopter_ids))
    if not 1 <= len(adopters) <= 2 or person_id in adopters:
        raise Invalid("registry.adopters", _("Choose one or two people who adopt."), field="adopters")
    if access.people(act.reach).filter(pk__in=adopters).count() != len(adopters):
        raise access.no_person()
    document = evidence.check(evidence_kind, evidence_words)
    for one in known.load(adopters).values():
        if one.birth and act.person.birth and one.birth >= act.person.birth:
            message = _("Parents are older than their children. Check who adopts whom.")
            raise Invalid("registry.parent_younger", message, field="adopters")
    links = dict(Kinship.objects.filter(child=person_id).values_list("parent_id", "kind"))
    new = [pk for pk in adopters if links.get(pk) != Kinship.Kind.ADOPTIVE]
    if not new:
        raise nothing_new()
    stays = set(adopters) | _spouses(adopters)
    ended = [pk for pk, kind in links.items() if kind == Kinship.Kind.BIRTH and pk not in stays]
    payload: dict[str, Any] = {
        "parents": [[pk, str(Kinship.Kind.ADOPTIVE)] for pk in new],
        "evidence": document,
    }
    if ended:
        payload["not_parents"] = sorted(ended)
    return act.record(EventKind.KIN_RECORDED, payload, action="record_adoption", occurred=iso(since))


def _spouses(people: Sequence[int]) -> set[int]:
    lasting = Couple.objects.filter(Q(a__in=people) | Q(b__in=people), ended=None)
    return {pk for pair in lasting.values_list("a_id", "b_id") for pk in pair}
