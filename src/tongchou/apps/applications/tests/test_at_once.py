"""Several at once: a double click makes one, and forms for one person join without any being lost."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tongchou.apps.applications import api as applications
from tongchou.apps.applications.models import Application, Sending, Step
from tongchou.apps.applications.tests.conftest import particulars
from tongchou.core import audit

TOKENS = ("0" * 32, "1" * 32)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="an in-memory SQLite has one writer")
def test_the_same_form_from_many_fingers_is_one(county: Any, frozen_clock: dt.datetime) -> None:
    def click(token: str) -> str:
        try:
            return applications.send(
                kind="elderly_reward", year=2026, area_id=county.village.pk, said=particulars(), token=token,
                at=frozen_clock,
            ).code  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(click, TOKENS * 8))
    assert len(set(codes)) == 2
    assert (Application.objects.count(), Sending.objects.count(), Step.objects.count()) == (1, 2, 2)
    assert {applications.followed(code).phase for code in codes} == {"received"}
    assert audit.verify().ok
