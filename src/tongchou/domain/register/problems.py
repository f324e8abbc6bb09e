"""What can be wrong with a register: codes and levels. The words for people live in the intake app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Level = Literal["error", "warning"]
Param = str | int

#: Problems of rows in other departments' lists; there an error keeps out its row alone.
LIST_LEVELS: Final[dict[str, Level]] = {
    "nobody_named": "error",
    "number_unusable": "warning",
    "number_missing": "warning",
    "day_missing": "error",
    "unknown_business": "error",
    "unknown_scheme": "error",
    "stop_without_date": "error",
    "card_unreadable": "error",
    "row_repeated": "warning",
}
#: Problems of single cells, rows and households. An error keeps its household out until it is mended;
#: a warning is shown and the household goes in.
LEVELS: Final[dict[str, Level]] = {
    "formula_cell": "error",
    "cell_error": "error",
    "ditto_not_here": "error",
    "household_no_missing": "error",
    "household_without_head": "error",
    "two_heads": "error",
    "household_apart": "warning",
    "name_missing": "error",
    "name_odd": "error",
    "name_lost_character": "warning",
    "relation_missing": "error",
    "unknown_relation": "error",
    "relation_vs_sex": "warning",
    "id_digits_lost": "error",
    "id_length": "error",
    "id_character": "error",
    "id_check_failed": "error",
    "id_birth_impossible": "error",
    "id_letter_as_digit": "warning",
    "id_missing": "warning",
    "id_column_missing": "warning",
    "id_and_birth_missing": "warning",
    "duplicate_in_file": "error",
    "id_of_other_row": "error",
    "same_person_twice": "warning",
    "birth_impossible": "error",
    "birth_in_future": "error",
    "birth_too_early": "error",
    "birth_vs_id": "warning",
    "sex_vs_id": "warning",
    "unknown_sex": "warning",
    "unknown_ethnicity": "warning",
    "unknown_education": "warning",
    "unknown_marital": "warning",
    "unknown_hukou_kind": "warning",
    "unknown_yes_no": "warning",
    "yes_no_vs_detail": "warning",
    "date_unreadable": "warning",
    "date_impossible": "error",
    "date_lunar": "warning",
    "date_month_unsure": "warning",
    "date_short_year": "warning",
    "date_century_unknown": "warning",
    "future_date": "warning",
    "count_unreadable": "warning",
    "counts_disagree": "warning",
    "phone_unreadable": "warning",
    "text_too_long": "warning",
    "legacy_text_dropped": "warning",
    "unknown_group": "error",
    "title_area_unknown": "warning",
    "sheets_ignored": "warning",
    **LIST_LEVELS,
}

#: Problems of a whole list of another department, beside those of ``FILE_CODES`` it shares with registers.
LIST_FILE_CODES: Final[tuple[str, ...]] = ("unknown_list", "too_many_errors")
#: Problems of the whole file: nothing of it is taken.
FILE_CODES: Final[tuple[str, ...]] = (
    "wrong_type",
    "old_format",
    "text_encoding",
    "password",
    "damaged",
    "too_large",
    "empty_sheet",
    "no_header",
    "text_named_workbook",
    "missing_columns",
    "column_twice",
    "several_registers",
    "no_people",
    "other_village",
    "too_many_files",
    "archive_too_large",
    "archive_in_archive",
    "empty_archive",
    "no_longer_held",
    *LIST_FILE_CODES,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place of the sheet.

    ``row`` is 1-based as the spreadsheet shows it, 0 for the file as a whole. ``column`` is a canonical name
    or empty for a whole row. ``params`` fill the message; they hold no more of a cell than is needed to mend
    it, identity numbers masked, and nothing at all of a dropped or sensitive column.
    """

    code: str
    row: int
    column: str = ""
    cell: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return LEVELS[self.code]


class RegisterError(Exception):
    """The file as a whole cannot be taken; ``code`` is one of ``FILE_CODES``, ``params`` fill its message.

    ``open_words`` are headers that, once explained, may change that.
    """

    open_words: tuple[str, ...] = ()

    def __init__(self, code: str, **params: Param | list[str]) -> None:
        if code not in FILE_CODES:
            raise ValueError(f"unknown code: {code}")
        super().__init__(code)
        self.code = code
        self.params = params
