"""Tasks as rows and as a Gantt drawing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.plans import api as plans
from tongchou.domain.ledger import next_month

LISTS: Final = {
    "": pgettext_lazy("tasks", "All"),
    "open": pgettext_lazy("tasks", "Open"),
    "late": pgettext_lazy("tasks", "Late"),
    "confirm": pgettext_lazy("tasks", "To be confirmed"),
    "done": pgettext_lazy("tasks", "Done"),
}
TOPICS: Final = {
    "tasks_late": pgettext_lazy("agenda", "Tasks that are late"),
    "tasks_open": pgettext_lazy("agenda", "Tasks that are open"),
    "promises_late": pgettext_lazy("agenda", "Promises that are late"),
    "promises_due": pgettext_lazy("agenda", "Promises due within thirty days"),
    "notices_hanging": pgettext_lazy("agenda", "Public notices that hang now"),
}
_TONES: Final = {"open": "", "reported": "info", "done": "good"}
_WIDTH, _NAMES, _ROW, _HEAD = 1040.0, 300.0, 26.0, 28.0
_FILLS: Final = {"open": "#c3d5e6", "reported": "#e3a857", "done": "#2f6492"}
_LATE: Final = "#8c1c13"


def row(line: plans.Line) -> dict[str, Any]:
    """A task as a list shows it."""
    one = line.task
    return {
        "pk": one.pk,
        "unit": one.unit_name,
        "part": one.get_part_display(),
        "what": one.what,
        "starts": one.starts,
        "due": one.due,
        "state": one.get_state_display(),
        "late": line.late,
        "reported_on": one.reported_on,
    }


def gantt(lines: Sequence[plans.Line], on: dt.date) -> SafeString:
    """Bars from first to last day, months above, today as a line; what ran late goes on in dark red.

    Only attributes, no styles: a page allows none. The table behind it says the same in words.
    """
    if not lines:
        return SafeString()
    ends = [max(one.task.due, _ran_to(one, on)) for one in lines]
    first = min(one.task.starts for one in lines).replace(day=1)
    last = max(*ends, on)
    wide = (_WIDTH - _NAMES) / max(1, (last - first).days + 1)

    def x(day: dt.date) -> float:
        return round(_NAMES + (day - first).days * wide, 1)

    height = _HEAD + _ROW * len(lines)
    months = format_html_join(
        "",
        '<line x1="{0}" y1="14" x2="{0}" y2="{1}" stroke="#d5d5d5"/><text x="{0}" y="11">{2}</text>',
        ((x(day), height, f"{day:%Y-%m}") for day in _months(first, last, wide)),
    )
    bars = format_html_join("", "{}", ((_bar(at, one, x, on),) for at, one in enumerate(lines)))
    today = (
        format_html(
            '<line x1="{0}" y1="14" x2="{0}" y2="{1}" stroke="#333" stroke-dasharray="5 4"/>', x(on), height
        )
        if on >= first
        else SafeString()
    )
    return format_html(
        '<figure class="chart-figure"><svg viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}" '
        'font-size="12" fill="currentColor">{}{}{}</svg></figure>',
        _WIDTH, height, _("Tasks from their first to their last day"), months, bars, today,
    )  # fmt: skip


def _ran_to(line: plans.Line, on: dt.date) -> dt.date:
    return line.task.due + dt.timedelta(days=line.late)


def _months(first: dt.date, last: dt.date, wide: float) -> list[dt.date]:
    """The months whose names fit: 56 wide each."""
    found, day = [], first
    while day <= last:
        if not found or (day - found[-1]).days * wide >= 56:
            found.append(day)
        day = next_month(day)
    return found


def _bar(at: int, line: plans.Line, x: Any, on: dt.date) -> SafeString:
    one, y = line.task, _HEAD + _ROW * at
    begin, end = x(one.starts), x(one.due + dt.timedelta(days=1))
    late = (
        format_html(
            '<rect x="{}" y="{}" width="{}" height="8" fill="{}"/>',
            end,
            y + 8,
            round(max(2.0, x(_ran_to(line, on) + dt.timedelta(days=1)) - end), 1),
            _LATE,
        )
        if line.late
        else SafeString()
    )
    name = f"{one.unit_name} {one.what}"
    return format_html(
        '<text x="0" y="{}" lang="zh-Hans">{}</text><rect x="{}" y="{}" width="{}" height="16" fill="{}" '
        'stroke="#2f6492"/>{}',
        y + 16,
        name if len(name) <= 22 else f"{name[:21]}…",
        begin,
        y + 4,
        round(max(2.0, end - begin), 1),
        _FILLS[one.state],
        late,
    )
