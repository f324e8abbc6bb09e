"""The audit chain: each planted attack is found, and at the right row."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from tongchou.core import audit, audit_head, keys
from tongchou.core.append_only import allow_changes
from tongchou.core.models import AuditEntry, KeyCheck

AT = dt.datetime(2026, 6, 30, 1, 0, 0, 123456, tzinfo=dt.UTC)

Act = Callable[..., AuditEntry]


@pytest.fixture
def act(db: None, django_capture_on_commit_callbacks: Any) -> Act:
    """An act of its own: one row, committed and signed."""

    def run(number: int = 1, *, signed: bool = True, **more: Any) -> AuditEntry:
        with django_capture_on_commit_callbacks(execute=signed), transaction.atomic():
            return audit.append(
                by=None,
                action="test.act",
                subject=f"thing:{number}",
                at=AT,
                **{"detail": {"n": number}, **more},
            )

    return run


@pytest.fixture
def chain(act: Act) -> list[AuditEntry]:
    """Ten signed rows in a table whose guard has been taken off: the attacker owns the database."""
    rows = [act(number) for number in range(1, 11)]
    allow_changes(connection, "core_auditentry")
    return rows


def forge(start: int) -> None:
    """Compute the chain anew from a row on, with whatever key the settings point at."""
    previous = AuditEntry.objects.get(pk=start - 1).hash if start > 1 else ""
    for row in AuditEntry.objects.filter(pk__gte=start).order_by("pk"):
        content = tuple(getattr(row, name) for name in audit.CONTENT)
        forged = audit._mac(keys.keyring().audit.current, content, previous)
        AuditEntry.objects.filter(pk=row.pk).update(previous=previous, hash=forged)
        previous = forged


def codes(report: audit.AuditReport) -> set[str]:
    return {reason.code for reason in report.reasons}


def test_an_empty_chain_is_whole(db: None) -> None:
    report = audit.verify()
    assert report.ok and report.checked == 0 and report.first_broken is None


def test_a_chain_of_acts_is_whole(chain: list[AuditEntry]) -> None:
    report = audit.verify()
    assert report.ok, report.lines()
    assert (report.checked, report.unsigned) == (10, 0)
    assert [row.pk for row in chain] == list(range(1, 11))
    assert [row.signed_to for row in chain] == list(range(10))


def test_a_row_tells_what_was_done(act: Act) -> None:
    act(7, scope_no=3, purpose=" 核对补贴 ", detail={"文": ["a", 1, True, None, {"b": "c"}]})
    row = AuditEntry.objects.get()
    assert (row.at, row.action, row.subject, row.scope_no, row.purpose) == (
        AT,
        "test.act",
        "thing:7",
        3,
        "核对补贴",
    )
    assert row.detail == {"文": ["a", 1, True, None, {"b": "c"}]}
    assert audit.verify().ok


def test_several_rows_of_one_transaction_are_signed(
    act: Act, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for number in (1, 2, 3):
            audit.append(by=None, action="test.act", subject=f"thing:{number}", at=AT)
    assert audit.verify().ok
    assert audit_head.last_id() == 3


@pytest.mark.parametrize(
    "change",
    [
        {"action": "other"},
        {"subject": "thing:99"},
        {"actor_id": 5},
        {"scope_no": 5},
        {"purpose": "other"},
        {"detail": {"n": 99}},
        {"at": AT + dt.timedelta(microseconds=1)},
        {"signed_to": 3},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_row_is_named(chain: list[AuditEntry], change: dict[str, Any]) -> None:
    AuditEntry.objects.filter(pk=5).update(**change)
    report = audit.verify()
    assert not report.ok
    assert report.first_broken == 5
    assert codes(report) == {"changed"}


def test_the_first_of_several_changed_rows_is_named(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk__in=[8, 3]).update(purpose="other")
    assert audit.verify().first_broken == 3


def test_a_row_missing_in_the_middle_is_named(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=4).delete()
    report = audit.verify()
    assert report.first_broken == 4
    assert "missing" in codes(report)


def test_a_missing_first_row_is_named(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=1).delete()
    assert audit.verify().first_broken == 1


def test_a_row_put_in_place_of_another_is_named(chain: list[AuditEntry]) -> None:
    """A genuine row copied over another: its own MAC no longer fits its number."""
    copied = AuditEntry.objects.get(pk=3)
    AuditEntry.objects.filter(pk=3).delete()
    AuditEntry.objects.filter(pk=6).delete()
    copied.pk = 6
    copied.save(force_insert=True)
    assert audit.verify().first_broken == 3


@pytest.mark.parametrize("left", [9, 4, 0])
def test_a_cut_tail_is_found(chain: list[AuditEntry], left: int) -> None:
    AuditEntry.objects.filter(pk__gt=left).delete()
    report = audit.verify()
    assert report.first_broken == left + 1
    assert codes(report) == {"tail_cut"}


def test_a_chain_hashed_anew_without_the_key_is_found(
    chain: list[AuditEntry], settings: Any, tmp_path: Path
) -> None:
    AuditEntry.objects.filter(pk=6).update(detail={"n": 99})
    ours, settings.VAR = settings.VAR, tmp_path / "attacker"
    known = list(KeyCheck.objects.all())
    KeyCheck.objects.all().delete()
    forge(6)
    KeyCheck.objects.bulk_create(known)
    settings.VAR = ours
    report = audit.verify()
    assert report.first_broken == 6
    assert {"changed", "rewritten"} <= codes(report)


def test_a_chain_hashed_anew_with_the_key_but_without_the_head_is_found(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=6).update(detail={"n": 99})
    forge(6)
    report = audit.verify()
    assert report.first_broken == 6
    assert codes(report) == {"rewritten"}


def test_sparse_heads_name_the_row_after_the_last_one_that_fits(act: Act) -> None:
    for number in range(1, 9):
        act(number, signed=number in (2, 5, 8))
    allow_changes(connection, "core_auditentry")
    AuditEntry.objects.filter(pk=7).update(detail={"n": 99})
    forge(7)
    assert audit.verify().first_broken == 6  # rows 6 and 7 lie between the heads of 5 and 8


def test_a_row_removed_and_the_rest_renumbered_with_the_key_is_found(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=4).delete()
    for number in range(5, 11):
        AuditEntry.objects.filter(pk=number).update(id=number - 1)
    forge(4)
    assert audit.verify().first_broken == 4


def test_a_row_rewritten_alone_with_the_key_breaks_the_link_to_the_next(act: Act) -> None:
    """No head covers it, and its own hash is right: only the row after it tells."""
    for number in (1, 2, 3):
        act(number, signed=False)
    allow_changes(connection, "core_auditentry")
    AuditEntry.objects.filter(pk=2).update(detail={"n": 99})
    third = AuditEntry.objects.values("previous", "hash").get(pk=3)
    forge(2)
    AuditEntry.objects.filter(pk=3).update(**third)
    report = audit.verify()
    assert report.first_broken == 3
    assert codes(report) == {"link"}


def test_a_rewritten_stretch_before_a_changed_row_comes_first(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=3).update(detail={"n": 99})
    forge(3)
    AuditEntry.objects.filter(pk=8).update(purpose="other")
    assert audit.verify().first_broken == 3


def test_rows_after_the_last_head_are_a_warning_and_signed_by_the_next_act(act: Act) -> None:
    act(1)
    act(2, signed=False)
    act(3, signed=False)
    report = audit.verify()
    assert report.ok and report.unsigned == 2
    act(4)
    report = audit.verify()
    assert report.ok and report.unsigned == 0
    assert [head.id for head in audit_head.lines() if head] == [1, 4]


@pytest.mark.parametrize("change", ["hash", "id", "count", "mac", "previous"])
def test_an_edited_head_line_is_named(chain: list[AuditEntry], change: str) -> None:
    lines = audit_head.path().read_text().splitlines()
    line = json.loads(lines[5])
    line[change] = (
        5 if isinstance(line[change], int) else line[change][:-1] + ("0" if line[change][-1] != "0" else "1")
    )
    lines[5] = json.dumps(line)
    audit_head.path().write_text("\n".join(lines) + "\n")
    report = audit.verify()
    assert not report.ok
    assert any(reason.code == "head_edited" and reason.line == 6 for reason in report.reasons)


def test_a_head_line_taken_out_is_named(chain: list[AuditEntry]) -> None:
    lines = audit_head.path().read_text().splitlines()
    audit_head.path().write_text("\n".join(lines[:3] + lines[4:]) + "\n")
    report = audit.verify()
    assert [(reason.code, reason.line) for reason in report.reasons] == [("head_line_missing", 4)]


@pytest.mark.parametrize("left", [0, 1, 8])
def test_a_head_file_cut_short_is_found(chain: list[AuditEntry], left: int) -> None:
    lines = audit_head.path().read_text().splitlines(keepends=True)
    audit_head.path().write_text("".join(lines[:left]))
    report = audit.verify()
    assert codes(report) == {"head_cut"}


def test_a_removed_head_file_is_found(chain: list[AuditEntry]) -> None:
    audit_head.path().unlink()
    assert codes(audit.verify()) == {"head_cut"}


def test_table_and_head_cut_alike_are_found_through_the_rows_left(chain: list[AuditEntry]) -> None:
    """The head file is cut further than the table: the rows left still speak of its lost lines."""
    AuditEntry.objects.filter(pk__gt=8).delete()
    lines = audit_head.path().read_text().splitlines(keepends=True)
    audit_head.path().write_text("".join(lines[:5]))
    assert codes(audit.verify()) == {"head_cut"}


def test_half_a_head_line_left_by_a_crash_is_mended(chain: list[AuditEntry], act: Act) -> None:
    with audit_head.path().open("a") as file:
        file.write('{"count":11,"id":1')
    assert audit.verify().ok
    act(11)
    report = audit.verify()
    assert report.ok and report.unsigned == 0, report.lines()


def test_heads_signed_in_another_order_than_committed_do_no_harm(act: Act) -> None:
    rows = [act(number, signed=False) for number in (1, 2, 3)]
    audit_head.sign(rows[2].pk, rows[2].hash)
    audit_head.sign(rows[0].pk, rows[0].hash)
    assert [head.id for head in audit_head.lines() if head] == [3]
    assert audit.verify().ok


def test_a_new_audit_key_goes_on_where_the_old_one_stopped(chain: list[AuditEntry], act: Act) -> None:
    keys.rotate("audit")
    row = act(11)
    assert row.hash.startswith("a2:")
    assert audit.verify().ok


def test_without_the_keys_nothing_is_said_about_any_row(chain: list[AuditEntry]) -> None:
    keys.path().unlink()
    report = audit.verify()
    assert not report.ok and report.checked == 0 and report.first_broken is None
    assert codes(report) == {"keys_lost"}
    with override("en"):
        assert report.lines()[0].startswith("Key missing")
    assert not keys.path().exists()


def test_a_row_of_a_key_nobody_knows_is_named(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=4).update(hash="a7:" + "0" * 64)
    report = audit.verify()
    assert report.first_broken == 4
    assert "key_missing" in codes(report)


def test_numbers_of_people_never_enter_the_chain(act: Act) -> None:
    act(
        1,
        purpose="查 520599196503071125 和 13800138000",
        detail={"note": ["520599650307112"], "n": 520599196503071},
    )
    row = AuditEntry.objects.get()
    assert row.purpose == "查 [id] 和 [phone]"
    assert row.detail == {"note": ["[id]"], "n": "[id]"}


@pytest.mark.parametrize(
    "detail",
    [{"a": 1.5}, {"a": dt.date(2026, 1, 1)}, {1: "a"}, {"a": object()}],
    ids=["float", "date", "number as key", "object"],
)
def test_what_json_cannot_write_in_one_way_is_refused(act: Act, detail: dict[Any, Any]) -> None:
    with pytest.raises(TypeError):
        act(1, detail=detail)


def test_a_moment_without_zone_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="time zone"), transaction.atomic():
        audit.append(by=None, action="a", subject="b", at=dt.datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.django_db(transaction=True)
def test_a_row_apart_from_its_act_is_refused() -> None:
    with pytest.raises(audit.OutsideTransaction):
        audit.append(by=None, action="a", subject="b", at=AT)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_row_and_no_head() -> None:
    def fail() -> None:
        with transaction.atomic():
            audit.append(by=None, action="a", subject="b", at=AT)
            raise IntegrityError

    with pytest.raises(IntegrityError):
        fail()
    assert not AuditEntry.objects.exists()
    assert not audit_head.path().exists()
    with transaction.atomic():
        audit.append(by=None, action="a", subject="b", at=AT)
    assert audit_head.last_id() == 1
    assert audit.verify().ok


def test_the_digest_of_a_chunk_depends_on_content_and_order() -> None:
    one, two = {"b": 1, "a": "文"}, {"on": dt.date(2026, 1, 1)}
    assert audit.digest([one, two]) == audit.digest([{"a": "文", "b": 1}, two])
    assert len({audit.digest(items) for items in ([], [one], [two], [one, two], [two, one])}) == 5
    assert len(audit.digest([one])) == 64
    with pytest.raises(TypeError):
        audit.digest([object()])


def test_the_report_speaks_to_people_and_programs(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=5).update(purpose="other")
    report = audit.verify()
    with override("en"):
        assert report.lines()[1].startswith("Row 5 was changed")
        assert report.as_dict()["reasons"][0]["text"] == report.lines()[1]
    assert json.loads(json.dumps(report.as_dict()))["first_broken"] == 5


def test_verifying_takes_one_query_however_long_the_chain(
    chain: list[AuditEntry], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        audit.verify()
