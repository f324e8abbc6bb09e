"""Checks of drawn records against paper and place, one by one or from a form that was filled in by hand."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from tongchou.apps.supervision import access, sealing
from tongchou.apps.supervision.drawing import sample_of
from tongchou.apps.supervision.models import Check, Draw, Fault, Finding, Item
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.supervision import draws

#: Columns of the form as it is printed and read back, whatever the reader's language.
COLUMNS: Final = {
    "label": "编号",
    "where": "地点",
    "reported": "上报内容",
    "finding": "核对结果",
    "fault": "差异项",
    "words": "说明",
}
_NEEDED: Final = ("label", "finding")
FINDINGS: Final = {"相符": "right", "不符": "wrong", "未找到": "not_found"}
FAULTS: Final = {
    "日期": "date",
    "金额": "amount",
    "对象": "identity",
    "地点": "place",
    "缺凭证": "paper_missing",
    "未办理": "not_done",
    "其他": "other",
}
MOST_BYTES: Final = 5 * 1024 * 1024
_ONE_OF: Final[Any] = _("Write one of: %(words)s.")
_BLANK: Final = _("Say what was found, or leave the whole row blank.")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell, and how to mend it."""

    cell: str
    value: str
    fix: Any


@transaction.atomic
def check(
    *,
    item_id: int,
    finding: str,
    fault: str = "",
    words: str = "",
    files: Sequence[bytes] = (),
    by: Account,
    at: dt.datetime,
) -> Check:
    """Write down what was found of a record, once.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Invalid
        ``supervision.finding`` for one that is none, or a fault without a difference; ``supervision.words``;
        ``supervision.file``.
    Conflict
        ``supervision.checked`` when it is checked or replaced already.
    """
    found = Item.objects.filter(pk=item_id).first()
    if found is None:
        raise access.none()
    one = access.locked(Draw, found.draw_id, by, at)
    item = Item.objects.select_for_update(of=("self",)).get(pk=item_id)
    if item.replaced or one.done_on is not None or Check.objects.filter(item=item).exists():
        raise Conflict("supervision.checked", _("It is checked or replaced already."))
    said = sealing.words(words, required=finding == Finding.WRONG and fault == Fault.OTHER)
    pictures = sealing.checked_files(files)
    made = _add([(item, finding, fault, said)], on_paper=False, by=by, at=at)[0]
    sealing.keep(pictures, by=by, at=at, check_made=made)
    _note(one, "supervision.check", 1, by, at)
    return made


def _add(
    rows: Sequence[tuple[Item, str, str, str]], *, on_paper: bool, by: Account, at: dt.datetime
) -> list[Check]:
    for _item, finding, fault, _words in rows:
        if finding not in Finding.values or (finding == Finding.WRONG) != (fault in Fault.values):
            message = _("Say whether it agrees, and where it differs in what.")
            raise Invalid("supervision.finding", message, field="finding")
    return Check.objects.bulk_create(
        Check(
            item=item,
            finding=finding,
            fault=fault,
            sealed=sealing.seal(words, "check", item.pk),
            on_paper=on_paper,
            by=by,
            at=at,
        )
        for item, finding, fault, words in rows
    )


