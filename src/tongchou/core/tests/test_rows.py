"""Rows written by one statement come back as they were, and promises of the tables hold for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from tongchou.apps.registry import bulk
from tongchou.apps.registry.models import Batch
from tongchou.core import rows

COLUMNS = ("id", "source_id", "village_id", "rows", "events", "digest", "recorded_at")
#: Each means something in an array's text or in the text of a COPY.
ODD = ["", " ", "NULL", "null", r"\N", r"\.", "\\", '"', "'", ",", "{a,b}", "a\tb", "a\nb", "a\r\nb", "%s"]

pytestmark = pytest.mark.django_db


def batch(number: int, text: str, village: int | None = None) -> tuple[Any, ...]:
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    return (number, 1, village, text, 1, "d", at)


def texts() -> list[str]:
    return list(Batch.objects.order_by("pk").values_list("rows", flat=True))


@pytest.mark.parametrize("key", [(), ("id",)])
def test_every_text_comes_back_as_it_was(key: tuple[str, ...]) -> None:
    given = [batch(number, text) for number, text in enumerate(ODD, start=1)]
    rows.insert(Batch, COLUMNS, given, key=key)
    assert texts() == ODD
    assert set(Batch.objects.values_list("village_id", flat=True)) == {None}


def test_a_moment_comes_back_as_it_was() -> None:
    moment = timezone.now()
    given = [(n, 1, 7, "", 1, "d", connection.ops.adapt_datetimefield_value(moment)) for n in (1, 2)]
    rows.insert(Batch, COLUMNS, given[:1])
    rows.insert(Batch, COLUMNS, given[1:], key=("id",))
    assert set(Batch.objects.values_list("recorded_at", "village_id")) == {(moment, 7)}


def test_texts_are_changed_and_rows_removed_one_by_one() -> None:
    rows.insert(Batch, COLUMNS, [batch(number, "before") for number in range(1, len(ODD) + 2)])
    bulk.update(
        "batch", ("rows", "village_id"), ("id",), [(text, None, n) for n, text in enumerate(ODD, start=1)]
    )
    assert texts() == [*ODD, "before"]
    bulk.delete("batch", ("id",), [(len(ODD) + 1,), (1,)])
    assert texts() == ODD[1:]


def test_a_row_that_is_there_is_refused_without_a_key_and_overwritten_with_one() -> None:
    rows.insert(Batch, COLUMNS, [batch(1, "one")])
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Batch, COLUMNS, [batch(2, "two"), batch(1, "again")])
    assert texts() == ["one"]
    rows.insert(Batch, COLUMNS, [batch(2, "two"), batch(1, "again")], key=("id",))
    assert texts() == ["again", "two"]


def test_nothing_is_written_after_an_error_of_the_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        with pytest.raises(Error), connection.cursor() as cursor:
            cursor.execute("SELECT none FROM nowhere")
        connection.needs_rollback = True
        rows.insert(Batch, COLUMNS, [batch(1, "one")])
    assert texts() == []


def test_who_watches_the_statements_sees_this_one() -> None:
    seen: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        rows.insert(Batch, COLUMNS, [batch(1, "one"), batch(2, "two")])
    assert [sql.split()[0] for sql in seen] == ["COPY" if connection.vendor == "postgresql" else "INSERT"]
    assert texts() == ["one", "two"]


def test_a_value_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        rows.array([{"a": 1}])


@pytest.mark.parametrize("chosen", [ODD, [], ["", "NULL"], ["王", "nothing"], [*ODD, *ODD]])
def test_rows_are_found_among_many_values(chosen: list[str]) -> None:
    rows.insert(Batch, COLUMNS, [batch(number, text) for number, text in enumerate([*ODD, "王"], start=1)])
    found = Batch.objects.filter(rows.among("rows", chosen, "text")).order_by("pk")
    assert list(found.values_list("rows", flat=True)) == [text for text in [*ODD, "王"] if text in chosen]
    numbers = [1, 3, 2**40]
    assert set(Batch.objects.filter(rows.among("id", numbers, "bigint")).values_list("pk", flat=True)) == {
        1,
        3,
    }


def test_among_values_combines_as_any_condition() -> None:
    rows.insert(Batch, COLUMNS, [batch(1, "a"), batch(2, "a", 7), batch(3, "b", 7)])
    found = Batch.objects.exclude(village_id=None).filter(rows.among("rows", {"a"}, "text"), village_id=7)
    assert [one.pk for one in found] == [2]
    more = Batch.objects.filter(rows.among("id", (1, 3), "bigint")).values_list("pk")
    assert sorted(found.values_list("pk").union(more)) == [(1,), (2,), (3,)]
