"""``docs/reference/registers.md``, written from the columns, words and codes the program itself uses."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation

from tongchou.apps.intake import (
    archive,
    batches,
    biff,
    holding,
    limits,
    messages,
    own_workbook,
    unpacking,
)
from tongchou.apps.intake.dirt import dirt_markdown
from tongchou.domain import codes
from tongchou.domain.register import cells
from tongchou.domain.register.columns import COLUMNS, REQUIRED
from tongchou.domain.register.legacy import DICTIONARY
from tongchou.domain.register.lines import DECLARATIONS_FROM_AGE
from tongchou.domain.register.problems import FILE_CODES, LEVELS, LIST_FILE_CODES, LIST_LEVELS
from tongchou.domain.register.synonyms import ALONE

_HEAD = f"""# Village registers
What `intake` reads from a village's file. Written from the code (`make docs`).

## The file
- A workbook (`.xlsx`, `.xls`, and `.et` where WPS writes it in the common form) or a text table (`.csv`,
  `.txt`) of at most {archive.MOST_BYTES // 1024 // 1024} MB, with one visible sheet that holds a register
  of at most {archive.MOST_ROWS:,} rows and {archive.MOST_COLUMNS} columns. Other formats are refused with a
  word on how to save them. What a file is, its content tells, not its name.
- A text table may be in UTF-8, with or without byte order mark, UTF-16, GBK or GB18030, its cells parted by
  comma, semicolon or tab. All its cells stay text, so identity numbers keep their digits; `="…"` is
  understood.
- An `.xls` is unfolded within bounds and read by a process of its own, with at most {
    biff.MOST_MEMORY >> 20
} MB of memory and {biff.MOST_WORK} seconds.
- The header may begin in any of the first 20 rows and may have up to three rows with merged groups.
  Columns may stand in any order. Title, total, note, signature and numbering rows are passed over and listed.
- An empty cell means *unknown*. 无, 否 and — mean *no*. 同上 is accepted where a household shares
  something.
- A merged cell speaks for all rows it covers in the columns marked ↓ below; nothing else is filled down.
- The upload is never written to disk. Its SHA-256 is kept; its name only when it is a mere code.

## Many files at once
- Several files, or archives (`.zip`) of them: at most {unpacking.MOST_FILES} files, unfolded at most
  {unpacking.MOST_UNFOLDED >> 20} MB, folded at most {unpacking.MOST_RATIO} to one. An archive inside an
  archive is not opened. Names in an archive may be in UTF-8 or GBK.
- Each file finds its village by a 12-digit code in its name, else by a village's name there, else in its
  title; of villages with one name the township beside it decides. What cannot be told is listed for a
  choice.
- One file that is wrong keeps no other back. More than {batches.MOST_AT_ONCE} files, or more than
  {batches.MOST_BYTES_AT_ONCE >> 20} MB, are read in the background.

## What is laid by until the decision
Of a register brought in on the pages one sheet is laid by in cipher, made anew from the upload without
closed columns, comments, other sheets, names, formulas and properties; texts elsewhere that speak of a
closed matter are left out of it too, in remarks and in columns that nothing reads as well. From it the
register is read again when a header is explained, and an
`.xlsx` of at most {own_workbook.MOST_OWN_ROWS:,} rows is given back with a column `{own_workbook.TITLE}`
and the wrong cells coloured; brought in again, that column is passed over. It is deleted with the decision,
and after {holding.HELD_DAYS} days in any case. The command line lays nothing by.

## What a register does not undo
- An empty cell, and people a register leaves out, change nothing.
- A conversion, a determination or an insurance whose date is known (a department's list brought it, or a
  register) stays when a later register contradicts it without a date: a copy of an old table is no evidence
  against a dated paper. To correct it, write the date beside the answer, or bring in the department's list.

## Headers that are explained
A header that is not understood can be explained on the file's page, or left out. The word is remembered for
the county and used from the next file on; `/intake/words` lists who explained what, when, and how often it
was used, and takes words back. A word about a closed matter can never be explained, a word that is
understood already cannot be given another meaning, and the declarations about children are taken under
their own headers alone.

## Registers that are refused as a whole
More than `TONGCHOU_INTAKE_MOST_ERRORS` percent of the people in error, or more than
`TONGCHOU_INTAKE_MOST_DUPLICATES` percent listed twice, and at least {limits.LEAST} people: nothing is
staged. The page names the count, the three most frequent kinds of error with their first cells and what to
do, and gives the list of problems and the marked workbook.

## Columns
Needed: {", ".join(" or ".join(f"`{name}`" for name in group) for group in REQUIRED)}.
A header is compared without spaces, marks and notes in brackets. Columns not listed here are not read.

| Column | Header | Meaning | ↓ | Also understood |
|---|---|---|---|---|
"""

_FORMS = f"""
## Accepted forms
| What | Forms |
|---|---|
| Date | `2025-06-01` `2025.6.1` `2025/6/1` `20250601` `2025年6月1日`, spreadsheet dates (1900 and 1904 base), full-width digits; month: `1960年3月` `1960.3` `196003`; year: `1960`. A day or month nobody wrote is never added. |
| Two-digit year | completed when only one century lies within 110 years, and said so |
| Lunar date (农历) | the year alone, and said so; never converted |
| Identity number | 18 characters; 15 digits are completed and kept as written; spaces, full width, small x are put right; stored as a number it is refused |
| Yes or no | 是 有 √ 1; 否 无 — × 0; a date in the cell means yes |
| Telephone | one or several, parted by comma, slash or space; at most {cells.MOST_PHONES} |
| Children declared | whole numbers up to {cells.MOST_CHILDREN}; taken only from people of {DECLARATIONS_FROM_AGE} and over in the year of the register, dropped for all others |
| Sex, marital status, ethnicity, education, relation | the words or codes of {", ".join(codelist.source for codelist in (codes.SEX, codes.MARITAL, codes.ETHNICITY, codes.EDUCATION, codes.RELATION))} and common other words |

## Columns that are dropped
Present law has closed these matters. A column whose header or group speaks of one is dropped while the file is read,
before anything is checked, shown or stored; only the matter and the number of columns are noted. Remarks (备注) are
never kept. A text elsewhere that speaks of one is left out too.

| Matter | Words |
|---|---|
"""  # noqa: E501 - rows of a table

_PROBLEMS = """
## Problems of cells, rows and households
An *error* keeps the whole household out until it is mended; a *warning* does not.

| Code | Level | What is wrong | How to mend it |
|---|---|---|---|
"""

_FILES = """
## Files that are refused
Nothing is stored of them.

| Code | What is wrong | How to mend it |
|---|---|---|
"""


def registers_markdown() -> str:
    """The page, in English."""
    with translation.override("en"):
        return "".join(_parts())


def _parts() -> Iterator[str]:
    yield _HEAD
    for column in COLUMNS:
        names = " ".join(word for word in ALONE[column.name] if word != column.zh)
        down = "↓" if column.fills_down else ""
        yield f"| `{column.name}` | {column.zh} | {column.en} | {down} | {names} |\n"
    yield _FORMS
    for matter, words in DICTIONARY.items():
        yield f"| {messages.LEGACY[matter]} | {' '.join(words)} |\n"
    yield dirt_markdown()
    yield _PROBLEMS
    for code, level in LEVELS.items():
        if code in LIST_LEVELS:
            continue
        found = messages.PROBLEMS[code]
        yield f"| `{code}` | {level} | {_open(found.text)} | {_open(found.fix)} |\n"
    yield _FILES
    for code in FILE_CODES:
        if code in LIST_FILE_CODES:
            continue
        found = messages.FILES[code]
        yield f"| `{code}` | {_open(found.text)} | {_open(found.fix)} |\n"


def _open(text: object) -> str:
    """A message with its places to fill shown as …"""
    return str(text) % _Ellipsis()


class _Ellipsis(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
