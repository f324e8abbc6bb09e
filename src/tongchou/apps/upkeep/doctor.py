"""All checks of an installation in order, and what they found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.upkeep.checks import data, machine, money, serving, work
from tongchou.apps.upkeep.checks.finding import Finding, Level, error, note

Check = Callable[[dt.datetime], Finding]
#: (name, question, check, needs the tables)
CHECKS: tuple[tuple[str, str | Promise, Check, bool], ...] = (
    ("python", gettext_lazy("Python"), machine.python, False),
    ("fonts", gettext_lazy("Fonts"), machine.fonts, False),
    ("disk", gettext_lazy("Disk space"), machine.disk, False),
    ("files", gettext_lazy("Who can open the files"), machine.files, False),
    ("debug", gettext_lazy("Debug mode"), serving.debug, False),
    ("addresses", gettext_lazy("Addresses and HTTPS"), serving.addresses, False),
    ("static", gettext_lazy("Files of the pages"), serving.static_files, False),
    ("languages", gettext_lazy("Languages"), serving.languages, False),
    ("law", gettext_lazy("Programmes and amounts"), work.law, False),
    ("holidays", gettext_lazy("Public holidays"), work.holidays, False),
    ("database", gettext_lazy("Database"), data.database, False),
    ("migrations", gettext_lazy("State of the database"), data.migrations, False),
    ("clock", gettext_lazy("Clock"), machine.clock, True),
    ("keys", gettext_lazy("Keys"), data.keys_fit, True),
    ("head", gettext_lazy("Signed head"), data.head_file, True),
    ("audit", gettext_lazy("Audit chain"), data.audit_recent, True),
    ("areas", gettext_lazy("Administrative areas"), work.areas, True),
    ("accounts", gettext_lazy("Accounts"), work.accounts, True),
    ("worker", gettext_lazy("Background work"), work.worker, True),
    ("lists", gettext_lazy("List of benefits"), work.lists, True),
    ("applications", gettext_lazy("Applications of residents"), work.applications, True),
    ("money", gettext_lazy("Bank files and payments"), money.banks, True),
    ("backup", gettext_lazy("Backup"), data.backup, False),
)
#: What takes minutes on a large county.
FULL: tuple[tuple[str, str | Promise, Check, bool], ...] = (
    ("audit-whole", gettext_lazy("Audit chain, every row"), data.audit_whole, True),
    ("registry", gettext_lazy("Registry"), data.registry_state, True),
    ("money-laws", gettext_lazy("Laws of money"), money.laws, True),
)
#: Without these the others cannot be asked.
FOUNDATION = ("database", "migrations")


@dataclass(frozen=True, slots=True)
class Answer:
    """One check by name, its question, and what was found."""

    name: str
    question: str
    finding: Finding

    def as_dict(self) -> dict[str, Any]:
        return {
            "check": self.name,
            "level": str(self.finding.level),
            "question": self.question,
            "text": str(self.finding.text),
            "remedy": str(self.finding.remedy),
        }


def examine(*, at: dt.datetime, full: bool = False) -> list[Answer]:
    """Every check in the reader's language. A check that breaks is an error of its own; the others go on."""
    answers: list[Answer] = []
    standing = True
    for name, question, check, needs_tables in (*CHECKS, *(FULL if full else ())):
        if needs_tables and not standing:
            found = note(_("Not checked: the database must be put in order first."))
        else:
            found = _ask(check, at)
        if name in FOUNDATION and found.level == Level.ERROR:
            standing = False
        answers.append(Answer(name, str(question), found))
    return answers


def _ask(check: Check, at: dt.datetime) -> Finding:
    try:
        return check(at)
    except DatabaseError:
        return error(
            _("The database does not answer this."),
            _("Put the database in order first: see the line about it."),
        )
    except OSError as problem:
        return error(
            _("This could not be looked at: %(reason)s")
            % {"reason": problem.strerror or type(problem).__name__},
            _("Run this as the account that runs the service."),
        )


def worst(answers: list[Answer]) -> Level:
    """The gravest level among the answers."""
    order = list(Level)
    return max((answer.finding.level for answer in answers), key=order.index, default=Level.OK)
