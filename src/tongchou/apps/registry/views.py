"""What the registry shows of people and households: plain records, masked, without anything sensitive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongchou.domain.dates import PartialDate


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A line of a search result or a work-list."""

    person_id: int
    household_id: int | None
    relation: str  # GB/T 4761, empty when in no household
    name: str
    sex: int | None  # GB/T 2261.1
    birth: PartialDate | None
    id_masked: str
    phone_masked: str
    village_name: str
    place: str  # township and village
    registered_scope: int
    lives_away: bool | None  # None: the register is silent
    lives_at: str  # as written, when away
    deceased: bool


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of a household; without marital status and family statement (rights rule 7)."""

    person_id: int
    relation: str
    name: str
    sex: int | None
    birth: PartialDate | None
    id_masked: str
    phone_masked: str
    ethnicity: str
    ethnicity_text: str
    education: str
    hukou_kind: str  # empty when unknown
    lives_away: bool | None
    lives_at: str
    deceased: bool
    death: PartialDate | None


@dataclass(frozen=True, slots=True)
class Tie:
    """``kind`` is ``couple``, or one of the kinds of ``Kinship`` with the child first."""

    kind: str
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household with its members, the head first, then in the order of their numbers."""

    household_id: int
    number: str
    village_id: int
    village_name: str
    group_name: str
    place: str
    scope_no: int
    members: tuple[MemberView, ...]
    ties: tuple[Tie, ...]
    closed: str | None = None  # since when, for a household nobody living belongs to any more
    joined: int | None = None  # the household its members went to

    @property
    def head(self) -> MemberView | None:
        """The head, of the living if there is one; None when nobody or more than one is called so."""
        called = [member for member in self.members if member.relation in ("01", "02")]
        heads = [member for member in called if not member.deceased] or called
        return heads[0] if len(heads) == 1 else None


@dataclass(frozen=True, slots=True)
class Unmasked:
    """The full numbers of a person. To be shown once and kept nowhere."""

    person_id: int
    id_number: str | None
    former_id_number: str | None
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventLine:
    """An entry of a person's or a household's history: that something was recorded, not what.

    ``taken_back`` is when it was taken back as a mistake; such an entry no longer counts.
    """

    event_id: int
    kind: str
    label: str
    occurred: str
    recorded_at: dt.datetime
    source: str
    source_row: int | None
    recorded_by: int = 0
    taken_back: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class SpellView:
    """What holds since when: a status or a place. ``start`` is "" when it held before the records."""

    kind: str
    value: str
    start: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What the registry says of one person; without marital status, kin and family statement (rule 7)."""

    person: PersonHit
    household_number: str
    ethnicity: str
    ethnicity_text: str
    education: str
    death: PartialDate | None
    statuses: tuple[SpellView, ...]  # in order of kind and start
    places: tuple[SpellView, ...]  # ``registered`` and ``actual``, in order of start
