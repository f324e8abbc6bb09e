"""The families and officers of casework's tests, and applications sent by residents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.applications import api as applications
from tongchou.apps.casework.tests.conftest import FAMILY, YEAR, apply, family, office, passed
from tongchou.domain import identity

__all__ = ["apply", "family", "office", "passed", "send"]

#: The numbers of the registered family; of 陈小苗 the register has none.
NUMBERS = {one.name: one.id_number for one in FAMILY if one.id_number}
#: Valid numbers of the unassigned range that the register does not have.
NOBODY = identity.compose("520599", dt.date(1970, 1, 1), 1)
UNKNOWN = {
    name: identity.compose("520599", dt.date(1971, 1, 1), number)
    for number, name in enumerate(("林树", "陈小苗"), start=1)
}
ACCOUNT = {"bank": "毕节某银行", "account": "6217000012345678", "relation": "self"}


def particulars(whom: str = "陈老根", **given: Any) -> applications.Particulars:
    """What the person of that name fills in for himself."""
    values = {
        "name": whom,
        "id_number": {**UNKNOWN, **NUMBERS}.get(whom, NOBODY),
        "phone": "13800001234",
        "applicant": "self",
        **given,
    }
    return applications.Particulars(**values)


@pytest.fixture
def send(county: Any, frozen_clock: dt.datetime) -> Callable[..., applications.Receipt]:
    """``send("陈老根")``: the receipt of an application from one's own telephone."""

    def act(whom: str = "陈老根", kind: str = "elderly_reward", **given: Any) -> applications.Receipt:
        values = {
            "year": YEAR,
            "area_id": county.village.pk,
            "token": applications.new_token(),
            "at": frozen_clock,
        }
        values |= {name: given.pop(name) for name in tuple(given) if name in values}
        return applications.send(kind=kind, said=particulars(whom, **given), **values)

    return act
