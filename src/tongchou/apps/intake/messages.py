"""Problems in plain words: what is wrong and what to do about it. One entry a code, none missing (a test)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.domain import codes
from tongchou.domain.register.columns import BY_NAME
from tongchou.domain.register.problems import RegisterError

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """``text`` says what is wrong, ``fix`` what to do. Both may hold ``%(param)s``."""

    text: Text
    fix: Text


_TYPE_AGAIN = _("Correct the cell.")
_LOOK = _("Check it against the identity card or household book.")
_OR_EMPTY = _("Write the date as 2025-06-01, 2025-06 or 2025, or leave the cell empty if it is not known.")

PROBLEMS: Final[dict[str, Words]] = {
    "formula_cell": Words(
        _("The cell holds a formula."),
        _("Type the value itself: copy the cell and paste it as a value."),
    ),
    "cell_error": Words(_("The cell shows an error value such as #N/A."), _("Type the right value.")),
    "ditto_not_here": Words(
        _("“As above” cannot stand here: each person has an own entry in this column."),
        _("Write the person's own entry."),
    ),
    "household_no_missing": Words(
        _("The household number is missing."),
        _("Write the household's number in this row, or merge the cell with the household's first row."),
    ),
    "household_without_head": Words(
        _("No one in this household of %(people)s is marked as head (户主)."),
        _("Mark one person as 户主, or check whether the household number is right."),
    ),
    "two_heads": Words(
        _("The household has a second head; row %(first_row)s is the first."),
        _("Keep one head a household. If these are two households, give each its own number."),
    ),
    "household_apart": Words(
        _("The same household number already stands further up, from row %(first_row)s on."),
        _("If it is the same household, put the rows together; otherwise give it its own number."),
    ),
    "name_missing": Words(_("The name is missing."), _("Write the name, or delete the row if it is empty.")),
    "name_odd": Words(
        _("This does not look like a name."), _("Check that the row has not slipped sideways.")
    ),
    "name_lost_character": Words(
        _("The name holds “?”: a rare character was lost when the file was saved."),
        _("Type the character, or save the register as an Excel workbook or as CSV UTF-8."),
    ),
    "relation_missing": Words(
        _("The relation to the head is missing."), _("Write 户主, 妻, 长子 or another relation.")
    ),
    "unknown_relation": Words(
        _("“%(shown)s” is not a known relation to the head."),
        _("Use a word of the national list, for example 户主, 妻, 长子, 儿媳, 孙女, 其他亲属 or 非亲属."),
    ),
    "relation_vs_sex": Words(_("The relation “%(relation)s” does not go with the sex “%(sex)s”."), _LOOK),
    "id_digits_lost": Words(
        _("The identity number was stored as a number, so its last digits are lost for good."),
        _("Set the column to text and type the number again from the identity card."),
    ),
    "id_length": Words(
        _("The identity number (%(shown)s) has neither 18 nor 15 characters."),
        _("Type it again from the identity card."),
    ),
    "id_character": Words(
        _("The identity number contains a character that cannot be in it."),
        _("Type it again from the identity card; only the last character may be the letter X."),
    ),
    "id_check_failed": Words(
        _("The identity number (%(shown)s) contains a typing mistake: its check character does not fit."),
        _("Compare every digit with the identity card."),
    ),
    "id_birth_impossible": Words(
        _("The birth date inside the identity number (%(shown)s) does not exist."),
        _("Compare every digit with the identity card."),
    ),
    "id_letter_as_digit": Words(
        _("A letter in the identity number (%(shown)s) was read as the digit it looks like."),
        _("The check character agrees, so nothing has to be done. Better type the digit."),
    ),
    "id_column_missing": Words(
        _("The register has no column for identity numbers (公民身份号码)."),
        _("Add the column: without the number, namesakes are told apart by household and birth date alone."),
    ),
    "id_missing": Words(
        _("The identity number is missing."),
        _("The person is taken in. Add the number when it is known."),
    ),
    "id_and_birth_missing": Words(
        _("Both the identity number and the date of birth are missing."),
        _("The person is taken in, but no benefit can be worked out before the date of birth is known."),
    ),
    "duplicate_in_file": Words(
        _("The same identity number already stands in row %(first_row)s."),
        _("Delete the row if it is the same person; otherwise correct the wrong number."),
    ),
    "id_of_other_row": Words(
        _("Row %(other_row)s has the same identity number; this row's date of birth or sex does not fit it."),
        _("The number is in doubt, not the cells beside it: type it again from this person's identity card."),
    ),
    "same_person_twice": Words(
        _("The same name and date of birth already stand in row %(first_row)s, one of them without number."),
        _("Delete one row if it is the same person; if they are two people, add their identity numbers."),
    ),
    "birth_impossible": Words(_("This date of birth does not exist."), _("Check the day and the month.")),
    "birth_in_future": Words(_("The date of birth lies in the future."), _LOOK),
    "birth_too_early": Words(_("A birth in %(year)s would make the person older than 125."), _LOOK),
    "birth_vs_id": Words(
        _("The date of birth is written as %(typed)s, the identity number says %(by_id)s."),
        _("The identity number counts. Correct whichever is wrong."),
    ),
    "sex_vs_id": Words(
        _("The sex is written as “%(typed)s”, the identity number says “%(by_id)s”."),
        _("The identity number counts. Correct whichever is wrong."),
    ),
    "unknown_sex": Words(_("“%(shown)s” is not understood as a sex."), _("Write 男 or 女.")),
    "unknown_ethnicity": Words(
        _("“%(shown)s” is not in the national list of ethnicities."),
        _("Write the full name, for example 苗族; peoples without an own code, such as 穿青人, are known."),
    ),
    "unknown_education": Words(
        _("“%(shown)s” is not understood as a level of education."),
        _("Write for example 小学, 初中, 高中, 大专 or 本科, or leave the cell empty."),
    ),
    "unknown_marital": Words(
        _("The marital status is not understood."),
        _("Write 未婚, 已婚, 丧偶 or 离婚, or leave the cell empty."),
    ),
    "unknown_hukou_kind": Words(
        _("“%(shown)s” is not understood as a kind of household registration."),
        _("Write 农业户口, 非农业户口 or 居民户口, or leave the cell empty."),
    ),
    "unknown_yes_no": Words(
        _("“%(shown)s” is neither yes nor no, so the answer is taken as unknown."),
        _("Write 是 or 否, or leave the cell empty if it is not known."),
    ),
    "yes_no_vs_detail": Words(
        _("The answer and the details beside it contradict each other, so both are taken as unknown."),
        _("Correct the answer, or empty the date beside it."),
    ),
    "date_unreadable": Words(_("The date is not understood and is taken as unknown."), _OR_EMPTY),
    "date_impossible": Words(_("This date does not exist."), _("Check the day and the month.")),
    "date_lunar": Words(
        _("This is a date of the lunar calendar; only the year is taken."),
        _("Write the date of the solar calendar (公历) if it is known."),
    ),
    "date_month_unsure": Words(
        _("A number cell turns month 10 into 1, so only the year is taken."),
        _("Set the column to text and write the date as 1960-10."),
    ),
    "date_short_year": Words(_("The year was written with two digits and has been completed."), _OR_EMPTY),
    "date_century_unknown": Words(
        _("The year was written with two digits and fits two centuries; the date is taken as unknown."),
        _OR_EMPTY,
    ),
    "future_date": Words(_("The date %(date)s lies in the future and is taken as unknown."), _OR_EMPTY),
    "count_unreadable": Words(
        _("This is not a number of children."),
        _("Write a whole number, 0 for none, or leave the cell empty."),
    ),
    "counts_disagree": Words(
        _("More children are living than were ever born or adopted."), _("Ask the person again.")
    ),
    "phone_unreadable": Words(
        _("The telephone number, or one of several, is not complete and is left out."),
        _("Write 11 digits; part several numbers with a comma."),
    ),
    "text_too_long": Words(_("The text is longer than %(most)s characters and is left out."), _TYPE_AGAIN),
    "legacy_text_dropped": Words(
        _("The cell speaks of matters that are no longer recorded; its text is left out."),
        _("Nothing has to be done. Write only what the column asks for."),
    ),
    "unknown_group": Words(
        _("“%(shown)s” is not a villagers' group of this village."),
        _("Correct the name of the group; the groups are: %(groups)s."),
    ),
    "title_area_unknown": Words(
        _("The title of the sheet does not name the village you chose."),
        _("Make sure that this is the register of that village."),
    ),
    "sheets_ignored": Words(
        _("Other sheets of the workbook hold no register and were not read: %(sheets)s."),
        _("If there are people on them, move them to the first sheet."),
    ),
    "nobody_named": Words(
        _("The row names nobody: name and identity number are both missing."),
        _("Ask the department for the name or the number."),
    ),
    "number_unusable": Words(
        _("The identity number (%(shown)s) is not valid; the person is looked for by name and birth."),
        _("Choose the person meant, or ask the department for the right number."),
    ),
    "number_missing": Words(
        _("The identity number is missing; the person is looked for by name and place."),
        _("Choose the person meant, or ask the department for the number."),
    ),
    "day_missing": Words(_("The date is missing."), _("Ask the department for the date.")),
    "unknown_business": Words(
        _("“%(shown)s” is neither a marriage nor a divorce."), _("Write 结婚登记 or 离婚登记.")
    ),
    "unknown_scheme": Words(_("The kind of insurance is missing."), _("Write the scheme's full name.")),
    "stop_without_date": Words(
        _("The insurance has ended, but the day is missing."), _("Ask the department for the day it ended.")
    ),
    "card_unreadable": Words(
        _("Kind or grade is neither written nor part of the certificate's number."),
        _("Ask the department for both."),
    ),
    "row_repeated": Words(
        _("The same row already stands further up, in row %(first_row)s."), _("Nothing has to be done.")
    ),
}

_SAVE_AS = _("Open the register in Excel or WPS, choose “Save as”, and save it as an Excel workbook (.xlsx).")

FILES: Final[dict[str, Words]] = {
    "wrong_type": Words(_("This is neither a workbook nor a text table."), _SAVE_AS),
    "old_format": Words(
        _("This is a workbook in a special format (such as .xlsb or the own format of WPS)."), _SAVE_AS
    ),
    "text_encoding": Words(_("The text file is in an encoding that is not known here."), _SAVE_AS),
    "password": Words(
        _("The workbook is protected by a password."), _("Remove the password, save it, and choose it again.")
    ),
    "damaged": Words(
        _("The workbook is damaged or incomplete."),
        _("Open it in Excel or WPS, save it under a new name, and choose the new file."),
    ),
    "too_large": Words(
        _("The workbook is far larger than a village register."),
        _("Copy the register alone into a new workbook. At most 20,000 rows and 20 MB are read."),
    ),
    "empty_sheet": Words(_("The workbook is empty."), _("Choose the workbook that holds the register.")),
    "no_header": Words(
        _("No header was found among the first 20 rows."),
        _("A row must name the columns: 户编号, 姓名, 与户主关系, 公民身份号码 and so on."),
    ),
    "text_named_workbook": Words(
        _("The ending %(ending)s and the content do not fit: this is text without the header of a register."),
        _("Choose the workbook itself. If the register is this text, its first rows must name the columns."),
    ),
    "missing_columns": Words(
        _("The register lacks columns that are needed: %(columns)s."),
        _("Add the columns, or give their headers these names."),
    ),
    "column_twice": Words(
        _("Two columns mean the same: %(columns)s."), _("Rename or delete the column that is not meant.")
    ),
    "several_registers": Words(
        _("The workbook holds %(sheets)s sheets with registers."),
        _("Save each of them as a workbook of its own."),
    ),
    "no_people": Words(
        _("There is nobody below the header."), _("Choose the workbook that holds the register.")
    ),
    "too_many_files": Words(
        _("There are more files than can be brought in at once."),
        _("Bring in at most %(most)s files at a time, township by township."),
    ),
    "archive_too_large": Words(
        _("Unfolded, the files are far larger than registers are."),
        _("Put only registers into the archive, or bring them in township by township."),
    ),
    "archive_in_archive": Words(
        _("This is an archive within an archive. It was not opened."),
        _("Bring in the inner archive by itself."),
    ),
    "empty_archive": Words(
        _("There is no file in the archive."), _("Choose the archive that holds the registers.")
    ),
    "no_longer_held": Words(
        _("Nobody decided about this file in time, and it is no longer held."), _("Choose the file again.")
    ),
    "other_village": Words(
        _("The title names another village: %(found)s. You chose %(chosen)s."),
        _("Choose the right village, or the right file."),
    ),
    "unknown_list": Words(
        _("The headers are those of no list this program knows."),
        _("Say which list it is, or see the list of columns in the handbook."),
    ),
    "too_many_errors": Words(
        _("%(errors)s of %(rows)s rows cannot be read. That is too many to be mistakes of single rows."),
        _("Check whether this is the right list and whether its columns have slipped."),
    ),
}

#: Closed matters of which columns were dropped, in words that name no one.
LEGACY: Final[dict[str, Text]] = {
    "contraception": _("contraception"),
    "sterilisation": _("sterilisation"),
    "operation": _("operations"),
    "measures": _("measures taken"),
    "checks": _("pregnancy checks"),
    "policy": _("within or outside the old policy"),
    "fee": _("fees for births"),
    "permit": _("birth permits"),
    "certificate": _("marriage and birth certificates for migrants"),
    "credit": _("personal credit"),
    "key_persons": _("lists of persons to be managed"),
    "few_births": _("rewards for few births"),
    "informing": _("informing on others"),
    "omitted": _("already left out"),
}

#: Why a row was passed over.
SKIPPED: Final[dict[str, Text]] = {
    "total": _("Total row"),
    "note": _("Note or signature row"),
    "header": _("Repeated header"),
    "numbers": _("Row of column numbers"),
}


def column_label(name: str) -> str:
    """A canonical column in the language of the page; empty for none."""
    column = BY_NAME.get(name)
    if column is None:
        return ""
    return column.zh if (get_language() or "zh").startswith("zh") else column.en


def words_for(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and what to do, in the language of the page."""
    words = PROBLEMS[code]
    shown = _in_words(params)
    return str(words.text) % shown, str(words.fix) % shown


