"""A family drawn as plain SVG shapes, three generations high, and said again in words.

The drawing is made of numbers alone; the template writes them as attributes, so that no style stands in the
page. A child with one known parent hangs from that parent, and nothing marks what is not known.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.registry import api as registry

#: Sizes in units of the drawing: a box, what lies between two of a row, between couples, between rows.
WIDTH, HEIGHT, GAP, BETWEEN, RISE = 112, 48, 28, 16, 64
ROWS = 3
#: Longest name a box holds as it is; a longer one ends in …, and stands whole in the words.
LONGEST = 7
_BY_BIRTH = "birth"


@dataclass(frozen=True, slots=True)
class Box:
    """A person: left upper corner, and the places of the two lines of text."""

    x: int
    y: int
    name: str
    under: str
    deceased: bool
    member: bool

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def name_y(self) -> int:
        return self.y + 21

    @property
    def under_y(self) -> int:
        return self.y + 38


@dataclass(frozen=True, slots=True)
class Path:
    """A line between people; ``dashed`` for a tie by adoption or as step-parent."""

    d: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A person in words: the ties with everybody else who is shown."""

    name: str
    url: str
    deceased: bool
    ties: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tree:
    width: int
    height: int
    boxes: list[Box]
    couples: list[Path]
    parents: list[Path]
    said: list[Said]
    dashed: bool  # whether a line is
    box_width: int = WIDTH
    box_height: int = HEIGHT


def draw(family: registry.FamilyView, *, how: bool) -> Tree | None:
    """The drawing and the words; None when nobody of the household has a recorded tie.

    Parameters
    ----------
    how
        Whether ties by adoption or as step-parent may be told from those by birth.
    """
    graph = _Graph.of(family, how=how)
    rows = _rows(graph)
    if sum(map(len, rows)) < 2:
        return None
    spots = _places(rows, graph)
    width = max(x for x, _y in spots.values()) + WIDTH + GAP
    height = GAP * 2 + len(rows) * HEIGHT + (len(rows) - 1) * RISE
    parents = _parent_paths(spots, graph)
    return Tree(
        width=width,
        height=height,
        boxes=[_box(family_one, *spots[pk]) for pk, family_one in graph.people.items() if pk in spots],
        couples=_couple_paths(spots, graph),
        parents=parents,
        said=_words(graph),
        dashed=any(path.dashed for path in parents),
    )


@dataclass(slots=True)
class _Graph:
    people: dict[int, registry.Kinsman]
    parents_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    children_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    spouses_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    dashed: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, family: registry.FamilyView, *, how: bool) -> _Graph:
        graph = cls({one.person_id: one for one in family.people})
        for child, parent, kind in family.parents:
            graph.parents_of[child].append(parent)
            graph.children_of[parent].append(child)
            if how and kind != _BY_BIRTH:
                graph.dashed.add((child, parent))
        for one, other in family.couples:
            graph.spouses_of[one].append(other)
            graph.spouses_of[other].append(one)
        return graph

    def age_order(self, pk: int) -> tuple[int, int]:
        return self.people[pk].birth_year or 9999, pk


def _rows(graph: _Graph) -> list[list[int]]:
    """Three generations next to each other, the oldest first, with the head among them."""
    generation: dict[int, int] = {}
    heads = [pk for pk, one in graph.people.items() if one.head]
    start = heads or [pk for pk, one in graph.people.items() if one.member]
    queue = deque(start[:1])
    generation |= dict.fromkeys(start[:1], 0)
    while queue:
        one = queue.popleft()
        near = [(pk, -1) for pk in graph.parents_of[one]] + [(pk, 1) for pk in graph.children_of[one]]
        near += [(pk, 0) for pk in graph.spouses_of[one]]
        for pk, step in near:
            if pk not in generation:
                generation[pk] = generation[one] + step
                queue.append(pk)
    levels: dict[int, list[int]] = defaultdict(list)
    for pk, level in generation.items():
        levels[level].append(pk)

    def shown(first: int) -> int:
        return sum(len(levels.get(level, ())) for level in range(first, first + ROWS))

    # Of windows with as many people the one around the head, then the one below.
    first = max((-1, 0, -2), key=shown)
    return [levels[level] for level in range(first, first + ROWS) if levels.get(level)]


