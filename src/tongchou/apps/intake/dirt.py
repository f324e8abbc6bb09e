"""The dirt of real registers: what it looks like, what the reader does, which test proves it.

The page of reference on registers prints it; a test walks it, so that no line outlives its proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_FORMATS: Final = "src/tongchou/apps/intake/tests/test_formats.py"
_BAD: Final = "src/tongchou/apps/intake/tests/test_bad_input.py"
_DIRT: Final = "src/tongchou/apps/intake/tests/test_dirt.py"
_REGISTER: Final = "tests/domain/test_register.py"
_DATES: Final = "tests/domain/test_date_parsing.py"
_IDS: Final = "tests/domain/test_identity.py"
_NAMES: Final = "tests/domain/test_codes_and_names.py"


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind; ``proof`` is ``file::test``."""

    looks: str
    handled: str
    proof: str


DIRT: Final = (
    Dirt(
        "`.csv` in GBK, GB 18030, UTF-8 or UTF-16, parted by comma, semicolon or tab",
        "the encoding and the mark are found; the table says the same as the workbook",
        f"{_FORMATS}::test_a_text_table_says_the_same_as_the_workbook",
    ),
    Dirt(
        "`.xls` of old Excel",
        "read without Excel; the same rows as from `.xlsx`",
        f"{_FORMATS}::test_an_old_workbook_says_the_same",
    ),
    Dirt(
        "`.et` of WPS", "read when it is one of the two workbook formats", f"{_DIRT}::test_a_workbook_of_wps"
    ),
    Dirt(
        "a file with a password, a picture, a damaged file",
        "refused, with the reason and what to do",
        f"{_FORMATS}::test_locked_and_foreign_compound_files",
    ),
    Dirt(
        "several sheets with registers",
        "refused: a file is one village; a sheet of notes beside the register is passed over and said so",
        f"{_BAD}::test_two_sheets_with_registers_are_refused_and_a_note_sheet_is_not",
    ),
    Dirt("a hidden sheet", "not read", f"{_BAD}::test_a_hidden_sheet_is_not_read"),
    Dirt(
        "a title and notes above the header",
        "the header is looked for below them",
        f"{_REGISTER}::test_the_header_is_found_below_titles_and_notes",
    ),
    Dirt(
        "two or three header rows with merged groups",
        "a column is its group and its own word",
        f"{_REGISTER}::test_three_header_rows_with_groups",
    ),
    Dirt(
        "merged cells for a household",
        "filled down within the merged range alone, in columns that people share",
        f"{_REGISTER}::test_only_merged_cells_fill_down",
    ),
    Dirt(
        "同上 or 〃",
        "the value above, in columns that people share; elsewhere an error",
        f"{_REGISTER}::test_ditto_where_people_share_and_only_there",
    ),
    Dirt(
        "rows of totals, notes, signatures, repeated headers",
        "passed over, listed with the reason",
        f"{_REGISTER}::test_rows_that_speak_of_nobody",
    ),
    Dirt(
        "one person twice in a file",
        "said at both rows; too many refuse the file",
        f"{_REGISTER}::test_households_and_repetition",
    ),
    Dirt(
        "full-width digits, spaces, a leading apostrophe in an ID number",
        "put right; what was written is kept",
        f"{_IDS}::test_ornament_is_put_aside",
    ),
    Dirt(
        "15-digit ID numbers",
        "completed to 18; what was written is kept",
        f"{_IDS}::test_fifteen_digits_are_upgraded_and_kept",
    ),
    Dirt(
        "O for 0, l for 1 in an ID number",
        "read as the digit when the check character agrees, and said so; else an error",
        f"{_IDS}::test_a_letter_is_a_digit_only_when_the_check_character_agrees",
    ),
    Dirt(
        "an ID number kept as a number (5.20599E+17)",
        "an error: the last digits are lost and never guessed",
        f"{_IDS}::test_a_number_cell_is_never_repaired",
    ),
    Dirt(
        "17 digits, a wrong check character",
        "an error that says which",
        f"{_IDS}::test_problems_have_their_code",
    ),
    Dirt(
        "a typed date of birth or sex that is not that of the ID number",
        "both are shown, and the number prevails, by law",
        f"{_REGISTER}::test_the_number_prevails_over_what_was_typed",
    ),
    Dirt(
        "dates such as 2025.6.1, 2025/6/1, 20250601, in full width",
        "read in every form",
        f"{_DATES}::test_a_day_is_read_in_every_form",
    ),
    Dirt(
        "a month or a year alone (1960年3月, 1960)",
        "stays a month or a year: a day nobody wrote is never added",
        f"{_DATES}::test_no_part_is_known_that_was_not_written",
    ),
    Dirt("dates as serial numbers of the spreadsheet", "read", f"{_DATES}::test_spreadsheet_days"),
    Dirt(
        "a workbook that counts from 1904",
        "read with its own base",
        f"{_BAD}::test_a_workbook_counted_from_1904",
    ),
    Dirt(
        "农历, 腊月 and the like", "the year alone, and said so; never converted", f"{_DATES}::test_readings"
    ),
    Dirt(
        "names with spaces, and with · ． • between the parts",
        "compared without them, kept as written",
        f"{_NAMES}::test_spaces_and_dots_do_not_part_a_name",
    ),
    Dirt(
        "rare characters (生僻字) of GB 18030",
        "kept as they are, from a table in GB 18030 as from a workbook",
        f"{_DIRT}::test_rare_characters_stay_as_they_are",
    ),
    Dirt(
        "telephones of two people in one cell",
        "both are kept; whose they are, in brackets, is not",
        f"{_DIRT}::test_telephones_of_two_people_in_one_cell",
    ),
    Dirt("/, 无, — for nothing", "an empty cell", f"{_DIRT}::test_signs_for_nothing_are_nothing"),
    Dirt(
        "formulas and error values",
        "an error that names the cell",
        f"{_REGISTER}::test_formulas_and_error_values",
    ),
    Dirt(
        "columns of closed matters (避孕, 政策内外)",
        "dropped while the file is read; the matter and the number are noted",
        f"{_REGISTER}::test_legacy_columns_are_dropped_at_the_door",
    ),
    Dirt(
        "cells that would start a formula in a workbook taken away",
        "written as text",
        "src/tongchou/apps/intake/tests/test_returned.py::test_nothing_in_it_starts_a_formula",
    ),
)


def dirt_markdown() -> str:
    """The table, in English."""
    rows = [f"| {one.looks} | {one.handled} | `{one.proof.split('::')[1]}` |" for one in DIRT]
    head = ("| Looks like | What the reader does | Proved by |", "|---|---|---|")
    return "\n".join(["", "## Dirt, and what becomes of it", *head, *rows, ""])
