"""The years of an application form: those that can be applied for, and from which day on the next one can."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext as _

from tongchou.apps.entitlements import api as entitlements
from tongchou.web.console import formatters


def offer(field: forms.ChoiceField, programme: str, today: dt.date) -> None:
    """Offer this year, last year and, where it can be applied for already, next year.

    A year that is not offered and is sent all the same is left to the act, which says why it is refused.
    """
    this = today.year
    every = [(one, str(one)) for one in (this, this - 1, this + 1)]
    field.choices = every
    day = entitlements.too_early(programme, this + 1, today)
    if day is not None:
        field.widget.choices = every[:2]
        field.help_text = _("%(year)s can be applied for from %(day)s on.") % {
            "year": this + 1,
            "day": formatters.day(day),
        }
