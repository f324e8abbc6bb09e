"""Citizen identity numbers (公民身份号码, GB 11643-1999): composing, reading, masking.

The area code in a number is that of the place and day of first registration. Counties are renamed and merged,
so a code that is not in today's table is never a reason to doubt a number. Made-up people use area 520599,
which was never assigned.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tongchou.domain.dates import PartialDate

#: Area of every made-up person: never assigned to a county, so no number in it can be a real person's.
SYNTHETIC_AREA: Final = "520599"

#: Weights of the 17 digits, GB 11643-1999 (ISO 7064 MOD 11-2).
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: Check character for each remainder modulo 11.
CHECK_CHARACTERS: Final = "10X98765432"

#: Significant decimal digits a spreadsheet number keeps (IEEE 754 double, ECMA-376).
SPREADSHEET_DIGITS: Final = 15

#: Letters typed for digits that look like them.
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
#: Spaces, quotes that force text, hyphens between groups.
_ORNAMENT: Final = re.compile(r"[\s'\"`\u2018\u2019\u201c\u201d\u200b\ufeff\-]+")
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_PLAIN_18: Final = re.compile(r"[0-9]{17}[0-9X]")
_PLAIN_15: Final = re.compile(r"[0-9]{15}")


@dataclass(frozen=True, slots=True)
class IdReading:
    """What an identity-number cell says.

    ``number`` is the 18-character form when the cell holds a usable number, else ``None``. ``original`` is
    the cell as written when it differed (15 digits, spaces, a small x). ``problems`` holds codes:

    - ``id_digits_lost``: stored as a number, the last digits are gone for good and are never guessed;
    - ``id_length``, ``id_character``, ``id_check_failed``, ``id_birth_impossible``: not a number as written;
    - ``id_letter_as_digit``: a letter O, I or l was read as 0 or 1 and the check character confirms it.

    The last one leaves the number usable, the others do not.
    """

    number: str | None = None
    original: str | None = None
    birth: PartialDate | None = None
    sex: int | None = None
    problems: tuple[str, ...] = ()


_SILENT: Final = IdReading()


def check_character(first17: str) -> str:
    """The 18th character for the first seventeen digits (GB 11643-1999, ISO 7064 MOD 11-2).

    The sum of digit × weight, modulo 11, picks a character of ``10X98765432``.

    Raises
    ------
    ValueError
        When ``first17`` is not seventeen ASCII digits.

    Examples
    --------
    >>> check_character("11010519491231002")  # the standard's own example
    'X'
    >>> check_character("52059919650307112")
    '5'
    """
    if len(first17) != 17 or not (first17.isascii() and first17.isdigit()):
        raise ValueError("seventeen digits are needed")
    # The sum stays below 10 × 100, plain arithmetic on bytes is the fastest exact form.
    total = sum((byte - 48) * weight for byte, weight in zip(first17.encode(), WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def compose(area: str, birth: dt.date, sequence: int) -> str:
    """The 18-character number of a person: area, birth date, sequence (odd for men), check character.

    Raises
    ------
    ValueError
        When the area is not six digits or the sequence is not within 1–999.

    Examples
    --------
    >>> compose("520599", dt.date(1965, 3, 7), 112)
    '520599196503071125'
    """
    if len(area) != 6 or not (area.isascii() and area.isdigit()):
        raise ValueError("an area has six digits")
    if not 1 <= sequence <= 999:
        raise ValueError("a sequence is within 1 to 999")
    first17 = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


def upgrade(fifteen: str) -> str:
    """The 18-character form of an old 15-digit number: 19 before the year, check character after.

    Source: GB 11643-1999, transition from GB 11643-1989.

    Examples
    --------
    >>> upgrade("520599650307112")
    '520599196503071125'
    """
    first17 = fifteen[:6] + "19" + fifteen[6:]
    return first17 + check_character(first17)


def mask(number: str) -> str:
    """The number for eyes that need not see it: the area and the last character.

    The birth date is often shown beside it; the usual "first six, last four" would then give the whole number
    away. Text of another length keeps its first two characters.

    Examples
    --------
    >>> mask("520599196503071125")
    '520599***********5'
    >>> mask("5205991")
    '52*****'
    """
    if len(number) == 18:
        return f"{number[:6]}***********{number[17]}"
    return number[:2] + "*" * max(0, len(number) - 2)


def near(written: str) -> set[str]:
    """The valid numbers one slip away from eighteen characters: a wrong digit, or two neighbours swapped.

    None is ever taken for the number by itself; a person looks at who has it.

    Examples
    --------
    >>> "520599196503071125" in near("520599196503077125")
    True
    >>> "520599196503071125" in near("520599196503017125")
    True
    """
    first, last = written[:17], written[17]
    found = {first + check_character(first)} if first.isdigit() else set()
    for place in range(17):
        if place < 16 and first[place] != first[place + 1]:
            swapped = first[:place] + first[place + 1] + first[place] + first[place + 2 :]
            if check_character(swapped) == last:
                found.add(swapped + last)
        for digit in "0123456789":
            if digit != first[place]:
                changed = first[:place] + digit + first[place + 1 :]
                if check_character(changed) == last:
                    found.add(changed + last)
    return {number for number in found if birth_of(number) is not None}


def birth_of(number: str) -> PartialDate | None:
    """The birth date inside an 18-character number; ``None`` when it is no date."""
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        dt.date(year, month, day)
        return PartialDate(year, month, day)
    except ValueError:
        return None


def sex_of(number: str) -> int:
    """1 (male) or 2 (female), GB/T 2261.1, from the sequence of an 18-character number.

    Examples
    --------
    >>> sex_of("520599196503071125")
    2
    """
    return 1 if int(number[16]) % 2 else 2


def parse(cell: object) -> IdReading:
    """Read the identity number in a spreadsheet cell; an empty cell gives an empty reading.

    Full-width digits, spaces, a leading quote and a small x are put right. Fifteen digits are upgraded and
    kept as ``original``. A number cell with more than fifteen significant digits has lost its last digits:
    the reading says so and nothing is repaired.

    Examples
    --------
    >>> reading = parse(" 52059919650307112 5")
    >>> reading.number, str(reading.birth), reading.sex
    ('520599196503071125', '1965-03-07', 2)
    >>> parse(520599196503071104.0).problems
    ('id_digits_lost',)
    >>> parse("520599650307112").number
    '520599196503071125'
    >>> parse("52059919650307112O").problems
    ('id_check_failed',)
    """
    if cell is None:
        return _SILENT
    if isinstance(cell, str):
        if len(cell) == 18 and _PLAIN_18.fullmatch(cell):  # the common case, without normalising
            return _read(cell, None, ())
        return _read_text(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return IdReading(original=str(cell), problems=("id_character",))
    return _read_number(cell)


def _read_number(cell: int | float) -> IdReading:
    if not math.isfinite(cell) or cell != int(cell) or cell < 0:
        return IdReading(original=str(cell), problems=("id_character",))
    digits = str(int(cell))
    if len(digits) > SPREADSHEET_DIGITS:
        return IdReading(original=digits, problems=("id_digits_lost",))
    return _read_text(digits)


def _read_text(cell: str) -> IdReading:
    text = _ORNAMENT.sub("", unicodedata.normalize("NFKC", cell)).upper()
    if not text:
        return _SILENT
    original = None if text == cell else cell
    if _SCIENTIFIC.fullmatch(text):
        return IdReading(original=cell, problems=("id_digits_lost",))
    notes: tuple[str, ...] = ()
    if not (text.isascii() and (text.isdigit() or _PLAIN_18.fullmatch(text))):
        mended = text.translate(_LOOKALIKES)
        # Only a check character can confirm that the letter stood for the digit.
        confirmed = _PLAIN_18.fullmatch(mended) and check_character(mended[:17]) == mended[17]
        if not confirmed:
            code = "id_check_failed" if _PLAIN_18.fullmatch(mended) else "id_character"
            return IdReading(original=cell, problems=(code,))
        text, original, notes = mended, cell, ("id_letter_as_digit",)
    if _PLAIN_18.fullmatch(text):
        return _read(text, original, notes)
    if _PLAIN_15.fullmatch(text):
        upgraded = _read(upgrade(text), cell, notes)
        return upgraded if upgraded.number else IdReading(original=cell, problems=upgraded.problems)
    return IdReading(original=cell, problems=("id_length",))


def _read(number: str, original: str | None, notes: tuple[str, ...]) -> IdReading:
    """Judge eighteen well-formed characters."""
    if check_character(number[:17]) != number[17]:
        # A spreadsheet that turned the number into text afterwards leaves three zeros behind.
        lost = number.endswith("000")
        return IdReading(
            original=original or number, problems=("id_digits_lost" if lost else "id_check_failed",)
        )
    birth = birth_of(number)
    if birth is None:
        return IdReading(original=original or number, problems=("id_birth_impossible",))
    return IdReading(number, original, birth, sex_of(number), notes)
