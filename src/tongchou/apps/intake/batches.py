"""Several registers at once: bring them in, choose what could not be told, store all without errors."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Length
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import batch_queries, finding, holding, messages, staging, words
from tongchou.apps.intake.models import BatchItem, HeldRegister, ItemState, UploadBatch
from tongchou.apps.intake.read import Opened, named, open_file
from tongchou.apps.intake.unpacking import Upload, unpacked
from tongchou.core import access, audit, clock, crypto
from tongchou.core.errors import AppError, Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.sentences import sentences
from tongchou.domain.register.header import survey
from tongchou.domain.register.legacy import matter_in
from tongchou.domain.register.problems import RegisterError

Progress = Callable[[int, int], None]

#: More files, or more bytes, are read in the background: they would keep a page waiting for too long.
MOST_AT_ONCE: Final = 4
MOST_BYTES_AT_ONCE: Final = 2 * 1024 * 1024
#: Refusals after which a file stays held: a choice may still change them.
_MENDABLE: Final = frozenset({"missing_columns", "other_village"})


@dataclass(slots=True)
class _Prepared:
    """One file, opened and cleaned, before anything is written."""

    name: str
    sha256: str = ""
    village: Any = None
    parcel: holding.Parcel | None = None
    refusal: RegisterError | None = None


def receive(
    *, files: Iterable[tuple[str, bytes]], by: Account, at: dt.datetime, village_id: int | None = None
) -> UploadBatch:
    """Take files and archives in: each is opened, cleaned of what law has closed and laid by in cipher.

    Nothing is compared yet (``read_waiting``). A file that cannot be taken is listed with its reason and
    keeps no other from being taken.

    Parameters
    ----------
    files
        Names and bytes as they came.
    village_id
        The village of all of them, when it was chosen; else each one finds its own.

    Raises
    ------
    Invalid
        When the upload as a whole is too large, or holds nothing.
    """
    reach = access.require(by, "intake.upload", on=clock.date_of(at))
    try:
        uploads = unpacked(files)
    except RegisterError as error:
        raise staging.in_words(error) from error
    if not uploads:
        raise Invalid("intake.no_files", _("Choose a file."))
    chosen = None if village_id is None else staging.village_in_reach(village_id, reach)
    villages = finding.Villages.within(reach) if chosen is None else None
    prepared = [_prepare(upload, chosen, villages) for upload in uploads]
    holding.forget_old(at)
    with transaction.atomic():
        batch = UploadBatch.objects.create(uploaded_by=by, uploaded_at=at)
        for position, one in enumerate(prepared, start=1):
            _lay_by(batch, position, one, at)
        audit.append(
            by=by,
            action="intake.receive",
            subject=f"upload_batch:{batch.pk}",
            at=at,
            detail={"files": len(prepared), "refused": sum(one.refusal is not None for one in prepared)},
        )
    return batch


def _prepare(upload: Upload, chosen: Any, villages: finding.Villages | None) -> _Prepared:
    one = _Prepared(upload.name, refusal=upload.refusal, village=chosen)
    if one.refusal is not None:
        return one
    one.sha256 = hashlib.sha256(upload.content).hexdigest()
    opened: Opened | None = None
    try:
        opened = open_file(upload.content)
        if villages is not None:
            title = finding.title_of(opened.sheet, survey(opened.sheet))
            one.village = villages.find(upload.name, title)
        known = words.words_of(words.county_of(one.village)) if one.village is not None else {}
        _cleaned, one.parcel = holding.pack(opened, known)
    except RegisterError as error:
        one.refusal = named(error, opened, upload.name)
    return one


def _lay_by(batch: UploadBatch, position: int, one: _Prepared, at: dt.datetime) -> None:
    item = BatchItem(batch=batch, position=position, sha256=one.sha256, village=one.village)
    item.label = label_of(one.name, batch.pk, position)
    if one.refusal is not None:
        _refuse(item, one.refusal)
    else:
        item.state = ItemState.WAITING if one.village is not None else ItemState.CHOOSE
    item.save()
    if one.refusal is None and one.parcel is not None:
        holding.lay_by(one.parcel, sha256=one.sha256, at=at, item=item)


def label_of(name: str, batch_id: int, position: int) -> str:
    """A file's name in cipher; none when it speaks of a closed matter."""
    return "" if matter_in(name) else crypto.encrypt(name, batch_queries.label_context(batch_id, position))


def read_waiting(
    *, batch_id: int, by: Account, at: dt.datetime, progress: Progress | None = None
) -> UploadBatch:
    """Read, check and compare every file that waits for it. Interrupted, the same call goes on."""
    access.require(by, "intake.upload", on=clock.date_of(at))
    batch = batch_queries.open_batch(batch_id, by=by)
    waiting = batch.items.filter(state=ItemState.WAITING).order_by("position").values_list("pk", flat=True)
    total = batch.items.count()
    for number in list(waiting):
        if progress is not None:
            progress(total - batch.items.filter(state=ItemState.WAITING).count(), total)
        _read_item(number, by, at)
    if progress is not None:
        progress(total, total)
    return batch


def is_small(batch: UploadBatch) -> bool:
    """True when what waits of an upload can be read while the page waits."""
    waiting = HeldRegister.objects.filter(item__batch=batch, item__state=ItemState.WAITING)
    sizes = list(waiting.annotate(size=Length("content")).values_list("size", flat=True))
    return len(sizes) <= MOST_AT_ONCE and sum(sizes) <= MOST_BYTES_AT_ONCE


