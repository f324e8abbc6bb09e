"""Register files that wait for a decision: whoever brought them in, or took them over, has them in hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.lists.undoing import list_undo
from tongchou.apps.intake.models import UNDECIDED, RegisterFile
from tongchou.apps.intake.undoing import register_undo
from tongchou.core import open_work

if TYPE_CHECKING:
    from tongchou.core.models import Account


def in_hand(account: Account) -> QuerySet[RegisterFile]:
    """The undecided files of an account."""
    mine = Q(in_charge=account) | Q(in_charge=None, uploaded_by=account)
    return RegisterFile.objects.filter(mine, status__in=UNDECIDED)


def _count(account: Account, on: dt.date) -> int:
    return in_hand(account).count()


def _move(account: Account, successor: Account) -> int:
    return in_hand(account).update(in_charge=successor)


def _again(account: Account, successor: Account) -> int:
    """Files the account brought in that still wait with somebody to whom they were handed over."""
    waiting = RegisterFile.objects.filter(uploaded_by=account.pk, status__in=UNDECIDED)
    given = waiting.exclude(in_charge=None).exclude(in_charge__in=[account.pk, successor.pk])
    return given.update(in_charge=successor)


open_work.register(
    open_work.Work("files", _("Register files that wait for a decision"), _count, _move, _again)
)


def _count_undos(account: Account, on: dt.date) -> int:
    return sum(of.waiting(by=account, on=on).count() for of in (register_undo, list_undo))


# They follow the roles, so nothing is moved.
open_work.register(
    open_work.Work("undos", _("Files to be taken back that wait for a decision"), _count_undos)
)
