"""Cards and sections of those who work with families: list, files, deadlines, freshness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou import policies
from tongchou.apps.applications import api as applications
from tongchou.apps.casework import api as casework
from tongchou.apps.corrections import api as corrections
from tongchou.apps.duplicates import api as duplicates
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.intake import api as intake
from tongchou.apps.places import api as places
from tongchou.core import access
from tongchou.web.console import formatters, responsible
from tongchou.web.console.homes.parts import SOON, Card, Reader, Section
from tongchou.web.console.presenters import files as file_presenter
from tongchou.web.console.presenters import work

#: Files, families and villages listed on the page.
RECENT, NEAREST, MISSING = 5, 8, 10


def _counting(*, number: int, **said: Any) -> Card:
    """A card whose figure is what waits."""
    return Card(figure=formatters.number(number), waits=bool(number), idle=not number, **said)


def unclaimed(reader: Reader) -> Card:
    """Families on the list, the nearest deadline named."""
    number, nearest = reader.waiting.families, reader.waiting.nearest
    if reader.run is None:
        text = _("Appears once registers are in and the rules have been applied.")
    elif number and nearest:
        text = _("They are entitled and have not applied. The nearest last day is %(day)s.") % {
            "day": formatters.day(nearest)
        }
    elif number:
        text = _("They are entitled and have not applied. Visit them before the deadline.")
    else:
        text = _("Everybody entitled in your areas has claimed.")
    return _counting(
        key="unclaimed",
        title=_("Not yet claimed"),
        icon="list",
        unit=ngettext("family", "families", number),
        text=text,
        url=reverse("console:worklist") if number else "",
        go=_("Open the work-list"),
        number=number,
    )


def this_week(reader: Reader) -> Card:
    """Families whose last day comes within seven days."""
    number = reader.waiting.this_week
    return _counting(
        key="this-week",
        title=_("Last day this week"),
        icon="clock",
        tone="warn",
        unit=ngettext("family", "families", number),
        text=_("Visit them first: after the last day the claim of the year is lost.")
        if number
        else _("No claim ends within seven days."),
        url=reverse("console:worklist") if number else "",
        go=_("The nearest come first"),
        number=number,
    )


def deadlines(reader: Reader) -> Card:
    """Families whose last day is near."""
    number = reader.waiting.soon
    return _counting(
        key="deadlines",
        title=_("Deadlines near"),
        icon="clock",
        tone="warn",
        unit=ngettext("family", "families", number),
        text=_("Their last day comes within %(days)s days. Help the villages reach them.") % {"days": SOON}
        if number
        else _("No claim ends within %(days)s days.") % {"days": SOON},
        url=reverse("console:worklist") if number else "",
        go=_("The nearest come first"),
        number=number,
    )


def unclear(reader: Reader) -> Card:
    """Families for whom one more fact decides."""
    number = reader.waiting.unclear
    return _counting(
        key="unclear",
        title=_("Needs information"),
        icon="question",
        tone="good",
        unit=ngettext("family", "families", number),
        text=_("One more fact decides. The page of the household says which.")
        if number or reader.run is None
        else _("No answer in your areas hangs on a single fact."),
        url=reverse("console:worklist") + "?show=unclear" if number else "",
        go=_("See who can be helped"),
        number=number,
    )


def corrections_waiting(reader: Reader) -> Card:
    """Corrections somebody else asked for, which the reader may decide."""
    number = corrections.waiting(by=reader.request.user, on=reader.today)
    return _counting(
        key="corrections",
        title=_("Corrections to decide"),
        icon="pen",
        tone="warn",
        unit=ngettext("request", "requests", number),
        text=_("Somebody has asked for them; compare with the document, then decide.")
        if number
        else _("No correction waits for your decision."),
        url=reverse("console:corrections") if number else "",
        go=_("See what waits"),
        number=number,
    )


def applications_waiting(reader: Reader) -> Card:
    """What residents sent and nobody has opened as a case or answered yet."""
    number, late = applications.waiting(by=reader.request.user, on=reader.today)
    text = _("No application of a resident waits.")
    if late:
        text = ngettext("%(n)s of them is late.", "%(n)s of them are late.", late) % {"n": late}
    elif number:
        text = _("Open the case or answer; the days run from receipt.")
    return _counting(
        key="applications",
        title=_("Applications of residents"),
        icon="pen",
        tone="warn",
        unit=ngettext("application", "applications", number),
        text=text,
        url=reverse("console:applications") if number else "",
        go=_("See what waits"),
        number=number,
    )


def applications_sent_up(reader: Reader) -> Card:
    """Applications that lie so late at a township that the level above is told."""
    number = applications.escalated(by=reader.request.user, on=reader.today)
    days = {"days": casework.ESCALATED}
    return _counting(
        key="applications-escalated",
        title=_("Applications sent up because late"),
        icon="warn",
        tone="bad",
        unit=ngettext("application", "applications", number),
        text=_("Unanswered for more than %(days)s days after their day. Ask the township, or answer.") % days
        if number
        else _("No application lies unanswered for more than %(days)s days after its day.") % days,
        url=f"{reverse('console:applications')}?late=1" if number else "",
        go=_("See which"),
        number=number,
    )


def rows_left_open(reader: Reader) -> Card:
    """Stored registers with rows nobody has decided about."""
    number = intake.left_open(scope=reader.reach("intake.apply")).count()
    return _counting(
        key="left-open",
        title=_("Stored, with rows still in question"),
        icon="question",
        tone="warn",
        unit=ngettext("file", "files", number),
        text=_("The registry says something else about some people. Decide, or ask the village.")
        if number
        else _("No row of a stored file waits for your decision."),
        url=reverse("console:intake") + "#left-open" if number else "",
        go=_("See what waits"),
        number=number,
    )


def not_listed(reader: Reader) -> Card:
    """People whom the last register of their village does not name."""
    number = intake.not_listed_waiting(scope=reader.reach("intake.answer")).count()
    return _counting(
        key="not-listed",
        title=_("Not in the register"),
        icon="question",
        unit=ngettext("person", "people", number),
        text=_("The last register of the village does not name them. Ask what became of them.")
        if number
        else _("Everybody stands in the last register, or was answered for."),
        url=reverse("console:not-listed") if number else "",
        go=_("See who it is"),
        number=number,
    )


def duplicates_waiting(reader: Reader) -> Card:
    """Pairs of records that may be of one person: to be compared, or approved as the second person."""
    first, second = duplicates.waiting(by=reader.request.user, on=reader.today)
    number = first + second
    return _counting(
        key="duplicates",
        title=_("Records of one person"),
        icon="users",
        unit=ngettext("pair", "pairs", number),
        text=_("%(n)s of them were compared by somebody else and wait for your approval.")
        % {"n": formatters.number(second)}
        if second
        else _("Compare both records and say whether it is one person.")
        if number
        else _("No two records wait for your decision."),
        url=reverse("console:duplicates") + ("?show=second" if second else "") if number else "",
        go=_("Compare them"),
        number=number,
    )


def undos_waiting(reader: Reader) -> Card:
    """Stored registers and lists somebody else asked to take back, which the reader may decide."""
    asked = {"by": reader.request.user, "on": reader.today}
    registers = intake.register_undo.waiting(**asked).count()
    lists = intake.lists.list_undo.waiting(**asked).count() if "lists.apply" in reader.permissions else 0
    number = registers + lists
    return _counting(
        key="undos",
        title=_("Files to take back"),
        icon="turn",
        tone="warn",
        unit=ngettext("request", "requests", number),
        text=_("Somebody has asked for it. See what would go and what stands in the way, then decide.")
        if number
        else _("Nobody has asked to take a stored file back."),
        url=reverse("console:intake" if registers else "console:lists") + "#undos" if number else "",
        go=_("See what waits"),
        number=number,
    )


def files_waiting(reader: Reader) -> Card:
    """Registers that wait for a decision."""
    number = intake.waiting(scope=reader.reach("intake.upload")).count()
    return _counting(
        key="files",
        title=_("Registers to confirm"),
        icon="file",
        tone="warn",
        unit=ngettext("file", "files", number),
        text=_("They have been checked and wait for your decision. Nothing of them is stored yet.")
        if number
        else _("No file waits for your decision."),
        url=reverse("console:intake"),
        go=_("See the files"),
        number=number,
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """Villages without a register of the year; ``more`` are not named."""

    year: int
    villages: list[tuple[str, str]]  # (village, township)
    more: int
    number: int
    all: int


def missing_registers(reader: Reader) -> Missing:
    """Which villages have not brought in a register this year, in the order of the tree."""
    reach = reader.reach("intake.upload")
    there = places.villages(reach)
    done = intake.villages_with_register(scope=reach, year=reader.today.year)
    missing = [village for village in there if village.pk not in done]
    named = missing[:MISSING]
    townships = places.Area.objects.in_bulk({one.parent_id for one in named if one.parent_id is not None})
    return Missing(
        year=reader.today.year,
        villages=[
            (one.name, townships[one.parent_id].name if one.parent_id in townships else "") for one in named
        ],
        more=len(missing) - len(named),
        number=len(missing),
        all=len(there),
    )


def without_register(missing: Missing) -> Card:
    """Villages without a register this year."""
    return Card(
        key="without-register",
        title=_("Without a register this year"),
        icon="upload",
        tone="warn" if missing.number else "good",
        figure=formatters.number(missing.number),
        unit=ngettext("village", "villages", missing.number),
        text=_("Of %(all)s villages. Families there are assessed by what was known before.")
        % {"all": formatters.number(missing.all)}
        if missing.number
        else _("All %(all)s villages have brought theirs in.") % {"all": formatters.number(missing.all)}
        if missing.all
        else _("There are no villages in your areas yet. They come with the list of areas."),
        url=reverse("console:intake-new") if missing.number else "",
        go=_("Bring in a register"),
        waits=bool(missing.number),
        idle=not missing.number,
    )


def nearest(reader: Reader) -> list[Section]:
    """The families whose last day comes first."""
    if reader.run is None:
        return []
    reach = reader.reach("worklist.view")
    listed = entitlements.worklist(scope=reach, year=reader.run.year, language=reader.language, size=NEAREST)
    if not listed.items:
        return []
    owners = responsible.for_areas({entry.scope_no for entry in listed.items}, on=reader.today)
    lines = [work.item(one, scope=reach, today=reader.today, owners=owners) for one in listed.items]
    return [Section("nearest", {"items": lines, "total": listed.total})]


def programmes(reader: Reader) -> list[Section]:
    """What waits by programme."""
    if reader.run is None or not reader.counts:
        return []
    listed = reader.listed
    lines = [
        {
            "title": programme.title_in(reader.language),
            "url": f"{reverse('console:worklist')}?programme={programme.code}",
            **reader.counts[programme.code],
        }
        for programme in policies.listed()
        if programme.code in reader.counts
    ]
    return [
        Section(
            "programmes",
            {
                "lines": lines,
                "year": reader.run.year,
                "as_of": formatters.day(listed.as_of if listed else reader.run.as_of),
                "persons": formatters.number(reader.run.persons),
                "earlier": sum(row["open_earlier"] for row in reader.counts.values()),
            },
        )
    ]


def recent_files(reader: Reader) -> list[Section]:
    """The newest files, or what to do before there are any."""
    found = list(intake.files(scope=reader.reach("intake.upload"))[:RECENT])
    if found:
        return [Section("files", [file_presenter.line(one) for one in found])]
    return [Section("begin")] if reader.run is None else []


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the list of benefits is, for whoever can bring it up to date."""

    evaluated: str
    as_of: str
    newer: str
    stale: bool
    job_url: str = ""


def freshness(reader: Reader) -> Section:
    """How old the list of benefits is, beside the registers of the areas the reader evaluates."""
    reach = access.require_among(reader.held, "entitlements.evaluate")
    job = entitlements.open_refresh(by=reader.request.user, on=reader.today)
    listed = reader.listed
    newer = intake.applied_since(listed.records_at if listed else None, scope=reach)
    words = ngettext(
        "%(n)s register has been applied since: the list does not know it yet.",
        "%(n)s registers have been applied since: the list does not know them yet.",
        newer,
    )
    return Section(
        "freshness",
        Freshness(
            evaluated=formatters.moment(listed.evaluated_at) if listed else "",
            as_of=formatters.day(listed.as_of) if listed else "",
            newer=words % {"n": formatters.number(newer)} if newer else "",
            stale=listed is None or newer > 0,
            job_url=reverse("console:jobs") + f"#job-{job.pk}" if job else "",
        ),
        aside=True,
    )


FIND = Section("find", aside=True)
HOW = Section("how", aside=True)
