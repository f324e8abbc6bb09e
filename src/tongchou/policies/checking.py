"""What the files of an area set, line by line, and what of them does not mean what it seems to.

What nobody can mean is refused when the files are read. What may be meant is told here, each with its place:
a value that is not known yet, a time for which a level sets nothing, a file that is not read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tongchou.domain.policy.dated import DatedValue, Parameter, in_force
from tongchou.domain.policy.overlaps import Overlap
from tongchou.domain.policy.overlays import Overlay, Setting
from tongchou.domain.policy.words import number
from tongchou.policies.areas import Laws
from tongchou.policies.law import overlay_files, parameters_of, turns

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A value an overlay sets."""

    overlay: Overlay
    programme: str
    parameter: str
    dated: DatedValue


@dataclass(frozen=True, slots=True)
class Told:
    """Something to look at: file and line where there is a line, and what it comes to."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What some files set, the groups they declare, and what is told of them."""

    lines: tuple[Line, ...]
    overlaps: tuple[Overlap, ...]
    told: tuple[Told, ...]


def check(overlays: Sequence[Overlay], today: dt.date) -> Checked:
    """The law of some overlays, today and on every later day on which something in them becomes known.

    Raises
    ------
    LoadError
        Whatever could not stand on one of these days.
    """
    days = (today, *(day for day in turns(overlays) if day > today))
    laws = [Laws(tuple(overlays), on=day) for day in days]
    for one in laws:
        _checked = one.all
    lines = [
        Line(overlay, setting.programme, setting.parameter, dated)
        for overlay in overlays
        for setting in overlay.settings
        for dated in setting.values
    ]
    overlaps = [one for overlay in overlays for one in overlay.overlaps]
    found = [*_later(lines, overlaps, today), *_gaps(overlays, laws)]
    return Checked(tuple(lines), tuple(overlaps), tuple(dict.fromkeys(found)))


def _later(lines: Iterable[Line], overlaps: Iterable[Overlap], today: dt.date) -> Iterator[Told]:
    """What is no law yet, for it says that it is known from a later day."""
    named = [(f"{one.programme}.{one.parameter}", one.dated) for one in lines]
    for name, one in (*named, *((group.code, group) for group in overlaps)):
        if one.known_from is not None and one.known_from > today:
            yield Told(one.place, f"{name}: known from {one.known_from}: not in force before")


def _gaps(overlays: Sequence[Overlay], laws: Sequence[Laws]) -> Iterator[Told]:
    """Times for which a level sets nothing, after one for which it does: today and as known later."""
    told: set[Told] = set()
    for there in laws:
        assert there.on is not None
        for chain in there.chains:
            parameters = parameters_of(chain, on=there.on)
            for overlay in chain:
                for setting in overlay.told_on(there.on).settings:
                    for one in _of_setting(setting, parameters[setting.programme][setting.parameter]):
                        if one not in told:
                            later = "" if there is laws[0] else f"as will be known on {there.on}, "
                            yield Told(one.place, later + one.text)
                        told.add(one)


def _of_setting(setting: Setting, holding: Parameter) -> Iterator[Told]:
    """The gaps of one setting, with the values that hold in them."""
    values = in_force(setting.values)
    for one, following in zip(values, [*values[1:], None], strict=True):
        if one.until is None:
            continue
        first, last = one.until + _DAY, following.start - _DAY if following else None
        span = f"from {first} on" if last is None else f"from {first} to {last}"
        yield Told(
            one.place,
            f"{setting.programme}.{setting.parameter}: nothing is set here {span}; "
            f"then {_held(holding, first, last)}",
        )


def _held(parameter: Parameter, first: dt.date, last: dt.date | None) -> str:
    """Which values hold in a time, in words."""
    days = [first, *(one.start for one in parameter.values if first < one.start <= (last or dt.date.max))]
    parts = []
    for day in days:
        one = parameter.on(day)
        since = "" if day == first else f" from {day}"
        if one is None:
            parts.append(f"no value holds{since}")
            continue
        unit = "fen" if parameter.unit.startswith("fen") else parameter.unit
        who = "State" if one.level == "national" else one.level
        default = ", a default" if one.assumed else ""
        parts.append(f"{number(one.value, 'en', unit)} of the {who}{default} hold{since}")
    return ", ".join(parts)


def not_read(folder: Path) -> list[Told]:
    """The files in a folder that are not read, and why; what is under version control is passed over.

    Raises
    ------
    LoadError
        When the folder cannot be read.
    """
    found = []
    read = set(overlay_files(folder))
    for one in sorted(folder.iterdir()):
        if one.is_dir():
            below = [file for file in sorted(one.rglob("*")) if file.suffix.lower() in {".yaml", ".yml"}]
            found += [
                Told(str(file.relative_to(folder)), "not read, for it lies in a folder below; move it up")
                for file in below
                if not one.name.startswith(".") or file.suffix.lower() == ".yaml"
            ]
        elif one not in read:
            hidden = one.name.startswith(".")
            why = "its name begins with a dot" if hidden else "its name does not end in .yaml"
            found.append(Told(one.name, f"not read, for {why}"))
    return found


__all__ = ["Checked", "Line", "Told", "check", "not_read"]
