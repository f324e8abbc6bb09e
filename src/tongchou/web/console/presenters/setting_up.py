"""What the pages of the set-up, the checklist, the system check and the local parameters show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.apps.upkeep import api as upkeep
from tongchou.core.roles import label
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Step, steps

#: The steps in order: (view, title, what it is about).
STEPS = ("setup-unit", "setup-accounts", "setup-parameters", "setup-end")


def titles() -> dict[str, str]:
    return {
        "setup-unit": _("Areas and unit"),
        "setup-accounts": _("First accounts"),
        "setup-parameters": _("What the county sets itself"),
        "setup-end": _("Look over and finish"),
    }


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step on the overview."""

    number: int
    title: str
    text: str
    url: str
    chip: Chip
    go: str


def bar(now: str) -> list[Step]:
    return steps(list(titles().values()), STEPS.index(now))


def done_steps(unit: places.Area | None, held: Mapping[str, object], seen: bool) -> dict[str, bool]:
    return {
        "setup-unit": unit is not None,
        "setup-accounts": all(role in held for role in local.FIRST_ROLES),
        "setup-parameters": seen,
        "setup-end": False,
    }


def overview(done: Mapping[str, bool], unit: places.Area | None, missing: int) -> list[StepLine]:
    """Every step with how it stands; the first open one is next."""
    texts = {
        "setup-unit": unit.name
        if unit
        else _("The list of areas, and which of them this installation is for."),
        "setup-accounts": _("System administrator, security administrator, auditor, first county reviewer."),
        "setup-parameters": ngettext(
            "%(number)s value is not yet known.", "%(number)s values are not yet known.", missing
        )
        % {"number": missing}
        if done["setup-parameters"] and missing
        else _("Months of payment, days of review and notice, the office for questions."),
        "setup-end": _("What is still missing, and closing the set-up."),
    }
    following = next((name for name in STEPS if not done[name]), STEPS[-1])
    lines = []
    for number, name in enumerate(STEPS, start=1):
        chip = Chip(_("Done"), "check", "good") if done[name] else Chip(_("Not done yet"), "clock", "")
        if name == following:
            chip = Chip(_("Next step"), "turn", "info")
        go = _("Look at it again") if done[name] else (_("Go on here") if name == following else "")
        lines.append(StepLine(number, titles()[name], texts[name], reverse(f"console:{name}"), chip, go))
    return lines


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One of the first accounts: to be filled in, or there already."""

    role: str
    title: str
    text: str
    name: str
    username: str
    errors: dict[str, str | Promise]
    area: str
    held_by: str
    waits: bool


def duties() -> dict[str, str]:
    return {
        "system_admin": _("Makes accounts and keeps the machine; sees nobody's data."),
        "security_admin": _("Gives and ends roles; sees nobody's data."),
        "auditor": _("Reads what the others did; changes nothing."),
        "county_reviewer": _("Answers for the county's registers and lists."),
    }


def people(
    held: Mapping[str, list], sent: Mapping[str, str], problems: Mapping[str, str | Promise]
) -> list[PersonLine]:
    lines = []
    for role in local.FIRST_ROLES:
        own = {key.partition(".")[2]: text for key, text in problems.items() if key.startswith(f"{role}.")}
        there = held.get(role, [])
        lines.append(
            PersonLine(
                role=str(role),
                title=label(role),
                text=duties()[role],
                name=sent.get(f"{role}.display_name", ""),
                username=sent.get(f"{role}.username", ""),
                errors=own,
                area=sent.get(f"{role}.area", ""),
                held_by=formatters.listed(
                    [f"{account.display_name} ({account.username})" for account in there]
                ),
                waits=any(account.must_change_password for account in there),
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """One parameter in the form."""

    name: str
    key: str
    title: str
    full_title: str
    hint: str
    limit: str
    needed: bool
    documented: bool
    value: str
    source: str
    start: str
    choices: list[tuple[str, str]]
    errors: dict[str, str | Promise]
    chip: Chip


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """Parameters under one heading."""

    title: str
    lines: list[ParameterLine] = field(default_factory=list)


def parameters(
    area: places.Area, sent: Mapping[str, str] | None, problems: Mapping[str, str | Promise]
) -> list[ParameterGroup]:
    """The form: what was typed when something was sent, else what is known."""
    groups = {name: ParameterGroup(str(title)) for name, title in local.GROUPS.items()}
    own = local.own_values(area)
    for one in local.known(area, on=None):
        parameter, name = one.parameter, one.parameter.name
        row = own.get(name) if own.get(name) is not None and own[name].value is not None else one.row
        raw = parameter.kind.typed(row.value) if row is not None else ""
        value, source, start = raw, row.source if row else "", row.effective_from.isoformat() if row else ""
        if sent is not None:
            value, source, start = (sent.get(f"{name}.{part}", "") for part in ("value", "source", "from"))
        errors = {
            part: problems[f"{name}.{part}"]
            for part in ("value", "source", "from")
            if f"{name}.{part}" in problems
        }
        chip = (
            Chip(_("Known"), "check", "good")
            if row
            else Chip(_("Not yet known"), "question", "warn" if parameter.needed else "")
        )
        groups[parameter.group].lines.append(
            ParameterLine(
                name=name,
                key=name.replace(".", "-"),
                title=str(parameter.label),
                full_title=parameter.full_label,
                hint=str(parameter.hint),
                limit=parameter.limit,
                needed=parameter.needed,
                documented=parameter.documented,
                value=value,
                source=source,
                start=start,
                choices=[(code, str(words)) for code, words in parameter.kind.choices],
                errors=errors,
                chip=chip,
            )
        )
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the system check or of the checklist."""

    title: str
    chip: Chip
    text: str
    remedy: str
    names: tuple[str, ...] = ()
    url: str = ""


