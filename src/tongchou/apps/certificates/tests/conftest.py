"""The families and officers of casework's tests, with one approved priority certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.tests.conftest import apply, family, office, passed

__all__ = ["apply", "approved", "family", "office", "passed"]


@pytest.fixture
def approved(
    apply: Callable[..., int], office: Any, passed: Any, frozen_clock: dt.datetime
) -> Callable[..., int]:
    """An approved priority certificate of somebody."""

    def act(whom: str = "陈老根") -> int:
        case = apply(whom, "priority_certificate", applicant="self", by=office.village)
        casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
        passed(case, office.township)
        passed(case, office.county)
        return case

    return act
