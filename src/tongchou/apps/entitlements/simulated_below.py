"""Who gains and who loses in the areas below each unit, down to villages, and which sums stay closed.

Each unit and figure is a table of its own: the areas below add up to it. What the tables above close gives
nothing here, so that no table below says anything about those above but what they tell themselves.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from tongchou.apps.entitlements.simulated import ALL, BY_AGE, Key, Part, Sum
from tongchou.apps.places import api as places
from tongchou.domain import small_cells

#: The parts of an area by its number.
Tree = Mapping[int, tuple[Part, ...]]


def tree_of(below: Mapping[int, Sequence[places.Unit]]) -> Tree:
    """The parts of each area, people registered at the area itself last."""
    return {
        number: (*(Part(one.area_id, one.name) for one in parts), Part(-number, ""))
        for number, parts in below.items()
    }


def chains(
    codes: Sequence[tuple[str, int]], units: Sequence[places.Unit], below: Mapping[int, Sequence[places.Unit]]
) -> list[tuple[str, tuple[int, ...]]]:
    """The numbers of the parts each place lies in by its code, from below the unit downwards."""
    found = []
    for code, scope_no in codes:
        unit = next((one for one in units if one.holds(scope_no)), None)
        chain: list[int] = []
        while unit is not None and unit.area_id in below:
            above = unit
            unit = next((one for one in below[above.area_id] if one.holds(scope_no)), None)
            chain.append(unit.area_id if unit else -above.area_id)
        found.append((code, tuple(chain)))
    return found


def closed_below(
    cells: Mapping[Key, Sum],
    made_of: Mapping[str, tuple[str, ...]],
    tree: Tree,
    units: Sequence[int],
    closed: frozenset[Key],
) -> frozenset[Key]:
    """The sums below the units that stay closed.

    Afterwards no figure of few families is shown and none follows, no effect of few follows, and nobody
    learns of an effect in the area above what the tables above do not say.

    Parameters
    ----------
    cells
        Sums of figures and effects by the numbers of units and parts.
    made_of
        Of which effects each figure is made.
    closed
        What stays closed of the units.
    """
    families = {key: cell.families for key, cell in cells.items() if cell.families and key[1] != ALL}
    found = set(closed)
    waiting = [unit for unit in units if unit in tree]
    while waiting:
        above = waiting.pop()
        parts = [part.number for part in tree[above]]
        for figure in BY_AGE:
            found |= _closed_parts(figure, above, parts, made_of[figure], families, found)
        waiting += [number for number in parts if number in tree]
    return frozenset(found - closed)


def _closed_parts(
    figure: str,
    above: int,
    parts: Sequence[int],
    effects: Sequence[str],
    families: Mapping[Key, int],
    closed: set[Key],
) -> set[Key]:
    total = (figure, above)
    shown = [(figure, part) for part in parts if (figure, part) in families]
    if total in closed or total not in families:
        return set(shown)
    told: dict[Hashable, int] = {key: families[key] for key in (total, *shown)}
    sums: list[small_cells.Sum] = [(total, shown)]
    found = small_cells.closed_cells(told, sums)
    while total not in found and _follows(figure, above, parts, effects, families, found):
        left = [key for key in shown if key not in found]
        if not left:
            break
        found = small_cells.closed_cells(told, sums, also={min(left, key=lambda key: told[key]), *found})
    return set(shown) if total in found else set(found)  # type: ignore[arg-type]


def _follows(
    figure: str,
    above: int,
    parts: Sequence[int],
    effects: Sequence[str],
    families: Mapping[Key, int],
    closed: frozenset[Hashable],
) -> bool:
    """Whether an effect follows that must not: one of few in a part, or any of the area above."""
    effects = [one for one in effects if (one, above) in families]
    if len(effects) < 2:  # the figure is its only effect
        return False
    sums: list[small_cells.Sum] = []
    for place in (above, *parts):
        made = [(one, place) for one in effects if (one, place) in families]
        if made:
            sums.append(((figure, place), made))
    for one in effects:
        sums.append(((one, above), [(one, part) for part in parts if (one, part) in families]))
    inside = {(one, part) for one in effects for part in parts if (one, part) in families}
    whole = {(one, above) for one in effects}
    figures = {(figure, part) for part in parts if (figure, part) in families}
    few = {key for key in inside | figures if families[key] < small_cells.FEWEST}
    if small_cells.determined({*closed, *inside, *whole}, sums) & (few | whole):
        return True
    # The tables above may tell each effect there, unless one is of few.
    known = all(families[key] >= small_cells.FEWEST for key in whole)
    return known and bool(small_cells.determined({*closed, *inside}, sums) & few)
