"""What follows from published years: proposals with their reasons, decided by a named officer, kept in files.

A year's result is what its published bulletin says. Nothing is enforced here, and no subject but a unit or an
official by dated tenure can be written down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.accountability import access
from tongchou.apps.accountability.judged import Decided, Proposed, ProvenCase
from tongchou.apps.accountability.models import Issue, State
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access as rights
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.attainment import all_met
from tongchou.domain.accountability.bulletin import Bulletin, Kind, Unranked
from tongchou.domain.accountability.consequences import (
    OfficialSubject,
    Proof,
    Proposal,
    Tenure,
    VetoCause,
    VetoFinding,
    YearResult,
    proposals,
)
from tongchou.domain.accountability.sealing import seal

LONGEST: Final = 300
#: Years looked back on: three in a row lead to a priority.
YEARS: Final = 3


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A proposal with its decision; ``accepted`` is None while it waits."""

    proposed_id: int
    area_id: int
    year: int
    unit: str
    #: Name of the holder; empty where the subject is the unit.
    official: str
    effect: str
    reasons: tuple[tuple[str, str], ...]
    rests_on: tuple[str, ...]
    at: dt.datetime
    #: The account that computed it: somebody else decides.
    proposed_by: int
    accepted: bool | None
    reason: str
    heard_on: dt.date | None
    decided_by: str
    decided_at: dt.datetime | None


@transaction.atomic
def record_case(
    *,
    unit: str,
    cause: str,
    year: int,
    number: str,
    authority: str,
    decided_on: dt.date,
    final: bool,
    tenures: Sequence[int] = (),
    by: Account,
    at: dt.datetime,
) -> ProvenCase:
    """Write down a decision that found a case proven, by the level above the unit. Only a final one counts.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no bulletins at the level above, or there is no such unit or tenure of it.
    Invalid
        ``accountability.case`` naming every field that is wrong: a cause outside the closed list, a decision
        without number or authority, one that is not final, one dated after today or before its year.
    Conflict
        ``accountability.case_known`` when it is written down already.
    """
    area = places.area_by_code(unit.partition("/")[0])
    if area is None:
        raise access.none()
    above = area.pk if "/" in unit else area.parent_id
    if above is None:
        raise access.none()
    access.area_of(above, by=by, at=at, permission=access.MAKE)
    number, authority = number.strip(), authority.strip()
    problems: dict[str, Any] = {}
    if cause not in list(VetoCause):
        problems["cause"] = _("Choose falsification, withheld benefits or coercion: nothing else counts.")
    if not number or len(number) > 60:
        problems["number"] = _("Give the number of the decision.")
    if not authority or len(authority) > 60:
        problems["authority"] = _("Say who decided it.")
    if not final:
        problems["final"] = _("It counts once no remedy is open against it any more.")
    if decided_on > clock.date_of(at) or decided_on.year < year:
        problems["decided_on"] = _("Give the day of the decision, not before the year it is about.")
    if problems:
        message = _("This case cannot be written down: %(why)s") % {
            "why": " ".join(str(one) for one in problems.values())
        }
        raise Invalid("accountability.case", message, problems=problems)
    held = set(_tenures(area, unit).filter(pk__in=tenures).values_list("pk", flat=True))
    if held != set(tenures):
        raise NotFound("accountability.no_tenure", _("This official holds no post of the unit."))
    if ProvenCase.objects.filter(unit=unit, number=number).exists():
        raise Conflict("accountability.case_known", _("This decision is written down already."))
    made = ProvenCase.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        unit=unit,
        cause=cause,
        year=year,
        number=number,
        authority=authority,
        decided_on=decided_on,
        tenures=sorted(held),
        at=at,
        by=by,
    )
    _note("bulletins.case", f"case:{made.pk}", made.scope_no, by, at, {"unit": unit, "number": number})
    return made


