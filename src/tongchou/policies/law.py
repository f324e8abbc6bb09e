"""The law as it stands here: national programmes, what the area's overlays set.

What still waits for an amount.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import ModuleType

from tongchou.domain.policy.dated import Parameter
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.neutrality import Legacy, refuse_unfair
from tongchou.domain.policy.overlaps import Overlap, combined, read_overlaps
from tongchou.domain.policy.overlays import Overlay, apply, in_order, read_overlay
from tongchou.domain.policy.parameters import read_parameters
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.words import Text
from tongchou.policies.national import sources
from tongchou.policies.national.aftereffects_assistance import formula as aftereffects_assistance
from tongchou.policies.national.bereaved_assistance import formula as bereaved_assistance
from tongchou.policies.national.boarding_subsidy import formula as boarding_subsidy
from tongchou.policies.national.child_checks import formula as child_checks
from tongchou.policies.national.childcare_subsidy import formula as childcare_subsidy
from tongchou.policies.national.disabled_child_assistance import formula as disabled_child_assistance
from tongchou.policies.national.elderly_reward import formula as elderly_reward
from tongchou.policies.national.medical_contribution import formula as medical_contribution
from tongchou.policies.national.only_child_reward import formula as only_child_reward
from tongchou.policies.national.pension_contribution import formula as pension_contribution
from tongchou.policies.national.two_daughter_support import formula as two_daughter_support
from tongchou.policies.national.urban_pension_support import formula as urban_pension_support

#: The only programmes that may look at the number or sex of children, each with the law that keeps it.
#: Nothing else may be added without such a law for births up to 2015-12-31.
LEGACY: tuple[Legacy, ...] = (
    Legacy("elderly_reward", sources.POPULATION_LAW_31),
    Legacy("bereaved_assistance", sources.POPULATION_LAW_32),
    Legacy("disabled_child_assistance", sources.POPULATION_LAW_32),
    Legacy("aftereffects_assistance", sources.REWARD_RULES),
    Legacy("only_child_reward", sources.POPULATION_LAW_31),
    Legacy("pension_contribution", sources.POPULATION_LAW_31),
    Legacy("medical_contribution", sources.POPULATION_LAW_31),
    Legacy("urban_pension_support", sources.POPULATION_LAW_31),
    Legacy("two_daughter_support", sources.POPULATION_LAW_31),
)
#: What the law provides for those to whom another programme's rules no longer apply: one is for the years in
#: which rural rules hold for a person, the other for the years in which urban ones do.
COUNTERPARTS: Mapping[str, str] = {"elderly_reward": "urban_pension_support"}
#: The folder with the overlays of province, prefecture and county (``*.yaml``); none without it.
OVERLAYS = "TONGCHOU_OVERLAYS"
#: Names of files told in a message.
_SHOWN = 5
_NATIONAL: Mapping[str, ModuleType] = {
    "childcare_subsidy": childcare_subsidy,
    "elderly_reward": elderly_reward,
    "bereaved_assistance": bereaved_assistance,
    "disabled_child_assistance": disabled_child_assistance,
    "aftereffects_assistance": aftereffects_assistance,
    "only_child_reward": only_child_reward,
    "pension_contribution": pension_contribution,
    "medical_contribution": medical_contribution,
    "urban_pension_support": urban_pension_support,
    "two_daughter_support": two_daughter_support,
    "boarding_subsidy": boarding_subsidy,
    "child_checks": child_checks,
}


@dataclass(frozen=True, slots=True)
class Unset:
    """A programme that answers nobody yet: the parameters some level has still to set."""

    code: str
    title: Text
    about: Text
    parameters: tuple[Parameter, ...]

    @property
    def missing(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if not parameter.values)

    @property
    def by_name(self) -> dict[str, Parameter]:
        return {parameter.name: parameter for parameter in self.parameters}

    def title_in(self, language: str) -> str:
        return self.title.of(language)


@dataclass(frozen=True, slots=True)
class Law:
    """Everything loaded: programmes that answer, programmes that wait, overlaps.

    And whose overlays were read, with what of them is known.
    """

    programmes: tuple[Programme, ...]
    unset: tuple[Unset, ...]
    overlaps: tuple[Overlap, ...]
    overlays: tuple[Overlay, ...]

    @property
    def listed(self) -> list[Programme]:
        """The programmes everybody is looked through for, and lists are made of. None of them is private."""
        return [programme for programme in self.programmes if programme.finding == "registry"]


@lru_cache(maxsize=1)
def national() -> Mapping[str, Mapping[str, Parameter]]:
    """The parameters of the State, by programme."""
    folder = resources.files("tongchou.policies.national")
    return {
        code: read_parameters(
            (folder / code / "parameters.yaml").read_text(encoding="utf-8"), f"{code}/parameters.yaml"
        )
        for code in _NATIONAL
    }


def codes() -> tuple[str, ...]:
    """The codes of all programmes, those that wait for an amount included."""
    return tuple(_NATIONAL)


def build_one(code: str, parameters: Mapping[str, Parameter]) -> Programme:
    """One programme with these parameters; its neutrality is not looked at.

    Raises
    ------
    LoadError
        When the rule or a parameter is wrong.
    KeyError
        When there is no such programme.
    """
    made: Programme = _NATIONAL[code].programme(parameters)
    return made


def read_overlays(folder: Path) -> tuple[Overlay, ...]:
    """The overlays of a folder, in the order of their names.

    Raises
    ------
    LoadError
        As :func:`~tongchou.domain.policy.overlays.read_overlay`; a folder or file that cannot be read; a
        folder whose files are all of another name, so that what an area set would silently not hold.
    """
    files, read = _files(folder), overlay_files(folder)
    if files and not read:
        raise LoadError(f"{folder}: no .yaml file was found; not read: {_names(files)}")
    # Somebody meant these: a name such as 2.yml is a slip, unlike notes beside the files.
    if slips := [file for file in files if file not in read and file.suffix.lower() in {".yml", ".yaml"}]:
        raise LoadError(f"{folder}: not read: {_names(slips)}; end the names in .yaml")
    return tuple(read_overlay(_text(file), file.name, national()) for file in read)


def overlay_files(folder: Path) -> list[Path]:
    """The files of a folder that are read.

    Raises
    ------
    LoadError
        When the folder cannot be read.
    """
    return [file for file in _files(folder) if file.suffix == ".yaml"]


def _files(folder: Path) -> list[Path]:
    """The files of a folder but hidden ones, in the order of their names."""
    try:
        if not folder.is_dir():
            raise LoadError(f"{folder} ({OVERLAYS}) is not a folder")
        return sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith("."))
    except OSError as error:
        raise LoadError(f"{folder}: {error}") from error


def _names(files: Sequence[Path]) -> str:
    """The first of some files by name, and how many more there are."""
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(file.name for file in files[:_SHOWN]) + more


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise LoadError(f"{file.name}: {error.strerror}") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise LoadError(f"{file.name}, line {line}: not UTF-8; save the file as UTF-8") from error


def told(
    overlays: Sequence[Overlay], known: dt.date | None, on: dt.date | None
) -> tuple[dict[str, dict[str, Parameter]], tuple[Overlay, ...]]:
    """The State's parameters and an area's overlays without what was or is not known: see :func:`build`."""
    parameters = {code: dict(named) for code, named in national().items()}
    kept = tuple(overlays)
    if on is not None:
        kept = tuple(one.told_on(on) for one in kept)
        parameters = {code: _each(named, Parameter.told_on, on) for code, named in parameters.items()}
    if known is not None:
        kept = tuple(one.known_at(known) for one in kept)
        parameters = {code: _each(named, Parameter.known_at, known) for code, named in parameters.items()}
    return parameters, kept


def _each(
    named: Mapping[str, Parameter], how: Callable[[Parameter, dt.date], Parameter], day: dt.date
) -> dict[str, Parameter]:
    return {name: how(one, day) for name, one in named.items()}


def parameters_of(
    overlays: Sequence[Overlay], known: dt.date | None = None, on: dt.date | None = None
) -> dict[str, dict[str, Parameter]]:
    """The parameters of an area by programme; ``known`` and ``on`` as for :func:`build`."""
    parameters, kept = told(overlays, known, on)
    return apply(parameters, kept, lenient=known is not None)


def turns(overlays: Sequence[Overlay]) -> tuple[dt.date, ...]:
    """The days on which something becomes known that the files of the State and of some overlays hold."""
    dated = (value for named in national().values() for one in named.values() for value in one.history)
    days = {value.known_from for value in dated if value.known_from is not None}
    return tuple(sorted(days.union(*(one.turns for one in overlays))))


@lru_cache(maxsize=1)
def national_overlaps() -> tuple[Overlap, ...]:
    """The State's groups of programmes of which one is paid."""
    text = (resources.files("tongchou.policies.national") / "overlaps.yaml").read_text(encoding="utf-8")
    return read_overlaps(text, "overlaps.yaml", _NATIONAL)


