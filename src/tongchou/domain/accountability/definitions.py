"""What a catalogue of indicators holds: counts, indicators, declared sets of criteria, composites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Literal, TypeAlias

from tongchou.domain.accountability.expression import Node
from tongchou.domain.accountability.units import Unit
from tongchou.domain.policy.words import Text

#: What happens in a month, and what there is at its end.
Nature: TypeAlias = Literal["flow", "stock"]
Direction: TypeAlias = Literal["higher", "lower"]


class Subject(StrEnum):
    """What a count is about. The second half cannot be scored, targeted, ranked or alarmed."""

    PAYMENTS = "payments"
    COMMITMENTS = "commitments"
    COMPLAINT_HANDLING = "complaint_handling"
    SERVICES_OFFERED = "services_offered"
    WAITING = "waiting"
    SATISFACTION = "satisfaction"
    CORRECTIONS = "corrections"
    RECORDS = "records"
    BUDGET = "budget"
    STAFF = "staff"
    VILLAGES = "villages"
    RESIDENTS = "residents"
    # never of a scored figure
    BIRTHS = "births"
    NATURAL_INCREASE = "natural_increase"
    SEX_RATIO = "sex_ratio"
    PREGNANCIES = "pregnancies"
    REPRODUCTIVE_SERVICE_USE = "reproductive_service_use"
    SIGNATURES = "signatures"
    PARTICIPATION = "participation"
    COMPLAINT_VOLUME = "complaint_volume"
    REFUSALS = "refusals"


class Use(StrEnum):
    """What a figure may be used for beyond being told."""

    SCORED = "scored"
    TARGETED = "targeted"
    RANKED = "ranked"
    ALARMED = "alarmed"


class Kind(StrEnum):
    """The closed list of what units are judged by: things done for people, or honestly about them."""

    PAID_ON_TIME = "paid_on_time"
    COMMITMENTS_KEPT = "commitments_kept"
    COMPLAINTS_ON_TIME = "complaints_on_time"
    SERVICES_OFFERED = "services_offered"
    WAITING_TIME = "waiting_time"
    OWN_ERRORS_MENDED = "own_errors_mended"
    RECORDS = "records"
    GUARANTEES = "guarantees"


@dataclass(frozen=True, slots=True)
class Count:
    """A published count.

    ``over`` is the count it is a part of, or is measured over: complaints answered in time over complaints
    due. ``where`` and ``line`` say where it is defined.
    """

    code: str
    title: Text
    unit: Unit
    nature: Nature
    subjects: frozenset[Subject]
    over: str = ""
    where: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of units and periods; without ``uses`` it is told for information alone."""

    code: str
    title: Text
    kind: Kind | None
    uses: frozenset[Use]
    unit: Unit
    direction: Direction
    formula: Node
    source: Text
    where: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Criterion:
    """An indicator and the least (or most) it has to reach, in the indicator's unit."""

    indicator: str
    bound: Fraction
    least: bool

    def met(self, value: float) -> bool | None:
        """Whether a value meets it; None of an unknown one."""
        if value != value:  # nan
            return None
        bound = float(self.bound)  # as values are: 19 of 20 meets 95 %
        return value >= bound if self.least else value <= bound


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """A declared set of criteria, such as the qualified village (合格村). It gates awards of units alone."""

    code: str
    title: Text
    criteria: tuple[Criterion, ...]
    source: Text
    where: str = ""
    line: int = 0

    def met(self, values: Mapping[str, float]) -> bool | None:
        """Whether all criteria are met; None when none fails and one is not known.

        Parameters
        ----------
        values
            By indicator; an absent one is unknown.
        """
        found = [one.met(values.get(one.indicator, float("nan"))) for one in self.criteria]
        if False in found:
            return False
        return None if None in found else True


@dataclass(frozen=True, slots=True)
class Composite:
    """Weights of indicators, which sum to exactly 1, and the value at which each is fully reached."""

    code: str
    title: Text
    weights: Mapping[str, Fraction]
    full: Mapping[str, Fraction]
    source: Text
    where: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions, by code. ``read_catalogue`` gives none that breaks a law."""

    counts: Mapping[str, Count] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    sets: Mapping[str, CriteriaSet] = field(default_factory=dict)
    composites: Mapping[str, Composite] = field(default_factory=dict)

    def used(self, use: Use) -> Iterator[Indicator]:
        """Indicators that may be used so, in the order of their codes."""
        return (one for _code, one in sorted(self.indicators.items()) if use in one.uses)
