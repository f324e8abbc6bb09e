"""Registers into the registry: each is read, compared and stored, the next read while one is stored."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongchou.cli.common import Report, no_area, start_django

#: From so many files on, starting other processes is worth the two seconds it takes.
MANY = 8
#: Files laid by before they are stored, at most.
AHEAD = 2
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
class Staged:
    """A register laid by: its outcome when that was its end, else the file to store."""

    outcome: Outcome | None
    file_id: int = 0
    lines: tuple[Any, ...] = ()
    told: list[str] = field(default_factory=list)


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


def usual_processes(files: int, *, idle: bool = False) -> int:
    """How many processes import so many files: one for a few, else two, where there is a processor for each.

    On SQLite one, so that others' small acts come through: a second one, which reads ahead, saves a quarter
    of the time and keeps them waiting longer (``bench/RESULTS.md``). With ``idle`` nobody else is at work.
    """
    from django.db import connection

    two = files >= MANY and (os.cpu_count() or 1) > 1 and (idle or connection.vendor != "sqlite")
    return 2 if two else 1


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
        One, or two of which the other reads ahead while this one stores: the registry takes one register at
        a time, and reading one costs less than storing it. What is counted and said is the same.
    """
    from django.utils import translation

    from tongchou.apps.intake import api as intake
    from tongchou.apps.places import api as places
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    place = places.area_by_code(village) if village else None
    if village and place is None:
        raise no_area(village)
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
    work = _one_by_one if processes == 1 else _read_ahead
    tally = work(files, len(paths), by, report)
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


def _read_ahead(files: Iterator[Found], total: int, by: Any, report: Report) -> Tally:
    """Another process lays the next files by while this one stores; in the order of the files."""
    tally = Tally()
    queue: deque[tuple[int, Found, Task, Future[Staged]]] = deque()

    def store_next() -> None:
        number, found, task, future = queue.popleft()
        report(found.path, total)
        tally.add(number, found.name, store_one(task, future.result(), by))

    with _reader() as pool:
        for number, found in enumerate(files):
            if not isinstance(found.work, Task):
                tally.add(number, found.name, found.work)
                continue
            while len(queue) > AHEAD or any(task.village == found.work.village for *_, task, _f in queue):
                store_next()
            queue.append((number, found, found.work, pool.submit(_stage_in_process, found.work)))
        while queue:
            store_next()
    return tally


@contextmanager
def _reader() -> Iterator[ProcessPoolExecutor]:
    """Not forked: a database connection and the keys in memory belong to one process."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned, initializer=start_django) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _stage_in_process(task: Task) -> Staged:
    """In another process: by the same account and in the same language."""
    from django.utils import translation

    from tongchou.core.models import Account

    with translation.override(task.language or None):
        return stage_one(task, Account.objects.get(pk=task.account))


def import_one(task: Task, by: Any) -> Outcome:
    """Stage and apply one register."""
    return store_one(task, stage_one(task, by), by)


def stage_one(task: Task, by: Any) -> Staged:
    """Read one register, compare it and lay it by."""
    from tongchou.apps.intake import api as intake
    from tongchou.core import clock
    from tongchou.core.errors import AppError

    told: list[str] = []
    try:
        laid_by = intake.lay_by(
            content=task.content, file_name=task.name, village_id=task.village, by=by, at=clock.now()
        )
        staged = laid_by.file
        if staged.status == intake.FileStatus.APPLIED:
            return Staged(("unchanged", 0, []))
        told = [*intake.problem_lines(staged.pk), *intake.question_lines(staged)]
        if staged.status == intake.FileStatus.REFUSED:
            return Staged(("refused", 0, [str(intake.refusal_words(staged)), *told]))
        if task.check:
            intake.discard_file(file_id=staged.pk, by=by, at=clock.now())
            return Staged(("checked", 0, told))
        if staged.error_count and not task.partial:
            return Staged(("refused", 0, told))
        if task.wait and staged.conflict_count:
            return Staged(("waiting", 0, told))
    except AppError as error:
        return Staged(("refused", 0, [*told, str(error.message)]))
    return Staged(None, staged.pk, laid_by.lines, told)


def store_one(task: Task, staged: Staged, by: Any) -> Outcome:
    """Apply a register that was laid by, unless that was its end."""
    from tongchou.apps.intake import api as intake
    from tongchou.core import clock
    from tongchou.core.errors import AppError

    if staged.outcome is not None:
        return staged.outcome
    try:
        applied = intake.apply_file(
            file_id=staged.file_id,
            by=by,
            at=clock.now(),
            accept_partial=task.partial,
            unseen=True,
            lines=staged.lines,
        )
    except AppError as error:
        return "refused", 0, [*staged.told, str(error.message)]
    return "applied" if applied.changed else "unchanged", applied.people, staged.told
