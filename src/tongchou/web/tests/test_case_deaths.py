"""A case that was granted says so when the register records the person's death afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.apps.registry import api as registry
from tongchou.domain.dates import PartialDate

__all__ = ["apply", "family", "office", "passed"]
pytestmark = pytest.mark.django_db


def test_a_recorded_death_shows_on_the_page_and_in_the_list(
    apply: Any, passed: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    assert Case.objects.get(pk=case).state == "approved"
    reader = Client()
    reader.force_login(office.township)

    def page() -> Any:
        return reader.get(f"/cases/{case}").context["page"]

    address = "/cases?state=approved"
    assert page().died == "" and [one.died for one in reader.get(address).context["rows"]] == [None]
    person = Case.objects.get(pk=case).person_id
    registry.record_death(person_id=person, died=PartialDate(2026, 3, 1), by=office.township, at=frozen_clock)
    shown = reader.get(f"/cases/{case}")
    assert shown.context["page"].died
    assert shown.context["page"].died in shown.content.decode()
    (line,) = reader.get(address).context["rows"]
    assert line.died is not None and line.died.label in reader.get(address).content.decode()
    # Nothing follows for what has ended already.
    Case.objects.filter(pk=case).update(state="withdrawn")
    assert page().died == ""