def file_words(error: RegisterError) -> tuple[str, str]:
    """The same for a file that cannot be taken at all."""
    words = FILES[error.code]
    shown: dict[str, Any] = dict(error.params)
    if error.code == "missing_columns":
        shown["columns"] = _listed([_alternatives(entry) for entry in shown["columns"]])
    elif error.code == "column_twice":
        shown["columns"] = _listed([_with_places(entry) for entry in shown["columns"]])
    return str(words.text) % shown, str(words.fix) % shown


def labelled(label: str, text: str) -> str:
    """A text with what it is about before it."""
    mark = "：" if (get_language() or "zh").startswith("zh") else ": "
    return f"{label}{mark}{text}" if label else text


def _in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """Codes among the params as labels."""
    language = get_language() or "zh"
    shown = dict(params)
    if "relation" in shown:
        shown["relation"] = codes.RELATION.label(str(shown["relation"]), language)
    for name in ("sex", "typed", "by_id"):
        if isinstance(shown.get(name), int):
            shown[name] = codes.SEX.label(str(shown[name]), language)
    return shown


def _alternatives(entry: str) -> str:
    return " / ".join(column_label(name) for name in entry.split("|"))


def _with_places(entry: str) -> str:
    name, _colon, places = entry.partition(":")
    return f"{column_label(name)} ({places})"


def _listed(parts: list[str]) -> str:
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(parts)
