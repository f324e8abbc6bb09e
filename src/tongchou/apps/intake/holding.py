"""A register laid by in cipher until the decision: so that it can be read again, and given back with marks.

What is laid by was made anew without what present law has closed (``clean``, ``own_workbook``). The upload
itself is never kept.
"""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tongchou.apps.intake import held_sheet, own_workbook
from tongchou.apps.intake.archive import MOST_TEXT
from tongchou.apps.intake.models import BatchItem, HeldForm, HeldRegister, ItemState, RegisterFile
from tongchou.apps.intake.read import Opened, open_file
from tongchou.core import crypto
from tongchou.domain.register import clean
from tongchou.domain.register.header import Words, survey
from tongchou.domain.register.problems import RegisterError

#: Days after which a register that nobody decided about is forgotten.
HELD_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be laid by: bytes in one of the two forms."""

    form: str
    others: int
    content: bytes
    legacy: Mapping[str, int] = field(default_factory=dict)


def pack(opened: Opened, words: Words) -> tuple[Opened, Parcel]:
    """The register without what present law has closed, as it goes on from here, and to be laid by.

    Raises
    ------
    RegisterError
        ``no_header`` when nothing says which column is which: then nothing may be kept.
    """
    header = survey(opened.sheet, words)
    if header is None:
        raise RegisterError("no_header")
    places = clean.closed_places(opened.sheet, header)
    legacy = dict(Counter(header.closed.values()))
    cleaned = Opened(clean.without(opened.sheet, places), opened.others, legacy=legacy)
    workbook = own_workbook.reduced(opened, places)
    if workbook is not None:
        return cleaned, Parcel(HeldForm.WORKBOOK, opened.others, workbook, legacy)
    packed = zlib.compress(held_sheet.to_text(cleaned.sheet).encode("utf-8", "surrogatepass"), 3)
    return cleaned, Parcel(HeldForm.SHEET, opened.others, packed, legacy)


def lay_by(
    parcel: Parcel,
    *,
    sha256: str,
    at: dt.datetime,
    file: RegisterFile | None = None,
    item: BatchItem | None = None,
) -> None:
    """Keep a parcel for a file or for an item of an upload."""
    HeldRegister.objects.create(
        file=file,
        item=item,
        sha256=sha256,
        form=parcel.form,
        others=parcel.others,
        legacy=dict(parcel.legacy),
        content=crypto.encrypt(base64.b64encode(parcel.content).decode("ascii"), _context(sha256)),
        held_at=at,
    )


def take_out(held: HeldRegister) -> Parcel:
    """What was laid by."""
    content = base64.b64decode(crypto.decrypt(held.content, _context(held.sha256)))
    return Parcel(held.form, held.others, content, held.legacy)


def opened(parcel: Parcel) -> Opened:
    """The sheet of a parcel, to be read again."""
    if parcel.form == HeldForm.WORKBOOK:
        return Opened(open_file(parcel.content).sheet, parcel.others, legacy=parcel.legacy)
    unfolder = zlib.decompressobj()
    text = unfolder.decompress(parcel.content, 8 * MOST_TEXT).decode("utf-8", "surrogatepass")
    return Opened(held_sheet.from_text(text), parcel.others, legacy=parcel.legacy)


def of_file(file_id: int) -> HeldRegister | None:
    """What is laid by for a file, if anything is."""
    return HeldRegister.objects.filter(file_id=file_id).first()


def forget(file: RegisterFile) -> None:
    """The file has been decided on."""
    HeldRegister.objects.filter(file=file).delete()


def forget_old(at: dt.datetime) -> int:
    """Forget what nobody has decided about for ``HELD_DAYS``; the files and their problems stay listed.

    The names of uploads of that age are forgotten too, whatever became of them.
    """
    limit = at - dt.timedelta(days=HELD_DAYS)
    BatchItem.objects.filter(batch__uploaded_at__lt=limit).exclude(label="").update(label="")
    old = HeldRegister.objects.filter(held_at__lt=limit)
    items = [item for item in old.values_list("item_id", flat=True) if item is not None]
    number, _kinds = old.delete()
    open_states = (ItemState.WAITING, ItemState.CHOOSE)
    BatchItem.objects.filter(pk__in=items, state__in=open_states).update(
        state=ItemState.REFUSED, code="no_longer_held", params=""
    )
    return number


def _context(sha256: str) -> str:
    return f"intake.held:{sha256}"