def findings(answers: list[upkeep.Answer]) -> list[Line]:
    """What the system check found, the gravest first."""
    chips = {
        upkeep.Level.ERROR: Chip(_("To be mended"), "cross", "bad"),
        upkeep.Level.WARNING: Chip(_("Look at it"), "warn", "warn"),
        upkeep.Level.NOTE: Chip(_("For your information"), "info", ""),
        upkeep.Level.OK: Chip(_("In order"), "check", "good"),
    }
    order = list(chips)
    ranked = sorted(answers, key=lambda answer: order.index(answer.finding.level))
    return [
        Line(one.question, chips[one.finding.level], str(one.finding.text), str(one.finding.remedy))
        for one in ranked
    ]


def checklist(items: list[upkeep.Item], permissions: frozenset[str], *, linked: bool = True) -> list[Line]:
    """The checklist; a line links to its page when the reader may open it."""
    lines = []
    for item in items:
        allowed = linked and item.view and (not item.permission or item.permission in permissions)
        chip = Chip(_("Done"), "check", "good") if item.done else Chip(_("Not done yet"), "clock", "warn")
        lines.append(
            Line(item.title, chip, item.text, item.remedy, item.names, _url(item.view) if allowed else "")
        )
    return lines


def _url(view: str) -> str:
    try:
        return reverse(f"console:{view}")
    except NoReverseMatch:
        return ""


def unit_choices() -> list[tuple[str, str]]:
    """Counties and prefectures with their codes, in the order of the tree."""
    found = places.Area.objects.filter(
        level__in=[places.Level.COUNTY, places.Level.PREFECTURE], valid_to=None
    ).order_by("scope_no")
    return [(str(area.pk), f"{area.name} {area.code}") for area in found]


def counties_of(unit: places.Area) -> list[tuple[str, str]]:
    """The counties a prefecture's first reviewer may answer for; none for a county."""
    if unit.level != places.Level.PREFECTURE:
        return []
    return [(str(area.pk), area.name) for area in places.below(unit, places.Level.COUNTY)]


def level_label(level: str) -> str:
    return str(places.Level(level).label)
