"""Taking back what was stored of a department's list, with the offers of help it alone has brought.

A birth that was registered since, or answered for otherwise, stays so: a family's registrar said it, not the
list.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from tongchou.apps.intake.lists import births, newborns
from tongchou.apps.intake.lists.models import ENDED, ListFile, ListStatus, ListUndo
from tongchou.apps.intake.lists.staging import open_list
from tongchou.apps.intake.taking_back import RECORD, TakingBack
from tongchou.apps.intake.undo_requests import OF_LISTS
from tongchou.core import clock
from tongchou.core.jobs import api as jobs

KIND = "lists.undo"


def stands(file: Any) -> bool:
    """True when a list was stored to the end, or what waited of it was discarded after a part was stored.

    Brought in again, the new list counts for what was stored before: that one is taken back.
    """
    if file.status == ListStatus.APPLIED:
        return True
    if file.status != ListStatus.DISCARDED or not any(file.applied.values()):
        return False
    again = ListFile.objects.filter(sha256=file.sha256, area=file.area_id).exclude(status__in=ENDED)
    return not again.exists()


def withdraw(file: Any) -> int:
    """Withdraw what a list alone has brought, inside the caller's transaction; the number of offers."""
    births.forget(file, on=clock.today())
    return newborns.withdraw(file)


list_undo = TakingBack(
    kind=KIND,
    payload="list",
    subject="list_file",
    place="area",
    requests=ListUndo,
    reasons=OF_LISTS,
    permission="lists.apply",
    open_one=open_list,
    stands=stands,
    offers=newborns.brought_by,
    withdraw=withdraw,
    counted=births.told_by,
)


@jobs.job(KIND, label=gettext_lazy("Take a department's list back"), permission=RECORD)
def take_back(context: jobs.JobContext) -> dict[str, int]:
    """The entries taken back and the offers withdrawn, in number."""
    return list_undo.run(context)
