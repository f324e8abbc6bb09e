"""Deciding about several cases at once: each stands by itself, and holds up no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import deciding, reach
from tongchou.core import calendar, clock
from tongchou.core.errors import AppError, Invalid
from tongchou.core.models import Account

#: Cases decided in one go at most.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Left:
    """A case nothing was done about, and why."""

    case_id: int
    number: str
    error: AppError


@dataclass(frozen=True, slots=True)
class Together:
    """What became of the chosen cases."""

    done: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def accept_many(*, numbers: Iterable[int], by: Account, at: dt.datetime) -> Together:
    """Accept cases, each as ``deciding.accept``, in a transaction of its own."""
    return _each(numbers, lambda one: deciding.accept(case_id=one, by=by, at=at), by, at)


def pass_many(*, numbers: Iterable[int], by: Account, at: dt.datetime, proof: str = "") -> Together:
    """Pass the stage of cases whose answer is the one that is pinned; the others are left for their own page.

    Raises
    ------
    Invalid
        ``casework.none_chosen``, ``casework.too_many``.
    """
    return _each(
        numbers, lambda one: deciding.pass_on(case_id=one, seen=None, by=by, at=at, proof=proof), by, at
    )


def refuse_many(
    *, numbers: Iterable[int], reason: str, by: Account, at: dt.datetime, words: str = ""
) -> Together:
    """Refuse cases for one reason, each as ``deciding.refuse``: only where its own record bears it out.

    Those whose answer is another than the pinned one are left for their own page.

    Raises
    ------
    Invalid
        ``casework.none_chosen``, ``casework.too_many``.
    """

    def act(one: int) -> object:
        return deciding.refuse(case_id=one, reason=reason, seen=None, by=by, at=at, words=words)

    return _each(numbers, act, by, at)


def _chosen(numbers: Iterable[int]) -> list[int]:
    chosen = list(dict.fromkeys(numbers))
    if not chosen:
        raise Invalid("casework.none_chosen", _("Choose at least one case."))
    if len(chosen) > MOST:
        message = _("At most %(most)s cases are decided at once. Choose fewer.") % {"most": MOST}
        raise Invalid("casework.too_many", message)
    return chosen


@calendar.steady()
def _each(numbers: Iterable[int], act: Callable[[int], object], by: Account, at: dt.datetime) -> Together:
    result = Together()
    against: dict[int, AppError] = {}
    for number in _chosen(numbers):
        try:
            with transaction.atomic():
                act(number)
        except AppError as error:
            against[number] = error
        else:
            result.done.append(number)
    mine = reach.readable(by, clock.date_of(at)).filter(pk__in=against)
    known = dict(mine.values_list("pk", "number"))
    result.left.extend(Left(pk, known.get(pk, ""), error) for pk, error in against.items())
    return result
