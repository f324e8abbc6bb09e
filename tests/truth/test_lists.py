"""Lists that agree only mostly with the registers: what is recorded is true, and nobody else is touched."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from tests.truth.line import Line, reviewer, walk
from tests.truth.lists_line import Applied, apply_all, numbers

from tongchou import synth
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.identifiers import id_index
from tongchou.apps.registry.models import Person
from tongchou.core import clock

ON = dt.date(2026, 11, 23)
GRANTED = ("entitled", "entitled_subject_to_statement")
#: Rows whose own date is wrong: the registry can only know it when it has another one.
DATE_FLAWS = ("late_date", "day_off")
STATUS = {"conversion": "converted", "urban_pension": "urban_pension", "urban_medical": "urban_medical"}


def prepare(folder: Path, *, registered: int, seed: int) -> Path:
    places.load_reference(by=None, at=clock.now())
    synth.county(code="522422", registered=registered, seed=seed, out=folder, on=ON)
    places.load_areas(folder / "areas.csv", by=None, at=clock.now())
    return folder


def judge(done: Applied, known: dict[str, int]) -> Counter[str]:
    """How every row came out beside its truth; the counts are printed, wrong people are failures."""
    found: Counter[str] = Counter()
    for row_no, truth in done.truth.items():
        meant = {known.get(id_index(number)) for number in (truth["id_number"], truth["other_id"]) if number}
        meant -= {None}
        events = done.events.get(row_no, [])
        for event in events:
            right = event.person_id in meant
            found["right person" if right else "wrong person"] += 1
            if truth["event"] == "resident_scheme":
                found["residents' scheme recorded"] += 1
            if done.flaw(row_no) in DATE_FLAWS:
                found["recorded with the list's own wrong date"] += 1
            elif event.occurred and not truth["day"].startswith(event.occurred):
                found["wrong date"] += 1
        # News that could be recorded: a registered person, something the registers do not have.
        news = truth["in_register"] == "no" and meant and "stranger" not in truth["wrong"]
        if news and done.kind != "hospital_births" and truth["event"] != "resident_scheme":
            found["news"] += 1
            found["news recorded"] += bool(events)
    recorded = found["right person"] + found["wrong person"]
    precision = found["right person"] / recorded if recorded else 1.0
    recall = found["news recorded"] / found["news"] if found["news"] else 1.0
    states = dict(Counter(done.states.values()))
    print(
        f"{done.kind}: precision {precision:.4f}, recall of news {recall:.4f}, asked {done.asked}, "
        f"{states}, {dict(found)}, left {done.outcome.left}, offers {done.outcome.offers}"
    )
    return found


def check(folder: Path, applied: dict[str, Applied]) -> None:
    known = numbers()
    for kind, done in applied.items():
        found = judge(done, known)
        assert not found["wrong person"] and not found["wrong date"], kind
        assert not found["residents' scheme recorded"]
        assert found["news recorded"] >= 0.9 * found["news"], kind
        assert done.outcome.left == 0
        check_state_of(done, known)
    births = applied["hospital_births"]
    unregistered = {no for no, row in births.truth.items() if not row["id_number"]}
    offered = {no for no, state in births.states.items() if state == "new"}
    reachable = {
        no for no in unregistered
        if known.get(id_index(births.truth[no]["other_id"])) and births.states[no] not in ("choose", "known")
    }  # fmt: skip
    assert reachable and reachable <= offered
    needless = {no for no in offered if id_index(births.truth[no]["id_number"]) in known}
    print(
        f"hospital_births: {len(unregistered)} never registered, {len(offered)} offers made at once, "
        f"{len(needless)} of them for children who are registered here"
    )
    assert len(needless) <= 0.02 * len(births.truth)


def check_state_of(done: Applied, known: dict[str, int]) -> None:
    """Facts equal the truth for matched rows without a flaw of their own."""
    wanted = {
        row_no: known[id_index(row["id_number"])]
        for row_no, row in done.truth.items()
        if row["event"] in (*STATUS, "death") and not row["wrong"] and id_index(row["id_number"]) in known
    }
    people = {p.pk: p for p in Person.objects.filter(pk__in=set(wanted.values()))}
    statuses = _statuses(set(wanted.values()))
    flawed = {
        known.get(id_index(row["id_number"])) for row in done.truth.values()
        if row["wrong"] not in ("", "repeated_row")
    }  # fmt: skip
    for row_no, pk in wanted.items():
        row = done.truth[row_no]
        if pk in flawed:
            continue
        if row["event"] == "death":
            person = people[pk]
            died = dt.date(person.death_year, person.death_month, person.death_day)
            assert person.deceased and died.isoformat() == row["day"]
        else:
            start, value = statuses[pk, STATUS[row["event"]]]
            assert value == "yes" and start and row["day"].startswith(start), (row, start, value)


def _statuses(people: set[int]) -> dict[tuple[int, str], tuple[str, str]]:
    from tongchou.apps.registry.models import Status

    found = {}
    for pk, kind, start, value in (
        Status.objects.order_by("start").values_list("person_id", "kind", "start", "value")
    ):  # fmt: skip
        if pk in people:
            found[pk, kind] = (start, value)
    return found


def judge_rules(before: Line, after: Line, applied: dict[str, Applied]) -> None:
    """The rules after the lists: nobody granted wrongly, nobody lost, for people the lists have changed."""
    changed, misled = set(), set()
    for done in applied.values():
        for row_no, events in done.events.items():
            people = {event.person_id for event in events}
            for event in events:
                people.add(json.loads(event.payload).get("spouse"))
            changed |= people
            if done.flaw(row_no) in DATE_FLAWS:
                misled |= people  # the list itself is wrong about them and the registry was silent
    told = after.joined.filter(pl.col("person_id").is_in(changed - misled - {None}))
    wrongly = told.filter(pl.col("found").is_in(GRANTED) & ~pl.col("outcome").is_in(GRANTED))
    assert wrongly.is_empty(), wrongly.head(10)
    in_files = told.filter(pl.col("outcome").is_in(GRANTED) & (pl.col("facts_in_files") == "true"))
    lost = in_files.filter(pl.col("found") != pl.col("outcome"))
    assert in_files.height and lost.is_empty(), lost.head(10)
    settled = [
        line.joined.filter(pl.col("person_id").is_in(changed - misled - {None}))
        .filter(pl.col("found") == pl.col("outcome")).height
        for line in (before, after)
    ]  # fmt: skip
    print(f"{told.height} results of changed people; true {settled[0]} before, {settled[1]} after")
    assert settled[1] >= settled[0]


def run(folder: Path, **size: int) -> None:
    with clock.frozen(dt.datetime(2026, 11, 23, 10, tzinfo=clock.SHANGHAI)):
        _run(prepare(folder, **size))


def _run(folder: Path) -> None:
    by = reviewer()
    before = walk(folder, by=by, on=ON)
    assert before.outcome["refused"] == 0, before.outcome["problems"][:5]
    applied = apply_all(folder, by=by)
    check(folder, applied)
    assert registry.check_state().ok
    after = walk(folder, by=by, on=ON)  # the registers again: unchanged, and no marriage comes back
    judge_rules(before, after, applied)


@pytest.mark.django_db(transaction=True)
def test_lists_of_a_small_county(tmp_path: Path) -> None:
    run(tmp_path / "county", registered=3_000, seed=52_711)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_lists_of_a_whole_county(tmp_path: Path) -> None:
    run(tmp_path / "county", registered=60_000, seed=90_217)
