"""A reform: some parameters of a programme with other values from a year on, to see what would follow.

A reform changes nothing. It is held against the limits of the law like an overlay: where the law says who may
set a value and in which direction, a value beyond that is refused, and every value says which levels could
set it. What no level below the State may set can be simulated too; the answer then says that only the State
could do it.

Not every parameter can be simulated. One that stands in a condition about the number or sex of children, a
marriage or a spouse would, by whom it touches, break the figures down by them (rights rules 1 and 7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.dated import LEVELS, WALLS, DatedValue, Level, Parameter, in_force
from tongchou.domain.policy.overlays import Setting, while_better, within
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.words import Text, number

#: Why a value cannot be simulated.
Reason = Literal["no_number", "too_large", "beyond", "twelfths"]
#: The largest value of each unit: ten million yuan, and ages nobody exceeds.
MOST: Final = {unit: WALLS[unit][1] for unit in ("fen", "fen_per_month", "years", "months")}
_WORDS = Text("测算假设", "assumption of a simulation")
_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


@dataclass(frozen=True, slots=True)
class Change:
    """One parameter with another value from the first day of a year on."""

    programme: str
    parameter: str
    value: int
    year: int


class BeyondTheLaw(ValueError):  # noqa: N818 - named after what it says
    """A value no level may set; ``limit`` is the value in force it is measured by."""

    def __init__(self, change: Change, limit: int, parameter: Parameter) -> None:
        self.change, self.limit, self.parameter = change, limit, parameter
        way = "less" if parameter.local is not None and parameter.local.how == "raise" else "more"
        super().__init__(
            f"{change.programme}.{change.parameter}: {_told(change.value, parameter)} is beyond the law, "
            f"which leaves nobody {way} than {_told(limit, parameter)}"
        )


class NotMeant(ValueError):  # noqa: N818 - named after what it says
    """A value that cannot be meant, as an overlay could not have it either."""

    def __init__(self, change: Change, parameter: Parameter) -> None:
        self.change, self.parameter = change, parameter
        self.least, self.most = parameter.bounds
        super().__init__(
            f"{change.programme}.{change.parameter}: {_told(change.value, parameter)} is not plausible; "
            f"{_told(self.least, parameter)} to {_told(self.most, parameter)} is"
        )


def _told(value: int, parameter: Parameter) -> str:
    """A value in the unit people speak of: yuan, never fen."""
    said = number(value, "en", "fen" if parameter.unit.startswith("fen") else parameter.unit)
    return f"{said} {parameter.unit}" if parameter.unit in ("years", "months") else said


def open_to_reform(programme: Rules, follows: Mapping[str, str]) -> tuple[Parameter, ...]:
    """The parameters of a programme that can be simulated, in the order of its file.

    Parameters
    ----------
    follows
        Parameters that are always a twelfth of another one: the other alone is asked for.

    Private programmes, and those that answer whoever asks, have none: nobody is looked through for them.
    """
    if programme.finding != "registry" or programme.kind == "private":
        return ()
    closed = _beside_sensitive(programme)
    return tuple(
        parameter
        for name, parameter in programme.parameters.items()
        if parameter.unit in MOST and name not in follows and name not in closed
    )


def _beside_sensitive(programme: Rules) -> set[str]:
    """Names of parameters that stand in one condition, or in the amount, with a fertility-sensitive fact.

    All conditions must hold, so a change within one of them touches whoever meets the others, whatever the
    others ask; a change beside a sensitive fact would touch those of one answer alone, and tell them apart.
    """
    parts = [*programme.conditions, programme.amount, *([programme.claim_by] if programme.claim_by else [])]
    return {
        node.name
        for part in parts
        if tree.facts_of(part) & schema.SENSITIVE
        for node in tree.walk(part)
        if isinstance(node, tree.Param)
    }


def read_value(text: str, unit: str) -> int | Reason:
    """What somebody typed as the value of a parameter: yuan become fen, the rest stays a whole number.

    Examples
    --------
    >>> read_value("4,800", "fen"), read_value("４８００．５元", "fen"), read_value("58", "years")
    (480000, 480050, 58)
    >>> read_value("a lot", "fen"), read_value("4.5", "years"), read_value("151", "years")
    ('no_number', 'no_number', 'too_large')
    """
    plain = text.translate(_WIDE).strip().removesuffix("元").replace(",", "").replace("，", "").strip()
    money = unit.startswith("fen")
    whole, point, rest = plain.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (point and not (money and rest.isdigit())):
        return "no_number"
    if len(rest) > 2 or not rest.isascii():
        return "no_number"
    value = int(whole[:20]) * 100 + int(rest.ljust(2, "0") or 0) if money else int(whole[:20])
    return "too_large" if value > MOST.get(unit, 0) else value


def setters(parameter: Parameter, value: int, day: dt.date) -> tuple[Level, ...]:
    """The levels that could set a value from a day on, the widest first; none for a value beyond the law.

    A level may go beyond what levels wider than itself have set, in the direction the law leaves open; what
    it has set itself before binds it to nothing.
    """
    local = parameter.local
    if local is None:
        return ("national",)
    found: list[Level] = []
    for level in local.levels:
        standing = _wider(parameter, level).on(day)
        if standing is None or standing.assumed or within(local, value, standing.value):
            found.append(level)
    return tuple(sorted(found, key=LEVELS.index))


def reformed(parameter: Parameter, change: Change) -> Parameter:
    """The parameter as the reform has it.

    Where a level below the State may set it, families keep the better of the two once a wider level does
    better later; what the State alone sets holds from the year on.

    Raises
    ------
    BeyondTheLaw, NotMeant
        When no level may set the value; when it cannot be meant.
    """
    if not parameter.bounds[0] <= change.value <= parameter.bounds[1]:
        raise NotMeant(change, parameter)
    start = dt.date(change.year, 1, 1)
    levels = setters(parameter, change.value, start)
    local = parameter.local
    if not levels:
        assert local is not None
        standing = _wider(parameter, local.levels[0]).on(start)
        assert standing is not None
        raise BeyondTheLaw(change, standing.value, parameter)
    dated = DatedValue(start, change.value, _WORDS, known_from=start, level=levels[-1])
    if local is None:
        return parameter.with_values([dated])
    return parameter.with_values(list(while_better(_wider(parameter, levels[-1]), dated, local)))


def with_own(parameter: Parameter, settings: Iterable[Setting]) -> Parameter:
    """The reformed parameter of a place with values of its own: those stay while they are better.

    Parameters
    ----------
    settings
        Of this parameter, the widest level first.
    """
    for setting in settings:
        assert parameter.local is not None  # else nobody may set it
        for dated in setting.values:
            parameter = parameter.with_values(list(while_better(parameter, dated, parameter.local)))
    return parameter


def _wider(parameter: Parameter, level: Level) -> Parameter:
    """The parameter without what a level and those below it have set."""
    above = LEVELS[: LEVELS.index(level)]
    history = tuple(dated for dated in parameter.history or parameter.values if dated.level in above)
    return replace(parameter, values=in_force(history), history=history)