def _places(rows: list[list[int]], graph: _Graph) -> dict[int, tuple[int, int]]:
    """Left upper corners: couples side by side, children under their parents as far as there is room."""
    spots: dict[int, tuple[int, int]] = {}
    for place, row in enumerate(rows):
        y = GAP + place * (HEIGHT + RISE)
        units = [(_wish(unit, spots, graph), unit) for unit in _units(row, graph)]
        units.sort(key=lambda one: (one[0], graph.age_order(one[1][0])))
        x = GAP
        for wish, unit in units:
            size = len(unit) * WIDTH + (len(unit) - 1) * BETWEEN
            x = max(x, int(wish) - size // 2) if wish < _ANYWHERE else x
            for pk in unit:
                spots[pk] = (x, y)
                x += WIDTH + BETWEEN
            x += GAP - BETWEEN
    return spots


_ANYWHERE = 10**9


def _units(row: list[int], graph: _Graph) -> list[list[int]]:
    """The people of a row, those married to each other together."""
    left = set(row)
    units = []
    for pk in sorted(row, key=graph.age_order):
        if pk not in left:
            continue
        unit = [pk, *(other for other in graph.spouses_of[pk] if other in left and other != pk)]
        left -= set(unit)
        units.append(unit)
    return units


def _wish(unit: list[int], spots: Mapping[int, tuple[int, int]], graph: _Graph) -> float:
    """The middle of the parents of a unit, or of its oldest who has any there; far right for none."""
    above = [spots[p][0] + WIDTH // 2 for pk in unit for p in graph.parents_of[pk] if p in spots]
    return sum(above) / len(above) if above else _ANYWHERE


def _couple_paths(spots: Mapping[int, tuple[int, int]], graph: _Graph) -> list[Path]:
    paths = []
    for one in sorted(spots):
        for other in graph.spouses_of[one]:
            if one < other and other in spots and spots[one][1] == spots[other][1]:
                left, right = sorted((spots[one], spots[other]))
                y = left[1] + HEIGHT // 2
                paths.append(Path(f"M{left[0] + WIDTH} {y}H{right[0]}"))
    return paths


def _parent_paths(spots: Mapping[int, tuple[int, int]], graph: _Graph) -> list[Path]:
    """From between two parents who are a couple, or else from each parent, down to the child."""
    paths = []
    for child in sorted(spots):
        x, y = spots[child]
        parents = [pk for pk in graph.parents_of[child] if pk in spots and spots[pk][1] < y]
        dashed = [(child, pk) in graph.dashed for pk in parents]
        together = len(parents) == 2 and parents[1] in graph.spouses_of[parents[0]] and len(set(dashed)) == 1
        starts = [_between(spots, parents)] if together else [_under(spots[pk]) for pk in parents]
        for (from_x, from_y), broken in zip(starts, dashed[: len(starts)], strict=True):
            level = y - RISE // 2
            paths.append(Path(f"M{from_x} {from_y}V{level}H{x + WIDTH // 2}V{y}", broken))
    return paths


def _between(spots: Mapping[int, tuple[int, int]], pair: Collection[int]) -> tuple[int, int]:
    left, right = sorted(spots[pk] for pk in pair)
    return (left[0] + WIDTH + right[0]) // 2, left[1] + HEIGHT // 2


def _under(spot: tuple[int, int]) -> tuple[int, int]:
    return spot[0] + WIDTH // 2, spot[1] + HEIGHT


def _box(one: registry.Kinsman, x: int, y: int) -> Box:
    name = one.name if len(one.name) <= LONGEST else one.name[: LONGEST - 1] + "…"
    year = _("born %(year)s") % {"year": one.birth_year} if one.birth_year else ""
    under = _("deceased") if one.deceased else year
    return Box(x, y, name, under, one.deceased, one.member)


def _words(graph: _Graph) -> list[Said]:
    """Everybody with a tie, the household's members first; also those beyond the rows that are drawn."""
    said = []
    for pk, one in sorted(graph.people.items(), key=lambda item: (not item[1].member, item[0])):
        ties = []
        for label, others in (
            (_("Married to"), graph.spouses_of[pk]),
            (_("Parents"), [p for p in graph.parents_of[pk] if (pk, p) not in graph.dashed]),
            (
                _("Parents by adoption or step-parents"),
                [p for p in graph.parents_of[pk] if (pk, p) in graph.dashed],
            ),
            (_("Children"), graph.children_of[pk]),
        ):
            if others:
                ties.append((label, "、".join(graph.people[other].name for other in others)))
        if ties:
            said.append(Said(one.name, reverse("console:person", args=[pk]), one.deceased, ties))
    return said
