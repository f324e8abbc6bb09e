"""What recorded deaths say of a batch and of its rows, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.apps.payments import api as payments
from tongchou.web.console.parts import Chip

State = payments.BatchState


@dataclass(frozen=True, slots=True)
class Deaths:
    """What recorded deaths say of a batch the bank does not have: three groups of rows, and what helps.

    Whoever does not see whom the batch pays sees how many, and not which (``shown``).
    """

    not_due: int
    stays_due: int
    unknown: int
    fix: str
    tone: str
    shown: bool


def deaths(view: payments.BatchView) -> Deaths | None:
    counts, batch = view.died, view.batch
    if not counts:
        return None
    not_due = counts.get(payments.Death.NOT_DUE, 0)
    fix = ""
    if not_due and batch.state in (State.DRAFT, State.FREEZING):
        fix = _("When the list is frozen they are left out.")
    elif not_due and not_due == batch.rows:
        fix = _("Nothing else is in the batch: give it up.")
    elif not_due:
        fix = _("Take them out: before, nobody can approve the batch or make its bank file.")
    return Deaths(
        not_due=not_due,
        stays_due=counts.get(payments.Death.STAYS_DUE, 0),
        unknown=counts.get(payments.Death.UNKNOWN, 0),
        fix=fix,
        tone="warn" if not_due or counts.get(payments.Death.UNKNOWN) else "",
        shown=view.sees_people,
    )


def may_take_out(view: payments.BatchView) -> bool:
    """Whether the reader can take out all rows that are not due: of the last one the batch is given up."""
    if not view.may_build or view.batch.state not in (State.FROZEN, State.APPROVED):
        return False
    return 0 < view.died.get(payments.Death.NOT_DUE, 0) < view.batch.rows


def mark(one: payments.RowLine) -> Chip | None:
    """What a recorded death says of a row; None without one."""
    if not one.death:
        return None
    stays = one.death == payments.Death.STAYS_DUE
    return Chip(str(payments.Death(one.death).label), "info" if stays else "warn", "" if stays else "warn")
