"""Staff and yearly returns of the demo county, all of them made up and marked so.

They are the records a sample of a closed month is drawn of, and what the page of guarantees shows: a village
whose people ask for more workers than it has, a team that is one short, a budget that rose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

#: Of the team of a township; the first is one short of ten.
_TEAM: Final = 10
_ORDINALS: Final = "一二三四五六七八九十"
#: By years back: budget, fiscal revenue, to the grassroots, reward fund; in fen.
_RETURNS: Final = {
    1: (480_000_000, 90_000_000_000, 372_000_000, 0),
    0: (520_000_000, 94_000_000_000, 421_000_000, 6_000_000),
}


def begin(accounts: Mapping[str, Any], at: dt.datetime) -> int:
    """Enter the staff and the returns of two years; how many workers. Begun before, nothing is done."""
    from tongchou.apps.guarantees import api as guarantees
    from tongchou.apps.places import api as places
    from tongchou.core import accounts as people
    from tongchou.core import clock

    keeper, above = accounts["xiancha"], accounts["shidu"]
    today = clock.date_of(at)
    county = places.Area.objects.get(pk=people.assignments(keeper, today)[0].area_id)
    if guarantees.Worker.objects.filter(scope_no__range=(county.scope_no, county.scope_end)).exists():
        return 0
    since, entered = today.replace(year=today.year - 2, month=3, day=1), 0
    for place, township in enumerate(places.children(county)):
        posts = [(township, "镇卫健办工作人员（示例）", number) for number in range(_TEAM - (place == 0))]
        villages = [one for one in places.children(township) if one.level == places.Level.VILLAGE]
        posts += [(village, "村级专干（示例）", 0) for village in villages]
        for area, post, number in posts:
            guarantees.engage(
                area_id=area.pk, name=f"{area.name}工作人员{_ORDINALS[number]}"[:40], post=post, since=since,
                on_performance=area is not township, by=keeper, at=at,
            )  # fmt: skip
            entered += 1
    for back, figures in _RETURNS.items():
        one = guarantees.send(
            unit=county.code, year=today.year - back, figures=guarantees.Figures(*figures), by=keeper, at=at
        )
        guarantees.decide(return_id=one.pk, accepted=True, by=above, at=at)
    return entered
