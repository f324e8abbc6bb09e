"""Everything that is wrong with definitions or figures, said at once.

::

    ValueError
      AccountabilityError   problems of a catalogue, of targets, of returns; nothing is evaluated or published
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongchou.domain.policy.words import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where it stands, in which field, and what to do about it.

    ``where`` names a file or list, ``line`` its line (0 where there are no lines).
    """

    where: str
    field: str
    text: Text
    line: int = 0

    def of(self, language: str) -> str:
        """One line in ``"zh"`` or ``"en"``.

        Examples
        --------
        >>> Problem("a.yaml", "unit", Text("没有单位。", "no unit."), 3).of("en")
        'a.yaml, line 3, unit: no unit.'
        """
        if language.startswith("zh"):
            line = f"第{self.line}行" if self.line else ""
            return f"{self.where}{line}，{self.field}：{self.text.zh}"
        line = f", line {self.line}" if self.line else ""
        return f"{self.where}{line}, {self.field}: {self.text.en}"


class AccountabilityError(ValueError):
    """Definitions or figures that cannot be used. ``problems`` lists all that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(one.of("en") for one in self.problems))

    def lines(self, language: str) -> list[str]:
        """One line a problem, in ``"zh"`` or ``"en"``."""
        return [one.of(language) for one in self.problems]


def none_of(problems: Iterable[Problem]) -> None:
    """Nothing, when there are no problems.

    Raises
    ------
    AccountabilityError
        With all of them, in the order of file, line and field.
    """
    found = sorted(set(problems), key=lambda one: (one.where, one.line, one.field, one.text.en))
    if found:
        raise AccountabilityError(found)
