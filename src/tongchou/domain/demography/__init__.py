"""Demography as pure functions of arrays: rates, life tables, quality of the data, small areas.

Every function takes arrays whose leading axes may be many areas; the last axis is ages (or months, or
cohorts) where there is one. Nothing here reads a file, a clock or a person: what comes in are counts,
person-years and spells of days, what goes out are figures of populations.

Rights
    Figures of births are for population accounts only. There is nothing here about one person, couple or
    household; no function ranks, sorts, colours or sets a target for births, natural increase or the sex
    ratio at birth; completeness of births is of an area's records, never of a family.

Unknown
    ``nan`` is unknown and stays visible as such: no function turns it into zero. What cannot be used (an age
    above 120, a negative exposure, an area without people, a month without a report) is left out and counted,
    see ``left_out``.
"""
