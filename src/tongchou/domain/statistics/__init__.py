"""Figures of a population from counts: cubes of months, indicators of areas and periods.

Nothing here is about a person. What comes in are counts of villages by month, age group and sex; what goes
out are series with intervals, and what was left out of them.
"""
