"""What a home page is made of: cards with work that waits, sections below, and the reader they are for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from tongchou.apps.casework import api as casework
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.exchange import api as exchange
from tongchou.apps.notices import api as notices
from tongchou.apps.payments import api as payments
from tongchou.core import access, clock, counting, scope
from tongchou.core.models import Assignment
from tongchou.core.scope import Scope
from tongchou.web.console.chrome import assignments_of, permissions_of
from tongchou.web.console.page import data_language

#: Days before a deadline within which it is near.
SOON = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a card counts, with the list of just that."""

    number: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One kind of work with its number. Of two with the same ``key`` a page shows the first."""

    key: str
    title: str
    icon: str
    figure: str
    unit: str
    text: str
    tone: str = ""
    url: str = ""
    go: str = ""
    waits: bool = False  # something is to be done: the page says so at the top
    elsewhere: bool = False  # something waits for somebody else: the page does not say that nothing waits
    idle: bool = False  # it counts work, and there is none: a line below the cards says so
    parts: tuple[Part, ...] = ()
    line: Line | None = None  # of the last years, beside the figure


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the last years as points of a drawing 100 wide and 30 high, and what it says in words."""

    points: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with its template ``console/home/<key>.html`` and what that shows."""

    key: str
    data: Any = None
    aside: bool = False

    @property
    def template(self) -> str:
        return f"console/home/{self.key}.html"


@dataclass(frozen=True, slots=True)
class Home:
    """What one role adds to the page."""

    cards: tuple[Card, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass
class Reader:
    """Whom the page is for. What several roles ask of it is read once.

    A figure is always of all areas in which the reader holds the permission it needs, whichever role asks, so
    that two roles show one figure and not two.
    """

    request: HttpRequest
    now: dt.datetime = field(default_factory=clock.now)

    @property
    def today(self) -> dt.date:
        return clock.date_of(self.now)

    @property
    def language(self) -> str:
        return data_language()

    @property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.request)

    @property
    def held(self) -> list[Assignment]:
        return assignments_of(self.request)

    def reach(self, permission: str) -> Scope:
        """The areas in which the reader holds a permission.

        Raises
        ------
        NotAllowed
            When it is none.
        """
        return access.require_among(self.held, permission)

    @cached_property
    def work(self) -> casework.Work | None:
        """What waits of cases, not counted yet; None for roles that have nothing to do with them."""
        if not self.permissions & {casework.VIEW, casework.HEAR}:
            return None
        return casework.work_of(by=self.request.user, on=self.today)

    @cached_property
    def waits(self) -> Mapping[str, int]:
        """What waits on the way from an application to its payment, counted in one query."""
        found = dict(self.work.queries) if self.work else {}
        posts = scope.among(self.held, notices.POST)
        if not posts.is_empty:
            found["to-post"] = notices.to_post(areas=posts)
            found["photographs"] = notices.without_photograph(areas=posts, on=self.today)
        decides = scope.among(self.held, notices.DECIDE)
        if not decides.is_empty:
            found["objections"] = notices.to_look_into(areas=decides, by=self.request.user)
        if exchange.EXCHANGE in self.permissions:
            found["answers"] = exchange.to_decide(self.request.user, self.today)
        if payments.BUILD in self.permissions:
            batches = payments.batches_that_wait(self.request.user, self.today)
            found |= {f"batches-{key}": one for key, one in batches.items()}
            found["to-pay"] = payments.waiting_cases(self.request.user, self.today)
        return counting.together(found, by=self.request.user, most=casework.COUNTED_TO)

    @cached_property
    def run(self) -> entitlements.Evaluation | None:
        """The evaluation the lists rest on."""
        return entitlements.latest_run()

    @cached_property
    def listed(self) -> entitlements.ListDate | None:
        return entitlements.list_date(self.run) if self.run else None

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """What waits by programme."""
        if self.run is None:
            return {}
        return entitlements.counts(scope=self.reach("worklist.view"), year=self.run.year)

    @cached_property
    def waiting(self) -> entitlements.Waiting:
        """Families and deadlines that wait."""
        if self.run is None:
            return entitlements.Waiting()
        reach = self.reach("worklist.view")
        return entitlements.waiting(scope=reach, year=self.run.year, on=self.today, soon=SOON)

    @cached_property
    def progress(self) -> entitlements.Progress:
        """The progress of the units the reader watches over."""
        reach = self.reach("progress.view")
        return entitlements.progress(scope=reach, year=self.today.year, run=self.run, on=self.today)


def address(name: str, *fallbacks: str) -> str:
    """The address of a page of the console, "" when this installation has no such page.

    Examples
    --------
    >>> address("no-such-page")
    ''
    """
    for one in (name, *fallbacks):
        try:
            return reverse(f"console:{one}")
        except NoReverseMatch:
            continue
    return ""
