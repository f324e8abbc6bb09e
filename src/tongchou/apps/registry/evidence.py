"""What an act rests on: the kind of a document and its number or date in words. No file is kept.

A closed list, so that nobody asks for more than law names. The words may hold a number of a person's document
and stand encrypted in the event.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import Invalid

#: Characters the words of a document may have.
LONGEST = 120


class Evidence(models.TextChoices):
    """Kinds of documents. For whoever was never registered any one of them will do (国办发〔2015〕96号)."""

    ID_CARD = "id_card", _("Identity card")
    HOUSEHOLD_BOOK = "household_book", _("Household register booklet")
    BIRTH_CERTIFICATE = "birth_certificate", _("Medical certificate of birth")
    KINSHIP_REPORT = "kinship_report", _("Report of a kinship test")
    MARRIAGE_PAPER = "marriage_paper", _("Marriage or divorce certificate")
    ADOPTION_CERTIFICATE = "adoption_certificate", _("Certificate of adoption")
    DEATH_CERTIFICATE = "death_certificate", _("Certificate of death")
    MOVE_CERTIFICATE = "move_certificate", _("Certificate of a move")
    COURT_DECISION = "court_decision", _("Decision of a court")
    OFFICE_LETTER = "office_letter", _("Letter of an authority")
    VILLAGE_LETTER = "village_letter", _("Letter of the village committee")
    HOME_VISIT = "home_visit", _("Visit to the family by two people")


def check(kind: str, words: str) -> tuple[str, str]:
    """The evidence as a payload holds it.

    Raises
    ------
    Invalid
        ``registry.evidence`` when the kind is none of the list, or there are no words, or too many.
    """
    text = " ".join(words.split())
    if kind not in Evidence.values:
        raise Invalid("registry.evidence", _("Choose the kind of document."), field="evidence_kind")
    if not 1 <= len(text) <= LONGEST:
        message = _("Write the number or the date of the document, at most 120 characters.")
        raise Invalid("registry.evidence", message, field="evidence")
    return kind, text
