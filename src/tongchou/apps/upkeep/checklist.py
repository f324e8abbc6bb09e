"""What a county still has to do before everything works: each line says where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.intake import api as intake
from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.apps.upkeep.checks import data, serving, work
from tongchou.apps.upkeep.checks.finding import Level, joined
from tongchou.core import clock
from tongchou.core.models import Account
from tongchou.core.roles import KEEPERS, Role, label
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences

#: Townships named in the line about registers.
NAMED = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One line: done or not, what is missing, what to do, and the page where (a view of the console)."""

    name: str
    title: str
    done: bool
    text: str
    remedy: str = ""
    view: str = ""
    permission: str = ""
    names: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "done": self.done,
            "text": self.text,
            "remedy": self.remedy,
            "names": list(self.names),
        }


def items(*, reach: Scope, at: dt.datetime) -> list[Item]:
    """Every line for somebody who sees the areas in ``reach``; what is open stands first."""
    lines = [
        _areas(reach),
        _people(at),
        _parameters(reach, at),
        _registers(reach),
        _holidays(at),
        _https(at),
        _backups(at),
        _second_factor(at),
    ]
    return sorted(lines, key=lambda line: line.done)


def _areas(reach: Scope) -> Item:
    unit = local.unit()
    inside = places.Area.objects.within(reach).filter(valid_to=None)
    villages = inside.filter(level=places.Level.VILLAGE).count()
    townships = inside.filter(level=places.Level.TOWNSHIP).count()
    empty = list(
        inside.filter(level=places.Level.TOWNSHIP)
        .annotate(number=Count("children"))
        .filter(number=0)
        .order_by("scope_no")
        .values_list("name", flat=True)[:NAMED]
    )
    done = bool(unit and villages) and not empty
    text = work.counted_areas(townships, villages)
    if unit is None:
        text = sentences(_("This installation has not been told whose it is."), text)
    if empty:
        text = sentences(text, _("Townships without villages:"))
    remedy = (
        ""
        if done
        else (_("Run: tongchou unit CODE") if unit is None and villages else _("Load the list of areas."))
    )
    return Item("areas", _("Unit and areas"), done, text, remedy, "area-lists", "places.load", tuple(empty))


def _people(at: dt.datetime) -> Item:
    lacking = work.missing_roles(clock.date_of(at))
    if not lacking:
        return Item("accounts", _("Accounts"), True, _("Every role that is needed is held by somebody."))
    return Item(
        "accounts",
        _("Accounts"),
        False,
        _("Nobody holds the roles: %(roles)s.") % {"roles": joined(label(role) for role in lacking)},
        _("The system administrator makes accounts, the security administrator gives them roles."),
        "accounts",
        "accounts.manage",
    )


def _parameters(reach: Scope, at: dt.datetime) -> Item:
    unit = local.unit_within(reach) or local.unit()
    title = _("What the county sets itself")
    if unit is None:
        return Item(
            "parameters",
            title,
            False,
            _("Not yet known: the unit must be named first."),
            "",
            "area-lists",
            "places.load",
        )
    missing = [one.parameter.full_label for one in local.known(unit, on=None) if one.is_missing]
    if not missing:
        return Item(
            "parameters", title, True, _("Everything that is needed is known, each with its document.")
        )
    return Item(
        "parameters",
        title,
        False,
        _("Not yet known: %(number)s of what letters, deadlines and payments need.")
        % {"number": len(missing)},
        _("Enter each with the document that sets it. Nothing is made up meanwhile."),
        "parameters",
        "local.set",
        tuple(missing),
    )


def _registers(reach: Scope) -> Item:
    """Townships of which not every village's register is in."""
    inside = places.Area.objects.within(reach).filter(valid_to=None)
    villages = dict(inside.filter(level=places.Level.VILLAGE).values_list("pk", "parent_id"))
    applied = set(
        intake.files(scope=reach)
        .filter(status=intake.FileStatus.APPLIED)
        .order_by()
        .values_list("village_id", flat=True)
        .distinct()
    )
    open_ones: dict[int | None, int] = {}
    for village, township in villages.items():
        if village not in applied:
            open_ones[township] = open_ones.get(township, 0) + 1
    title = _("Village registers")
    if not open_ones:
        done = bool(villages)
        text = _("The register of every village is in.") if done else _("There are no villages yet.")
        return Item("registers", title, done, text)
    names = dict(places.Area.objects.filter(pk__in=open_ones).values_list("pk", "name"))
    worst = sorted(open_ones.items(), key=lambda entry: (-entry[1], entry[0] or 0))[:NAMED]
    return Item(
        "registers",
        title,
        False,
        ngettext(
            "%(open)s of %(all)s village has no register yet.",
            "%(open)s of %(all)s villages have no register yet.",
            len(villages),
        )
        % {"open": sum(open_ones.values()), "all": len(villages)},
        _("The officer of the township brings them in."),
        "intake-new",
        "intake.upload",
        tuple(f"{names.get(township, '')} {number}" for township, number in worst),
    )


def _holidays(at: dt.datetime) -> Item:
    found = work.holidays(at)
    done = found.level not in (Level.ERROR, Level.WARNING)
    told = (str(found.text), str(found.remedy))
    return Item("holidays", _("Public holidays"), done, *told, "holidays", "holidays.set")


def _https(at: dt.datetime) -> Item:
    found = serving.addresses(at)
    done = found.level == Level.OK
    return Item("https", _("HTTPS"), done, str(found.text), str(found.remedy), "doctor", "system.view")


def _backups(at: dt.datetime) -> Item:
    found = data.backup(at)
    return Item(
        "backup",
        _("Backup"),
        found.level == Level.OK,
        str(found.text),
        str(found.remedy),
        "doctor",
        "system.view",
    )


def _second_factor(at: dt.datetime) -> Item:
    """Whether keepers and reviewers use one, when this version knows of second factors."""
    title = _("Second factor of keepers and reviewers")
    if not any(field.name == "factors" for field in Account._meta.get_fields()):
        return Item(
            "second-factor",
            title,
            False,
            _("This version has no second factor."),
            _("Long passwords until then."),
        )
    wanted = set(
        Account.objects.filter(
            is_active=True, assignments__role__in=[*KEEPERS, Role.COUNTY_REVIEWER], assignments__valid_to=None
        ).values_list("pk", flat=True)
    )
    having = Account.objects.filter(pk__in=wanted, factors__isnull=False).values_list("pk", flat=True)
    without = len(wanted - set(having))
    if not without:
        return Item("second-factor", title, True, _("Everybody who needs one has it."))
    told = ngettext("%(number)s account has none yet.", "%(number)s accounts have none yet.", without)
    return Item(
        "second-factor", title, False, told % {"number": without},
        _("Each sets it up on the page of the own account."), "account-security", "",
    )  # fmt: skip


__all__ = ["Item", "items"]