def overlaps_of(overlays: Sequence[Overlay]) -> tuple[Overlap, ...]:
    """The groups that hold in an area: the State's, and those its overlays declare within the law's limits.

    Raises
    ------
    LoadError
        As :func:`~tongchou.domain.policy.overlaps.combined`.
    """
    local = [one for overlay in in_order(overlays) for one in overlay.overlaps]
    return combined(national_overlaps(), local, [one.code for one in LEGACY])


def build(overlays: tuple[Overlay, ...] = (), known: dt.date | None = None, on: dt.date | None = None) -> Law:
    """The law of an area, checked.

    Parameters
    ----------
    overlays
        What province, prefecture and county set, at most one of each.
    known
        Leave out what became known after this day, and what holds from a later day and says nothing of when
        it became known: the law as it was known on a day that has passed.
    on
        Leave out what says that it is known from after this day: the law as known today, or as it will be
        known. Without either it is all that the files hold.

    Raises
    ------
    LoadError
        When a rule, parameter or overlay is wrong, or a programme is not neutral to births.
    """
    parameters, kept = told(overlays, known, on)
    parameters = apply(parameters, kept, lenient=known is not None)
    overlaps = overlaps_of(kept)
    programmes, unset = [], []
    for code, module in _NATIONAL.items():
        named = parameters[code]
        if all(parameter.values for parameter in named.values()):
            programme = _programme(module, named, looking_back=known is not None)
            refuse_unfair(programme, LEGACY)
            beside = tuple(one for one in overlaps if code in one.programmes)
            programmes.append(replace(programme, overlaps=beside) if beside else programme)
        else:
            unset.append(Unset(code, module.TITLE, module.ABOUT, tuple(named.values())))
    return Law(tuple(programmes), tuple(unset), overlaps, kept)


