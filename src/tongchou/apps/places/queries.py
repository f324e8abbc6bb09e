"""Reads about areas."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable

from django.db.models import Case, F, Q, When

from tongchou.apps.places.models import Area, AreaCode, Level
from tongchou.core.scope import Scope

#: Stands between the names of a path.
SEPARATOR = " · "
#: From a villagers' group up to the province: numbers of areas above, which a walk over intervals would scan.
_ABOVE = "__".join(["parent"] * (len(Level.values) - 1))
#: Name and level of an area, of the one above it, and so on.
_NAMED_LINE = tuple(
    "parent__" * depth + field for depth in range(len(Level.values)) for field in ("name", "level")
)


def normal_code(code: str) -> str:
    """A code in the form it is kept in: full statistical codes of counties and townships lose their zeros.

    Examples
    --------
    >>> normal_code(" 520521000000 "), normal_code("520521901000"), normal_code("520521901201")
    ('520521', '520521901', '520521901201')
    """
    text = code.strip()
    match = re.fullmatch(r"(\d{6})(\d{3})(\d{3})", text)
    if match is None or match[3] != "000":
        return text
    return match[1] if match[2] == "000" else match[1] + match[2]


def area_by_code(code: str, on: dt.date | None = None) -> Area | None:
    """The area that has or had a code, or None.

    Without ``on`` any time will do: today's holder of the code comes first, then its last holder. With ``on``
    only the holder on that day counts.

    Source: people keep ID numbers with the division code of their day (GB 11643), so codes never expire here.
    """
    held = AreaCode.objects.filter(code=normal_code(code))
    if on is not None:
        held = held.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    last = held.select_related("area").order_by(F("valid_to").desc(nulls_first=True)).first()
    return last.area if last else None


def area_by_id(area_id: int, *, within: Scope) -> Area | None:
    """The area with this number when the scope reaches it, else None."""
    return Area.objects.within(within).filter(pk=area_id).first()


def level_of(area_id: int) -> str | None:
    """The level of an area by its number, or None."""
    return Area.objects.filter(pk=area_id).values_list("level", flat=True).first()


def children(area: Area) -> list[Area]:
    """The areas right below one that still exist, in order of code."""
    return list(Area.objects.filter(parent=area, valid_to=None).order_by("scope_no"))


def below(area: Area, level: str) -> list[Area]:
    """All areas of a level under one (itself included) that still exist, in tree order."""
    inside = Area.objects.filter(scope_no__range=(area.scope_no, area.scope_end), valid_to=None)
    return list(inside.filter(level=level).order_by("scope_no"))


def villages(within: Scope) -> list[Area]:
    """The villages a scope reaches, in tree order."""
    return list(Area.objects.within(within).filter(level=Level.VILLAGE, valid_to=None).order_by("scope_no"))


def find_village(text: str, within: Scope, limit: int = 20) -> list[Area]:
    """Villages in a scope whose name holds the text or whose code begins with it; none for empty text."""
    wanted = text.strip()
    if not wanted:
        return []
    found = Area.objects.within(within).filter(
        Q(name__icontains=wanted) | Q(code__startswith=wanted), level=Level.VILLAGE, valid_to=None
    )
    return list(found.order_by("scope_no")[:limit])


def tops(within: Scope) -> list[Area]:
    """The highest areas that lie wholly in a scope, in tree order.

    Three queries however wide the scope; one where each interval is just one area, as with most people.
    An interval begins at the number of its first top; the other tops of the interval are children of areas
    above that one, because whatever holds them and is not in the scope begins before it.
    """
    now = Area.objects.filter(valid_to=None)
    if within.unlimited:
        return list(now.filter(parent=None).order_by("scope_no"))
    lows = [low for low, _high in within.intervals]
    just = list(now.filter(scope_no__in=lows).order_by("scope_no"))
    if [(one.scope_no, one.scope_end) for one in just] == list(within.intervals):
        return just
    steps = ["parent_id", *("__".join(["parent"] * depth) + "__parent_id" for depth in range(1, 5))]
    above = {number for line in Area.objects.filter(scope_no__in=lows).values_list(*steps) for number in line}
    roof = Q(parent_id__in=above - {None}) | (Q(parent=None) if None in above else Q(pk__in=[]))
    if not above:
        return []
    # Children of a few areas: the scope is asked of each of them, never the way to them.
    return list(now.alias(number=F("scope_no") + 0).filter(roof, within.q("number")).order_by("number"))


def line_to(area: Area, within: Scope) -> list[Area]:
    """The area and those above it as far as a scope reaches, the highest first. One query."""
    here: Area | None = Area.objects.select_related(_ABOVE).get(pk=area.pk)
    line = []
    while here is not None and within.covers(here.scope_no):
        line.append(here)
        here = here.parent
    return line[::-1]


def suggest(text: str, *, within: Scope, levels: Collection[str], limit: int = 20) -> list[Area]:
    """Areas of some levels a scope reaches, by part of the name, pinyin initials or the code. One query.

    Words before the last one narrow by the areas above: ``云岭 青`` finds 青山村 of 云岭镇. Names that begin
    with the text come first, wider areas before narrower ones. Nothing for empty text.
    """
    *above, wanted = unicodedata.normalize("NFKC", text).casefold().split()[-3:] or [""]
    if not wanted:
        return []
    # As it was typed too: names hold brackets of full width, which the folding makes narrow.
    typed = text.split()[-1]
    condition = Q(name__icontains=wanted) | Q(name__icontains=typed)
    condition |= Q(code__istartswith=normal_code(wanted))
    if wanted.isascii() and wanted.isalpha():
        condition |= Q(initials__startswith=wanted)
    for word in above:
        condition &= Q(parent__name__icontains=word) | Q(parent__parent__name__icontains=word)
    order = Case(*(When(level=level, then=place) for place, level in enumerate(Level.values)))
    found = Area.objects.within(within).filter(condition, level__in=levels, valid_to=None)
    begins = Case(When(Q(name__istartswith=wanted) | Q(name__istartswith=typed), then=0), default=1)
    return list(found.select_related("parent__parent").order_by(begins, order, "scope_no")[:limit])


def ancestors(area: Area) -> list[Area]:
    """The areas above one, from the province down; the area itself is not among them."""
    here = Area.objects.select_related(_ABOVE).get(pk=area.pk).parent
    line = []
    while here is not None:
        line.append(here)
        here = here.parent
    return line[::-1]


def path(area: Area) -> str:
    """Where an area is: names from its county down, or from the province when it lies higher.

    Returns
    -------
    str
        For example ``"大方县 · 云岭镇（示例） · 青山村（示例）"``.
    """
    return _joined([*ancestors(area), area])


def path_of(area_id: int) -> str:
    """``path`` by the area's number, in one query; empty for an unknown number."""
    # On every page: six names and levels, no areas made of forty columns.
    found = Area.objects.filter(pk=area_id).values_list(*_NAMED_LINE).first() or ()
    line = [(name, level) for name, level in zip(found[::2], found[1::2], strict=True) if name is not None]
    return _named(line[::-1])


