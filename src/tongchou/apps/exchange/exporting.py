"""Making a list: counted first, then written, sealed, noted with its purpose; forgotten after some days."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.exchange import reach, templates
from tongchou.apps.exchange.models import Export, ExportRow
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, crypto, keys
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.exchange import writing
from tongchou.domain.exchange.reading import key_text
from tongchou.domain.exchange.templates import Template
from tongchou.domain.exchange.writing import Line

#: Rows of one list; more are made area by area.
MOST: Final = 20_000
#: Days a written file can be fetched again.
KEPT: Final = dt.timedelta(days=7)
#: Characters of a purpose.
LONGEST: Final = 120
_KEY: Final = "exchange.key"
_MADE: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list is wanted. ``private`` puts private programmes in where the template may carry them."""

    template: str
    year: int
    area_id: int
    kinds: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """What a list would hold."""

    rows: int
    fen: int


@dataclass(frozen=True, slots=True)
class File:
    """A written list; full numbers stand in it."""

    name: str
    content: bytes


def count(asked: Asked, *, by: Account, at: dt.datetime) -> Counted:
    """How many cases a list would hold, before anything is written.

    Raises
    ------
    NotAllowed, NotFound, Invalid
        As ``export``.
    """
    areas = access.require(by, reach.EXCHANGE, on=clock.date_of(at))
    template = templates.template_of(asked.template)
    _area(asked, areas)
    which = _which(asked, template)
    return Counted(*casework.count_listed(which, by=by, on=clock.date_of(at), within=areas))


@transaction.atomic
def export(asked: Asked, *, purpose: str, by: Account, at: dt.datetime) -> Export:
    """Write a list of approved cases. Sent twice, the same rows for the same purpose are the same list.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``exchange.template``, ``exchange.kind``, ``exchange.private``, ``exchange.purpose``.
    Conflict
        ``exchange.empty``, ``exchange.too_many``.
    """
    forget(at=at)
    on = clock.date_of(at)
    areas = access.require(by, reach.EXCHANGE, on=on)
    template = templates.template_of(asked.template)
    area = _area(asked, areas)
    which = _which(asked, template)
    purpose = " ".join(purpose.split())
    if not purpose or len(purpose) > LONGEST:
        message = _("Say what the list is for, in at most %(most)s characters.") % {"most": LONGEST}
        raise Invalid("exchange.purpose", message, field="purpose")
    with keys.steady():
        found = casework.listed_cases(which, by=by, on=on, within=areas, most=MOST + 1)
        _bounded(found)
        lines = _lines(template, found)
    number = Export.objects.count() + 1
    content = write(template, lines, year=asked.year)
    sha256 = hashlib.sha256(content).hexdigest()
    same = Export.objects.filter(made_by=by, template=template.code, sha256=sha256, purpose=purpose)
    if (there := same.exclude(sealed="").first()) is not None:
        return there
    made = Export.objects.create(
        template=template.code,
        template_sha256=template.sha256,
        year=asked.year,
        kinds=",".join(which.kinds),
        area_id=area.pk,
        scope_no=area.scope_no,
        private=any(one.private for one in found),
        purpose=purpose,
        rows=len(lines),
        fen=sum(one.fen or 0 for one in lines),
        sha256=sha256,
        file_name=template.named(year=asked.year, number=number),
        kept_until=at + KEPT,
        made_by=by,
        made_at=at,
    )
    made.sealed = crypto.encrypt(base64.b64encode(content).decode(), f"exchange.file:{made.pk}")
    made.save(update_fields=["sealed"])
    _store(made, template, found, lines)
    _note(made, "export", by, at, rows=made.rows, fen=made.fen, sha256=sha256, private=made.private)
    return made


def _bounded(found: Sequence[casework.Listed]) -> None:
    if not found:
        raise Conflict("exchange.empty", _("No approved case fits. Choose another year, area or benefit."))
    if len(found) > MOST:
        message = _("A list holds at most %(most)s rows. Make one for each township.") % {"most": MOST}
        raise Conflict("exchange.too_many", message)


def _area(asked: Asked, areas: Scope) -> places.Area:
    area = places.area_by_id(asked.area_id, within=areas)
    if area is None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    return area


def _which(asked: Asked, template: Template) -> casework.Which:
    """The cases a template may hold: its own kinds, private ones only where it can carry them."""
    known = {one.code: one for one in casework.in_force()}
    chosen = tuple(code for code in (asked.kinds or template.kinds) if code)
    if set(chosen) - known.keys() or (template.kinds and set(chosen) - set(template.kinds)):
        raise Invalid("exchange.kind", _("This list is not for that benefit."), field="kind")
    private = any(known[code].kind == "private" for code in chosen)
    if (asked.private or private) and not template.private:
        message = _("Private programmes never stand in this list.")
        raise Invalid("exchange.private", message, field="private")
    return casework.Which(asked.year, chosen, asked.area_id, asked.private)


