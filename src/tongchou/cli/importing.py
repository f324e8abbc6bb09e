"""Registers into the registry: each is read, compared and stored, several villages at the same time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import Report, start_django

#: From so many files on, starting other processes is worth the two seconds it takes.
MANY = 8
#: Processes at most: one writes at a time, whatever the others have ready.
MOST = 4
#: The count a file belongs to, how many people went in, and what is to be said.
Outcome = tuple[str, int, list[str]]


@dataclass(frozen=True, slots=True)
class Task:
    """One register as another process can take it: numbers instead of objects."""

    content: bytes
    name: str
    village: int
    account: int
    partial: bool
    check: bool
    wait: bool
    language: str


@dataclass(frozen=True, slots=True)
class Found:
    """A file: where it stands among the paths, what it is called, and its task, or its outcome already."""

    path: int
    name: str
    work: Task | Outcome


@dataclass(slots=True)
class Tally:
    """What became of the files."""

    counts: dict[str, int] = field(
        default_factory=lambda: {
            "files": 0,
            "applied": 0,
            "waiting": 0,
            "unchanged": 0,
            "refused": 0,
            "people": 0,
        }
    )
    told: dict[int, list[str]] = field(default_factory=dict)

    def add(self, number: int, name: str, outcome: Outcome) -> None:
        """One more file; ``number`` is its place among all."""
        result, people, lines = outcome
        self.counts["files"] += 1
        if result != "checked":
            self.counts[result] += 1
        self.counts["people"] += people
        self.told[number] = [f"{name}: {line}" for line in lines]

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.counts,
            "problems": [line for number in sorted(self.told) for line in self.told[number]],
        }


def usual_processes(files: int) -> int:
    """How many processes import so many files: one for a few, else one a processor, at most four.

    One on SQLite: two there forget at each other's writes what they have read, gain an eighth and keep
    everybody else waiting for twice as long (``bench/RESULTS.md``).
    """
    from django.db import connection

    few = files < MANY or connection.vendor == "sqlite"
    return 1 if few else min(MOST, os.cpu_count() or 1)


def import_registers(
    paths: list[Path],
    *,
    village: str | None,
    by: Any,
    accept_partial: bool,
    check: bool,
    report: Report,
    wait: bool = False,
    processes: int = 1,
) -> dict[str, Any]:
    """Stage each file, apply the good ones, and count what happened; problems come back as lines.

    Parameters
    ----------
    wait
        Leave files with rows in question for a decision on their pages.
    processes
        How many files are worked on at the same time. Those of one village always follow each other; what is
        counted and said does not depend on the number.
    """
    from django.utils import translation

    from tongchou.apps.intake import api as intake
    from tongchou.apps.places import api as places
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    place = places.area_by_code(village) if village else None
    if village and place is None:
        raise click.ClickException(f"no village has the code {village}")
    villages = None
    if place is None:
        villages = intake.Villages.within(scopes.of(by, clock.today(), permission="intake.upload"))
    common = {
        "account": by.pk,
        "partial": accept_partial,
        "check": check,
        "wait": wait,
        "language": translation.get_language() or "",
    }
    files = _found(paths, place, villages, common)
    if processes == 1:
        tally = _one_by_one(files, len(paths), by, report)
    else:
        tally = _together(files, len(paths), processes, report)
    report(len(paths), len(paths))
    return tally.as_dict()


def _found(paths: list[Path], place: Any, villages: Any, common: dict[str, Any]) -> Iterator[Found]:
    """The files, archives unfolded, each with its village."""
    from tongchou.apps.intake import api as intake
    from tongchou.domain.register.problems import RegisterError

    for number, path in enumerate(paths):
        try:
            uploads = intake.unpacked([(path.name, path.read_bytes())])
        except RegisterError as error:
            yield Found(number, path.name, ("refused", 0, [str(intake.in_words(error).message)]))
            continue
        for upload in uploads:
            name = upload.name if upload.name == path.name else f"{path.name}/{upload.name}"
            if upload.refusal is not None:
                words = str(intake.in_words(upload.refusal).message)
                yield Found(number, name, ("refused", 0, [words]))
                continue
            where = (
                place or villages.find(upload.name) or villages.find("", intake.title_of_file(upload.content))
            )
            if where is None:
                words = "its village cannot be told from its name or title; give --village"
                yield Found(number, name, ("refused", 0, [words]))
                continue
            task = Task(content=upload.content, name=upload.name, village=where.pk, **common)
            yield Found(number, name, task)


def _one_by_one(files: Iterator[Found], total: int, by: Any, report: Report) -> Tally:
    tally = Tally()
    for number, found in enumerate(files):
        report(found.path, total)
        outcome = import_one(found.work, by) if isinstance(found.work, Task) else found.work
        tally.add(number, found.name, outcome)
    return tally


def _together(files: Iterator[Found], total: int, processes: int, report: Report) -> Tally:
    """A few files ahead of the processes, so that a county's workbooks are never all in memory."""
    tally = Tally()
    running: dict[Future[Outcome], tuple[int, Found, Task]] = {}
    shown = 0

    def settle(*, all_of: bool = False, village: int | None = None) -> None:
        nonlocal shown
        while running and (
            all_of
            or len(running) >= 2 * processes
            or any(task.village == village for _number, _found, task in running.values())
        ):
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number, found, _task = running.pop(future)
                tally.add(number, found.name, future.result())
                shown = max(shown, found.path - len(running))
                report(shown, total)

    # Not forked: a database connection and the keys in memory belong to one process.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawned, initializer=start_django) as pool:
        try:
            for number, found in enumerate(files):
                if not isinstance(found.work, Task):
                    tally.add(number, found.name, found.work)
                    continue
                settle(village=found.work.village)
                running[pool.submit(_in_process, found.work)] = (number, found, found.work)
            settle(all_of=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tally


def _in_process(task: Task) -> Outcome:
    from django.utils import translation

    from tongchou.core.models import Account

    with translation.override(task.language or None):
        return import_one(task, Account.objects.get(pk=task.account))


def import_one(task: Task, by: Any) -> Outcome:
    """Stage and apply one register."""
    from tongchou.apps.intake import api as intake
    from tongchou.core import clock
    from tongchou.core.errors import AppError

    told: list[str] = []
    try:
        staged = intake.stage_register(
            content=task.content, file_name=task.name, village_id=task.village, by=by, at=clock.now()
        )
        if staged.status == intake.FileStatus.APPLIED:
            return "unchanged", 0, []
        told = [*intake.problem_lines(staged.pk), *intake.question_lines(staged)]
        if staged.status == intake.FileStatus.REFUSED:
            return "refused", 0, [str(intake.refusal_words(staged)), *told]
        if task.check:
            intake.discard_file(file_id=staged.pk, by=by, at=clock.now())
            return "checked", 0, told
        if staged.error_count and not task.partial:
            return "refused", 0, told
        if task.wait and staged.conflict_count:
            return "waiting", 0, told
        applied = intake.apply_file(file_id=staged.pk, by=by, at=clock.now(), accept_partial=task.partial)
        return "applied" if applied.changed else "unchanged", applied.people, told
    except AppError as error:
        return "refused", 0, [*told, str(error.message)]
