"""The truth file: what the oracle says about everybody of an age the programmes concern."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

from tongchou.synth import hukou, oracle
from tongchou.synth.community import Community
from tongchou.synth.kin import MARRIED, NOBODY
from tongchou.synth.people import as_date

HEADER = (
    "id_number", "household_no", "village_code", "programme", "year", "outcome", "amount_fen",
    "facts_in_files",
)  # fmt: skip
Row = tuple[str, str, str, str, int, str, int, str]

_KIND_NAMES = {
    hukou.AGRICULTURAL: "agricultural",
    hukou.NON_AGRICULTURAL: "non_agricultural",
    hukou.UNIFIED: "unified",
}


def rows(community: Community, year: int, *, spoilt: Collection[int] = ()) -> Iterator[Row]:
    """Truth rows for ``year``: children born in the four years up to it, and people of 60 and over in it.

    ``facts_in_files`` is false when the registers leave the outcome open, or when the person's household is
    in ``spoilt`` (household numbers with an error that only the source can mend).
    """
    households = community.households
    born = community.people.birth_year
    bad = frozenset(spoilt)
    for person in households.order.tolist():
        age_in_year = year - int(born[person])
        if not (0 <= age_in_year <= 3 or age_in_year >= 60):
            continue
        page = int(households.number[person])
        place = (
            community.id_number[person],
            f"{int(community.page_no[page]):04d}",
            community.villages[int(community.village[page])].code,
        )
        if age_in_year >= 60:
            true = oracle.reward(life(community, person, full=True), year)
            known = oracle.outcomes(life(community, person, full=False), year)
            settled = known == {true}
            programme = oracle.REWARD
        else:
            true = oracle.childcare(life(community, person, full=True), year)
            settled = True
            programme = oracle.CHILDCARE
        said = "true" if settled and page not in bad else "false"
        yield (*place, programme, year, true.outcome, true.amount_fen, said)


def life(community: Community, person: int, *, full: bool) -> oracle.Life:
    """The person for the oracle: the full truth, or only what the registers say."""
    people, kin, silence = community.people, community.kin, community.silence
    spouse = int(kin.spouse[person])
    married: bool | None = bool(kin.marital[person] == MARRIED)
    theirs = None
    if spouse != NOBODY:
        theirs = registration(community, spouse, full=full)
    elif married and full:
        theirs = _registered_elsewhere(person)
    sons, daughters, ever = (
        None if not full and bool(quiet[person]) else max(0, int(counts[person]))
        for counts, quiet in (
            (community.children.sons, silence.sons),
            (community.children.daughters, silence.daughters),
            (community.children.ever, silence.ever),
        )
    )
    if not full and spouse == NOBODY and silence.marital[person]:
        married = None
    born = as_date(people.birth[person])
    return oracle.Life(
        birth_year=born.year,
        birth_month=born.month,
        registration=registration(community, person, full=full),
        married=married,
        spouse=theirs,
        sons=sons,
        daughters=daughters,
        children_ever=ever,
    )


def _registered_elsewhere(person: int) -> oracle.Registration:
    """A spouse registered in another county: two in three are rural. The registers here say nothing of it."""
    return oracle.Registration("agricultural" if person % 3 else "non_agricultural", converted=False)


def registration(community: Community, person: int, *, full: bool) -> oracle.Registration:
    """How a person is registered, as it is or as the registers tell it."""
    true, silence = community.hukou, community.silence

    def told(flag: object, quiet: bool) -> bool | None:
        return None if quiet and not full else bool(flag)

    def year(day: int, has: object, *quiet: bool) -> int | None:
        return None if not has or (any(quiet) and not full) else hukou.year_of(int(day))

    return oracle.Registration(
        kind=None if silence.kind[person] and not full else _KIND_NAMES[int(true.kind[person])],
        determined_rural=told(true.determined_rural[person], bool(silence.determined[person])),
        converted=told(true.converted[person], bool(silence.converted[person])),
        converted_year=year(
            true.converted_on[person], true.converted[person],
            bool(silence.converted[person]), bool(silence.converted_on[person]),
        ),
        pension=told(true.pension[person], bool(silence.pension[person])),
        pension_year=year(
            true.pension_from[person], true.pension[person],
            bool(silence.pension[person]), bool(silence.pension_from[person]),
        ),
        medical=told(true.medical[person], bool(silence.medical[person])),
        medical_year=year(
            true.medical_from[person], true.medical[person],
            bool(silence.medical[person]), bool(silence.medical_from[person]),
        ),
    )  # fmt: skip


def write(found: Iterator[Row], path: Path) -> int:
    """Write truth rows; returns how many are entitled."""
    entitled = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for row in found:
            entitled += row[5] != oracle.NOT_ENTITLED
            writer.writerow(row)
    return entitled
