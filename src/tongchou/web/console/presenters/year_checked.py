"""How the yearly check of benefits stands, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework


def year_checked(
    found: Iterable[casework.YearChecked], *, language: str
) -> list[tuple[str, list[tuple[str, int]]]]:
    """Each kind and year with its counts by what they count."""
    return [
        (
            _("%(title)s, %(year)s")
            % {"title": one.title_zh if language == "zh" else one.title_en, "year": one.year},
            [
                (_("Granted the year before"), one.before),
                (_("Gone on into the year"), one.begun),
                (_("Confirmed by the records of deaths"), one.by_records),
                (_("Confirmed by a visit"), one.by_visit),
                (_("Still to be compared or visited"), one.to_see),
                (_("With the county for confirmation"), one.at_county),
                (_("Confirmed for the year"), one.approved),
                (_("Held, or waiting for the family"), one.held),
                (_("Refused or withdrawn"), one.refused),
                (_("Ended"), one.ended),
                (_("No longer given by the rules; an officer is to end it"), one.no_longer),
            ],
        )
        for one in found
    ]
