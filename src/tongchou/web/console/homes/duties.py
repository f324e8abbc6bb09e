"""Cards of what units owe: promises of letters, letters to review, tasks, replies to notices, re-checks."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.commitments import api as commitments
from tongchou.apps.plans import api as plans
from tongchou.apps.supervision import api as supervision
from tongchou.core import access
from tongchou.web.console import formatters
from tongchou.web.console.homes.parts import Card, Reader


def cards(reader: Reader) -> tuple[Card, ...]:
    """Those that the reader's permissions open; of notices only where one waits. A dozen queries."""
    made = []
    if access.may(reader.request.user, commitments.VIEW, on=reader.today):
        made.append(_promises(reader))
    if access.may(reader.request.user, commitments.REVIEW, on=reader.today):
        made.append(_reviews(reader))
    if access.may(reader.request.user, plans.VIEW, on=reader.today):
        made.append(_tasks(reader))
    made += [one for one in (_replies(reader), _rechecks(reader)) if one is not None]
    return tuple(made)


def _promises(reader: Reader) -> Card:
    late, soon = commitments.due_soon(by=reader.request.user, on=reader.today)
    return Card(
        key="promises",
        title=_("Promises due"),
        icon="heart",
        tone="bad" if late else "",
        figure=formatters.number(late + soon),
        unit=ngettext("promise", "promises", late + soon),
        text=_("%(late)s late, %(soon)s due within thirty days.")
        % {"late": formatters.number(late), "soon": formatters.number(soon)}
        if late or soon
        else _("No promise of your areas is late or near its last day."),
        url=f"{reverse('console:commitments')}?show={'late' if late else 'published'}"
        if late or soon
        else "",
        go=_("See the letters"),
        waits=bool(late),
        idle=not late and not soon,
    )


def _reviews(reader: Reader) -> Card:
    number = commitments.found(by=reader.request.user, on=reader.today, of="review").count()
    return Card(
        key="letters-review",
        title=_("Letters to review"),
        icon="check",
        figure=formatters.number(number),
        unit=ngettext("letter", "letters", number),
        text=_("An assembly has decided; say whether what it promises is lawful.")
        if number
        else _("No letter waits for a review."),
        url=f"{reverse('console:commitments')}?show=review" if number else "",
        go=_("See the letters"),
        waits=bool(number),
        idle=not number,
    )


def _tasks(reader: Reader) -> Card:
    of = {"by": reader.request.user, "on": reader.today}
    number, late = plans.found(of="open", **of).count(), plans.found(of="late", **of).count()
    return Card(
        key="plan-tasks",
        title=_("Tasks of meetings"),
        icon="list",
        tone="bad" if late else "",
        figure=formatters.number(number),
        unit=ngettext("task", "tasks", number),
        text=_("%(late)s of them late.") % {"late": formatters.number(late)}
        if number
        else _("No task of a meeting is open."),
        url=f"{reverse('console:plans')}?show=open" if number else "",
        go=_("See the tasks"),
        waits=bool(late),
        idle=not number,
    )


def _replies(reader: Reader) -> Card | None:
    """Notices the reader's unit has to reply to; None while there is none."""
    of = {"by": reader.request.user, "on": reader.today}
    if not access.may(reader.request.user, supervision.REPLY, on=reader.today):
        return None
    number, late = supervision.to_reply(**of)
    if not number:
        return None
    return Card(
        key="rectifications-own",
        title=_("Rectification notices to your unit"),
        icon="pen",
        tone="bad" if late else "",
        figure=formatters.number(number),
        unit=ngettext("notice", "notices", number),
        text=_("%(late)s of them late.") % {"late": formatters.number(late)},
        url=reverse("console:own-rectifications"),
        go=_("Reply with evidence"),
        waits=True,
    )


def _rechecks(reader: Reader) -> Card | None:
    """Replies of units below that somebody looks at again; None while there is none."""
    if not access.may(reader.request.user, supervision.INSPECT, on=reader.today):
        return None
    number = supervision.notices(by=reader.request.user, on=reader.today, of="replied").count()
    if not number:
        return None
    return Card(
        key="rectifications-replied",
        title=_("Replies to look at again"),
        icon="shield",
        figure=formatters.number(number),
        unit=ngettext("notice", "notices", number),
        text=_("A unit says that it has mended it. Somebody else than who found it looks."),
        url=f"{reverse('console:rectifications')}?show=replied",
        go=_("See the replies"),
        waits=True,
    )
