"""A cleaned village register into the registry: chunk by chunk, each settled for good."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import bulk, kin, lines
from tongchou.apps.registry.comparing import Finding, RowComparison, Village, find, repeated_lines
from tongchou.apps.registry.known import Known, Roster
from tongchou.apps.registry.models import Batch, EventKind, Source
from tongchou.apps.registry.recording import Draft, Recorder
from tongchou.core import access, clock, planning
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.kinship import Member
from tongchou.domain.register.row import RegisterRow

#: Lines a transaction settles at most: no other writer then waits longer than 300 ms. Measured: 500 new lines
#: hold the database for 0.1 s in the median, 0.23 s at most; 1,000 for 0.2 s and 0.33 s, at 3 % less a line.
CHUNK = 500
#: Seconds others may write between two chunks on SQLite: its waiting writers stand in no line but look again
#: every 2 ms (``core.sqlite``), and a gap they do not see is a whole chunk more to wait.
GAP = 0.006
#: Chunks made ready under the lock after somebody else recorded something while one was made ready before it:
#: where several processes store registers, work done ahead would be done twice each time.
DISTURBED = 5
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ApplyReport:
    """What became of the lines. ``settled`` were applied by an earlier run of the same file."""

    lines: int = 0
    settled: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    conflicts: list[RowComparison] = field(default_factory=list)
    households: int = 0
    events: int = 0
    batches: int = 0

    @property
    def conflict(self) -> int:
        return len(self.conflicts)

    @property
    def people(self) -> int:
        """People entered or changed."""
        return self.new + self.changed

    def as_dict(self) -> dict[str, int]:
        names = ("lines", "settled", "new", "changed", "same", "conflict", "households", "events")
        return {name: getattr(self, name) for name in names}


def apply_register(
    rows: Sequence[RegisterRow],
    *,
    village_id: int,
    source: str,
    by: Account,
    at: dt.datetime,
    settled: Set[int] = frozenset(),
    progress: Progress | None = None,
) -> ApplyReport:
    """Record a village register; what happened line by line is in the report.

    Lines of one household are settled together, at most 500 lines a transaction. A file that was
    interrupted goes on where it stopped; one that was applied before changes nothing, whatever has happened
    since. Lines in question (``conflict``) are left out and can be applied when they are resolved.

    Parameters
    ----------
    source
        SHA-256 of the file: together with the line number the key under which a line counts once.
    settled
        Lines about whose settled facts somebody has decided: these stay, the rest of the line is recorded.

    Raises
    ------
    NotAllowed
        When the account may not apply registers.
    NotFound
        When the village is outside the areas where it may.
    """
    reach = access.require(by, "intake.apply", on=clock.date_of(at))
    area = places.area_by_id(village_id, within=reach)
    if area is None or area.level != places.Level.VILLAGE:
        raise NotFound("registry.no_village", _("There is no such village in your areas."))
    village = Village.of(area)
    work = _Work(village, source, repeated_lines(rows), settled, by, at)
    report = ApplyReport(lines=len(rows))
    done = disturbed = 0
    for chunk in chunks(rows):
        if done:
            let_others_write()
        ready = None if disturbed else _made_ahead(chunk, work)
        with transaction.atomic():
            if ready is None or not ready.recorder.numbers.hold():
                disturbed = disturbed - 1 if disturbed else DISTURBED
                ready = _make_ready(chunk, work, bulk.Numbers())
            _record(ready, work, reach, report)
        done += len(chunk)
        if progress:
            progress(done, len(rows))
    if report.events:  # many small registers change the tables as much as a large one
        planning.refresh("registry")
    return report


def let_others_write() -> None:
    """Between two chunks: give waiting writers their turn."""
    if connection.vendor == "sqlite":
        time.sleep(GAP)


def chunks(rows: Sequence[RegisterRow], most: int = CHUNK) -> list[list[RegisterRow]]:
    """The lines in chunks of whole households, in the order in which households first appear.

    A household larger than a chunk gets one of its own.
    """
    households: dict[str, list[RegisterRow]] = {}
    for row in rows:
        households.setdefault(row.household_no, []).append(row)
    result: list[list[RegisterRow]] = []
    for members in households.values():
        if not result or len(result[-1]) + len(members) > most:
            result.append([])
        result[-1] += members
    return result


def ranges(numbers: Iterable[int]) -> str:
    """Line numbers as text.

    Examples
    --------
    >>> ranges([5, 6, 7, 9])
    '5-7,9'
    """
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(f"{low}-{high}" if low < high else str(low) for low, high in parts)


def numbers_in(text: str) -> set[int]:
    """The line numbers of a text that ``ranges`` wrote."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        low, _dash, high = part.partition("-")
        found.update(range(int(low), int(high or low) + 1))
    return found