@transaction.atomic
def propose(*, area_id: int, year: int, by: Account, at: dt.datetime) -> int:
    """Compute what is proposed after a published year of the units right below an area; how many are new.

    Computed again, proposals that stand are left as they are. A dozen queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no bulletins there.
    Conflict
        ``accountability.year_open`` when the bulletin of the year is not published.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.MAKE)
    sheets = _years(area, year)
    if year not in sheets:
        message = _("The bulletin of %(year)s is not published yet.") % {"year": year}
        raise Conflict("accountability.year_open", message)
    units = posts.units_below(area, on=dt.date(year, 12, 31))
    tenures = _held(units)
    cases = list(
        ProvenCase.objects.filter(year=year, unit__in=[one.key for one in units]).order_by("unit", "number")
    )
    results = [one for sheet in sheets.values() for one in year_results(*sheet)]
    found = proposals(
        year,
        [one for one, _row in tenures],
        results,
        [_finding(one, {row.pk: one_.official for one_, row in tenures}) for one in cases],
    )
    inputs = seal(
        bulletins={str(number): sheet[1].sha256 for number, sheet in sheets.items()},
        cases=[[one.unit, one.number] for one in cases],
        tenures=[one for one, _row in tenures],
        year=year,
    ).sha256
    stand = set(Proposed.objects.filter(area_id=area.pk, year=year).values_list("effect", "unit", "official"))
    fresh = []
    for one in found:
        row = _row(one, tenures, year)
        if (row["effect"], row["unit"], row["official"]) not in stand:
            fresh.append(
                Proposed(
                    area_id=area.pk, scope_no=area.scope_no, year=year, inputs=inputs, at=at, by=by, **row
                )
            )
    Proposed.objects.bulk_create(fresh)
    _note(
        "bulletins.propose",
        f"area:{area.pk}",
        area.scope_no,
        by,
        at,
        {"year": year, "proposals": len(fresh), "inputs": inputs},
    )
    return len(fresh)


@transaction.atomic
def decide(
    *,
    proposed_id: int,
    accept: bool,
    reason: str,
    heard_on: dt.date | None = None,
    by: Account,
    at: dt.datetime,
) -> Decided:
    """Accept or decline a proposal, with the reason, after the official has been heard.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no bulletins there; ``accountability.own`` when it proposed it, or is the
        official itself.
    Invalid
        ``accountability.reason``; ``accountability.not_heard`` when an official was not heard before.
    Conflict
        ``accountability.decided`` when it was decided before.
    """
    areas = rights.require(by, access.MAKE, on=clock.date_of(at))
    one = Proposed.objects.select_for_update().filter(areas.q("scope_no"), pk=proposed_id).first()
    if one is None:
        raise NotFound("accountability.no_proposal", _("There is no such proposal in your areas."))
    access.area_of(one.area_id, by=by, at=at, permission=access.MAKE)
    own = posts.Tenure.objects.filter(pk=one.tenure_id, account=by).exists()
    if one.by_id == by.pk or own:
        raise NotAllowed("accountability.own", _("Somebody else decides on what is yours."))
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST:
        message = _("Give the reason, in at most 300 characters.")
        raise Invalid("accountability.reason", message, field="reason")
    fit_words.require(words, code="accountability.reason", field="reason")
    if one.tenure_id is not None and (heard_on is None or heard_on > clock.date_of(at)):
        message = _("Give the day on which the official was heard.")
        raise Invalid("accountability.not_heard", message, field="heard_on")
    if Decided.objects.filter(proposed=one).exists():
        raise Conflict("accountability.decided", _("It has been decided already."))
    made = Decided.objects.create(
        proposed=one,
        proposed_by=one.by,
        accepted=accept,
        reason=words,
        heard_on=heard_on if one.tenure_id is not None else None,
        at=at,
        by=by,
    )
    _note(
        "bulletins.decide",
        f"proposed:{one.pk}",
        one.scope_no,
        by,
        at,
        {"effect": one.effect, "accepted": accept},
    )
    return made


def proposed(*, by: Account, on: dt.date) -> list[ProposedLine]:
    """Proposals of the account's areas, the latest year first. Four queries.

    Raises
    ------
    NotAllowed
        When the account makes no bulletins.
    """
    areas = rights.require(by, access.MAKE, on=on)
    return _lines(Proposed.objects.filter(areas.q("scope_no")).order_by("-year", "unit", "pk"))


def performance_file(tenure_id: int, *, by: Account, on: dt.date) -> list[ProposedLine]:
    """The file of an official (实绩档案): what was decided of whoever held a tenure, by year. Five queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no bulletins, or none at the level above the post.
    """
    areas = rights.require(by, access.MAKE, on=on)
    held = posts.Tenure.objects.select_related("post").filter(pk=tenure_id).first()
    if held is None or not areas.covers(held.post.scope_no):
        raise NotFound("accountability.no_tenure", _("This official holds no post of the unit."))
    rows = Proposed.objects.filter(areas.q("scope_no"), official=_official(held)).exclude(decision=None)
    return _lines(rows.order_by("year", "pk"))


def year_results(issue: Issue, sheet: Bulletin) -> Iterator[YearResult]:
    """What a published bulletin of a year says of its units."""
    ranked = [row for row in sheet.rows if row.unranked is Unranked.NO and row.rank is not None]
    for row in sheet.rows:
        place = row.rank if row in ranked else None
        yield YearResult(
            unit=row.unit,
            year=int(sheet.period),
            met=all_met(cell.verdict for cell in row.cells.values()),
            composite=row.composite,
            rank=place or 0,
            ranked=len(ranked),
            # Certainly the last: no better rank lies within what is known.
            last=place is not None and len(ranked) > 1 and row.rank_low == len(ranked),
        )


def _years(area: places.Area, year: int) -> dict[int, tuple[Issue, Bulletin]]:
    """The bulletins of the last years as they were published last."""
    wanted = [str(number) for number in range(year - YEARS + 1, year + 1)]
    rows = Issue.objects.filter(
        area_id=area.pk, kind=Kind.YEAR, period__in=wanted, state=State.PUBLISHED
    ).order_by("pk")
    return {int(one.period): (one, bulletin_text.read(bytes(one.content))) for one in rows}


def _held(units: Sequence[posts.Unit]) -> list[tuple[Tenure, posts.Tenure]]:
    keys = {(one.area_id, one.department_id): one.key for one in units}
    rows = posts.Tenure.objects.filter(post__area_id__in={area for area, _dep in keys}).select_related("post")
    return [
        (Tenure(_official(row), row.post.title, key, row.since, _last_day(row)), row)
        for row in rows.order_by("pk")
        if (key := keys.get((row.post.area_id, row.post.department_id))) is not None
    ]


def _last_day(row: posts.Tenure) -> dt.date | None:
    """Tenures here end on the first day on which the post is no longer held."""
    return None if row.until is None else row.until - dt.timedelta(days=1)


def _official(row: posts.Tenure) -> str:
    """The code of a file: the account, or where there is none the name within the area (names recur)."""
    return f"account:{row.account_id}" if row.account_id else f"area:{row.post.area_id}:{row.holder}"


def _tenures(area: places.Area, unit: str) -> Any:
    department = unit.partition("/")[2]
    rows = posts.Tenure.objects.filter(post__area_id=area.pk)
    if department:
        return rows.filter(post__department__code=department)
    return rows.filter(post__department=None)


def _finding(one: ProvenCase, officials: Mapping[int, str]) -> VetoFinding:
    named = tuple(sorted({officials[pk] for pk in one.tenures if pk in officials}))
    proof = Proof(one.number, one.decided_on, one.authority, final=True)
    return VetoFinding(VetoCause(one.cause), one.unit, one.year, named, proof)


def _row(one: Proposal, tenures: Sequence[tuple[Tenure, posts.Tenure]], year: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "effect": str(one.effect),
        "reasons": [[text.zh, text.en] for text in one.reasons],
        "rests_on": list(one.rests_on),
    }
    if isinstance(one.subject, OfficialSubject):
        # The file names the post held longest in the year: by its dated tenure.
        own = [pair for pair in tenures if pair[0].official == one.subject.official]
        tenure, held = max(own, key=lambda pair: (pair[0].days(year), pair[1].pk))
        return row | {"unit": tenure.unit, "tenure_id": held.pk, "official": tenure.official}
    return row | {"unit": one.subject.unit, "tenure_id": None, "official": ""}


def _lines(rows: Any) -> list[ProposedLine]:
    found = list(rows.select_related("decision__by"))
    held = [one.tenure_id for one in found if one.tenure_id is not None]
    names = dict(posts.Tenure.objects.filter(pk__in=held).values_list("pk", "holder"))
    lines = []
    for one in found:
        decision: Decided | None = getattr(one, "decision", None)
        lines.append(
            ProposedLine(
                one.pk,
                one.area_id,
                one.year,
                one.unit,
                "" if one.tenure_id is None else names.get(one.tenure_id, ""),
                one.effect,
                tuple((zh, en) for zh, en in one.reasons),
                tuple(one.rests_on),
                one.at,
                one.by_id,
                None if decision is None else decision.accepted,
                "" if decision is None else decision.reason,
                None if decision is None else decision.heard_on,
                "" if decision is None else decision.by.display_name,
                None if decision is None else decision.at,
            )
        )
    return lines


def _note(
    action: str, subject: str, scope_no: int, by: Account, at: dt.datetime, detail: dict[str, Any]
) -> None:
    audit.append(by=by, action=action, subject=subject, scope_no=scope_no, at=at, detail=detail)
