"""Questions to units whose figures look made up: found on stored counts, seen and ended by those above."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.accountability import access
from tongchou.apps.accountability.holding import holders
from tongchou.apps.accountability.judged import Alert, AlertAnswer, Outcome
from tongchou.apps.accountability.models import Closing, Counted, Restated
from tongchou.apps.commitments import api as commitments
from tongchou.apps.places import api as places
from tongchou.core import access as rights
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.domain.accountability import gaming
from tongchou.domain.demography.left_out import Floats

#: Reads alerts and ends them. Nobody of the unit itself sees one.
ALERTS: Final = "bulletins.alerts"
#: Months looked back on.
MONTHS: Final = 12
#: Restatements of the last days before a close are late ones.
LATE_DAYS: Final = 3
LONGEST_REASON: Final = 300
MOST: Final = 500
Found = tuple[str, str, gaming.Alert]


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert with how it ended; ``outcome`` is empty while it is open."""

    alert_id: int
    unit: str
    unit_name: str
    month: dt.date
    sign: str
    about: str
    chance: float
    zh: str
    en: str
    outcome: str
    reason: str


@transaction.atomic
def find_alerts(*, area_id: int, month: dt.date, by: Account, at: dt.datetime) -> int:
    """Look at a closed month of the units right below an area; how many questions are new.

    Looked at again, an alert that stands is left as it is. Eight queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not read alerts there.
    Conflict
        ``accountability.open`` when the area has not closed the month.
    """
    area = access.area_of(area_id, by=by, at=at, permission=ALERTS)
    closed = Closing.objects.filter(area_id=area.pk, month=month).first()
    if closed is None:
        message = _("These months are not closed yet: %(months)s.") % {"months": f"{month:%Y-%m}"}
        raise Conflict("accountability.open", message)
    units = list(places.children(area))
    found = list(_found(area, units, month, closed))
    stand = set(Alert.objects.filter(watch_id=area.pk, month=month).values_list("unit", "sign", "about"))
    fresh = [
        Alert(
            watch_id=area.pk,
            scope_no=area.scope_no,
            unit=unit,
            month=month,
            sign=str(one.sign),
            about=about,
            chance=one.chance,
            zh=one.evidence.zh,
            en=one.evidence.en,
            at=at,
        )
        for unit, about, one in found
        if (unit, str(one.sign), about) not in stand
    ]
    Alert.objects.bulk_create(fresh)
    audit.append(
        by=by,
        action="bulletins.look",
        subject=f"area:{area.pk}",
        scope_no=area.scope_no,
        at=at,
        detail={"month": month.isoformat(), "alerts": len(fresh)},
    )
    return len(fresh)


@transaction.atomic
def end_alert(*, alert_id: int, outcome: str, reason: str, by: Account, at: dt.datetime) -> AlertAnswer:
    """End an alert: explained, or looked into, with what was found.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not read alerts there.
    Invalid
        ``accountability.reason`` without a reason or about a closed matter; ``accountability.outcome``.
    Conflict
        ``accountability.decided`` when it was ended before.
    """
    areas = rights.require(by, ALERTS, on=clock.date_of(at))
    alert = Alert.objects.select_for_update().filter(areas.q("scope_no"), pk=alert_id).first()
    if alert is None:
        raise NotFound("accountability.no_alert", _("There is no such alert in your areas."))
    words = " ".join(reason.split())
    if outcome not in Outcome.values:
        raise Invalid("accountability.outcome", _("Choose how it ended."), field="outcome")
    if not words or len(words) > LONGEST_REASON:
        message = _("Say what was found, in at most 300 characters.")
        raise Invalid("accountability.reason", message, field="reason")
    fit_words.require(words, code="accountability.reason", field="reason")
    if AlertAnswer.objects.filter(alert=alert).exists():
        raise Conflict("accountability.decided", _("It has been decided already."))
    made = AlertAnswer.objects.create(alert=alert, outcome=outcome, reason=words, at=at, by=by)
    audit.append(
        by=by,
        action="bulletins.end_alert",
        subject=f"alert:{alert.pk}",
        scope_no=alert.scope_no,
        at=at,
        detail={"unit": alert.unit, "sign": alert.sign, "outcome": outcome},
    )
    return made


def alerts(*, by: Account, on: dt.date, open_only: bool = False) -> list[AlertLine]:
    """Alerts of the units below the account's areas, the latest month first. Three queries.

    Raises
    ------
    NotAllowed
        When the account reads no alerts.
    """
    areas = rights.require(by, ALERTS, on=on)
    rows = Alert.objects.filter(areas.q("scope_no")).select_related("answer")
    if open_only:
        rows = rows.filter(answer=None)
    found = list(rows.order_by("-month", "chance", "pk")[:MOST])
    codes = {one.unit.partition("/")[0] for one in found}
    names = dict(places.Area.objects.filter(code__in=codes).order_by("pk").values_list("code", "name"))
    return [_line(one, names.get(one.unit.partition("/")[0], one.unit)) for one in found]


