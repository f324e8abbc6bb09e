"""The peers of ``intake.py``: the same intake by hand with the ORM, and django-import-export, plain columns.

``OrmIntake`` does what our intake does to files that come for the first time, the way a Django developer who
knows ``bulk_create`` would write it: the same reader and checks, known people and households looked up in one
query a batch, kin by the same rules, identifiers encrypted, an event a person and household, an audit row a
batch. It need not stage the rows for a decision, nor keep events and state in step for a rebuild.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

#: Rows a transaction and a ``bulk_create`` take, as ours.
BATCH = 500
#: What ``plain_files`` writes and django-import-export reads: as many columns as the requirement names.
COLUMNS = (
    "village", "household_no", "group_name", "name", "relation", "sex", "birth", "id_number", "ethnicity",
    "education", "marital", "hukou_kind", "determined_rural", "converted", "converted_on", "urban_pension",
    "urban_medical", "resident_here", "resident_elsewhere", "phone",
)  # fmt: skip


class OrmIntake:
    """Registers into the registry's tables through model instances."""

    def __init__(self, by: Any, at: dt.datetime) -> None:
        from tongchou.apps.places import api as places
        from tongchou.core import clock

        self.by, self.at, self.on = by, at, clock.date_of(at)
        self.villages = {area.code: area for area in places.Area.objects.filter(level=places.Level.VILLAGE)}
        groups = places.Area.objects.filter(level=places.Level.GROUP)
        self.groups = {(group.parent_id, group.name.partition("（")[0]): group for group in groups}

    def take(self, path: Path) -> int:
        """Read, check and store a file; how many people it holds."""
        from django.db import transaction

        from tongchou.apps.intake import read
        from tongchou.apps.registry.models import Source
        from tongchou.domain.register.read import read_register

        content = path.read_bytes()
        village = self.villages[path.stem]
        reading = read_register(read.open_file(content).sheet, on=self.on)
        assert not [problem for problem in reading.problems if problem.level == "error"], path
        rows = reading.rows
        homes: dict[str, list[Any]] = {}
        for row in rows:
            homes.setdefault(row.household_no, []).append(row)
        source = Source.objects.create(name=hashlib.sha256(content).hexdigest())
        for batch in batches(list(homes.values())):
            with transaction.atomic():
                self.store(batch, village, source)
        return len(rows)

    def store(self, rows: list[Any], village: Any, source: Any) -> None:
        from tongchou.apps.registry import models
        from tongchou.apps.registry.lines import read
        from tongchou.core import audit

        lines = [read(row, year=self.on.year) for row in rows]
        known = self._known(lines)
        batch = models.Batch.objects.create(
            source_id=source.pk, village_id=village.pk, events=0, digest="", recorded_at=self.at
        )
        homes = self._households(lines, village)
        new = [line for line in lines if line.index is None or line.index not in known]
        people = [self._person(line, village) for line in new]
        models.Person.objects.bulk_create(people, batch_size=BATCH)
        events, more = [], _Rows()
        for line, person in zip(new, people, strict=True):
            home = homes[line.row.household_no]
            more.of(line, person, home, village)
            payload = self._payload(line, person, home)
            events.append(
                models.Event(
                    kind=models.EventKind.PERSON_ENROLLED, person_id=person.pk, occurred="",
                    recorded_at=self.at, recorded_by=self.by.pk, source_id=source.pk,
                    source_row=line.row.row_no, batch_id=batch.pk, payload=payload,
                )
            )  # fmt: skip
        for number, home in homes.items():
            first = next(line.row for line in lines if line.row.household_no == number)
            payload = {
                "number": number,
                "village": village.pk,
                "area": home.area_id,
                "group": home.group_text,
            }
            events.append(
                models.Event(
                    kind=models.EventKind.HOUSEHOLD_ENROLLED, household_id=home.pk, recorded_at=self.at,
                    recorded_by=self.by.pk, source_id=source.pk, source_row=first.row_no, batch_id=batch.pk,
                    payload=json.dumps(payload, ensure_ascii=False, sort_keys=True),
                )
            )  # fmt: skip
        more.kin(new, people)
        more.save()
        models.Event.objects.bulk_create(events, batch_size=BATCH)
        digest = audit.digest([[(event.kind, event.person_id, event.payload) for event in events]])
        batch.events, batch.digest = len(events), digest
        batch.rows = ",".join(str(line.row.row_no) for line in lines)
        batch.save()
        audit.append(
            by=self.by, action="bench.apply", subject=f"area:{village.pk}", at=self.at,
            scope_no=village.scope_no, detail={"lines": len(lines), "digest": digest},
        )  # fmt: skip

    @staticmethod
    def _known(lines: list[Any]) -> dict[str, Any]:
        from tongchou.apps.registry.models import Person

        indexes = [line.index for line in lines if line.index]
        return {person.id_index: person for person in Person.objects.filter(id_index__in=indexes)}

    def _area(self, row: Any, village: Any) -> Any:
        return self.groups.get((village.pk, (row.group_name or "").partition("（")[0]), village)

    def _households(self, lines: list[Any], village: Any) -> dict[str, Any]:
        from tongchou.apps.registry.models import Household

        numbers = {line.row.household_no for line in lines}
        found = {home.number: home for home in Household.objects.filter(village=village, number__in=numbers)}
        new = []
        for line in lines:
            number = line.row.household_no
            if number not in found:
                area = self._area(line.row, village)
                found[number] = Household(
                    number=number, village=village, area=area, group_text=line.row.group_name or "",
                    scope_no=area.scope_no,
                )  # fmt: skip
                new.append(found[number])
        Household.objects.bulk_create(new, batch_size=BATCH)
        return found

    def _person(self, line: Any, village: Any) -> Any:
        from tongchou.apps.registry.fold import given_key
        from tongchou.apps.registry.identifiers import mask_id, mask_phone
        from tongchou.apps.registry.models import Person
        from tongchou.core import crypto
        from tongchou.domain.names import initials

        row, area = line.row, self._area(line.row, village)
        birth = row.birth
        person = Person(
            name=row.name, name_key=line.name_key, given_key=given_key(line.name_key),
            initials=initials(row.name), sex=row.sex,
            birth_year=birth.year if birth else None, birth_month=birth.month if birth else None,
            birth_day=birth.day if birth else None,
            id_cipher=crypto.encrypt(row.id_number, "bench.id") if row.id_number else "",
            id_index=line.index, id_mask=mask_id(row.id_number) if row.id_number else "",
            former_id_cipher=crypto.encrypt(row.id_original, "bench.id") if row.id_original else "",
            phone_masks=" ".join(map(mask_phone, row.phones)),
            ethnicity=row.ethnicity or "", ethnicity_text=row.ethnicity_text or "",
            education=row.education or "", marital=row.marital or "",
            registered_area=area, registered_scope=area.scope_no,
        )  # fmt: skip
        if line.lives_here is not None:
            person.lives_away = not line.lives_here
            person.resident_text = "" if line.lives_here else row.resident_elsewhere or ""
            if line.lives_here:
                person.resident_area, person.resident_scope = area, area.scope_no
        return person

    @staticmethod
    def _payload(line: Any, person: Any, home: Any) -> str:
        from tongchou.apps.registry.lines import iso

        row = line.row
        said = {
            "name": row.name, "sex": row.sex, "birth": iso(row.birth), "relation": row.relation,
            "household": home.pk, "registered": person.registered_area_id, "ethnicity": row.ethnicity,
            "education": row.education, "marital": row.marital, "status": line.statuses,
            "id": [person.id_cipher, person.id_index, person.id_mask] if person.id_index else None,
            "former_id": person.former_id_cipher or None, "statement": line.statement,
            "phones": [[phone.cipher, phone.index, phone.mask] for phone in person.phones_made],
            "residence": [person.resident_area_id, person.resident_text],
        }  # fmt: skip
        return json.dumps(
            {name: value for name, value in said.items() if value}, ensure_ascii=False, sort_keys=True
        )


