"""The law as it is loaded: programmes, checked, refused when unfair, ready to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import Rules, digest
from tongchou.policies.areas import Laws, ask_day, beginning, here, known_on, laws, of_row
from tongchou.policies.law import COUNTERPARTS, LEGACY, Law, Unset, build, read_overlays

if TYPE_CHECKING:
    import polars as pl


def load() -> list[Programme]:
    """Every programme that has its amounts somewhere here, checked once in a process.

    Where counties set their own, somebody is answered by the law of the place: ``laws().of``.

    Raises
    ------
    LoadError
        When a rule, parameter or overlay is wrong, or a programme is not neutral to births.
    """
    return laws().programmes()


def listed() -> list[Programme]:
    """The programmes people here are looked through for; see ``Law.listed``."""
    return laws().listed()


def evaluate_many(
    frame: Any, programmes: Sequence[Rules], year: int, *, allow_extra: bool = False
) -> pl.DataFrame:
    """Every programme for a table of people: ``tongchou.domain.policy.batch.evaluate_many``."""
    from tongchou.domain.policy import batch  # brings Polars along: not for the sake of one person

    return batch.evaluate_many(frame, programmes, year, allow_extra=allow_extra)


def counterpart(code: str, language: str) -> str:
    """The title of what the law provides instead, once a programme's rules no longer fit; empty for none."""
    other = COUNTERPARTS.get(code)
    law = here()
    return next((one.title_in(language) for one in (*law.programmes, *law.unset) if one.code == other), "")


__all__ = [
    "LEGACY",
    "Law",
    "Laws",
    "Programme",
    "Unset",
    "ask_day",
    "beginning",
    "build",
    "counterpart",
    "digest",
    "evaluate_many",
    "here",
    "known_on",
    "laws",
    "listed",
    "load",
    "of_row",
    "read_overlays",
]
