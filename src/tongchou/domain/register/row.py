"""One person's line of a village register, cleaned: what intake hands to the registry.

Every field is optional except the row number, the household number, the name and the relation
to the head: a register that does not say a thing leaves it ``None``, which means *unknown*, never *no*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tongchou.domain.dates import PartialDate

#: Hukou kinds. ``unified`` is the 居民户口 of places that dropped the two kinds.
HUKOU_KINDS = ("agricultural", "non_agricultural", "unified")


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A cleaned register line.

    ``converted``, ``urban_pension`` and ``urban_medical`` are three-valued: ``True`` with or without
    a date, ``False`` when the register says 无 / 否, ``None`` when it is silent.
    ``living_sons``, ``living_daughters`` and ``children_ever`` are what the family itself declared for the
    legacy elderly reward (births up to 2015-12-31); they are fertility-sensitive and are ``None`` for anyone
    younger than the programme can ever concern.
    """

    row_no: int  # 1-based row of the sheet
    household_no: str
    name: str
    relation: str  # GB/T 4761 two-digit code; "02" is the head
    group_name: str | None = None  # 村民组
    sex: int | None = None  # GB/T 2261.1: 1 male, 2 female
    birth: PartialDate | None = None
    id_number: str | None = None  # 18 characters, valid check character
    id_original: str | None = None  # as written, when it differed (15 digits)
    ethnicity: str | None = None  # GB/T 3304 two-digit code, "97" for others
    ethnicity_text: str | None = None  # as written, e.g. 穿青人
    education: str | None = None  # GB/T 4658 code
    marital: str | None = None  # GB/T 2261.2 code
    hukou_kind: str | None = None  # one of HUKOU_KINDS
    determined_rural: bool | None = None  # 界定为农村居民
    determined_rural_on: PartialDate | None = None
    converted: bool | None = None  # 农转城
    converted_on: PartialDate | None = None
    urban_pension: bool | None = None
    urban_pension_from: PartialDate | None = None
    urban_medical: bool | None = None
    urban_medical_from: PartialDate | None = None
    resident_here: bool | None = None  # lives in the registered village
    resident_elsewhere: str | None = None  # where, as written, when not here
    away_since: PartialDate | None = None
    living_sons: int | None = None
    living_daughters: int | None = None
    children_ever: int | None = None
    phones: tuple[str, ...] = field(default=())
