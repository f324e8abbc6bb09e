"""Agreements: sealed when the level above signs, signed by two sides, then fixed; who answers."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.responsibility import agreements as domain

pytestmark = pytest.mark.django_db
WORDS = {"promises": "待遇按时足额发放\n投诉在期限内答复", "given": "工作经费8万元\n配专干1名"}


@pytest.fixture
def targets(units: Any, wanted: Any, in_force: Any) -> None:
    """The township has 97 per cent, its two villages add up to it."""
    in_force((units.above, units.second), wanted(units.county, 97))
    in_force((units.officer, units.officer_two), wanted(units.township, 97, weight=100))
    villages = [wanted(one, value, weight=50) for one, value in zip(units.villages, (98, 96), strict=True)]
    in_force((units.town, units.town_two), *villages)


@pytest.fixture
def draft(units: Any, targets: None, held: Any, act: Any) -> api.Agreement:
    return api.draft(unit=units.village.code, period="2026", **WORDS, **act(units.town))


def test_both_sides_sign_what_was_sealed_and_it_stays(
    draft: api.Agreement, units: Any, wanted: Any, act: Any, in_force: Any, audited: Any
) -> None:
    with audited():
        one = api.offer(agreement_id=draft.pk, **act(units.town))
    content = api.content_of(one)
    assert one.sha256 == hashlib.sha256(bytes(one.content)).hexdigest() == domain.sealed(content)
    assert [(each.level, each.duty) for each in content.answering] == [
        ("county", "head"), ("township", "head"), ("village", "head"), ("village", "contact"),
    ]  # fmt: skip
    assert {each.phone for each in content.answering} == {"0857-8222222"}
    assert content.aims == (domain.Aim("paid_on_time", "0.980000"),)
    with audited():
        signed = api.sign(agreement_id=draft.pk, **act(units.worker))
    assert (signed.stage, signed.above_signed, signed.unit_signed) == (
        "signed", "镇党委书记 镇党委书记某（示例）", "村支书 村支书某（示例）",
    )  # fmt: skip
    village = wanted(units.village, 97, weight=50, reason="年中调整")
    in_force((units.town, units.town_two), village, although="另一村不变")
    view = api.agreement_view(draft.pk, by=units.worker, on=dt.date(2026, 6, 30))
    assert api.content_of(view.agreement) == content and not view.revised
    for late in (
        lambda: api.offer(agreement_id=draft.pk, **act(units.town)),
        lambda: api.sign(agreement_id=draft.pk, **act(units.worker)),
        lambda: api.withdraw(agreement_id=draft.pk, **act(units.town)),
    ):
        with pytest.raises(Conflict) as fixed:
            late()
        assert fixed.value.code == "agreements.stage"


def test_a_revision_after_the_seal_stands_beside_it(
    draft: api.Agreement, units: Any, wanted: Any, act: Any, frozen_clock: dt.datetime
) -> None:
    api.offer(agreement_id=draft.pk, **act(units.town))
    later = frozen_clock + dt.timedelta(days=3)
    api.propose([wanted(units.village, 97, weight=50, reason="年中调整")], by=units.town, at=later)
    waiting = list(api.Version.objects.filter(state="waiting").values_list("pk", flat=True))
    api.accept(waiting, although="另一村不变", by=units.town_two, at=later)
    view = api.agreement_view(draft.pk, by=units.town, on=later.date())
    assert [one.indicator for one in view.revised] == ["paid_on_time"]
    assert api.content_of(view.agreement).aims == (domain.Aim("paid_on_time", "0.980000"),)


def test_nobody_signs_for_both_sides_and_the_level_above_not_for_the_unit(
    draft: api.Agreement, units: Any, act: Any
) -> None:
    for wider in (units.above, units.officer):
        with pytest.raises(NotAllowed) as refused:
            api.offer(agreement_id=draft.pk, **act(wider))
        assert refused.value.code == "agreements.not_unit"
    api.offer(agreement_id=draft.pk, **act(units.town))
    with pytest.raises(NotAllowed) as both:
        api.sign(agreement_id=draft.pk, **act(units.town))
    assert both.value.code == "agreements.both"
    for other in (units.town_two, units.officer):
        with pytest.raises(NotAllowed) as above:
            api.sign(agreement_id=draft.pk, **act(other))
        assert above.value.code == "agreements.not_unit"


def test_a_head_with_an_account_signs_in_person(
    draft: api.Agreement, units: Any, held: Any, act: Any, make_account: Any
) -> None:
    posts.Tenure.objects.filter(pk=held.township.pk).update(account=units.town_two)
    with pytest.raises(NotAllowed) as refused:
        api.offer(agreement_id=draft.pk, **act(units.town))
    assert refused.value.code == "agreements.not_holder"
    api.offer(agreement_id=draft.pk, **act(units.town_two))
    deputy = make_account("cun2", "village_worker", units.village)
    posts.Tenure.objects.filter(pk=held.village.pk).update(account=units.worker)
    with pytest.raises(NotAllowed):
        api.sign(agreement_id=draft.pk, **act(deputy))
    assert api.sign(agreement_id=draft.pk, **act(units.worker)).stage == "signed"


def test_what_stands_in_the_way_of_an_agreement(
    units: Any, wanted: Any, act: Any, held: Any, in_force: Any
) -> None:
    given = {"unit": units.village.code, "period": "2026", **WORDS, **act(units.town)}
    with pytest.raises(Conflict) as none:
        api.draft(**given)
    assert none.value.code == "agreements.no_targets"
    in_force((units.town, units.town_two), wanted(units.village, 98, weight=50))
    for wrong, code in (
        ({"period": "2026-03"}, "agreements.period"),
        ({"period": "2025"}, "agreements.period"),
        ({"period": ""}, "agreements.period"),
        ({"promises": " "}, "agreements.words"),
        ({"given": "按结扎数奖励"}, "agreements.words"),
    ):
        with pytest.raises(Invalid) as refused:
            api.draft(**(given | wrong))
        assert refused.value.code == code
    with pytest.raises(NotFound):
        api.draft(**(given | {"unit": units.township.code}))
    one = api.draft(**given)
    with pytest.raises(Conflict) as known:
        api.draft(**given)
    assert known.value.code == "agreements.known"
    api.propose([wanted(units.village, 97, weight=50, reason="调")], **act(units.town))
    with pytest.raises(Conflict) as waits:
        api.offer(agreement_id=one.pk, **act(units.town))
    assert waits.value.code == "agreements.waiting"
    api.refuse(
        list(api.Version.objects.filter(state="waiting").values_list("pk", flat=True)),
        said="不调", **act(units.town_two),
    )  # fmt: skip
    posts.Tenure.objects.filter(pk=held.village.pk).update(until=dt.date(2026, 6, 1))
    with pytest.raises(Conflict) as head:
        api.offer(agreement_id=one.pk, **act(units.town))
    assert head.value.code == "agreements.no_head"
    assert api.withdraw(agreement_id=one.pk, **act(units.town)).stage == "withdrawn"
    assert api.draft(**given).stage == "draft"


def test_targets_that_do_not_add_up_stop_the_signature_unless_somebody_said_why(
    units: Any, wanted: Any, act: Any, held: Any, in_force: Any
) -> None:
    """The whole changed after the parts were accepted: the level above is told when it signs."""
    villages = [wanted(one, 98, weight=50) for one in units.villages]
    in_force((units.town, units.town_two), *villages)
    one = api.draft(unit=units.village.code, period="2026", **WORDS, **act(units.town))
    in_force((units.officer, units.officer_two), wanted(units.township, 99), although="县里加码")
    with pytest.raises(Conflict) as told:
        api.offer(agreement_id=one.pk, **act(units.town))
    assert told.value.code == "agreements.sum" and "98" in str(told.value.message)
    mended = [wanted(each, 99, weight=50, reason="按县里调整") for each in units.villages]
    in_force((units.town, units.town_two), *mended)
    assert api.offer(agreement_id=one.pk, **act(units.town)).stage == "offered"


def test_a_township_names_the_contact_cadres_of_its_villages(
    units: Any, targets: None, held: Any, act: Any
) -> None:
    one = api.draft(unit=units.township.code, period="2026", **WORDS, **act(units.officer))
    content = api.content_of(api.offer(agreement_id=one.pk, **act(units.officer)))
    assert [(each.level, each.duty) for each in content.answering] == [
        ("county", "head"), ("township", "head"), ("village", "contact"),
    ]  # fmt: skip


def test_who_sees_and_what_they_may_do(draft: api.Agreement, units: Any, act: Any) -> None:
    on = dt.date(2026, 6, 30)
    assert [one.pk for one in api.agreements(by=units.worker, on=on)] == [draft.pk]
    seen = api.agreement_view(draft.pk, by=units.town, on=on)
    assert (seen.signs_above, seen.signs_below, seen.withdraws) == (True, False, True)
    api.offer(agreement_id=draft.pk, **act(units.town))
    assert api.agreement_view(draft.pk, by=units.worker, on=on).signs_below
    assert not api.agreement_view(draft.pk, by=units.officer, on=on).signs_below
    assert not api.agreements(by=units.worker, on=on, of="draft")


def test_the_database_keeps_two_signers(draft: api.Agreement, units: Any, act: Any) -> None:
    one = api.offer(agreement_id=draft.pk, **act(units.town))
    signed = {"stage": "signed", "unit_signed": "某", "unit_signed_at": one.above_signed_at}
    for values in (signed | {"unit_signed_by": units.town}, signed, {"stage": "draft"}, {"sha256": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.Agreement.objects.filter(pk=one.pk).update(**values)


def test_one_agreement_is_read_in_few_queries(draft: api.Agreement, units: Any, act: Any) -> None:
    api.offer(agreement_id=draft.pk, **act(units.town))
    with CaptureQueriesContext(connection) as caught:
        api.agreement_view(draft.pk, by=units.worker, on=dt.date(2026, 6, 30))
    assert len(caught) <= 8


@pytest.mark.parametrize("side", ["promises", "given"])
@pytest.mark.parametrize(
    "line",
    [
        "全年出生人口控制在300人以内",
        "人口自然增长率不超过5‰",
        "政策生育率达到95%，一票否决",
        "不生三孩的家庭，村里优先安排项目",
        "签订参与书的家庭优先办理低保",
    ],
)
def test_neither_side_signs_a_quota_or_a_condition(
    units: Any, targets: None, held: Any, act: Any, side: str, line: str
) -> None:
    words = {**WORDS, side: f"{WORDS[side]}\n{line}"}
    with pytest.raises(Invalid) as told:
        api.draft(unit=units.village.code, period="2026", **words, **act(units.town))
    assert (told.value.code, told.value.data["field"]) == ("agreements.words", side)


def test_a_draft_from_before_the_check_is_not_signed(draft: api.Agreement, units: Any, act: Any) -> None:
    type(draft).objects.filter(pk=draft.pk).update(promises="全年出生人口控制在300人以内")
    with pytest.raises(Invalid):
        api.offer(agreement_id=draft.pk, **act(units.town))
