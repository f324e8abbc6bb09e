"""One call makes a synthetic county: registers, areas, target table, truth and a register to practise on."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tongchou.synth import (
    areas,
    cells,
    history,
    list_file,
    mistakes,
    names,
    practice,
    register_file,
    truth,
    twice,
)
from tongchou.synth import lists as lists_of_departments
from tongchou.synth.census import County, county_by_code
from tongchou.synth.community import Community, assemble, number_people
from tongchou.synth.errors import FinishedCounty, SynthError
from tongchou.synth.people import FEMALE, MALE
from tongchou.synth.targets import Target, group_limits, group_sums, target

#: Called with (done, total) units of work.
Report = Callable[[int, int], None]
_DEMO_FILE = re.compile(r"\d{6}9\d{5}\.(?:xlsx|xls|csv)")


@dataclass(frozen=True, slots=True)
class Made:
    """What was made. ``entitled`` counts truth rows with a benefit in the year of the registers."""

    code: str
    name: str
    registered: int
    resident: int
    households: int
    villages: int
    areas: int
    entitled: int
    mistakes: int
    twice: int = 0
    events: int = 0
    list_rows: int = 0

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def county(
    *,
    code: str,
    registered: int,
    seed: int,
    out: Path,
    on: dt.date,
    progress: Report | None = None,
    errors: int = 0,
    twice_registered: int = 0,
    lists: bool = True,
    past: bool = False,
    births_of: Sequence[int] = (),
    formats: Sequence[str] = ("xlsx",),
) -> Made:
    """Make a synthetic county of ``registered`` people as registers of the day ``on`` would show it.

    Parameters
    ----------
    code : str
        A county of Bijie by its code now or of 2010 (520521 or 522422).
    seed : int
        The same seed, county, size and day give the same bytes.
    out : Path
        Folder for ``registers/<village code>.xlsx``, ``areas.csv``, ``target.csv``, ``truth.csv`` and
        ``practice/``. What an interrupted run left there is replaced; ``truth.csv`` is written last.
    progress : callable, optional
        Called with units done and their total.
    errors : int
        Lines of the registers with a mistake only the source can mend; ``errors.csv`` lists them, and the
        truth file marks their households.
    twice_registered : int
        People who also stand in the register of another village, without their number; ``twice.csv`` lists
        them. They come on top of ``registered``; the truth file knows their first record alone.
    lists : bool
        Also write the ten years of life events behind the people (``events.csv``), the lists of other
        departments (``lists/``) and the truth about their rows (``lists_truth.csv``). The registers are the
        same with and without.
    past : bool
        Without ``lists``, write ``events.csv`` all the same.
    births_of : sequence of int
        With ``past``, write the hospital's and the clinics' lists of the births of these calendar years into
        ``lists/``.
    formats : sequence of {"xlsx", "xls", "csv"}
        Forms of the lists, and of the registers: workbooks always stand in ``registers/``, other forms
        in ``registers_csv/`` and ``registers_xls/``.

    Raises
    ------
    UnknownCounty
        When there is no census table for ``code``.
    FinishedCounty
        When ``out`` already holds a finished county.
    SynthError
        When a number or the day is out of range.

    Notes
    -----
    Method, formulas and sources: ``docs/methods/synthetic-county.md``.
    """
    if seed < 0 or not 0 <= errors <= registered // 10 or not 0 <= twice_registered <= registered // 10:
        raise SynthError(
            "seed 须 ≥ 0，errors 与 twice 须在 0 与人数的十分之一之间。"
            "seed ≥ 0; 0 ≤ errors, twice ≤ registered / 10"
        )
    if unknown := sorted(set(formats) - set(list_file.FORMATS)):
        raise SynthError(f"不支持的格式：{unknown[0]}。Unknown format; known: {', '.join(list_file.FORMATS)}")
    table = county_by_code(code)
    goal = target(table, registered=registered, on=on)
    streams = [np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(9)]
    plan = areas.plan(table, registered=registered, rng=streams[0])
    report = Steps(progress, len(plan.villages) + 4)
    registers = _folders(out, formats)
    community = assemble(
        goal.people, plan.villages, plan.wished, names.SHARES[table.code],
        urban_people=goal.urban_people, on=on, rng=streams[1],
    )  # fmt: skip
    training = practice.assemble_small(goal, plan, on=on, rng=streams[2])
    number_people([community, training], streams[3])
    report.step()
    columns = cells.columns_of(community, streams[4])
    report.step()
    seconds = twice.seconds(community, columns, twice_registered, streams[8]) if twice_registered else []
    spoilt, planted = _write_registers(
        community, columns, table, on, registers, errors, streams[5], report, formats, seconds
    )
    practice.write(training, table, on, out / "practice", streams[4])
    report.step()
    listed = areas.write(plan, out / "areas.csv")
    write_target(goal, community, out / "target.csv")
    if planted:
        mistakes.write(planted, out / "errors.csv")
    if seconds:
        twice.write(seconds, out / "twice.csv")
    events = rows = 0
    if lists:
        events, rows = _write_past(community, training, table, on, out, formats, streams[6:8])
    elif past:
        before = _past_of(community, training, table, on, streams[6])
        events = history.write(before, out / "events.csv")
        if births_of:
            rows = lists_of_departments.write_births(
                before, table, on, out / "lists", years=births_of, rng=streams[7]
            )
    half_done = out / "truth.csv.part"
    entitled = truth.write(truth.rows(community, on.year, spoilt=spoilt), half_done)
    half_done.replace(out / "truth.csv")
    report.step()
    return Made(
        code=table.code,
        name=table.name,
        registered=len(community.people),
        resident=int((~community.residence.away).sum()),
        households=community.households.count,
        villages=len(plan.villages),
        areas=listed,
        entitled=entitled,
        mistakes=len(planted),
        twice=len(seconds),
        events=events,
        list_rows=rows,
    )


class Steps:
    """Counts units of work for the caller."""

    def __init__(self, progress: Report | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def step(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)


def _write_past(
    community: Community, training: Community, table: County, on: dt.date, out: Path,
    formats: Sequence[str], streams: Sequence[np.random.Generator],
) -> tuple[int, int]:  # fmt: skip
    """Life events and other departments' lists; the numbers of events and of rows."""
    past = _past_of(community, training, table, on, streams[0])
    events = history.write(past, out / "events.csv")
    rows = lists_of_departments.write_all(
        past, table, on, out / "lists", out / "lists_truth.csv", formats=formats, rng=streams[1]
    )
    return events, rows


