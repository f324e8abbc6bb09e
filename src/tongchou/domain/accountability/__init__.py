"""Responsibility of areas and departments: indicators, targets, rankings, guarantees, settlement.

Everything here is about units and the officials who answer for them. No function takes a person served, a
household or a child; nothing ranks, aims at or alarms about births, pregnancies, the use of reproductive
services, signatures, the volume of complaints or refusals (``rights``).

Arrays and dataclasses in, the same out: no file, clock or database. ``nan`` is unknown and stays so.
"""
