"""What provinces, prefectures and counties set on top of the national rules, within the law's limits.

.. code-block:: yaml

    level: province
    area: {code: "520000", zh: 贵州省, en: Guizhou}
    programmes:
      elderly_reward:
        yearly_amount:
          - from: 2026-01-01
            value: 144000
            reference: {zh: …, en: …}

The national file says of each parameter which levels may set it, and whether they may only raise or only
lower it. Everything else is refused when loading, with file and line: an unknown programme or parameter, a
level that may not, a value beyond the limit or one that cannot be meant. Beside ``programmes``, or alone,
``overlaps`` says which of several programmes are paid (:mod:`~tongchou.domain.policy.overlaps`).
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from tongchou.domain.policy.dated import LEVELS, DatedValue, Level, Local, Parameter
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.overlaps import Overlap, groups_of
from tongchou.domain.policy.parameters import Reader, composed
from tongchou.domain.policy.words import Text

#: The parameters of every programme, by its code.
Parameters = Mapping[str, Mapping[str, Parameter]]
_DAY = dt.timedelta(days=1)
#: No province has a code below 11; digits that only look like 0 to 9 are none.
_CODE = re.compile(r"[1-9][0-9]{5}")


@dataclass(frozen=True, slots=True)
class Setting:
    """The values one level sets for a parameter; each knows where in the file it stands."""

    programme: str
    parameter: str
    values: tuple[DatedValue, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one area sets. ``area_code`` is a division code of GB/T 2260, six digits."""

    level: Level
    area_code: str
    area: Text
    settings: tuple[Setting, ...]
    source: str
    overlaps: tuple[Overlap, ...] = ()

    def told_on(self, day: dt.date) -> Overlay:
        """The overlay without what is known only after a day, today or later; itself when that is nothing."""
        return self._only(lambda one: one.told_on(day))

    def known_at(self, day: dt.date) -> Overlay:
        """The overlay as it was known at the end of a day that has passed."""
        return self._only(lambda one: one.known <= day)

    def _only(self, wanted: Callable[[DatedValue | Overlap], bool]) -> Overlay:
        settings = tuple(
            replace(one, values=tuple(filter(wanted, one.values)))
            for one in self.settings
            if any(map(wanted, one.values))
        )
        overlaps = tuple(filter(wanted, self.overlaps))
        same = settings == self.settings and overlaps == self.overlaps
        return self if same else replace(self, settings=settings, overlaps=overlaps)

    @property
    def turns(self) -> frozenset[dt.date]:
        """The days on which something in it becomes known."""
        days = {value.known_from for one in self.settings for value in one.values}
        days |= {one.known_from for one in self.overlaps}
        return frozenset(day for day in days if day is not None)


