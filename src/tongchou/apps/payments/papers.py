"""Documents and vouchers entries rest on: each number stands once in a book, unless a person says why not.

A form that is sent twice (double click, the browser's way back) is one act: it bears a ``mark``. What another
form says with the number of an entry that stands is refused until the reason is given.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments.models import Another, Entry, Fund, SourceDocument
from tongchou.core import audit, spoken
from tongchou.core.errors import Conflict, Invalid
from tongchou.domain.ledger import Kind

#: Characters of a number that are kept and compared.
LONGEST: Final = 120
#: Kinds whose numbers are counted by source: each level numbers its own.
_BY_SOURCE: Final = frozenset({Kind.APPROPRIATION, Kind.ARRIVAL})


@dataclass(frozen=True, slots=True)
class Paper:
    """A document or voucher as it was sent in.

    ``field`` names it in refusals; ``mark`` the form it was sent with, "" without one; ``another`` why its
    number may stand twice.
    """

    kind: Kind
    number: str
    field: str
    source: str = ""
    mark: str = ""
    another: str = ""

    def key(self, fund: Fund, fen: int, day: dt.date, *about: Any) -> str:
        """Names the act: the same paper, amount and day, sent with the same form."""
        said = [fund.pk, self.kind.value, self.source, compared(self.number), fen, day, self.mark, *about]
        return f"{self.kind.value}:{audit.digest([said])[:40]}"


def compared(number: str) -> str:
    """A number as it is compared: without spaces, widths and letter case.

    Examples
    --------
    >>> compared(" ＰＺ-7 01")
    'PZ-701'
    """
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()[:LONGEST]


def sent_before(paper: Paper, key: str) -> Entry | None:
    """The entry the same act has made; one that was reversed counts no more, except for the form it came by.

    Raises
    ------
    Conflict
        ``funds.reversed_since`` when the same form is sent again after its entry was reversed.
    """
    made = Entry.objects.filter(key__startswith=f"{key}:", reverses=None).order_by("-pk").first()
    if made is None or not hasattr(made, "reversed_by"):
        return made
    if paper.mark:
        text = _("This form was sent before, and entry %(no)s that it made has been reversed. Open it anew.")
        raise Conflict("funds.reversed_since", text % {"no": made.no})
    return None


def next_key(key: str) -> str:
    """The key of the entry to be made: those reversed before are counted."""
    return f"{key}:{Entry.objects.filter(key__startswith=f'{key}:', reverses=None).count()}"


def known(fund: Fund, paper: Paper) -> Entry | None:
    """The entry that stands in the same book, of the same kind and source, with the same number."""
    rows = Entry.objects.filter(
        fund=fund,
        kind=paper.kind.value,
        reverses=None,
        reversed_by=None,
        paper__compared=compared(paper.number),
    )
    if paper.kind in _BY_SOURCE:
        rows = rows.filter(credit_part=paper.source)
    return rows.order_by("no").first()


def in_words(entry: Entry) -> str | Promise:
    """That a number stands already, with the entry that bears it."""
    text = _("Entry %(no)s of %(day)s bears this number: %(yuan)s yuan. If this is another one, say why.")
    return text % {"no": entry.no, "day": spoken.day(entry.day), "yuan": spoken.yuan(entry.fen)}


def refuse(
    fund: Fund, paper: Paper, wrong: dict[str, list[Any]], *, code: str, message: str | Promise
) -> Entry | None:
    """Refuse with all that is wrong; else the entry whose number is borne again for a reason, or None.

    Raises
    ------
    Invalid
        ``code`` with ``problems`` by field; ``known`` is true when the number stands already.
    Conflict
        ``funds.number_known`` when nothing else is wrong.
    """
    before = known(fund, paper) if paper.number else None
    unexplained = before is not None and paper.another not in Another.values
    if not wrong and unexplained:
        assert before is not None
        raise Conflict("funds.number_known", str(in_words(before)), field=paper.field, known=True)
    if before is not None and unexplained:
        wrong.setdefault(paper.field, []).append(in_words(before))
    if wrong:
        raise Invalid(code, message, problems=wrong, known=unexplained)
    return before


def keep(entry: Entry, paper: Paper, before: Entry | None) -> None:
    """Keep the paper beside its entry."""
    SourceDocument.objects.create(
        entry=entry,
        number=paper.number,
        compared=compared(paper.number),
        same_as=before,
        another=paper.another if before is not None else "",
    )
