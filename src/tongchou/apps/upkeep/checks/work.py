"""The work: areas, people, jobs, lists, holidays."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongchou import policies
from tongchou.apps.applications import api as sent
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.upkeep.checks.finding import Finding, error, joined, note, ok, warning
from tongchou.core import calendar, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.models import Assignment
from tongchou.core.roles import KEEPERS, Role, label
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.overlays import Overlay
from tongchou.policies import checking
from tongchou.policies import law as legislation

OLD_LIST = dt.timedelta(days=35)
#: The month in which next year's holidays are announced at the latest, so that they can be entered.
DUE_MONTH = 12
#: Names of files told in a finding.
_SHOWN = 5


def worker(at: dt.datetime) -> Finding:
    health = jobs.health(at)
    if not health.ok:
        return error(
            ngettext(
                "The background service is not running: %(number)s job waits.",
                "The background service is not running: %(number)s jobs wait.",
                health.waiting,
            )
            % {"number": health.waiting},
            _("tongchou serve starts a worker by itself; otherwise start one: tongchou worker"),
        )
    if health.failed:
        return warning(
            ngettext("%(number)s job failed.", "%(number)s jobs failed.", health.failed)
            % {"number": health.failed},
            _("Whoever asked for them sees the reason on the page of jobs and can try again."),
        )
    return ok(_("No job waits without being done."))


def law(at: dt.datetime) -> Finding:
    """The overlays of the area can be read; which programmes still wait for an amount."""
    language = get_language() or "zh-hans"
    try:
        here, laws = policies.here(), policies.laws()
        _read = laws.all  # every county's law is checked
    except LoadError as problem:
        return error(
            _("The amounts of the area cannot be read: %(reason)s") % {"reason": problem},
            _("Correct the file in the folder TONGCHOU_OVERLAYS and start again."),
        )
    lost = [one for one in laws.overlays if _nowhere(one)]
    if lost:
        return error(
            _("These files set amounts for an area that no place here belongs to: %(files)s.")
            % {"files": joined([f"{one.source} ({one.area_code})" for one in lost])},
            _("Write the division code of the area, as the list of areas has it, and start again."),
        )
    folder = legislation.folder_here()
    if folder is not None and (passed := checking.not_read(folder)):
        return warning(
            _("Files in the folder of the area's amounts are not read: %(files)s.")
            % {"files": joined([one.place for one in passed[:_SHOWN]])},
            _("The command tongchou policies check says why: move or rename them, or take them away."),
        )
    if here.unset:
        titles = joined([one.title_in(language) for one in here.unset])
        return note(
            _("No amount is set for the area yet, so nobody is answered: %(titles)s.") % {"titles": titles}
        )
    return ok(
        ngettext(
            "%(number)s programme has its amounts.",
            "%(number)s programmes have their amounts.",
            len(here.programmes),
        )
        % {"number": len(here.programmes)}
    )


def _nowhere(overlay: Overlay) -> bool:
    areas = places.Area.objects.all()
    return areas.exists() and not areas.filter(code__startswith=policies.beginning(overlay)).exists()


def areas(at: dt.datetime) -> Finding:
    """Without areas nobody can be given any work."""
    counts = dict(
        places.Area.objects.filter(valid_to=None).values_list("level").annotate(number=Count("pk")).order_by()
    )
    if not counts:
        return error(
            _("No areas are loaded."),
            _("Load them on the page /areas/load, or run: tongchou places load FILE"),
        )
    if not counts.get(places.Level.VILLAGE):
        return warning(
            _("No villages are loaded yet."),
            _("Load them on the page /areas/load, or run: tongchou places load FILE"),
        )
    return ok(counted_areas(counts.get(places.Level.TOWNSHIP, 0), counts[places.Level.VILLAGE]))


def counted_areas(townships: int, villages: int) -> str:
    """How many townships and villages there are, each with its own number of the noun."""
    return _("%(townships)s and %(villages)s.") % {
        "townships": ngettext("%(n)s township", "%(n)s townships", townships) % {"n": townships},
        "villages": ngettext("%(n)s village", "%(n)s villages", villages) % {"n": villages},
    }


def missing_roles(on: dt.date) -> list[str]:
    """Roles that somebody must hold and nobody holds on a day, the reviewer first."""
    held = set(
        Assignment.objects.running(on)
        .filter(account__is_active=True)
        .values_list("role", flat=True)
        .distinct()
    )
    wanted = [Role.COUNTY_REVIEWER, *sorted(KEEPERS), Role.TOWNSHIP_OFFICER]
    return [role for role in wanted if role not in held]


def accounts(at: dt.datetime) -> Finding:
    lacking = missing_roles(clock.date_of(at))
    if not lacking:
        return ok(_("Every role that is needed is held by somebody."))
    names = {"roles": joined(label(role) for role in lacking)}
    remedy = _("Before the first sign-in run tongchou setup; later the system administrator makes accounts, "
               "or run: tongchou account create")  # fmt: skip
    if Role.COUNTY_REVIEWER in lacking:
        return error(_("Nobody holds the roles: %(roles)s.") % names, remedy)
    return warning(_("Nobody holds the roles: %(roles)s.") % names, remedy)


def lists(at: dt.datetime) -> Finding:
    """How old what families are told is."""
    run = entitlements.latest_run()
    snapshot = snapshots.latest(on=clock.date_of(at))
    if run is None or snapshot is None:
        return note(_("No list of benefits was made yet. A county reviewer makes it on the home page."))
    listed = entitlements.list_date(run)
    age = at - (listed.records_at if listed else snapshot.taken_at)
    if age > OLD_LIST:
        return warning(
            _("The list of benefits rests on records that are %(days)s days old.") % {"days": age.days},
            _("A county reviewer brings it up to date on the home page."),
        )
    return ok(_("The list of benefits is less than five weeks old."))


def holidays(at: dt.datetime) -> Finding:
    there = calendar.calendar()
    this = clock.date_of(at).year
    remedy = _("A system administrator enters the table on the page of holidays: tongchou holidays add FILE")
    if not there.knows(this):
        return error(
            _("The public holidays of %(year)s are missing: last days are counted by weekends alone.")
            % {"year": this},
            remedy,
        )
    if not there.knows(this + 1):
        told = _("The public holidays of %(year)s are not entered yet: last days in it are provisional.")
        return (warning if clock.date_of(at).month == DUE_MONTH else note)(told % {"year": this + 1}, remedy)
    return ok(_("The public holidays of this year and the next are known."))


def applications(at: dt.datetime) -> Finding:
    """Nothing residents sent lies unseen: each is read by somebody, and answered by its day."""
    late, unread = sent.unseen(on=clock.date_of(at))
    if unread:
        return warning(
            ngettext(
                "%(number)s private application of a resident waits where no officer is named.",
                "%(number)s private applications of residents wait where no officer is named.",
                unread,
            )
            % {"number": unread},
            _("The county names an officer of the township and one of its own on the page /cases/named."),
        )
    if late:
        return warning(
            ngettext(
                "%(number)s application of a resident is past its day.",
                "%(number)s applications of residents are past their day.",
                late,
            )
            % {"number": late},
            _("The townships find them first on the page /applications."),
        )
    return ok(_("No application of a resident is past its day."))
