"""Two records of one person: nothing is lost, both ways; the rebuild agrees; the account corrects itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tongchou.apps.balance import api as balance
from tongchou.apps.balance.actions import catch_up
from tongchou.apps.registry import api as registry
from tongchou.apps.registry import reversing
from tongchou.apps.registry.fold import TABLES
from tongchou.apps.registry.models import (
    Couple,
    Event,
    Kinship,
    Membership,
    MergedPerson,
    OtherNumber,
    Person,
    Status,
)
from tongchou.apps.registry.refolding import stored_rows
from tongchou.apps.registry.tests.conftest import FAMILY
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

EVERYWHERE = Scope.everything()
NUMBER, OTHER = "520599196003121237", "520599196003121210"
#: The father once more in 白水村, with another number, a wife and a son of the records there.
AGAIN = (
    replace(
        FAMILY[0], row_no=5, household_no="009", id_number=OTHER, phones=(), ethnicity="", ethnicity_text="",
        urban_pension=None,
    ),
    RegisterRow(row_no=6, household_no="009", name="赵远", relation="20", sex=1, birth=PartialDate(1990)),
)  # fmt: skip


def state() -> dict[str, Any]:
    return {name: stored_rows(table) for name, table in TABLES.items()}


@pytest.fixture
def twice(apply: Any, county: Any) -> tuple[int, int]:
    """Numbers of the two records of 赵大山: that of 青山村 and that of 白水村."""
    apply()
    apply(AGAIN, source="b" * 64, village=county.other_village)
    one, other = Person.objects.filter(name="赵大山").order_by("pk")
    return one.pk, other.pk


@pytest.fixture
def merge(make_account: Any, county: Any, township_officer: Any, frozen_clock: Any) -> Any:
    second = make_account("second", "township_officer", county.township)

    def act(keep: int, gone: int, *, number_of: int | None = None, by: Any = None) -> Any:
        return registry.merge(
            keep=keep, gone=gone, number_of=number_of or keep, pair=1, asked_by=township_officer.pk,
            by=by or second, at=frozen_clock,
        )  # fmt: skip

    act.second = second
    return act


def apart(batch: int, merge: Any, officer: Any, at: Any) -> Any:
    return registry.take_apart(batch=batch, pair=1, asked_by=officer.pk, by=merge.second, at=at)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("number_first", [True, False])
def test_one_record_remains_and_is_taken_apart_as_it_was(
    twice: tuple[int, int],
    merge: Any,
    township_officer: Any,
    frozen_clock: Any,
    first: bool,
    number_first: bool,
) -> None:
    keep, gone = twice if first else twice[::-1]
    before = state()
    done = merge(keep, gone, number_of=twice[0] if number_first else twice[1])
    assert list(Person.objects.filter(name="赵大山").values_list("pk", flat=True)) == [keep]
    for number in (NUMBER, OTHER):
        assert [hit.person_id for hit in registry.search(number, scope=EVERYWHERE)] == [keep]
    assert Person.objects.get(pk=keep).id_mask[-1] == (NUMBER if number_first else OTHER)[-1]
    assert set(Kinship.objects.filter(parent=keep).values_list("child__name", flat=True)) == {"赵强", "赵远"}
    couples = Couple.objects.filter(ended=None).values_list("a_id", "b_id")
    assert any(keep in couple for couple in couples) and not any(gone in couple for couple in couples)
    assert Status.objects.filter(person=keep, kind="urban_pension").exists()
    assert MergedPerson.objects.get().into_id == keep and OtherNumber.objects.get().person_id == keep
    assert registry.check_state().ok
    assert "person_merged" in {line.kind for line in registry.history(scope=EVERYWHERE, person_id=keep)}
    apart(done.batch_id, merge, township_officer, frozen_clock)
    assert state() == before
    assert registry.check_state().ok
    with pytest.raises(Conflict):
        apart(done.batch_id, merge, township_officer, frozen_clock)


def test_the_account_counts_one_less_in_the_month_it_became_known(
    twice: tuple[int, int], merge: Any, township_officer: Any, frozen_clock: Any
) -> None:
    catch_up()
    total = balance.months_of(scope=EVERYWHERE).months[-1].closing
    done = merge(*twice)
    catch_up()
    assert balance.months_of(scope=EVERYWHERE).months[-1].closing == total - 1
    assert balance.mismatches(scope=EVERYWHERE) == []
    apart(done.batch_id, merge, township_officer, frozen_clock)
    catch_up()
    assert balance.months_of(scope=EVERYWHERE).months[-1].closing == total
    assert balance.mismatches(scope=EVERYWHERE) == []


def test_a_register_with_either_number_means_the_record_that_stayed(
    twice: tuple[int, int], merge: Any, apply: Any
) -> None:
    merge(*twice)
    report = apply([replace(FAMILY[0], id_number=OTHER, phones=())], source="c" * 64)
    assert report.new == 0 and Person.objects.get(name="赵大山").id_mask[-1] == NUMBER[-1]
    assert registry.check_state().ok


def test_claims_are_not_lost(twice: tuple[int, int], merge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, gone = twice
    monkeypatch.setitem(reversing._bindings, "test", lambda people: {gone} & set(people))
    with pytest.raises(Conflict, match="merge_bound"):
        merge(keep, gone)
    monkeypatch.setitem(reversing._bindings, "test", lambda people: {keep, gone} & set(people))
    with pytest.raises(Conflict, match="merge_both_bound"):
        merge(keep, gone)
    assert len(registry.merge_obstacles(keep, gone)) == 1
    monkeypatch.setitem(reversing._bindings, "test", lambda people: {keep} & set(people))
    merge(keep, gone)


def test_what_stands_against_it(
    twice: tuple[int, int],
    merge: Any,
    apply: Any,
    township_officer: Any,
    village_worker: Any,
    frozen_clock: Any,
) -> None:
    keep, gone = twice
    wife = Person.objects.get(name="钱小兰").pk
    son = Person.objects.get(name="赵强").pk
    for other, reason in ((wife, "merge_sex"), (son, "merge_kin")):
        with pytest.raises(Conflict, match=reason):
            merge(keep, other)
    registry.record_death(person_id=gone, died=None, by=township_officer, at=frozen_clock)
    with pytest.raises(Conflict, match="merge_dead"):
        merge(keep, gone)
    with pytest.raises(NotAllowed, match="needs_two"):
        merge(keep, gone, by=township_officer)
    with pytest.raises(NotAllowed):
        merge(keep, gone, by=village_worker)


def test_both_records_must_be_in_the_areas_of_who_approves(
    twice: tuple[int, int], merge: Any, make_account: Any, county: Any
) -> None:
    narrow = make_account("narrow", "township_officer", county.village)
    with pytest.raises(NotFound):
        merge(*twice, by=narrow)


def test_what_is_compared_of_everybody_and_of_some(
    twice: tuple[int, int], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(7):
        found = registry.likeness(scope=EVERYWHERE)
    assert found.height == Person.objects.count()
    with django_assert_max_num_queries(7):
        some = registry.likeness(person_ids=list(twice))
    assert some.equals(found.filter(found["person"].is_in(list(twice))))
    assert some["county"].to_list() == ["520521"] * 2 and some["village"].n_unique() == 2
    son = found.filter(found["name"] == "赵强")
    assert son["father"].item() == "赵大山" and son["spouse"].item() == "孙丽"
    assert Event.objects.exists()


def test_who_looks_after_whom_is_not_lost_with_a_record(
    twice: tuple[int, int], merge: Any, township_officer: Any, frozen_clock: Any
) -> None:
    keep, gone = twice
    home = Membership.objects.get(person=keep).household_id
    registry.record_lodging(
        person_id=gone, household_id=home, since=None, by=township_officer, at=frozen_clock
    )
    with pytest.raises(Conflict) as refused:
        merge(keep, gone)
    assert refused.value.code == "registry.merge_care"
    assert [str(words) for words in registry.merge_obstacles(keep, gone)] == [str(refused.value.message)]
    assert registry.merge_obstacles(gone, keep) == []
