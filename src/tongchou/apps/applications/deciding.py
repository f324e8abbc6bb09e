"""The township's acts on what was received: open the case, say why not, pass it on, note what was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.applications import queries, reach, sealing
from tongchou.apps.applications.models import Act, Application, Missing, Sending, State, Step, Why, Wish
from tongchou.apps.casework import api as casework
from tongchou.apps.places import api as places
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Characters of an officer's words.
LONGEST = 300


@transaction.atomic
def open_from(*, application_id: int, sending_id: int, person_id: int, by: Account, at: dt.datetime) -> int:
    """Open the case of an application for the person the officer has confirmed; its number.

    It is ``casework.open_case`` with the channel of residents, its days running from the day of receipt. A
    case that stands already for the same person, kind and year is the one: the application joins it, and
    the account of that case stays as it is. An account that does not agree with the register is left out.
    Sent twice, the second changes nothing.

    Parameters
    ----------
    sending_id
        Which of the times it was sent came from the applicant: what it says is taken, its code follows.
    person_id
        One of ``queries.View.candidates``.

    Raises
    ------
    NotAllowed, NotFound
        Outside the account's areas; ``applications.person`` for somebody who was not offered.
    Conflict
        ``applications.settled`` when it was decided otherwise.
    """
    one = reach.locked(application_id, by, at)
    if one.state == State.OPENED and one.case_id is not None:
        return one.case_id
    _still_waiting(one)
    sending = one.sendings.filter(pk=sending_id, withdrawn_at=None).first()
    if sending is None:
        raise reach.none()
    said = sealing.unseal(sending.sealed, one.pk)
    areas = access.require(by, casework.REVIEW, on=clock.date_of(at))
    if person_id not in {each.person.person_id for each in queries.candidates(said, areas)}:
        message = _("Choose one of the people shown beside the application.")
        raise NotFound("applications.person", message, status=422, field="person")
    case = casework.open_case(
        person_id=person_id,
        kind=one.kind,
        year=one.year,
        channel=casework.Channel.PORTAL,
        applicant=said.applicant,
        application=casework.Application(
            name=said.by_name,
            id_number=said.by_number,
            phone=said.phone,
            mandate=said.mandate,
            statement=said.statement,
            told=said.told,
            situation=said.situation,
            note=said.note,
        ),
        by=by,
        at=at,
        received=clock.date_of(one.received_at),
        join=True,
    )
    if said.account and (case.opened_by_id, case.opened_at) == (by.pk, at):
        _take_account(case.pk, said, by, at)
    _choose(one, sending)
    one.case_id = case.pk
    _decide(one, State.OPENED, Act.OPEN, by=by, at=at, sending=sending, detail={"case": case.pk})
    return case.pk


def _take_account(case_id: int, said: sealing.Particulars, by: Account, at: dt.datetime) -> None:
    """Take the account along that was sent; it keeps nobody from applying.

    One the register contradicts is left out, to be recorded on the case; one it does not show to be the
    family's waits there for a second person.
    """
    mandate = said.mandate or str(_("As the applicant wrote it on the application sent online."))
    try:
        with transaction.atomic():
            payee = casework.PayTo(**said.account, mandate=mandate)
            casework.set_payee(case_id=case_id, payee=payee, by=by, at=at)
    except Invalid as error:
        if error.code != "casework.payee":
            raise


def _choose(one: Application, chosen: Sending) -> None:
    """Let the code of a sending follow the case, and those of the very same words sent from a page anew."""
    same = sealing.unseal(chosen.sealed, one.pk)
    rows = [
        row
        for row in one.sendings.filter(withdrawn_at=None)
        if row.pk == chosen.pk or sealing.unseal(row.sealed, one.pk) == same
    ]
    Sending.objects.filter(pk__in=[row.pk for row in rows]).update(chosen=True)


@transaction.atomic
def answer(
    *, application_id: int, why: str, missing: Collection[str], words: str, by: Account, at: dt.datetime
) -> None:
    """Say why no case can be opened, and what to bring so that one can. It is no refusal of a benefit.

    Raises
    ------
    NotAllowed, NotFound
        Outside the account's areas.
    Invalid
        ``applications.answer`` with ``problems`` by field, all at once.
    Conflict
        ``applications.settled``; ``applications.on_record`` when the register has the number after all.
    """
    wrong: dict[str, list[str]] = {}
    wanted = [code for code in Missing.values if code in set(missing)]
    text = " ".join(words.split())
    if why not in Why.values:
        wrong["why"] = [str(_("Choose why no case can be opened."))]
    if set(missing) - set(Missing.values) or (why in (Why.NOT_ON_RECORD, Why.NOT_CONFIRMED) and not wanted):
        wrong["missing"] = [str(_("Choose what the applicant can bring."))]
    if why == Why.ELSEWHERE and not text:
        wrong["words"] = [str(_("Say which place is responsible and how to reach it."))]
    if len(text) > LONGEST:
        wrong["words"] = [str(_("At most %(most)s characters.") % {"most": LONGEST})]
    if wrong:
        raise Invalid("applications.answer", _("The answer is not complete yet."), problems=wrong)
    one = reach.locked(application_id, by, at)
    if one.state == State.ANSWERED and (one.why, one.decided_by_id) == (why, by.pk):
        return
    _still_waiting(one)
    if why == Why.NOT_ON_RECORD and queries.is_on_record(one, by, clock.date_of(at)):
        message = _("The register has this number in your areas. Open the case, or say what else is missing.")
        raise Conflict("applications.on_record", message)
    one.why, one.missing, one.said = why, ",".join(wanted), sealing.seal_words(text, one.pk)
    _decide(one, State.ANSWERED, Act.ANSWER, by=by, at=at, detail={"why": why, "missing": wanted})


@transaction.atomic
def pass_on(*, application_id: int, area_id: int, by: Account, at: dt.datetime) -> None:
    """Pass an application on to the village that is responsible. The applicant's day and code stay the same.

    Raises
    ------
    NotAllowed, NotFound
        Outside the account's areas.
    Invalid
        ``applications.area``: not a village, or the one that has it.
    Conflict
        ``applications.settled``.
    """
    one = reach.locked(application_id, by, at)
    _still_waiting(one)
    area = places.area_by_id(area_id, within=Scope.everything())
    if (
        area is None
        or area.valid_to is not None
        or area.level != places.Level.VILLAGE
        or area.pk == one.area_id
    ):
        raise Invalid("applications.area", _("Choose another village."), field="area")
    before, scope_no = one.area_id, one.scope_no
    one.area_id, one.scope_no = area.pk, area.scope_no
    one.save(update_fields=["area_id", "scope_no"])
    Step.objects.create(application=one, act=Act.PASS_ON, from_area_id=before, by=by, at=at)
    audit.append(
        by=by,
        action="applications.pass_on",
        subject=f"application:{one.pk}",
        scope_no=scope_no,
        at=at,
        detail={"from": before, "to": area.pk},
    )


@transaction.atomic
def settle(*, wish_id: int, by: Account, at: dt.datetime) -> bool:
    """Note with the case what its applicant wrote; False when the case had gone on, and it is only read.

    Twice changes nothing.

    Raises
    ------
    NotAllowed, NotFound
        Outside the account's areas, or when the case is about the own family.
    """
    mine = reach.readable(by, clock.date_of(at))
    wish = Wish.objects.select_for_update(of=("self",)).filter(sending__application__in=mine, pk=wish_id)
    found = wish.select_related("sending__application").first()
    if found is None:
        raise reach.none()
    if found.settled_at is not None:
        return True
    one = found.sending.application
    assert one.case_id is not None
    words = sealing.unseal_words(found.sealed, one.pk)
    done = True
    try:
        with transaction.atomic():
            if found.about == Wish.About.WITHDRAW:
                casework.withdraw(case_id=one.case_id, by=by, at=at)
            else:
                casework.brought(case_id=one.case_id, by=by, at=at, words=words)
    except Conflict:
        done = False
    found.settled_by, found.settled_at = by, at
    found.save(update_fields=["settled_by", "settled_at"])
    Step.objects.create(application=one, sending=found.sending, act=Act.SETTLE, by=by, at=at)
    audit.append(
        by=by,
        action="applications.settle",
        subject=f"application:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"about": found.about, "done": done},
    )
    return done


def _still_waiting(one: Application) -> None:
    if one.state != State.RECEIVED:
        message = _("Somebody has decided about this application already, or it was withdrawn.")
        raise Conflict("applications.settled", message)


def _decide(
    one: Application,
    state: State,
    act: Act,
    *,
    by: Account,
    at: dt.datetime,
    detail: dict[str, object],
    sending: Sending | None = None,
) -> None:
    one.state, one.decided_by, one.decided_at = state, by, at
    one.save()
    Step.objects.create(application=one, sending=sending, act=act, by=by, at=at)
    audit.append(
        by=by,
        action=f"applications.{act.value}",
        subject=f"application:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail=detail,
    )
