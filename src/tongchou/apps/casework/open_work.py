"""What an officer of cases leaves behind, and what becomes of it when another takes over.

Cases follow the roles, so nothing of them is moved. What was lent ends with the roles; for the private
programmes the successor is proposed: naming stays with the county, as a role alone opens nothing there.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.core import clock, open_work

if TYPE_CHECKING:
    from tongchou.core.models import Account


def _cases(account: Account, on: dt.date) -> int:
    from tongchou.apps.casework import queries, reach

    desks = queries.desks(account, on)
    return reach.readable(account, on).filter(desk__in=desks).count() if desks else 0


def _lent(account: Account, on: dt.date) -> int:
    from tongchou.apps.casework import lending

    return lending.running(on).filter(Q(giver=account.pk) | Q(taker=account.pk)).count()


def _end_lent(account: Account, successor: Account) -> int:
    """End what the leaving officer has lent or was lent, on the first day without roles.

    The successor lends anew: whom one trusts with one's cases is not inherited.
    """
    from tongchou.apps.casework import lending

    last = _first_day_without(account)
    given = lending.running(clock.today()).filter(Q(giver=account.pk) | Q(taker=account.pk))
    later = given.filter(Q(ended_on=None) | Q(ended_on__gt=last), last_day__gte=last)
    return later.update(ended_on=last)


def _named(account: Account, on: dt.date) -> int:
    from tongchou.apps.casework.models import NamedOfficer

    return NamedOfficer.objects.filter(account=account.pk, ended_at=None).count()


def _propose(account: Account, successor: Account) -> int:
    """Propose the successor where the leaving officer is named, and end the naming.

    While the roles still run it ends when the successor is named instead, so that nobody is without.
    """
    from tongchou.apps.casework.models import NamedOfficer, NamingProposal

    now = clock.now()
    rows = list(NamedOfficer.objects.select_for_update().filter(account=account.pk, ended_at=None))
    there = set(
        NamedOfficer.objects.filter(account=successor.pk, ended_at=None).values_list("area_id", flat=True)
    ) | set(
        NamingProposal.objects.filter(account=successor.pk, settled_at=None).values_list("area_id", flat=True)
    )
    made = NamingProposal.objects.bulk_create(
        [
            NamingProposal(
                account=successor,
                instead_of=account,
                area_id=one.area_id,
                scope_no=one.scope_no,
                scope_end=one.scope_end,
                proposed_at=now,
            )
            for one in rows
            if one.area_id not in there
        ]
    )
    if _first_day_without(account) > clock.today():
        return len(made)
    ended = [one.pk for one in rows]
    NamedOfficer.objects.filter(pk__in=ended).update(ended_at=now)
    return max(len(made), len(ended))


def _propose_again(account: Account, successor: Account) -> int:
    """Propose the successor where somebody else was proposed in the account's stead and is not named yet."""
    from tongchou.apps.casework.models import NamingProposal

    waiting = NamingProposal.objects.filter(instead_of=account.pk, settled_at=None)
    there = NamingProposal.objects.filter(account=successor.pk, settled_at=None).values("area_id")
    return (
        waiting.exclude(account=successor.pk)
        .exclude(area_id__in=list(there.values_list("area_id", flat=True)))
        .update(account=successor)
    )


def _first_day_without(account: Account) -> dt.date:
    """The first day on which an account holds no role any more; today when it holds none."""
    today = clock.today()
    ends = account.assignments.values_list("valid_to", flat=True)
    return max((day for day in ends if day is not None and day > today), default=today)


open_work.register(open_work.Work("cases", _("Cases that wait for this officer's desks"), _cases))
open_work.register(
    open_work.Work("cases_lent", _("Cases lent to other officers, or by them"), _lent, _end_lent)
)
open_work.register(
    open_work.Work(
        "cases_named", _("Areas in which named for private programmes"), _named, _propose, _propose_again
    )
)
