"""Two records of one person made one, and taken apart: low level, for an app in which two people decided.

The record that goes keeps its events; of its state only that it was joined remains (``fold.effective``).
What the record that stays does not know is carried over by entries of its own, so a rebuild needs nothing
else.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, carrying
from tongchou.apps.registry.models import Couple, Custody, Event, EventKind, Kinship, Lodging, Person
from tongchou.apps.registry.one_person import MergedPerson
from tongchou.apps.registry.recording import CONSOLE, Draft, Recorded, Recorder
from tongchou.apps.registry.reversing import bound_people, obstacles
from tongchou.core import access as core_access
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account

#: Why two records cannot be made one as asked, in words.
REASONS = {
    "gone": _("One of the two records is no longer in the register."),
    "both_bound": _(
        "A claim stands on both records. Take back the one that was recorded by mistake first; nothing a "
        "family is entitled to may be lost."
    ),
    "bound": _("A claim stands on the record that would go. Let that record stay and the other one go."),
    "care": _(
        "The record that would go says who looks after whom, or with whom somebody lives. Take that entry "
        "back and record it on the record that stays, so that it is not lost."
    ),
    "dead": _(
        "One record says that the person has died, the other does not. Find out first, and record it or take "
        "it back."
    ),
    "kin": _("The two are recorded as parent and child, or as married to each other."),
    "spouses": _("The two are recorded as married to different people. Correct that first."),
    "sex": _("The two records say a different sex. Correct that first."),
}


def merge_obstacles(keep: int, gone: int) -> list[str]:
    """What stands against letting ``gone`` go and ``keep`` stay, in words; empty when nothing does."""
    return [str(REASONS[reason]) for reason in _against(keep, gone)]


def _against(keep: int, gone: int) -> list[str]:
    people = Person.objects.in_bulk([keep, gone])
    if len(people) < 2:
        return ["gone"]
    found = []
    bound = bound_people([keep, gone])
    if gone in bound:
        found.append("both_bound" if keep in bound else "bound")
    if (
        Custody.objects.filter(Q(person=gone) | Q(guardian=gone) | Q(second=gone)).exists()
        or Lodging.objects.filter(person=gone).exists()
    ):
        found.append("care")
    if people[keep].deceased != people[gone].deceased:
        found.append("dead")
    if people[keep].sex and people[gone].sex and people[keep].sex != people[gone].sex:
        found.append("sex")
    both = (keep, gone)
    couples = list(Couple.objects.filter(Q(a__in=both) | Q(b__in=both)).values_list("a_id", "b_id", "ended"))
    if Kinship.objects.filter(child__in=both, parent__in=both).exists() or any(
        {a, b} == {keep, gone} for a, b, _ended in couples
    ):
        found.append("kin")
    lasting = {
        own: {a + b - own for a, b, ended in couples if own in (a, b) and ended is None} for own in both
    }
    if lasting[keep] and lasting[gone] and lasting[keep] != lasting[gone]:
        found.append("spouses")
    return found


@transaction.atomic
def merge(
    *,
    keep: int,
    gone: int,
    number_of: int,
    pair: int,
    asked_by: int,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Let the record ``gone`` go into ``keep``: one person asked for it, another, ``by``, approves.

    Parameters
    ----------
    number_of
        ``keep`` or ``gone``: whose identity number stands first when they differ; the other stays known.
    pair
        Number of the decision, for the audit row.

    Raises
    ------
    NotAllowed, NotFound
        When both are one person, or the account may not correct the registry, or not both records.
    Invalid
        When the choice names somebody else.
    Conflict
        When something stands against it.
    """
    if by.pk == asked_by:
        raise NotAllowed("registry.needs_two", _("Who asks for this does not approve it."))
    reach = core_access.require(by, "registry.correct", on=clock.date_of(at))
    if keep == gone or number_of not in (keep, gone):
        raise Invalid("registry.merge_choice", _("Choose which record stays and which number stands first."))
    recorder = Recorder(source=CONSOLE, by=by, at=at)
    if access.people(reach).filter(pk__in=(keep, gone)).count() < 2:
        raise access.no_person()
    if against := _against(keep, gone):
        raise Conflict(f"registry.merge_{against[0]}", REASONS[against[0]])
    recorder.add(Draft(EventKind.PERSON_MERGED, {"into": keep}, person_id=gone))
    for draft in carrying.drafts(keep, gone, number_of):
        recorder.add(draft)
    return recorder.write(
        action="registry.merge",
        subject=f"person:{keep}",
        scope_no=Person.objects.values_list("registered_scope", flat=True).get(pk=keep),
        detail={"merged": gone, "pair": pair, "asked_by": asked_by},
    )


@transaction.atomic
def take_apart(*, batch: int, pair: int, asked_by: int, by: Account, at: dt.datetime) -> Recorded:
    """Take a merge back with everything it carried over: both records are as if it had not been.

    Raises
    ------
    NotAllowed
        When one person asks and approves, or the account may not correct the registry.
    NotFound
        When there is no such merge, or the record that stayed is not in its areas.
    Conflict
        When it was taken back already, or something later builds on it.
    """
    if by.pk == asked_by:
        raise NotAllowed("registry.needs_two", _("Who asks for this does not approve it."))
    reach = core_access.require(by, "registry.correct", on=clock.date_of(at))
    recorder = Recorder(source=CONSOLE, by=by, at=at)
    events = list(
        Event.objects.filter(batch_id=batch).order_by("pk").values_list("pk", "kind", "person_id", "payload")
    )
    merged = next(((gone, text) for _pk, kind, gone, text in events if kind == EventKind.PERSON_MERGED), None)
    keep = json.loads(merged[1])["into"] if merged else None
    if merged is None or not access.people(reach).filter(pk=keep).exists():
        raise NotFound("registry.no_merge", _("There are no such joined records in your areas."))
    _still_the_last(keep, merged[0], events)
    if against := obstacles(pk for pk, _kind, _person, _text in events):
        raise Conflict(f"registry.reverse_{against[0].reason}", against[0].message)
    for pk, _kind, person, _text in events:
        recorder.reverse(pk, person_id=person)
    return recorder.write(
        action="registry.take_apart",
        subject=f"person:{keep}",
        scope_no=Person.objects.values_list("registered_scope", flat=True).get(pk=keep),
        detail={"again": merged[0], "pair": pair, "asked_by": asked_by},
    )


def _still_the_last(keep: int, gone: int, events: list[Any]) -> None:
    """Nothing builds on the merge: it still stands, and no end of a marriage was recorded after it."""
    touched = {person for _pk, _kind, person, _text in events}
    last = max(pk for pk, *_rest in events)
    if (
        Event.objects.filter(person_id__in=touched, kind=EventKind.COUPLE_ENDED, pk__gt=last).exists()
        or not MergedPerson.objects.filter(person_id=gone, into_id=keep).exists()
    ):
        message = _("Something recorded later builds on this, or it was taken back already.")
        raise Conflict("registry.take_apart", message)
