"""The closed lists: what is complained of, how it came in, who may know by whom, what was found."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Nature(StrEnum):
    """What is wanted of the level above."""

    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"


class Kind(StrEnum):
    """What a unit did or failed to do. Nothing of it is about a family."""

    PAYMENT = "payment"
    PROMISE = "promise"
    NO_REASONS = "no_reasons"
    SERVICE = "service"
    CHARGES = "charges"
    COERCION = "coercion"
    WRONG_DATA = "wrong_data"
    CONDUCT = "conduct"
    OTHER = "other"


#: What the township does not look into itself, whatever the unit: county and prefecture do.
BYPASS: Final = frozenset({Kind.CHARGES, Kind.COERCION})


class Channel(StrEnum):
    PORTAL = "portal"
    PHONE = "phone"
    PAPER = "paper"
    HOTLINE = "hotline"


class Privacy(StrEnum):
    """Who may know who complains. The unit complained of never may."""

    ANONYMOUS = "anonymous"
    CONTACT = "contact"
    NAMED = "named"


class Finding(StrEnum):
    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"
    #: An enquiry that is answered, or what another office has to answer: which one is said.
    TOLD = "told"


#: After these the unit owes something, and stands in public until it is mended.
BREACHES: Final = frozenset({Finding.UPHELD, Finding.PARTLY})


class Satisfaction(StrEnum):
    """What whoever complained says about the handling. Counted for information, never scored."""

    SATISFIED = "satisfied"
    PARTLY = "partly"
    NOT_SATISFIED = "not_satisfied"


class Measure(StrEnum):
    """What was done about the official who holds the post."""

    TALK = "talk"
    TRAINING = "training"
    CRITICISED = "criticised"
    MOVED = "moved"
    DISCIPLINE = "discipline"
    NONE = "none"


def fits(nature: Nature, finding: Finding) -> bool:
    """Whether a finding answers what was asked: an enquiry is told, it upholds nothing.

    Examples
    --------
    >>> fits(Nature.ENQUIRY, Finding.TOLD), fits(Nature.ENQUIRY, Finding.UPHELD)
    (True, False)
    """
    return nature == Nature.COMPLAINT or finding == Finding.TOLD
