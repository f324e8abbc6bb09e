"""A sample nobody can choose: of a closed month, from a committed secret, made again by everybody."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest

from tongchou.apps.accountability import api as accountability
from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision import binding, drawing
from tongchou.apps.supervision.models import Draw, Item, Kind, Method, Reason, Secret
from tongchou.apps.supervision.tests.conftest import CLOSED, MAY, TODAY, drawn, on, site
from tongchou.core import record_frames
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.domain import sampling
from tongchou.domain.supervision import draws

__all__ = ["drawn", "site"]
pytestmark = pytest.mark.django_db


def test_words_of_the_tables_are_those_of_the_domain() -> None:
    assert set(Kind.values) == set(draws.Kind) and set(Reason.values) == set(sampling.Reason)
    assert set(Method.values) == {"simple", "stratified", "by_size"}
    assert set(record_frames.kinds()) == set(Kind.values)


def test_a_sample_is_made_again_from_what_is_kept(drawn: Any, site: Any) -> None:
    one = drawn()
    assert one.population == 40 and one.items.count() == sampling.size_for_share(0.1, population=40)
    found = supervision.verify(one, on=TODAY.date())
    assert found.right and found.disclosed == ""
    # By hand, from public things and the secret alone.
    secret = binding.opened(one.secret)
    seed = draws.seed(
        secret, one.seal, unit=one.unit_key, kind=draws.Kind.NOTICES, number=1,
        closed_on=CLOSED.date(), drawn_on=TODAY.date(), of_level="village", by_level="township",
    )  # fmt: skip
    refs = [ref for ref, _area in json.loads(one.frame)]
    order = sorted(refs, key=lambda ref: hashlib.sha256(f"{seed}\0{ref}".encode()).digest())
    drawn_refs = list(one.items.order_by("position").values_list("ref", flat=True))
    assert drawn_refs == order[: len(drawn_refs)]
    entry = AuditEntry.objects.filter(action="supervision.draw").get()
    assert entry.detail["seed"] == seed


@pytest.mark.parametrize(
    ("what", "broken"),
    [
        ("seed", {"seed": "0" * 64}),
        ("seal", {"seal": "0" * 64}),
        ("frame_sha256", {"frame_sha256": "0" * 64}),
    ],
)
def test_what_was_changed_afterwards_is_seen(drawn: Any, what: str, broken: dict[str, str]) -> None:
    one = drawn()
    Draw.objects.filter(pk=one.pk).update(**broken)
    found = supervision.verify(Draw.objects.get(pk=one.pk), on=TODAY.date())
    assert not found.right and not getattr(found, what.removesuffix("_sha256"))


def test_an_exchanged_record_is_seen(drawn: Any) -> None:
    one = drawn()
    inside = set(one.items.values_list("ref", flat=True))
    outside = next(ref for ref, _area in json.loads(one.frame) if ref not in inside)
    Item.objects.filter(pk=one.items.first().pk).update(ref=outside)
    assert not supervision.verify(one, on=TODAY.date()).items


def test_nothing_is_drawn_before_the_close_or_without_a_secret_from_before(drawn: Any, site: Any) -> None:
    for month, code in ((dt.date(2026, 6, 1), "supervision.open"), (dt.date(2026, 3, 1), "supervision.open")):
        with pytest.raises(Conflict) as refused:
            drawn(month=month)
        assert refused.value.code == code
    with pytest.raises(Conflict) as same_day:
        drawn(at=CLOSED)
    assert same_day.value.code == "supervision.open"
    with pytest.raises(Conflict) as over:
        drawn(at=on("2026-09-01"))
    assert over.value.code == "supervision.over"
    # Committed to after the close: the unit's own month was known by then.
    accountability.close(
        area_id=site.county.pk,
        month=dt.date(2026, 6, 1),
        with_below=True,
        by=site.reviewer,
        at=on("2026-07-02"),
    )
    supervision.commit(dt.date(2026, 6, 1), at=on("2026-07-03"))
    with pytest.raises(Conflict) as late:
        drawn(month=dt.date(2026, 6, 1), kind="staff", at=on("2026-07-06"))
    assert late.value.code == "supervision.no_secret"


def test_nobody_draws_until_a_sample_suits(drawn: Any, site: Any) -> None:
    first = drawn()
    with pytest.raises(Conflict) as refused:
        drawn()
    assert refused.value.code == "supervision.unfinished"
    for item in first.items.all():
        supervision.check(item_id=item.pk, finding="right", by=site.officer, at=TODAY)
    supervision.finish(draw_id=first.pk, by=site.officer, at=TODAY)
    second = drawn()
    assert second.number == 2 and second.seed != first.seed
    assert drawn(kind="staff").number == 1


def test_the_level_above_draws_and_nobody_of_the_unit(drawn: Any, site: Any, make_account: Any) -> None:
    for by, error in ((site.worker, NotAllowed), (make_account("nobody"), NotAllowed)):
        with pytest.raises(error):
            drawn(by=by)
    # Of a township its own officers draw nothing; the county does, and the prefecture of the county.
    with pytest.raises(NotFound):
        drawn(unit=site.township.code, by=site.officer)
    assert drawn(unit=site.township.code, by=site.reviewer).watch_level == "county"
    with pytest.raises(NotFound):
        drawn(unit=site.county.code, by=site.reviewer)
    assert drawn(unit=site.county.code, by=site.prefecture).population == 60
    assert drawn(by=site.reviewer).watch_level == "township"


def test_one_who_also_works_for_the_unit_is_left_out(drawn: Any, site: Any, make_account: Any) -> None:
    from tongchou.core import actions

    both = make_account("liangren", "township_officer", site.township)
    actions.assign_role(
        account=both, role="village_worker", area_id=site.village.pk, scope_no=site.village.scope_no,
        scope_end=site.village.scope_end, by=None, at=TODAY,
    )  # fmt: skip
    with pytest.raises(NotAllowed) as refused:
        drawn(by=both)
    assert refused.value.code == "supervision.own_unit"
    one = drawn()
    with pytest.raises(NotFound):
        supervision.draw_view(one.pk, by=both, on=TODAY.date())
    assert not supervision.draws_of(by=both, on=TODAY.date()).exists()


@pytest.mark.parametrize(
    ("method", "more"), [("stratified", {}), ("by_size", {"areas": 2, "each": 6}), ("simple", {})]
)
def test_designs_of_a_township(drawn: Any, site: Any, method: str, more: dict[str, int]) -> None:
    one = drawn(unit=site.township.code, by=site.reviewer, method=method, **more)
    areas = dict.fromkeys(one.items.values_list("area", flat=True))
    assert set(areas) <= {site.village.code, site.other.code}
    if method == "by_size":
        assert one.items.count() == 12
    assert supervision.verify(one, on=TODAY.date()).right
    for item in one.items.all():
        supervision.check(item_id=item.pk, finding="right", by=site.reviewer, at=TODAY)
    done = supervision.finish(draw_id=one.pk, by=site.reviewer, at=TODAY)
    assert done.value == 1 and done.low < 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "births"},
        {"kind": "cases_decided"},
        {"method": "stratified"},
        {"confidence": 400},
        {"margin": 0},
        {"month": dt.date(2026, 5, 2)},
    ],
)
def test_what_does_not_fit_is_refused(drawn: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises((Invalid, Conflict)):
        drawn(**wrong)
    assert not Draw.objects.exists()


def test_a_replacement_comes_from_the_reserve_of_the_draw(drawn: Any, site: Any) -> None:
    one = drawn()
    item = one.items.order_by("position").first()
    expected = drawing.sample_of(one).reserve[""][0]
    with pytest.raises(Invalid):
        supervision.replace(item_id=item.pk, reason="they looked poor", by=site.officer, at=TODAY)
    new = supervision.replace(item_id=item.pk, reason="no_answer", by=site.officer, at=TODAY)
    assert new.ref == expected and new.instead_of == item
    item.refresh_from_db()
    assert (item.replaced, item.replaced_by, item.replaced_on) == ("no_answer", site.officer, TODAY.date())
    for act in (supervision.replace, supervision.check):
        with pytest.raises(Conflict):
            given = {"reason": "not_there"} if act is supervision.replace else {"finding": "right"}
            act(item_id=item.pk, by=site.officer, at=TODAY, **given)
    supervision.replace(item_id=new.pk, reason="not_there", by=site.officer, at=TODAY)
    assert supervision.verify(one, on=TODAY.date()).right
    while True:  # the reserve ends, and what cannot be shown then counts as not found
        last = one.items.filter(replaced="").order_by("position").first()
        try:
            supervision.replace(item_id=last.pk, reason="not_there", by=site.officer, at=TODAY)
        except AppError as error:
            assert error.code == "supervision.no_reserve"
            break
    assert one.items.count() == 40


def test_a_secret_is_made_once_sealed_and_disclosed_in_time(site: Any) -> None:
    assert supervision.commit(MAY, at=TODAY) == 0
    row = Secret.objects.get(code=site.township.code, month=MAY)
    assert binding.opened(row).hex() not in row.sealed and len(binding.opened(row)) == 32
    assert row.committed == draws.committed(binding.opened(row), by=row.code, month=MAY)
    assert binding.disclosed(row, on=dt.date(2026, 8, 31)) == ""
    assert binding.disclosed(row, on=dt.date(2026, 9, 1)) == binding.opened(row).hex()
    assert supervision.commit_ahead(at=TODAY) and not supervision.commit_ahead(at=TODAY)
    months = {MAY, dt.date(2026, 7, 1), dt.date(2026, 8, 1)}
    assert set(Secret.objects.values_list("month", flat=True)) == months


@pytest.mark.parametrize("kind", Kind.values)
def test_no_frame_and_no_fact_is_about_a_family(kind: str, site: Any) -> None:
    """Whatever is listed comes with numbers, days, amounts and states; a birth or an enrolment is in none."""
    from tongchou.apps.registry import sampled
    from tongchou.core.scope import Scope

    frame = record_frames.frame(kind)
    assert frame is not None
    rows = frame.of(Scope.of_area(site.county), MAY, dt.date(2026, 5, 31))
    for described in frame.described([ref for ref, _scope in rows]).values():
        assert {name for name, _value in described.facts} <= set(record_frames.FACTS)
    assert {str(one) for one in sampled._KINDS} == {
        "death_recorded", "registration_recorded", "residence_recorded",
    }  # fmt: skip