def _read_item(item_id: int, by: Account, at: dt.datetime) -> BatchItem:
    """Stage one file from what is laid by; a refusal is noted in both languages."""
    item = BatchItem.objects.select_related("batch").get(pk=item_id)
    held = HeldRegister.objects.filter(item=item).first()
    if item.state != ItemState.WAITING or held is None:
        return item
    parcel = holding.take_out(held)
    try:
        file = staging.stage_opened(
            opened=holding.opened(parcel),
            parcel=parcel,
            sha256=item.sha256,
            file_name=batch_queries.name_of(item),
            village_id=item.village_id or 0,
            by=by,
            at=at,
        )
    except AppError as error:
        _refuse(item, error)
        item.open_words = error.data.get("open_words", [])
        keep = item.code in _MENDABLE
    else:
        item.state, item.file, item.code, item.params, item.open_words = ItemState.READ, file, "", "", []
        keep = False
    with transaction.atomic():
        item.save()
        if not keep:
            held.delete()
    return item


def _refuse(item: BatchItem, error: RegisterError | AppError) -> None:
    """Note why a file is not taken, in each language of the pages: who reads it may read another one."""
    cause = error if isinstance(error, RegisterError) else error.__cause__
    told: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if isinstance(cause, RegisterError):  # words made for a page are in the language of the moment
                told[language] = sentences(*messages.file_words(cause))
            else:
                told[language] = str(error.message)  # type: ignore[union-attr]
    item.state, item.code = ItemState.REFUSED, error.code.removeprefix("intake.")[:40]
    item.params = crypto.encrypt(json.dumps(told, ensure_ascii=False), _refusal_context(item))


def _refusal_context(item: BatchItem) -> str:
    return f"intake.refusal:{item.batch_id}:{item.position}"


def reason(item: BatchItem) -> str:
    """Why a file is not taken, in the language of the page; empty when it is."""
    if item.state != ItemState.REFUSED:
        return ""
    if not item.params:  # nobody decided in time
        return sentences(*messages.file_words(RegisterError(item.code)))
    told = json.loads(crypto.decrypt(item.params, _refusal_context(item)))
    return str(told.get(translation.get_language() or "", "") or next(iter(told.values()), ""))


def choose_village(*, item_id: int, village_id: int, by: Account, at: dt.datetime) -> BatchItem:
    """Say which village a file belongs to, and read it.

    Raises
    ------
    NotFound
        When the account did not bring the file in, or does not reach the village.
    Conflict
        When the file has been read, or is no longer held.
    """
    reach = access.require(by, "intake.upload", on=clock.date_of(at))
    place = staging.village_in_reach(village_id, reach)
    item = _open_item(item_id, by, (ItemState.CHOOSE, ItemState.REFUSED))
    item.village, item.state = place, ItemState.WAITING
    item.save(update_fields=["village", "state"])
    return _read_item(item.pk, by, at)


def open_words(batch_id: int, *, by: Account) -> list[str]:
    """Headers of refused files that, once explained, may change that."""
    batch = batch_queries.open_batch(batch_id, by=by)
    refused = batch.items.filter(state=ItemState.REFUSED, village__isnull=False, held__isnull=False)
    listed = refused.order_by("position").values_list("open_words", flat=True)
    return list(dict.fromkeys(word for found in listed for word in found))


def explain_items(
    *, batch_id: int, meanings: dict[str, str], by: Account, at: dt.datetime
) -> tuple[UploadBatch, int]:
    """Remember what headers of refused files mean; files that hold one of them wait to be read again.

    Returns
    -------
    tuple
        The upload, and how many of its files wait now.

    Raises
    ------
    NotFound
        When the account brought in no such upload.
    Invalid, Conflict
        As ``words.remember``; ``intake.no_words`` when no header was explained.
    """
    reach = access.require(by, "intake.upload", on=clock.date_of(at))
    batch = batch_queries.open_batch(batch_id, by=by)
    refused = batch.items.filter(
        reach.q("village__scope_no"), state=ItemState.REFUSED, held__isnull=False
    ).select_related("village")
    again = [item for item in refused if meanings.keys() & set(item.open_words)]
    if not again:
        raise Invalid("intake.no_words", _("Choose what at least one of the columns is."))
    with transaction.atomic():
        by_county: dict[int, dict[str, str]] = {}
        counties: dict[int, Any] = {}
        for item in again:
            county = words.county_of(item.village)
            counties[county.pk] = county
            told = {word: meaning for word, meaning in meanings.items() if word in item.open_words}
            chosen = [meaning for meaning in told.values() if meaning]
            if len(set(chosen)) < len(chosen):
                raise Invalid("intake.word_twice", _("The file has another column for that already."))
            by_county.setdefault(county.pk, {}).update(told)
        BatchItem.objects.filter(pk__in=[item.pk for item in again]).update(state=ItemState.WAITING)
        for number, told in sorted(by_county.items()):
            words.remember(county=counties[number], meanings=told, by=by, at=at)
    return batch, len(again)


def _open_item(item_id: int, by: Account, states: tuple[str, ...]) -> BatchItem:
    items = BatchItem.objects.filter(pk=item_id, batch__uploaded_by=by).select_related("batch", "village")
    item = items.first()
    if item is None:
        raise NotFound("intake.no_item", _("You have brought in no such file."))
    if item.state not in states or not HeldRegister.objects.filter(item=item).exists():
        raise Conflict("intake.not_held", _("This file is no longer held here. Choose it again."))
    return item
