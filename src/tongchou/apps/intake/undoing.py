"""Taking an applied register of a village back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from tongchou.apps.intake import actions, left_open, not_listed, queries
from tongchou.apps.intake.models import FileStatus, FileUndo, RegisterFile
from tongchou.apps.intake.taking_back import RECORD, TakingBack
from tongchou.apps.intake.undo_requests import OF_REGISTERS
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.scope import Scope

KIND = "intake.undo"


def _open(file_id: int, reach: Scope, *, lock: bool = False) -> RegisterFile:
    if lock:
        return actions.open_to_decide(file_id, reach, lock=True)
    return queries.open_file(file_id, scope=reach)


def _stands(file: Any) -> bool:
    return bool(file.status == FileStatus.APPLIED)


def _withdraw_questions(file: Any) -> int:
    """Whom the register did not name, and what it left in question, is no longer asked about."""
    not_listed.forget(file.pk)
    left_open.close(file)
    return 0


register_undo = TakingBack(
    kind=KIND,
    payload="file",
    subject="register_file",
    place="village",
    requests=FileUndo,
    reasons=OF_REGISTERS,
    permission="intake.apply",
    open_one=_open,
    stands=_stands,
    withdraw=_withdraw_questions,
)


@jobs.job(KIND, label=gettext_lazy("Take a register back"), permission=RECORD)
def take_back(context: jobs.JobContext) -> dict[str, int]:
    """The entries taken back, in number."""
    return register_undo.run(context)
