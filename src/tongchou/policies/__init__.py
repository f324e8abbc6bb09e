"""The law as it is loaded: national programmes, checked, refused when unfair, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from tongchou.domain.policy.neutrality import Legacy, refuse_unfair
from tongchou.domain.policy.parameters import Parameter, read_parameters
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import Rules, digest
from tongchou.policies.national import sources
from tongchou.policies.national.childcare_subsidy import formula as childcare_subsidy
from tongchou.policies.national.elderly_reward import formula as elderly_reward

if TYPE_CHECKING:
    import polars as pl

#: The only programmes that may look at the number or sex of children, each with the law that keeps it.
#: Nothing else may be added without such a law for births up to 2015-12-31.
LEGACY: tuple[Legacy, ...] = (Legacy("elderly_reward", sources.POPULATION_LAW_31),)

_NATIONAL: tuple[tuple[str, Callable[[Mapping[str, Parameter]], Programme]], ...] = (
    ("childcare_subsidy", childcare_subsidy.programme),
    ("elderly_reward", elderly_reward.programme),
)


@lru_cache(maxsize=1)
def _national() -> tuple[Programme, ...]:
    programmes = []
    for folder, build in _NATIONAL:
        source = resources.files("tongchou.policies.national") / folder / "parameters.yaml"
        parameters = read_parameters(source.read_text(encoding="utf-8"), f"{folder}/parameters.yaml")
        programmes.append(build(parameters))
    for programme in programmes:
        refuse_unfair(programme, LEGACY)
    return tuple(programmes)


def load() -> list[Programme]:
    """Every programme in force somewhere, checked once in a process.

    Raises
    ------
    LoadError
        When a rule or parameter is wrong, or a programme is not neutral to births.
    """
    return list(_national())


def evaluate_many(
    frame: Any, programmes: Sequence[Rules], year: int, *, allow_extra: bool = False
) -> pl.DataFrame:
    """Every programme for a table of people: ``tongchou.domain.policy.batch.evaluate_many``."""
    from tongchou.domain.policy import batch  # brings Polars along: not for the sake of one person

    return batch.evaluate_many(frame, programmes, year, allow_extra=allow_extra)


__all__ = ["LEGACY", "Programme", "digest", "evaluate_many", "load"]
