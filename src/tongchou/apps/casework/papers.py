"""Papers of a case: copies only of what its kind names or families are asked for; each opening is noted."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import moving, reach
from tongchou.apps.casework.models import Asked, Case, State
from tongchou.apps.casework.paper_models import Paper
from tongchou.core import audit, clock, crypto, files
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.domain.casework.kinds import CaseKind

#: Bytes of a copy.
LARGEST: Final = 5_000_000
#: Copies a case keeps.
MOST: Final = 20
_CLOSED: Final = (State.WITHDRAWN, State.ENDED)


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy without its content."""

    paper_id: int
    code: str
    kind: str
    by: str
    at: dt.datetime


def codes(kind: CaseKind) -> tuple[str, ...]:
    """What a copy can be of: papers the kind names, and what families are asked for."""
    named = [one.code for one in kind.papers]
    return (*named, *(one for one in Asked.values if one != Asked.SITUATION and one not in named))


@transaction.atomic
def attach(*, case_id: int, code: str, content: bytes, by: Account, at: dt.datetime) -> Paper:
    """Keep a copy with a case, without what a camera adds; the same twice once.

    Raises
    ------
    NotAllowed, NotFound
        When the account neither takes applications nor reviews there.
    Invalid
        ``casework.paper``: no such paper belongs to this kind of case; ``casework.copy``: no picture or PDF,
        or too large.
    Conflict
        ``casework.closed`` after the case has ended; ``casework.papers`` with too many copies.
    """
    on = clock.date_of(at)
    case = reach.readable(by, on).select_for_update().filter(pk=case_id).first()
    if case is None:
        raise reach.no_case()
    holder = reach.held(by, on)
    if not any(holder.of(one).covers(case.handling_scope) for one in (reach.OPEN, reach.REVIEW)):
        raise NotAllowed("casework.papers", _("Your role does not take papers for this case."))
    if code not in codes(moving.opened(case).kind):
        raise Invalid("casework.paper", _("Choose what the copy shows."), field="code")
    kind = files.kind_of(content)
    if kind is None or len(content) > LARGEST:
        message = _("Choose a JPEG or PNG picture or a PDF of at most 5 MB.")
        raise Invalid("casework.copy", message, field="copy")
    if case.state in _CLOSED:
        raise Conflict("casework.closed", _("This case has ended; nothing is added to it any more."))
    content = files.bare(content)
    digest = hashlib.sha256(content).hexdigest()
    found = Paper.objects.filter(case=case, code=code, sha256=digest).first()
    if found is not None:
        return found
    if Paper.objects.filter(case=case).count() >= MOST:
        raise Conflict("casework.papers", _("A case keeps at most %(most)d copies.") % {"most": MOST})
    made = Paper.objects.create(
        case=case,
        code=code,
        sealed=crypto.encrypt(base64.b64encode(content).decode(), _of(case)),
        kind=kind,
        sha256=digest,
        by=by,
        at=at,
    )
    audit.append(
        by=by,
        action="casework.attach",
        subject=f"case:{case.pk}",
        scope_no=case.handling_scope,
        at=at,
        detail={"code": code, "sha256": digest},
    )
    return made


def kept(case_id: int) -> tuple[Kept, ...]:
    """The copies of a case, oldest first; access to the case is the caller's. One query."""
    rows = Paper.objects.filter(case=case_id).select_related("by").defer("sealed").order_by("pk")
    return tuple(Kept(one.pk, one.code, one.kind, one.by.shown_name, one.at) for one in rows)


@transaction.atomic
def open_copy(paper_id: int, *, by: Account, at: dt.datetime) -> tuple[str, bytes]:
    """A copy, opened: its kind and bytes. Who opened it is noted.

    Raises
    ------
    NotFound
        When it is of no case the account may read.
    """
    paper = Paper.objects.select_related("case").filter(pk=paper_id).first()
    readable = reach.readable(by, clock.date_of(at))
    if paper is None or not readable.filter(pk=paper.case_id).exists():
        raise reach.no_case()
    content = base64.b64decode(crypto.decrypt(paper.sealed, _of(paper.case)))
    audit.append(
        by=by,
        action="casework.open_copy",
        subject=f"case:{paper.case_id}",
        scope_no=paper.case.handling_scope,
        at=at,
        detail={"code": paper.code, "sha256": paper.sha256},
    )
    return paper.kind, content


def _of(case: Case) -> str:
    return f"casework.paper:{case.pk}"
