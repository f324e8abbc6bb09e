"""Which answers of a run rest on defaults: numbers nobody in the area has set, put in to have an answer.

One family's answer says so itself (``Explanation.assumed_text``); a run over many says it once, with how many
answers it concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongchou.domain.policy.outcomes import NOT_ENTITLED
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.words import Text, number


@dataclass(frozen=True, slots=True)
class Default:
    """A parameter of a programme that had its default, and the answers of the programme but refusals.

    ``value`` is that of the year in ``unit`` (money in fen); where several parameters of a programme are
    defaults, each is named with all of its answers.
    """

    programme: str
    title: Text
    parameter: str
    label: Text
    value: int
    unit: str
    reference: Text
    answers: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON and the metadata of a file."""
        return {
            "programme": self.programme,
            "parameter": self.parameter,
            "value": self.value,
            "unit": self.unit,
            "reference": {"zh": self.reference.zh, "en": self.reference.en},
            "answers": self.answers,
        }

    def line(self) -> str:
        """In words: programme, parameter, value, source, answers."""
        said = number(self.value, "en", self.unit)
        return f"{self.programme} {self.parameter} {said} ({self.reference.en}): answers {self.answers}"


def defaults(
    programmes: Sequence[Rules], year: int, counts: Mapping[tuple[str, str], int]
) -> tuple[Default, ...]:
    """The defaults of programmes that gave anybody anything but a refusal.

    Parameters
    ----------
    counts
        People by programme and outcome, of those who stand under these rules.
    """
    found = []
    for one in programmes:
        answers = sum(
            number_ for (code, outcome), number_ in counts.items()
            if code == one.code and outcome != NOT_ENTITLED
        )  # fmt: skip
        for parameter in one.assumed(year) if answers else ():
            dated = parameter.in_year(year)
            found.append(
                Default(
                    programme=one.code,
                    title=one.title,
                    parameter=parameter.name,
                    label=parameter.label,
                    value=dated.value,
                    unit=parameter.year_unit,
                    reference=dated.reference,
                    answers=answers,
                )
            )
    return tuple(found)


def together(several: Iterable[Default]) -> tuple[Default, ...]:
    """The defaults of several places as one list: of the same ones the answers are added up."""
    summed: dict[Default, int] = {}
    for one in several:
        key = replace(one, answers=0)
        summed[key] = summed.get(key, 0) + one.answers
    return tuple(replace(one, answers=answers) for one, answers in summed.items())


__all__ = ["Default", "defaults", "together"]
