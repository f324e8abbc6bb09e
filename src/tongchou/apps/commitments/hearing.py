"""What residents say about a draft, and what the unit makes of it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Comment, Letter, Stage
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.domain.complaints.words import Fault
from tongchou.domain.complaints.words import faults as resident_faults

LONGEST: Final = 500
#: What is refused in a comment, in the words of the page for complaints.
REFUSED: Final = {
    Fault.NUMBER: _(
        "Please leave out numbers of identity cards and telephones: comments are read out at the assembly."
    ),
    Fault.FAMILY: _(
        "Here anybody can say what the unit should promise. How a family lives, marries or has children, and "
        "what it receives, is its own matter: nothing of what you wrote was kept."
    ),
}
#: Comments one letter takes: beyond that somebody is filling the table, not commenting.
MOST: Final = 2_000


@transaction.atomic
def comment(*, letter_id: int, said: str, at: dt.datetime) -> Comment:
    """Take a resident's comment. Nobody signs in, and no name is asked for.

    Raises
    ------
    NotFound
        When no such letter is open for comments: also the day after the last one.
    Invalid
        ``commitments.said`` without words, with more than 500 characters, with somebody's number, or about
        another family.
    """
    today = clock.date_of(at)
    letter = Letter.objects.filter(pk=letter_id, stage=Stage.COMMENTS, comments_until__gte=today).first()
    if letter is None or letter.comments.count() >= MOST:
        raise NotFound("commitments.closed", _("This letter takes no comments now."))
    words = said.strip()
    if not words or len(words) > LONGEST:
        raise Invalid("commitments.said", _("Write what you think, in at most 500 characters."), field="said")
    # Of the own family somebody may speak; a draft that demands check-ups may be spoken against.
    wrong = [one for one in resident_faults(words, own=True) if one in REFUSED]
    if wrong:
        message = " ".join(str(REFUSED[one]) for one in wrong)
        raise Invalid("commitments.said", message, field="said")
    made = Comment.objects.create(letter=letter, said=words, at=at)
    audit.append(
        by=None,
        action="commitments.comment",
        subject=f"letter:{letter.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={},
    )
    return made


@transaction.atomic
def reply(*, comment_id: int, said: str, by: Account, at: dt.datetime) -> Comment:
    """Say what the unit made of a comment; it is read out at the assembly.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    Conflict
        ``commitments.not_possible`` once the assembly has begun.
    Invalid
        ``commitments.said`` as for ``comment``.
    """
    number = Comment.objects.filter(pk=comment_id).values_list("letter_id", flat=True).first()
    letter = access.own(number or 0, by=by, at=at)
    if letter.stage != Stage.COMMENTS:
        raise Conflict(
            "commitments.not_possible", _("The letter is elsewhere by now. Look at where it stands.")
        )
    words = said.strip()
    if not words or len(words) > LONGEST:
        raise Invalid(
            "commitments.said", _("Say what you made of it, in at most 500 characters."), field="said"
        )
    fit_words.require(words, code="commitments.said", field="said")
    one = Comment.objects.select_for_update().get(pk=comment_id)
    one.answer, one.answered_by = words, by
    one.save(update_fields=["answer", "answered_by"])
    audit.append(
        by=by,
        action="commitments.reply",
        subject=f"letter:{letter.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={"comment": one.pk},
    )
    return one
