"""A department promises as an area does: its post-holders speak for it, its own government judges it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.counting import month_counts
from tongchou.apps.commitments.models import Letter
from tongchou.apps.posts import api as posts
from tongchou.core.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def health(county: Any, office: Any, frozen_clock: dt.datetime) -> Any:
    """The health department of the township, headed by its second officer."""
    given = {"by": office.township, "at": frozen_clock}
    since = frozen_clock.date() - dt.timedelta(days=30)
    one = posts.add_department(area_id=county.township.pk, code="ws", name="卫生院", since=since, **given)
    post = posts.add_post(
        area_id=county.township.pk, department_id=one.pk, duty="head", title="院长", **given
    )
    posts.appoint(
        post_id=post.pk, holder="陈静（示例）", since=since, account_id=office.township_two.pk, **given
    )
    return one


def test_who_holds_a_post_speaks_and_does_not_judge(
    health: Any, county: Any, office: Any, words: Any, frozen_clock: dt.datetime
) -> None:
    given = {"area_id": county.township.pk, "title": "卫生院承诺书", "at": frozen_clock, "department": "ws"}
    with pytest.raises(NotAllowed) as refused:
        commitments.begin(by=office.township, **given)
    assert refused.value.code == "commitments.not_of_department"
    one = commitments.begin(by=office.township_two, **given)
    with pytest.raises(NotAllowed):
        commitments.write(letter_id=one.pk, items=(words(),), by=office.township, at=frozen_clock)
    commitments.write(letter_id=one.pk, items=(words(),), by=office.township_two, at=frozen_clock)
    Letter.objects.filter(pk=one.pk).update(stage="legality")
    seen = {
        who: commitments.view(one.pk, by=who, on=frozen_clock.date())
        for who in (office.township, office.township_two)
    }
    assert [(view.drafts, view.judges) for view in seen.values()] == [(False, True), (True, False)]
    review = {"letter_id": one.pk, "lawful": True, "said": "", "at": frozen_clock}
    with pytest.raises(NotAllowed):
        commitments.review(by=office.township_two, **review)
    assert commitments.review(by=office.township, **review).stage == "cleared"


def test_what_a_department_keeps_is_told_of_its_own_key(
    health: Any, county: Any, office: Any, words: Any, asked: Any, frozen_clock: dt.datetime
) -> None:
    at = frozen_clock
    one = commitments.begin(
        area_id=county.township.pk, title="卫生院承诺书", department="ws", by=office.township_two, at=at
    )
    commitments.write(
        letter_id=one.pk, items=(words(due_in=3), words(due_in=4)), by=office.township_two, at=at
    )
    Letter.objects.filter(pk=one.pk).update(stage="cleared")
    commitments.publish(letter_id=one.pk, signed_by="院长 陈静（示例）", by=office.township_two, at=at)
    first = one.promises.order_by("position")[0]
    commitments.report(promise_id=first.pk, said="登记表", by=office.township_two, at=at)
    asked(first, at=at, second=office.county)
    month = first.due.replace(day=1)
    told = {(row.unit, row.count): row.value for row in month_counts(month)}
    key = f"{county.township.code}/ws"
    due = sum(item.due.replace(day=1) == month for item in one.promises.all())
    assert told[key, "commitments_due"] == due and told[key, "commitments_kept"] == 1
    assert (county.township.code, "commitments_due") not in told


def test_the_signer_is_who_holds_the_post_and_else_is_told_to_stand_in_no_list(
    health: Any, county: Any, office: Any, letter: Any, words: Any, frozen_clock: dt.datetime
) -> None:
    assert letter().signer_registered is False  # the village has no post in the list
    at = frozen_clock
    one = commitments.begin(
        area_id=county.township.pk, title="卫生院承诺书", department="ws", by=office.township_two, at=at
    )
    commitments.write(letter_id=one.pk, items=(words(),), by=office.township_two, at=at)
    Letter.objects.filter(pk=one.pk).update(stage="cleared")
    seen = commitments.view(one.pk, by=office.township_two, on=at.date())
    assert seen.signers == ("院长 陈静（示例）",)
    with pytest.raises(Invalid) as refused:
        commitments.publish(letter_id=one.pk, signed_by="县委书记 张三", by=office.township_two, at=at)
    assert refused.value.code == "commitments.signed_by" and "陈静" in str(refused.value.message)
    done = commitments.publish(letter_id=one.pk, signed_by=seen.signers[0], by=office.township_two, at=at)
    assert done.signer_registered is True
