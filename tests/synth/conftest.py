"""One small county, made once, read back from its files by everything here."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from tongchou import synth
from tongchou.domain import identity
from tongchou.synth.cells import COLUMNS

ON = dt.date(2026, 11, 23)
REGISTERED = 3000


@dataclass(frozen=True)
class Line:
    """A person's line as a reader of the file sees it; merged cells are filled down."""

    village: str
    page: str
    group: str
    name: str
    relation: str
    sex: str
    id_number: str
    cells: dict[str, object]

    @property
    def birth(self) -> dt.date:
        birth = identity.birth_of(self.id_number)
        assert birth is not None and birth.month and birth.day
        return dt.date(birth.year, birth.month, birth.day)

    @property
    def age(self) -> int:
        b = self.birth
        return ON.year - b.year - ((ON.month, ON.day) < (b.month, b.day))


@dataclass(frozen=True)
class Folder:
    out: Path
    made: synth.Made
    lines: list[Line]

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def titles() -> list[str]:
    return [upper if lower is None else f"{upper}/{lower}" for upper, lower in COLUMNS]


def read(path: Path) -> list[Line]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    lines: list[Line] = []
    page = group = ""
    for row in sheet.iter_rows(min_row=5, max_row=sheet.max_row - 2, values_only=True):
        cells = dict(zip(titles(), row, strict=True))
        page, group = str(cells["户编号"] or page), str(cells["村民组"] or group)
        number = identity.parse(cells["公民身份号码"]).number or ""
        name = str(cells["姓名"] or "")
        lines.append(
            Line(path.stem, page, group, name, str(cells["与户主关系"]), str(cells["性别"]), number, cells)
        )
    return lines


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    out = tmp_path_factory.mktemp("synth") / "county"
    made = synth.county(code="522422", registered=REGISTERED, seed=7, out=out, on=ON)
    lines = [line for path in sorted((out / "registers").glob("*.xlsx")) for line in read(path)]
    return Folder(out, made, lines)
