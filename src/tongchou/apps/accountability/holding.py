"""Which unit holds a place in the tree, and which numbers of closed months stand today."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from tongchou.apps.accountability.models import Restated


class Held(Protocol):
    """An area or unit: its code or key, and the interval of its numbers."""

    @property
    def scope_no(self) -> int: ...

    @property
    def scope_end(self) -> int: ...


T = TypeVar("T", bound=Held)


def holders(units: Sequence[T]) -> Callable[[int], T | None]:
    """Which of some units that do not overlap a place belongs to; None for none of them."""
    ordered = sorted(units, key=lambda one: one.scope_no)
    starts = [one.scope_no for one in ordered]

    def holder(scope_no: int) -> T | None:
        at = bisect_right(starts, scope_no) - 1
        return ordered[at] if at >= 0 and scope_no <= ordered[at].scope_end else None

    return holder


def standing(inside: Mapping[str, Any]) -> dict[int, int]:
    """By number of the count, what was stated anew last, of the counts a filter selects. One query."""
    rows = Restated.objects.filter(**{f"counted__{name}": value for name, value in inside.items()})
    return dict(rows.order_by("pk").values_list("counted_id", "value"))
