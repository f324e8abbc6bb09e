"""What the engine refuses: rules that cannot be trusted when they load, facts that cannot be read.

::

    ValueError
      LoadError     a programme or its parameters are wrong; nothing is evaluated
      FactsError    a facts table is wrong; all problems at once
"""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.domain.policy.words import Text


class LoadError(ValueError):
    """A rule or parameter that must not be used; the message says where and why.

    ``place`` is the file and line, empty where what is wrong stands in no file; ``reason`` is the rest.
    """

    def __init__(self, reason: str, place: str = "") -> None:
        self.reason, self.place = reason, place
        super().__init__(f"{place}: {reason}" if place else reason)


@dataclass(frozen=True, slots=True)
class FactsProblem:
    """One thing wrong with a facts table: the column, how many rows, and what to do about it."""

    column: str
    text: Text
    count: int = 0


class FactsError(ValueError):
    """A facts table that cannot be evaluated. ``problems`` lists everything found, not only the first."""

    def __init__(self, problems: list[FactsProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.text.zh} {p.text.en}" for p in self.problems))

    def lines(self, language: str) -> list[str]:
        """One sentence a problem, in ``"zh"`` or ``"en"``."""
        return [problem.text.of(language) for problem in self.problems]