@transaction.atomic
def take_form(*, draw_id: int, content: bytes, by: Account, at: dt.datetime) -> int:
    """Take in a form filled in by hand and typed: all of it, or with one mistake nothing; how many checks.

    Rows left blank are not checked yet; rows that say what is written down already change nothing.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Invalid
        ``supervision.form`` when it is no workbook or lacks columns; ``supervision.cells`` with
        ``data["problems"]``, every mistake with its cell.
    Conflict
        ``supervision.checked`` when the draw is done.
    """
    one = access.locked(Draw, draw_id, by, at)
    if one.done_on is not None:
        raise Conflict("supervision.checked", _("This draw is done."))
    columns, table = _table(content)
    items = {item.label: item for item in one.items.filter(replaced="")}
    before = {check.item_id: check for check in Check.objects.filter(item__draw=one)}
    rows: list[tuple[Item, str, str, str]] = []
    problems: list[CellProblem] = []
    seen: set[str] = set()

    def wrong(number: int, name: str, value: str, fix: Any) -> None:
        problems.append(CellProblem(f"{_letter(columns.get(name, 0))}{number}", value, fix))

    for number, cells in table:
        said = {name: _text(cells, columns, name) for name in COLUMNS}
        item = items.get(said["label"])
        if item is None:
            wrong(number, "label", said["label"], _("No record of this draw has this number."))
            continue
        if said["label"] in seen:
            wrong(number, "label", said["label"], _("This record stands in the form twice."))
            continue
        seen.add(said["label"])
        if not said["finding"]:
            if said["fault"]:
                wrong(number, "finding", "", _BLANK)
            continue
        finding = FINDINGS.get(said["finding"])
        fault = FAULTS.get(said["fault"], "")
        if finding is None:
            wrong(number, "finding", said["finding"], _ONE_OF % {"words": "、".join(FINDINGS)})
            continue
        if (finding == "wrong") != bool(fault) or (said["fault"] and not fault):
            fix = _("Where it differs write one of: %(words)s; elsewhere leave it blank.")
            wrong(number, "fault", said["fault"], fix % {"words": "、".join(FAULTS)})
            continue
        try:
            words = sealing.words(said["words"], required=fault == Fault.OTHER)
        except Invalid as error:
            wrong(number, "words", said["words"], error.message)
            continue
        there = before.get(item.pk)
        if there is None:
            rows.append((item, finding, fault, words))
        elif (there.finding, there.fault) != (finding, fault):
            wrong(
                number, "finding", said["finding"], _("This record is checked already, with another result.")
            )
    if problems:
        message = _("Nothing was taken in. Mend these cells and upload again.")
        raise Invalid("supervision.cells", message, problems=problems)
    _add(rows, on_paper=True, by=by, at=at)
    if rows:
        _note(one, "supervision.form", len(rows), by, at)
    return len(rows)


def _table(content: bytes) -> tuple[dict[str, int], list[tuple[int, list[Any]]]]:
    if len(content) > MOST_BYTES:
        raise Invalid("supervision.form", _("This file is larger than 5 MB."))
    try:
        page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        table = list(enumerate(page.to_python(skip_empty_area=False), start=1))
    except (CalamineError, IndexError, ValueError, OSError) as error:
        message = _("This workbook cannot be opened. Use the form of this draw, saved as .xlsx.")
        raise Invalid("supervision.form", message) from error
    names = {said: name for name, said in COLUMNS.items()}
    for number, cells in table[:20]:
        columns = {
            names[text]: place for place, value in enumerate(cells) if (text := str(value).strip()) in names
        }
        if all(name in columns for name in _NEEDED):
            rows = [(at, row) for at, row in table if at > number and str(row[columns["label"]]).strip()]
            return columns, rows
    message = _("The row with the column names is missing. Use the form of this draw.")
    raise Invalid("supervision.form", message)


def _text(cells: Sequence[Any], columns: dict[str, int], name: str) -> str:
    place = columns.get(name)
    return "" if place is None or place >= len(cells) else str(cells[place]).strip()


def _letter(place: int) -> str:
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


@transaction.atomic
def finish(*, draw_id: int, by: Account, at: dt.datetime) -> Draw:
    """End a draw whose records are all checked: the unit's accuracy of the month, with its interval.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Conflict
        ``supervision.unchecked`` while a record is not checked; ``supervision.checked`` when it is done.
    """
    one = access.locked(Draw, draw_id, by, at)
    if one.done_on is not None:
        raise Conflict("supervision.checked", _("This draw is done."))
    rows = Check.objects.filter(item__draw=one, item__replaced="").select_related("item")
    found = {
        row.item.ref: draws.Check(
            str(row.by_id), draws.Finding(row.finding), draws.Fault(row.fault) if row.fault else None
        )
        for row in rows
    }
    sample = sample_of(one)
    if set(found) != set(sample.items):
        message = _("Records are left that are not checked yet: %(n)s.")
        raise Conflict("supervision.unchecked", message % {"n": len(set(sample.items) - set(found))})
    numbers, share = draws.outcome(sample, found), draws.accuracy(sample, found, one.confidence / 1000)
    one.done_on, one.checked, one.right = clock.date_of(at), numbers.checked, numbers.right
    one.value, one.low, one.high = share.value, min(share.low, share.value), max(share.high, share.value)
    one.save(update_fields=["done_on", "checked", "right", "value", "low", "high"])
    audit.append(
        by=by,
        action="supervision.finish",
        subject=f"draw:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"checked": numbers.checked, "right": numbers.right, "not_found": numbers.not_found},
    )
    return one


def _note(one: Draw, action: str, number: int, by: Account, at: dt.datetime) -> None:
    audit.append(
        by=by,
        action=action,
        subject=f"draw:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"records": number},
    )
