"""The law as it stands and the same law with some parameters changed, side by side, for a simulation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tongchou.domain.policy.dated import LEVELS, Level, Parameter
from tongchou.domain.policy.neutrality import refuse_unfair
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.reform import (
    BeyondTheLaw,
    Change,
    NotMeant,
    open_to_reform,
    read_value,
    reformed,
    setters,
    with_own,
)
from tongchou.policies import law
from tongchou.policies.areas import here, laws

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Offer:
    """A programme that can be simulated, and its parameters that can be changed."""

    programme: Programme
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Reform:
    """The changed programmes before and after, and which levels could set all that is changed."""

    changes: tuple[Change, ...]
    now: tuple[Programme, ...]
    then: tuple[Programme, ...]
    setters: tuple[Level, ...]


Problem = tuple[Change, str | BeyondTheLaw | NotMeant]
_REASONS = {
    "unknown": "this parameter cannot be simulated",
    "twelfths": "twelve equal monthly amounts make up this amount; choose one that twelve divides, such as "
    "4,800 yuan",
}


class Wrong(ValueError):  # noqa: N818 - named after what it says
    """Changes that cannot be simulated, all of them: ``problems`` are pairs of a change and why not.

    Reasons are ``"unknown"``, ``"twelfths"``, :class:`BeyondTheLaw` and :class:`NotMeant`.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        said = (
            f"{change.programme}.{change.parameter}: {_REASONS[why]}" if isinstance(why, str) else str(why)
            for change, why in problems
        )
        super().__init__("; ".join(said))


def offers(of: law.Law | None = None) -> tuple[Offer, ...]:
    """What can be simulated under a law, the one of this installation when left out."""
    found = (Offer(one, open_to_reform(one, law.twelfths(one.code))) for one in (of or here()).programmes)
    return tuple(offer for offer in found if offer.parameters)


def reform(changes: Sequence[Change], of: law.Law | None = None) -> Reform:
    """The law before and after these changes. It passes the walls any law passes, those of rights too.

    Raises
    ------
    Wrong
        A programme or parameter that cannot be simulated; a value no level may set, or whose twelfth is no
        whole fen.
    LoadError
        When the changed rules are no sound rules, or not neutral to births.
    """
    known = {offer.programme.code: offer for offer in offers(of)}
    problems: list[Problem] = []
    parameters: dict[str, dict[str, Parameter]] = {}
    levels = list(LEVELS)
    for change in changes:
        offer = known.get(change.programme)
        standing = {one.name: one for one in offer.parameters}.get(change.parameter) if offer else None
        if offer is None or standing is None:
            problems.append((change, "unknown"))
            continue
        named = parameters.setdefault(change.programme, dict(offer.programme.parameters))
        may = setters(standing, change.value, dt.date(change.year, 1, 1))
        try:
            named |= _with_followers(offer.programme, change)
        except (BeyondTheLaw, NotMeant) as error:
            problems.append((change, error))
        except ArithmeticError:
            problems.append((change, "twelfths"))
        else:
            levels = [level for level in levels if level in may]
    if problems:
        raise Wrong(problems)
    then = []
    for code, named in parameters.items():
        programme = law.programme_with(code, named)
        refuse_unfair(programme, law.LEGACY)
        then.append(programme)
    now = tuple(known[code].programme for code in parameters)
    return Reform(tuple(changes), now, tuple(then), tuple(levels))


def reform_at(place: law.Law, changes: Sequence[Change], of: law.Law) -> Reform:
    """What changes to one law mean where another one holds: what the place has set itself stays while better.

    Only the programmes that both have can change; a value the place could not have either changes nothing.
    ``setters`` are nobody's business here and left empty.

    Raises
    ------
    LoadError
        As :func:`reform`.
    """
    base = laws().shared(place, of)
    lasting = list(changes)
    try:
        made = reform(lasting, base)
    except Wrong as wrong:
        left_out = {change for change, _why in wrong.problems}
        lasting = [one for one in changes if one not in left_out]
        made = reform(lasting, base)
    there = {one.code: one for one in place.programmes}
    then = []
    for one in made.then:
        programme = law.programme_with(one.code, _with_own(one, place, base))
        refuse_unfair(programme, law.LEGACY)
        then.append(programme)
    codes = dict.fromkeys(change.programme for change in changes if change.programme in there)
    changed = {one.code: one for one in then}
    return Reform(
        tuple(lasting),
        tuple(there[code] for code in codes),
        tuple(changed.get(code, there[code]) for code in codes),
        (),
    )


def _with_own(programme: Programme, place: law.Law, base: law.Law) -> dict[str, Parameter]:
    """The parameters of a reformed programme with what the overlays beyond the base have set."""
    own = sorted(
        (one for one in place.overlays if one not in base.overlays), key=lambda one: LEVELS.index(one.level)
    )
    settings = [one for overlay in own for one in overlay.settings if one.programme == programme.code]
    return {
        name: with_own(parameter, [one for one in settings if one.parameter == name])
        for name, parameter in programme.parameters.items()
    }


def compared(
    facts: pl.DataFrame, changes: Sequence[Change], year: int, of: law.Law | None = None
) -> pl.DataFrame:
    """The people these changes touch, each under the law of its place.

    Parameters
    ----------
    of
        The law the changes are asked of, the one of this installation when left out.

    Returns
    -------
    polars.DataFrame
        As :func:`~tongchou.domain.policy.simulation.compared`.

    Raises
    ------
    FactsError, Wrong, LoadError
        As the evaluation and :func:`reform`.
    """
    import polars as pl

    from tongchou.domain.policy import simulation

    asked = of or here()
    made = reform(changes, asked)
    found = []
    for part, place in laws().split(facts):
        one = made if place is asked else reform_at(place, changes, asked)
        if one.now:
            found.append(simulation.compared(part, one.now, one.then, year))
    return pl.concat(found) if found else simulation.compared(facts, made.now, made.then, year)


def followers(programme: Programme, parameter: Parameter) -> tuple[Parameter, ...]:
    """The parameters that are always a twelfth of this one, and change with it."""
    pairs = law.twelfths(programme.code).items()
    return tuple(programme.parameters[name] for name, leader in pairs if leader == parameter.name)


def _with_followers(programme: Programme, change: Change) -> dict[str, Parameter]:
    """The changed parameter, and what is a twelfth of it by law."""
    found = {change.parameter: reformed(programme.parameters[change.parameter], change)}
    for follower in followers(programme, programme.parameters[change.parameter]):
        part, rest = divmod(change.value, 12)
        if rest:
            raise ArithmeticError
        found[follower.name] = reformed(follower, replace(change, parameter=follower.name, value=part))
    return found


__all__ = [
    "BeyondTheLaw",
    "Change",
    "NotMeant",
    "Offer",
    "Parameter",
    "Reform",
    "Wrong",
    "compared",
    "followers",
    "offers",
    "read_value",
    "reform",
    "reform_at",
]
