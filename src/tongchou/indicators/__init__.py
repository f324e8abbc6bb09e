"""The counts, indicators, criteria and weights that ship with the product."""

from __future__ import annotations

from functools import cache
from importlib import resources

from tongchou.domain.accountability.definitions import Catalogue
from tongchou.domain.accountability.plan_tables import Plan, read_plan
from tongchou.domain.accountability.reading import read_catalogue
from tongchou.domain.plans.stages import Pilots, Stage, read_stages


@cache
def load() -> Catalogue:
    """The catalogue of all files.

    Raises
    ------
    tongchou.domain.accountability.problems.AccountabilityError
        Naming everything that is wrong with them.
    """
    return read_catalogue(texts())


def texts() -> dict[str, str]:
    """The YAML texts by the name of their file; their bytes are among what a settlement is sealed with."""
    found = (entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".yaml"))
    return {entry.name: entry.read_text(encoding="utf-8") for entry in found}


@cache
def plan() -> Plan:
    """The numbers of the reform plan: its tables, the roll-out and the guarantees."""
    file = resources.files("tongchou.reference") / "accountability" / "plan.yaml"
    return read_plan(file.read_text(encoding="utf-8"), file.name)


@cache
def stages() -> tuple[tuple[Stage, ...], Pilots]:
    """The stages of the reform plan, and the areas in which it begins."""
    file = resources.files("tongchou.reference") / "accountability" / "stages.yaml"
    return read_stages(file.read_text(encoding="utf-8"))
