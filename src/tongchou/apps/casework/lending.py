"""Acting for an officer who is away, and who is named for the private programmes."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import reach
from tongchou.apps.casework.models import Delegation, NamedOfficer, NamingProposal
from tongchou.apps.places import api as places
from tongchou.core import access, audit, clock, scope
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account

#: A delegation lasts so many days at most; a longer absence is a change of officer (hand-over).
LONGEST: Final = 92
#: What a deputy holds as well, here or elsewhere: nobody decides by a loan what his own office never does.
_DECIDES: Final = (reach.DISCUSS, reach.REVIEW, reach.APPROVE)


@transaction.atomic
def delegate(
    *, taker: Account, first_day: dt.date, last_day: dt.date, by: Account, at: dt.datetime
) -> Delegation:
    """Let another officer decide cases for the account, between two days.

    The other may do no more than the account may on that day, and never what the account has acted in. One
    deputy at a time: of two for one day nobody would know who decides.

    Raises
    ------
    NotAllowed
        When the account decides no cases itself.
    Invalid
        ``casework.taker``: oneself, a closed account or one that does not decide what this one decides;
        ``casework.days``: in the past, in the wrong order or more than 92 days.
    Conflict
        ``casework.lent`` when it has lent its work for some of these days already, to whomever.
    """
    today = clock.date_of(at)
    access.require(by, reach.VIEW, on=today)
    if taker.pk == by.pk or not taker.is_active or not access.may(taker, reach.VIEW, on=today):
        message = _("Choose another officer who works with cases.")
        raise Invalid("casework.taker", message, field="taker")
    if any(access.may(by, one, on=today) and not access.may(taker, one, on=today) for one in _DECIDES):
        message = _("This officer does not do the same work. Choose one who decides what you decide.")
        raise Invalid("casework.taker", message, field="taker")
    if not today <= first_day <= last_day or (last_day - first_day).days >= LONGEST:
        message = _("Choose days from today on, in order, at most %(most)s of them.") % {"most": LONGEST}
        raise Invalid("casework.days", message, field="first_day")
    Account.objects.select_for_update().get(pk=by.pk)
    same = running(today).filter(giver=by, first_day__lte=last_day, last_day__gte=first_day)
    lent = same.select_related("taker").order_by("first_day").first()
    if lent is not None:
        message = _(
            "You have lent your work to %(name)s for some of these days already. Choose other days, or end "
            "that first."
        )
        raise Conflict("casework.lent", message % {"name": lent.taker.shown_name})
    made = Delegation.objects.create(giver=by, taker=taker, first_day=first_day, last_day=last_day, at=at)
    days = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    audit.append(by=by, action="casework.delegate", subject=f"account:{taker.pk}", at=at, detail=days)
    return made


@transaction.atomic
def end_delegation(*, delegation_id: int, by: Account, at: dt.datetime) -> None:
    """End one's own delegation today. Twice changes nothing."""
    found = Delegation.objects.select_for_update().filter(pk=delegation_id, giver=by).first()
    if found is None:
        raise NotFound("casework.no_delegation", _("There is no such delegation of yours."))
    if found.ended_on is not None:
        return
    found.ended_on = clock.date_of(at)
    found.save(update_fields=["ended_on"])
    audit.append(by=by, action="casework.end_delegation", subject=f"account:{found.taker_id}", at=at)


def running(on: dt.date) -> QuerySet[Delegation]:
    """Delegations that run on a day or will."""
    return Delegation.objects.filter(Q(ended_on=None) | Q(ended_on__gt=on), last_day__gte=on)


def of_account(account: Account, on: dt.date) -> list[Delegation]:
    """What an account has lent and what was lent to it, running or to come. One query."""
    mine = running(on).filter(Q(giver=account.pk) | Q(taker=account.pk))
    return list(mine.select_related("giver", "taker").order_by("first_day", "pk"))


@transaction.atomic
def name_officer(*, account: Account, area_id: int, by: Account, at: dt.datetime) -> NamedOfficer:
    """Name an officer for the private programmes of an area: from now on he sees and handles their cases.

    Raises
    ------
    NotAllowed
        When the account may not name officers there.
    NotFound
        No such area in its areas.
    Invalid
        ``casework.named``: the officer holds no role for cases in that area.
    """
    today = clock.date_of(at)
    areas = access.require(by, reach.NAME, on=today)
    area = places.area_by_id(area_id, within=areas)
    if area is None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    held = scope.of(account, today, permission=reach.REVIEW)
    if not account.is_active or held.meets(scope.Scope.of_area(area)).is_empty:
        message = _("This officer decides no cases there. Have the role given first.")
        raise Invalid("casework.named", message, field="account")
    running_ = NamedOfficer.objects.filter(account=account, area_id=area_id, ended_at=None).first()
    if running_ is not None:
        return running_
    _settle(account, area.pk, at)
    made = NamedOfficer.objects.create(
        account=account,
        area_id=area.pk,
        scope_no=area.scope_no,
        scope_end=area.scope_end,
        named_by=by,
        named_at=at,
    )
    audit.append(
        by=by,
        action="casework.name",
        subject=f"account:{account.pk}",
        scope_no=area.scope_no,
        at=at,
        detail={"area_id": area.pk},
    )
    return made


def _settle(account: Account, area_id: int, at: dt.datetime) -> None:
    """The account is named, as was proposed: the officer in whose stead it is is named no longer."""
    waiting = NamingProposal.objects.filter(account=account, area_id=area_id, settled_at=None)
    for one in waiting.select_for_update():
        NamedOfficer.objects.filter(account=one.instead_of_id, area_id=area_id, ended_at=None).update(
            ended_at=at
        )
        one.settled_at = at
        one.save(update_fields=["settled_at"])


def proposed_in(areas: scope.Scope) -> list[NamingProposal]:
    """Who is proposed to be named in some areas, because the one before left. One query."""
    rows = NamingProposal.objects.filter(areas.q("scope_no"), settled_at=None)
    return list(rows.select_related("account", "instead_of").order_by("scope_no", "pk"))


@transaction.atomic
def end_naming(*, naming_id: int, by: Account, at: dt.datetime) -> None:
    """The officer is no longer named there. Twice changes nothing."""
    areas = access.require(by, reach.NAME, on=clock.date_of(at))
    found = NamedOfficer.objects.select_for_update().filter(areas.q("scope_no"), pk=naming_id).first()
    if found is None:
        raise NotFound("casework.no_naming", _("There is no such officer named in your areas."))
    if found.ended_at is not None:
        return
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    audit.append(
        by=by,
        action="casework.end_naming",
        subject=f"account:{found.account_id}",
        scope_no=found.scope_no,
        at=at,
        detail={"area_id": found.area_id},
    )


def named_in(areas: scope.Scope) -> list[NamedOfficer]:
    """Who is named in some areas. One query."""
    rows = NamedOfficer.objects.filter(areas.q("scope_no"), ended_at=None)
    return list(rows.select_related("account").order_by("scope_no", "account__username"))
