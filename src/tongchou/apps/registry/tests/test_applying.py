"""A register into the registry: once, whole, and only where nothing is in question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tongchou.apps.registry import api as registry
from tongchou.apps.registry import applying
from tongchou.apps.registry.models import (
    Batch,
    Couple,
    Event,
    FamilyStatement,
    Household,
    Kinship,
    Membership,
    Person,
    Residence,
    Status,
)
from tongchou.apps.registry.tests.acts import correct
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

AGAIN = "b" * 64


def state() -> list[list[Any]]:
    """Every row of the state, ciphers aside (each encryption gives another one)."""
    people = [f.attname for f in Person._meta.concrete_fields if not f.attname.endswith("cipher")]
    rows: list[list[Any]] = [list(Person.objects.order_by("pk").values_list(*people))]
    for model in (Household, Membership, Residence, Status, FamilyStatement, Kinship, Couple):
        rows.append(sorted(model.objects.values_list(), key=repr))  # type: ignore[attr-defined]
    return rows


def test_a_family_is_entered_with_kin_and_spells(apply: Callable[..., Any], county: Any) -> None:
    report = apply()
    assert (report.new, report.households, report.events, report.conflict) == (5, 1, 6, 0)
    assert list(Person.objects.order_by("pk").values_list("pk", flat=True)) == [1, 2, 3, 4, 5]
    assert set(Kinship.objects.values_list("child_id", "parent_id")) == {(3, 1), (5, 3)}
    assert set(Couple.objects.values_list("a_id", "b_id")) == {(1, 2), (3, 4)}
    head = Person.objects.get(pk=1)
    assert (head.name_key, head.initials, head.given_key) == ("赵大山", "zds", "大山")
    assert head.registered_area_id == county.groups[0].pk, "the group is known as an area"
    assert head.registered_scope == county.groups[0].scope_no
    spells = set(Status.objects.filter(person=2).values_list("kind", "start", "value"))
    assert ("converted", "2023-05", "yes") in spells
    assert ("urban_pension", "2024", "yes") in spells
    assert not Status.objects.filter(person=2, kind="urban_medical").exists(), "silence is not no"


def test_what_the_family_declared_is_kept_only_from_59_on(apply: Callable[..., Any]) -> None:
    apply()
    assert set(FamilyStatement.objects.values_list("person_id", flat=True)) == {1, 2}


def test_the_same_file_changes_nothing(apply: Callable[..., Any]) -> None:
    apply()
    before, entries = state(), AuditEntry.objects.count()
    report = apply()
    assert (report.settled, report.new, report.changed, report.events) == (5, 0, 0, 0)
    assert state() == before
    assert AuditEntry.objects.count() == entries


def test_the_same_people_in_another_file_change_nothing(apply: Callable[..., Any]) -> None:
    apply()
    before = state()
    report = apply(source=AGAIN)
    assert (report.same, report.new, report.changed, report.events) == (5, 0, 0, 0)
    assert state() == before


def test_an_old_file_does_not_undo_what_was_corrected_since(
    apply: Callable[..., Any], township_officer: Any, frozen_clock: Any
) -> None:
    apply()
    correct(person_id=2, name="钱晓兰", reason="更正", by=township_officer, at=frozen_clock)
    apply()
    assert Person.objects.get(pk=2).name == "钱晓兰"


CHANGES: list[tuple[int, dict[str, Any], str, str]] = [
    (6, {"birth": PartialDate(1962, 7, 9)}, "birth", "identity_corrected"),
    (6, {"id_number": "520599196207091244", "birth": None}, "id_number", "identity_corrected"),
    (6, {"marital": "30"}, "marital", "particulars_recorded"),
    (5, {"hukou_kind": "unified"}, "hukou_kind", "hukou_recorded"),
    (5, {"converted": True, "converted_on": PartialDate(2025, 4)}, "converted", "hukou_recorded"),
    (
        5,
        {"urban_medical": True, "urban_medical_from": PartialDate(2025)},
        "urban_medical",
        "insurance_recorded",
    ),
    (5, {"resident_here": False, "resident_elsewhere": "贵阳市"}, "residence", "residence_recorded"),
    (5, {"phones": ("13700000000",)}, "phones", "contact_recorded"),
    (5, {"living_daughters": 1}, "statement", "family_statement_recorded"),
    (5, {"group_name": "二组"}, "registered_area", "registration_recorded"),
    (8, {"relation": "39"}, "relation", "membership_recorded"),
]


@pytest.mark.parametrize(("row", "fields", "name", "kind"), CHANGES, ids=[change[2] for change in CHANGES])
def test_a_change_is_seen_recorded_and_then_the_same(
    row: int,
    fields: dict[str, Any],
    name: str,
    kind: str,
    apply: Callable[..., Any],
    changed: Callable[..., list[RegisterRow]],
    county: Any,
) -> None:
    apply()
    register = changed(row, **fields)
    compared = registry.compare(register, village=county.village, scope=Scope.of_area(county.village))
    assert compared.counts["changed"] == 1
    assert name in compared[row - 5].fields
    last = Event.objects.latest("pk").pk
    report = apply(register, source=AGAIN)
    assert (report.changed, report.same) == (1, 4)
    assert kind in Event.objects.filter(pk__gt=last).values_list("kind", flat=True)
    third = apply(register, source="c" * 64)
    assert (third.changed, third.same, third.events) == (0, 5, 0)
    assert registry.check_state().ok


def test_less_precise_dates_and_silence_take_nothing_back(
    apply: Callable[..., Any], changed: Callable[..., list[RegisterRow]]
) -> None:
    apply()
    register = changed(
        6, birth=PartialDate(1962), converted_on=PartialDate(2023), urban_pension=None, marital=None
    )
    assert apply(register, source=AGAIN).same == 5


@pytest.mark.parametrize("said", [True, False], ids=["held", "not held"])
def test_a_register_without_a_date_does_not_undo_a_dated_fact(
    apply: Callable[..., Any], changed: Callable[..., list[RegisterRow]], county: Any, said: bool
) -> None:
    """The date came with a paper, or from the office that keeps the matter."""
    apply()
    told = changed(5, urban_pension=said, urban_pension_from=PartialDate(2024, 5))
    apply(told, source=AGAIN)
    spells = Status.objects.filter(person=1, kind="urban_pension").order_by("start")
    dated = list(spells.values_list("start", "value"))
    assert dated[-1] == ("2024-05", "yes" if said else "no")
    stale = changed(5, urban_pension=not said, urban_pension_from=None)
    compared = registry.compare(stale, village=county.village, scope=Scope.of_area(county.village))
    assert compared.counts["changed"] == 0
    apply(stale, source="c" * 64)
    assert list(spells.values_list("start", "value")) == dated


def test_with_a_date_a_register_corrects_a_dated_fact(
    apply: Callable[..., Any], changed: Callable[..., list[RegisterRow]]
) -> None:
    apply()
    apply(changed(5, urban_pension=True, urban_pension_from=PartialDate(2024, 5)), source=AGAIN)
    apply(changed(5, urban_pension=False, urban_pension_from=PartialDate(2025, 3)), source="c" * 64)
    spells = Status.objects.filter(person=1, kind="urban_pension").values_list("start", "value")
    assert list(spells.order_by("start")) == [("", "no"), ("2024-05", "yes"), ("2025-03", "no")]


def test_a_corrected_start_replaces_the_spell(
    apply: Callable[..., Any], changed: Callable[..., list[RegisterRow]]
) -> None:
    apply()
    apply(changed(6, converted_on=PartialDate(2022, 1)), source=AGAIN)
    assert list(Status.objects.filter(person=2, kind="converted").values_list("start", "value")) == [
        ("2022-01", "yes")
    ]


def test_a_new_child_joins_the_known_household(apply: Callable[..., Any], family: Any) -> None:
    apply()
    baby = RegisterRow(
        row_no=10, household_no="001", name="赵小雪", relation="42", sex=2, birth=PartialDate(2026)
    )
    report = apply([*family, baby], source=AGAIN)
    assert (report.new, report.same, report.households) == (1, 5, 0)
    assert set(Kinship.objects.filter(child=6).values_list("parent_id", flat=True)) == {3}


def test_a_corrected_relation_takes_back_the_link_that_followed_from_it(
    apply: Callable[..., Any], changed: Callable[..., list[RegisterRow]]
) -> None:
    apply()
    apply(changed(7, relation="97"), source=AGAIN)
    assert not Kinship.objects.filter(child=3).exists()
    assert not Couple.objects.filter(a=3).exists()


def test_a_second_son_proves_nothing_against_known_links(apply: Callable[..., Any], family: Any) -> None:
    apply()
    uncle = RegisterRow(
        row_no=10, household_no="001", name="赵刚", relation="23", sex=1, birth=PartialDate(1990)
    )
    apply([*family, uncle], source=AGAIN)
    assert Kinship.objects.filter(child=5, parent=3).exists()
    assert Couple.objects.filter(a=3, b=4).exists()


def test_moving_to_another_household_keeps_the_old_membership(
    apply: Callable[..., Any], changed: Callable[..., list[RegisterRow]], frozen_clock: Any
) -> None:
    apply()
    apply(changed(5, household_no="002"), source=AGAIN)
    assert list(Membership.objects.filter(person=1).values_list("start", "household__number")) == [
        ("", "001"),
        (frozen_clock.date().isoformat(), "002"),
    ]


@pytest.mark.parametrize(
    ("row", "fields", "reason"),
    [
        (5, {"name": "赵大海"}, "name_differs"),
        (5, {"sex": 2}, "sex_differs"),
        (5, {"birth": PartialDate(1961, 1, 1)}, "birth_differs"),
        (5, {"name": "赵大海", "sex": 2}, "facts_differ"),
    ],
)
def test_a_settled_fact_stays_and_the_rest_is_recorded_once_somebody_decided(
    row: int,
    fields: dict[str, Any],
    reason: str,
    apply: Callable[..., Any],
    changed: Callable[..., list[RegisterRow]],
    county: Any,
) -> None:
    apply()
    register = changed(row, **fields, phones=("13700000000",))
    here = {"village": county.village, "scope": Scope.of_area(county.village)}
    [asked] = [one for one in registry.compare(register, **here) if one.status == "conflict"]
    assert (asked.row_no, asked.reason, set(asked.fields)) == (row, reason, set(fields))
    known = Person.objects.values_list("pk", "name", "sex", "birth_year").order_by("pk")
    before = list(known)
    assert [one.reason for one in apply(register, source=AGAIN).conflicts] == [reason]
    [decided] = [one for one in registry.compare(register, settled={row}, **here) if one.status != "same"]
    assert (decided.status, decided.fields) == ("changed", ("phones",))
    report = apply(register, source="c" * 64, settled={row})
    assert (report.changed, report.conflicts) == (1, [])
    assert list(known.all()) == before and registry.check_state().ok


def test_questions_are_left_to_people(
    apply: Callable[..., Any], changed: Callable[..., list[RegisterRow]], family: Any, county: Any
) -> None:
    apply()
    before = state()
    head = family[0]
    questions = {
        "registered_elsewhere": (head,),
        "other_id": (replace(head, id_number="520599198501021254"),),
        "other_birth": (replace(family[1], birth=PartialDate(1970)),),
        "repeated": (head, replace(head, row_no=99)),
        "too_long": (replace(head, resident_elsewhere="远" * 121, resident_here=False),),
    }
    for number, (reason, rows) in enumerate(questions.items()):
        village = county.other_village if reason == "registered_elsewhere" else county.village
        report = apply(rows, source=f"{number:064d}", village=village)
        assert [line.reason for line in report.conflicts] == [reason]
        assert report.conflicts[0].message
    assert state() == before


def test_a_person_registered_elsewhere_is_not_shown_to_who_may_not_see_them(
    apply: Callable[..., Any], family: Any, county: Any
) -> None:
    apply()
    compared = registry.compare(
        family[:1], village=county.other_village, scope=Scope.of_area(county.other_village)
    )
    assert (compared[0].status, compared[0].person_id) == ("conflict", None)


def test_a_dead_person_on_a_register_is_a_question(
    apply: Callable[..., Any], township_officer: Any, frozen_clock: Any
) -> None:
    apply()
    registry.record_death(person_id=1, died=PartialDate(2026, 1), by=township_officer, at=frozen_clock)
    report = apply(source=AGAIN)
    assert [line.reason for line in report.conflicts] == ["recorded_dead"]


def test_people_the_register_leaves_out_are_named_and_left_alone(
    apply: Callable[..., Any], family: Any, county: Any
) -> None:
    apply()
    compared = registry.compare(family[1:], village=county.village, scope=Scope.of_area(county.village))
    assert [(person.name, person.household_no) for person in compared.missing] == [("赵大山", "001")]
    apply(family[1:], source=AGAIN)
    assert Person.objects.filter(pk=1, deceased=False).exists()


def test_comparing_takes_the_same_queries_for_one_line_and_for_many(
    apply: Callable[..., Any], family: Any, county: Any, django_assert_max_num_queries: Any
) -> None:
    apply()
    for rows in (family[:1], family):
        with django_assert_max_num_queries(12):
            registry.compare(rows, village=county.village, scope=Scope.of_area(county.village))


def test_the_same_register_into_an_empty_registry_gives_the_same_people(
    apply: Callable[..., Any], family: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import transaction

    seen = []
    for chunk in (1000, 2):
        monkeypatch.setattr(applying.chunks, "__defaults__", (chunk,))
        save = transaction.savepoint()
        apply(
            [
                *family,
                *(replace(row, row_no=row.row_no + 9, household_no="9", id_number=None) for row in family),
            ]
        )
        seen.append(state())
        transaction.savepoint_rollback(save)
    assert seen[0] == seen[1]


def test_an_interrupted_file_goes_on_where_it_stopped(
    apply: Callable[..., Any], family: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying.chunks, "__defaults__", (5,))
    second = [replace(row, row_no=row.row_no + 9, household_no="002", id_number=None) for row in family]
    apply(family)
    report = apply([*family, *second])
    assert (report.settled, report.new, Person.objects.count()) == (5, 5, 10)
    assert Batch.objects.count() == 2


def test_each_chunk_ends_in_its_audit_row(apply: Callable[..., Any], audited: Any) -> None:
    with audited():
        apply()
    entry = AuditEntry.objects.get(action="registry.apply")
    assert entry.detail["events"] == 6
    assert entry.detail["digest"] == Batch.objects.get().digest


def test_full_numbers_stand_nowhere(apply: Callable[..., Any]) -> None:
    """The identity number and telephones of the file are in no column of no table."""
    apply()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own tables
            text = str(cursor.fetchall())
        assert "520599196003121237" not in text, table
        assert "13800001234" not in text, table


def test_only_who_may_apply_there_does(
    apply: Callable[..., Any], village_worker: Any, make_account: Any, county: Any
) -> None:
    with pytest.raises(NotAllowed):
        apply(by=village_worker)
    stranger = make_account("stranger", "township_officer", county.other_village)
    with pytest.raises(NotFound):
        apply(by=stranger)
    assert not Person.objects.exists()


@given(st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.integers(1, 3)), max_size=40), st.integers(1, 8))
def test_chunks_keep_every_line_and_no_household_apart(numbers: list[tuple[str, int]], most: int) -> None:
    rows = [RegisterRow(n, household, "赵", "02") for n, (household, _) in enumerate(numbers, 1)]
    chunks = applying.chunks(rows, most)
    assert sorted(row.row_no for chunk in chunks for row in chunk) == [row.row_no for row in rows]
    homes = [{row.household_no for row in chunk} for chunk in chunks]
    assert sum(map(len, homes)) == len(set().union(*homes))
    assert all(len(chunk) <= most or len(home) == 1 for chunk, home in zip(chunks, homes, strict=True))


@given(st.sets(st.integers(1, 300)))
def test_line_numbers_survive_as_text(numbers: set[int]) -> None:
    assert applying.numbers_in(applying.ranges(numbers)) == numbers


@pytest.mark.parametrize("disturbed", [False, True])
def test_what_others_record_while_a_chunk_is_made_ready_is_seen(
    apply: Callable[..., Any],
    person: Callable[[str], int],
    changed: Callable[..., list[RegisterRow]],
    township_officer: Any,
    frozen_clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    disturbed: bool,
) -> None:
    """The register knows a telephone; somebody enters it first, before or while a chunk is made ready."""
    one, rows = person("孙丽"), changed(8, phones=("13700001111",))
    made = []

    def enter() -> None:
        registry.record_phones(person_id=one, phones=["13700001111"], by=township_officer, at=frozen_clock)

    def meanwhile(*args: Any) -> Any:
        made.append(ahead(*args))
        enter()
        return made[-1]

    if disturbed:
        ahead = applying._made_ahead
        monkeypatch.setattr(applying, "_made_ahead", meanwhile)
    else:
        enter()
    report = apply(rows, source=AGAIN)
    assert (report.changed, report.same, report.conflict) == (0, 5, 0)
    if disturbed:
        assert [f.status for f in made[0].findings].count("changed") == 1, "else nothing was seen anew"
    assert Event.objects.filter(kind="contact_recorded").count() == 1, "recorded once, by who came first"
    numbers = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)), "no number twice, none left out"
    assert registry.check_state().ok


def test_nobody_disturbs_and_nothing_is_done_twice(
    apply: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    apply()  # the registry's first: before it there are no numbers to hold
    made: list[Any] = []
    ready = applying._make_ready
    monkeypatch.setattr(applying, "_make_ready", lambda *args: made.append(args) or ready(*args))
    apply(source=AGAIN)
    assert len(made) == 1
