"""A list's row as encrypted text, bound to its file and row, and the keyed digest of what it says."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

from tongchou.apps.registry import api as registry
from tongchou.core import crypto
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists.row import ListRow, Named, Newborn
from tongchou.domain.register.problems import Param

_DATES: Final = frozenset({"day", "until", "birth"})
_NAMED: Final = tuple(field.name for field in fields(Named))
_CHILD: Final = tuple(field.name for field in fields(Newborn))
_ROW: Final = tuple(
    field.name for field in fields(ListRow) if field.name not in ("row_no", "people", "child")
)
#: Made once; keys in one order, so that equal rows are equal texts.
_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def packed(row: ListRow) -> dict[str, Any]:
    """The row as plain data without its number; what it is silent about is left out."""
    said = _filled(row, _ROW)
    said["people"] = [_filled(person, _NAMED) for person in row.people]
    if row.child is not None:
        said["child"] = _filled(row.child, _CHILD)
    return said


def _filled(part: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields that say something, dates as text."""
    found = {}
    for name in names:
        value = getattr(part, name)
        if value is not None and value is not False and value != ():
            found[name] = str(value) if name in _DATES else value
    return found


def unpacked(data: dict[str, Any]) -> ListRow:
    """The row that ``packed`` took apart."""
    parts = {name: _date(name, value) for name, value in data.items()}
    parts["people"] = tuple(
        Named(**{name: _date(name, value) for name, value in person.items()}) for person in data["people"]
    )
    if "child" in data:
        parts["child"] = Newborn(**data["child"])
    if "phones" in data:
        parts["phones"] = tuple(data["phones"])
    return ListRow(**parts)


def _date(name: str, value: Any) -> Any:
    return PartialDate.from_iso(value) if name in _DATES and isinstance(value, str) else value


def seal_row(row: ListRow, file_id: int) -> tuple[str, str]:
    """The encrypted row, and a keyed digest of what it says, wherever it stands."""
    text = _encode(packed(row))
    return crypto.encrypt(text, _context(file_id, row.row_no)), crypto.blind_index(text, "lists.row")


def open_row(token: str, file_id: int, row_no: int) -> ListRow:
    """The row that ``seal_row`` encrypted."""
    return unpacked(json.loads(crypto.decrypt(token, _context(file_id, row_no))) | {"row_no": row_no})


def shown(finding: registry.ListFinding, file_id: int) -> str:
    """A keyed digest of all a decision about the finding rests on."""
    return crypto.blind_index(f"{finding.row_no}:{finding.key}", f"lists.shown:{file_id}")


def seal_params(params: dict[str, Param], file_id: int) -> str:
    return (
        crypto.encrypt(json.dumps(params, ensure_ascii=False), f"lists.problem:{file_id}") if params else ""
    )


def open_params(token: str, file_id: int) -> dict[str, Param]:
    return dict(json.loads(crypto.decrypt(token, f"lists.problem:{file_id}"))) if token else {}


def newborn_digest(row: ListRow, mother_id: int) -> str:
    """What makes two rows one birth: its mother, its day and its certificate."""
    child = row.child or Newborn()
    parts = [mother_id, str(row.day), child.mark or child.sex]
    return crypto.blind_index(json.dumps(parts), "lists.newborn")


def seal_newborn(row: ListRow, key: str) -> str:
    """What the registrar needs to help; bound to the birth's digest."""
    mother, *others = row.people
    said = {
        "day": str(row.day or ""),
        "name": row.child.name if row.child else None,
        "sex": row.child.sex if row.child else None,
        "place": row.place,
        "mother": mother.name,
        "father": others[0].name if others else None,
        "phones": list(row.phones),
    }
    return crypto.encrypt(json.dumps(said, ensure_ascii=False), f"lists.newborn:{key}")


def open_newborn(token: str, key: str) -> dict[str, Any]:
    return dict(json.loads(crypto.decrypt(token, f"lists.newborn:{key}")))


def _context(file_id: int, row_no: int) -> str:
    return f"lists.row:{file_id}:{row_no}"
