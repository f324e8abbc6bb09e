"""The audit chain as its page shows it: who, when, what, about which number, what for. Nothing of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.apps.places import api as places
from tongchou.core import accounts, audit_reading
from tongchou.core.jobs import api as jobs
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.web.console.parts import Chip, Option, whole
from tongchou.web.console.presenters import audit_words
from tongchou.web.console.presenters import jobs as job_presenter


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for, what could be asked, and what it says in the form."""

    asked: audit_reading.Asked
    action: str
    since: str
    until: str
    area: str
    actor: str
    actor_name: str
    before: int | None
    actions: list[tuple[str, list[Option]]]  # by what they are about
    areas: list[Option]

    @property
    def query(self) -> dict[str, str]:
        given = {
            "action": self.action,
            "since": self.since,
            "until": self.until,
            "area": self.area,
            "actor": self.actor,
        }
        return {name: value for name, value in given.items() if value}

    def address(self, **more: object) -> str:
        """The page's address with the same filters and more."""
        query = urlencode(self.query | {name: str(value) for name, value in more.items()})
        return reverse("console:audit") + (f"?{query}" if query else "")

    @property
    def without_actor(self) -> str:
        query = urlencode({name: value for name, value in self.query.items() if name != "actor"})
        return reverse("console:audit") + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the chain."""

    number: int
    at: dt.datetime
    who: str
    who_url: str
    named: bool
    action: str
    worded: bool
    subject: str
    area: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The last verification, and the one under way."""

    chip: Chip | None
    at: dt.datetime | None
    rows: int | None
    first_broken: int | None
    unsigned: int
    running: bool
    percent: int | None
    state: Chip | None
    error: str


def filters_from(query: Mapping[str, str], *, scope: Scope, reach: audit_reading.Reach) -> Filters:
    """The filters an address asks for; anything unknown or out of reach is ignored.

    An account may be asked for when it works in the reader's areas, and any by whoever reads all of the
    chain.
    """
    areas = _areas(scope)
    area = next((one for one in areas if str(one.pk) == query.get("area", "")), None)
    since, until = _day(query.get("since", "")), _day(query.get("until", ""))
    actor = whole(query.get("actor", ""))
    if actor is not None and not (reach.everything or actor in reach.accounts):
        actor = None
    names = accounts.names([actor])
    if actor not in names:
        actor = None
    known = {*audit_words.ACTIONS, *audit_reading.known_actions()}
    action = query.get("action", "")
    action = action if action in known else ""
    return Filters(
        asked=audit_reading.Asked(
            actions=(action,) if action else (),
            since=_begin(since) if since else None,
            before=_begin(until + dt.timedelta(days=1)) if until else None,
            actor=actor,
            area=places.over_time([area.pk]) if area else None,
        ),
        action=action,
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        area=str(area.pk) if area else "",
        actor=str(actor) if actor is not None else "",
        actor_name=names.get(actor, "") if actor is not None else "",
        before=whole(query.get("before", "")),
        actions=[
            (matter, [Option(code, audit_words.action(code)) for code in codes])
            for matter, codes in audit_words.grouped(sorted(known))
        ],
        areas=[Option(str(one.pk), one.name) for one in areas],
    )


def _areas(scope: Scope) -> list[places.Area]:
    """Counties for whoever audits several, else the areas one step below."""
    inside = places.Area.objects.within(scope).filter(valid_to=None)
    counties = list(inside.filter(level=places.Level.COUNTY).order_by("scope_no"))
    return counties if len(counties) > 1 else _one_step_below(scope)


def _one_step_below(scope: Scope) -> list[places.Area]:
    """Townships of a county, villages of a township: a few dozen at most."""
    inside = places.Area.objects.within(scope).filter(valid_to=None).order_by("scope_no")
    townships = list(inside.filter(level=places.Level.TOWNSHIP))
    return townships if len(townships) > 1 else list(inside.filter(level=places.Level.VILLAGE))


def lines(entries: Sequence[AuditEntry], filters: Filters, *, reach: audit_reading.Reach) -> list[Line]:
    """The rows in words; names of accounts and areas in five queries, however many rows."""
    names = accounts.names(entry.actor_id for entry in entries)
    areas = places.names_at((entry.pk, entry.scope_no) for entry in entries)
    return [_line(entry, names, areas, filters, reach) for entry in entries]


def _line(
    entry: AuditEntry,
    names: Mapping[int, str],
    areas: Mapping[int, str],
    filters: Filters,
    reach: audit_reading.Reach,
) -> Line:
    actor = entry.actor_id
    may_ask = actor is not None and (reach.everything or actor in reach.accounts)
    return Line(
        number=entry.pk,
        at=entry.at,
        who=names.get(actor, str(actor)) if actor is not None else _("the system itself"),
        who_url=filters.address(actor=actor) if may_ask else "",
        named=actor is not None,
        action=audit_words.action(entry.action),
        worded=audit_words.known(entry.action),
        subject=audit_words.subject(entry.subject),
        area=areas.get(entry.pk, ""),
        purpose=audit_words.purpose(entry.purpose),
    )


def verification(last: jobs.Job | None, newest: jobs.Job | None) -> Verification:
    """How the last verification went, and how far the newest one is."""
    result = last.result if last else {}
    whole = bool(result.get("ok"))
    chip = None
    if last:
        chip = Chip(_("Whole"), "check", "good") if whole else Chip(_("Broken"), "warn", "bad")
    shown = newest if newest and (not newest.ended or newest != last) else None
    return Verification(
        chip=chip,
        at=last.finished_at if last else None,
        rows=result.get("rows"),
        first_broken=result.get("first_broken"),
        unsigned=int(result.get("unsigned") or 0),
        running=bool(newest and not newest.ended),
        percent=newest.percent if newest and not newest.ended else None,
        state=job_presenter.chip(shown.state) if shown else None,
        error=shown.error if shown else "",
    )


def rows(found: Iterable[Line], form: str) -> list[tuple[str | int, ...]]:
    """The rows of a workbook; ``form`` says how a moment is written."""
    return [
        (
            one.number,
            timezone.localtime(one.at).strftime(form),
            one.who,
            one.action,
            one.subject,
            one.area,
            one.purpose,
        )
        for one in found
    ]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _begin(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