def settled_lines(*, source: str, village_id: int) -> set[int]:
    """The lines of a file that an earlier run, finished or interrupted, has settled in a village."""
    texts = Batch.objects.filter(
        source_id__in=Source.objects.filter(name=source).values("pk"), village_id=village_id
    ).values_list("rows", flat=True)
    return set().union(*map(numbers_in, texts))


@dataclass(frozen=True, slots=True)
class _Work:
    """What all chunks of a register have in common. ``decided``: see ``settled`` of ``apply_register``."""

    village: Village
    source: str
    repeated: Set[int]
    decided: Set[int]
    by: Account
    at: dt.datetime


@dataclass(slots=True)
class _Chunk:
    """Lines compared, their events drafted, numbered, sealed and folded: what is left is to write them."""

    recorder: Recorder
    settled: int
    findings: list[Finding]
    new_households: int = 0

    @property
    def usable(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.status != "conflict"]


def _made_ahead(rows: list[RegisterRow], work: _Work) -> _Chunk | None:
    """A chunk made ready before the transaction; None when others wrote between what was read for it."""
    try:
        return _make_ready(rows, work, bulk.Numbers(ahead=True))
    except LookupError:  # somebody found is gone: tried again under the lock, where an error is one
        return None


def _make_ready(rows: list[RegisterRow], work: _Work, numbers: bulk.Numbers) -> _Chunk:
    """Everything but the writing. ``numbers`` were read before anything else: they vouch for the rest.

    Most of the time a chunk takes is spent here, and nobody need wait for it.
    """
    recorder = Recorder(source=work.source, by=work.by, at=work.at, numbers=numbers)
    village = work.village
    settled = settled_lines(source=work.source, village_id=village.area.pk)
    open_rows = [row for row in rows if row.row_no not in settled]
    chunk = _Chunk(recorder, len(rows) - len(open_rows), [])
    if open_rows:
        chunk.findings, roster = find(
            open_rows,
            village=village,
            on=clock.date_of(work.at),
            repeated=work.repeated,
            settled=work.decided,
        )
        if chunk.usable:
            writer = _ChunkWriter(recorder, village, roster)
            writer.write(chunk.usable)
            chunk.new_households = writer.new_households
            recorder.make_ready()
    return chunk


def _record(chunk: _Chunk, work: _Work, reach: Scope, report: ApplyReport) -> None:
    """Write a chunk and count it."""
    report.settled += chunk.settled
    report.conflicts += [finding.shown(reach) for finding in chunk.findings if finding.status == "conflict"]
    usable, area = chunk.usable, work.village.area
    if not usable:
        return
    counts = {status: sum(f.status == status for f in usable) for status in ("new", "changed", "same")}
    recorded = chunk.recorder.write(
        action="registry.apply",
        subject=f"area:{area.pk}",
        scope_no=area.scope_no,
        village_id=area.pk,
        rows=ranges(finding.line.row.row_no for finding in usable),
        detail={"source": work.source, "lines": len(usable), **counts},
    )
    report.new += counts["new"]
    report.changed += counts["changed"]
    report.same += counts["same"]
    report.households += chunk.new_households
    report.events += recorded.events
    report.batches += 1


