"""One programme's answer for people who apply, also of a programme nobody is looked through for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import NotFound
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.programme import Programme


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
        ``programme.none``: no such programme, or one that has no amount here yet.
    """
    asked = _programme(programme)
    facts = snapshots.build_facts(person_ids=list(people), as_of=as_of).to_dicts()
    found: dict[int, Explanation] = {}
    for row in facts:
        person: int = row["person_id"]
        known = {name: value for name, value in row.items() if value is not None}
        found[person] = asked.evaluate_one({**row, **people[person], **known}, year)
    return found


def _programme(code: str) -> Programme:
    from tongchou import policies  # reading the law takes its time

    for one in policies.load():
        if one.code == code:
            return one
    raise NotFound("programme.none", _("This programme is not in force here, or its amount is not yet set."))