def _lines(template: Template, found: Sequence[casework.Listed]) -> list[Line]:
    people = registry.identities_of({one.person_id for one in found}, scope=Scope.everything())
    paths = places.paths({one.area_id for one in found})
    return [
        _line(no, one, people.get(one.person_id), paths.get(one.area_id, ""))
        for no, one in enumerate(found, 1)
    ]


def _line(no: int, one: casework.Listed, person: registry.Identity | None, place: str) -> Line:
    payee, said = one.payee, one.application
    own = one.relation == "self"
    return Line(
        seq=no,
        case_number=one.number,
        external=one.external,
        name=person.name if person else "",
        id_number=person.id_number if person else "",
        sex=person.sex if person else "",
        birth=person.birth if person else "",
        place=place,
        applicant_name=said.name or (person.name if own and person else ""),
        applicant_id=said.id_number or (person.id_number if own and person else ""),
        applicant_phone=said.phone,
        applicant_relation=one.relation,
        holder=payee.name if payee else "",
        holder_id=payee.id_number if payee else "",
        bank=payee.bank if payee else "",
        account=payee.account if payee else "",
        fen=one.amount_fen,
        year=one.year,
        programme=one.public_zh,
        purpose=f"{one.public_zh}{one.year}年",
        approved_on=one.approved_on.isoformat() if one.approved_on else "",
    )


def _store(made: Export, template: Template, found: Sequence[casework.Listed], lines: list[Line]) -> None:
    key = template.answer.key if template.answer else "case_number"
    ExportRow.objects.bulk_create(
        (
            ExportRow(
                export=made,
                no=line.seq,
                case_id=one.case_id,
                fen=line.fen,
                key_index=key_index(getattr(line, key)),
            )
            for one, line in zip(found, lines, strict=True)
        ),
        batch_size=500,
    )


def key_index(text: str) -> str:
    """What names a row, so that it is found again without being told."""
    return crypto.blind_index(key_text(text), _KEY)


def write(template: Template, lines: Sequence[Line], *, year: int) -> bytes:
    """The bytes of a list in the form of its template."""
    if template.form == "text":
        return writing.write_text(template, lines, year=year)
    return _workbook(template, lines, year)


def _workbook(template: Template, lines: Sequence[Line], year: int) -> bytes:
    """A workbook of text cells, amounts as numbers; nothing in it is a formula or a link."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": _MADE})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    text = book.add_format({"border": 1, "num_format": "@"})
    money = book.add_format({"border": 1, "num_format": "0.00"})
    page = book.add_worksheet(template.sheet)
    for column, one in enumerate(template.columns):
        page.set_column(column, column, one.width)
    first = len(template.above)
    for row, line in enumerate(template.above):
        page.write_string(row, 0, line.format(year=year))
    for row, cells in enumerate(writing.table(template, lines), first):
        for column, cell in enumerate(cells):
            if row > first and cell and template.columns[column].field == "yuan":
                page.write_number(row, column, float(cell), money)
            else:
                page.write_string(row, column, cell, head if row == first else text)
    page.freeze_panes(first + 1, 0)
    book.close()
    return target.getvalue()


@transaction.atomic
def file_of(*, export_id: int, by: Account, at: dt.datetime) -> File:
    """The file of a list, as long as it is kept; that it was fetched is noted.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``exchange.forgotten``: the days are over; make the list again.
    """
    forget(at=at)
    one = reach.export_of(export_id, by, at)
    if not one.sealed:
        message = _("The file is no longer kept. Make the list again; it is recorded anew.")
        raise Conflict("exchange.forgotten", message)
    content = base64.b64decode(crypto.decrypt(one.sealed, f"exchange.file:{one.pk}"))
    _note(one, "fetch", by, at, sha256=one.sha256)
    return File(one.file_name, content)


def forget(*, at: dt.datetime) -> int:
    """Empty the files whose days are over; how many."""
    return Export.objects.filter(kept_until__lt=at).exclude(sealed="").update(sealed="")


def _note(one: Export, act: str, by: Account, at: dt.datetime, **detail: object) -> None:
    audit.append(
        by=by,
        action=f"exchange.{act}",
        subject=f"export:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        purpose=one.purpose,
        detail={"template": one.template, "year": one.year, "kinds": one.kinds, **detail},
    )
