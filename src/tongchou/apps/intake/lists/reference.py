"""``docs/reference/lists.md``, written from the kinds, columns and words the program itself uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils import translation

from tongchou.apps.intake import archive, messages
from tongchou.apps.intake.lists.models import RowState
from tongchou.domain.lists.kinds import KINDS, ListKind
from tongchou.domain.lists.read import FEW, TOO_MANY
from tongchou.domain.register.problems import LIST_FILE_CODES, LIST_LEVELS

_HEAD: Final = f"""# Department lists
What `lists` reads from the lists other departments deliver, and what each row does. Written from the code
(`make docs`).

## The file
- The kind is told by the headers; two kinds with the same columns are told apart by the title. It can be named.
- Header, total, note and numbering rows are found as in [registers](registers.md). A system's code before a
  header (`XM姓名`) is passed over. Up to {archive.MOST_LIST_ROWS:,} rows and {archive.MOST_BYTES >> 20} MB are
  read, as `.xlsx`, `.csv` or `.xls` (which holds 65,536 rows by its own rules).
- A row with an error is left out alone. When more than {TOO_MANY:.0%} of the rows, and more than {FEW}, cannot be
  read, the whole list is refused.
- The upload is never written to disk, and neither is its name. Rows wait encrypted and are emptied when they are
  done with. A list stored once changes nothing when it comes again; nor does a row about which somebody has
  decided to leave the registry as it is.
- Columns about what present law has closed (准生证号, 孕次 and the like) are dropped while the file is read, as in
  registers. Columns not listed below are not read.

## Who is meant
1. A valid identity number (15 digits are completed) of somebody registered in the county decides, when the name
   is the same or sounds the same.
2. Another name under the number, a number one slip away from a valid one, no number, or people registered
   without a number: the people who could be meant are shown, and a person chooses. Nothing is matched by itself.
3. Everybody else is not registered here; the row changes nothing.

## What a row comes to
| State | Meaning |
|---|---|
"""  # noqa: E501 - lines of a page
_STATES: Final = {
    RowState.NEW: "is recorded when the list is stored; of births: an offer of help to the registrar",
    RowState.KNOWN: "the registry says so already, or an earlier row does",
    RowState.DIFFERS: "another date, a later contrary entry, another marriage: shown side by side, a person "
    "decides",
    RowState.CHOOSE: "people who could be meant: a person chooses, or says none of them",
    RowState.UNKNOWN: "nobody registered in the county is meant; nothing is recorded",
    RowState.NOTHING: "nothing that is kept here: residents' insurance schemes, other reasons than death",
    RowState.ERROR: "cannot be read; see the problems",
}
#: What storing a new row records.
_DOES: Final = {
    "hospital_births": "A child in the register (by mother, father or name and day) is known; twins are two "
    "children. Any other birth of a registered mother becomes an offer of help to whoever may "
    "register in her "
    "village: day, place, contact. Nothing is asked about marriage, permits or other children. "
    "With the answer "
    "the entry is deleted; how many were answered how is all that stays.",
    "vaccinations": "Recorded nowhere, asked and offered to nobody. A row is counted as one birth of "
    "the year, to tell how complete the registration of births is in the county as a whole: see the "
    "methods. Of the row a keyed digest stays. Vaccine, day and place of the vaccination are not read.",
    "civil_affairs_marriages": "Begins or ends a couple when both are registered "
    "here; recent ones change the "
    "status of the two. What is older than a year and contradicts the register is history, or "
    "a question.",
    "public_security_deaths": "Records the death, or the day of one recorded "
    "without. Other reasons for ending a "
    "registration are no deaths.",
    "public_security_conversions": "Records the conversion with its day, the kind of "
    "registration it led to, and "
    "the end of a rural determination. A change to agricultural registration is none.",
    "social_insurance_pension": "Urban employees' pension insurance begins, or ends "
    "on its last day (终止, 停保, 退保; "
    "暂停缴费 is no end). Rows about residents' schemes (城乡居民) record nothing.",
    "social_insurance_medical": "Urban employees' medical insurance begins or ends. "
    "Rows about residents' schemes "
    "record nothing.",
    "disability_certificates": "Keeps kind, grade, day and end of a certificate, "
    "encrypted, for private programmes "
    "alone. It appears on no list, household page, history, snapshot or export.",
}


def lists_markdown() -> str:
    """The page, in English."""
    with translation.override("en"):
        return "".join(_parts())


def _parts() -> Iterator[str]:
    yield _HEAD
    for state, meaning in _STATES.items():
        yield f"| {state.label} | {meaning} |\n"
    for kind in KINDS.values():
        yield from _kind(kind)
    yield "\n## Problems of rows\nBeside those of cells in [registers](registers.md).\n\n"
    yield "| Code | Level | What is wrong | How to mend it |\n|---|---|---|---|\n"
    for code, level in LIST_LEVELS.items():
        words = messages.PROBLEMS[code]
        yield f"| `{code}` | {level} | {_open(words.text)} | {_open(words.fix)} |\n"
    yield "\n## Lists that are refused\nBeside the reasons in [registers](registers.md).\n\n"
    yield "| Code | What is wrong | How to mend it |\n|---|---|---|\n"
    for code in LIST_FILE_CODES:
        words = messages.FILES[code]
        yield f"| `{code}` | {_open(words.text)} | {_open(words.fix)} |\n"


def _kind(kind: ListKind) -> Iterator[str]:
    yield f"\n## {kind.en} · {kind.zh}\n`{kind.code}`. {_DOES[kind.code]}\n\n"
    needed = ", ".join(" or ".join(f"`{name}`" for name in group) for group in kind.columns.required)
    yield f"Needed: {needed}.\n\n| Column | Header | Meaning | Also understood |\n|---|---|---|---|\n"
    for column in kind.columns.columns:
        if column.ignored:
            continue
        words = [word for word in column.words if word != column.zh]
        words += [f"{group}·{column.leaves[0]}" for group in column.groups]
        yield f"| `{column.name}` | {column.zh} | {column.en} | {' '.join(words)} |\n"


def _open(text: object) -> str:
    """A message with its places to fill shown as …"""
    return str(text) % _Ellipsis()


class _Ellipsis(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
