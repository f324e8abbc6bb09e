"""The indicators: every figure that is made of a cube of months, defined once.

``docs/methods/indicators.md`` is written from this list. What each means for births: those marked ``births``
are statistics of populations and are never sorted, ranked, coloured, made a target or an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongchou.domain.statistics import of_births, of_deaths, of_events, of_people, of_records
from tongchou.domain.statistics.definition import UNIT_WORDS, Indicator, Kind, Topic, Unit

__all__ = ["INDICATORS", "UNIT_WORDS", "Indicator", "Kind", "Topic", "Unit"]

#: By code, in the order in which they stand on a page: by topic.
INDICATORS: Final[Mapping[str, Indicator]] = {
    one.code: one
    for topic in Topic
    for module in (of_people, of_events, of_births, of_deaths, of_records)
    for one in module.INDICATORS
    if one.topic is topic
}