def _level_of(code: str) -> str:
    """The level a division code of six digits stands for: 520000, 520500, 520521 (GB/T 2260)."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def read_overlay(text: str, source: str, national: Parameters) -> Overlay:
    """The overlay in a YAML text; ``source`` names the file in messages.

    Raises
    ------
    LoadError
        With file and line: as :func:`~tongchou.domain.policy.parameters.read_parameters`, and an unknown
        level, programme or parameter, and a parameter the level may not set.
    """
    reader = Reader(source)
    root = composed(text, source)
    parts = reader.mapping(root, ("level", "area"), ("programmes", "overlaps"))
    if "programmes" not in parts and "overlaps" not in parts:
        raise reader.refuse(root, "neither programmes nor overlaps: the file sets nothing")
    said = reader.single(parts["level"], f"one level ({', '.join(LEVELS[1:])})")
    level = next((one for one in LEVELS[1:] if one == said), None)
    if level is None:
        raise reader.refuse(parts["level"], f"level {said!r}: {', '.join(LEVELS[1:])}")
    area = reader.mapping(parts["area"], ("code", "zh", "en"))
    code = _code(reader, area["code"], level)
    settings = []
    set_here = reader.mapping(parts["programmes"]) if "programmes" in parts else {}
    for programme, node in set_here.items():
        if programme not in national:
            key = reader.name_of(parts["programmes"], programme)
            raise reader.refuse(key, f"unknown programme {programme}; known: {', '.join(sorted(national))}")
        for name, values in reader.mapping(node).items():
            parameter = national[programme].get(name)
            if parameter is None:
                known = ", ".join(sorted(national[programme]))
                key = reader.name_of(node, name)
                raise reader.refuse(key, f"{programme} has no parameter {name}; it has {known}")
            key = reader.name_of(node, name)
            settings.append(_setting(reader, programme, parameter, key, values, level))
    words = Text(*(reader.single(area[name], "the name of the area") for name in ("zh", "en")))
    groups = groups_of(reader, parts["overlaps"], national, level) if "overlaps" in parts else ()
    return Overlay(level, code, words, tuple(settings), source, groups)


def _code(reader: Reader, node: yaml.Node, level: Level) -> str:
    """The division code of the area: six digits of the level, told how to mend what is nearly one."""
    code = reader.single(node, "the code of the area")
    if not code.strip():
        raise reader.refuse(node, "the code of the area is missing")
    if not _CODE.fullmatch(code):
        said = f"{code!r} is no division code: six digits such as 520521 (GB/T 2260)"
        narrow = unicodedata.normalize("NFKC", code).strip().upper().replace("O", "0")
        narrow = narrow[:6] if re.fullmatch(r"[0-9]{6}0{6}", narrow) else narrow
        raise reader.refuse(node, f"{said}; write {narrow}" if _CODE.fullmatch(narrow) else said)
    # A level's limits are the law's: a county that calls itself a prefecture would be free of them.
    if level != (found := _level_of(code)):
        raise reader.refuse(node, f"{code} is the code of a {found}, not of a {level}")
    return code


def _setting(
    reader: Reader, programme: str, parameter: Parameter, key: yaml.Node, node: yaml.Node, level: Level
) -> Setting:
    local = parameter.local
    if local is None or level not in local.levels:
        may = ", ".join(local.levels) if local else "nobody below the State"
        raise reader.refuse(key, f"a {level} may not set {programme}.{parameter.name} (may: {may})")
    return Setting(programme, parameter.name, reader.values(parameter, node, level=level))


def apply(
    national: Parameters, overlays: Sequence[Overlay], *, lenient: bool = False
) -> dict[str, dict[str, Parameter]]:
    """The parameters of an area: the national ones with what each level from the widest down has set.

    Parameters
    ----------
    lenient
        Leave out what is beyond the limit instead of refusing it: for the law as it was known on a day that
        has passed, when what it is measured by today was not known yet.

    Raises
    ------
    LoadError
        Two overlays of one level; a value beyond what the law leaves to the level.
    """
    result = {code: dict(parameters) for code, parameters in national.items()}
    for overlay in in_order(overlays):
        for setting in overlay.settings:
            above = result[setting.programme][setting.parameter]
            result[setting.programme][setting.parameter] = _set(above, setting, lenient=lenient)
    return result


def in_order(overlays: Sequence[Overlay]) -> list[Overlay]:
    """The overlays over a place from the widest down.

    Raises
    ------
    LoadError
        Two of one level.
    """
    chain = sorted(overlays, key=lambda overlay: LEVELS.index(overlay.level))
    for first, second in itertools.pairwise(chain):
        if first.level == second.level:
            raise LoadError(f"{second.source}: {first.source} is an overlay of a {first.level} too")
    return chain


def _set(above: Parameter, setting: Setting, *, lenient: bool) -> Parameter:
    local = above.local
    assert local is not None
    added: list[DatedValue] = []
    for dated in setting.values:
        standing = above.on(dated.start)
        if standing is not None and not standing.assumed and not within(local, dated.value, standing.value):
            if lenient:
                continue
            way = "at least" if local.how == "raise" else "at most"
            raise LoadError(
                f"{setting.programme}.{setting.parameter} from {dated.start} is {dated.value}; "
                f"the law leaves {way} {standing.value} ({local.reference.en})",
                dated.place,
            )
        added += while_better(above, dated, local)
    return above.with_values(added)


def within(local: Local, value: int, standing: int) -> bool:
    """Whether the law leaves the level this value."""
    if local.how == "set":
        return True
    return value >= standing if local.how == "raise" else value <= standing


def while_better(above: Parameter, dated: DatedValue, local: Local) -> Iterator[DatedValue]:
    """The value for as long as nothing better stands above it: families keep whichever is better for them."""
    standing = above.on(dated.start)
    surpassed = (
        standing is not None and not standing.assumed and not within(local, dated.value, standing.value)
    )
    start = None if surpassed else dated.start
    steps = [step for step in above.values if step.start > dated.start and not step.assumed]
    for step in steps:
        if dated.until is not None and step.start > dated.until:
            break
        better = not within(local, dated.value, step.value)
        if better and start is not None:
            yield replace(dated, start=start, until=step.start - _DAY, known_from=dated.known)
            start = None
        elif not better and start is None:
            start = step.start
    if start is not None:
        yield replace(dated, start=start, known_from=dated.known)
