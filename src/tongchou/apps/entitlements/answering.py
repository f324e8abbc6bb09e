"""One programme's answer for people who apply, also of a programme nobody is looked through for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongchou import policies
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import NotFound
from tongchou.domain.policy.explanation import Explanation


def answers(
    *, programme: str, people: Mapping[int, Mapping[str, Any]], year: int, as_of: dt.date
) -> dict[int, Explanation]:
    """The answer for each of these people, by number, from the registry as it stands on a day.

    Parameters
    ----------
    people
        By number, what the applicant said on this application. It fills what the registry does not know and
        changes nothing it does.

    Returns
    -------
    dict
        Without people the registry does not know or who were born later. Access is the caller's.

    Raises
    ------
    NotFound
        ``programme.none``: no such programme, or one that has no amount yet where somebody is registered.
    """
    _require(programme)
    facts = snapshots.build_facts(person_ids=list(people), as_of=as_of).to_dicts()
    found: dict[int, Explanation] = {}
    for row in facts:
        person: int = row["person_id"]
        asked = next((one for one in policies.of_row(row).programmes if one.code == programme), None)
        if asked is None:
            raise _none()
        known = {name: value for name, value in row.items() if value is not None}
        found[person] = asked.evaluate_one({**row, **people[person], **known}, year)
    return found


def _require(code: str) -> None:
    if code not in {one.code for one in policies.load()}:
        raise _none()


def _none() -> NotFound:
    return NotFound("programme.none", _("This programme is not in force here, or its amount is not yet set."))
