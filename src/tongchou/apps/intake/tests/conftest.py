"""Staging a small register in one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.tests.workbooks import demo_people, workbook

Stage = Callable[..., intake.RegisterFile]


@pytest.fixture
def stage(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> Stage:
    """``stage(content)``: the officer of 云岭镇 stages a register of 青山村."""

    def act(content: bytes | None = None, **more: Any) -> intake.RegisterFile:
        given = {
            "content": workbook(demo_people()) if content is None else content,
            "file_name": "520521901201.xlsx",
            "village_id": county.village.pk,
            "by": township_officer,
            "at": frozen_clock,
        }
        return intake.stage_register(**(given | more))

    return act


@pytest.fixture
def act(township_officer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    """``by`` and ``at`` of the officer of 云岭镇."""
    return {"by": township_officer, "at": frozen_clock}
