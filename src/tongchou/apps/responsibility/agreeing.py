"""Responsibility agreements: drafted above, sealed when the level above signs, then signed by the unit."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import access, comparing
from tongchou.apps.responsibility.models import Agreement, Stage, State, Target, Version
from tongchou.core import access as rights
from tongchou.core import audit, fit_words
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.accountability.periods import period as period_of
from tongchou.domain.responsibility import agreements as domain
from tongchou.domain.responsibility.agreements import Aim, Answering

#: Levels named in an agreement: that of the unit and those above it.
_NAMED: Final = 3


@transaction.atomic
def draft(*, unit: str, period: str, promises: str, given: str, by: Account, at: dt.datetime) -> Agreement:
    """An agreement of a unit for a period, to be signed by both sides.

    Parameters
    ----------
    promises, given
        What the unit promises, and what it is given for it; a line each.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not stand above the unit.
    Invalid
        ``agreements.period``; ``agreements.words`` with the field, for lines that cannot stand.
    Conflict
        ``agreements.known`` when the unit has one for the period; ``agreements.no_targets`` when no target of
        it is in force.
    """
    on = access.today(at)
    one, above = _above(unit, by=by, on=on)
    try:
        span = period_of(period)
    except ValueError as error:
        message = _("Give a year (2026), a half-year (2026-H1) or a quarter (2026-Q2).")
        raise Invalid("agreements.period", message, field="period") from error
    if span.ends < on or len(span.months()) < _NAMED:
        message = _("Choose a year, a half-year or a quarter that is not over.")
        raise Invalid("agreements.period", message, field="period")
    if Agreement.objects.filter(unit=one.key, period=str(span)).exclude(stage=Stage.WITHDRAWN).exists():
        raise Conflict("agreements.known", _("The unit has an agreement for this period already."))
    made = Agreement.objects.create(
        area_id=one.area_id,
        scope_no=one.scope_no,
        unit=one.key,
        unit_name=one.name,
        above_id=above.pk,
        above_scope_no=above.scope_no,
        above=above.code,
        above_name=above.name,
        period=str(span),
        promises="\n".join(_lines("promises", promises)),
        given="\n".join(_lines("given", given)),
        drafted_at=at,
        drafted_by=by,
    )
    _targets(made)
    _note(made, "agreements.draft", by=by, at=at)
    return made


@transaction.atomic
def offer(*, agreement_id: int, by: Account, at: dt.datetime) -> Agreement:
    """The level above signs: the content is sealed with those who hold the posts and the targets in force.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not stand above the unit; ``agreements.not_unit`` when it does not work for
        the level right above; ``agreements.not_holder`` when its head has an account, and this is another.
    Conflict
        ``agreements.stage`` unless it is a draft; ``agreements.no_targets`` or ``agreements.waiting`` while
        targets are missing or wait; ``agreements.sum`` while what the unit and its neighbours were given
        does not make the whole and nobody said why; ``agreements.no_head`` without heads on both sides.
    """
    one = _locked(agreement_id)
    on = access.today(at)
    unit, above = _above(one.unit, by=by, on=on)
    if one.stage != Stage.DRAFT:
        raise _elsewhere()
    for name, text in (("promises", one.promises), ("given", one.given)):
        _lines(name, text)  # drafts may be older than the check
    targets = _targets(one)
    if Version.objects.filter(target__in=targets, state=State.WAITING).exists():
        raise Conflict("agreements.waiting", _("Targets of the unit still wait for a second person."))
    _adds_up(targets)
    if not access.works_for(by, posts.of_area(above), on=on, permission=access.SET):
        message = _("Somebody who works for the level right above signs for it.")
        raise NotAllowed("agreements.not_unit", message)
    signer = _signer(posts.of_area(above), by=by, on=on)
    _head(unit, on=on)
    content = domain.Agreement(
        above=above.code,
        above_name=above.name,
        unit=unit.key,
        unit_name=unit.name,
        period=one.period,
        answering=_answering(unit, above, on=on),
        aims=tuple(Aim(each.indicator, f"{each.value:f}") for each in targets),
        promises=tuple(one.promises.splitlines()),
        given=tuple(one.given.splitlines()),
    )
    one.content, one.sha256 = domain.written(content), domain.sealed(content)
    one.stage, one.above_signed = Stage.OFFERED, signer
    one.above_signed_at, one.above_signed_by = at, by
    one.save()
    _note(one, "agreements.offer", by=by, at=at)
    return one


@transaction.atomic
def sign(*, agreement_id: int, by: Account, at: dt.datetime) -> Agreement:
    """The unit signs what the level above has signed. From then on it stays.

    Raises
    ------
    NotAllowed, NotFound
        ``agreements.not_unit`` when the account does not work for the unit, ``agreements.both`` for whoever
        signed for the level above, ``agreements.not_holder`` as ``offer``.
    Conflict
        ``agreements.stage`` unless it is offered; ``agreements.no_head`` without a head.
    """
    one = _locked(agreement_id)
    on = access.today(at)
    areas = rights.require(by, access.SIGN, on=on)
    if not areas.covers(one.scope_no):
        raise access.none()
    unit = access.unit_of(one.unit)
    if one.stage != Stage.OFFERED:
        raise _elsewhere()
    if one.above_signed_by_id == by.pk:
        raise NotAllowed("agreements.both", _("You signed for the level above. Somebody of the unit signs."))
    if not access.works_for(by, unit, on=on):
        message = _("Somebody who works for the unit signs for it, not the level above.")
        raise NotAllowed("agreements.not_unit", message)
    one.unit_signed = _signer(unit, by=by, on=on)
    one.stage, one.unit_signed_at, one.unit_signed_by = Stage.SIGNED, at, by
    one.save()
    _note(one, "agreements.sign", by=by, at=at)
    return one


@transaction.atomic
def withdraw(*, agreement_id: int, by: Account, at: dt.datetime) -> Agreement:
    """Take back an agreement that the unit has not signed.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not stand above the unit.
    Conflict
        ``agreements.stage`` when it is signed by both, or withdrawn.
    """
    one = _locked(agreement_id)
    _above(one.unit, by=by, on=access.today(at))
    if one.stage not in (Stage.DRAFT, Stage.OFFERED):
        raise _elsewhere()
    one.stage = Stage.WITHDRAWN
    one.save(update_fields=["stage"])
    _note(one, "agreements.withdraw", by=by, at=at)
    return one


def content_of(one: Agreement) -> domain.Agreement:
    """What was sealed; of a draft what would be, without those who answer."""
    if one.sha256:
        return domain.read(bytes(one.content))
    return domain.Agreement(
        above=one.above,
        above_name=one.above_name,
        unit=one.unit,
        unit_name=one.unit_name,
        period=one.period,
        answering=(),
        aims=tuple(
            Aim(each.indicator, f"{each.value:f}") for each in _in_force(one) if each.value is not None
        ),
        promises=tuple(one.promises.splitlines()),
        given=tuple(one.given.splitlines()),
    )


def _in_force(one: Agreement) -> list[Target]:
    rows = Target.objects.filter(unit=one.unit, period=one.period).exclude(value=None)
    return list(rows.order_by("indicator"))


def _targets(one: Agreement) -> list[Target]:
    found = _in_force(one)
    if not found:
        message = _("No target of the unit is in force for this period. Set targets first.")
        raise Conflict("agreements.no_targets", message)
    return found


def _adds_up(targets: list[Target]) -> None:
    """Refuse while the unit and its neighbours do not make the whole and nobody said why it stays so."""
    told = []
    for one in targets:
        last = one.versions.filter(state=State.ACCEPTED).order_by("-number").first()
        if last is None or not last.said:
            told += comparing.disagreements([one])
    if told:
        text = " ".join(one.of(access.language()) for one in told)
        message = _("Targets do not add up yet: %(what)s") % {"what": text}
        raise Conflict("agreements.sum", message)


def _above(key: str, *, by: Account, on: dt.date) -> tuple[posts.Unit, places.Area]:
    areas = rights.require(by, access.SET, on=on)
    unit = access.unit_of(key)
    above = access.above_of(unit)
    if not areas.covers(above.scope_no) or above.code == unit.key:
        raise access.none()
    return unit, above


def _locked(agreement_id: int) -> Agreement:
    found = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if found is None:
        raise access.none()
    return found


def _elsewhere() -> Conflict:
    return Conflict("agreements.stage", _("The agreement is elsewhere by now. Look at where it stands."))


def _head(unit: posts.Unit, *, on: dt.date) -> posts.Holder:
    """Who answers first for a unit; of a department without a head, its deputy in charge."""
    held = posts.holders([unit], on=on)[unit.key]
    named = [one for one in held if one.duty != posts.Duty.CONTACT]
    if not named:
        message = _("Nobody answers for %(unit)s yet: name who holds its posts first.") % {"unit": unit.name}
        raise Conflict("agreements.no_head", message)
    return named[0]


def _signer(unit: posts.Unit, *, by: Account, on: dt.date) -> str:
    """Whose name stands under it. Where the head has an account here, nobody else signs."""
    head = _head(unit, on=on)
    if head.account_id is not None and head.account_id != by.pk:
        message = _("%(holder)s holds the post and has an account here: they sign themselves.")
        raise NotAllowed("agreements.not_holder", message % {"holder": head.name})
    return f"{head.title} {head.name}"


def _answering(unit: posts.Unit, above: places.Area, *, on: dt.date) -> tuple[Answering, ...]:
    """Post-holders of up to three levels from above down, then contact cadres of villages. Four queries."""
    area = places.area_by_id(unit.area_id, within=Scope.everything())
    if area is None:
        raise access.none()
    line = [one for one in (*places.ancestors(area), area) if one.level in access.LEVELS]
    units = [posts.of_area(one) for one in line[-_NAMED:]]
    if unit.department_id is not None:
        units.append(unit)
    elif unit.level == places.Level.TOWNSHIP:
        units += [one for one in posts.units_below(area, on=on) if one.department_id is None]
    held = posts.holders(units, on=on)
    phones = posts.phones([one.post_id for some in held.values() for one in some])
    found = []
    for each in units:
        lower = each.level == places.Level.VILLAGE and unit.level == places.Level.TOWNSHIP
        found += [
            Answering(
                each.level, each.name, one.duty, one.title, one.name, one.since.isoformat(),
                phones.get(one.post_id, ""),
            )
            for one in held[each.key]
            if not lower or one.duty == posts.Duty.CONTACT
        ]  # fmt: skip
    return tuple(found)


def _lines(name: str, text: str) -> tuple[str, ...]:
    try:
        return domain.lines_of(text)
    except ValueError as error:
        fit_words.require(text, code="agreements.words", field=name)
        message = {
            "none": _("Write at least one line."),
            "many": _("Write at most 20 lines."),
            "long": _("Write at most 200 characters a line."),
        }[str(error)]
        raise Invalid("agreements.words", message, field=name) from error


def _note(one: Agreement, action: str, *, by: Account, at: dt.datetime) -> None:
    audit.append(
        by=by,
        action=action,
        subject=f"agreement:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"unit": one.unit, "period": one.period, "sha256": one.sha256},
    )
