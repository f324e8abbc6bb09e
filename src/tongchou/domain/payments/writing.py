"""The rows of a bank file as its template wants them. The same rows give the same bytes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tongchou.domain.payments.templates import Template

#: What banks have as an account or card: digits alone, 10 to 32 of them, kept as text.
ACCOUNT: Final = re.compile(r"[0-9]{10,32}")
#: A cell that begins like this is run as a formula by a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class PayLine:
    """One payment as the file carries it. ``programme`` and ``purpose`` are words for others to read."""

    seq: int
    name: str
    id_number: str
    bank: str
    account: str
    fen: int
    programme: str
    purpose: str
    batch: str

    @property
    def reference(self) -> str:
        return reference(self.batch, self.seq)


def reference(batch: str, seq: int) -> str:
    """What names a row of a batch.

    Examples
    --------
    >>> reference("5205212026001", 7)
    '5205212026001-00007'
    """
    return f"{batch}-{seq:05d}"


def account_key(text: str) -> str:
    """An account as it is compared: NFKC, without spaces, tabs, a leading mark and dashes.

    Examples
    --------
    >>> account_key("\\t6222 0202 0000 0000 017"), account_key("'６２２２-0001")
    ('6222020200000000017', '62220001')
    """
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    return re.sub(r"[\s-]", "", plain)


def masked(account: str) -> str:
    """An account as lists show it: its last four digits.

    Examples
    --------
    >>> masked("6222020200000000017"), masked("")
    ('***0017', '')
    """
    return f"***{account[-4:]}" if len(account) > 4 else ""


def yuan(fen: int) -> str:
    """Fen in yuan with two decimals and no other sign.

    Examples
    --------
    >>> yuan(360000), yuan(5)
    ('3600.00', '0.05')
    """
    return f"{fen // 100}.{fen % 100:02d}"


def unfit(template: Template, name: str, account: str, *others: str) -> str:
    """Why a payment cannot stand in a file of the template; "" when it can.

    Returns
    -------
    str
        ``no_name``, ``no_account``, ``account_odd``, ``odd_name`` (begins like a formula, or holds the mark
        that parts columns) or ``not_in_encoding``.
    """
    if not name.strip():
        return "no_name"
    if not account:
        return "no_account"
    if not ACCOUNT.fullmatch(account):
        return "account_odd"
    texts = (name, *others)
    if any(text.startswith(_FORMULA) or any(ord(c) < 32 or ord(c) == 127 for c in text) for text in texts):
        return "odd_name"
    if template.form == "text":
        if any(template.separator in text or '"' in text for text in texts):
            return "odd_name"
        try:
            "".join(texts).encode(template.encoding)
        except UnicodeEncodeError:
            return "not_in_encoding"
    return ""


def table(template: Template, lines: Iterable[PayLine]) -> Iterator[list[str]]:
    """The rows of the file as texts, its heading first where it has one."""
    if template.heading:
        yield [one.title for one in template.columns]
    fields = [one.field for one in template.columns]
    for line in lines:
        yield [_cell(line, field) for field in fields]


def _cell(line: PayLine, field: str) -> str:
    if field == "blank":
        return ""
    if field == "yuan":
        return yuan(line.fen)
    return str(getattr(line, field))


def write_text(template: Template, lines: Sequence[PayLine], batch: str) -> bytes:
    """The bytes of a text file.

    Raises
    ------
    UnicodeEncodeError, ValueError
        When a row is ``unfit``: the caller asks before.
    """
    rows = []
    if template.summary:
        amount = sum(line.fen for line in lines)
        told = {"batch": batch, "rows": str(len(lines)), "fen": str(amount), "yuan": yuan(amount)}
        rows.append(template.separator.join(told[one] for one in template.summary))
    accounts = [place for place, one in enumerate(template.columns) if one.field == "account"]
    heading = template.heading
    for cells in table(template, lines):
        if not heading:
            if any(template.separator in cell for cell in cells):
                raise ValueError("a cell holds the mark that parts columns")
            for place in accounts:
                cells[place] = _kept(cells[place], template.account_as)
        heading = False
        rows.append(template.separator.join(cells))
    return "".join(f"{row}{template.line_end}" for row in rows).encode(template.encoding)


def _kept(account: str, way: str) -> str:
    if way == "tab":
        return f"\t{account}"
    return f'="{account}"' if way == "formula" else account
