"""Building a batch: approved awards that nobody has paid become its rows, a thousand at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import awards, reach, templates
from tongchou.apps.payments.models import LIVE, OPEN, Batch, BatchState, Fund, PaymentRow, RowState, Try
from tongchou.apps.payments.steps import CHUNK, Steps
from tongchou.apps.registry import api as registry
from tongchou.core import audit
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Rows after which an award is no longer a first payment: it is on its way, paid, or came back.
_TRIED: Final = (*LIVE, RowState.RETURNED)
#: An award to be paid, with the row of it that came back before.
Candidate = tuple[awards.Award, PaymentRow | None]


@transaction.atomic
def begin_batch(
    *, fund_id: int, programme: str, template: str, by: Account, at: dt.datetime, attempt: str = Try.FIRST
) -> Batch:
    """The open batch of a fund and programme; a new one, still without rows, when there is none.

    So pressed twice, or by two officers at once, it is one batch.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``payments.programme`` when the fund does not pay it; ``payments.template``.
    Conflict
        ``payments.nothing_ready`` when no award waits.
    """
    fund = reach.fund_of(fund_id, by, at, reach.BUILD, lock=True)
    if not fund.uses.filter(programme=programme).exists():
        raise Invalid("payments.programme", _("The fund does not pay this programme."), field="programme")
    if attempt not in Try.values:
        raise ValueError(f"no such attempt: {attempt}")
    templates.template_of(template)
    known = Batch.objects.filter(fund=fund, programme=programme, attempt=attempt, state__in=OPEN).first()
    if known is not None:
        return known
    waiting = next_awards(fund, programme, attempt, after=0, limit=1)[0]
    if not waiting:
        message = (
            _("No approved case waits for its first payment.")
            if attempt == Try.FIRST
            else _("Nothing that came back waits to be paid again.")
        )
        raise Conflict("payments.nothing_ready", message)
    number = Batch.objects.filter(fund=fund).count() + 1
    batch = Batch.objects.create(
        fund=fund,
        area_id=fund.area_id,
        scope_no=fund.scope_no,
        programme=programme,
        attempt=attempt,
        number=number,
        name=_name(fund, number),
        template=template,
        # What was paid before is not walked again by every step.
        reached=place_of(waiting[0]) - 1,
        built_by=by,
        built_at=at,
    )
    note(batch, "begin", by, at, programme=programme, template=template, attempt=str(attempt))
    return batch


def _name(fund: Fund, number: int) -> str:
    """What the batch is called in files: area, year, fund and number, letters and digits alone."""
    area = "".join(one for one in fund.area.code if one.isascii() and one.isalnum())[:12]
    return f"{area}{fund.year}{fund.pk:03d}{number:03d}"


def fill(*, batch_id: int, by: Account, at: dt.datetime, steps: Steps | None = None) -> Batch:
    """Take all waiting awards in, step by step; a batch that is built already stays as it is.

    Raises
    ------
    NotAllowed, NotFound
    """
    steps = steps or Steps()
    batch = reach.batch_of(batch_id, by, at, reach.BUILD)
    while batch.state == BatchState.BUILDING:
        with steps.step() as settle:
            batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
            if batch.state == BatchState.BUILDING:
                _step(batch, by, at)
            settle(batch.reached, batch.rows, None)
            note(batch, "build", by, at, rows=batch.rows, fen=batch.fen, reached=batch.reached)
    return batch


def _step(batch: Batch, by: Account, at: dt.datetime) -> None:
    found, reached = next_awards(batch.fund, batch.programme, batch.attempt, after=batch.reached, limit=CHUNK)
    _take(batch, found)
    batch.reached = reached
    if not found:
        batch.state, batch.reached = BatchState.DRAFT, 0
    batch.save(update_fields=["reached", "state", "rows", "rows_taken", "fen"])


def _take(batch: Batch, found: Sequence[Candidate]) -> None:
    if not found:
        return
    registry.stand_still()
    where = registry.whereabouts([award.person_id for award, _earlier in found])
    rows = [
        PaymentRow(
            batch=batch,
            no=batch.rows_taken + place,
            award_id=award.award_id,
            case_id=award.case_id,
            case_number=award.case_number,
            person_id=award.person_id,
            household_id=award.household_id,
            year=award.year,
            fen=award.amount_fen,
            issue_no=1 if earlier is None else earlier.issue_no + 1,
            earlier=earlier,
            allowed=None if earlier is None else getattr(earlier, "more_tries", None),
            **where.get(award.person_id, {}),
        )
        for place, (award, earlier) in enumerate(found, start=1)
    ]
    PaymentRow.objects.bulk_create(rows, batch_size=500)
    awards.source().note_tried([row.award_id for row in rows])
    batch.rows_taken += len(rows)
    batch.rows += len(rows)
    batch.fen += sum(row.fen for row in rows)


def next_awards(
    fund: Fund, programme: str, attempt: str, *, after: int, limit: int
) -> tuple[list[Candidate], int]:
    """At most ``limit`` awards to be paid, with the row that came back before, and where to go on after them.

    The list is empty when there is none left. Awards are read a whole page at a time, however few are wanted:
    those that were tried before lie first.
    """
    if attempt == Try.AGAIN:
        return _came_back(fund, programme, after=after, limit=limit)
    source, inside = awards.source(), Scope.of_area(fund.area)
    while True:
        ready = source.awards_ready(scope=inside, kinds=[programme], after_id=after, limit=CHUNK)
        if not ready:
            return [], after
        after = ready[-1].award_id
        tried = set(
            PaymentRow.objects.filter(
                award_id__in=[one.award_id for one in ready], state__in=_TRIED
            ).values_list("award_id", flat=True)
        )
        new: list[Candidate] = [(one, None) for one in ready if one.award_id not in tried]
        if new:
            return _cut(new, limit, after)


def _came_back(fund: Fund, programme: str, *, after: int, limit: int) -> tuple[list[Candidate], int]:
    """Rows of the fund that came back, have not been tried again, and may be."""
    rows = PaymentRow.objects.filter(
        batch__fund=fund, batch__programme=programme, state=RowState.RETURNED, pk__gt=after
    )
    while True:
        part = list(rows.filter(pk__gt=after).select_related("more_tries").order_by("pk")[:CHUNK])
        if not part:
            return [], after
        after = part[-1].pk
        numbers = [row.award_id for row in part]
        live = set(
            PaymentRow.objects.filter(award_id__in=numbers, state__in=LIVE).values_list("award_id", flat=True)
        )
        later = set(
            PaymentRow.objects.filter(earlier__in=part, state__in=_TRIED).values_list("earlier", flat=True)
        )
        source = awards.source()
        standing, payable = source.awards(numbers), source.payable(numbers)
        found: list[Candidate] = [
            (standing[row.award_id], row)
            for row in part
            if row.award_id in payable
            and row.award_id not in live
            and row.pk not in later
            and (row.issue_no < 2 or hasattr(row, "more_tries"))
        ]
        if found:
            return _cut(found, limit, after)


def place_of(one: Candidate) -> int:
    """Where a candidate stands among those that are walked: its award's number, or its row's."""
    award, earlier = one
    return award.award_id if earlier is None else earlier.pk


def _cut(found: list[Candidate], limit: int, after: int) -> tuple[list[Candidate], int]:
    """At most ``limit`` of a page, and the place behind the last of them."""
    return (found, after) if len(found) <= limit else (found[:limit], place_of(found[limit - 1]))


def more_than(number: int, batch: Batch) -> bool:
    """Whether more awards than that wait to be taken in. Reads no further than it has to."""
    counted, after = 0, batch.reached
    while counted <= number:
        page, after = next_awards(batch.fund, batch.programme, batch.attempt, after=after, limit=CHUNK)
        if not page:
            return False
        counted += len(page)
    return True


def note(batch: Batch, act: str, by: Account | None, at: dt.datetime, **detail: Any) -> None:
    """The audit row of an act on a batch."""
    audit.append(
        by=by,
        action=f"payments.{act}",
        subject=f"payment_batch:{batch.pk}",
        at=at,
        scope_no=batch.scope_no,
        detail={"batch": batch.name, **detail},
    )
