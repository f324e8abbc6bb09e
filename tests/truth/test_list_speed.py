"""A list of 60,000 rows is staged and stored in well under a minute."""

from __future__ import annotations

import datetime as dt
import io
import time
from pathlib import Path

import pytest
import xlsxwriter
from tests.truth.line import reviewer

from tongchou import synth
from tongchou.apps.intake import api as intake
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.identifiers import open_id
from tongchou.apps.registry.models import Person
from tongchou.cli.importing import import_registers
from tongchou.core import clock

ON = dt.date(2026, 11, 23)
COLUMNS = ("人员姓名", "证件号码", "险种类型", "参保开始日期", "参保状态")
#: Of the process: the machine that runs the tests may do other things.
SECONDS = 45


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def medical_list(rows: int) -> bytes:
    """Everybody of the registry in the urban employees' medical insurance since some day of 2019."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("明细")
    page.write_row(0, 0, COLUMNS)
    people = Person.objects.exclude(id_cipher="").order_by("pk").values_list("pk", "name", "id_cipher")[:rows]
    for at, (pk, name, cipher) in enumerate(people, start=1):
        day = f"2019-{pk % 12 + 1:02d}-{pk % 28 + 1:02d}"
        page.write_row(at, 0, (name, open_id(cipher, pk), "职工基本医疗保险", day, "正常参保"))
    book.close()
    return target.getvalue()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_sixty_thousand_rows(tmp_path: Path) -> None:
    with clock.frozen(dt.datetime(2026, 11, 23, 10, tzinfo=clock.SHANGHAI)):
        places.load_reference(by=None, at=clock.now())
        folder = tmp_path / "county"
        synth.county(code="522422", registered=60_000, seed=11, out=folder, on=ON, lists=False)
        places.load_areas(folder / "areas.csv", by=None, at=clock.now())
        by = reviewer()
        import_registers(
            sorted((folder / "registers").glob("*.xlsx")),
            village=None, by=by, accept_partial=False, check=False, report=lambda done, total: None,
        )  # fmt: skip
        content = medical_list(60_000)
        begun = _now()
        file = intake.lists.stage_list(content=content, by=by, at=clock.now())
        staged = _now()
        done = intake.lists.apply_list(list_id=file.pk, by=by, at=clock.now())
        stored = _now()
        wall, work = stored[0] - begun[0], stored[1] - begun[1]
        print(
            f"{file.rows_read} rows: staged in {staged[1] - begun[1]:.1f} s, stored in "
            f"{stored[1] - staged[1]:.1f} s of this process, {wall:.1f} s by the clock on the wall"
        )
        assert file.rows_read > 59_000 and done.recorded > 30_000
        assert work < SECONDS
        assert registry.check_state().ok
