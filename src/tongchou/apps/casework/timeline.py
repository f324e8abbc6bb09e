"""What was done on a case and on its account, in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import accumulate

from tongchou.apps.casework import moving, payee_notes, positions, sealing
from tongchou.apps.casework.models import Act, Case, Decision
from tongchou.core import clock
from tongchou.domain.casework import steps
from tongchou.domain.casework.kinds import CaseKind


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a case's history, oldest first. ``officer`` is empty for what time did."""

    act: str
    stage_zh: str
    stage_en: str
    officer: str
    on_behalf: str
    at: dt.datetime
    reasons: tuple[str, ...]
    words: str
    in_time: bool | None
    #: The hash of the facts and reasons it rests on; empty where it rests on none.
    mark: str = ""
    #: The level of the stage: ``village``, ``township`` or ``county``; empty for an account's.
    level: str = ""
    #: Of an appeal that was heard: the desk it was heard at, which may be above the one it came to first.
    heard_at: str = ""


def history(case: Case, kind: CaseKind) -> tuple[Step, ...]:
    """Everything done on a case and on its account, oldest first. Three queries, one more an appeal."""
    stages = {stage.code: stage for stage in (*kind.stages, *kind.renewal)}
    rows = Decision.objects.filter(case=case).select_related("officer", "on_behalf").order_by("pk")
    rows = list(rows)
    hearing = {act.value for act in steps.HEARING}
    desks = {
        one.pk: positions.desks_of([one.on_behalf_id], clock.date_of(one.at)).get(
            one.on_behalf_id, frozenset()
        )
        for one in rows
        if one.act in hearing and one.on_behalf_id
    }
    turns = list(accumulate(one.act == Act.APPEAL for one in rows))
    steps_done = [
        Step(
            act=one.act,
            stage_zh=stages[one.stage_code].title.zh if one.stage_code in stages else "",
            stage_en=stages[one.stage_code].title.en if one.stage_code in stages else "",
            officer=one.officer.shown_name if one.officer else "",
            on_behalf=one.on_behalf.shown_name
            if one.on_behalf and one.on_behalf_id != one.officer_id
            else "",
            at=one.at,
            reasons=tuple(one.reasons.split(",")) if one.reasons else (),
            words=sealing.unseal_words(one.sealed, case.pk),
            in_time=one.in_time,
            mark=one.mark,
            level=stages[one.stage_code].level if one.stage_code in stages else "",
            heard_at=str(
                positions.raised(moving.hears(stages[one.stage_code].level, turn), desks.get(one.pk, ()))
            )
            if one.act in hearing and one.stage_code in stages
            else "",
        )
        for one, turn in zip(rows, turns, strict=True)
    ]
    of_account = (
        Step(
            act=one.act,
            stage_zh="",
            stage_en="",
            officer=one.officer,
            on_behalf="",
            at=one.at,
            reasons=(),
            words=one.words,
            in_time=None,
        )
        for one in payee_notes.history(case)
    )
    # Stable: of the same moment decisions stand first, and each kind in the order of its rows.
    return tuple(sorted((*steps_done, *of_account), key=lambda one: one.at))
