"""Words and pictures of supervision: checked for what has no place here, bared, and sealed."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.supervision.models import Evidence
from tongchou.core import crypto, files, fit_words
from tongchou.core.errors import Invalid
from tongchou.domain.complaints.words import holds_closed_matter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.core.models import Account

LONGEST: Final = 1_000
LARGEST: Final = 3_000_000
MOST_FILES: Final = 5


def words(text: str, *, field: str = "words", required: bool = True) -> str:
    """Words about a unit's work: nothing of a family's births or marriages, nobody named, no help withheld.

    Raises
    ------
    Invalid
        ``supervision.words``.
    """
    said = text.strip()
    if (required and not said) or len(said) > LONGEST:
        raise Invalid("supervision.words", _("Write it in at most 1,000 characters."), field=field)
    fit_words.require(said, code="supervision.words", field=field)
    if holds_closed_matter(said):
        message = _("Write about the unit's work alone: no numbers of people and nothing of a family.")
        raise Invalid("supervision.words", message, field=field)
    return said


def seal(text: str, what: str, number: int) -> str:
    return crypto.encrypt(text, f"supervision.{what}:{number}") if text else ""


def unseal(sealed: str, what: str, number: int) -> str:
    return crypto.decrypt(sealed, f"supervision.{what}:{number}") if sealed else ""


def checked_files(given: Sequence[bytes], *, pictures_only: bool = False) -> list[tuple[str, bytes]]:
    """Pictures and documents without what a camera noted in them, by their kinds.

    Raises
    ------
    Invalid
        ``supervision.file``: another kind, above 3 MB, or too many.
    """
    kinds = ("jpeg", "png") if pictures_only else ("jpeg", "png", "pdf")
    found = []
    for content in given:
        kind = files.kind_of(content)
        if kind not in kinds or len(content) > LARGEST or len(given) > MOST_FILES:
            message = _("Choose at most five JPEG, PNG or PDF files of at most 3 MB each.")
            raise Invalid("supervision.file", message, field="files")
        found.append((kind, files.bare(content)))
    return found


def keep(found: Sequence[tuple[str, bytes]], *, by: Account, at: dt.datetime, **of: Any) -> list[Evidence]:
    """Keep evidence of one check, inspection or step; the same file twice is kept once."""
    kept: dict[str, Evidence] = {}
    for kind, content in found:
        digest = hashlib.sha256(content).hexdigest()
        sealed = crypto.encrypt(base64.b64encode(content).decode(), f"supervision.evidence:{digest}")
        kept[digest] = Evidence(kind=kind, sha256=digest, sealed=sealed, at=at, by=by, **of)
    return Evidence.objects.bulk_create(kept.values())


def content_of(one: Evidence) -> bytes:
    return base64.b64decode(crypto.decrypt(one.sealed, f"supervision.evidence:{one.sha256}"))
