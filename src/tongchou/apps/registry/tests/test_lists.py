"""Rows of lists beside the registry: who is meant, what is new, what differs, what is recorded once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import (
    Batch,
    Couple,
    DisabilityCertificate,
    Event,
    Person,
    Status,
)
from tongchou.apps.registry.tests.conftest import FAMILY
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists import row as events
from tongchou.domain.lists.row import ListRow, Named, Newborn

SOURCE = "b" * 64
NUMBERS = {
    "赵大山": "520599196003121237",
    "钱小兰": identity.compose("520599", dt.date(1962, 7, 4), 222),
    "赵强": identity.compose("520599", dt.date(1985, 1, 2), 111),
    "孙丽": identity.compose("520599", dt.date(1988, 6, 6), 122),
    "赵小雨": identity.compose("520599", dt.date(2021, 8, 30), 124),
}
Apply = Callable[..., registry.ListChunk]


def on(text: str) -> PartialDate:
    return PartialDate.from_iso(text)


def named(name: str, **more: Any) -> Named:
    number = more.pop("number", NUMBERS.get(name))
    birth = identity.birth_of(number) if number else None
    return Named(name, number, birth=more.pop("birth", birth), **more)


def row(event: str, *names: str, day: str = "2026-05-01", row_no: int = 2, **more: Any) -> ListRow:
    return ListRow(row_no, event, tuple(named(name) for name in names), on(day) if day else None, **more)


@pytest.fixture
def people(apply: Callable[..., Any]) -> dict[str, int]:
    """The family, everybody with a number, in the registry."""
    apply(
        [
            replace(line, id_number=NUMBERS[line.name], birth=identity.birth_of(NUMBERS[line.name]))
            for line in FAMILY
        ]
    )
    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def record(county: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Apply:
    def act(*rows: ListRow, decided: Any = None, source: str = SOURCE, by: Any = None, **more: Any) -> Any:
        given = {
            "decided": decided or {},
            "area_id": county.county.pk,
            "source": source,
            "by": by or county_reviewer,
            "at": frozen_clock,
            "settle": lambda chunk: None,
        }
        return registry.apply_list(list(rows), **(given | more))

    return act


@pytest.fixture
def finding(county: Any, frozen_clock: dt.datetime) -> Callable[..., registry.ListFinding]:
    def act(one: ListRow, **decided: Any) -> registry.ListFinding:
        scope = Scope.of_area(county.county)
        said = {one.row_no: registry.Decision(**decided)} if decided else {}
        return registry.match_list([one], scope=scope, on=frozen_clock.date(), decided=said)[0]

    return act


def status(person: int, kind: str) -> list[tuple[str, str]]:
    return list(
        Status.objects.filter(person=person, kind=kind).order_by("start").values_list("start", "value")
    )


# Who is meant.


def test_a_number_decides_when_the_name_sounds_the_same(people: dict[str, int], finding: Any) -> None:
    death = row(events.DEATH, "赵大山")
    assert (finding(death).state, finding(death).people) == ("new", (people["赵大山"],))
    other = replace(death, people=(named("赵达山", number=NUMBERS["赵大山"]),))
    assert finding(other).state == "new"


def test_another_name_under_the_number_is_a_question(people: dict[str, int], finding: Any) -> None:
    other = replace(row(events.DEATH, "赵大山"), people=(named("赵强", number=NUMBERS["赵大山"]),))
    found = finding(other)
    assert (found.state, found.reason, found.candidates) == ("choose", "other_name", (people["赵大山"],))
    assert finding(other, people=(people["赵大山"],)).state == "new"


def test_a_wrong_digit_finds_who_could_be_meant(people: dict[str, int], finding: Any) -> None:
    wrong = NUMBERS["赵强"][:13] + "8" + NUMBERS["赵强"][14:]
    death = replace(row(events.DEATH, "赵强"), people=(Named("赵强", None, wrong, identity.birth_of(wrong)),))
    found = finding(death)
    assert (found.state, found.reason, found.candidates) == ("choose", "near_number", (people["赵强"],))
    stranger = replace(death, people=(replace(death.people[0], name="周杰"),))
    assert finding(stranger).state == "unknown"


def test_without_a_number_a_name_is_never_enough_by_itself(people: dict[str, int], finding: Any) -> None:
    found = finding(replace(row(events.DEATH, "赵强"), people=(Named("赵强"),)))
    assert (found.state, found.reason, found.candidates) == ("choose", "no_number", (people["赵强"],))


def test_people_of_other_counties_are_not_found(people: dict[str, int], frozen_clock: dt.datetime) -> None:
    nowhere = registry.match_list(
        [row(events.DEATH, "赵大山")], scope=Scope.nothing(), on=frozen_clock.date()
    )
    assert [found.state for found in nowhere] == ["unknown"]


def test_somebody_entered_without_a_number_is_asked_about(apply: Callable[..., Any], finding: Any) -> None:
    apply()
    found = finding(row(events.DEATH, "赵小雨"))
    assert (found.state, found.reason) == ("choose", "unnumbered")


# What a row records.


def test_a_death_is_recorded_once_and_refined(people: dict[str, int], record: Apply, finding: Any) -> None:
    assert record(row(events.DEATH, "赵大山", day="2026-05")).recorded == 1
    assert Person.objects.get(pk=people["赵大山"]).deceased
    assert finding(row(events.DEATH, "赵大山", day="2026")).state == "known"
    assert finding(row(events.DEATH, "赵大山", day="2026-05-03")).state == "new"
    other = finding(row(events.DEATH, "赵大山", day="2026-06-01"))
    assert (other.state, other.reason, other.old, other.new) == (
        "differs",
        "other_date",
        "2026-05",
        "2026-06-01",
    )
    early = finding(row(events.DEATH, "赵强", day="1980-01-01"))
    assert (early.state, early.may_take) == ("differs", False)


def test_a_conversion_ends_the_rural_determination(people: dict[str, int], record: Apply) -> None:
    record(row(events.CONVERSION, "赵强", hukou_kind="non_agricultural"))
    assert status(people["赵强"], "converted") == [("2026-05-01", "yes")]
    assert status(people["赵强"], "determined_rural") == [("", "yes"), ("2026-05-01", "no")]
    assert status(people["赵强"], "hukou_kind") == [("", "unified")]
    record(row(events.CONVERSION, "赵大山", hukou_kind="non_agricultural", row_no=3))
    assert status(people["赵大山"], "hukou_kind") == [
        ("", "agricultural"),
        ("2026-05-01", "non_agricultural"),
    ]
    assert status(people["赵大山"], "converted") == [("", "no"), ("2026-05-01", "yes")]


def test_insurance_begins_and_ends(people: dict[str, int], record: Apply, finding: Any) -> None:
    record(row(events.MEDICAL, "赵强", day="2019-05"))
    record(row(events.MEDICAL, "赵强", day="2019-05", until=on("2025-03"), stopped=True, row_no=3))
    assert status(people["赵强"], "urban_medical") == [("2019-05", "yes"), ("2025-03", "no")]
    contrary = finding(row(events.MEDICAL, "赵强", day="2020-01"))
    assert (contrary.state, contrary.reason) == ("differs", "other_order")
    assert finding(row(events.PENSION, "钱小兰", day="2024-07")).state == "new"  # the register knows the year
    assert finding(row(events.PENSION, "钱小兰", day="2023-07")).reason == "other_date"


def test_a_marriage_and_its_end(people: dict[str, int], record: Apply, finding: Any) -> None:
    single = people["赵小雨"], people["赵大山"]
    pair = row(events.DIVORCE, "赵强", "孙丽", day="2026-03-04")
    assert record(pair).recorded == 1
    couple = Couple.objects.get(a=people["赵强"], b=people["孙丽"])
    assert (couple.ended, couple.end_reason) == ("2026-03-04", "divorce")
    assert set(
        Person.objects.filter(pk__in=(couple.a_id, couple.b_id)).values_list("marital", flat=True)
    ) == {"40"}
    assert record(row(events.MARRIAGE, "赵强", "孙丽", row_no=3)).open[0].reason == "other_status"
    assert single and registry.check_state().ok


def test_registers_do_not_bring_an_ended_couple_back(
    people: dict[str, int], record: Apply, apply: Callable[..., Any]
) -> None:
    record(row(events.DIVORCE, "赵强", "孙丽", day="2026-03-04"))
    apply(
        [
            replace(line, id_number=NUMBERS[line.name], marital="20", phones=("13700000000",))
            for line in FAMILY
        ],
        source="c" * 64,
    )
    assert not Couple.objects.filter(a=people["赵强"], b=people["孙丽"], ended=None).exists()


def test_old_rows_that_contradict_the_register_are_history_or_a_question(
    people: dict[str, int], record: Apply, finding: Any
) -> None:
    assert finding(row(events.DIVORCE, "赵强", "孙丽", day="2015-03-04")).reason == "other_status"
    assert finding(row(events.MARRIAGE, "赵强", "孙丽", day="2012-03-04")).state == "new"  # since when
    record(row(events.MARRIAGE, "赵强", "孙丽", day="2012-03-04"))
    assert list(Couple.objects.filter(a=people["赵强"]).values_list("start", "ended")) == [
        ("2012-03-04", None)
    ]
    assert finding(row(events.MARRIAGE, "赵强", "孙丽", day="2012-03-05")).reason == "other_date"
    assert finding(row(events.MARRIAGE, "赵强", "钱小兰", day="2010-01-01")).state == "known"
    assert finding(row(events.MARRIAGE, "赵强", "钱小兰", day="2026-01-01")).reason == "other_spouse"


def test_a_marriage_with_somebody_from_elsewhere_names_nobody_here(
    people: dict[str, int], finding: Any
) -> None:
    number = identity.compose("520599", dt.date(1990, 1, 1), 322)
    found = finding(ListRow(2, events.MARRIAGE, (named("赵强"), Named("周敏", number)), on("2026-01-01")))
    assert (found.state, found.reason) == ("unknown", "partner_unknown")


def test_a_certificate_is_sealed(people: dict[str, int], record: Apply, finding: Any) -> None:
    held = row(events.DISABILITY, "赵大山", day="2020-01-02", until=on("2030-01-02"), category=4, grade=3)
    record(held)
    kept = DisabilityCertificate.objects.get(person=people["赵大山"])
    assert (kept.start, kept.until) == ("2020-01-02", "2030-01-02")
    written = kept.cipher + Event.objects.get(kind="certificate_recorded").payload
    assert "[4, 3]" not in written and "[4,3]" not in written
    assert finding(held).state == "known"
    assert finding(replace(held, grade=2)).reason == "other_details"
    assert finding(replace(held, day=on("2026-01-02"), grade=2)).state == "new"
    assert finding(replace(held, day=on("2010-01-02"), grade=2)).state == "known"
    shown = registry.history(scope=Scope.everything(), person_id=people["赵大山"])
    assert "certificate_recorded" not in {line.kind for line in shown} and len(shown) == 1
    assert registry.check_state().ok


def test_a_registered_child_is_known_and_a_twin_is_another(
    people: dict[str, int], finding: Any, county: Any
) -> None:
    born = row(events.BIRTH, "孙丽", "赵强", day="2021-08-30", child=Newborn(None, 2, "Z1"))
    assert finding(born).state == "known"
    assert finding(replace(born, day=on("2021-08-31"))).state == "known"  # a day off
    assert finding(replace(born, day=on("2025-08-30"))).state == "new"
    twins = [born, replace(born, row_no=3, child=Newborn(None, 1, "Z2"))]
    found = registry.match_list(twins, scope=Scope.of_area(county.county), on=dt.date(2026, 6, 30))
    assert [one.state for one in found] == ["known", "new"]


def test_a_mother_from_elsewhere_is_no_offer(people: dict[str, int], finding: Any) -> None:
    number = identity.compose("520599", dt.date(1990, 1, 1), 322)
    away = ListRow(2, events.BIRTH, (Named("周敏", number), Named()), on("2026-01-01"), child=Newborn())
    assert finding(away).state == "unknown"


# How it is recorded.


def test_a_chunk_is_settled_once_with_its_audit_row(
    people: dict[str, int], record: Apply, audited: Any
) -> None:
    rows = [row(events.DEATH, "赵大山"), row(events.PENSION, "赵强", row_no=3)]
    with audited():
        first = record(*rows)
    assert (first.recorded, len(first.settled)) == (2, 2)
    entry = AuditEntry.objects.latest("pk")
    assert entry.action == "registry.apply_list" and entry.detail["rows"] == 2
    assert "赵" not in str(entry.detail)
    again = record(*rows)
    assert (again.recorded, again.settled) == (0, [])
    assert record(*rows, source="d" * 64).recorded == 0  # the same facts in another file


def test_undecided_rows_stay_open_and_a_stale_decision_does_not_count(
    people: dict[str, int], record: Apply, finding: Any
) -> None:
    record(row(events.DEATH, "赵大山", day="2026-05-01"), source="d" * 64)
    other = row(events.DEATH, "赵大山", day="2026-05-20")
    seen = finding(other)
    assert [one.reason for one in record(other).open] == ["other_date"]
    stale = registry.Decision(take=True, holds=lambda found: found.key != seen.key)
    assert record(other, decided={2: stale}).recorded == 0
    fresh = registry.Decision(take=True, holds=lambda found: found.key == seen.key)
    assert record(other, decided={2: fresh}).recorded == 1
    assert Person.objects.get(pk=people["赵大山"]).death_day == 20


def test_leaving_the_registry_as_it_is_settles_the_row(people: dict[str, int], record: Apply) -> None:
    record(row(events.DEATH, "赵大山", day="2026-05-01"), source="d" * 64)
    kept = record(row(events.DEATH, "赵大山", day="2026-05-20"), decided={2: registry.Decision(take=False)})
    assert (kept.recorded, len(kept.settled), kept.open) == (0, 1, [])
    assert Person.objects.get(pk=people["赵大山"]).death_day == 1


def test_rows_before_count_for_rows_after(people: dict[str, int], record: Apply) -> None:
    chunk = record(
        row(events.DEATH, "赵大山", day="2026-05-01"), row(events.DEATH, "赵大山", day="2026-05-20", row_no=3)
    )
    assert [one.reason for one in chunk.open] == ["other_date"] and chunk.recorded == 1


def test_only_a_reviewer_of_the_county_applies(
    people: dict[str, int], record: Apply, township_officer: Any, make_account: Any, county: Any
) -> None:
    with pytest.raises(NotAllowed):
        record(row(events.DEATH, "赵大山"), by=township_officer)
    from tongchou.apps.places import api as places

    elsewhere = make_account("elsewhere", "county_reviewer", places.area_by_code("520523"))
    with pytest.raises(NotFound):
        record(row(events.DEATH, "赵大山"), by=elsewhere)


def test_queries_do_not_grow_with_the_rows(people: dict[str, int], record: Apply, county: Any) -> None:
    def counted(number: int) -> int:
        rows = [row(events.PENSION, name, day="2020-01", row_no=at) for at, name in
                enumerate([*NUMBERS] * number, start=2)]  # fmt: skip
        with CaptureQueriesContext(connection) as caught:
            registry.match_list(rows, scope=Scope.of_area(county.county), on=dt.date(2026, 6, 30))
        return len(caught)

    assert counted(1) == counted(40)


ROWS = st.lists(
    st.builds(
        lambda kind, names, day, more: (kind, names, day, more),
        st.sampled_from([events.DEATH, events.CONVERSION, events.PENSION, events.MEDICAL, events.DISABILITY,
                         events.MARRIAGE, events.DIVORCE]),
        st.permutations([*NUMBERS]),
        st.sampled_from(["2010-01-01", "2019-05", "2026-02-03", "2026-03-04", "2026"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ROWS, cut=st.integers(0, 12))
def test_whatever_is_applied_the_state_is_what_the_events_say(
    people: dict[str, int], record: Apply, drawn: list[Any], cut: int
) -> None:
    """In any order and any cut; and applying again what was settled records nothing."""
    rows = [
        row(
            kind, *names[: 2 if kind in (events.MARRIAGE, events.DIVORCE) else 1], day=day, row_no=number,
            hukou_kind="non_agricultural" if kind == events.CONVERSION else None, category=1, grade=2,
            stopped=more and kind in (events.PENSION, events.MEDICAL), until=on("2026-04"),
        )
        for number, (kind, names, day, more) in enumerate(drawn, start=2)
    ]  # fmt: skip
    source = f"{Batch.objects.count():064x}"
    everything = {one.row_no: registry.Decision(take=True) for one in rows}
    settled: set[int] = set()
    for part in (rows[:cut], rows[cut:]):
        if part:
            chunk = record(*part, decided=everything, source=source)
            settled |= {found.row_no for found in chunk.settled}
            assert {found.row_no for found in (*chunk.settled, *chunk.open)} == {one.row_no for one in part}
    assert registry.check_state().ok
    before = Event.objects.count()
    again = record(*(one for one in rows if one.row_no in settled), decided=everything, source=source)
    assert (again.recorded, Event.objects.count(), set(again.before)) == (0, before, settled)