def levels(area_ids: Iterable[int]) -> dict[int, str]:
    """The level of each of the areas, by number; one query."""
    return dict(Area.objects.filter(pk__in=set(area_ids)).values_list("pk", "level"))


def paths(area_ids: Iterable[int]) -> dict[int, str]:
    """``path`` of many areas in at most six queries; unknown numbers are left out."""
    wanted = set(area_ids)
    known: dict[int, Area] = {}
    missing = set(wanted)
    while missing:
        found = Area.objects.in_bulk(missing)
        known |= found
        missing = {area.parent_id for area in found.values() if area.parent_id is not None} - known.keys()
    result = {}
    for area_id in wanted & known.keys():
        line = [known[area_id]]
        while line[-1].parent_id is not None:
            line.append(known[line[-1].parent_id])
        result[area_id] = _joined(line[::-1])
    return result


def counties() -> list[Area]:
    """All counties, in order of their place. One query."""
    return list(Area.objects.filter(level=Level.COUNTY).order_by("scope_no"))


def counties_inside(unit: Area) -> list[Area]:
    """The counties a local unit was carved from, whose figures include its part."""
    return list(Area.objects.filter(overlapped_by__unit=unit).order_by("scope_no"))


def _joined(line: list[Area]) -> str:
    return _named([(area.name, area.level) for area in line])


def _named(line: list[tuple[str, str]]) -> str:
    """Names of a line of areas; province and prefecture go without saying below a county."""
    wide = {Level.PROVINCE, Level.PREFECTURE}
    names = line if not line or line[-1][1] in wide else [one for one in line if one[1] not in wide]
    return SEPARATOR.join(name for name, _level in names)
