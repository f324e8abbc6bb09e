"""What checking the audit chain found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

#: A broken chain breaks in few ways but at many rows; the first ones tell the story.
MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong: a code, and the row or the line of the head file it shows at."""

    code: str
    row: int | None = None
    line: int | None = None

    def text(self) -> str:
        """The reason in the reader's language."""
        texts = {
            "keys_lost": _(
                "Key missing: the keys do not belong to this database, so no row can be checked. "
                "Restore keys.json from its backup."
            ),
            "key_missing": _("Row %(row)s names a key that is missing from keys.json."),
            "missing": _("Row %(row)s is missing."),
            "link": _("Row %(row)s does not follow the row before it."),
            "changed": _("Row %(row)s was changed or not written by this installation."),
            "tail_cut": _(
                "The rows from %(row)s on were cut off: a signed head proves that they were there."
            ),
            "rewritten": _("The rows from %(row)s on were written anew: a signed head shows another hash."),
            "head_edited": _("Line %(line)s of the head file was changed."),
            "head_line_missing": _("Before line %(line)s of the head file a line is missing."),
            "head_cut": _("The head file was cut: the lines from %(line)s on are missing."),
        }
        return texts[self.code] % {"row": self.row, "line": self.line}


@dataclass(slots=True)
class AuditReport:
    """The result of ``audit.verify``.

    ``unsigned`` rows at the end are not yet covered by a head (a stop between commit and head, or acts going
    on right now): a warning only, since the next act signs them too.
    """

    checked: int = 0
    unsigned: int = 0
    reasons: list[Reason] = field(default_factory=list)
    #: First row that is wrong by itself: number, link or MAC.
    broken_row: int | None = None
    #: First row that may be other than it was, going by the heads, and the row whose head shows it.
    unproven_from: int | None = None
    unproven_at: int | None = None

    @property
    def ok(self) -> bool:
        return not self.reasons

    @property
    def first_broken(self) -> int | None:
        """The first broken row; None when all is well or only the head file is damaged.

        A row that is wrong by itself is named rather than the wider stretch a head points at, unless the head
        lies before that row.
        """
        if self.broken_row is None:
            return self.unproven_from
        if self.unproven_at is not None and self.unproven_at < self.broken_row:
            return self.unproven_from
        return self.broken_row

    def broken(self, code: str, *, row: int) -> None:
        """Note a row that is wrong by itself; rows come in order."""
        self._add(Reason(code, row=row))
        if self.broken_row is None:
            self.broken_row = row

    def unproven(self, code: str, *, row: int, at: int) -> None:
        """Note that the head of row ``at`` does not fit: the rows from ``row`` to it are in doubt."""
        if self.unproven_from is None:
            self._add(Reason(code, row=row))
            self.unproven_from, self.unproven_at = row, at

    def keys_lost(self) -> None:
        """Note that nothing could be checked."""
        self._add(Reason("keys_lost"))

    def head_problem(self, code: str, *, line: int) -> None:
        """Note that the head file itself is damaged."""
        self._add(Reason(code, line=line))

    def _add(self, reason: Reason) -> None:
        if reason not in self.reasons and len(self.reasons) < MOST_REASONS:
            self.reasons.append(reason)

    def lines(self) -> list[str]:
        """The report for people, in their language."""
        if self.ok:
            found = [_("The audit chain is whole: %(rows)s rows checked.") % {"rows": self.checked}]
        else:
            said = [reason.text() for reason in self.reasons]
            broken = any(reason.code != "keys_lost" for reason in self.reasons)
            found = [_("The audit chain is broken."), *said] if broken else said
        if self.unsigned:
            found.append(
                _("The last %(rows)s rows have no signed head yet; the next act signs them.")
                % {"rows": self.unsigned}
            )
        return found

    def as_dict(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "ok": self.ok,
            "checked": self.checked,
            "first_broken": self.first_broken,
            "reasons": [
                {"code": reason.code, "row": reason.row, "line": reason.line, "text": reason.text()}
                for reason in self.reasons
            ],
            "unsigned": self.unsigned,
        }
