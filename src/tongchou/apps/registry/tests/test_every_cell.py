"""``tongchou registry rebuild --check`` names each cell that was changed behind the registry's back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, models, transaction

from tongchou.apps.registry import api as registry
from tongchou.apps.registry import bulk, identifiers, refolding
from tongchou.apps.registry.fold import TABLES
from tongchou.apps.registry.models import Event, EventKind, Household
from tongchou.apps.registry.recording import CONSOLE, Draft, Recorder
from tongchou.cli.upkeep import registry as commands
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

#: Where a row of a table is found, by its key, when it is not the first one.
ROWS: dict[str, tuple[Any, ...]] = {
    "household": (2,),
    "phone": (1, 2),
    "residence": (3, "actual", "2019-02"),
    "status": (2, "converted", "2023-05"),
    "couple": (1, 2, ""),
}
#: Cells that the constraints of the database let nobody change so in the first row.
ELSEWHERE: dict[str, tuple[Any, ...]] = {
    "person.resident_text": (3,),
    "person.lives_away": (3,),
    "person.death_year": (5,),
    "person.death_month": (5,),
    "person.death_day": (5,),
    "couple.ended": (3, 4, ""),
    "couple.end_reason": (3, 4, ""),
    "residence.area_id": (3, "registered", ""),
    "residence.kind": (4, "registered", "2025-01"),
    "membership.person_id": (4, "2025-01"),
    "couple.a_id": (3, 4, ""),
}
#: What is written where a rule of the table asks for something particular.
VALUES: dict[str, Any] = {
    "status.value": "no",
    "status.kind": "urban_medical",
    "residence.kind": "actual",
    "household.id": 99,
    "person.id": 99,
    "kinship.kind": "step",
    "phone.position": 4,
    "couple.a_id": 2,
    "custody.basis": "will",
    "mergedperson.person_id": 99,
    "mergedperson.into_id": 2,
}
OTHER = "520599196003121210"


@pytest.fixture
def filled(apply: Any, county: Any, township_officer: Any, frozen_clock: Any) -> None:
    """A row in every table of the state: somebody has died, a couple has parted, one has a certificate."""
    apply()
    act = {"by": township_officer, "at": frozen_clock}
    registry.record_death(person_id=5, died=PartialDate(2025, 3, 9), **act)
    registry.record_divorce(person_id=3, spouse_id=4, divorced_on=PartialDate(2024, 5, 6), **act)
    with transaction.atomic():
        recorder = Recorder(source=CONSOLE, **act)
        private = {"start": "2024-01-01", "until": "", "certificate": (1, 2)}
        recorder.add(Draft(EventKind.CERTIFICATE_RECORDED, private, person_id=1))
        second = {"number": "002", "village": county.village.pk, "area": county.groups[1].pk}
        recorder.add(
            Draft(EventKind.HOUSEHOLD_ENROLLED, second, household_id=recorder.numbers.take("household"))
        )
        recorder.write(action="registry.test", subject="registry")
    registry.move_registration(person_id=4, household_id=2, relation="97", since=PartialDate(2025, 1), **act)
    again = RegisterRow(
        row_no=5, household_no="003", name="赵大三", relation="02", sex=1, birth=PartialDate(1960)
    )
    apply([again], source="e" * 64)
    arranged(township_officer, frozen_clock)


def arranged(by: Any, at: Any) -> None:
    """Who lives where and answers for whom, a household without members, and two records that were one."""
    number = OTHER, identifiers.id_index(OTHER)
    with transaction.atomic():
        recorder = Recorder(source=CONSOLE, by=by, at=at)
        for kind, payload, person in (
            (EventKind.LODGING_RECORDED, {"start": "2025", "household": 2}, 3),
            (EventKind.CUSTODY_RECORDED, {"start": "2025", "guardians": [1], "basis": "law"}, 3),
            (EventKind.OTHER_NUMBER_RECORDED, {"id": number}, 1),
            (EventKind.PERSON_MERGED, {"into": 1}, 6),
        ):
            recorder.add(Draft(kind, payload, person_id=person))
        closed = {"closed": "2025-02", "joined": None}
        recorder.add(Draft(EventKind.HOUSEHOLD_CLOSED, closed, household_id=2))
        recorder.write(action="registry.test", subject="registry")


def other(field: Any, value: Any) -> Any:
    """Another value that a column of this kind may hold."""
    if isinstance(field, models.ForeignKey):
        model = field.related_model
        return model._default_manager.exclude(pk=value).order_by("-pk").values_list("pk", flat=True)[0]
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.IntegerField):
        return 1 if value is None else value - 1 if value > 1 else value + 1
    assert isinstance(field, models.CharField | models.TextField)
    if field.attname in ("start", "until", "ended"):
        return "1999"
    return ("x" if value[:1] != "x" else "y") + (value or "")[1:]


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_cell_is_named(table: str, filled: None) -> None:
    """Every column of a table, keys and scopes too, one after the other."""
    about = TABLES[table]
    assert registry.check_state().ok
    for column in about.key + refolding.columns_of(about):
        with transaction.atomic():
            key, report = changed(table, column)
            transaction.set_rollback(True)
        shown = f"{table} {', '.join(map(str, key))}"
        if column in about.key:  # what the row was is missing
            assert f"{shown}: row" in report["first"], (column, report)
        else:
            assert report["first"] == [f"{shown}: {column}"], (column, report)
            assert report["differences"] == {table: 1}


def changed(table: str, column: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The key of the row whose cell was changed, and what the command said."""
    about, name, model = TABLES[table], f"{table}.{column}", bulk.model_of(table)
    keys = model._default_manager.order_by(*about.key).values_list(*about.key)
    key = ELSEWHERE.get(name) or ROWS.get(table) or keys[0]
    field = next(one for one in model._meta.concrete_fields if one.column == column)
    where = " AND ".join(f"{bulk.quoted(part)} = %s" for part in about.key)
    stored, cell = bulk.quoted(model._meta.db_table), bulk.quoted(column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {cell} FROM {stored} WHERE {where}", key)  # noqa: S608 - own names
        value = VALUES.get(name, other(field, cursor.fetchone()[0]))
        cursor.execute(f"UPDATE {stored} SET {cell} = %s WHERE {where}", [value, *key])  # noqa: S608
        assert cursor.rowcount == 1
    done = CliRunner().invoke(commands, ["rebuild", "--check", "--json"], catch_exceptions=False)
    assert done.exit_code == 1, name
    return key, json.loads(done.stdout)


def test_every_table_of_the_state_is_looked_at(filled: None) -> None:
    """A table without a row would let the test above pass without looking."""
    assert Event.objects.exists() and Household.objects.count() == 3
    for table in TABLES:
        assert bulk.model_of(table)._default_manager.exists(), table
    derived = {m._meta.model_name for m in bulk.model_of("event")._meta.app_config.get_models()}
    assert derived - {"event", "source", "batch", "sequence", "recenthousehold"} == set(TABLES)
