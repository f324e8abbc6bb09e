"""The help page: what to do now, for each role the reader holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.core.roles import Role


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a role does; ``view`` names the page where, "" for what needs none."""

    title: Promise
    text: Promise
    view: str = ""

    @property
    def url(self) -> str:
        """The address of the page, "" when there is none."""
        try:
            return reverse(f"console:{self.view}") if self.view else ""
        except NoReverseMatch:
            return ""

    @property
    def possible(self) -> bool:
        """Whether this installation can do it: its page exists, or it needs none."""
        return not self.view or bool(self.url)


@dataclass(frozen=True, slots=True)
class RoleHelp:
    """What one role does, in the order of its day."""

    role: str
    tasks: tuple[Task, ...]


_FIND = Task(
    _("Find a person"),
    _("Type the name, the first letters in pinyin, the full ID number or a telephone number."),
    "search",
)
_VISIT = Task(
    _("Visit those who have not claimed"),
    _("The nearest deadline stands first. Open the household, read out the reasons, help the family apply."),
    "worklist",
)
_POPULATION = Task(
    _("Look at the population"), _("Age and sex of your areas, as a table and a drawing."), "population"
)
_SIMULATE = Task(
    _("Simulate a change of the law"),
    _("Another amount or age, from which year: what it would cost, and how many gain or lose. In sums."),
    "simulate",
)
_DECIDE = Task(
    _("Decide about corrections"),
    _("Compare old and new with the document, then approve or refuse. Nobody decides on their own request."),
    "corrections",
)
_TASKS: dict[str, tuple[Task, ...]] = {
    Role.VILLAGE_WORKER: (
        _VISIT,
        Task(
            _("Record the claim"),
            _("When the application is handed in, press “Has claimed”. The family leaves the list."),
            "worklist",
        ),
        _FIND,
        Task(
            _("Ask for a correction"),
            _("On the page of the person, with a document. Somebody of the township or the county decides."),
            "corrections",
        ),
        Task(
            _("Print the reasons"),
            _("The page of a household prints on A4 with every condition. Leave it with the family."),
        ),
    ),
    Role.TOWNSHIP_OFFICER: (
        Task(
            _("Bring in a register"),
            _("Choose the village and its Excel file. Every mistake is listed with its cell and the remedy."),
            "intake-new",
        ),
        Task(
            _("Decide on what was found"),
            _("Look at what is new, changed or in question, then store it or discard it."),
            "intake",
        ),
        Task(
            _("Help newborns to be registered"),
            _("The hospital knows them and the register does not yet. It is an offer of help, no reproach."),
            "newborns",
        ),
        _DECIDE,
        _VISIT,
        _FIND,
        _POPULATION,
    ),
    Role.COUNTY_REVIEWER: (
        Task(
            _("Update the list of benefits"),
            _("After registers came in, press “Update the list” on the home page. Watch it under Jobs."),
            "jobs",
        ),
        Task(
            _("Bring in the lists of other departments"),
            _("Deaths, births, disability and others: matched, shown, and decided on before they count."),
            "lists",
        ),
        Task(
            _("Settle what is unclear"),
            _("Facts are lacking in these cases. Ask the township to bring them in with the register."),
            "worklist",
        ),
        _DECIDE,
        _FIND,
        _POPULATION,
    ),
    Role.COUNTY_FINANCE: (
        Task(_("See what will be paid"), _("Sums by programme and township. You see no people."), "money"),
        _SIMULATE,
    ),
    Role.PREFECTURE_SUPERVISOR: (
        Task(_("Follow the progress of units"), _("Units are compared, never people."), "progress"),
        _POPULATION,
        _SIMULATE,
    ),
    Role.STATISTICIAN: (
        _POPULATION,
        _SIMULATE,
        Task(
            _("Mind small figures"), _("A figure about few people can show who they are: publish sums only.")
        ),
    ),
    Role.DEPARTMENT_READER: (
        Task(
            _("See what became of your lists"), _("In counts. Rows and names stay with the county."), "home"
        ),
    ),
    Role.AUDITOR: (
        Task(
            _("Read who did what"),
            _("Look for unmasking without a task, work at night, and accounts that share a hand."),
            "audit",
        ),
    ),
    Role.SECURITY_ADMIN: (
        Task(
            _("Give and end roles"),
            _("On the day somebody changes post. No area means nothing is seen."),
            "grants",
        ),
        Task(
            _("Keep the keys in different hands"),
            _("One makes accounts, another gives roles, a third reads what both did."),
        ),
    ),
    Role.SYSTEM_ADMIN: (
        Task(_("Make and close accounts"), _("An account without a role sees nothing."), "accounts"),
        Task(
            _("Check the system"),
            _("Each check says what is wrong and how to mend it."),
            "doctor",
        ),
        Task(
            _("Look after the system"),
            _("Backups of database and keys apart, and a copy of the signed head."),
        ),
        Task(_("See all components"), _("Every part of the pages, with its states."), "components"),
    ),
}
#: Keys that work on every page, and what they do. They are the browser's own: none is taken over.
KEYS: tuple[tuple[str, Promise], ...] = (
    ("Tab", _("to the next link, button or field; the first press on a page offers to skip to the content")),
    ("Shift + Tab", _("back to the one before")),
    ("Enter", _("follow a link, send a form")),
    ("Space", _("press a button, tick a box, unfold a line")),
    ("← →", _("move a wide table sideways, once it is reached with Tab")),
    ("Ctrl + P", _("print the page without bar and navigation")),
    ("Ctrl + +", _("enlarge the page; large type for good is set under “My account”")),
)


def of(roles: Iterable[str]) -> tuple[RoleHelp, ...]:
    """The help of these roles, each once, in the order of the roles; empty for none. Possible tasks alone."""
    held = set(roles)
    return tuple(
        RoleHelp(str(role.label), tuple(task for task in _TASKS[role] if task.possible))
        for role in Role
        if role in held
    )
