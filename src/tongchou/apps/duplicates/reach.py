"""Who sees and who decides a pair: whoever's areas hold both records, by where they are registered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.duplicates.models import Pair, Side, State
from tongchou.core import scope
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Looks at pairs and answers for the village; decides; has the register searched for them.
VIEW, DECIDE, FIND = "duplicates.view", "duplicates.decide", "duplicates.find"
#: States in which one of the two has no record of its own.
JOINED = (State.JOINED, State.APART)


def areas(account: Account, on: dt.date, permission: str) -> Scope:
    return scope.of(account, on, permission=permission)


def inside(reach: Scope) -> QuerySet[Pair]:
    """Pairs both of whose records are in these areas; of joined ones, the record that stayed."""
    sides = Side.objects.filter(pair=OuterRef("pk"))
    here = sides.filter(reach.q("registered_scope"))
    elsewhere = sides.exclude(reach.q("registered_scope")).filter(registered_scope__isnull=False)
    nowhere = sides.filter(registered_scope__isnull=True)
    found = Pair.objects.filter(Exists(here)).exclude(Exists(elsewhere))
    # Of two records one of which was joined to a third nothing can be decided any more.
    return found.exclude(Exists(nowhere) & ~Exists(Pair.objects.filter(pk=OuterRef("pk"), state__in=JOINED)))


def half_inside(reach: Scope) -> QuerySet[Side]:
    """The records in these areas that may be of the same person as one elsewhere, which is not shown."""
    others = Side.objects.filter(pair=OuterRef("pair"), registered_scope__isnull=False)
    elsewhere = others.exclude(pk=OuterRef("pk")).exclude(reach.q("registered_scope"))
    open_states = (State.OPEN, State.VILLAGE, State.PROPOSED)
    return Side.objects.filter(reach.q("registered_scope"), Exists(elsewhere), pair__state__in=open_states)


def no_pair() -> NotFound:
    """The same answer for pairs elsewhere and those that do not exist."""
    return NotFound("duplicates.none", _("There are no such two records in your areas."))
