"""What would follow if a parameter of the law had another value: sums over the registry, and nothing kept.

The facts are those of the latest snapshot, the people those registered in the areas of the reader. What comes
back are sums, closed where they would point at few families; what stays is one entry of the audit chain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongchou import policies
from tongchou.apps.entitlements.simulated import (
    ALL,
    BY_AGE,
    LOSE,
    NOW,
    OPEN_NOW,
    OPEN_THEN,
    THEN,
    Key,
    Simulation,
    Sum,
    age,
    closed_of,
)
from tongchou.apps.entitlements.simulated_below import Tree, chains, closed_below, tree_of
from tongchou.apps.places import api as places
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.policy import simulation
from tongchou.domain.policy.words import number
from tongchou.policies import reforms

PERMISSION = "policy.simulate"
#: Years after the day of the facts that can be looked at: people are born, die and move meanwhile.
YEARS_AHEAD = 5
#: Simulations whose sums a process remembers.
_REMEMBERED = 16
_LONGEST_PURPOSE = 200


@dataclass(frozen=True, slots=True)
class Ground:
    """What a simulation stands on: the facts of a day, the years they can be looked at for, and the law.

    The law is that of the areas, where one holds in all of them; else the one they have in common.
    """

    as_of: dt.date
    years: tuple[int, ...]
    law: policies.Law


def ground(*, scope: Scope, on: dt.date) -> Ground | None:
    """The ground over a scope; None before the first snapshot that holds all of it. Two queries at most."""
    snapshot = None if scope.is_empty else snapshots.latest(scope=scope, on=on)
    if snapshot is None:
        return None
    return _ground(snapshot, _areas(scope).values_list("code", flat=True))


def simulated_scope(*, by: Account, at: dt.datetime) -> Scope:
    """Where an account may simulate.

    Raises
    ------
    NotAllowed
        When it may nowhere.
    """
    return access.require(by, PERMISSION, on=clock.date_of(at))


def _areas(scope: Scope) -> QuerySet[places.Area]:
    return places.Area.objects.within(scope).exclude(level=places.Level.GROUP)


def _ground(snapshot: snapshots.Snapshot, codes: Iterable[str]) -> Ground:
    first = snapshot.as_of.year
    years = tuple(range(first, first + YEARS_AHEAD + 1))
    return Ground(snapshot.as_of, years, policies.laws().over(codes))


def problems(changes: Sequence[reforms.Change], *, year: int, ground: Ground) -> dict[str, str]:
    """Everything wrong with what is to be simulated, by ``programme.parameter``, ``year`` or ``start``."""
    found: dict[str, str] = {}
    years = ground.years
    if year not in years:
        found["year"] = _("There are no facts for this year: choose one from %(first)s to %(last)s.") % {
            "first": years[0],
            "last": years[-1],
        }
    if any(change.year > year for change in changes):
        found["start"] = _("The new values would begin after the year looked at.")
    try:
        made = reforms.reform(changes, ground.law)
    except reforms.Wrong as error:
        return found | {_name(change): _why(why) for change, why in error.problems}
    if found:
        return found
    return {_name(one): _nothing_changes(year) for one in changes if not _differs(made, one, year)}


def _name(change: reforms.Change) -> str:
    return f"{change.programme}.{change.parameter}"


def _differs(made: reforms.Reform, change: reforms.Change, year: int) -> bool:
    place = [one.code for one in made.now].index(change.programme)
    now, then = (law[place].parameters[change.parameter].in_year(year) for law in (made.now, made.then))
    return now.value != then.value


def _nothing_changes(year: int) -> str:
    return _("This value holds in %(year)s already; nothing would change.") % {"year": year}


def _why(why: str | reforms.BeyondTheLaw | reforms.NotMeant) -> str:
    if isinstance(why, reforms.BeyondTheLaw):
        limit = {"limit": _in_words(why.limit, why.parameter)}
        if why.parameter.local is not None and why.parameter.local.how == "raise":
            return _("The law leaves nobody less than %(limit)s.") % limit
        return _("The law leaves nobody more than %(limit)s.") % limit
    if isinstance(why, reforms.NotMeant):
        return _("This cannot be meant: %(least)s to %(most)s is plausible.") % {
            "least": _in_words(why.least, why.parameter),
            "most": _in_words(why.most, why.parameter),
        }
    if why == "twelfths":
        return _("Twelve equal monthly amounts make up this amount: choose a whole number of yuan by twelve.")
    return _("This parameter cannot be simulated.")


def _in_words(value: int, parameter: reforms.Parameter) -> str:
    chinese = (get_language() or "zh").startswith("zh")
    unit = "fen" if parameter.unit.startswith("fen") else parameter.unit
    return number(value, "zh" if chinese else "en", unit)


def simulate(
    *,
    scope: Scope,
    changes: Sequence[reforms.Change],
    year: int,
    by: Account,
    at: dt.datetime,
    purpose: str,
) -> tuple[Simulation, ...]:
    """Each changed programme before and after, for the people registered in a scope.

    The scope is narrowed to where the account may simulate; a scope without areas is nobody. The same
    question is answered from memory. Nothing is stored but the audit entry: who, which values, what for.

    Raises
    ------
    NotAllowed
        When the account may not simulate.
    Conflict
        When there is no snapshot of the areas, or its file is damaged.
    Invalid
        Everything that is wrong, by name in ``problems``.
    """
    on = clock.date_of(at)
    reach = access.require(by, PERMISSION, on=on).meets(scope)
    snapshot = None if reach.is_empty else snapshots.latest(scope=reach, on=on)
    if snapshot is None:
        raise Conflict("no_snapshot", _("There is no snapshot of your areas yet."))
    areas = tuple(_areas(reach).order_by("scope_no").values_list("code", "scope_no"))
    ground = _ground(snapshot, (code for code, _scope_no in areas))
    wrong = problems(changes, year=year, ground=ground)
    if not changes:
        wrong["changes"] = _("Write at least one new value.")
    if not purpose.strip():
        wrong["purpose"] = _("Say what the simulation is for.")
    if wrong:
        raise Invalid("simulation.wrong", " ".join(wrong.values()), problems=wrong)
    version = policies.laws().version()
    units = tuple(places.units(reach))
    unit_of = tuple(
        (code, next((unit.area_id for unit in units if unit.holds(scope_no)), places.REST))
        for code, scope_no in areas
    )
    below = places.units_below(reach, units)
    tree, chain_of = tree_of(below), tuple(chains(areas, units, below))
    made = reforms.reform(changes, ground.law)
    asked = _Question(snapshot.sha256, version, tuple(changes), year, unit_of, chain_of, snapshot, tree)
    found = _summed(asked)
    with transaction.atomic():
        audit.append(
            by=by,
            action="policy.simulate",
            subject="simulation",
            purpose=purpose.strip()[:_LONGEST_PURPOSE],
            detail={
                "year": year,
                "changes": {_name(one): f"{one.value} {one.year}" for one in changes},
                "snapshot": snapshot.sha256,
                "policies": version,
            },
            at=at,
        )
    return tuple(
        Simulation(
            now=now,
            then=then,
            setters=made.setters,
            year=year,
            as_of=snapshot.as_of,
            snapshot_sha256=snapshot.sha256,
            policies_sha256=version,
            units=units,
            rest=found[now.code].rest,
            tree=tree,
            groups=found[now.code].groups,
            cells=found[now.code].cells,
            closed=found[now.code].closed,
        )
        for now, then in zip(made.now, made.then, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """What a simulation is of: equal questions have equal sums."""

    sha256: str
    policies_sha256: str
    changes: tuple[reforms.Change, ...]
    year: int
    unit_of: tuple[tuple[str, int], ...]  # area codes, and the unit of each
    chain_of: tuple[tuple[str, tuple[int, ...]], ...]  # and the parts below that unit it lies in
    snapshot: snapshots.Snapshot = field(compare=False)
    tree: Tree = field(compare=False)  # its numbers are those of the chains


@dataclass(frozen=True, slots=True)
class _Summed:
    cells: Mapping[Key, Sum]
    closed: frozenset[Key]
    rest: bool
    groups: tuple[int | None, ...]


# The sums alone are remembered, never the people they are of.
@lru_cache(maxsize=_REMEMBERED)
def _summed(question: _Question) -> Mapping[str, _Summed]:
    """The sums of each changed programme."""
    unit_of = dict(question.unit_of)
    law = policies.laws().over(unit_of)
    made = reforms.reform(question.changes, law)
    facts = snapshots.read_columns(question.snapshot, simulation.columns_read([*made.now, *made.then]))
    here = facts.filter(pl.col("area_code").is_in(list(unit_of)))
    touched = reforms.compared(here, question.changes, question.year, law)
    by_unit = touched.with_columns(unit=_number(unit_of))
    units = tuple(dict.fromkeys(unit_of.values()))
    of_each = {one.code: by_unit.filter(pl.col("programme") == one.code) for one in made.now}
    return {code: _cells(people, units, question) for code, people in of_each.items()}


def _number(of: Mapping[str, int]) -> pl.Expr:
    return pl.col("area_code").replace_strict(of, default=None, return_dtype=pl.Int64)


def _cells(touched: pl.DataFrame, units: tuple[int, ...], question: _Question) -> _Summed:
    cells = dict(_every_sum(touched))
    lines = tuple(unit for unit in units if unit != places.REST)
    rest = any(key[1] == places.REST for key in cells if len(key) == 2)
    groups = {key[1] for key in cells if len(key) == 3 and key[1] != ALL}
    closed = closed_of(cells, simulation.MADE_OF, (*lines, *((places.REST,) if rest else ())))
    cells |= _sums_below(touched, question.chain_of)
    return _Summed(
        cells,
        closed | closed_below(cells, simulation.MADE_OF, question.tree, lines, closed),
        rest,
        tuple(sorted(groups, key=lambda group: (group is None, group))),  # type: ignore[arg-type]
    )


def _every_sum(touched: pl.DataFrame) -> Iterator[tuple[Key, Sum]]:
    """Figures and effects by unit and altogether; gains and losses by age, by sex and by both."""
    for figure in (*simulation.MADE_OF, *simulation.EFFECTS):
        for by in ((), ("unit",)):
            for unit, row in _rows(touched, figure, *by):
                yield (figure, *(unit or (ALL,))), row
        if figure in BY_AGE:
            for by in (("age_group",), ("sex",), ("age_group", "sex")):
                for values, row in _rows(touched, figure, *by):
                    named = dict(zip(by, values, strict=True))
                    yield age(figure, named.get("age_group", ALL), named.get("sex", ALL)), row


def _sums_below(
    touched: pl.DataFrame, chain_of: Iterable[tuple[str, tuple[int, ...]]]
) -> Iterator[tuple[Key, Sum]]:
    """Gains and losses, and what they are made of, by each area below a unit."""
    chains = dict(chain_of)
    deepest = max(map(len, chains.values()), default=0)
    for step in range(deepest):
        of = {code: chain[step] for code, chain in chains.items() if len(chain) > step}
        here = touched.with_columns(unit=_number(of)).filter(pl.col("unit").is_not_null())
        for figure in BY_AGE:
            for one in (figure, *simulation.MADE_OF[figure]):
                for (part,), row in _rows(here, one, "unit"):
                    yield (one, part), row


def _rows(touched: pl.DataFrame, figure: str, *by: str) -> Iterator[tuple[tuple[int, ...], Sum]]:
    summed = simulation.sums(touched, figure, *by)
    for row in summed.iter_rows(named=True):
        yield tuple(row[name] for name in by), Sum(row["people"], row["families"], _fen(figure, row))


def _fen(figure: str, row: Mapping[str, int]) -> int:
    more = row["then_fen"] - row["now_fen"]
    told = {NOW: row["now_fen"], THEN: row["then_fen"], LOSE: -more}
    most = {OPEN_NOW: row["open_now_fen"], OPEN_THEN: row["open_then_fen"]}
    return (told | most).get(figure, more)
