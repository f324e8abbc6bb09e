"""A community as one table: a row a person, the register's columns as intake would read them, and kin links.

The table says what the registers say: a cell they leave empty is null, which means unknown.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from tongchou.domain import codes, identity
from tongchou.synth import cells, dirt, hukou, names, residence
from tongchou.synth.community import SEQUENCES, Bools, Community
from tongchou.synth.errors import SynthError
from tongchou.synth.kin import NOBODY
from tongchou.synth.people import MALE, Days
from tongchou.synth.targets import Ints

#: Version of ``SCHEMA``; goes up when a column changes.
SCHEMA_VERSION = 1
#: Columns of the table. Codes are text as in the registers' code lists; dates are days.
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "person_no": pl.Int64,  # running number over the prefecture, from 1
    "household_id": pl.Int64,  # running number of the household over the prefecture, from 1
    "unit_code": pl.String,  # county or local unit that governs
    "county_code": pl.String,  # county whose code the area carries
    "township_code": pl.String,
    "village_code": pl.String,
    "group_code": pl.String,
    "group_name": pl.String,
    "household_no": pl.String,  # number in the village, "0001" on
    "line": pl.Int16,  # place on the household's page, from 1
    "household_size": pl.Int16,
    "spouse_line": pl.Int16,  # lines of kin on the same page; null when not there
    "father_line": pl.Int16,
    "mother_line": pl.Int16,
    "name": pl.String,
    "relation": pl.String,  # GB/T 4761
    "sex": pl.Int8,  # GB/T 2261.1
    "birth": pl.Date,
    "id_number": pl.String,
    "ethnicity": pl.String,  # GB/T 3304
    "ethnicity_text": pl.String,
    "education": pl.String,  # GB/T 4658
    "marital": pl.String,  # GB/T 2261.2
    "hukou_kind": pl.String,
    "determined_rural": pl.Boolean,
    "determined_rural_on": pl.Date,
    "converted": pl.Boolean,
    "converted_on": pl.Date,
    "urban_pension": pl.Boolean,
    "urban_pension_from": pl.Date,
    "urban_medical": pl.Boolean,
    "urban_medical_from": pl.Date,
    "resident_here": pl.Boolean,
    "resident_elsewhere": pl.String,
    "away_since": pl.Date,
    "living_sons": pl.Int16,  # only for people of 59 and over in the year of the registers
    "living_daughters": pl.Int16,
    "children_ever": pl.Int16,
    "phone": pl.String,
}

_KINDS = np.array(["agricultural", "non_agricultural", "unified"], dtype=object)
_WEIGHTS = np.array(identity.WEIGHTS, dtype=np.int64)
_CHECKS = np.array(list(identity.CHECK_CHARACTERS), dtype=object)


class Numbering:
    """Identity numbers for communities made one after another; nobody gets one twice."""

    def __init__(self, first: int, last: int, rng: np.random.Generator) -> None:
        """Births lie between the days ``first`` and ``last``."""
        self.first = first
        keys = 2 * (last - first + 1)
        self.offset = rng.integers(SEQUENCES, size=keys)
        self.used = np.zeros(keys, dtype=np.int64)

    def number(self, sex: npt.NDArray[np.int8], birth: Days) -> list[str]:
        """Numbers in the unassigned range, as ``identity.compose`` makes them.

        Raises
        ------
        SynthError
            When a birth date and sex has more people than the standard has sequence numbers.
        """
        key = (birth - self.first) * 2 + (sex != MALE)
        order = np.argsort(key, kind="stable")
        ranked = key[order]
        starts = np.flatnonzero(np.diff(ranked, prepend=-1))
        rank = np.empty(len(key), dtype=np.int64)
        rank[order] = np.arange(len(key)) - np.repeat(starts, np.diff(starts, append=len(key)))
        rank += self.used[key]
        if rank.max(initial=0) >= SEQUENCES:
            raise SynthError(
                "人数过多，顺序码不够用。Too many people: a birth date runs out of identity numbers"
            )
        self.used += np.bincount(key, minlength=len(self.used))
        sequence = 2 * ((rank + self.offset[key]) % SEQUENCES) + np.where(sex == MALE, 1, 2)
        return _composed(birth, sequence)


def _composed(birth: Days, sequence: Ints) -> list[str]:
    """Eighteen characters from birth day and sequence, all at once."""
    day = birth.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    number = year.astype(np.int64) + 1970
    number = number * 100 + (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    number = number * 100 + (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    number = (int(identity.SYNTHETIC_AREA) * 10**8 + number) * 1000 + sequence
    total = np.zeros(len(number), dtype=np.int64)
    rest = number.copy()
    for weight in _WEIGHTS[::-1]:
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    check = _CHECKS[total % 11]
    return [f"{first}{last}" for first, last in zip(number.tolist(), check.tolist(), strict=True)]


def table_of(
    community: Community, *, county_code: str, unit_of: Callable[[str], str], numbers: list[str],
    first_person: int, first_household: int, rng: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    """The community page by page in ``SCHEMA``; running numbers start at the two given ones."""
    order = community.households.order
    page = community.households.number
    size = np.bincount(page, minlength=community.households.count)
    number = page[order]
    line = np.empty(len(order), dtype=np.int64)
    line[order] = np.arange(len(order)) - (np.cumsum(size) - size)[number] + 1
    people = community.people
    columns = {
        **_places(community, county_code, unit_of, first_household),
        "line": line,
        "household_size": size[page],
        **_kin_lines(community, line),
        "name": community.name,
        "relation": community.households.relation,
        "sex": people.sex,
        "birth": people.birth,
        "id_number": numbers,
        **_person(community, rng),
        **_registration(community),
        **_residence(community),
        **_declared(community),
        "phone": dirt.phones((people.age >= 16) & (rng.random(len(people)) < 0.8), rng),
    }
    frame = pl.DataFrame([_series(name, columns[name]) for name in SCHEMA if name != "person_no"])
    running = pl.int_range(first_person, first_person + frame.height, eager=True).alias("person_no")
    return frame[order].insert_column(0, running)


def _series(name: str, values: object) -> pl.Series:
    kind = SCHEMA[name]
    series = values if isinstance(values, pl.Series) else pl.Series(name, _plain(values), strict=False)
    return (series.cast(pl.Int32).cast(pl.Date) if kind == pl.Date else series.cast(kind)).alias(name)


def _plain(values: object) -> object:
    return values.tolist() if isinstance(values, np.ndarray) and values.dtype == object else values


def _where(known: Bools, values: npt.NDArray[np.generic]) -> pl.Series:
    """The values as a series, null where they are not known."""
    series = pl.Series(values)
    return pl.select(pl.when(pl.Series(known)).then(series)).to_series()


def _chosen(texts: list[str] | npt.NDArray[np.object_], at: Ints) -> pl.Series:
    """``texts[at]`` without making a Python text of each element."""
    return pl.Series(list(texts), dtype=pl.String).gather(at)


def _places(
    community: Community, county_code: str, unit_of: Callable[[str], str], first_household: int
) -> dict[str, object]:
    page = community.households.number
    villages = community.villages
    village = community.village[page]
    most = max(len(place.groups) for place in villages)
    group = village * most + community.group[page]
    padded = [
        (place.group_code(n), place.groups[n]) if n < len(place.groups) else ("", "")
        for place in villages
        for n in range(most)
    ]
    top = int(community.page_no.max(initial=1)) + 1
    return {
        "household_id": page + first_household,
        "unit_code": _chosen([unit_of(place.township_code) for place in villages], village),
        "county_code": _chosen([county_code], np.zeros(len(page), dtype=np.int64)),
        "township_code": _chosen([place.township_code for place in villages], village),
        "village_code": _chosen([place.code for place in villages], village),
        "group_code": _chosen([code for code, _ in padded], group),
        "group_name": _chosen([name for _, name in padded], group),
        "household_no": _chosen([f"{n:04d}" for n in range(top)], community.page_no[page]),
    }


def _kin_lines(community: Community, line: Ints) -> dict[str, object]:
    """Lines of spouse, father and mother, who always stand on the same page when they are registered here."""
    kin, who = community.kin, np.arange(len(line))
    units = kin.units
    own = np.where(kin.own == NOBODY, 0, kin.own)
    through = np.where((kin.own != NOBODY) & (units.blood[own] == who), units.parent[own], NOBODY)
    unit = np.where(kin.child_of != NOBODY, kin.child_of, through)

    def lines(person: Ints) -> pl.Series:
        return _where(person != NOBODY, line[np.where(person == NOBODY, 0, person)])

    at = np.where(unit == NOBODY, 0, unit)
    return {
        "spouse_line": lines(kin.spouse),
        "father_line": lines(np.where(unit == NOBODY, NOBODY, units.man[at])),
        "mother_line": lines(np.where(unit == NOBODY, NOBODY, units.woman[at])),
    }


def _person(community: Community, rng: np.random.Generator) -> dict[str, object]:
    kinds = list(names.ETHNICITIES)
    words = pl.Series(cells.education(community, rng), dtype=pl.String)
    coded = {word: codes.EDUCATION.parse(word) for word in words.drop_nulls().unique().to_list()}
    return {
        "ethnicity": _chosen([codes.ETHNICITY.parse(text) or "" for text in kinds], community.ethnicity),
        "ethnicity_text": _chosen(kinds, community.ethnicity),
        "education": words.replace_strict(coded, return_dtype=pl.String),
        "marital": _where(~community.silence.marital, community.kin.marital),
    }


def _registration(community: Community) -> dict[str, object]:
    register, silence = community.hukou, community.silence
    unified = register.kind == hukou.UNIFIED
    asked = unified & ~silence.determined

    def since(days: Ints, said: Bools) -> pl.Series:
        return _where(said & (days != hukou.NO_DATE), days)

    kinds = _chosen(_KINDS, register.kind)
    return {
        "hukou_kind": pl.select(pl.when(pl.Series(~silence.kind)).then(kinds)).to_series(),
        "determined_rural": _where(asked, register.determined_rural),
        "determined_rural_on": since(register.determined_on, asked & register.determined_rural),
        "converted": _where(~silence.converted, register.converted),
        "converted_on": since(register.converted_on, ~silence.converted & ~silence.converted_on),
        "urban_pension": _where((register.urban | register.pension) & ~silence.pension, register.pension),
        "urban_pension_from": since(register.pension_from, ~silence.pension & ~silence.pension_from),
        "urban_medical": _where((register.urban | register.medical) & ~silence.medical, register.medical),
        "urban_medical_from": since(register.medical_from, ~silence.medical & ~silence.medical_from),
    }


def _residence(community: Community) -> dict[str, object]:
    where = community.residence
    places = _chosen(list(residence.PLACES), where.place)
    return {
        "resident_here": ~where.away,
        "resident_elsewhere": pl.select(pl.when(pl.Series(where.away)).then(places)).to_series(),
        "away_since": _where(where.away, where.since),
    }


def _declared(community: Community) -> dict[str, object]:
    children, silence = community.children, community.silence
    return {
        name: _where((count >= 0) & ~quiet, count)
        for name, count, quiet in (
            ("living_sons", children.sons, silence.sons),
            ("living_daughters", children.daughters, silence.daughters),
            ("children_ever", children.ever, silence.ever),
        )
    }