def _past_of(
    community: Community, training: Community, table: County, on: dt.date, stream: np.random.Generator
) -> history.History:
    return history.history_of(
        community, names.SHARES[table.code], on=on, taken=training.id_number, rng=stream
    )


def _folders(out: Path, formats: Sequence[str]) -> Path:
    """Make the folders; registers of an interrupted run go, a finished county stays."""
    if (out / "truth.csv").exists():
        raise FinishedCounty(
            f"{out} 中已有完整的县，请换一个目录。{out} holds a finished county: choose another folder"
        )
    others = [out / f"registers_{form}" for form in formats if form != "xlsx"]
    for folder in (out / "registers", out / "practice" / "mended", *others):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in (out / "registers", out / "practice", out / "practice" / "mended", *others):
        clear(folder)
    return out / "registers"


def clear(folder: Path) -> None:
    """Remove registers of demo villages that an interrupted run left; anything else stays."""
    for path in folder.iterdir():
        if _DEMO_FILE.fullmatch(path.name):
            path.unlink()


def _write_registers(
    community: Community, columns: list[list[cells.Cell]], table: County, on: dt.date, folder: Path,
    errors: int, rng: np.random.Generator, report: Steps, formats: Sequence[str],
    seconds: Sequence[twice.Second],
) -> tuple[set[int], list[mistakes.Mistake]]:  # fmt: skip
    """One workbook a village; the households with a planted mistake and the mistakes."""
    number, order = community.households.number, community.households.order
    village = community.village[number[order]]
    wrong = (
        {int(person) for person in rng.choice(len(number), size=errors, replace=False)} if errors else set()
    )
    spoilt: set[int] = set()
    planted: list[mistakes.Mistake] = []
    for index, place in enumerate(community.villages):
        members = order[village == index].tolist()
        rows = [[column[person] for column in columns] for person in members]
        for position in [p for p, person in enumerate(members) if person in wrong]:
            person = members[position]
            kind = mistakes.SINGLE[len(planted) % len(mistakes.SINGLE)]
            planted.append(
                mistakes.plant(
                    rows, position, kind, village_code=place.code, id_number=community.id_number[person]
                )
            )
            spoilt.add(int(number[person]))
        rows += [one.row for one in seconds if one.village == place.code]
        sheet = register_file.Sheet(table.name, place, rows, on)
        register_file.write(sheet, folder / f"{place.code}.xlsx")
        for form in formats:
            if form != "xlsx":
                register_file.write(sheet, folder.parent / f"registers_{form}" / f"{place.code}.{form}")
        report.step()
    return spoilt, planted


def write_target(goal: Target, community: Community, path: Path) -> None:
    """The named target table beside what the registers hold."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("table", "cell", "sex", "age_from", "age_to", "target", "people"))
        writer.writerows(target_lines(goal, community))


def target_lines(goal: Target, community: Community) -> Iterator[tuple[object, ...]]:
    """Cells of the target table with the people made."""
    made = np.zeros_like(goal.people)
    for row, sex in enumerate((MALE, FEMALE)):
        made[row] = np.bincount(community.people.age[community.people.sex == sex], minlength=made.shape[1])
    cells_made = group_sums(made.astype(np.float64)).astype(np.int64)
    urban = int(community.hukou.urban.sum())
    for row, sex in enumerate((MALE, FEMALE)):
        for index, (low, high) in enumerate(group_limits()):
            wanted = f"{goal.cells[row, index]:.3f}"
            yield "age_sex", f"{'mf'[row]}{low}", sex, low, high - 1, wanted, int(cells_made[row, index])
    yield "registration", "urban", "", "", "", f"{goal.urban:.3f}", urban
    yield "registration", "rural", "", "", "", f"{goal.rural:.3f}", len(community.people) - urban