class _Rows:
    """The rows beside people and households, collected for one ``bulk_create`` a table."""

    def __init__(self) -> None:
        self.phones: list[Any] = []
        self.memberships: list[Any] = []
        self.residences: list[Any] = []
        self.statuses: list[Any] = []
        self.statements: list[Any] = []
        self.kinship: list[Any] = []
        self.couples: list[Any] = []

    def of(self, line: Any, person: Any, home: Any, village: Any) -> None:
        from tongchou.apps.registry import models
        from tongchou.apps.registry.identifiers import mask_phone, phone_index
        from tongchou.apps.registry.lines import iso
        from tongchou.core import crypto

        row = line.row
        person.phones_made = [
            models.Phone(
                person=person, position=position, cipher=crypto.encrypt(phone, "bench.phone"),
                index=phone_index(phone), mask=mask_phone(phone),
            )
            for position, phone in enumerate(row.phones, 1)
        ]  # fmt: skip
        self.phones += person.phones_made
        self.memberships.append(
            models.Membership(person=person, start="", household=home, relation=row.relation)
        )
        self.residences.append(
            models.Residence(person=person, kind="registered", start="", area=person.registered_area)
        )
        if line.lives_here is not None:
            self.residences.append(
                models.Residence(
                    person=person, kind="actual", start="" if line.lives_here else iso(row.away_since),
                    area=person.resident_area, outside_text=person.resident_text,
                )
            )  # fmt: skip
        for kind, (value, start) in line.statuses.items():
            self.statuses.append(models.Status(person=person, kind=kind, start=start, value=value))
        if line.statement:
            sons, daughters, ever = line.statement
            self.statements.append(
                models.FamilyStatement(
                    person=person, start="", living_sons=sons, living_daughters=daughters, children_ever=ever
                )
            )

    def kin(self, lines: list[Any], people: list[Any]) -> None:
        from tongchou.apps.registry import models
        from tongchou.domain.kinship import Member, derive

        homes: dict[str, list[Member]] = {}
        for line, person in zip(lines, people, strict=True):
            row = line.row
            homes.setdefault(row.household_no, []).append(
                Member(person.pk, row.relation, row.sex, row.birth, row.marital)
            )
        for members in homes.values():
            kin = derive(members)
            self.kinship += [
                models.Kinship(child_id=link.child, parent_id=link.parent, kind=link.kind)
                for link in kin.parents
            ]
            self.couples += [models.Couple(a_id=a, b_id=b, start="") for a, b in kin.couples]

    def save(self) -> None:
        for rows in vars(self).values():
            if rows:
                type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)


