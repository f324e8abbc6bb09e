"""Rectification notices: from what was found to its closing, as ``domain.supervision.rectification`` says."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.supervision import access, sealing
from tongchou.apps.supervision.models import (
    Act,
    Answer,
    Check,
    Draw,
    Finding,
    Inspection,
    Notice,
    NoticeState,
    Step,
)
from tongchou.apps.supervision.reference import days
from tongchou.core import audit, calendar, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.domain.supervision import rectification as way

#: Records of one fault a notice names.
MOST_NAMED: Final = 50
#: Days in which an earlier notice of the same kind makes this one a repeat.
REPEATED: Final = dt.timedelta(days=365)


@transaction.atomic
def issue(
    *,
    draw_id: int | None = None,
    inspection_id: int | None = None,
    demand: str,
    reply_days: int | None = None,
    by: Account,
    at: dt.datetime,
) -> Notice:
    """Tell the unit what was found, what it has to mend, and by when it replies.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Conflict
        ``supervision.unfinished`` before the draw or inspection is done; ``supervision.nothing_found`` when
        all was right; ``supervision.issued`` when a notice went out already.
    Invalid
        ``supervision.words``; ``supervision.days`` outside 1 … 60 working days.
    """
    on = clock.date_of(at)
    of: Draw | Inspection
    if draw_id is not None:
        of = access.locked(Draw, draw_id, by, at)
        ended, about, found = of.done_on is not None, of.kind, _of_draw(of)
        before = Notice.objects.filter(draw=of)
    else:
        of = access.locked(Inspection, inspection_id or 0, by, at)
        ended, about, found = of.done_at is not None, of.checklist, _of_inspection(of)
        before = Notice.objects.filter(inspection=of)
    if not ended:
        raise Conflict("supervision.unfinished", _("First everything is checked and ended."))
    if not found:
        raise Conflict("supervision.nothing_found", _("Everything was right: there is nothing to mend."))
    if before.exists():
        raise Conflict("supervision.issued", _("A notice went out already."))
    said, limit = sealing.words(demand, field="demand"), days()
    number = reply_days or limit.reply
    if not 1 <= number <= limit.reply_at_most:
        raise Invalid("supervision.days", _("Give between 1 and 60 working days."), field="reply_days")
    due = calendar.add_workdays(on, number)
    repeats = Notice.objects.filter(unit_key=of.unit_key, about=about, issued_on__gte=on - REPEATED).count()
    columns = ("watch_id", "scope_no", "watch_level", "unit_key", "unit_area_id", "unit_scope_no")
    one = Notice.objects.create(
        **{name: getattr(of, name) for name in (*columns, "unit_name", "department_id")},
        draw=of if isinstance(of, Draw) else None,
        inspection=of if isinstance(of, Inspection) else None,
        about=about,
        found=found,
        demand="",
        found_by=by,
        issued_on=on,
        due=due.on,
        due_from=on,
        due_days=number,
        provisional=due.provisional,
        repeats=repeats,
    )
    one.demand = sealing.seal(said, "demand", one.pk)
    one.save(update_fields=["demand"])
    _step(one, Act.ISSUE, by, at, new_due=due.on)
    return one


def _of_draw(of: Draw) -> list[list[Any]]:
    """What was wrong by kind: how many, and the numbers of the records."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    rows = Check.objects.filter(item__draw=of, item__replaced="").exclude(finding=Finding.RIGHT)
    for finding, fault, label in rows.order_by("item__position").values_list(
        "finding", "fault", "item__label"
    ):
        by_kind[fault or finding].append(label)
    return [[code, len(labels), labels[:MOST_NAMED]] for code, labels in sorted(by_kind.items())]


def _of_inspection(of: Inspection) -> list[list[Any]]:
    return [[code, 1, []] for code, answer in of.answers.items() if answer == Answer.NO]


@transaction.atomic
def extend(*, notice_id: int, due: dt.date, words: str, by: Account, at: dt.datetime) -> Notice:
    """Move the last day later, with a reason, while it is not past.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Conflict
        ``supervision.not_possible`` as ``rectification.extended``.
    Invalid
        ``supervision.words``.
    """
    one = access.locked(Notice, notice_id, by, at)
    said, on = sealing.words(words), clock.date_of(at)
    longest = calendar.add_workdays(on, days().reply_at_most).on
    if due > longest:
        raise Invalid("supervision.days", _("Give between 1 and 60 working days."), field="due")
    old = one.due
    _after(one, lambda now: way.extended(now, due=due, reason=said, on=on))
    # A day that was set stays where it is when holidays are entered.
    one.due_from, one.due_days, one.provisional = due, 0, False
    one.save(update_fields=["due", "due_from", "due_days", "provisional"])
    _step(one, Act.EXTEND, by, at, said, old_due=old, new_due=due)
    return one


