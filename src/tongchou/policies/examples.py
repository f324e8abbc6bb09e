"""The cases a programme is tested with, for people to read: who, in which year, with which answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from tongchou.domain.policy.outcomes import OUTCOME_WORDS
from tongchou.domain.policy.words import Text, number


@dataclass(frozen=True, slots=True)
class Example:
    """One case of ``cases.yaml``: what is special about it, the year, the answer the law gives."""

    about: Text
    year: int
    outcome: str
    amount_fen: int | None
    claim_by: dt.date | None

    def answer(self, language: str) -> str:
        """Outcome and amount in words."""
        words = OUTCOME_WORDS[self.outcome].of(language)
        if self.amount_fen is None:
            return words
        amount = number(self.amount_fen, language, "fen")
        return f"{words}，{amount}" if language.startswith("zh") else f"{words}, {amount}"


@lru_cache(maxsize=32)
def examples(code: str) -> tuple[Example, ...]:
    """The cases of a programme in the order of its file.

    ``FileNotFoundError`` when there is no such programme.
    """
    file = resources.files("tongchou.policies.national") / code / "cases.yaml"
    return tuple(_example(case) for case in yaml.safe_load(file.read_text(encoding="utf-8"))["cases"])


def _example(case: dict[str, Any]) -> Example:
    expect = case["expect"]
    fen = round(expect["yuan"] * 100) if "yuan" in expect else None
    return Example(Text(case["zh"], case["en"]), case["year"], expect["outcome"], fen, expect.get("claim_by"))
