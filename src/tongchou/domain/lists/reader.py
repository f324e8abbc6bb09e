"""What the rows of all lists share: people as they are named, words that mean one of a few things."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongchou.domain import codes, identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists.row import Named
from tongchou.domain.register import cells, legacy
from tongchou.domain.register.cell_reader import CellReader, Noted, Raw
from tongchou.domain.register.problems import Param

#: Longest texts that are kept.
MOST_NAME: Final = 60
MOST_TEXT: Final = 120
_AS_LONG: Final = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(slots=True)
class ListReader(CellReader):
    """The cells of one row at a time, as ``kinds`` asks for them."""

    def begin(self, noted: Noted, raw: Raw, bad: Mapping[str, str]) -> None:
        """Turn to a row; cells that cannot be read at all are noted at once."""
        self._begin(noted, raw, bad)
        for name, code in bad.items():
            self.note(code, name)

    @property
    def row_no(self) -> int:
        return self._noted.row_no

    def note(self, code: str, name: str, **params: Param) -> None:
        """Something wrong at a column of this row."""
        self._problem(code, name, **params)

    def miss(self, code: str, name: str) -> None:
        """What the row cannot do without, unless an error says already why it is not there."""
        if not self._noted.has_error:
            self.note(code, name)

    def has(self, name: str) -> bool:
        """True when the row says something there."""
        return name in self._raw

    def text(self, name: str) -> str:
        """A cell as text, empty for none; only to be compared with known words."""
        return cells.text(self._raw.get(name))

    def kept(self, name: str) -> str | None:
        """A text that is kept as written."""
        return self._free_text(name, MOST_TEXT)

    def phones(self, name: str) -> tuple[str, ...]:
        return cells.phones(self._raw.get(name))[0]

    def day(self, name: str, *, ahead: bool = False) -> PartialDate | None:
        return self._date(name, ahead=ahead)

    def sex(self, name: str) -> int | None:
        code = self._coded(name, codes.SEX, "unknown_sex")
        return int(code) if code in ("1", "2") else None

    def name(self, name: str) -> str | None:
        """A name; what cannot be one is noted and left out."""
        found, odd = self._person_name(name, MOST_NAME)
        if odd:
            self.note("name_odd", name)
        return None if found is None or legacy.matter_in(found) else found

    def person(self, name: str, number: str, sex: str = "", *, written: object = None) -> Named:
        """The person of a name and a number column.

        A number that is none is no error of ours to refuse: the person is looked for by name and birth.

        Parameters
        ----------
        written
            The number when it stands inside another cell.
        """
        raw = self._raw.get(number) if written is None else written
        reading = identity.parse(None if cells.is_no(raw) else raw)
        own_sex = self.sex(sex) if sex else None
        called = self.name(name)
        if reading.number is None:
            wrong = _as_long(raw)
            if reading.problems:
                self.note("number_unusable", number, shown=identity.mask(cells.text(raw)))
            elif called is not None and number not in self._bad:
                self.note("number_missing", number)
            birth = identity.birth_of(wrong) if wrong else None
            return Named(called, None, wrong, birth, own_sex)
        if own_sex and reading.sex and own_sex != reading.sex:
            self.note("sex_vs_id", sex, typed=own_sex, by_id=reading.sex)
        return Named(called, reading.number, None, reading.birth, reading.sex)


def _as_long(raw: object) -> str | None:
    """What stands in a number's place when it has a number's shape."""
    text = unicodedata.normalize("NFKC", cells.text(raw)).replace(" ", "").upper()
    return text if _AS_LONG.fullmatch(text) else None
