"""A whole prefecture: eight counties and a local unit on two of them, as tables or as registers too."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from tongchou.synth import areas, cells, names, people_table, register_file
from tongchou.synth.census import AGES, County, counties
from tongchou.synth.community import Community, assemble
from tongchou.synth.errors import FinishedCounty, SynthError
from tongchou.synth.make import Report, Steps, clear, target_lines
from tongchou.synth.people import day_number
from tongchou.synth.targets import LEAST, Ints, largest_remainder, target

#: 百里杜鹃管理区: a local unit without a national code; its areas keep the codes of the two counties.
LOCAL_UNIT = "local-bailidujuan"
#: Counties the unit was taken from, and the assumed share of their townships it governs.
CEDED = {"520521": 0.1, "520581": 0.07}
#: Township numbers 901 to 999 are free in each county.
_TOWNSHIPS_A_COUNTY = 99
_MOST = 12_000_000
MARKER = "prefecture.json"


@dataclass(frozen=True, slots=True)
class MadePrefecture:
    """What was made. ``files`` are the tables with their people and SHA-256."""

    registered: int
    resident: int
    households: int
    units: dict[str, int]  # people by unit
    townships: int
    villages: int
    areas: int
    registers: int
    schema: int = people_table.SCHEMA_VERSION
    files: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Share:
    """What of the prefecture falls to a county, and which of its townships the local unit governs."""

    county: County
    registered: int
    plan: areas.Plan
    ceded: frozenset[str]

    def unit_of(self, township: str) -> str:
        return LOCAL_UNIT if township in self.ceded else self.county.code


def prefecture(
    *,
    registered: int,
    seed: int,
    out: Path,
    on: dt.date,
    townships: int = 250,
    villages: int = 3700,
    progress: Report | None = None,
    registers: bool = False,
) -> MadePrefecture:
    """Make a synthetic prefecture of ``registered`` people in nine units.

    The eight counties of Bijie share people, townships and villages by their registered population of 2010;
    the local unit governs the last townships of two of them. One county is in memory at a time.

    Parameters
    ----------
    out : Path
        Folder for ``areas.csv``, ``target.csv``, ``people/<unit>.parquet`` (``people_table.SCHEMA``) and
        ``prefecture.json``, written last.
    townships, villages : int
        Their number in the whole prefecture.
    registers : bool
        Also write every village's register to ``registers/<village code>.xlsx``.

    Raises
    ------
    FinishedCounty
        When ``out`` already holds a finished prefecture.
    SynthError
        When a number or the day is out of range.

    Notes
    -----
    The same arguments give the same bytes. Method: ``docs/methods/synthetic-county.md``.
    """
    _check(registered, seed, townships, villages)
    if (out / MARKER).exists():
        raise FinishedCounty(
            f"{out} 中已有完整的数据，请换一个目录。{out} holds a finished prefecture: choose another folder"
        )
    folders = [out / "people", *([out / "registers"] if registers else [])]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder)
    root = np.random.SeedSequence(seed)
    plan_seed, number_seed, *county_seeds = root.spawn(2 + len(counties()))
    shares = _shares(registered, townships, villages, np.random.Generator(np.random.PCG64(plan_seed)))
    first = day_number(dt.date(on.year - AGES - 1, 1, 1))
    numbering = people_table.Numbering(
        first, day_number(on), np.random.Generator(np.random.PCG64(number_seed))
    )
    steps = Steps(progress, len(shares) * 2 + 1 + (villages if registers else 0))
    writer = _Writer(out, on, numbering, steps, registers=registers)
    for share, own in zip(shares, county_seeds, strict=True):
        writer.add(share, [np.random.Generator(np.random.PCG64(s)) for s in own.spawn(3)])
    made = writer.finish(shares)
    steps.step()
    return made


def _check(registered: int, seed: int, townships: int, villages: int) -> None:
    most = 4 * _TOWNSHIPS_A_COUNTY  # the largest county has a sixth of all
    if seed < 0 or not 20 <= townships <= most:
        raise SynthError(f"seed 须 ≥ 0，乡镇数须在 20 至 {most} 之间。seed ≥ 0 and 20 ≤ townships ≤ {most}")
    if not townships <= villages <= 50 * townships:
        raise SynthError("村数须在乡镇数的 1 至 50 倍之间。villages: between 1 and 50 for each township")
    least = max(16 * LEAST, 10 * villages)
    if not least <= registered <= _MOST:
        raise SynthError(f"人数须在 {least} 至 {_MOST} 之间。registered must lie between {least} and {_MOST}")


def _shares(registered: int, townships: int, villages: int, rng: np.random.Generator) -> list[_Share]:
    found = counties()
    weight = np.array([county.registered for county in found], dtype=np.float64)
    people = largest_remainder(weight, registered)
    # Every county keeps one township, also after the local unit has taken its own.
    towns = 2 + largest_remainder(weight, townships - 2 * len(found))
    places = towns + largest_remainder(weight, villages - townships)
    shares = []
    for index, county in enumerate(found):
        plan = areas.plan_of(
            county,
            registered=int(people[index]),
            townships=int(towns[index]),
            count=int(places[index]),
            rng=rng,
        )
        shares.append(_Share(county, int(people[index]), plan, _ceded(plan, CEDED.get(county.code, 0.0))))
    return shares


def _ceded(plan: areas.Plan, share: float) -> frozenset[str]:
    """The last townships of a county: ``share`` of them, at least one."""
    if share == 0.0:
        return frozenset()
    codes = sorted({village.township_code for village in plan.villages})
    return frozenset(codes[-max(1, round(len(codes) * share)) :])


class _Writer:
    """Makes and writes one county after the other; keeps only what the local unit gets and the sums."""

    def __init__(
        self, out: Path, on: dt.date, numbering: people_table.Numbering, steps: Steps, *, registers: bool
    ) -> None:
        self.out, self.on, self.numbering, self.steps = out, on, numbering, steps
        self.registers = registers
        self.people = self.households = self.resident = self.written = 0
        self.units: dict[str, int] = {}
        self.files: dict[str, str] = {}
        self.local: list[pl.DataFrame] = []
        self.targets: list[tuple[object, ...]] = []

    def add(self, share: _Share, streams: list[np.random.Generator]) -> None:
        """Make a county: its own people to its table, those of ceded townships to the local unit's."""
        goal = target(share.county, registered=share.registered, on=self.on)
        community = assemble(
            goal.people, share.plan.villages, share.plan.wished, names.SHARES[share.county.code],
            urban_people=goal.urban_people, on=self.on, rng=streams[0],
        )  # fmt: skip
        self.steps.step()
        community.id_number = self.numbering.number(community.people.sex, community.people.birth)
        table = people_table.table_of(
            community, county_code=share.county.code, unit_of=share.unit_of, numbers=community.id_number,
            first_person=self.people + 1, first_household=self.households + 1, rng=streams[1],
        )  # fmt: skip
        own = table["unit_code"] == share.county.code
        self.local.append(table.filter(~own))
        self._write(table.filter(own), share.county.code)
        self.people += table.height
        self.households += community.households.count
        self.resident += int((~community.residence.away).sum())
        self.targets += [(share.county.code, *line) for line in target_lines(goal, community)]
        if self.registers:
            self._write_registers(community, share, streams[2])
        self.steps.step()

    def _write(self, table: pl.DataFrame, unit: str) -> None:
        path = self.out / "people" / f"{unit}.parquet"
        table.write_parquet(path, compression="zstd", statistics=True, row_group_size=100_000)
        self.units[unit] = table.height
        with path.open("rb") as file:
            self.files[f"people/{path.name}"] = hashlib.file_digest(file, "sha256").hexdigest()

    def _write_registers(self, community: Community, share: _Share, rng: np.random.Generator) -> None:
        columns = cells.columns_of(community, rng)
        order = community.households.order
        village: Ints = community.village[community.households.number[order]]
        for index, place in enumerate(community.villages):
            rows = [[column[person] for column in columns] for person in order[village == index].tolist()]
            sheet = register_file.Sheet(share.county.name, place, rows, self.on)
            register_file.write(sheet, self.out / "registers" / f"{place.code}.xlsx")
            self.written += 1
            self.steps.step()

    def finish(self, shares: list[_Share]) -> MadePrefecture:
        self._write(pl.concat([part for part in self.local if part.height] or self.local), LOCAL_UNIT)
        rows = [line for share in shares for line in areas.lines(share.plan.villages, share.unit_of)]
        listed = areas.write_list(rows, self.out / "areas.csv")
        with (self.out / "target.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("county", "table", "cell", "sex", "age_from", "age_to", "target", "people"))
            writer.writerows(self.targets)
        levels = [level for _, _, level, _, _ in rows]
        made = MadePrefecture(
            registered=self.people, resident=self.resident, households=self.households, units=self.units,
            townships=levels.count("township"), villages=levels.count("village"), areas=listed,
            registers=self.written, files=dict(sorted(self.files.items())),
        )  # fmt: skip
        text = json.dumps({"on": self.on.isoformat(), **made.as_dict()}, ensure_ascii=False, indent=1)
        half_done = self.out / f"{MARKER}.part"
        half_done.write_text(text + "\n", encoding="utf-8")
        half_done.replace(self.out / MARKER)
        return made
