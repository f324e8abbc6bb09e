"""An account of a case that waits for a second person, and how the register shows whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """An account that waits for a second person: what it is, and how the register shows whose."""

    number: int
    facts: list[tuple[str, str]]
    tie: str
    shown: bool
    own: bool
    may_confirm: bool


#: How the register shows that an account is the person's or the family's.
TIES: dict[str, Promise] = {
    "self": gettext_lazy("The register shows that it is the person's own."),
    "spouse": gettext_lazy("The register shows that it is the spouse's."),
    "parent": gettext_lazy("The register shows that it is a parent's."),
    "guardian": gettext_lazy("The register shows that it is a guardian's."),
    "household": gettext_lazy("The register shows that it is somebody's of the household."),
    "institution": gettext_lazy("It is the institution's that applies or answers for the person."),
    "": gettext_lazy("The register does not show that it is the person's or the family's."),
}