def _programme(module: ModuleType, named: Mapping[str, Parameter], *, looking_back: bool) -> Programme:
    """The programme with these parameters.

    Looking back, a value may end on a day that was still to come, and what follows was not known: it is then
    taken to go on. That touches no year that had begun.
    """
    try:
        made: Programme = module.programme(named)
    except LoadError:
        if not looking_back:
            raise
        made = module.programme({name: one.going_on() for name, one in named.items()})
    return made


def programme_with(code: str, parameters: Mapping[str, Parameter]) -> Programme:
    """One national programme with these parameters; the walls of rights are the caller's.

    Raises
    ------
    LoadError
        When the rules are not sound with them.
    """
    programme: Programme = _NATIONAL[code].programme(parameters)
    return programme


def twelfths(code: str) -> Mapping[str, str]:
    """Parameters of a programme that are always a twelfth of another one: ``{the twelfth: the whole}``."""
    found: Mapping[str, str] = getattr(_NATIONAL[code], "TWELFTHS", {})
    return found


def read_here() -> tuple[Overlay, ...]:
    """The overlays of this installation, which lie in the folder :data:`OVERLAYS`.

    Raises
    ------
    LoadError
        As :func:`read_overlays`.
    """
    folder = folder_here()
    return () if folder is None else read_overlays(folder)


def folder_here() -> Path | None:
    """The folder of the installation's overlays; ``None`` where national law holds alone."""
    folder = os.environ.get(OVERLAYS, "").strip()
    return Path(folder).expanduser() if folder else None
