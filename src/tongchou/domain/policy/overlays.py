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
level that may not, a value beyond the limit or one that cannot be meant.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from tongchou.domain.policy.dated import LEVELS, DatedValue, Level, Local, Parameter
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.parameters import Reader, composed
from tongchou.domain.policy.words import Text

#: The parameters of every programme, by its code.
Parameters = Mapping[str, Mapping[str, Parameter]]
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Setting:
    """The values one level sets for a parameter; each knows where in the file it stands."""

    programme: str
    parameter: str
    values: tuple[DatedValue, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one area sets. ``area_code`` is a division code of GB/T 2260 or the installation's own."""

    level: Level
    area_code: str
    area: Text
    settings: tuple[Setting, ...]
    source: str


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
    parts = reader.mapping(composed(text, source), ("level", "area", "programmes"))
    said = reader.single(parts["level"], f"one level ({', '.join(LEVELS[1:])})")
    level = next((one for one in LEVELS[1:] if one == said), None)
    if level is None:
        raise reader.refuse(parts["level"], f"level {said!r}: {', '.join(LEVELS[1:])}")
    area = reader.mapping(parts["area"], ("code", "zh", "en"))
    code = reader.single(area["code"], "the code of the area")
    if not code.isalnum():
        raise reader.refuse(area["code"], "the code of the area is missing")
    # A level's limits are the law's: a county that calls itself a prefecture would be free of them.
    if re.fullmatch(r"[0-9]{6}", code) and level != (found := _level_of(code)):
        raise reader.refuse(area["code"], f"{code} is the code of a {found}, not of a {level}")
    settings = []
    for programme, node in reader.mapping(parts["programmes"]).items():
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
    return Overlay(level, code, words, tuple(settings), source)


def _setting(
    reader: Reader, programme: str, parameter: Parameter, key: yaml.Node, node: yaml.Node, level: Level
) -> Setting:
    local = parameter.local
    if local is None or level not in local.levels:
        may = ", ".join(local.levels) if local else "nobody below the State"
        raise reader.refuse(key, f"a {level} may not set {programme}.{parameter.name} (may: {may})")
    return Setting(programme, parameter.name, reader.values(parameter, node, level=level))


def apply(national: Parameters, overlays: Sequence[Overlay]) -> dict[str, dict[str, Parameter]]:
    """The parameters of an area: the national ones with what each level from the widest down has set.

    Raises
    ------
    LoadError
        Two overlays of one level; a value beyond what the law leaves to the level.
    """
    chain = sorted(overlays, key=lambda overlay: LEVELS.index(overlay.level))
    for first, second in itertools.pairwise(chain):
        if first.level == second.level:
            raise LoadError(f"{second.source}: {first.source} is an overlay of a {first.level} too")
    result = {code: dict(parameters) for code, parameters in national.items()}
    for overlay in chain:
        for setting in overlay.settings:
            above = result[setting.programme][setting.parameter]
            result[setting.programme][setting.parameter] = _set(above, setting)
    return result


def _set(above: Parameter, setting: Setting) -> Parameter:
    local = above.local
    assert local is not None
    added: list[DatedValue] = []
    for dated in setting.values:
        standing = above.on(dated.start)
        if standing is not None and not standing.assumed and not within(local, dated.value, standing.value):
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
