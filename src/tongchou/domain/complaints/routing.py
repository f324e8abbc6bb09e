"""To whom a complaint goes: the level above the unit, further up where somebody is there to look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Units that are complained of, the lowest first.
LEVELS = ("village", "township", "county", "prefecture", "province")


@dataclass(frozen=True, slots=True)
class Place:
    """An area of a line: the unit's own first, then those above it. ``staffed``: somebody is there."""

    area_id: int
    level: str
    staffed: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Who handles it. ``supervised``: at the unit's own county, by its supervisor alone."""

    area_id: int
    level: str
    supervised: bool = False


def route(line: Sequence[Place], *, department: bool, bypass: bool, above: str = "") -> Route | None:
    """The area that handles a complaint about the unit whose area stands first in ``line``.

    A department's is handled by the area it belongs to, an area's by the one above. What bypasses the chain
    begins at the county. Above the county it goes to the next level that is staffed, else to the supervisor
    of the county.

    Parameters
    ----------
    above
        Level that has had it already: the next one is looked for.

    Returns
    -------
    Route or None
        None when nobody is left above.

    Examples
    --------
    >>> line = [Place(1, "village", True), Place(2, "township", True), Place(3, "county", True),
    ...         Place(4, "prefecture", False)]
    >>> route(line, department=False, bypass=False)
    Route(area_id=2, level='township', supervised=False)
    >>> route(line, department=False, bypass=True).level
    'county'
    >>> route(line[2:], department=False, bypass=False)
    Route(area_id=3, level='county', supervised=True)
    """
    least = LEVELS.index(line[0].level) + (not department)
    if bypass:
        least = max(least, LEVELS.index("county"))
    if above:
        least = max(least, LEVELS.index(above) + 1)
    for place in line:
        rank = LEVELS.index(place.level)
        if rank >= least and (place.staffed or rank <= LEVELS.index("county")):
            return Route(place.area_id, place.level)
    county = next((one for one in line if one.level == "county"), None)
    if above or county is None:
        return None
    return Route(county.area_id, county.level, supervised=True)
