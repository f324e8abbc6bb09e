"""Money: the templates of bank files, batches the bank keeps, the laws."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.payments import api as payments
from tongchou.apps.upkeep.checks.finding import Finding, error, joined, ok, warning
from tongchou.core.scope import Scope

#: A batch the bank has had for longer is worth a question.
LONG_WITH_BANK = dt.timedelta(days=31)


def banks(at: dt.datetime) -> Finding:
    """The bank's templates can be read; no payment waits for too long."""
    try:
        known = payments.templates()
    except payments.TemplateError as problem:
        return error(
            _("The templates of bank files cannot be read: %(reason)s") % {"reason": problem},
            _("Correct the file in the folder TONGCHOU_BANKS and start again."),
        )
    waiting = payments.with_bank_since(at - LONG_WITH_BANK)
    if waiting:
        return warning(
            ngettext(
                "%(number)s payment batch has been with the bank for more than a month.",
                "%(number)s payment batches have been with the bank for more than a month.",
                waiting,
            )
            % {"number": waiting},
            _("Finance asks the bank for its return file."),
        )
    return ok(
        ngettext(
            "%(number)s template of bank files can be read.",
            "%(number)s templates of bank files can be read.",
            len(known),
        )
        % {"number": len(known)}
    )


def laws(at: dt.datetime) -> Finding:
    """Every law of money, counted anew."""
    broken = [str(law.words) for law in payments.verify(scope=Scope.everything()) if not law.holds]
    if broken:
        return error(
            _("Laws of money are broken: %(laws)s.") % {"laws": joined(broken)},
            _("Pay nothing, and run: tongchou funds verify"),
        )
    return ok(_("Money balances; nobody was paid twice."))