def _line(one: Alert, name: str) -> AlertLine:
    answer: AlertAnswer | None = getattr(one, "answer", None)
    outcome, reason = ("", "") if answer is None else (answer.outcome, answer.reason)
    return AlertLine(
        one.pk, one.unit, name, one.month, one.sign, one.about, one.chance, one.zh, one.en, outcome, reason
    )


def _found(
    area: places.Area, units: Sequence[places.Area], month: dt.date, closed: Closing
) -> Iterator[Found]:
    catalogue = indicators.load()
    # Money is no count of cases: its digits and its full use are no draw that chance could explain.
    flows = sorted(
        code for code, one in catalogue.counts.items() if one.nature == "flow" and str(one.unit) != "fen"
    )
    parts = {code: catalogue.counts[code].over for code in flows if catalogue.counts[code].over in flows}
    for unit, table in _tables(area, units, month, flows).items():
        for sign in (
            gaming.digits(np.stack([table[code][:, -1] for code in flows])),
            gaming.copied(
                np.stack([table[code][:, -2] for code in flows]),
                np.stack([table[code][:, -1] for code in flows]),
            ),
        ):
            if sign is not None:
                yield unit, "", sign
        for part, whole in sorted(parts.items()):
            # A month in which a unit told nothing of a count counts as none, not as unknown: it is a flow.
            sign = gaming.perfection(
                np.nan_to_num(table[part]).sum(axis=0), np.nan_to_num(table[whole]).sum(axis=0)
            )
            if sign is not None:
                yield unit, part, sign
    yield from _revised(area, units, month, closed)
    yield from _in_bulk(units, month)


def _tables(
    area: places.Area, units: Sequence[places.Area], month: dt.date, flows: Sequence[str]
) -> dict[str, dict[str, Floats]]:
    """By unit and count: what each of its areas told first, (areas, months), the month in question last."""
    last = np.datetime64(month, "M")
    first = last - (MONTHS - 1)
    rows = Counted.objects.filter(
        scope_no__range=(area.scope_no, area.scope_end), month__range=(f"{first}-01", month), count__in=flows
    ).values_list("scope_no", "unit", "month", "count", "value")
    holder = holders(units)
    held: dict[str, dict[str, dict[tuple[str, int], int]]] = defaultdict(lambda: defaultdict(dict))
    for scope_no, key, when, count, value in rows.order_by("unit").iterator():
        unit = holder(scope_no)
        if unit is not None:
            held[unit.code][key][count, int((np.datetime64(when, "M") - first).astype(int))] = value
    tables: dict[str, dict[str, Floats]] = {}
    for unit, keys in held.items():
        table = {code: np.full((len(keys), MONTHS), np.nan) for code in flows}
        for place, key in enumerate(sorted(keys)):
            for (count, when), value in keys[key].items():
                table[count][place, when] = value
        tables[unit] = table
    return dict(sorted(tables.items()))


def _revised(
    area: places.Area, units: Sequence[places.Area], month: dt.date, closed: Closing
) -> Iterator[Found]:
    """Restatements made since the month before was closed, those of the last days before this close apart."""
    before = Closing.objects.filter(area_id=area.pk, month__lt=month).order_by("-month").first()
    since = closed.at - dt.timedelta(days=31) if before is None else before.at
    rows = Restated.objects.filter(
        counted__scope_no__range=(area.scope_no, area.scope_end), at__gt=since, at__lte=closed.at
    ).values_list("counted__scope_no", "at")
    holder = holders(units)
    late: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for scope_no, when in rows:
        unit = holder(scope_no)
        if unit is not None:
            total[unit.code] += 1
            late[unit.code] += when > closed.at - dt.timedelta(days=LATE_DAYS)
    for unit, one in gaming.late_revisions(late, total).items():
        yield unit, "", one


def _in_bulk(units: Sequence[places.Area], month: dt.date) -> Iterator[Found]:
    """Call-backs one recorder entered upon each other, told of the unit whose promises they were."""
    holder = holders(units)
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    for recorder, scope_no, when in commitments.confirmed_in(month):
        unit = holder(scope_no)
        if unit is not None:
            times[unit.code, recorder].append(when.timestamp() / 60)
    worst: dict[str, gaming.Alert] = {}
    for (unit, _recorder), minutes in sorted(times.items()):
        one = gaming.bulk(minutes)
        if one is not None and (unit not in worst or one.chance < worst[unit].chance):
            worst[unit] = one
    for unit, one in worst.items():
        yield unit, "", one
