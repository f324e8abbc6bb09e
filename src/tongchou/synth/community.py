"""The whole truth about a made-up population, and what its registers leave unsaid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.domain import identity
from tongchou.synth import areas, hukou, names, residence
from tongchou.synth import households as pages
from tongchou.synth.errors import SynthError
from tongchou.synth.kin import MARRIED, NOBODY, Kin, kin_of
from tongchou.synth.people import FEMALE, MALE, People, as_date, draw
from tongchou.synth.targets import Ints

Bools = npt.NDArray[np.bool_]

#: Sequence numbers of one birth date and sex in GB 11643: 1, 3 … 997 for men, 2, 4 … 998 for women.
SEQUENCES = 499
#: Share of villages that register everybody as 居民户口.
UNIFIED_VILLAGES = 0.12


@dataclass(slots=True)
class Silence:
    """Cells the registers leave empty although there is something to say. One flag a person."""

    kind: Bools
    determined: Bools
    converted: Bools
    converted_on: Bools
    pension: Bools
    pension_from: Bools
    medical: Bools
    medical_from: Bools
    marital: Bools
    sons: Bools
    daughters: Bools
    ever: Bools


@dataclass(slots=True)
class Community:
    """People with everything that is true of them. ``village`` and ``group`` are numbers a household."""

    people: People
    kin: Kin
    households: pages.Households
    children: pages.Children
    hukou: hukou.Hukou
    residence: residence.Residence
    ethnicity: Ints
    name: list[str]
    village: Ints
    group: Ints
    villages: tuple[areas.Village, ...]
    silence: Silence
    page_no: Ints  # number of the household in its village, from 1
    id_number: list[str]  # filled by number_people


def assemble(
    counts: Ints, villages: tuple[areas.Village, ...], wished: Ints, shares: tuple[float, ...], *,
    urban_people: int, on: dt.date, rng: np.random.Generator,
) -> Community:  # fmt: skip
    """A population of ``counts`` [sex, single age] living in ``villages``, still without identity numbers."""
    people = draw(counts, on=on, rng=rng)
    kin = kin_of(people, rng)
    households = pages.households_of(people, kin, rng)
    village, group, page_no = _settle(households, villages, wished, rng)
    unified = rng.permutation(len(villages)) < round(len(villages) * UNIFIED_VILLAGES)
    registration = hukou.assign(
        people, households.number, unified[village], urban_people=urban_people, rng=rng
    )
    ethnicity, name = _name(people, kin, households, village, len(villages), shares, rng)
    return Community(
        people=people,
        kin=kin,
        households=households,
        children=pages.children_of(people, kin, on.year, rng),
        hukou=registration,
        residence=residence.draw(people, households.number, rng),
        ethnicity=ethnicity,
        name=name,
        village=village,
        group=group,
        villages=villages,
        silence=_silence(people, kin, registration, on.year, rng),
        page_no=page_no,
        id_number=[],
    )


def number_people(communities: list[Community], rng: np.random.Generator) -> None:
    """Give everybody of all communities an identity number of their own, in the unassigned range.

    Raises
    ------
    SynthError
        When one day has more births of one sex than the standard has sequence numbers.
    """
    birth = np.concatenate([c.people.birth for c in communities])
    sex = np.concatenate([c.people.sex for c in communities]).astype(np.int64)
    key = birth * 2 + (sex == FEMALE)
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=ranked[0] - 1))
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key)) - np.repeat(starts, np.diff(starts, append=len(key)))
    if rank.max() >= SEQUENCES:
        raise SynthError("人数过多，顺序码不够用。Too many people: a birth date runs out of identity numbers")
    offset = rng.integers(SEQUENCES, size=int(key.max() - key.min()) + 1)[key - key.min()]
    sequence = 2 * ((rank + offset) % SEQUENCES) + np.where(sex == MALE, 1, 2)
    dates = {int(day): as_date(day) for day in np.unique(birth)}
    numbers = [
        identity.compose(identity.SYNTHETIC_AREA, dates[day], number)
        for day, number in zip(birth.tolist(), sequence.tolist(), strict=True)
    ]
    start = 0
    for community in communities:
        community.id_number = numbers[start : start + len(community.people)]
        start += len(community.people)


def _settle(
    households: pages.Households, villages: tuple[areas.Village, ...], wished: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Village, villagers' group and page number of each household."""
    size = np.bincount(households.number, minlength=households.count)
    order = rng.permutation(households.count)
    middle = np.cumsum(size[order]) - size[order] / 2
    village = np.empty(households.count, dtype=np.int64)
    village[order] = np.minimum(np.searchsorted(np.cumsum(wished), middle, side="right"), len(villages) - 1)
    group, page_no = np.empty_like(village), np.empty_like(village)
    for index, place in enumerate(villages):
        here = np.flatnonzero(village == index)
        group[here] = np.arange(len(here)) * len(place.groups) // max(1, len(here))
        page_no[here] = np.arange(1, len(here) + 1)
    return village, group, page_no