@transaction.atomic
def reply(*, notice_id: int, words: str, files: Sequence[bytes], by: Account, at: dt.datetime) -> Notice:
    """The unit says what it did, with evidence.

    Raises
    ------
    NotAllowed, NotFound
        When it is not about the account's unit.
    Conflict
        ``supervision.not_possible`` unless a reply is awaited.
    Invalid
        ``supervision.words``; ``supervision.file`` for a file that cannot be taken, or none.
    """
    on = clock.date_of(at)
    rows = Notice.objects.select_for_update(of=("self",)).filter(access.of_the_unit(by, on))
    one = rows.filter(pk=notice_id).first()
    if one is None:
        raise access.none()
    said, kept = sealing.words(words), sealing.checked_files(files)
    if not kept:
        message = _("Add a picture or a document that shows that it is mended.")
        raise Invalid("supervision.file", message, field="files")
    late = _domain(one).late(on)
    _after(one, lambda now: way.replied(now, words=said, evidence=len(kept), on=on))
    one.save(update_fields=["state"])
    step = _step(one, Act.REPLY, by, at, said, late=late)
    sealing.keep(kept, by=by, at=at, step=step)
    return one


@transaction.atomic
def recheck(
    *,
    notice_id: int,
    mended: bool,
    words: str,
    reply_days: int | None = None,
    files: Sequence[bytes] = (),
    by: Account,
    at: dt.datetime,
) -> Notice:
    """The level above has looked again: closed, or once more with a new last day.

    Raises
    ------
    NotAllowed
        ``supervision.maker`` for whoever replied, or whoever found it and would close it.
    NotFound
        When the account does not supervise the unit.
    Conflict
        ``supervision.not_possible`` without a reply to look at.
    Invalid
        ``supervision.words``, ``supervision.file``; ``supervision.days`` outside 1 … 60 working days.
    """
    one = access.locked(Notice, notice_id, by, at)
    on, said = clock.date_of(at), sealing.words(words)
    kept = sealing.checked_files(files)
    replied = one.steps.filter(act=Act.REPLY, by=by).exists()
    if replied or (mended and one.found_by_id == by.pk):
        message = _("You found it or replied yourself. Somebody else looks whether it is mended.")
        raise NotAllowed("supervision.maker", message)
    number = reply_days or days().reply
    if not mended and not 1 <= number <= days().reply_at_most:
        raise Invalid("supervision.days", _("Give between 1 and 60 working days."), field="reply_days")
    due = None if mended else calendar.add_workdays(on, number)
    new = None if due is None else due.on
    _after(one, lambda now: way.rechecked(now, by=frozenset({str(by.pk)}), mended=mended, on=on, due=new))
    if due is not None:
        one.due_from, one.due_days, one.provisional = on, number, due.provisional
        one.escalated_on = None
    one.save(update_fields=["state", "due", "due_from", "due_days", "provisional", "escalated_on"])
    step = _step(one, Act.CLOSE if mended else Act.AGAIN, by, at, said, new_due=new)
    sealing.keep(kept, by=by, at=at, step=step)
    return one


@transaction.atomic
def escalate_one(*, at: dt.datetime) -> bool:
    """Note of one notice that is late that it stands before the next level; whether there was any."""
    on = clock.date_of(at)
    late = Notice.objects.select_for_update(skip_locked=True).filter(
        state=NoticeState.ISSUED, due__lt=on, escalated_on=None
    )
    one = late.order_by("due", "pk").first()
    if one is None:
        return False
    one.escalated_on = on
    one.save(update_fields=["escalated_on"])
    _step(one, Act.ESCALATE, None, at)
    return True


def domain_of(one: Notice, steps: Sequence[Step]) -> way.Notice:
    """A notice with its steps as the domain knows it."""
    extensions, replies, rechecks = [], [], []
    for step in steps:
        who = str(step.by_id)
        if step.act == Act.EXTEND and step.old_due is not None and step.new_due is not None:
            extensions.append(way.Extension(step.old_due, step.new_due, "-", step.on))
        elif step.act == Act.REPLY:
            replies.append(way.Reply("-", 1, step.on, step.late))
        elif step.act in (Act.CLOSE, Act.AGAIN):
            rechecks.append(way.Recheck(frozenset({who}), step.act == Act.CLOSE, step.on))
    return way.Notice(
        str(one.found_by_id),
        one.issued_on,
        one.due,
        way.State(one.state),
        tuple(extensions),
        tuple(replies),
        tuple(rechecks),
    )


def _domain(one: Notice) -> way.Notice:
    return domain_of(one, list(one.steps.order_by("pk")))


def _after(one: Notice, act: Callable[[way.Notice], way.Notice]) -> None:
    """State and last day after an act; nothing is saved.

    Raises
    ------
    Conflict
        ``supervision.not_possible``.
    """
    try:
        after = act(_domain(one))
    except way.NotPossible as error:
        message = _("This is not possible now. Look at where the notice stands.")
        raise Conflict("supervision.not_possible", message) from error
    one.state, one.due = after.state.value, after.due


def _step(one: Notice, act: Act, by: Account | None, at: dt.datetime, words: str = "", **kept: Any) -> Step:
    sealed = sealing.seal(words, "step", one.pk)
    made = Step.objects.create(notice=one, act=act, by=by, on=clock.date_of(at), at=at, sealed=sealed, **kept)
    audit.append(
        by=by,
        action=f"supervision.{act.value}",
        subject=f"rectification:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"unit": one.unit_key, "about": one.about},
    )
    return made
