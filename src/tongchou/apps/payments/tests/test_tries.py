"""How often something was tried to be paid: counted anew by the laws, each broken here once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.payments import api as payments
from tongchou.apps.payments.models import Batch, MoreTries, PaymentRow
from tongchou.apps.payments.tests.conftest import Awards, sound
from tongchou.core.errors import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def broken() -> set[str]:
    return {one.split(":")[0] for one in sound()}


def again(build: Callable[..., Batch], act: dict[str, Any], check: dict[str, Any]) -> Batch:
    """What came back, with the bank once more."""
    batch = payments.freeze_batch(batch_id=build(attempt="again").pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    payments.bank_file(batch_id=batch.pk, **act)
    return Batch.objects.get(pk=batch.pk)


def test_casework_is_told_of_every_try_and_of_no_other(issued: Any, casework: Awards) -> None:
    issued()
    assert casework.tried == {1, 2, 3, 4, 5, 6} and sound() == []
    casework.tried.discard(3)  # it would be put into the next batch too
    assert broken() == {"tried"}
    casework.tried.add(3)
    casework.add(77)
    assert sound() == []
    casework.tried.add(77)  # it would wait for ever
    (told,) = sound()
    assert told.startswith("tried: award 77")


def test_what_is_taken_out_before_it_went_is_not_tried(
    approved: Callable[..., Batch], casework: Awards, act: dict[str, Any]
) -> None:
    batch = approved()
    payments.take_out(batch_id=batch.pk, row_no=3, why="family_asks", **act)
    assert casework.tried == {1, 2, 4, 5, 6} and sound() == []
    casework.tried.add(3)
    assert broken() == {"tried"}


def test_a_try_follows_one_of_the_same_award_that_came_back(
    issued: Any, answered: Any, build: Any, casework: Awards, act: dict[str, Any], check: dict[str, Any]
) -> None:
    answered(issued(), {1: "未激活", 2: "未激活", 3: ""})
    again(build, act, check)
    assert sound() == []
    first, second = PaymentRow.objects.filter(issue_no=2).order_by("no")
    PaymentRow.objects.filter(pk=first.pk).update(earlier=second.earlier)  # another family's
    assert broken() == {"again"}
    PaymentRow.objects.filter(pk=first.pk).update(earlier=first.earlier)
    assert sound() == []


def test_a_third_try_is_paid_on_the_word_of_a_second_person_alone(
    issued: Any,
    answered: Any,
    build: Any,
    casework: Awards,
    act: dict[str, Any],
    check: dict[str, Any],
    frozen_clock: dt.datetime,
) -> None:
    answered(issued(), {1: "未激活"})
    second = again(build, act, check)
    answered(second, {1: "未激活"})
    with pytest.raises(Conflict, match="nothing_ready"):
        build(attempt="again")
    given = {"batch_id": second.pk, "row_no": 1, "words": "银行系统故障"}
    with pytest.raises(NotAllowed):
        payments.allow_more(**given, **act)  # who built the batch
    allowed = payments.allow_more(**given, **check)
    again(build, act, check)
    third = PaymentRow.objects.get(issue_no=3)
    assert third.allowed == allowed and sound() == []
    other = MoreTries.objects.create(
        row=PaymentRow.objects.get(batch__attempt="first", no=2), built_by=act["by"], allowed_by=check["by"],
        sealed="", at=frozen_clock,
    )  # fmt: skip
    PaymentRow.objects.filter(pk=third.pk).update(allowed=other)  # allowed for another family
    assert broken() == {"again"}
