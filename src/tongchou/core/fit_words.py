"""Refuses words that may not stand in a promise, a task, minutes, a notice, a reply or a reason.

The check is ``domain.public_words``; here it says to whoever wrote them which words, why, and how to say it
instead. Every act that keeps such a text calls ``require``, so that page, API, command and import agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import Invalid
from tongchou.domain.public_words.checking import Found, Why, found

#: Why each cannot stand, and what to write instead.
REASONS: Final[dict[Why, str | Promise]] = {
    Why.BIRTHS: _(
        "Births, pregnancies and contraception are the family's own matter: nobody promises, counts or "
        "demands anything of them. Say what the office does for families instead, for example: births are "
        "registered within 10 working days."
    ),
    Why.CONDITION: _(
        "Help hangs on nothing that a family does or leaves undone: signing, taking part, complaining or a "
        "check-up. Say what the office does for everybody, and by when."
    ),
    Why.NAMED: _("Name nobody here, no person and no family. Speak of the work, or of a number of cases."),
    Why.NUMBER: _("A telephone or identity number stands in it. Leave it out."),
    Why.BLAME: _(
        "No family is to blame for an office's work. Say what the office did, what was missing, and what it "
        "does next."
    ),
}


def refusal(text: str, *, names: Iterable[str] = (), kinds: Collection[Why] = tuple(Why)) -> str | None:
    """What is wrong with words, in one text; None for words that may stand.

    Parameters
    ----------
    names
        Names of residents that are to be looked for.
    """
    wrong = found(text, names=names, kinds=kinds)
    return " ".join(_told(one) for one in wrong) if wrong else None


def require(
    text: str,
    *,
    code: str,
    field: str,
    names: Iterable[str] = (),
    kinds: Collection[Why] = tuple(Why),
) -> None:
    """Refuse words that may not stand.

    Raises
    ------
    Invalid
        With the code given; ``data["faults"]`` holds the reasons (``Why``), never the words.
    """
    wrong = found(text, names=names, kinds=kinds)
    if wrong:
        message = " ".join(_told(one) for one in wrong)
        raise Invalid(code, message, field=field, faults=[one.why.value for one in wrong])


def _told(one: Found) -> str:
    if not one.words:
        return str(REASONS[one.why])
    words = "、".join(f"“{word}”" for word in one.words)
    return gettext("Not %(words)s: %(why)s") % {"words": words, "why": REASONS[one.why]}
