"""The parameters a county sets itself, and what the law leaves to it.

Amounts are not among them: 《育儿补贴制度管理规范（试行）》（国卫办人口发〔2025〕24号） lets no county
or township set a subsidy or a standard of its own. Nothing here has a default: what a county has not told
stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

TRIAL_RULES = "《育儿补贴制度管理规范（试行）》（国卫办人口发〔2025〕24号）"
#: Township's and county's review together, in working days (TRIAL_RULES).
MOST_REVIEW_DAYS = 30
#: The longest notice that is taken for one: more days are a typing mistake.
MOST_DAYS = 90
#: Stands for the document where the unit's own word is enough.
OWN_WORD = "own"
_PHONE = re.compile(r"(?:\d{3,4}-)?\d{5,8}(?:-\d{1,6})?|1\d{10}")


class Wrong(ValueError):  # noqa: N818 - named after what it says
    """A value that cannot be; the message says what to write instead."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is typed, checked, shown to people, and put back into a form."""

    read: Callable[[str], Any]
    show: Callable[[Any], str] = str
    typed: Callable[[Any], str] = str
    choices: tuple[tuple[str, str | Promise], ...] = ()


def _filled(text: str | Promise, most: int) -> str:
    return str(text) % {"most": most}


#: A sentence with its number, put together in the language of whoever reads it.
_with_number = lazy(_filled, str)


def _read_text(text: str) -> str:
    if len(text) > 120:
        raise Wrong(_("Write at most 120 characters."))
    return text


def _read_phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise Wrong(_("Write a telephone number with its area code, like 0857-8000000, or a short number."))
    return text


def _days_up_to(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
            raise Wrong(_with_number(_("Write a whole number of days from 1 to %(most)s."), most))
        return int(text)

    return read


def _read_months(text: str) -> list[int]:
    parts = [part for part in re.split(r"[\s,，、;；月]+", text) if part]
    if not parts or not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 12 for part in parts):
        raise Wrong(_("Write the months as numbers from 1 to 12, separated by commas."))
    return sorted({int(part) for part in parts})


def _read_quarterly(text: str) -> list[int]:
    months = _read_months(text)
    later = [*months[1:], months[0] + 12]
    if any(after - before > 3 for before, after in zip(months, later, strict=True)):
        raise Wrong(
            _("Payment is due at least once a quarter: no more than three months may lie between two.")
        )
    return months


def _read_calendar(text: str) -> str:
    if text not in dict(CALENDARS):
        raise Wrong(_("Choose calendar days or working days."))
    return text


def _months(value: Any) -> str:
    return ", ".join(str(month) for month in value)


CALENDARS = (("calendar", _("Calendar days")), ("working", _("Working days")))
TEXT = Kind(_read_text)
PHONE = Kind(_read_phone)
DAYS = Kind(_days_up_to(MOST_DAYS))
REVIEW_DAYS = Kind(_days_up_to(MOST_REVIEW_DAYS))
MONTHS = Kind(_read_months, _months, _months)
QUARTERLY = Kind(_read_quarterly, _months, _months)
CALENDAR = Kind(_read_calendar, lambda value: str(dict(CALENDARS)[value]), str, CALENDARS)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a county sets. ``needed`` ones stay on the checklist until they are known."""

    name: str
    group: str
    label: str | Promise
    hint: str | Promise
    kind: Kind
    needed: bool = True
    limit: str = ""

    @property
    def documented(self) -> bool:
        """Whether a document sets it. Who the unit is and where its office answers, it knows itself."""
        return self.group != "office"

    @property
    def full_label(self) -> str:
        """The label with its programme, for where it stands alone."""
        return str(self.label) if self.group == "office" else f"{GROUPS[self.group]} · {self.label}"


#: Says the number that is refused.
_REVIEW_HINT = _with_number(
    _("Township and county together at most %(most)s working days."), MOST_REVIEW_DAYS
)
GROUPS: dict[str, str | Promise] = {
    "office": _("The unit and its office for questions"),
    "childcare_subsidy": _("Childcare subsidy"),
    "elderly_reward": _("Elderly reward"),
}
PARAMETERS: tuple[Parameter, ...] = (
    Parameter("unit_name", "office", _("Name of the unit"), _("In full, as on its seal; it stands "
        "on letters."), TEXT),
    Parameter("office_name", "office", _("Office for questions"), _("Where families turn to."), TEXT),
    Parameter("office_phone", "office", _("Telephone for questions"), _("Shown to families."), PHONE),
    Parameter("office_address", "office", _("Address of the office"), _("Shown to families."), TEXT,
              needed=False),
    Parameter(
        "oversight_phone", "office", _("Telephone for complaints"), _("Of another unit than the one "
            "that decides."),
        PHONE, needed=False,
    ),
    Parameter(
        "childcare_subsidy.payment_months", "childcare_subsidy", _("Months of payment"),
        _("Months in which a batch is paid, like 3, 6, 9, 12; at least one a "
            "quarter."), QUARTERLY, limit=TRIAL_RULES,
    ),
    Parameter(
        "childcare_subsidy.township_review_days", "childcare_subsidy", _("Working days for the "
            "township's review"),
        _REVIEW_HINT, REVIEW_DAYS, limit=TRIAL_RULES,
    ),
    Parameter(
        "childcare_subsidy.county_review_days", "childcare_subsidy", _("Working days for the "
            "county's review"),
        _REVIEW_HINT, REVIEW_DAYS, limit=TRIAL_RULES,
    ),
    Parameter(
        "elderly_reward.payment_months", "elderly_reward", _("Months of payment"),
        _("Months in which it is paid, like 6, 12."), MONTHS,
    ),
    Parameter(
        "elderly_reward.notice_days", "elderly_reward", _("Days of public notice in the village"),
        _("How long the list hangs out before it goes to the township."), DAYS,
    ),
    Parameter(
        "elderly_reward.notice_calendar", "elderly_reward", _("How the days of notice are counted"),
        _("Places differ: as calendar days or as working days."), CALENDAR,
    ),
)  # fmt: skip
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
_AMOUNT = re.compile(r"amount|standard|subsidy_per|yuan|fen")


def parameter(name: str) -> Parameter:
    """The parameter of that name.

    Raises
    ------
    Wrong
        When there is none; an amount is refused with the rule that forbids it.
    """
    if name in BY_NAME:
        return BY_NAME[name]
    if _AMOUNT.search(name):
        raise Wrong(
            _("Amounts are set by the State and the province; a county may not set its own (%(source)s).")
            % {"source": TRIAL_RULES}
        )
    raise Wrong(_("There is no parameter of the name %(name)s.") % {"name": name})


def across(values: dict[str, Any]) -> dict[str, str | Promise]:
    """What is wrong with values that are each right by themselves, by the name of the later one."""
    days = [values.get(f"childcare_subsidy.{level}_review_days") for level in ("township", "county")]
    if sum(day or 0 for day in days) > MOST_REVIEW_DAYS:
        return {
            "childcare_subsidy.county_review_days": _(
                "Township and county together have at most %(most)s working days (%(source)s)."
            )
            % {"most": MOST_REVIEW_DAYS, "source": TRIAL_RULES}
        }
    return {}
