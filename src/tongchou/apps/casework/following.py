"""Where a case stands, for whoever applied from outside: in codes, without a name, a number or a fact."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongchou.apps.casework import moving, pinning
from tongchou.apps.casework.models import Act, Award, Case, Decision, State
from tongchou.domain.casework import steps
from tongchou.domain.casework.kinds import CaseKind, Stage


@dataclass(frozen=True, slots=True)
class Told:
    """What a case lets its applicant know.

    ``failing`` are the words of the conditions a refusal rests on, Chinese and English; none of a private
    kind, of which nothing but the closed list's reason is told outside the office (rights rule 3).
    ``open_to`` are what the family may do now: ``withdraw``, ``brought``.
    """

    number: str
    kind: CaseKind
    state: str
    stage: Stage
    due: dt.date
    asked: tuple[str, ...]
    reasons: tuple[str, ...]
    failing: tuple[tuple[str, str], ...]
    decided_at: dt.datetime | None
    award_id: int | None
    open_to: frozenset[str]
    #: How often the decision was reviewed, or is under review.
    reviews: int = 0


def told(case_id: int) -> Told:
    """Where a case stands. It checks no role: for an app that knows who asks by a code. Five queries at most.

    Raises
    ------
    Case.DoesNotExist
        For a number nobody was given.
    """
    case = Case.objects.defer("sealed").get(pk=case_id)
    found = moving.opened(case)
    acts = (Act.ASK.value, Act.REFUSE.value)
    last = Decision.objects.filter(case=case, act__in=acts).order_by("-pk").first()
    reasons = tuple(last.reasons.split(",")) if last is not None and last.reasons else ()
    refused = case.state == State.REFUSED
    failing: tuple[tuple[str, str], ...] = ()
    if refused and not case.private and (record := pinning.latest([case.pk]).get(case.pk)):
        wanted = set(record["failing"])
        failing = tuple((one["zh"], one["en"]) for one in record["conditions"] if one["code"] in wanted)
    award = Award.objects.filter(case=case, void_at=None).values_list("pk", flat=True).first()
    may = steps.possible(found.standing, found.stages)
    return Told(
        number=case.number,
        kind=found.kind,
        state=case.state,
        stage=found.stage,
        due=case.stage_due,
        asked=reasons if case.state == State.WAITING else (),
        reasons=reasons if refused else (),
        failing=failing,
        decided_at=case.decided_at,
        award_id=award,
        open_to=frozenset({one.value for one in may} & {"withdraw", "brought"}),
        reviews=case.appeals,
    )
