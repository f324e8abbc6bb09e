"""An installation at work is brought up to date: what nobody noted is of no area, and nothing is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tongchou.apps.places import api as places
from tongchou.apps.places.models import FormerNumber
from tongchou.core import audit


@pytest.mark.wide
@pytest.mark.django_db(transaction=True)
def test_former_numbers_begin_unknown(county: Any, frozen_clock: dt.datetime) -> None:
    with transaction.atomic():
        old = audit.append(
            by=None,
            action="test.act",
            subject="thing",
            at=frozen_clock,
            scope_no=county.village.scope_no,
        )
    areas = places.Area.objects.count()
    MigrationExecutor(connection).migrate([("places", "0001_initial")])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert places.Area.objects.count() == areas == FormerNumber.objects.count()
    assert set(FormerNumber.objects.values_list("scope_no", "until_id")) == {(None, old.pk)}
    assert [period.after for period in places.over_time([county.county.pk])] == [old.pk]
