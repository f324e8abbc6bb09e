"""A disability certificate recorded, or ended, by an act on one person: on no page is it shown again.

Kind and grade stand encrypted, as those of a department's list do; the number, which says both, is the
document the act rests on and stands sealed in the event alone. What is held is read here only to tell
whether an act says anything new.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import evidence, identifiers, known
from tongchou.apps.registry.acting import Act, nothing_new
from tongchou.apps.registry.lines import iso
from tongchou.apps.registry.models import DisabilityCertificate, EventKind, Person
from tongchou.apps.registry.one_person import holders
from tongchou.apps.registry.recording import Recorded
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.dates import PartialDate, clearly_before
from tongchou.domain.lists import card

#: The document of such an act. Of no list of documents: other acts do not rest on it, and none names it.
_DOCUMENT: Final = "certificate"
#: Years a certificate may be said to run: ten by law (残疾人证管理办法), more where it says so itself.
_LONGEST_YEARS: Final = 60


@transaction.atomic
def record_certificate(
    *,
    person_id: int,
    category: int,
    grade: int,
    number: str,
    issued: PartialDate,
    until: PartialDate | None,
    by: Account,
    at: dt.datetime,
    compared: bool = False,
) -> Recorded:
    """Record a certificate: kind 1 to 7, grade 1 to 4, its number, and from when to when it holds.

    Parameters
    ----------
    compared
        Somebody has compared: another entry of the same day is replaced.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not record, or not for this person.
    Invalid
        When kind, grade, number or dates cannot be right, or do not fit each other or the person.
    Conflict
        When this is recorded already, or a later one is; ``registry.certificate_differs`` when one of the
        same day says something else.
    """
    act = Act(person_id, by, at)
    _listed(category, grade)
    _fits(act, card.read(number), category, grade)
    act.not_later(issued, "issued")
    _possible(act, issued, until)
    start, end, said = iso(issued), iso(until), (category, grade)
    held = _held(person_id)
    same = next((one for one in held if one[0] == start), None)
    if same == (start, end, said):
        raise nothing_new()
    if held and start < held[-1][0]:
        message = _("A later entry of this kind is recorded. This one would change nothing.")
        raise Conflict("registry.certificate_older", message)
    if same is not None and not compared:
        message = _("An entry of the same day says something else. Compare with the document once more.")
        raise Conflict("registry.certificate_differs", message)
    payload: dict[str, Any] = {
        "start": start,
        "until": end,
        "certificate": said,
        "evidence": (_DOCUMENT, "".join(number.split()).upper()),
    }
    return act.record(EventKind.CERTIFICATE_RECORDED, payload, action="record_certificate")


@transaction.atomic
def end_certificate(
    *,
    person_id: int,
    ended: PartialDate,
    evidence_kind: str,
    evidence_words: str,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Record that the certificate held by now ceased to hold: it was given back, or declared void.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not record, or not for this person.
    Invalid
        When the date lies in the future, or the document is missing.
    Conflict
        ``registry.no_certificate`` when nothing recorded holds on that day.
    """
    act = Act(person_id, by, at)
    document = evidence.check(evidence_kind, evidence_words)
    act.not_later(ended, "ended")
    held, day = _held(person_id), iso(ended)
    start, until, said = held[-1] if held else ("", "", (0, 0))
    over = until != "" and (until == day or clearly_before(until, day))
    if not held or clearly_before(day, start) or over:
        message = _("Nothing is recorded that holds on this day, so there is nothing to end.")
        raise Conflict("registry.no_certificate", message)
    payload: dict[str, Any] = {"start": start, "until": day, "certificate": said, "evidence": document}
    return act.record(EventKind.CERTIFICATE_RECORDED, payload, action="end_certificate")


def _held(person_id: int) -> list[tuple[str, str, tuple[int, int]]]:
    """First day, last day, kind and grade of what is recorded, the oldest first."""
    rows = DisabilityCertificate.objects.filter(person=person_id).order_by("start")
    return [
        (start, until, identifiers.open_certificate(cipher, person_id))
        for start, until, cipher in rows.values_list("start", "until", "cipher")
    ]


def _listed(category: int, grade: int) -> None:
    if not 1 <= category <= len(card.CATEGORIES):
        raise Invalid("registry.certificate_kind", _("Choose the kind from the list."), field="category")
    if not 1 <= grade <= len(card.GRADES):
        raise Invalid("registry.certificate_grade", _("Choose the grade from the list."), field="grade")


def _fits(act: Act, found: card.Card | None, category: int, grade: int) -> None:
    """The number is the person's identity number, the digit of the kind and that of the grade."""
    if found is None:
        message = _(
            "This is not the number of a certificate: it is the identity number and two digits more. Copy it "
            "as it stands."
        )
        raise Invalid("registry.certificate_number", message, field="number")
    index = identifiers.id_index(found.id_number)
    holder = holders([index]).get(index)
    numbered = act.person.id_index is not None
    if holder != act.person.person_id and (holder is not None or numbered):
        message = _("This number is of another person. Compare it with the identity number.")
        raise Invalid("registry.certificate_of_another", message, field="number")
    if found.category != category:
        message = _("The number says another kind. Compare both with the document.")
        raise Invalid("registry.certificate_disagrees", message, field="category")
    if found.grade != grade:
        message = _("The number says another grade. Compare both with the document.")
        raise Invalid("registry.certificate_disagrees", message, field="grade")


def _possible(act: Act, issued: PartialDate, until: PartialDate | None) -> None:
    """Not before the birth, not after the death, and not ended before it began."""
    day, birth = iso(issued), act.person.birth
    if clearly_before(day, birth):
        raise Invalid(
            "registry.certificate_before_birth", _("This date lies before the date of birth."), field="issued"
        )
    died = known.birth_text(
        *Person.objects.values_list("death_year", "death_month", "death_day").get(pk=act.person.person_id)
    )
    if clearly_before(died, day):
        raise Invalid(
            "registry.certificate_after_death", _("This date lies after the death."), field="issued"
        )
    if until is None:
        return
    end = iso(until)
    if clearly_before(end, day):
        message = _("The last day lies before the day of issue.")
        raise Invalid("registry.certificate_until", message, field="until")
    if until.year is not None and issued.year is not None and until.year > issued.year + _LONGEST_YEARS:
        message = _("No certificate holds for so long. Check the last day.")
        raise Invalid("registry.certificate_until", message, field="until")
