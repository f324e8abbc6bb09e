"""One row of a department's list, cleaned: what intake hands to the registry."""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.domain.dates import PartialDate

#: What a row can report. ``nothing`` says that the row concerns no fact that is kept here.
BIRTH, MARRIAGE, DIVORCE, DEATH, CONVERSION = "birth", "marriage", "divorce", "death", "conversion"
PENSION, MEDICAL, DISABILITY, NOTHING = "urban_pension", "urban_medical", "disability", "nothing"
#: A child at its first vaccination. It is counted, and recorded nowhere.
VACCINATION = "vaccination"
EVENTS = (BIRTH, MARRIAGE, DIVORCE, DEATH, CONVERSION, PENSION, MEDICAL, DISABILITY, VACCINATION, NOTHING)
#: Of a newborn child and its parents, of whom the father may go unnamed.
OF_CHILDREN = (BIRTH, VACCINATION)


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a list names them.

    ``number`` is the valid 18-character number. ``written`` is what stood there instead when it was no valid
    number but as long as one: a digit typed wrongly can be looked for. ``birth`` and ``sex`` come from
    either, else from the row's own columns.
    """

    name: str | None = None
    number: str | None = None
    written: str | None = None
    birth: PartialDate | None = None
    sex: int | None = None  # GB/T 2261.1


@dataclass(frozen=True, slots=True)
class Newborn:
    """The child of a hospital's row, or of one about its vaccination. ``name`` is None for one that had none
    yet; ``mark`` tells twins apart."""

    name: str | None = None
    sex: int | None = None
    mark: str | None = None  # number of the birth certificate
    number: str | None = None  # its own valid identity number


@dataclass(frozen=True, slots=True)
class ListRow:
    """A cleaned row.

    ``people`` are one person, two spouses (the man first) or mother and father of a child. ``until`` is the
    end of an insurance that is stopped, or of a certificate's validity. ``stopped`` tells an insurance that
    ended. ``category`` and ``grade`` are those of a disability certificate (GB/T 26341-2010: 1 to 7 and 1 to
    4); nothing shows them.
    """

    row_no: int  # 1-based row of the sheet
    event: str  # one of EVENTS
    people: tuple[Named, ...]
    day: PartialDate | None = None
    until: PartialDate | None = None
    child: Newborn | None = None
    hukou_kind: str | None = None  # after a conversion
    stopped: bool = False
    category: int | None = None
    grade: int | None = None
    place: str | None = None  # where a child was born
    address: str | None = None  # as written, to find a person's village by
    phones: tuple[str, ...] = ()
