"""One line of a register: from its cells to a ``RegisterRow``, with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongchou.domain import codes, identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register import cells, legacy
from tongchou.domain.register.cell_reader import CellReader, Noted, Raw, after
from tongchou.domain.register.columns import CHILDREN
from tongchou.domain.register.row import RegisterRow

#: Nobody in a register is older; the oldest person ever proven reached 122 years.
OLDEST: Final = 125
#: Age, in the register's year, from which the declarations about children are taken: 奖扶 begins in the year
#: of the 60th birthday, and the list of a year is prepared in the year before (rights rule 7).
DECLARATIONS_FROM_AGE: Final = 59


@dataclass(slots=True)
class Line(Noted):
    """What became of one person's line. ``row`` is ``None`` when an error leaves nothing to build on."""

    household_no: str = ""
    row: RegisterRow | None = None


@dataclass(slots=True)
class LineReader(CellReader):
    """Reads lines of one register; ``year`` is the register's own year."""

    year: int = 0

    def read(self, row: int, raw: Raw, bad: Mapping[str, str]) -> Line:
        """The line at a sheet row counted from 0.

        Parameters
        ----------
        raw
            Canonical column → cell value, empty cells left out.
        bad
            Canonical column → problem code for cells that cannot be read at all (formulas, error values).
        """
        number = cells.text(raw.get("household_no"))
        line = Line(row + 1, household_no=number)
        self._begin(line, raw, bad)
        birth, id_reading = self._identity()
        self._drop_children_of_the_young(birth)
        for column, code in bad.items():
            if column not in CHILDREN or self._declares(birth):
                self._problem(code, column)
        line.household_no = self._household_no()
        name, relation = self._name(), self._relation()
        sex = self._sex(id_reading.sex, relation)
        if name and relation and line.household_no:
            line.row = self._build(line, name, relation, sex, birth, id_reading)
        return line

    def _build(
        self,
        line: Line,
        name: str,
        relation: str,
        sex: int | None,
        birth: PartialDate | None,
        id_reading: identity.IdReading,
    ) -> RegisterRow:
        ethnicity, ethnicity_text = self._ethnicity()
        determined, determined_on = self._flag_and_date("determined_rural", "determined_rural_on")
        converted, converted_on = self._flag_and_date("converted", "converted_on")
        pension, pension_from = self._flag_and_date("urban_pension", "urban_pension_from")
        medical, medical_from = self._flag_and_date("urban_medical", "urban_medical_from")
        here, elsewhere, away_since = self._residence()
        sons, daughters, ever = self._children()
        return RegisterRow(
            row_no=line.row_no,
            household_no=line.household_no,
            name=name,
            relation=relation,
            group_name=self._free_text("group_name", cells.MOST_TEXT["group_name"]),
            sex=sex,
            birth=birth,
            id_number=id_reading.number,
            id_original=id_reading.original if id_reading.number else None,
            ethnicity=ethnicity,
            ethnicity_text=ethnicity_text,
            education=self._coded("education", codes.EDUCATION, "unknown_education"),
            marital=self._coded("marital", codes.MARITAL, "unknown_marital", shown=False),
            hukou_kind=self._hukou_kind(),
            determined_rural=determined,
            determined_rural_on=determined_on,
            converted=converted,
            converted_on=converted_on,
            urban_pension=pension,
            urban_pension_from=pension_from,
            urban_medical=medical,
            urban_medical_from=medical_from,
            resident_here=here,
            resident_elsewhere=elsewhere,
            away_since=away_since,
            living_sons=sons,
            living_daughters=daughters,
            children_ever=ever,
            phones=self._phones(),
        )

    # Identity: the number, the birth date and the sex speak of each other.

    def _identity(self) -> tuple[PartialDate | None, identity.IdReading]:
        """The birth date that counts and the number. By law the number prevails (居民身份证法, article 3)."""
        raw_id = self._raw.get("id_number")
        reading = identity.parse(None if cells.is_no(raw_id) else raw_id)
        for code in reading.problems:
            shown = {} if code == "id_digits_lost" else {"shown": identity.mask(cells.text(reading.original))}
            self._problem(code, "id_number", **shown)
        typed = self._birth_as_typed(reading)
        birth = reading.birth if reading.number else typed
        if reading.number is None and not reading.problems and "id_number" not in self._bad:
            if birth is None:
                self._problem("id_and_birth_missing", "id_number")
            elif "id_number" in self.columns:  # a missing column is said once, not in every row
                self._problem("id_missing", "id_number")
        if birth is not None:
            if after(birth, self.on):
                self._problem("birth_in_future", "id_number" if reading.number else "birth")
            elif birth.year < self.on.year - OLDEST:
                self._problem("birth_too_early", "id_number" if reading.number else "birth", year=birth.year)
        return birth, reading

    def _birth_as_typed(self, reading: identity.IdReading) -> PartialDate | None:
        parsed = self._parse(self._raw.get("birth"))
        for code in parsed.problems:
            self._problem("birth_impossible" if code == "date_impossible" else code, "birth")
        if reading.number and parsed.date and after(parsed.date, self.on):
            self._problem("birth_in_future", "birth")  # without a number the date itself is looked at
            return parsed.date
        sure = parsed.date and "date_lunar" not in parsed.problems
        if reading.birth and parsed.date and sure and not parsed.date.agrees_with(reading.birth):
            self._problem("birth_vs_id", "birth", typed=str(parsed.date), by_id=str(reading.birth))
        return parsed.date

    def _sex(self, by_id: int | None, relation: str | None) -> int | None:
        raw = self._raw.get("sex")
        code = codes.SEX.parse(raw)
        if raw is not None and code is None:
            self._problem("unknown_sex", "sex", shown=cells.quote(raw))
        typed = int(code) if code in ("1", "2") else None
        if by_id and typed and by_id != typed:
            self._problem("sex_vs_id", "sex", typed=typed, by_id=by_id)
        sex = by_id or typed
        implied = codes.RELATION_SEX.get(relation or "")
        if sex and implied and sex != implied:
            self._problem("relation_vs_sex", "relation", relation=relation or "", sex=sex)
        return sex

    # What a line cannot do without.

    def _household_no(self) -> str:
        raw = self._raw.get("household_no")
        if cells.is_no(raw) or legacy.matter_in(raw):
            raw = None
        number = cells.text(raw)
        if len(number) > cells.MOST_TEXT["household_no"]:
            self._problem("text_too_long", "household_no", most=cells.MOST_TEXT["household_no"])
            number = ""
        if not number and "household_no" not in self._bad:
            self._problem("household_no_missing", "household_no")
        return number

    def _name(self) -> str | None:
        name, odd = self._person_name("name", cells.MOST_TEXT["name"])
        if odd:
            self._problem("name_odd", "name")
        elif name is None and "name" not in self._bad:
            self._problem("name_missing", "name")
        elif name is not None and ("?" in name or "\ufffd" in name):
            self._problem("name_lost_character", "name")
        return name

    def _relation(self) -> str | None:
        raw = self._raw.get("relation")
        if raw is None:
            if "relation" not in self._bad:
                self._problem("relation_missing", "relation")
            return None
        code = codes.RELATION.parse(raw)
        if code is None:
            self._problem("unknown_relation", "relation", shown=cells.quote(raw))
        return code

    # Everything else may be silent.

    def _ethnicity(self) -> tuple[str | None, str | None]:
        code = self._coded("ethnicity", codes.ETHNICITY, "unknown_ethnicity")
        if code not in (None, "97"):
            return code, None  # the code says all
        written = self._raw.get("ethnicity")
        known = code is not None or (isinstance(written, str) and cells.quote(written) != "…")
        return code, cells.text(written)[: cells.MOST_TEXT["ethnicity"]] or None if known else None

    def _hukou_kind(self) -> str | None:
        raw = self._raw.get("hukou_kind")
        kind = cells.hukou_kind(raw)
        if raw is not None and kind is None and not cells.is_no(raw):
            self._problem("unknown_hukou_kind", "hukou_kind", shown=cells.quote(raw))
        return kind

    def _phones(self) -> tuple[str, ...]:
        found, understood = cells.phones(self._raw.get("phones"))
        if not understood:
            self._problem("phone_unreadable", "phones")
        return found

    # Yes or no, with a date.

    def _flag_and_date(self, flag_column: str, date_column: str) -> tuple[bool | None, PartialDate | None]:
        """A yes or no and its date. A date alone means yes; a no with a date is no answer at all."""
        raw = self._raw.get(flag_column)
        flag, since = cells.yes_no(raw), self._date(date_column)
        if raw is not None and flag is None:
            written = self._parse(raw)  # a date in the yes-or-no cell is a yes
            if written.date is not None and not written.problems and not after(written.date, self.on):
                flag, since = True, since or written.date
            else:
                self._problem("unknown_yes_no", flag_column, shown=cells.quote(raw))
                return None, None
        if since is not None and flag is False:
            self._problem("yes_no_vs_detail", flag_column)
            return None, None
        if flag is None and since is not None:
            return True, since
        if flag is None and cells.is_no(self._raw.get(date_column)):
            return False, None
        return flag, since

    def _residence(self) -> tuple[bool | None, str | None, PartialDate | None]:
        """Whether the person lives here; else where and since when. A place or date alone means away."""
        column = "resident_here" if "resident_here" in self._raw else "away"
        raw = self._raw.get(column)
        here = cells.lives_here(raw, asked="here" if column == "resident_here" else "away")
        if raw is not None and here is None:
            self._problem("unknown_yes_no", column, shown=cells.quote(raw))
            return None, None, None
        since, elsewhere = self._date("away_since"), self._elsewhere()
        if elsewhere and cells.lives_here(elsewhere, asked="here"):  # 本村, 在家
            here, elsewhere = (True if here is None else here), None
        if here is True and since is not None:
            self._problem("yes_no_vs_detail", column)
            return None, None, None
        if here is None and (elsewhere or since):
            here = False
        return (here, elsewhere, since) if here is False else (here, None, None)

    def _elsewhere(self) -> str | None:
        return self._free_text("resident_elsewhere", cells.MOST_TEXT["resident_elsewhere"])

    # Declarations about children, of those alone whom a legacy programme can concern.

    def _declares(self, birth: PartialDate | None) -> bool:
        return birth is not None and self.year - birth.year >= DECLARATIONS_FROM_AGE

    def _drop_children_of_the_young(self, birth: PartialDate | None) -> None:
        if not self._declares(birth):
            self._raw = {column: value for column, value in self._raw.items() if column not in CHILDREN}

    def _children(self) -> tuple[int | None, int | None, int | None]:
        values: list[int | None] = []
        for column in CHILDREN:
            raw = self._raw.get(column)
            number = None if raw is None else cells.count(raw)
            if raw is not None and number is None:
                self._problem("count_unreadable", column)
            values.append(number)
        sons, daughters, ever = values
        if ever is not None and (sons or 0) + (daughters or 0) > ever:
            self._problem("counts_disagree", "children_ever")
        return sons, daughters, ever
