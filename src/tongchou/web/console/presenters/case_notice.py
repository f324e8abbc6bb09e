"""What hung of a case and what was objected to it, and what the bank sent back: on the page of the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.casework import api as casework
from tongchou.apps.notices import api as notices
from tongchou.apps.payments import api as payments
from tongchou.domain.payments.answers import NEED_ANOTHER_ACCOUNT
from tongchou.web.console import formatters
from tongchou.web.console.presenters.cases import Page, StepRow


def with_notices(page: Page, view: casework.View, hung: Sequence[notices.Hung], language: str) -> None:
    """Put what hung, and what was objected to, into the page's history, and say for what the case waits."""
    done = [(step.at, row) for step, row in zip(view.history, page.history, strict=True)]
    titles = {one.code: one.title.of(language) for one in (*view.kind.stages, *view.kind.renewal)}
    found = [each for one in hung for each in _steps(one, titles.get(one.stage_code, ""))]
    # Of the same moment what the officers did stands first, as the sort is stable.
    page.history = [row for _at, row in sorted([*done, *found], key=lambda one: one[0])]
    if view.case.desk == casework.Desk.NOTICE:
        page.next = _next(view, hung, language)


def _steps(one: notices.Hung, stage: str) -> Iterable[tuple[dt.datetime, StepRow]]:
    yield one.opened_at, _row(_("Hung out in public"), stage, one.opened_by, one.opened_at, words=one.number)
    for each in one.objections:
        ground = str(notices.Ground(each.ground).label)
        by = each.received_by or _("from the public page")
        yield each.received_at, _row(_("Objection to the entry"), stage, by, each.received_at, reasons=ground)
        if each.decided_at is not None:
            said = str(notices.Verdict(each.verdict).label)
            row = _row(_("Objection answered"), stage, each.decided_by, each.decided_at, reasons=said)
            yield each.decided_at, row


def _row(
    act: str, stage: str, officer: str, at: dt.datetime, *, reasons: str = "", words: str = ""
) -> StepRow:
    return StepRow(
        act=act,
        stage=stage,
        officer=officer,
        on_behalf="",
        at=formatters.moment(at),
        reasons=reasons,
        words=words,
        late=False,
    )


def _next(view: casework.View, hung: Sequence[notices.Hung], language: str) -> str:
    """For what a case at its notice waits: to be hung out, for its days, or for an objection."""
    stage = view.stages[view.case.stage]
    last = next((one for one in reversed(hung) if one.stage_code == stage.code), None)
    named = {"stage": stage.title.of(language)}
    if last is None or (last.ended_at is not None and not last.open_objections):
        return _("Next: %(stage)s. The list has still to be hung out; its days begin when it hangs.") % named
    if last.open_objections:
        return ngettext(
            "Next: %(stage)s. An objection to this entry waits: the case goes on when an officer who has "
            "not acted in it has looked into that, and not by the days alone.",
            "Next: %(stage)s. %(n)s objections to this entry wait: the case goes on when officers who "
            "have not acted in it have looked into them, and not by the days alone.",
            last.open_objections,
        ) % (named | {"n": str(last.open_objections)})
    day = formatters.day(last.closes_on)
    if last.provisional:
        day = _("%(day)s, provisional") % {"day": day}
    return _(
        "Next: %(stage)s. The list hangs until %(day)s; when its days are over the case goes on by itself."
    ) % (named | {"day": day})


def came_back(rows: Sequence[payments.RowLine], view: casework.View) -> str:
    """How a payment that came back because of its account is mended; empty where none waits for it."""
    if not rows or rows[0].row.state != payments.RowState.RETURNED or not rows[0].reason:
        return ""
    if rows[0].reason not in NEED_ANOTHER_ACCOUNT or view.case.state != casework.State.APPROVED:
        return ""
    if view.change is not None:
        return _(
            "The payment came back from the bank. Another account waits for a second person; once it is "
            "confirmed, the finance office pays again."
        )
    if view.payee_at is not None and rows[0].settled_at is not None and view.payee_at > rows[0].settled_at:
        return _(
            "The payment came back from the bank. Another account was recorded since; the finance office "
            "pays again."
        )
    return _(
        "The payment came back from the bank: its account cannot be used. Ask the family and record the "
        "right account below; a second person confirms it, and the finance office pays again, once."
    )