class _ChunkWriter:
    """Turns the findings of a chunk into drafts: households first, then people line by line, then kin."""

    def __init__(self, recorder: Recorder, village: Village, roster: Roster) -> None:
        self._recorder, self._village = recorder, village
        self._households = {number: pk for number, (pk, _area, _text) in roster.households.items()}
        self._areas = {pk: (area, text) for pk, area, text in roster.households.values()}
        self._grouped: set[str] = set()
        self._roster = roster
        self._closed = set(roster.closed)
        self.new_households = 0

    def write(self, findings: list[Finding]) -> None:
        for finding in findings:
            self._household(finding)
        numbered = [
            (f, f.known.person_id if f.known else self._recorder.numbers.take("person")) for f in findings
        ]
        links = self._kin(numbered)
        for finding, person in numbered:
            own = links.pop(person, None)
            if finding.known is None:
                self._enrol(finding, person, own.payload() if own else {})
            else:
                self._change(finding, finding.known, own.payload() if own else {})
        for person, change in links.items():
            self._recorder.add(Draft(EventKind.KIN_RECORDED, change.payload(), person_id=person))

    def _household(self, finding: Finding) -> None:
        """The household of the line: entered when new, corrected by the first line naming a group."""
        row = finding.line.row
        area, text = finding.registered, (row.group_name or "").strip()
        self._reopen(finding)
        if row.household_no in self._grouped:
            return
        if text:
            self._grouped.add(row.household_no)
        pk = self._households.get(row.household_no)
        if pk is None:
            pk = self._households[row.household_no] = self._recorder.numbers.take("household")
            self._areas[pk] = (area, text)
            self.new_households += 1
            payload: dict[str, Any] = {
                "number": row.household_no,
                "village": self._village.area.pk,
                "area": area,
            }
            if text:
                payload["group_text"] = text
            kind = EventKind.HOUSEHOLD_ENROLLED
        elif text and self._areas[pk] != (area, text):
            self._areas[pk] = (area, text)
            payload = {"area": area, "group_text": text}
            kind = EventKind.HOUSEHOLD_CORRECTED
        else:
            return
        self._recorder.add(Draft(kind, payload, household_id=pk, source_row=row.row_no))

    def _reopen(self, finding: Finding) -> None:
        """A closed household that somebody comes to, or comes back to, is open again."""
        pk = self._households.get(finding.line.row.household_no)
        comes = finding.known is None or finding.known.household_id != pk
        if pk in self._closed and comes:
            self._closed.discard(pk)
            # Without a line of its own: a line may correct the household as well.
            self._recorder.add(
                Draft(EventKind.HOUSEHOLD_CORRECTED, {"closed": None, "joined": None}, household_id=pk)
            )

    def _enrol(self, finding: Finding, person: int, links: dict[str, Any]) -> None:
        row = finding.line.row
        payload = lines.enrolment(
            finding.line, household=self._households[row.household_no], registered=finding.registered
        )
        self._recorder.add(
            Draft(EventKind.PERSON_ENROLLED, payload | links, person_id=person, source_row=row.row_no)
        )

    def _change(self, finding: Finding, known: Known, links: dict[str, Any]) -> None:
        row = finding.line.row
        for kind, payload in finding.difference.payloads.items():
            if kind == EventKind.MEMBERSHIP_RECORDED:
                payload["household"] = self._households[row.household_no]
            self._recorder.add(Draft(kind, payload, person_id=known.person_id, source_row=row.row_no))
        if links:
            self._recorder.add(
                Draft(EventKind.KIN_RECORDED, links, person_id=known.person_id, source_row=row.row_no)
            )

    def _kin(self, numbered: list[tuple[Finding, int]]) -> dict[int, kin.KinChange]:
        touched: set[int] = set()
        doubtful: set[int] = set()
        placed: dict[int, tuple[int, Member]] = {}
        for finding, person in numbered:
            household = self._households[finding.line.row.household_no]
            placed[person] = household, _member(finding, person)
            fields = {change.field for change in finding.difference.changes}
            if finding.known is None or fields & {"household", "relation", "sex", "birth", "marital"}:
                touched.add(household)
            if fields & {"relation", "sex", "birth"}:
                doubtful.add(person)
        households: dict[int, list[Member]] = {pk: [] for pk in sorted(touched)}
        stored: set[int] = set()
        for pk in touched & self._roster.members.keys():
            for known in self._roster.members[pk]:
                stored.add(known.person_id)
                if known.person_id not in placed and not known.deceased:
                    households[pk].append(_known_member(known))
        for finding, person in numbered:
            household, member = placed[person]
            if household in touched:
                households[household].append(member)
                if finding.known:
                    stored.add(person)
        return kin.changes(list(households.values()), doubtful=doubtful, stored=stored)


def _date(text: str) -> PartialDate | None:
    return PartialDate.from_iso(text) if text else None


def _known_member(known: Known) -> Member:
    return Member(known.person_id, known.relation, known.sex, _date(known.birth), known.marital or None)


def _member(finding: Finding, person: int) -> Member:
    """The person as the line will leave them: what it is silent about stays as known."""
    row, known = finding.line.row, finding.known
    if known is None:
        return Member(person, row.relation, row.sex, row.birth, row.marital)
    birth = finding.line.birth if any(c.field == "birth" for c in finding.difference.changes) else known.birth
    return Member(
        person,
        row.relation,
        row.sex if row.sex is not None else known.sex,
        _date(birth),
        row.marital or known.marital or None,
    )
