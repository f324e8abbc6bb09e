"""Whenever a death is recorded on the way from a batch to its file, no file pays for a year after it.

Deaths come before the batch is built, after it, after the freezing, after the review or once the bank has the
file; of years before, of the year itself, or of a year nobody knows. The clerks do what the refusals say.
Whoever is still due is in the file, and money balances.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tongchou.apps.payments import api as payments
from tongchou.apps.payments.models import Batch, Entry
from tongchou.apps.payments.tests.conftest import (
    Awards,
    act,
    build,
    casework,
    check,
    clerk,
    fund,
    money,
    second,
    sound,
)  # fmt: skip
from tongchou.apps.payments.tests.test_deaths import accounts_in, die
from tongchou.core.errors import Conflict

__all__ = ["act", "build", "casework", "check", "clerk", "die", "fund", "money", "second"]
pytestmark = pytest.mark.django_db
YEAR = 2026
STEPS = ("begin", "built", "frozen", "approved", "sent")
#: Of each of six people: the year that is paid, that of the death (None: lives, 0: nobody knows it), and when
#: it is recorded.
PERSON = st.tuples(
    st.sampled_from([YEAR, YEAR, YEAR - 1]),
    st.sampled_from([None, 0, YEAR - 2, YEAR - 1, YEAR - 1, YEAR]),
    st.sampled_from(STEPS),
)


def in_time(one: tuple[int, int | None, str]) -> bool:
    """Whether the bank has to get the row: said again, without the code under test."""
    year, died, step = one
    return not died or died >= year or step == "sent"


@settings(
    max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(people=st.lists(PERSON, min_size=6, max_size=6))
def test_no_file_pays_for_a_year_after_a_death(
    people: list[tuple[int, int | None, str]], build: Callable[..., Batch], money: Callable[..., Any],
    casework: Awards, die: Callable[..., None], act: dict[str, Any], check: dict[str, Any],
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    with transaction.atomic():
        money(6 * 360_000)
        for number, (year, _died, _step) in enumerate(people, start=1):
            casework.listed[number] = replace(casework.listed[number], year=year)

        def record(step: str) -> None:
            for number, (_year, died, when) in enumerate(people, start=1):
                if when == step and died is not None:
                    die(number, died or None)

        def asked(do: Callable[..., Any], batch: Batch, **given: Any) -> Any:
            """The act; refused because of a death, it is done again after what the refusal says."""
            try:
                with transaction.atomic():
                    return do(batch_id=batch.pk, **given)
            except Conflict as refused:
                assert refused.code == "payments.died"
                batch.refresh_from_db()
                if len(refused.data["rows"]) == batch.rows:
                    payments.drop(batch_id=batch.pk, **act)
                    return None
                payments.take_out_not_due(batch_id=batch.pk, **act)
                batch.refresh_from_db()
                again = {"seen": payments.seen_of(batch)} if "seen" in given else {}
                return do(batch_id=batch.pk, **given | again)

        record("begin")
        batch = build()
        record("built")
        batch = payments.freeze_batch(batch_id=batch.pk, **act)
        record("frozen")
        file = None
        if batch.state == "frozen" and asked(payments.approve, batch, seen=payments.seen_of(batch), **check):
            record("approved")
            file = asked(payments.bank_file, batch, **act)
        record("sent")
        due = {number for number, one in enumerate(people, start=1) if in_time(one)}
        assert (accounts_in(file.content) if file is not None else set()) == due
        if file is not None:
            assert payments.bank_file(batch_id=batch.pk, **act).content == file.content
        issued = sum(Entry.objects.filter(kind="issue").values_list("fen", flat=True))
        assert issued == len(due) * 360_000 and sound() == []
        casework.tried.clear()
        transaction.set_rollback(True)
