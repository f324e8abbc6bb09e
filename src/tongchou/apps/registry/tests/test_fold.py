"""Laws of the fold: pure, complete, and the same in bulk as step by step."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.apps.registry import bulk
from tongchou.apps.registry.fold import _HANDLERS, TABLES, EventData, Op, collapse, fold
from tongchou.apps.registry.models import EventKind
from tongchou.apps.registry.recording import canonical

STARTS = st.sampled_from(["", "2019", "2020-05", "2020-05-01", "2023"])
SEALED = st.sampled_from([["c1", "i1", "m1"], ["c2", "i2", "m2"]])
PERSON = st.integers(1, 3)


def events() -> st.SearchStrategy[EventData]:
    """Later events about people who were entered before."""
    status = st.dictionaries(
        st.sampled_from(["converted", "urban_pension"]),
        st.tuples(st.sampled_from(["yes", "no"]), STARTS, st.lists(STARTS, max_size=2)).map(
            lambda t: [t[0], t[1], [s for s in t[2] if s != t[1]]]
        ),
        min_size=1,
    ).map(lambda found: {"status": found})
    payloads: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "identity_corrected": st.fixed_dictionaries({}, optional={"name": st.just("赵新"), "id": SEALED}),
        "particulars_recorded": st.fixed_dictionaries({"marital": st.sampled_from(["10", "20"])}),
        "hukou_recorded": status,
        "membership_recorded": st.fixed_dictionaries(
            {"household": st.integers(1, 2), "relation": st.just("20"), "start": STARTS}
        ),
        "contact_recorded": st.fixed_dictionaries(
            {"phones": st.lists(SEALED, max_size=2), "before": st.integers(0, 2)}
        ),
        "death_recorded": st.fixed_dictionaries({"died": st.sampled_from(["", "2024", "2024-02-29"])}),
        "couple_begun": st.fixed_dictionaries(
            {"spouse": st.integers(4, 5), "start": STARTS},
            optional={"marital": st.just("20"), "replaces": st.lists(st.just("2018"), max_size=1)},
        ),
        "couple_ended": st.fixed_dictionaries(
            {
                "spouse": st.integers(4, 5),
                "start": STARTS,
                "ended": st.just("2024-01"),
                "reason": st.just("divorce"),
            },
            optional={"marital": st.just("40")},
        ),
        "certificate_recorded": st.fixed_dictionaries(
            {"start": STARTS, "until": STARTS, "certificate": st.sampled_from(["c1", "c2"])}
        ),
        "lodging_recorded": st.fixed_dictionaries(
            {
                "household": st.sampled_from([None, 2]),
                "start": STARTS,
                "replaces": st.lists(STARTS, max_size=1),
            },
            optional={"until": st.just("2024")},
        ),
        "custody_recorded": st.fixed_dictionaries(
            {
                "guardians": st.lists(st.integers(4, 6), max_size=2),
                "basis": st.just("law"),
                "start": STARTS,
                "replaces": st.lists(STARTS, max_size=1),
            },
            optional={"until": st.just("2024")},
        ),
        "residence_recorded": st.fixed_dictionaries(
            {
                "kind": st.just("actual"),
                "area": st.sampled_from([None, 5]),
                "start": STARTS,
                "current": st.booleans(),
            }
        ),
    }
    return st.sampled_from(sorted(payloads)).flatmap(
        lambda kind: st.builds(EventData, st.just(kind), PERSON, st.none(), payloads[kind])
    )


ENTERED = [
    EventData(
        "person_enrolled", person, None, {"name": "赵", "household": 1, "relation": "02", "registered": 5}
    )
    for person in (1, 2, 3)
]


def replayed(ops: list[Op]) -> dict[tuple[str, tuple[Any, ...]], dict[str, Any]]:
    """The rows after making the changes one by one, in the plainest way."""
    rows: dict[tuple[str, tuple[Any, ...]], dict[str, Any]] = {}
    for op in ops:
        if op.act == "drop":
            rows.pop((op.table, op.key), None)
        elif op.act == "put":
            rows[op.table, op.key] = dict(op.values)
        else:
            rows[op.table, op.key].update(op.values)
    return rows


@given(st.lists(events(), max_size=12))
def test_collapsed_changes_come_to_the_same_as_one_by_one(history: list[EventData]) -> None:
    ops = [op for event in [*ENTERED, *history] for op in fold(event)]
    collapsed = {
        (table, key): op.values
        for table, found in collapse(ops).items()
        for key, op in found.items()
        if op.act == "put"
    }
    assert collapsed == replayed(ops)


@given(st.lists(events(), max_size=6), st.integers(0, 6))
def test_two_transactions_come_to_the_same_as_one(history: list[EventData], cut: int) -> None:
    """A change in a later chunk finds the row as the earlier chunk left it."""
    ops = [op for event in [*ENTERED, *history] for op in fold(event)]
    first, second = ops[: cut * 2 + 30], ops[cut * 2 + 30 :]
    rows = replayed(first)
    for table, found in collapse(second).items():
        for key, op in found.items():
            if op.act == "drop":
                rows.pop((table, key), None)
            elif op.act == "put":
                rows[table, key] = dict(op.values)
            else:
                rows[table, key].update(op.values)
    assert rows == replayed(ops)


@given(events())
def test_a_stored_event_folds_like_the_one_that_was_written(event: EventData) -> None:
    stored = EventData(event.kind, event.person_id, event.household_id, json.loads(canonical(event.payload)))
    assert fold(stored) == fold(event)
    assert fold(event) == fold(event)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        fold(EventData("forgotten", 1, None, {}))


def test_every_kind_of_event_has_a_fold_and_no_other() -> None:
    # A reversal is no change of its own: it decides which of the others count.
    assert set(_HANDLERS) == set(EventKind.values) - {"event_reversed"}


@pytest.mark.parametrize("name", TABLES)
def test_tables_name_every_column_of_their_model(name: str) -> None:
    """A new column must be folded from events, or be a scope that follows the areas."""
    columns = {field.column for field in bulk.model_of(name)._meta.concrete_fields if field.column}
    assert set(TABLES[name].all_columns) | set(bulk.SCOPES.get(name, {})) == columns
