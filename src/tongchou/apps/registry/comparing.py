"""A village register beside the registry: who is new, changed, the same, in question or missing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import known as registry_known
from tongchou.apps.registry import lines
from tongchou.apps.registry.diff import Difference, FieldChange, contradicted, difference, identity_of_line
from tongchou.apps.registry.known import Known, Roster
from tongchou.apps.registry.lines import Line
from tongchou.apps.registry.models import Person
from tongchou.apps.registry.one_person import holders
from tongchou.core import clock
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.domain.kinship import HEAD
from tongchou.domain.register.row import RegisterRow

RowStatus = Literal["new", "changed", "same", "conflict"]

#: Why a line is in question; the registry never settles these by itself.
REASONS = {
    "repeated": _("The same person stands on another line of this file."),
    "registered_elsewhere": _("A person with this identity number is registered in another village."),
    "other_id": _("The registry has another identity number for this person."),
    "other_name": _("The registry has a completely different name under this identity number."),
    "other_birth": _("The registry has another date of birth for a person of this name in the household."),
    "several": _("Several people of the household could be meant."),
    "recorded_dead": _("The registry records this person as dead."),
    "other_head": _(
        "The registry has another living head of this household. Record first what became of that person."
    ),
    "too_long": _("A cell holds more text than there is room for."),
    "name_differs": _("The file writes another name than the registry."),
    "sex_differs": _("The file says another sex than the registry."),
    "birth_differs": _("The file says another date of birth than the registry."),
    "facts_differ": _("The file says several things about who this is that the registry does not."),
}
#: Questions about a person who is met beyond doubt: once somebody decided, the rest of the line is recorded.
ABOUT_FACTS = frozenset({"name_differs", "sex_differs", "birth_differs", "facts_differ"})
#: Questions in which one person of the registry is meant, if the file is right.
OF_ONE = frozenset({*ABOUT_FACTS, "other_id", "other_name", "other_birth"})


@dataclass(frozen=True, slots=True)
class RowComparison:
    """What a line means for the registry. ``person_id`` is None for new people and people out of scope."""

    row_no: int
    name: str
    household_no: str
    status: RowStatus
    person_id: int | None = None
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(change.field for change in self.changes)

    @property
    def message(self) -> str:
        """The reason in words; empty when there is none."""
        return str(REASONS[self.reason]) if self.reason else ""


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """Somebody registered in the village whom the register does not list. It stays a question."""

    person_id: int
    name: str
    household_no: str


@dataclass(frozen=True, slots=True)
class Comparison(Sequence[RowComparison]):
    """One ``RowComparison`` a line, in the order of the lines, and the people missing."""

    rows: tuple[RowComparison, ...]
    missing: tuple[MissingPerson, ...] = ()

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RowComparison]:
        return iter(self.rows)

    @property
    def counts(self) -> dict[str, int]:
        result = {"new": 0, "changed": 0, "same": 0, "conflict": 0}
        for row in self.rows:
            result[row.status] += 1
        return result | {"missing": len(self.missing)}


@dataclass(slots=True)
class Finding:
    """A line, whom it means, and what it would change."""

    line: Line
    status: RowStatus
    known: Known | None = None
    registered: int = 0
    difference: Difference = field(default_factory=Difference)
    reason: str = ""

    def shown(self, scope: Scope) -> RowComparison:
        person = self.known.person_id if self.known and scope.covers(self.known.registered_scope) else None
        row = self.line.row
        return RowComparison(
            row_no=row.row_no,
            name=row.name,
            household_no=row.household_no,
            status=self.status,
            person_id=person,
            changes=tuple(self.difference.changes),
            reason=self.reason,
        )


#: A remark after an area's name, e.g. （示例）.
_REMARK = re.compile(r"[（(][^（）()]*[）)]")


def _bare(name: str) -> str:
    return _REMARK.sub("", name).strip()


@dataclass(frozen=True, slots=True)
class Village:
    """The village a register is of, and its groups by name."""

    area: Any
    groups: Mapping[str, int]

    @classmethod
    def of(cls, area: Any) -> Village:
        return cls(area, {_bare(group.name): group.pk for group in places.children(area)})

    @property
    def areas(self) -> set[int]:
        return {self.area.pk, *self.groups.values()}

    def registered(self, group_name: str | None, known: Known | None) -> int:
        """The group the line names when it is one of ours, else what is known already, else the village."""
        named = self.groups.get(_bare(group_name or ""))
        if named is None and known is not None and known.registered_area_id in self.areas:
            return known.registered_area_id
        return self.area.pk if named is None else named


def compare(
    rows: Sequence[RegisterRow], *, village: Any, scope: Scope, settled: Set[int] = frozenset()
) -> Comparison:
    """The register beside the registry. Changes nothing; a constant number of queries.

    Parameters
    ----------
    settled
        Lines about whose settled facts somebody has decided (``ABOUT_FACTS``): these stay as recorded.

    Raises
    ------
    NotFound
        When the village is outside the scope.
    """
    if not scope.covers(village.scope_no):
        raise NotFound("registry.no_village", _("There is no such village in your areas."))
    findings, _roster = find(
        rows, village=Village.of(village), on=clock.today(), repeated=repeated_lines(rows), settled=settled
    )
    met = {finding.known.person_id for finding in findings if finding.known}
    return Comparison(
        rows=tuple(finding.shown(scope) for finding in findings),
        missing=_missing(village, met),
    )


def _missing(village: Any, met: set[int]) -> tuple[MissingPerson, ...]:
    registered = (
        Person.objects.filter(registered_scope__range=(village.scope_no, village.scope_end), deceased=False)
        .order_by("pk")
        .values_list("pk", "name")
    )
    absent = {pk: name for pk, name in registered if pk not in met}
    if not absent:
        return ()
    numbers = dict(
        registry_known.latest_memberships()
        .filter(person__registered_scope__range=(village.scope_no, village.scope_end))
        .values_list("person_id", "household__number")
    )
    return tuple(MissingPerson(pk, name, numbers.get(pk, "")) for pk, name in absent.items())


def repeated_lines(rows: Sequence[RegisterRow]) -> set[int]:
    """Lines of a person whom an earlier line of the file named: by number, else by household and name."""
    seen: set[tuple[str, ...]] = set()
    found: set[int] = set()
    for row in rows:
        own: tuple[str, ...] = (row.household_no, lines.name_key(row.name), lines.iso(row.birth))
        key: tuple[str, ...] = (row.id_number,) if row.id_number else own
        if key in seen:
            found.add(row.row_no)
        seen |= {key, own}
    return found


def find(
    rows: Sequence[RegisterRow],
    *,
    village: Village,
    on: dt.date,
    repeated: Set[int],
    settled: Set[int] = frozenset(),
) -> tuple[list[Finding], Roster]:
    """A finding a line, and the households the lines name as they stand now."""
    read = [lines.read(row, year=on.year) for row in rows]
    roster = registry_known.roster(village.area.pk, {row.household_no for row in rows})
    by_index = _people_by_index([line.index for line in read if line.index])
    known = registry_known.load({*by_index.values(), *roster.people})
    for index, person in by_index.items():
        known[person].numbers.add(index)
    roster = roster.filled(known)
    matcher = _Matcher(village, roster, {i: known[p] for i, p in by_index.items()}, on, repeated, settled)
    findings = [matcher.finding(line) for line in read]
    _question_second_heads(findings, roster)
    return findings, roster


def _question_second_heads(findings: list[Finding], roster: Roster) -> None:
    """A line that would give a household a second living head is in question; who is head now stays so.

    A line in question moves nobody, so somebody may stay head elsewhere by it: looked at until none is added.
    """
    while second := _second_head(findings, roster):
        second.status, second.reason = "conflict", "other_head"


def _second_head(findings: list[Finding], roster: Roster) -> Finding | None:
    usable = [finding for finding in findings if finding.status != "conflict"]
    met = {finding.known.person_id for finding in usable if finding.known}
    heads: dict[str, int] = {}  # household: how many of its heads stay so
    now: set[tuple[str, int]] = set()
    for number, (pk, _area, _text) in roster.households.items():
        own = {one.person_id for one in roster.members[pk] if one.relation in HEAD and not one.deceased}
        now |= {(number, person) for person in own}
        heads[number] = len(own - met)
    named = [finding for finding in usable if finding.line.row.relation in HEAD]
    stay = [f for f in named if f.known and (f.line.row.household_no, f.known.person_id) in now]
    for finding in stay:
        heads[finding.line.row.household_no] += 1
    for finding in named:
        if any(finding is one for one in stay):
            continue
        number = finding.line.row.household_no
        if heads.get(number):
            return finding
        heads[number] = 1
    return None


def _people_by_index(indexes: list[str]) -> dict[str, int]:
    return holders(indexes)


class _Matcher:
    """Matches lines one after the other, so that a second line of the same person is seen."""

    def __init__(
        self,
        village: Village,
        roster: Roster,
        by_index: Mapping[str, Known],
        on: dt.date,
        repeated: Set[int],
        settled: Set[int],
    ) -> None:
        self._village, self._roster = village, roster
        self._by_index, self._on = by_index, on
        self._repeated, self._settled = repeated, settled
        self._seen_people: set[int] = set()

    def finding(self, line: Line) -> Finding:
        known, reason = self._match(line)
        registered = self._village.registered(line.row.group_name, known)
        if known is not None and not reason:
            reason = self._objection(known, line)
        if line.row.row_no in self._repeated:
            reason = reason or "repeated"
        if lines.too_long(line.row):
            reason = "too_long"
        if reason:
            said = identity_of_line(line, known) if known and reason in OF_ONE else Difference()
            return Finding(line, "conflict", known, registered, said, reason)
        if known is None:
            return Finding(line, "new", None, registered)
        self._seen_people.add(known.person_id)
        household = self._roster.households.get(line.row.household_no)
        found = difference(
            line,
            known,
            household_id=household[0] if household else None,
            registered=registered,
            on=self._on,
        )
        against = contradicted(found, line, known)
        if against and line.row.row_no not in self._settled:
            reason = f"{against[0]}_differs" if len(against) == 1 else "facts_differ"
            return Finding(line, "conflict", known, registered, found.only(against), reason)
        found.leave_out(against)
        return Finding(line, "changed" if found.payloads else "same", known, registered, found)

    def _objection(self, known: Known, line: Line) -> str:
        if known.person_id in self._seen_people:
            return "repeated"
        if known.registered_area_id not in self._village.areas:
            return "registered_elsewhere"
        if known.deceased:
            return "recorded_dead"
        # One wrong digit can hit somebody else's number; a name corrected or married into shares a character.
        return "" if set(known.name_key) & set(line.name_key) else "other_name"

    def _match(self, line: Line) -> tuple[Known | None, str]:
        """Whom the line means: by identity number first, else by household, name and birth."""
        if line.index is not None and line.index in self._by_index:
            return self._by_index[line.index], ""
        household = self._roster.households.get(line.row.household_no)
        if household is None:
            return None, ""
        members = self._roster.members[household[0]]
        same_name = [known for known in members if known.name_key == line.name_key]
        same_birth = [known for known in same_name if _births_agree(line.birth, known.birth)]
        if line.index is not None:
            if numbered := [known for known in same_birth if known.id_index]:
                return _only(numbered), "other_id"
            same_name = [known for known in same_name if not known.id_index]
        if len(same_birth) > 1:
            return None, "several"
        if same_birth:
            return same_birth[0], ""
        return (_only(same_name), "other_birth") if same_name else (None, "")


def _only(found: list[Known]) -> Known | None:
    """The one there is; None when several could be meant."""
    return found[0] if len(found) == 1 else None


def _births_agree(one: str, other: str) -> bool:
    """True when neither says what the other denies; an unknown date denies nothing."""
    return one.startswith(other) or other.startswith(one)
