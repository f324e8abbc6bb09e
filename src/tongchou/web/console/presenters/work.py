"""The work-list as its page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tongchou import policies
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.web.console import area_picker, formatters
from tongchou.web.console.area_picker import Picker
from tongchou.web.console.parts import Chip, Option, Pages, whole

#: The other lists, by what their address says.
SHOWS = ("unclear", "lacking", "coming", "ending")
#: Days before a deadline from which a row is marked.
SOON = 60
#: Days for which a row that came onto the list by itself is marked.
NEW = 7


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, and what could be chosen."""

    scope: Scope
    programme: str
    picker: Picker
    page: int
    programmes: list[Option]
    may_claim: bool
    unclear: bool  # one more fact decides
    lacking: bool = False  # several facts are not known
    coming: bool = False
    ending: bool = False

    @property
    def asking(self) -> bool:
        """Whether the list is of answers that lack facts."""
        return self.unclear or self.lacking

    @property
    def area(self) -> str:
        return self.picker.value

    def address(self, page: int) -> str:
        """The list's address with the same filters, at a page."""
        show = next((one for one in SHOWS if getattr(self, one)), "")
        query = {"show": show, "programme": self.programme, "area": self.area, "page": str(page)}
        return (
            reverse("console:worklist") + "?" + urlencode({key: text for key, text in query.items() if text})
        )


@dataclass(frozen=True, slots=True)
class Item:
    person_id: int
    name: str
    url: str
    village: str
    programme: str
    programme_title: str
    year: int
    statement: bool
    amount: str
    claim_by: str
    chip: Chip | None
    owner: str
    missing: str  # what is not known, in words
    withheld: bool  # and more, which stands on the page of the household alone
    new: bool  # came onto the list in the last days
    visit: Chip | None = None


def filters_from(query: Mapping[str, str], *, scope: Scope, language: str, may_claim: bool) -> Filters:
    """The filters an address asks for; anything unknown or out of reach is ignored."""
    programmes = [Option(item.code, item.title_in(language)) for item in policies.listed()]
    asked = query.get("programme", "")
    picker = area_filter(query.get("area", ""), scope=scope, permission="worklist.view")
    page = query.get("page", "")
    return Filters(
        scope=scope.meets(Scope.of_area(picker.area)) if picker.area else scope,
        programme=asked if asked in {option.value for option in programmes} else "",
        picker=picker,
        page=whole(page) or 1,
        programmes=programmes,
        may_claim=may_claim and query.get("show") not in SHOWS,
        **{one: query.get("show") == one for one in SHOWS},
    )


def area_filter(asked: str, *, scope: Scope, permission: str) -> Picker:
    """The choice among the reader's areas that narrows a list."""
    return area_picker.pick(asked, scope=scope, permission=permission, empty=_("All my areas"), submits=True)


def area_choice(asked: str, *, scope: Scope, permission: str) -> Picker:
    """The choice of the area an act needs: choosing sends nothing, and an only area is chosen already."""
    own = places.tops(scope) if not asked else []
    start = str(own[0].pk) if len(own) == 1 else asked
    return area_picker.pick(start, scope=scope, permission=permission)


#: How a visit is shown.
_VISITS = {
    entitlements.Reached.TOLD: ("check", "good"),
    entitlements.Reached.NOT_FOUND: ("question", "warn"),
}
Visits = Mapping[tuple[int, str, int], entitlements.Visit]


def visit_chip(visit: entitlements.Visit | None) -> Chip | None:
    """The mark of the last visit."""
    if visit is None:
        return None
    reached = entitlements.Reached(visit.reached)
    label = _("%(ending)s, %(day)s") % {
        "ending": reached.label,
        "day": formatters.day(clock.date_of(visit.at)),
    }
    return Chip(label, *_VISITS[reached])


def item(
    entry: entitlements.WorkItem,
    *,
    scope: Scope,
    today: dt.date,
    owners: Mapping[int, str],
    visits: Visits | None = None,
) -> Item:
    """One line of the list; linked unless the person only lives here and the household lies elsewhere."""
    within = entry.household_id is not None and scope.covers(entry.scope_no)
    address = reverse("console:household", args=[entry.household_id]) if within else ""
    return Item(
        person_id=entry.person_id,
        name=entry.person_name,
        url=f"{address}#person-{entry.person_id}" if address else "",
        village=entry.village_name,
        programme=entry.programme,
        programme_title=_("%(programme)s for %(year)s")
        % {"programme": entry.programme_title, "year": entry.year}
        if entry.year != today.year
        else entry.programme_title,
        year=entry.year,
        statement=entry.outcome == entitlements.Outcome.SUBJECT_TO_STATEMENT,
        amount=formatters.yuan(entry.amount_fen),
        claim_by=formatters.day(entry.claim_by) if entry.claim_by else _("no fixed day"),
        chip=urgency(entry.claim_by, today),
        owner=owners.get(entry.scope_no, ""),
        missing=pgettext("between reasons", "; ").join(entry.missing),
        withheld=entry.withheld,
        visit=visit_chip((visits or {}).get((entry.person_id, entry.programme, entry.year))),
        new=entry.found_at is not None and (today - clock.date_of(entry.found_at)).days < NEW,
    )


def urgency(claim_by: dt.date | None, today: dt.date) -> Chip | None:
    """A mark for a deadline that is near or past; None while there is time.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     chip = urgency(dt.date(2026, 12, 31), dt.date(2026, 12, 1))
    >>> chip.label, chip.tone
    ('30 days left', 'warn')
    >>> urgency(dt.date(2026, 12, 31), dt.date(2026, 3, 1)) is None
    True
    """
    if claim_by is None:
        return None
    left = (claim_by - today).days
    if left < 0:
        return Chip(_("deadline passed"), "cross", "bad")
    if left > SOON:
        return None
    label = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    return Chip(label, "clock", "warn")


@dataclass(frozen=True, slots=True)
class EndingLine:
    """One line of the list of what ends when the year turns."""

    item: Item
    last_day: str
    reasons: tuple[str, ...]
    withheld: bool
    follows: str
    apply_for: str


def ending_line(
    entry: entitlements.EndingItem, *, scope: Scope, today: dt.date, owners: Mapping[int, str]
) -> EndingLine:
    return EndingLine(
        item=item(entry.item, scope=scope, today=today, owners=owners),
        last_day=formatters.day(entry.last_day),
        reasons=entry.reasons,
        withheld=entry.withheld,
        follows=pgettext("between reasons", "; ").join(entry.follows),
        apply_for=entry.apply_for,
    )


def pages(listed: entitlements.WorklistPage | entitlements.EndingPage, filters: Filters) -> Pages:
    """Where the list stands."""
    return Pages(
        number=listed.page,
        count=listed.pages,
        total=listed.total,
        previous=filters.address(listed.page - 1) if listed.page > 1 else "",
        next=filters.address(listed.page + 1) if listed.page < listed.pages else "",
    )