def _name(
    people: People, kin: Kin, households: pages.Households, village: Ints, villages: int,
    shares: tuple[float, ...], rng: np.random.Generator,
) -> tuple[Ints, list[str]]:  # fmt: skip
    """Ethnicity and full name. A page has one paternal surname; people who married in bring their own."""
    number, blood = households.number, households.blood.copy()
    # Of a couple that heads the line the man carries the page's name; a widow keeps her own.
    rooted = (kin.own != NOBODY) & (kin.units.parent[np.where(kin.own == NOBODY, 0, kin.own)] == NOBODY)
    blood[rooted & (people.sex == FEMALE) & (kin.marital != 10)] = False
    share = np.array(shares) / sum(shares)
    local = rng.dirichlet(share * 5 + 1e-3, villages)

    def drawn(where: Ints) -> Ints:
        """One ethnicity for each element by its village's shares."""
        below = local.cumsum(axis=1)[where] < rng.random(len(where))[:, None]
        return np.minimum(below.sum(axis=1), len(share) - 1)

    line, others = drawn(village), drawn(village[number])
    ethnicity = np.where(blood | (rng.random(len(people)) < 0.75), line[number], others)
    page_surname = names.surnames(line, rng)
    surname = np.where(blood, page_surname[number], names.surnames(ethnicity, rng))
    given = names.given_names(people.sex == MALE, people.birth_year, rng)
    full = (surname + given).tolist()
    dotted = np.flatnonzero((ethnicity == names.YI) & (rng.random(len(people)) < 0.03))
    for person, text in zip(dotted.tolist(), names.dotted(len(dotted), rng), strict=True):
        full[person] = text
    return ethnicity, full


def _silence(
    people: People, kin: Kin, registration: hukou.Hukou, year: int, rng: np.random.Generator
) -> Silence:
    """A few per cent of the cells, where the fact could decide something; elsewhere silence costs nothing."""
    size = len(people)
    asked = year - people.birth_year >= 59
    urban, unified = registration.urban, registration.kind == hukou.UNIFIED

    def some(where: Bools, share: float) -> Bools:
        return where & (rng.random(size) < share)

    no_spouse_here = asked & (kin.spouse == NOBODY)
    return Silence(
        kind=some(~unified, 0.003),
        determined=some(unified, 0.03),
        converted=some(urban & ~registration.converted, 0.02),
        converted_on=some(registration.converted, 0.015),
        pension=some(urban, 0.03),
        pension_from=some(registration.pension, 0.03),
        medical=some(urban, 0.03),
        medical_from=some(registration.medical, 0.03),
        # Whoever has the spouse on the same page is seen to be married; children are often left empty.
        marital=some(no_spouse_here, 0.015) | some((people.age < 15) & (kin.marital != MARRIED), 0.04),
        sons=some(asked, 0.025),
        daughters=some(asked, 0.025),
        ever=some(asked, 0.02),
    )