def batches(homes: list[list[Any]]) -> Iterator[list[Any]]:
    """Rows of whole households, at most ``BATCH`` together."""
    batch: list[Any] = []
    for rows in homes:
        if batch and len(batch) + len(rows) > BATCH:
            yield batch
            batch = []
        batch += rows
    if batch:
        yield batch


def plain_files(registers: list[Path], folder: Path, on: dt.date) -> list[Path]:
    """The same rows under one plain header, with a running number by which the library looks them up."""
    import xlsxwriter

    from tongchou.apps.intake import read
    from tongchou.domain.register.read import read_register

    folder.mkdir(exist_ok=True)
    made, number = [], count(1)
    for path in registers:
        rows = read_register(read.open_file(path.read_bytes()).sheet, on=on).rows
        table = [[str(next(number)), *(plain(path.stem, row, name) for name in COLUMNS)] for row in rows]
        target = folder / path.name
        if path.suffix == ".csv":
            text = io.StringIO()
            csv.writer(text).writerows([("id", *COLUMNS), *table])
            target.write_text(text.getvalue(), encoding="utf-8")
        else:
            book = xlsxwriter.Workbook(target, {"strings_to_numbers": False})
            page = book.add_worksheet()
            for at, cells in enumerate([("id", *COLUMNS), *table]):
                page.write_row(at, 0, cells)
            book.close()
        made.append(target)
    return made


def plain(village: str, row: Any, column: str) -> str:
    if column == "village":
        return village
    value = row.phones[0] if column == "phone" and row.phones else getattr(row, column, None)
    return "" if value is None else str(value)


class ImportExport:
    """django-import-export's ``ModelResource`` with its defaults, one text column for each of ``COLUMNS``."""

    def __init__(self) -> None:
        from django.db import connection, models
        from import_export import resources

        fields = {name: models.CharField(max_length=200, blank=True, default="") for name in COLUMNS}
        # The library asks for an app that is installed; in this process alone the table is one of core.
        about = type("Meta", (), {"app_label": "core", "db_table": "bench_plain_person"})
        self.model: Any = type(
            "PlainPerson", (models.Model,), {"__module__": __name__, "Meta": about, **fields}
        )
        with connection.schema_editor() as editor:
            editor.create_model(self.model)
        chosen = type("Meta", (), {"model": self.model})
        self.resource = type("PlainPeople", (resources.ModelResource,), {"Meta": chosen})()

    def take(self, path: Path) -> int:
        import tablib

        if path.suffix == ".csv":
            table = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv")
        else:
            table = tablib.Dataset().load(path.read_bytes(), format="xlsx")
        result = self.resource.import_data(table, dry_run=False, raise_errors=True)
        assert not result.has_errors()
        return len(table)
