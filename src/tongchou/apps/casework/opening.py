"""Beginning a case: from the list or by asking, with everything filled in that is on record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import (
    clocks,
    kinds,
    moving,
    numbering,
    pinning,
    reach,
    sealing,
    windows,
)
from tongchou.apps.casework.models import Applicant, Case, Channel, Desk, KindVersion, State
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain import telephone
from tongchou.domain.casework.kinds import CaseKind, Stage
from tongchou.domain.policy.explanation import Explanation

#: Characters of a text an applicant gives, and of a situation described.
LONGEST, LONGEST_SITUATION = 60, 1000


@transaction.atomic
def open_case(
    *,
    person_id: int,
    kind: str,
    year: int,
    channel: str,
    applicant: str,
    application: sealing.Application,
    by: Account,
    at: dt.datetime,
    external: str = "",
    received: dt.date | None = None,
    join: bool = False,
) -> Case:
    """The case of a person for a year; the one that stands already when the same is sent twice.

    A family may apply whatever the rules say: what they answer is pinned, and a refusal comes with reasons.

    Parameters
    ----------
    application
        Who applies when it is not the person, and what was said on the application.
    external
        The number under which 12345, petitions or a national system know it.
    received
        The day on which it arrived, when it is begun later: its first days run from there. What was taken
        then stays taken, also when it was for a year that could not be applied for yet.
    join
        Give the case that stands already whatever this application says: for what a resident has sent, which
        is kept beside it.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not begin cases, or not for this person; no such kind of case.
    Invalid
        ``casework.application`` with ``problems`` by field, all at once; of ``year`` also when it cannot be
        applied for yet.
    Conflict
        ``casework.not_set`` where the programme waits until the area has set its amount.
        ``casework.elsewhere`` when the one that stands is with an office elsewhere: the person has moved.
        ``casework.stands`` with ``case_id`` and ``number`` when one stands and this says something else:
        nothing of it is kept, so it is not said to be.
    """
    today = clock.date_of(at)
    areas = access.require(by, reach.OPEN, on=today)
    person = registry.open_person(person_id, scope=areas)
    chosen = kinds.kind_of(kind)
    if chosen not in kinds.offered():
        message = _("The area has not set what this benefit gives yet, so nobody can apply for it here.")
        raise Conflict("casework.not_set", message)
    if chosen.kind == "private" and not reach.named([by.pk]).covers(person.registered_scope):
        raise reach.no_case()
    early = "" if received is not None else windows.early(chosen, year, today)
    _check(chosen, year, channel, applicant, application, external, today, early)
    if (standing := _standing(person_id, kind, year)) is None:
        registry.stand_still()
        standing = _standing(person_id, kind, year)  # one begun while this one waited its turn
    if standing is not None:
        _require_here(standing, by, today)
        if not join:
            _require_same(standing, channel, applicant, application)
        return standing
    answer = pinning.ask(chosen, {person_id: application.told}, year=year, on=today).get(person_id)
    where = registry.whereabouts([person_id])[person_id]
    stage = clocks.as_set_here(chosen, where["registered_area_id"], today)[chosen.stages[0].code]
    case = prepared(
        chosen,
        kinds.pin(chosen, at),
        stage,
        number=numbering.take(today.year)[0],
        year=year,
        person_id=person_id,
        household_id=person.household_id,
        where=where,
        answer=answer,
        on=min(received or today, today),
    )
    case.channel, case.applicant, case.external = channel, applicant, external.strip()
    case.sealed = sealing.seal(application, person_id)
    case.opened_by, case.opened_at = by, at
    return record(case, chosen, answer, by=by, at=at)


def record(case: Case, kind: CaseKind, answer: Explanation | None, *, by: Account, at: dt.datetime) -> Case:
    """Write a case that is made ready, with its reasons and its first decision.

    Raises
    ------
    Conflict
        ``casework.stands`` when another one of the same person and year was begun in this moment.
    """
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("casework.stands", _("This has been applied for already.")) from error
    mark = pinning.pin(case, answer, at)
    if kind.programme:
        entitlements.note_claim(
            person_id=case.person_id, programme=kind.programme, year=case.year, by=by, at=at
        )
    moving.note_opened(moving.opened(case, kind), by=by, at=at, mark=mark)
    return case


def _standing(person_id: int, kind: str, year: int) -> Case | None:
    found = Case.objects.filter(person_id=person_id, kind=kind, year=year)
    return found.exclude(state__in=(State.REFUSED, State.WITHDRAWN)).first()


def _require_here(standing: Case, by: Account, on: dt.date) -> None:
    """Refuse a case the account may not read; with which office it lies is said, and nothing else of it."""
    if reach.readable(by, on).filter(pk=standing.pk).exists():
        return
    place = places.paths([standing.handling_area_id]).get(standing.handling_area_id, "")
    message = _(
        "This has been applied for already. The case lies with %(place)s: ask that office to finish it, or "
        "to hand it over."
    )
    raise Conflict("casework.elsewhere", message % {"place": place})


def _require_same(standing: Case, channel: str, applicant: str, application: sealing.Application) -> None:
    """Refuse another application beside the one that stands; the same one sent again is no other."""
    if (standing.channel, standing.applicant) == (channel, applicant) and sealing.unseal(
        standing.sealed, standing.person_id
    ) == application:
        return
    message = _(
        "A case for this stands already: number %(number)s. Nothing of this form was stored. What is new is "
        "added there: an account, a copy of a paper, a statement, a grievance."
    )
    raise Conflict(
        "casework.stands", message % {"number": standing.number}, case_id=standing.pk, number=standing.number
    )


def prepared(
    kind: CaseKind,
    version: KindVersion,
    stage: Stage,
    *,
    number: str,
    year: int,
    person_id: int,
    household_id: int | None,
    where: dict[str, Any],
    answer: Explanation | None,
    on: dt.date,
) -> Case:
    """A case at its first stage, handled where the person is registered, its clock set; not yet written."""
    case = Case(
        number=number,
        kind=kind.code,
        version=version,
        private=kind.kind == "private",
        person_id=person_id,
        household_id=household_id,
        year=year,
        amount_fen=answer.amount_fen if answer else None,
        handling_area_id=where["registered_area_id"],
        handling_scope=where["registered_scope"],
        stage_code=stage.code,
        desk=Desk(stage.level),
        stage_since=on,
        **where,
    )
    clocks.set_stage(case, clocks.of_stage(stage, on))
    clocks.set_whole(case, clocks.working(on, kind.within))
    clocks.keep_whole(case)
    return case


def _check(
    kind: CaseKind,
    year: int,
    channel: str,
    applicant: str,
    application: sealing.Application,
    external: str,
    today: dt.date,
    early: str,
) -> None:
    wrong: dict[str, list[str]] = {}

    def say(field: str, message: object) -> None:
        wrong.setdefault(field, []).append(str(message))

    if not today.year - 1 <= year <= today.year + 1:
        say("year", _("Choose last year, this year or next year."))
    elif early:
        say("year", early)
    if channel not in Channel.values:
        say("channel", _("Choose how the application came."))
    if applicant not in Applicant.values:
        say("applicant", _("Choose who applies."))
    elif applicant != Applicant.SELF and not application.name.strip():
        say("name", _("Give the name of who applies."))
    if applicant == Applicant.PROXY and not application.mandate.strip():
        say("mandate", _("Say which mandate the proxy shows: kind, date, who signed it."))
    if application.phone.strip() and telephone.parse(application.phone) is None:
        say("phone", _("This is no telephone number: 11 digits, or a landline with its area code."))
    texts = {
        "name": application.name,
        "phone": application.phone,
        "relation": application.relation,
        "mandate": application.mandate,
        "external": external,
    }
    for field, text in texts.items():
        if len(text) > LONGEST:
            say(field, _("At most %(most)s characters.") % {"most": LONGEST})
    if len(application.situation) > LONGEST_SITUATION:
        say("situation", _("At most %(most)s characters.") % {"most": LONGEST_SITUATION})
    if not kind.programme and kind.gives == "money" and not application.situation.strip():
        say("situation", _("Describe in a sentence what the family needs help with."))
    if wrong:
        raise Invalid("casework.application", _("The application is not complete yet."), problems=wrong)
