"""What can be applied for here: services by need, and no benefit whose amount nobody has set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Award, Case
from tongchou.core.errors import Conflict

WAITING = ("only_child_reward", "two_daughter_support", "urban_pension_support")


@pytest.mark.parametrize("kind", WAITING)
def test_what_waits_for_an_amount_is_not_offered_and_not_begun(apply: Callable[..., int], kind: str) -> None:
    assert kind in {one.code for one in casework.in_force()}
    assert kind not in {one.code for one in casework.offered()}
    with pytest.raises(Conflict, match="not_set"):
        apply("陈老根", kind, applicant="self")
    assert not Case.objects.exists()


def test_a_loan_is_referred_by_need_and_nothing_is_paid(
    apply: Callable[..., int], office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈勇", "loan_referral", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    found = Case.objects.get(pk=case)
    assert (found.state, found.amount_fen) == ("approved", None)
    assert not Award.objects.exists()
